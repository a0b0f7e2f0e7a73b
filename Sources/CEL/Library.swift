import Values

/// The functions that every program has: the standard library and the extension libraries.
enum Library {
    /// nil: no overload for these arguments. Never called with another number of arguments than its arity says.
    typealias Body = @Sendable (inout Run, Arguments) throws(EvaluationError) -> Value?
    typealias Arguments = Span<Value>

    struct Function: Sendable {
        let arity: ClosedRange<Int>
        let body: Body

        init(_ arity: ClosedRange<Int>, _ body: @escaping Body) {
            self.arity = arity
            self.body = body
        }
    }

    /// Called as `name(a, b)`.
    static let globals: [String: Function] = [
        "size": .init(1...1, Self.size), "type": .init(1...1, Self.type), "dyn": .init(1...1, Self.dyn),
        "matches": .init(2...2, Self.matches), "bool": .init(1...1, Self.bool), "int": .init(1...1, Self.int),
        "uint": .init(1...1, Self.uint), "double": .init(1...1, Self.double), "string": .init(1...1, Self.string),
        "bytes": .init(1...1, Self.bytes), "timestamp": .init(1...1, Self.timestamp),
        "duration": .init(1...1, Self.duration), "google.protobuf.Timestamp": .init(1...1, Self.timestamp),
        "google.protobuf.Duration": .init(1...1, Self.duration), "sum": .init(1...1, Self.sum),
        "avg": .init(1...1, Self.average), "optional.of": .init(1...1, Self.optionalOf),
        "optional.none": .init(0...0, Self.optionalNone),
        "optional.ofNonZeroValue": .init(1...1, Self.optionalOfNonZeroValue),
        "optional.unwrap": .init(1...1, Self.unwrap), "strings.quote": .init(1...1, Self.quote),
        "base64.encode": .init(1...1, Self.base64Encode), "base64.decode": .init(1...1, Self.base64Decode),
        "lists.range": .init(1...1, Self.range), "math.greatest": .init(1...64, Self.greatest),
        "math.least": .init(1...64, Self.least), "math.ceil": .init(1...1, Self.ceil),
        "math.floor": .init(1...1, Self.floor), "math.round": .init(1...1, Self.round),
        "math.trunc": .init(1...1, Self.trunc), "math.abs": .init(1...1, Self.abs),
        "math.sign": .init(1...1, Self.sign), "math.isNaN": .init(1...1, Self.isNaN),
        "math.isInf": .init(1...1, Self.isInf), "math.isFinite": .init(1...1, Self.isFinite),
        "math.sqrt": .init(1...1, Self.sqrt), "math.bitAnd": .init(2...2, Self.bitAnd),
        "math.bitOr": .init(2...2, Self.bitOr), "math.bitXor": .init(2...2, Self.bitXor),
        "math.bitNot": .init(1...1, Self.bitNot), "math.bitShiftLeft": .init(2...2, Self.bitShiftLeft),
        "math.bitShiftRight": .init(2...2, Self.bitShiftRight),
    ]

