import Values

/// What the functions of ``Library`` take and give.
enum LibraryTypes {
    static let globals: [String: [Signature]] = {
        var table: [String: [Signature]] = [
            "size": [give(.int, sized)], "type": [give(.type, .dyn)], "dyn": [give(.dyn, .dyn)],
            "matches": [give(.bool, .string, .string)],
            "bool": [give(.bool, ValueType([.bool, .string]))],
            "int": [give(.int, ValueType([.int, .uint, .double, .string, .timestamp, .duration]))],
            "uint": [give(.uint, ValueType([.int, .uint, .double, .string]))],
            "double": [give(.double, ValueType([.int, .uint, .double, .string]))],
            "string": [
                give(
                    .string,
                    ValueType([
                        .string, .bool, .int, .uint, .double, .bytes, .timestamp, .duration, .type,
                    ]))
            ],
            "bytes": [give(.bytes, ValueType([.bytes, .string]))],
            "timestamp": [give(.timestamp, ValueType([.timestamp, .int, .string]))],
            "duration": [give(.duration, ValueType([.duration, .int, .string]))],
            "sum": [compute(.list(of: ValueType([.int, .uint, .double, .duration])), result: Self.sum)],
            "avg": [give(.double, .list(of: numbers))],
            "optional.of": [compute(.dyn) { (.optional(of: $0[0]), true) }],
            "optional.none": [give(.optional(of: .never))],
            "optional.ofNonZeroValue": [compute(.dyn) { (.optional(of: $0[0]), true) }],
            "optional.unwrap": [Self.unwrap],
            "strings.quote": [give(.string, .string)],
            "base64.encode": [give(.string, .bytes)], "base64.decode": [give(.bytes, .string)],
            "lists.range": [give(.list(of: .int), .int)],
            "math.sqrt": [give(.double, numbers)],
            "math.bitAnd": bits, "math.bitOr": bits, "math.bitXor": bits,
            "math.bitNot": [give(.int, .int), give(.uint, .uint)],
            "math.bitShiftLeft": [give(.int, .int, .int), give(.uint, .uint, .int)],
            "math.bitShiftRight": [give(.int, .int, .int), give(.uint, .uint, .int)],
        ]
        table["google.protobuf.Timestamp"] = table["timestamp"]
        table["google.protobuf.Duration"] = table["duration"]
        for name in ["greatest", "least"] {
            table["math.\(name)"] = [
                compute(.list(of: numbers)) { ($0[0].element.only(.numbers), true) },
                Signature(
                    parameters: [numbers], isVariadic: true,
                    result: .computed { types in (ValueType(Self.kinds(of: types).intersection(.numbers)), true) }),
            ]
        }
        for name in ["ceil", "floor", "round", "trunc"] { table["math.\(name)"] = [give(.double, .double)] }
        for name in ["abs", "sign"] { table["math.\(name)"] = [compute(numbers) { ($0[0].only(.numbers), true) }] }
        for name in ["isNaN", "isInf", "isFinite"] { table["math.\(name)"] = [give(.bool, .double)] }
        return table
    }()

    static let members: [String: [Signature]] = {
        var table: [String: [Signature]] = [
            "size": [give(.int, sized)],
            "hasValue": [give(.bool, .optional)], "value": [compute(.optional) { ($0[0].content, true) }],
            "unwrapOpt": [Self.unwrap],
            "charAt": [give(.string, .string, .int)],
            "indexOf": [give(.int, .string, .string), give(.int, .string, .string, .int)],
            "lastIndexOf": [give(.int, .string, .string), give(.int, .string, .string, .int)],
            "join": [give(.string, .list(of: .string)), give(.string, .list(of: .string), .string)],
            "lowerAscii": [give(.string, .string)], "upperAscii": [give(.string, .string)],
            "trim": [give(.string, .string)],
            "replace": [
                give(.string, .string, .string, .string), give(.string, .string, .string, .string, .int),
            ],
            "reverse": [compute(.list, result: Self.same), give(.string, .string)],
            "split": [
                give(.list(of: .string), .string, .string), give(.list(of: .string), .string, .string, .int),
            ],
            "substring": [give(.string, .string, .int), give(.string, .string, .int, .int)],
            // What a template asks for is known only when it is read.
            "format": [compute(.string, .list) { _ in (.string, false) }],
            "distinct": [compute(.list, result: Self.same)],
            "first": [compute(.list) { (.optional(of: $0[0].element), true) }],
            "last": [compute(.list) { (.optional(of: $0[0].element), true) }],
            "flatten": [
                compute(.list) { (.list(of: Self.flattened($0[0].element)), true) },
                compute(.list, .int) { types in
                    (types[0].element.kinds.contains(.list) ? .list : types[0].only(.list), true)
                },
            ],
            "slice": [compute(.list, .int, .int, result: Self.same)],
            "sort": [
                compute(.list(of: ValueType(Checker.ordered))) { types in
                    let kinds = types[0].element.kinds
                    return (types[0].only(.list), kinds.isEmpty || kinds.isOne && kinds != .double)
                }
            ],
        ]
        for name in ["matches", "contains", "startsWith", "endsWith"] {
            table[name] = [give(.bool, .string, .string)]
        }
        for name in ["FullYear", "Month", "Date", "DayOfMonth", "DayOfWeek", "DayOfYear"] {
            table["get\(name)"] = [give(.int, .timestamp), give(.int, .timestamp, .string)]
        }
        for name in ["Hours", "Minutes", "Seconds", "Milliseconds"] {
            let both = ValueType([.timestamp, .duration])
            table["get\(name)"] = [give(.int, both), give(.int, .timestamp, .string)]
        }
        return table
    }()

    // MARK: Signatures

    private static let numbers = ValueType(.numbers)
    private static let sized = ValueType([.string, .bytes, .list, .map])
    private static let bits = [give(.int, .int, .int), give(.uint, .uint, .uint)]
    private static let unwrap = compute(.list(of: .optional)) { (.list(of: $0[0].element.content), true) }

    private static func give(_ result: ValueType, _ parameters: ValueType...) -> Signature {
        Signature(parameters: parameters, result: .fixed(result))
    }

    private static func compute(
        _ parameters: ValueType..., result: @escaping @Sendable ([ValueType]) -> (type: ValueType, isCertain: Bool)
    ) -> Signature {
        Signature(parameters: parameters, result: .computed(result))
    }

    // MARK: Results

    private static func kinds(of types: [ValueType]) -> ValueType.Kinds {
        types.reduce(into: []) { $0.formUnion($1.kinds) }
    }

    @Sendable private static func same(_ types: [ValueType]) -> (type: ValueType, isCertain: Bool) {
        (types[0].only(.list), true)
    }

    /// The sum of nothing is the int 0; ints and doubles may stand together, other types may not.
    @Sendable private static func sum(_ types: [ValueType]) -> (type: ValueType, isCertain: Bool) {
        let kinds = types[0].element.kinds.intersection([.int, .uint, .double, .duration])
        return (ValueType(kinds.union(.int)), kinds.isSubset(of: [.int, .double]) || kinds.isOne)
    }

    /// One level.
    private static func flattened(_ element: ValueType) -> ValueType {
        element.without(.list).joined(with: element.element)
    }
}
