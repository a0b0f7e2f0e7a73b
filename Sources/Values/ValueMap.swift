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

    /// Of entries that are in key order and have unique keys.
    init(ordered entries: [Entry]) { self.entries = entries }

    public var count: Int { self.entries.count }
    public var isEmpty: Bool { self.entries.isEmpty }
    public var keys: [Key] { self.entries.map(\.key) }

    /// Setting nil removes.
    public subscript(key: Key) -> Value? {
        get { self.value(at: self.place(of: key)) }
        set { self.set(newValue, of: key, at: self.place(of: key)) }
    }

    public subscript(key: String) -> Value? {
        // Not `map`, which would make nil the value null.
        get {
            guard let index = self.index(of: key) else { return nil }
            return self.entries[index].value
        }
        set { self.set(newValue, of: .string(key), at: self.place(of: key)) }
    }

    /// In place; a key that is not there is added with the other value first.
    public subscript(key: String, default fallback: @autoclosure () -> Value) -> Value {
        get { self[key] ?? fallback() }
        _modify {
            let place = self.place(of: key)
            if !place.isFound { self.set(fallback(), of: .string(key), at: place) }
            yield &self.entries[place.index].value
        }
    }

    /// Where the entry with this key is, if there is one; looked for at `guess` first.
    // Inlined into other modules it would count references to the keys that it looks at.
    @inline(never)
    public func index(of key: String, guess: Int = .max) -> Int? {
        if guess < self.entries.count, case .string(let text) = self.entries[guess].key, text.hasSameUTF8(as: key) {
            return guess
        }
        let place = self.place(of: key)
        return place.isFound ? place.index : nil
    }

    private static func isOrdered(_ entries: [Entry]) -> Bool {
        guard var previous = entries.first?.key else { return true }
        for entry in entries.dropFirst() {
            guard previous < entry.key else { return false }
            previous = entry.key
        }
        return true
    }
}

// MARK: Search

extension ValueMap {
    /// Where a key stands, or would.
    private typealias Place = (index: Int, isFound: Bool)

    private func place(of key: Key) -> Place {
        if case .string(let text) = key { return self.place(of: text) }
        return self.place {
            let other = self.entries[$0].key
            return other == key ? 0 : other < key ? -1 : 1
        }
    }

    private func place(of key: String) -> Place {
        self.place {
            // All others come before strings.
            guard case .string(let text) = self.entries[$0].key else { return -1 }
            return text.utf8Order(to: key)
        }
    }

    /// Asks how the key at an index stands to the one that is looked for.
    @inline(__always)
    private func place(_ order: (Int) -> Int) -> Place {
        var low = 0
        var high = self.entries.count
        while low < high {
            let middle = (low + high) / 2
            let order = order(middle)
            if order == 0 { return (middle, true) }
            if order < 0 { low = middle + 1 } else { high = middle }
        }
        return (low, false)
    }

    private func value(at place: Place) -> Value? {
        place.isFound ? self.entries[place.index].value : nil
    }

    private mutating func set(_ value: Value?, of key: Key, at place: Place) {
        switch (value, place.isFound) {
        case (let value?, true): self.entries[place.index].value = value
        case (let value?, false): self.entries.insert(Entry(key: key, value: value), at: place.index)
        case (nil, true): self.entries.remove(at: place.index)
        case (nil, false): break
        }
    }
}
