import Testing
import Values

@testable import JSONSchema

/// What a hostile value or schema may cost.
@Suite struct LimitTests {
    private static let number: Value = ["type": "number"]
    private static let integer: Value = ["type": "integer"]

    private func violations(_ schema: Value, _ value: Value) throws -> [Violation] {
        try Schema(schema).validate(value)
    }

    /// Whether the steps run out, at a place not far beyond their end, and the validation says so.
    private func runsOut(_ schema: Value, _ value: Value, steps: Int = 10_000) throws -> Bool {
        var left = steps
        let found = try Schema(schema).validate(value, steps: &left)
        #expect(left > -steps)
        #expect((found.last?.keyword == "limit") == (left <= 0))
        return left <= 0
    }

    /// Definitions, each made of the one before, several times.
    private func laughs(levels: Int = 40, of first: Value = ["type": "integer"], _ make: (Value) -> Value) -> Value {
        var definitions: [(ValueMap.Key, Value)] = [(.string("d0"), first)]
        for level in 1..<levels {
            definitions.append((.string("d\(level)"), make(["$ref": .string("#/$defs/d\(level - 1)")])))
        }
        return ["$defs": .map(ValueMap(definitions)), "$ref": .string("#/$defs/d\(levels - 1)")]
    }

    @Test func `a schema that multiplies work runs out of steps, not of time`() throws {
        let schemas = [
            self.laughs { ["anyOf": [["not": $0], ["not": $0]], "oneOf": [$0, $0]] },
            self.laughs { ["if": $0, "then": $0] },
            self.laughs { ["if": $0, "then": $0, "else": $0] },
            self.laughs { ["anyOf": [["not": $0], $0, ["not": $0]]] },
        ]
        for schema in schemas {
            let schema = try Schema(schema)
            _ = schema.normalised(1)
            _ = schema.property(at: ["a", "b"])
        }
        #expect(try self.runsOut(schemas[0], 1))
        #expect(try self.runsOut(schemas[1], 1))
        #expect(try self.runsOut(schemas[2], "x"))
    }

    @Test func `what refers to more and more is refused when it is compiled`() throws {
        let refusal = #expect(throws: SchemaError.self) { try Schema(self.laughs { ["allOf": [$0, $0]] }) }
        #expect(refusal?.mistakes.first?.message.contains("write fewer") == true)
        let names = (0..<3000).map { ValueMap.Key.string("f\($0)") }
        let wide: Value = [
            "$defs": ["o": ["properties": .map(ValueMap(names.map { ($0, true) }))]],
            "allOf": .list([Value](repeating: ["$ref": "#/$defs/o"], count: 400)),
        ]
        #expect(throws: SchemaError.self) { try Schema(wide) }
    }

    @Test func `what is at a path, and the fields of a form, are found within a budget`() throws {
        let branching = try Schema(self.laughs { ["anyOf": [$0, $0]] })
        #expect(branching.property(at: ["a"]) != nil)
        let names = "abcdefghij".map { (ValueMap.Key.string(String($0)), ["$ref": "#"] as Value) }
        let recursive = try Schema(["type": "object", "properties": .map(ValueMap(names))])
        func count(_ fields: [Field]) -> Int { fields.reduce(fields.count) { $0 + count($1.fields) } }
        #expect((100...ValidationLimits.sayings / ValidationLimits.oneField).contains(count(recursive.fields)))
        let choices: Value = ["enum": .list((0..<5000).map { .string("choice \($0)") })]
        let many = (0..<1000).map { (ValueMap.Key.string("f\($0)"), ["$ref": "#/$defs/o"] as Value) }
        let costly = try Schema(["$defs": ["o": choices], "properties": .map(ValueMap(many))])
        #expect((1...ValidationLimits.sayings / 5000).contains(costly.fields.count))
    }

    @Test func `a form with a great many lines to look up says so`() throws {
        let choices: Value = ["enum": .list((0..<2000).map { .string("\($0)") })]
        let schema = try Schema(["properties": ["l": ["type": "array", "items": choices]]])
        func coerce(lines: Int) -> [String] {
            schema.coerce(["l": String(repeating: "7\n", count: lines)]).1.map(\.keyword)
        }
        #expect(coerce(lines: 400) == [])
        #expect(coerce(lines: 600) == ["limit"])
        let wrong = try Schema(["properties": ["l": ["type": "array", "items": Self.integer]]])
        #expect(wrong.coerce(["l": String(repeating: "x\n", count: 600)]).1.count == ValidationLimits.violations)
    }

