import JSONSchema
import Testing
import Values

/// Under `integer` a number is an int, under `number` a double, so that it has the type that expressions were checked with.
@Suite struct NumberFormTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let schema: Value
        let value: Value
        let expected: Value

        init(_ name: String, _ schema: Value, _ value: Value, _ expected: Value) {
            self.name = name
            self.schema = schema
            self.value = value
            self.expected = expected
        }

        var testDescription: String { self.name }
    }

    private static let number: Value = ["type": "number"]
    private static let integer: Value = ["type": "integer"]

    @Test(arguments: [
        Case("number", number, 5, 5.0), Case("number, uint", number, .uint(5), 5.0), Case("integer", integer, 5.0, 5),
        Case("integer, negative zero", integer, -0.0, 0), Case("integer, a fraction", integer, 5.5, 5.5),
        Case("integer beyond 64 bits", integer, 1e300, 1e300), Case("no type", ["minimum": 1], 5, 5),
        Case("both types", ["type": ["integer", "number", "null"]], 5, 5.0),
        Case("nullable", ["type": ["number", "null"]], 5, 5.0),
        Case("null", ["type": ["number", "null"]], .null, .null), Case("another kind", number, "5", "5"),
        Case("const without type", ["const": 5], 5, 5),
        Case("enum with type", ["type": "number", "enum": [5]], 5, 5.0),
        Case(
            "members", ["properties": ["a": number, "b": integer, "c": true]], ["a": 1, "b": 2.0, "c": 3, "d": 4],
            ["a": 1.0, "b": 2, "c": 3, "d": 4]),
        Case(
            "other members",
            ["properties": ["a": true], "patternProperties": ["^n": integer], "additionalProperties": number],
            ["a": 1, "n": 2.0, "x": 3], ["a": 1, "n": 2, "x": 3.0]),
        Case("items", ["items": number], [1, "a", 2.5], [1.0, "a", 2.5]),
        Case("prefixItems", ["prefixItems": [integer, true], "items": number], [1.0, 2, 3], [1, 2, 3.0]),
        Case("allOf", ["allOf": [number, ["minimum": 1]]], 5, 5.0),
        Case("$ref", ["$defs": ["n": number], "properties": ["a": ["$ref": "#/$defs/n"]]], ["a": 1], ["a": 1.0]),
        Case("an alternative", ["anyOf": [number, ["type": "string"]]], 5, 5.0),
        Case("alternatives that differ", ["anyOf": [number, integer]], 5, 5),
        Case("alternatives under a type", ["type": "number", "anyOf": [integer, ["maximum": 0]]], 5, 5.0),
        Case(
            "alternatives with members",
            ["oneOf": [["properties": ["x": number]], ["properties": ["y": integer, "x": number]]]],
            ["x": 1, "y": 2.0], ["x": 1.0, "y": 2]),
        Case(
            "alternatives whose members differ",
            ["oneOf": [["properties": ["x": number]], ["properties": ["x": integer]]]],
            ["x": 1], ["x": 1]),
        Case(
            "own members go before alternatives'",
            ["properties": ["x": integer], "anyOf": [["properties": ["x": number]]]],
            ["x": 1.0], ["x": 1]),
        Case("then", ["if": true, "then": ["properties": ["x": number]]], ["x": 1], ["x": 1.0]),
        Case("dependentSchemas", ["dependentSchemas": ["x": ["properties": ["x": number]]]], ["x": 1], ["x": 1.0]),
        Case(
            "recursion",
            [
                "$ref": "#/$defs/tree",
                "$defs": [
                    "tree": [
                        "properties": [
                            "n": number, "items": ["items": ["$ref": "#/$defs/tree"]],
                            "next": ["anyOf": [["type": "null"], ["$ref": "#/$defs/tree"]]],
                        ]
                    ]
                ],
            ],
            ["n": 1, "items": [["n": 2, "next": ["n": 3, "next": .null]]], "next": ["next": ["n": 4]]],
            ["n": 1.0, "items": [["n": 2.0, "next": ["n": 3.0, "next": .null]]], "next": ["next": ["n": 4.0]]]),
        Case("names by code points", ["properties": ["\u{E9}": number]], ["e\u{301}": 1], ["e\u{301}": 1]),
    ])
    func `numbers take the form of their type`(cases: Case) throws {
        let schema = try Schema(cases.schema)
        let found = schema.normalised(cases.value)
        #expect(found.json == cases.expected.json)
        #expect(found == cases.expected)
        #expect(schema.normalised(found).json == found.json)
        #expect(schema.validate(found) == schema.validate(cases.value))
    }

    @Test func `a member at a path takes the form that it has there`() throws {
        let schema = try Schema([
            "properties": ["a": ["properties": ["n": Self.number]], "list": ["items": Self.number]],
            "additionalProperties": Self.integer,
        ])
        #expect(schema.normalised(5, at: ["a", "n"]) == 5.0)
        #expect(schema.normalised(5, at: ["a", "n"]).json == "5.0")
        #expect(schema.normalised(["n": 5], at: ["a"]).json == "{\"n\":5.0}")
        #expect(schema.normalised(5, at: ["a", "m"]).json == "5")
        #expect(schema.normalised([1, 2], at: ["list"]).json == "[1.0,2.0]")
        #expect(schema.normalised(5.0, at: ["other"]).json == "5")
        #expect(schema.normalised(5, at: ["other", "n"]).json == "5")
    }

    @Test func `the form survives printing and parsing`() throws {
        let schema = try Schema(["items": Self.number])
        let value = schema.normalised([5, -3, 9_007_199_254_740_993, 1e20])
        #expect(value.json == "[5.0,-3.0,9007199254740992.0,100000000000000000000.0]")
        #expect(try Value(json: value.json).json == value.json)
    }

    @Test func `a value nested without end is left as it is`() throws {
        var value: Value = ["n": 1]
        for _ in 0..<1000 { value = ["next": value] }
        let schema = try Schema(["properties": ["next": ["$ref": "#"], "n": Self.number]])
        #expect(schema.normalised(value).json == value.json)
    }
}
