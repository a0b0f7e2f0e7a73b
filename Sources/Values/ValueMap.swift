/// A map whose entries are kept in key order, so that equal maps print and iterate alike.
///
/// Order: bool, then numbers by value, then strings by UTF-8 bytes.
public struct ValueMap: Sendable, Hashable {
    /// CEL's key types (google/cel-spec, "Aggregates").
    public enum Key: Sendable, Hashable, Comparable {
        case bool(Bool)
        case int(Int64)
        case uint(UInt64)
        case string(String)

        public static func < (left: Key, right: Key) -> Bool {
            switch (left, right) {
            case (.bool(let a), .bool(let b)): !a && b
            case (.int(let a), .int(let b)): a < b
            case (.uint(let a), .uint(let b)): a < b
            case (.int(let a), .uint(let b)): a < 0 || UInt64(a) <= b
            case (.uint(let a), .int(let b)): b >= 0 && a < UInt64(b)
            case (.string(let a), .string(let b)): a.utf8.lexicographicallyPrecedes(b.utf8)
            default: left.rank < right.rank
            }
        }

        private var rank: Int {
            switch self {
            case .bool: 0
            case .int, .uint: 1
            case .string: 2
            }
        }
    }

    public struct Entry: Sendable, Hashable {
        public let key: Key
        public var value: Value
    }

    /// In key order, keys unique.
    public private(set) var entries: [Entry]

    public init() { self.entries = [] }

    /// Of two entries with one key the later wins.
    public init(_ pairs: some Sequence<(Key, Value)>) {
        self.init()
        for (key, value) in pairs { self[key] = value }
    }

    public var count: Int { self.entries.count }
    public var isEmpty: Bool { self.entries.isEmpty }

    public subscript(key: Key) -> Value? {
        get {
            let index = self.position(of: key)
            return index < self.entries.count && self.entries[index].key == key ? self.entries[index].value : nil
        }
        set {
            let index = self.position(of: key)
            let found = index < self.entries.count && self.entries[index].key == key
            switch (newValue, found) {
            case (let value?, true): self.entries[index].value = value
            case (let value?, false): self.entries.insert(Entry(key: key, value: value), at: index)
            case (nil, true): self.entries.remove(at: index)
            case (nil, false): break
            }
        }
    }

    public subscript(key: String) -> Value? {
        get { self[.string(key)] }
        set { self[.string(key)] = newValue }
    }

    private func position(of key: Key) -> Int {
        var low = 0
        var high = self.entries.count
        while low < high {
            let middle = (low + high) / 2
            if self.entries[middle].key < key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