    @Test func `what alternatives say again and again is gathered once`() throws {
        let leaf: Value = [
            "items": Self.integer, "prefixItems": [Self.number], "properties": ["n": Self.number],
            "patternProperties": ["^x": Self.integer],
        ]
        let compiled = try Schema(self.laughs(of: leaf) { ["anyOf": [$0, ["title": "or", "anyOf": [$0]]]] })
        #expect(compiled.normalised([1, 2.0]).json == "[1.0,2]")
        #expect(compiled.normalised(["n": 1, "x": 2.0]).json == "{\"n\":1.0,\"x\":2}")
    }

    @Test func `a chain of references is followed without a stack`() throws {
        let count = 20_000
        func chain(_ link: (Value) -> Value, _ last: Value) -> Value {
            var definitions: [(ValueMap.Key, Value)] = [(.string("d\(count)"), last)]
            for level in 0..<count {
                definitions.append((.string("d\(level)"), link(["$ref": .string("#/$defs/d\(level + 1)")])))
            }
            return ["$defs": .map(ValueMap(definitions)), "$ref": "#/$defs/d0"]
        }
        let nested = try Schema(chain({ ["items": $0, "type": ["array", "integer"]] }, Self.number))
        #expect(nested.normalised([[1.0], 2.0]).json == "[[1],2]")
        let inPlace = try Schema(chain({ ["anyOf": [$0]] }, Self.number))
        #expect(inPlace.normalised(1).json == "1.0")
    }

    @Test func `alternatives that would come to too much are refused`() throws {
        let leaves = (0..<1000).map { ["items": ["type": "integer", "maximum": .int($0)]] as Value }
        let parts = (0..<300).map { ["title": .string("\($0)"), "anyOf": [["$ref": "#/$defs/d"]]] as Value }
        func compile(_ parts: some Sequence<Value>) throws {
            _ = try Schema(["$defs": ["d": ["anyOf": .list(leaves)]], "prefixItems": .list(Array(parts))])
        }
        try compile(parts.prefix(10))
        let refusal = #expect(throws: SchemaError.self) { try compile(parts) }
        #expect(refusal?.mistakes.first?.message.contains("write fewer") == true)
    }

    @Test func `patterns have a limit in all`() throws {
        func schema(_ count: Int, isSame: Bool) -> Value {
            ["allOf": .list((0..<count).map { ["pattern": .string("((a{1000}){19})" + (isSame ? "" : "\($0)"))] })]
        }
        _ = try Schema(schema(10, isSame: false))
        _ = try Schema(schema(1000, isSame: true))
        let refusal = #expect(throws: SchemaError.self) { try Schema(schema(1000, isSame: false)) }
        #expect(refusal?.mistakes.first?.pointer == "/allOf/11/pattern")
        #expect(refusal?.mistakes.first?.message.contains("use fewer") == true)
    }

    @Test func `guesses at what references were meant to be are bounded`() throws {
        let names = (0..<6_000).map { ValueMap.Key.string("d\($0)") }
        let schema: Value = [
            "$defs": .map(ValueMap(names.map { ($0, true) })),
            "allOf": .list((0..<6_000).map { ["$ref": .string("#/$defs/e\($0)")] }),
        ]
        let refusal = try #require(#expect(throws: SchemaError.self) { try Schema(schema) })
        #expect(refusal.mistakes.count == ValidationLimits.mistakes)
        #expect(refusal.mistakes.first?.message.hasSuffix("did you mean '#/$defs/d0'?") == true)
        #expect(refusal.mistakes.last?.message.hasSuffix("leads to no schema") == true)
    }

    @Test func `a hundred thousand items are compared by hash`() throws {
        let differing = Value.list((0..<100_000).map { .int($0) })
        #expect(try self.violations(["uniqueItems": true], differing).isEmpty)
        // Canonically equivalent texts, which Swift's own hash does not tell apart.
        let alike = (0..<1 << 13).map { number in
            Value.string((0..<13).map { number >> $0 & 1 == 1 ? "\u{E9}" : "e\u{301}" }.joined())
        }
        #expect(try self.violations(["uniqueItems": true], .list(alike)).isEmpty)
        #expect(Set(alike.map { ExactValue($0).hashValue }).count == alike.count)
        // One flat list, bracketed in every way; and lists of values whose bits are alike.
        let bracketed = Self.bracketings(of: 7)
        #expect(Set(bracketed.map { ExactValue($0).hashValue }).count == bracketed.count)
        let zeros = (0..<1 << 10).map { number in
            Value.list(
                (0..<10).map { number >> $0 & 1 == 1 ? 0 : $0 % 2 == 0 ? .null : .double(.leastNonzeroMagnitude) })
        }
        #expect(Set(zeros.map { ExactValue($0).hashValue }).count == zeros.count)
        #expect(Set(zeros.map(\.hashValue)).count == zeros.count)
        let nested = Value.list([Value](repeating: .list([Value](repeating: 0, count: 1000)), count: 2000))
        #expect(try self.violations(["uniqueItems": true], nested).map(\.keyword) == ["limit"])
    }

