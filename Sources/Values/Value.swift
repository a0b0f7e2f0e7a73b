/// A value of the definition language: everything that a context, an event or an expression can hold.
///
/// It is CEL's value domain (google/cel-spec, "Values"), of which JSON is a part. Equality (`==`) and hashing are
/// structural and exact: `.int(1) != .uint(1)`, NaN equals NaN, and strings are equal when their UTF-8 bytes are;
/// CEL's `==` is an operator of the module CEL.
public enum Value: Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case double(Double)
    case string(String)
    case bytes([UInt8])
    case list([Value])
    case map(ValueMap)
    case timestamp(Timestamp)
    case duration(Duration)
    /// A CEL type, by its name: `int`, `google.protobuf.Timestamp`.
    case type(String)
    case optional(OptionalValue)
}

/// CEL's optional: a value, or none.
public struct OptionalValue: Sendable, Hashable {
    // An array, because a struct cannot hold its own kind in line; it has no element or one.
    private let elements: [Value]

    public init(_ value: Value?) { self.elements = value.map { [$0] } ?? [] }
    public var value: Value? { self.elements.first }
}

extension Value: Hashable {
    public static func == (left: Value, right: Value) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.int(let a), .int(let b)): a == b
        case (.uint(let a), .uint(let b)): a == b
        case (.double(let a), .double(let b)): a == b || (a.isNaN && b.isNaN)
        case (.string(let a), .string(let b)): a.hasSameUTF8(as: b)
        case (.bytes(let a), .bytes(let b)): a == b
        case (.list(let a), .list(let b)): a == b
        case (.map(let a), .map(let b)): a == b
        case (.timestamp(let a), .timestamp(let b)): a == b
        case (.duration(let a), .duration(let b)): a == b
        case (.type(let a), .type(let b)): a.hasSameUTF8(as: b)
        case (.optional(let a), .optional(let b)): a == b
        default: false
        }
    }

    /// With the kind first, or a sender could choose lists that all hash alike.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0 as UInt8)
        case .bool(let value): hasher.combine(value ? 2 : 1 as UInt8)
        case .int(let value): Self.hash(3, value, &hasher)
        case .uint(let value): Self.hash(4, value, &hasher)
        case .double(let value): Self.hash(5, value.isNaN ? .nan : value, &hasher)
        case .string(let value):
            hasher.combine(6 as UInt8)
            value.hashUTF8(into: &hasher)
        case .bytes(let value): Self.hash(7, value, &hasher)
        case .list(let value): Self.hash(8, value, &hasher)
        case .map(let value): Self.hash(9, value, &hasher)
        case .timestamp(let value): Self.hash(10, value, &hasher)
        case .duration(let value): Self.hash(11, value, &hasher)
        case .type(let value): Self.hash(12, value, &hasher)
        case .optional(let value): Self.hash(13, value, &hasher)
        }
    }

    @inline(__always)
    private static func hash(_ kind: UInt8, _ value: some Hashable, _ hasher: inout Hasher) {
        hasher.combine(kind)
        hasher.combine(value)
    }
}

extension Value {
    public var isNull: Bool {
        guard case .null = self else { return false }
        return true
    }

    public var bool: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    public var int: Int64? {
        guard case .int(let value) = self else { return nil }
        return value
    }

    public var string: String? {
        guard case .string(let value) = self else { return nil }
        return value
    }

    public var list: [Value]? {
        guard case .list(let value) = self else { return nil }
        return value
    }

    public var map: ValueMap? {
        guard case .map(let value) = self else { return nil }
        return value
    }

    /// The member of a map with this string key; nil for other values and missing keys.
    public subscript(key: String) -> Value? {
        guard case .map(let map) = self else { return nil }
        return map[key]
    }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .int(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(floatLiteral value: Double) { self = .double(value) }
    public init(arrayLiteral elements: Value...) { self = .list(elements) }
    public init(dictionaryLiteral elements: (String, Value)...) {
        self = .map(ValueMap(elements.map { (.string($0.0), $0.1) }))
    }
}
