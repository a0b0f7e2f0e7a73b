import Values

/// The functions that every program has: the standard library and the extension libraries.
enum Library {
    /// nil: no overload for these arguments. Never called with another number of arguments than its arity says.
    typealias Body = @Sendable (inout Run, [Value]) throws(EvaluationError) -> Value?

    struct Function: Sendable {
        let arity: ClosedRange<Int>
        let body: Body
    }

    /// Called as `name(a, b)`.
    static let globals: [String: Function] = table([
        ("size", 1...1, Self.size), ("type", 1...1, Self.type), ("dyn", 1...1, Self.dyn),
        ("matches", 2...2, Self.matches),
        ("bool", 1...1, Self.bool), ("int", 1...1, Self.int), ("uint", 1...1, Self.uint),
        ("double", 1...1, Self.double), ("string", 1...1, Self.string), ("bytes", 1...1, Self.bytes),
        ("timestamp", 1...1, Self.timestamp), ("duration", 1...1, Self.duration),
        ("google.protobuf.Timestamp", 1...1, Self.timestamp), ("google.protobuf.Duration", 1...1, Self.duration),
        ("sum", 1...1, Self.sum), ("avg", 1...1, Self.average),
        ("optional.of", 1...1, Self.optionalOf), ("optional.none", 0...0, Self.optionalNone),
        ("optional.ofNonZeroValue", 1...1, Self.optionalOfNonZeroValue), ("optional.unwrap", 1...1, Self.unwrap),
        ("strings.quote", 1...1, Self.quote),
        ("base64.encode", 1...1, Self.base64Encode), ("base64.decode", 1...1, Self.base64Decode),
        ("lists.range", 1...1, Self.range),
        ("math.greatest", 1...64, Self.greatest), ("math.least", 1...64, Self.least),
        ("math.ceil", 1...1, Self.ceil), ("math.floor", 1...1, Self.floor), ("math.round", 1...1, Self.round),
        ("math.trunc", 1...1, Self.trunc), ("math.abs", 1...1, Self.abs), ("math.sign", 1...1, Self.sign),
        ("math.isNaN", 1...1, Self.isNaN), ("math.isInf", 1...1, Self.isInf), ("math.isFinite", 1...1, Self.isFinite),
        ("math.sqrt", 1...1, Self.sqrt),
        ("math.bitAnd", 2...2, Self.bitAnd), ("math.bitOr", 2...2, Self.bitOr), ("math.bitXor", 2...2, Self.bitXor),
        ("math.bitNot", 1...1, Self.bitNot),
        ("math.bitShiftLeft", 2...2, Self.bitShiftLeft), ("math.bitShiftRight", 2...2, Self.bitShiftRight),
    ])

    /// Called as `a.name(b)`; the arity counts `a`.
    static let members: [String: Function] = table([
        ("size", 1...1, Self.size), ("matches", 2...2, Self.matches), ("contains", 2...2, Self.contains),
        ("startsWith", 2...2, Self.startsWith), ("endsWith", 2...2, Self.endsWith),
        ("getFullYear", 1...2, Self.accessor(\.year)),
        ("getMonth", 1...2, Self.accessor { $0.month - 1 }), ("getDate", 1...2, Self.accessor(\.day)),
        ("getDayOfMonth", 1...2, Self.accessor { $0.day - 1 }), ("getDayOfWeek", 1...2, Self.accessor(\.dayOfWeek)),
        ("getDayOfYear", 1...2, Self.accessor { $0.dayOfYear - 1 }),
        ("getHours", 1...2, Self.accessor(\.hour, ofDuration: { $0.components.seconds / 3600 })),
        ("getMinutes", 1...2, Self.accessor(\.minute, ofDuration: { $0.components.seconds / 60 })),
        ("getSeconds", 1...2, Self.accessor(\.second, ofDuration: { $0.components.seconds })),
        (
            "getMilliseconds", 1...2,
            Self.accessor(
                { $0.nanosecond / 1_000_000 }, ofDuration: { $0.components.attoseconds / 1_000_000_000_000_000 })
        ),
        ("hasValue", 1...1, Self.hasValue), ("value", 1...1, Self.value), ("unwrapOpt", 1...1, Self.unwrap),
        ("charAt", 2...2, Self.charAt), ("indexOf", 2...3, Self.indexOf), ("lastIndexOf", 2...3, Self.lastIndexOf),
        ("join", 1...2, Self.join), ("lowerAscii", 1...1, Self.lowerAscii), ("upperAscii", 1...1, Self.upperAscii),
        ("replace", 3...4, Self.replace), ("reverse", 1...1, Self.reverse), ("split", 2...3, Self.split),
        ("substring", 2...3, Self.substring), ("trim", 1...1, Self.trim), ("format", 2...2, Self.format),
        ("distinct", 1...1, Self.distinct), ("first", 1...1, Self.first), ("last", 1...1, Self.last),
        ("flatten", 1...2, Self.flatten), ("slice", 3...3, Self.slice), ("sort", 1...1, Self.sort),
    ])

    private static func table(_ rows: [(String, ClosedRange<Int>, Body)]) -> [String: Function] {
        Dictionary(uniqueKeysWithValues: rows.map { ($0.0, Function(arity: $0.1, body: $0.2)) })
    }
}

// MARK: Of all types

extension Library {
    @Sendable static func size(_ run: inout Run, _ arguments: [Value]) throws(EvaluationError) -> Value? {
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

    @Sendable static func type(_ run: inout Run, _ arguments: [Value]) -> Value? { .type(arguments[0].typeName) }
    @Sendable static func dyn(_ run: inout Run, _ arguments: [Value]) -> Value? { arguments[0] }
}

// MARK: Optionals

extension Library {
    @Sendable static func optionalOf(_ run: inout Run, _ arguments: [Value]) -> Value? {
        .optional(OptionalValue(arguments[0]))
    }

    @Sendable static func optionalNone(_ run: inout Run, _ arguments: [Value]) -> Value? {
        .optional(OptionalValue(nil))
    }

    @Sendable static func optionalOfNonZeroValue(_ run: inout Run, _ arguments: [Value]) -> Value? {
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

    @Sendable static func hasValue(_ run: inout Run, _ arguments: [Value]) -> Value? {
        guard case .optional(let optional) = arguments[0] else { return nil }
        return .bool(optional.value != nil)
    }

    @Sendable static func value(_ run: inout Run, _ arguments: [Value]) throws(EvaluationError) -> Value? {
        guard case .optional(let optional) = arguments[0] else { return nil }
        guard let value = optional.value else {
            throw EvaluationError(.invalidArgument, "optional.none() has no value")
        }
        return value
    }

    /// The values of those in a list that have one.
    @Sendable static func unwrap(_ run: inout Run, _ arguments: [Value]) throws(EvaluationError) -> Value? {
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
