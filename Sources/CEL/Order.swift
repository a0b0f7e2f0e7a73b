import Values

/// How two values of comparable types are ordered; numbers of all types are on one line.
enum Order {
    case before, same, after
    /// One is NaN.
    case unordered

    /// nil: the types have no order.
    init?(_ left: Value, _ right: Value) {
        switch (left, right) {
        case (.int(let a), .int(let b)): self.init(a, b)
        case (.string(let a), .string(let b)): self.init(a.utf8Order(to: b), 0)
        case (.timestamp(let a), .timestamp(let b)): self.init(a, b)
        case (.duration(let a), .duration(let b)): self.init(a, b)
        case (.bool(let a), .bool(let b)): self.init(a ? 1 : 0, b ? 1 : 0)
        case (.bytes(let a), .bytes(let b)):
            self = a == b ? .same : a.lexicographicallyPrecedes(b) ? .before : .after
        default:
            guard let order = Self.numbers(left, right) else { return nil }
            self = order
        }
    }

    private init<T: Comparable>(_ a: T, _ b: T) {
        self = a < b ? .before : a == b ? .same : .after
    }

    /// nil when one is no number.
    static func numbers(_ left: Value, _ right: Value) -> Order? {
        switch (left, right) {
        case (.int(let a), .int(let b)): Order(a, b)
        case (.uint(let a), .uint(let b)): Order(a, b)
        case (.int(let a), .uint(let b)): a < 0 ? .before : Order(UInt64(a), b)
        case (.uint(let a), .int(let b)): b < 0 ? .after : Order(a, UInt64(b))
        case (.double(let a), .double(let b)): a.isNaN || b.isNaN ? .unordered : Order(a, b)
        case (.double(let a), .int(let b)): Self.compare(a, b)
        case (.double(let a), .uint(let b)): Self.compare(a, b)
        case (.int(let a), .double(let b)): Self.compare(b, a).reversed
        case (.uint(let a), .double(let b)): Self.compare(b, a).reversed
        default: nil
        }
    }

    /// Compares as doubles where that is how close they are (google/cel-spec, "Numbers").
    private static func compare(_ a: Double, _ b: some FixedWidthInteger) -> Order {
        a.isNaN ? .unordered : Order(a, Double(b))
    }

    private var reversed: Order {
        switch self {
        case .before: .after
        case .after: .before
        case .same, .unordered: self
        }
    }
}

/// CEL's `==`: numbers by value, lists and maps by element, values of different types are different.
func equals(_ left: Value, _ right: Value, _ run: inout Run) throws(EvaluationError) -> Bool {
    switch left {
    case .string(let a):
        guard case .string(let b) = right else { return false }
        return a.hasSameUTF8(as: b)
    case .list(let a):
        guard case .list(let b) = right, a.count == b.count else { return false }
        for (x, y) in zip(a, b) {
            try run.charge()
            guard try equals(x, y, &run) else { return false }
        }
        return true
    case .map(let a):
        guard case .map(let b) = right, a.count == b.count else { return false }
        for entry in a.entries {
            try run.charge()
            guard let other = b.value(for: entry.key.value), try equals(entry.value, other, &run) else { return false }
        }
        return true
    case .optional(let a):
        guard case .optional(let b) = right else { return false }
        guard let x = a.value, let y = b.value else { return a.value == nil && b.value == nil }
        try run.charge()
        return try equals(x, y, &run)
    default:
        if let order = Order.numbers(left, right) { return order == .same }
        return left == right
    }
}

/// The order in which these keys are sorted; equal ones stay as they are.
func sortedOrder(of keys: [Value], _ run: inout Run) throws(EvaluationError) -> [Int] {
    guard let first = keys.first else { return [] }
    for key in keys {
        try run.charge()
        guard let order = Order(first, key), order != .unordered else {
            throw EvaluationError(
                .noSuchOverload, "\(first.typeName) and \(key.typeName) have no order to sort them by")
        }
    }
    // Each comparison is constant; n log n of them.
    try run.charge(keys.count * (Int.bitWidth - keys.count.leadingZeroBitCount) / 4)
    return keys.indices.sorted { a, b in
        let order = Order(keys[a], keys[b])
        return order == .before || order == .same && a < b
    }
}

extension ValueMap {
    /// Numbers find the key of equal value, whatever its type.
    func value(for key: Value) -> Value? {
        switch key {
        case .string(let text): return self[text]
        case .bool(let flag): return self[.bool(flag)]
        default:
            if let int = key.integer, let value = self[.int(int)] { return value }
            if let uint = key.unsignedInteger { return self[.uint(uint)] }
            return nil
        }
    }

    /// A number that is there both as int and as uint.
    var numberThatIsTwoKeys: Key? {
        var previous: Int64?
        for entry in self.entries {
            switch entry.key {
            case .int(let number): previous = number
            case .uint(let number):
                if let previous, previous >= 0, UInt64(previous) == number { return entry.key }
            case .bool, .string: break
            }
        }
        return nil
    }
}

extension Value {
    /// The number as an int, if it is one by value: `2`, `2u`, `2.0`.
    var integer: Int64? {
        switch self {
        case .int(let number): number
        case .uint(let number): Int64(exactly: number)
        case .double(let number): Int64(exactly: number)
        default: nil
        }
    }

    var unsignedInteger: UInt64? {
        switch self {
        case .int(let number): UInt64(exactly: number)
        case .uint(let number): number
        case .double(let number): UInt64(exactly: number)
        default: nil
        }
    }
}
