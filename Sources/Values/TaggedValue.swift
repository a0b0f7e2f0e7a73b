/// A value written as JSON with its type beside it, so that nothing is lost: `{"type": "uint", "value": "1"}`.
///
/// int and uint are decimal strings, bytes base64, NaN and ±Infinity strings, a map is a list of [key, value] pairs, a
/// duration `1.5s`, a timestamp RFC 3339; an empty optional has the value null.
public struct TaggedValue: Sendable, Hashable {
    public var value: Value

    public init(_ value: Value) { self.value = value }
}

extension TaggedValue {
    public var json: Value {
        let (type, content) = Self.tag(self.value)
        return ["type": .string(type), "value": content]
    }

    private static func tag(_ value: Value) -> (String, Value) {
        switch value {
        case .null: ("null", .null)
        case .bool: ("bool", value)
        case .int(let number): ("int", .string(String(number)))
        case .uint(let number): ("uint", .string(String(number)))
        case .double(let number): ("double", Self.content(number))
        case .string: ("string", value)
        case .bytes(let bytes): ("bytes", .string(Base64.encode(bytes)))
        case .list(let elements): ("list", .list(elements.map { TaggedValue($0).json }))
        case .map(let map):
            (
                "map",
                .list(map.entries.map { .list([TaggedValue($0.key.value).json, TaggedValue($0.value).json]) })
            )
        case .timestamp(let timestamp): ("timestamp", .string(timestamp.description))
        case .duration(let duration): ("duration", .string(duration.secondsText))
        case .type(let name): ("type", .string(name))
        case .optional(let optional): ("optional", optional.value.map { TaggedValue($0).json } ?? .null)
        }
    }

    private static func content(_ number: Double) -> Value {
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number < 0 ? "-Infinity" : "Infinity" }
        return .double(number)
    }
}

extension TaggedValue {
    /// nil when the JSON is not a tagged value.
    public init?(json: Value) {
        guard let type = json["type"]?.string, let value = Self.value(type, json["value"] ?? .null) else { return nil }
        self.value = value
    }

    private static func value(_ type: String, _ content: Value) -> Value? {
        switch (type, content) {
        case ("null", .null), ("bool", .bool), ("string", .string), ("double", .double): content
        case ("double", .int(let number)): .double(Double(number))
        case ("double", .string(let text)): Double(text).map { .double($0) }
        case ("int", .string(let text)): Int64(text).map { .int($0) }
        case ("int", .int): content
        case ("uint", .string(let text)): UInt64(text).map { .uint($0) }
        case ("uint", .int(let number)): UInt64(exactly: number).map { .uint($0) }
        case ("bytes", .string(let text)): Base64.decode(text).map { .bytes($0) }
        case ("type", .string(let name)): .type(name)
        case ("timestamp", .string(let text)): Timestamp(text).map { .timestamp($0) }
        case ("duration", .string(let text)): Duration(secondsText: text).map { .duration($0) }
        case ("optional", .null): .optional(OptionalValue(nil))
        case ("optional", _): TaggedValue(json: content).map { .optional(OptionalValue($0.value)) }
        case ("list", .list(let elements)): Self.list(elements)
        case ("map", .list(let pairs)): Self.map(pairs)
        default: nil
        }
    }

    private static func list(_ elements: [Value]) -> Value? {
        let values = elements.compactMap { TaggedValue(json: $0)?.value }
        guard values.count == elements.count else { return nil }
        return .list(values)
    }

    private static func map(_ pairs: [Value]) -> Value? {
        let entries = pairs.compactMap { pair -> ValueMap.Entry? in
            guard let pair = pair.list, pair.count == 2, let key = TaggedValue(json: pair[0])?.value.key,
                let value = TaggedValue(json: pair[1])?.value
            else { return nil }
            return ValueMap.Entry(key: key, value: value)
        }
        var duplicate: ValueMap.Key?
        let map = ValueMap(entries, duplicate: &duplicate)
        guard entries.count == pairs.count, duplicate == nil else { return nil }
        return .map(map)
    }
}

extension Value {
    /// The map key that this value is; nil where it cannot be one.
    public var key: ValueMap.Key? {
        switch self {
        case .bool(let key): .bool(key)
        case .int(let key): .int(key)
        case .uint(let key): .uint(key)
        case .string(let key): .string(key)
        default: nil
        }
    }
}

extension Duration {
    /// The opposite of ``secondsText``; nil for any other text.
    public init?(secondsText text: some StringProtocol) {
        var scanner = DigitScanner(text)
        let isNegative = scanner.take("-")
        guard let seconds = scanner.number() else { return nil }
        var nanoseconds = 0
        if scanner.take(".") {
            guard let fraction = scanner.fraction() else { return nil }
            nanoseconds = fraction
        }
        guard scanner.take("s"), scanner.isAtEnd else { return nil }
        let magnitude = Duration.seconds(seconds) + .nanoseconds(nanoseconds)
        self = isNegative ? .zero - magnitude : magnitude
    }
}
