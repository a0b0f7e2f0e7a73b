import Testing
import Values

@testable import JSONSchema

/// What a hostile value or schema may cost.
@Suite struct LimitTests {
    private func violations(_ schema: Value, _ value: Value) throws -> [Violation] {
        try Schema(schema).validate(value)
    }

    /// Forty definitions, each made of the one before, several times.
    private func laughs(_ make: (Value) -> Value) -> Value {
        var definitions: [(ValueMap.Key, Value)] = [(.string("d0"), ["type": "integer"])]
        for level in 1..<40 {
            definitions.append((.string("d\(level)"), make(["$ref": .string("#/$defs/d\(level - 1)")])))
        }
        return ["$defs": .map(ValueMap(definitions)), "$ref": "#/$defs/d39"]
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
        #expect(recursive.fields.count <= 10)
    }

    @Test func `a hundred thousand items are compared by hash`() throws {
        let differing = Value.list((0..<100_000).map { .int($0) })
        #expect(try self.violations(["uniqueItems": true], differing).isEmpty)
        // Canonically equivalent texts, which Swift's own hash does not tell apart.
        let alike = (0..<1 << 13).map { number in
            Value.string((0..<13).map { number >> $0 & 1 == 1 ? "\u{E9}" : "e\u{301}" }.joined())
        }
        #expect(try self.violations(["uniqueItems": true], .list(alike)).isEmpty)
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
        let long = Value.string(String(repeating: "a", count: 1_000_000))
        for check: Value in [
            ["const": long], ["format": "email"], ["maxLength": 5], ["pattern": "^b"], ["enum": [long]],
        ] {
            let laughs = self.laughs { ["anyOf": [["not": $0], ["not": $0]]] }
            var definitions = try #require(laughs["$defs"]?.map)
            definitions["d0"] = check
            let schema = try Schema(["$defs": .map(definitions), "$ref": "#/$defs/d39"])
            #expect(schema.validate(long, steps: 100_000).last?.keyword == "limit", "\(check.json.prefix(20))")
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
