import Values

/// A value with JSON Schema's equality: numbers by value (1 is 1.0), strings by code points, objects without order.
struct ExactValue: Sendable, Hashable {
    let value: Value

    init(_ value: Value) { self.value = value }

    static func == (left: ExactValue, right: ExactValue) -> Bool {
        var steps = Int.max
        return left.isEqual(to: right, steps: &steps)
    }

    /// Takes a step for each value that it compares, and more for long texts; false when they run out.
    func isEqual(to other: ExactValue, steps: inout Int) -> Bool {
        steps -= 1
        guard steps > 0 else { return false }
        switch (self.value, other.value) {
        case (.null, .null): return true
        case (.bool(let a), .bool(let b)): return a == b
        case (.int(let a), .int(let b)): return a == b
        case (.string(let a), .string(let b)): return Self.isEqual(a, b, &steps)
        case (.list(let a), .list(let b)):
            guard a.count == b.count else { return false }
            for index in a.indices where !ExactValue(a[index]).isEqual(to: ExactValue(b[index]), steps: &steps) {
                return false
            }
            return true
        case (.map(let a), .map(let b)):
            guard a.count == b.count else { return false }
            for (mine, other) in zip(a.entries, b.entries) {
                guard Self.isEqual(mine.key.text, other.key.text, &steps),
                    ExactValue(mine.value).isEqual(to: ExactValue(other.value), steps: &steps)
                else { return false }
            }
            return true
        case (let a, let b): return a.isNumber && b.isNumber && a.canonicalNumber == b.canonicalNumber
        }
    }

    private static func isEqual(_ left: String, _ right: String, _ steps: inout Int) -> Bool {
        steps -= min(left.utf8.count, right.utf8.count) / 64
        return left.hasSameUTF8(as: right)
    }

    /// With how many it holds, or a sender could choose lists that all hash alike.
    func hash(into hasher: inout Hasher) {
        switch self.value {
        case .list(let list):
            hasher.combine(14 as UInt8)
            hasher.combine(list.count)
            for element in list { ExactValue(element).hash(into: &hasher) }
        case .map(let map):
            hasher.combine(15 as UInt8)
            hasher.combine(map.count)
            for entry in map.entries {
                entry.key.text.hashUTF8(into: &hasher)
                ExactValue(entry.value).hash(into: &hasher)
            }
        default: self.value.canonicalNumber.hash(into: &hasher)
        }
    }
}

extension ValueMap.Key {
    /// The member's name in JSON.
    var text: String {
        switch self {
        case .string(let text): text
        case .bool(let value): value ? "true" : "false"
        case .int(let value): String(value)
        case .uint(let value): String(value)
        }
    }
}
