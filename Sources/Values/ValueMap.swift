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

        public static func == (left: Key, right: Key) -> Bool {
            switch (left, right) {
            case (.string(let a), .string(let b)): a.hasSameUTF8(as: b)
            case (.int(let a), .int(let b)): a == b
            case (.uint(let a), .uint(let b)): a == b
            case (.bool(let a), .bool(let b)): a == b
            default: false
            }
        }

        public static func < (left: Key, right: Key) -> Bool {
            switch (left, right) {
            case (.string(let a), .string(let b)): a.utf8Order(to: b) < 0
            case (.bool(let a), .bool(let b)): !a && b
            case (.int(let a), .int(let b)): a < b
            case (.uint(let a), .uint(let b)): a < b
            case (.int(let a), .uint(let b)): a < 0 || UInt64(a) <= b
            case (.uint(let a), .int(let b)): b >= 0 && a < UInt64(b)
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

        /// The key as a value.
        public var value: Value {
            switch self {
            case .bool(let key): .bool(key)
            case .int(let key): .int(key)
            case .uint(let key): .uint(key)
            case .string(let key): .string(key)
            }
        }
    }

    public struct Entry: Sendable, Hashable {
        public let key: Key
        public var value: Value

        public init(key: Key, value: Value) {
            self.key = key
            self.value = value
        }
    }

    /// In key order, keys unique.
    public private(set) var entries: [Entry]

    public init() { self.entries = [] }

    /// Of two entries with one key the later wins.
    public init(_ pairs: some Sequence<(Key, Value)>) {
        self.init(pairs.map { Entry(key: $0.0, value: $0.1) })
    }

    /// Of two entries with one key the later wins.
    public init(_ entries: [Entry]) {
        var duplicate: Key?
        self.init(entries, duplicate: &duplicate)
    }

    /// Says in `duplicate` which key occurred more than once (the first such in key order), if any.
    public init(_ entries: [Entry], duplicate: inout Key?) {
        self.entries = entries
        if Self.isOrdered(entries) { return }
        self.entries.sort { $0.key < $1.key }
        var kept = 0
        for index in self.entries.indices.dropFirst() {
            if self.entries[index].key == self.entries[kept].key {
                duplicate = duplicate ?? self.entries[index].key
            } else {
                kept += 1
            }
            // The sort is stable, so the later one of the source comes last and stays.
            if kept != index { self.entries[kept] = self.entries[index] }
        }
        self.entries.removeSubrange((kept + 1)...)
    }

    public var count: Int { self.entries.count }
    public var isEmpty: Bool { self.entries.isEmpty }
    public var keys: [Key] { self.entries.map(\.key) }

    /// Setting a key after the last one appends; setting nil removes.
    public subscript(key: Key) -> Value? {
        get {
            let index = self.position(of: key)
            // Not `? … : nil`, which would be the value null.
            guard index < self.entries.count, self.entries[index].key == key else { return nil }
            return self.entries[index].value
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
        // Not `map`, which would make nil the value null.
        get {
            guard let index = self.index(of: key) else { return nil }
            return self.entries[index].value
        }
        set { self[.string(key)] = newValue }
    }

    /// Where the entry with this key is, if there is one; looked for at `guess` first.
    public func index(of key: String, guess: Int = .max) -> Int? {
        if guess < self.entries.count, case .string(let text) = self.entries[guess].key, text.hasSameUTF8(as: key) {
            return guess
        }
        var low = 0
        var high = self.entries.count
        while low < high {
            let middle = (low + high) / 2
            guard case .string(let candidate) = self.entries[middle].key else {
                low = middle + 1
                continue
            }
            let order = candidate.utf8Order(to: key)
            if order == 0 { return middle }
            if order < 0 { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    private static func isOrdered(_ entries: [Entry]) -> Bool {
        guard var previous = entries.first?.key else { return true }
        for entry in entries.dropFirst() {
            guard previous < entry.key else { return false }
            previous = entry.key
        }
        return true
    }

    private func position(of key: Key) -> Int {
        guard let last = self.entries.last, !(last.key < key) else { return self.entries.count }
        var low = 0
        var high = self.entries.count
        while low < high {
            let middle = (low + high) / 2
            if self.entries[middle].key < key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
