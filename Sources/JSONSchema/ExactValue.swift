import Values

/// A value with JSON Schema's equality: numbers by value (1 is 1.0), strings by code points, objects without order.
struct ExactValue: Sendable, Hashable {
    let value: Value

    init(_ value: Value) { self.value = value }

    static func == (left: ExactValue, right: ExactValue) -> Bool {
        switch (left.value, right.value) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.string(let a), .string(let b)): a.hasSameUTF8(as: b)
        case (.list(let a), .list(let b)):
            a.count == b.count && zip(a, b).allSatisfy { ExactValue($0) == ExactValue($1) }
        case (.map(let a), .map(let b)):
            a.count == b.count
                && zip(a.entries, b.entries).allSatisfy {
                    $0.key.text.hasSameUTF8(as: $1.key.text) && ExactValue($0.value) == ExactValue($1.value)
                }
        default:
            left.value.isNumber && right.value.isNumber
                && left.value.canonicalNumber == right.value.canonicalNumber
        }
    }

    func hash(into hasher: inout Hasher) {
        switch self.value {
        case .string(let text): text.hashUTF8(into: &hasher)
        case .list(let list): for element in list { hasher.combine(ExactValue(element)) }
        case .map(let map):
            for entry in map.entries {
                entry.key.text.hashUTF8(into: &hasher)
                hasher.combine(ExactValue(entry.value))
            }
        default: hasher.combine(self.value.canonicalNumber)
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