    private static func bracketings(of size: Int) -> [Value] {
        if size == 0 { return [[]] }
        return (0..<size).flatMap { left in
            Self.bracketings(of: left).flatMap { first in
                Self.bracketings(of: size - 1 - left).map { .list([first, $0]) }
            }
        }
    }

    @Test func `a pattern that takes too long ends the validation and says so`() throws {
        let text = Value.string(String(repeating: "a", count: 100_000))
        let pattern: Value = ["pattern": "((a?){1000}){9}b"]
        for schema: Value in [pattern, ["not": pattern], ["anyOf": [pattern, true]]] {
            let found = try self.violations(["properties": ["x": schema]], ["x": text])
            #expect(found.map(\.pointer) == ["/x"])
            #expect(found.map(\.keyword) == ["limit"])
            #expect(found.first?.en == "the pattern '((a?){1000}){9}b' takes too long to check here")
            #expect(found.first?.zh == "此处按正则“((a?){1000}){9}b”校验耗时过长")
        }
        let named: Value = .map(ValueMap([(.string(String(repeating: "a", count: 100_000)), 1)]))
        #expect(
            try self.violations(["patternProperties": ["((a?){1000}){9}b": true]], named).map(\.keyword) == ["limit"])
    }

    @Test func `many patterns share one budget`() throws {
        let texts = Value.list([Value](repeating: .string(String(repeating: "a", count: 100)), count: 10_000))
        let found = try self.violations(["items": ["pattern": "^((a?){1000}){9}$"]], texts)
        #expect(found.map(\.keyword) == ["limit"])
    }

    @Test func `long texts cost more than short ones`() throws {
        func runsOut(_ check: Value, _ text: Value) throws -> Bool {
            let schema = self.laughs(levels: 15, of: check) { ["anyOf": [["not": $0], ["not": $0]]] }
            return try self.runsOut(schema, text, steps: 1_000_000)
        }
        let short = Value.string("a")
        let long = Value.string(String(repeating: "a", count: 1_000_000))
        for check: Value in [["format": "email"], ["maxLength": 5], ["pattern": "^b"]] {
            #expect(try !runsOut(check, short), "\(check.json)")
            #expect(try runsOut(check, long), "\(check.json)")
        }
        for text in [short, long] {
            #expect(try runsOut(["const": text], text) == (text == long))
            #expect(try runsOut(["enum": [text]], text) == (text == long))
        }
    }

    @Test func `guesses at what was meant are few`() throws {
        let wanted = (0..<300).map { (ValueMap.Key.string("name\($0)"), true as Value) }
        let given = (0..<10).map { (ValueMap.Key.string("nam\($0)"), 1 as Value) }
        let found = try self.violations(
            ["additionalProperties": false, "properties": .map(ValueMap(wanted))], .map(ValueMap(given)))
        #expect(found.count == 10)
        #expect(found.filter { $0.en.contains("did you mean") }.count == ValidationLimits.guesses / 300)
    }

    @Test func `work that no node counts is counted`() throws {
        let list = Value.list((0..<5000).map { .int($0) })
        let long = String(repeating: "a", count: 10_000)
        func names(_ count: Int, _ value: Value) -> Value {
            .map(ValueMap((0..<count).map { (.string("n\($0)"), value) }))
        }
        func often(_ check: Value, _ count: Int = 100) -> Value {
            ["$defs": ["c": check], "allOf": .list([Value](repeating: ["$ref": "#/$defs/c"], count: count))]
        }
        func forItems(_ schema: Value) -> Value {
            ["$defs": schema["$defs"] ?? [:], "items": ["allOf": schema["allOf"] ?? []]]
        }
        let cases: [(Value, Value)] = [
            (["items": ["not": ["const": list]]], .list([Value](repeating: list, count: 10))),
            (often(["dependentRequired": names(200, ["x"])]), ["a": 1]),
            (often(["dependentSchemas": names(200, true)]), ["a": 1]),
            (often(["required": [.string(long)]]), .map(ValueMap([(.string(long), 1)]))),
            (often(["properties": ["a": true]]), .map(ValueMap([(.string(long), 1)]))),
            (forItems(often(["multipleOf": 0.1])), .list([Value](repeating: 1.5, count: 20))),
            (forItems(often(["format": "uri"])), .list([Value](repeating: "https://example.org/abc", count: 20))),
        ]
        for (schema, value) in cases { #expect(try self.runsOut(schema, value), "\(schema.json.prefix(60))") }
        // What is compared ends at the first difference, and costs no more than that.
        #expect(try !self.runsOut(often(["not": ["const": 7]], 1000), list))
        #expect(try !self.runsOut(["items": ["not": ["const": list]]], list, steps: 30_000))
    }

    @Test func `reports that nobody reads are paid for`() throws {
        let choices = Value.list((0..<100).map { ["type": "string", "minLength": .int($0)] })
        let list = Value.list((0..<100).map { .int($0) })
        #expect(try self.runsOut(["items": ["anyOf": choices]], list))
        #expect(try !self.runsOut(["items": ["anyOf": choices]], list, steps: ValidationLimits.steps))
        // Of lists, what is in them is shown when that is little, and not even counted when it is much.
        let others = Value.list((0..<100).map { ["type": "array", "const": .list([.int($0), "a", "b", "c", "d"])] })
        #expect(try self.runsOut(["anyOf": others], [0, 1, 2, 3, 4], steps: 2500))
        #expect(try !self.runsOut(["anyOf": others], list, steps: 3500))
        #expect(Value.list([Value](repeating: list, count: 100)).weight == 10_101)
        #expect(Value.list([Value](repeating: list, count: 100)).rest(of: 100) < 0)
    }

    @Test func `pointers are not repeated without end`() throws {
        let schema: Value = ["additionalProperties": ["items": false]]
        let list = Value.list([1, 2, 3, 4, 5])
        func count(_ bytes: Int) throws -> Int {
            let key = ValueMap.Key.string(String(repeating: "/", count: bytes))
            return try self.violations(schema, .map(ValueMap([(key, list)]))).count
        }
        #expect(try count(10) == 5)
        // The first, and the last.
        #expect(try count(ValidationLimits.pointerBytes) == 2)
    }

    @Test func `numbers whose forms take too long to find are refused`() throws {
        let branches = (0..<200).map { branch in
            ["patternProperties": .map(ValueMap([(.string("^x\(branch)"), Self.number)]))] as Value
        }
        let schema = try Schema(["anyOf": .list(branches)])
        func value(_ count: Int) -> Value { .map(ValueMap((0..<count).map { (.string("x1y\($0)"), 1) })) }
        #expect(schema.normalised(value(10))["x1y1"]?.json == "1.0")
        #expect(schema.validate(value(10)).isEmpty)
        #expect(schema.normalised(value(5000))["x1y1"]?.json == "1")
        #expect(schema.validate(value(5000)).map(\.keyword) == ["limit"])
    }

    @Test func `a large value is valid under an ordinary schema`() throws {
        let row: Value = [
            "type": "object", "required": ["id", "name"], "additionalProperties": false,
            "properties": [
                "id": ["type": "integer", "minimum": 0], "at": ["type": "string", "format": "date-time"],
                "name": ["type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[a-z0-9 ]+$"],
                "state": ["enum": ["open", "closed"]], "amount": ["type": "number", "multipleOf": 0.01],
            ],
        ]
        let rows = (0..<10_000).map { number in
            [
                "id": .int(number), "name": .string("name of thing \(number)"), "at": "2026-02-13T09:00:00+08:00",
                "state": "open", "amount": .double(Double(number) / 100),
            ] as Value
        }
        var steps = ValidationLimits.steps
        let schema = try Schema(["type": "array", "maxItems": 20_000, "uniqueItems": true, "items": row])
        #expect(schema.validate(.list(rows), steps: &steps).isEmpty)
        #expect(steps > 0)
    }

    @Test func `a value nested too deep is refused, not crashed on`() throws {
        var value: Value = [:]
        for _ in 0..<10_000 { value = ["next": value] }
        let schema = try Schema(["properties": ["next": ["$ref": "#"]]])
        #expect(schema.validate(value).map(\.keyword) == ["limit"])
        // Taken apart level by level: releasing it in one go would recurse as deep.
        while let next = value["next"] { value = next }
    }
}
