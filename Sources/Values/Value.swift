/// A value of the definition language: everything that a context, an event or an expression can hold.
///
/// It is CEL's value domain (google/cel-spec, "Values"), of which JSON is a part. Equality (`==`) and hashing are
/// structural and exact: `.int(1) != .uint(1)`, and NaN equals NaN; CEL's `==` is an operator of the module CEL.
public enum Value: Sendable, Hashable {
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

extension Value {
    public var isNull: Bool { self == .null }

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
    public subscript(key: String) -> Value? { self.map?[key] }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByFloatLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .int(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(floatLiteral value: Double) { self = .double(value) }
    public init(nilLiteral: ()) { self = .null }
    public init(arrayLiteral elements: Value...) { self = .list(elements) }
    public init(dictionaryLiteral elements: (String, Value)...) {
        self = .map(ValueMap(elements.map { (.string($0.0), $0.1) }))
    }
}
