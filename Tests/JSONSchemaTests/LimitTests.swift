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
            self.laughs { ["allOf": [$0, $0]] },
            self.laughs { ["if": $0, "then": $0, "else": $0] },
            self.laughs { ["anyOf": [["not": $0], $0, ["not": $0]]] },
        ]
        for schema in schemas {
            let schema = try Schema(schema)
            _ = schema.normalised(1)
            _ = schema.property(at: ["a", "b"])
        }
        #expect(try Schema(schemas[0]).validate(1, steps: 10_000).last?.keyword == "limit")
        #expect(try Schema(schemas[1]).validate(1, steps: 10_000).last?.keyword == "limit")
        #expect(try Schema(schemas[2]).validate("x", steps: 10_000).last?.keyword == "limit")
    }

    @Test func `what is at a path, and the fields of a form, are found within a budget`() throws {
        let branching = try Schema(self.laughs { ["anyOf": [$0, $0]] })
        #expect(branching.property(at: ["a"]) != nil)
        let names = "abcdefghij".map { (ValueMap.Key.string(String($0)), ["$ref": "#"] as Value) }
        let recursive = try Schema(["type": "object", "properties": .map(ValueMap(names))])
        func count(_ fields: [Field]) -> Int { fields.reduce(fields.count) { $0 + count($1.fields) } }
        #expect((100...ValidationLimits.parts).contains(count(recursive.fields)))
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
        let nested = Value.list([Value](repeating: .list([Value](repeating: 0, count: 1000)), count: 2000))
        #expect(try self.violations(["uniqueItems": true], nested).map(\.keyword) == ["limit"])
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
            let schema = try Schema(self.laughs(levels: 20, of: check) { ["anyOf": [["not": $0], ["not": $0]]] })
            return schema.validate(text, steps: 100_000).last?.keyword == "limit"
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

    @Test func `guesses at what was meant are paid for`() throws {
        let name = String(repeating: "a", count: 60)
        let wanted = (0..<1000).map { (ValueMap.Key.string("\(name)\($0)"), true as Value) }
        let given = (0..<1000).map { (ValueMap.Key.string("\(name)x\($0)"), 1 as Value) }
        let schema = try Schema(["additionalProperties": false, "properties": .map(ValueMap(wanted))])
        #expect(schema.validate(.map(ValueMap(given)), steps: 500_000).last?.keyword == "limit")
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