    /// Called as `a.name(b)`; the arity counts `a`.
    static let members: [String: Function] = [
        "size": .init(1...1, Self.size), "matches": .init(2...2, Self.matches), "contains": .init(2...2, Self.contains),
        "startsWith": .init(2...2, Self.startsWith), "endsWith": .init(2...2, Self.endsWith),
        "getFullYear": .init(1...2, Self.accessor(\.year)), "getMonth": .init(1...2, Self.accessor { $0.month - 1 }),
        "getDate": .init(1...2, Self.accessor(\.day)), "getDayOfMonth": .init(1...2, Self.accessor { $0.day - 1 }),
        "getDayOfWeek": .init(1...2, Self.accessor(\.dayOfWeek)),
        "getDayOfYear": .init(1...2, Self.accessor { $0.dayOfYear - 1 }),
        "getHours": .init(1...2, Self.accessor(\.hour, ofDuration: { $0.components.seconds / 3600 })),
        "getMinutes": .init(1...2, Self.accessor(\.minute, ofDuration: { $0.components.seconds / 60 })),
        "getSeconds": .init(1...2, Self.accessor(\.second, ofDuration: { $0.components.seconds })),
        "getMilliseconds": .init(
            1...2,
            Self.accessor(
                { $0.nanosecond / 1_000_000 }, ofDuration: { $0.components.attoseconds / 1_000_000_000_000_000 })),
        "hasValue": .init(1...1, Self.hasValue), "value": .init(1...1, Self.value),
        "unwrapOpt": .init(1...1, Self.unwrap), "charAt": .init(2...2, Self.charAt),
        "indexOf": .init(2...3, Self.indexOf), "lastIndexOf": .init(2...3, Self.lastIndexOf),
        "join": .init(1...2, Self.join), "lowerAscii": .init(1...1, Self.lowerAscii),
        "upperAscii": .init(1...1, Self.upperAscii), "replace": .init(3...4, Self.replace),
        "reverse": .init(1...1, Self.reverse), "split": .init(2...3, Self.split),
        "substring": .init(2...3, Self.substring), "trim": .init(1...1, Self.trim), "format": .init(2...2, Self.format),
        "distinct": .init(1...1, Self.distinct), "first": .init(1...1, Self.first), "last": .init(1...1, Self.last),
        "flatten": .init(1...2, Self.flatten), "slice": .init(3...3, Self.slice), "sort": .init(1...1, Self.sort),
    ]
}

// MARK: Of all types

extension Library {
    @Sendable static func size(_ run: inout Run, _ arguments: Arguments) throws(EvaluationError) -> Value? {
        switch arguments[0] {
        case .string(let text):
            try run.charge(bytes: text.utf8.count)
            return .int(Int64(text.unicodeScalars.count))
        case .bytes(let bytes): return .int(Int64(bytes.count))
        case .list(let elements): return .int(Int64(elements.count))
        case .map(let map): return .int(Int64(map.count))
        default: return nil
        }
    }

    @Sendable static func type(_ run: inout Run, _ arguments: Arguments) -> Value? { .type(arguments[0].typeName) }
    @Sendable static func dyn(_ run: inout Run, _ arguments: Arguments) -> Value? { arguments[0] }
}

// MARK: Optionals

extension Library {
    @Sendable static func optionalOf(_ run: inout Run, _ arguments: Arguments) -> Value? {
        .optional(OptionalValue(arguments[0]))
    }

    @Sendable static func optionalNone(_ run: inout Run, _ arguments: Arguments) -> Value? {
        .optional(OptionalValue(nil))
    }

    @Sendable static func optionalOfNonZeroValue(_ run: inout Run, _ arguments: Arguments) -> Value? {
        let isZero =
            switch arguments[0] {
            case .null: true
            case .bool(let flag): !flag
            case .int(let number): number == 0
            case .uint(let number): number == 0
            case .double(let number): number == 0
            case .string(let text): text.isEmpty
            case .bytes(let bytes): bytes.isEmpty
            case .list(let elements): elements.isEmpty
            case .map(let map): map.isEmpty
            case .timestamp(let timestamp): timestamp == .epoch
            case .duration(let duration): duration == .zero
            case .optional(let optional): optional.value == nil
            case .type: false
            }
        return .optional(isZero ? OptionalValue(nil) : OptionalValue(arguments[0]))
    }

    @Sendable static func hasValue(_ run: inout Run, _ arguments: Arguments) -> Value? {
        guard case .optional(let optional) = arguments[0] else { return nil }
        return .bool(optional.value != nil)
    }

    @Sendable static func value(_ run: inout Run, _ arguments: Arguments) throws(EvaluationError) -> Value? {
        guard case .optional(let optional) = arguments[0] else { return nil }
        guard let value = optional.value else {
            throw EvaluationError(.invalidArgument, "optional.none() has no value")
        }
        return value
    }

    /// The values of those in a list that have one.
    @Sendable static func unwrap(_ run: inout Run, _ arguments: Arguments) throws(EvaluationError) -> Value? {
        guard case .list(let elements) = arguments[0] else { return nil }
        try run.charge(elements: elements.count)
        var values: [Value] = []
        for element in elements {
            guard case .optional(let optional) = element else { return nil }
            if let value = optional.value { values.append(value) }
        }
        return .list(values)
    }
}
