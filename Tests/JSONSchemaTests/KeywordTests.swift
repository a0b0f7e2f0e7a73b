import JSONSchema
import Testing
import Values

/// A schema with values that it admits and values that it refuses.
struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let schema: Value
    let valid: [Value]
    let invalid: [Value]

    init(_ name: String, _ schema: Value, valid: [Value], invalid: [Value]) {
        self.name = name
        self.schema = schema
        self.valid = valid
        self.invalid = invalid
    }

    var testDescription: String { self.name }

    func check() throws {
        let schema = try Schema(self.schema)
        for value in self.valid { #expect(schema.validate(value).isEmpty, "\(value) should be valid") }
        for value in self.invalid { #expect(!schema.validate(value).isEmpty, "\(value) should not be valid") }
    }
}

@Suite struct KeywordTests {
    @Test(arguments: [
        Case("true", true, valid: [1, .null, [:]], invalid: []),
        Case("false", false, valid: [], invalid: [1, .null, [:]]),
        Case("empty", [:], valid: [1, .null, [:], "x"], invalid: []),
        Case("string", ["type": "string"], valid: ["", "3"], invalid: [3, .null, true, [], [:], 1.5]),
        Case("integer", ["type": "integer"], valid: [3, -1, 3.0, 1e300], invalid: [3.5, "3", true, .null]),
        Case("number", ["type": "number"], valid: [3, 3.5, .uint(7)], invalid: ["3", .null, false, [1]]),
        Case("boolean", ["type": "boolean"], valid: [true, false], invalid: [0, "true", .null]),
        Case("null", ["type": "null"], valid: [.null], invalid: [0, "", false, []]),
        Case("object", ["type": "object"], valid: [[:], ["a": 1]], invalid: [[], "x", .null]),
        Case("array", ["type": "array"], valid: [[], [1, "a"]], invalid: [[:], "[]"]),
        Case("several types", ["type": ["integer", "null"]], valid: [1, .null], invalid: ["1", 1.5, true]),
        Case(
            "enum", ["enum": ["a", 1, .null, [1, ["k": 2]]]], valid: ["a", 1, 1.0, .null, [1.0, ["k": 2.0]]],
            invalid: ["b", 2, true, [1], [1, ["k": 3]]]),
        Case("enum of booleans", ["enum": [false, 0]], valid: [false, 0, 0.0], invalid: [true, 1, .null, ""]),
        Case(
            "const", ["const": ["a": [1]]], valid: [["a": [1]], ["a": [1.0]]],
            invalid: [["a": [true]], ["a": [1], "b": 1], []]),
        Case("const null", ["const": .null], valid: [.null], invalid: [0, false, ""]),
        Case("const, by code points", ["const": "\u{E9}"], valid: ["\u{E9}"], invalid: ["e\u{301}"]),
        Case("const beyond int64", ["const": 9.223372036854775808e18], valid: [.uint(1 << 63)], invalid: [.int(.max)]),
    ])
    func `types, enum and const`(cases: Case) throws { try cases.check() }

    @Test(arguments: [
        Case("multipleOf an integer", ["multipleOf": 3], valid: [0, 9, -6, 9.0, "x"], invalid: [1, 3.5, 10]),
        Case(
            "multipleOf 0.01", ["multipleOf": 0.01], valid: [0.01, 4.35, 1.1, 19.99, 0.07, 1, 123456789.12, 0],
            invalid: [0.001, 4.355, 0.015]),
        Case("multipleOf 0.1", ["multipleOf": 0.1], valid: [0.3, 1.7, 5], invalid: [0.35, 0.30000000000000004]),
        Case("multipleOf 1e-7", ["multipleOf": 1e-7], valid: [0.0000003, 12.3456789], invalid: [0.00000015]),
        Case("multipleOf 2.5", ["multipleOf": 2.5], valid: [5, 7.5, 1e300], invalid: [4, 2.4]),
        Case(
            "multipleOf a large one", ["multipleOf": 7], valid: [.int(9_223_372_036_854_775_807), 7e20], invalid: [1e21]
        ),
        Case("minimum", ["minimum": 1.5], valid: [1.5, 2, "x"], invalid: [1, 1.49, -3]),
        Case("maximum", ["maximum": 3], valid: [3, 3.0, -5, .null], invalid: [4, 3.0001]),
        Case(
            "exclusive", ["exclusiveMinimum": 0, "exclusiveMaximum": 1], valid: [0.5, 0.0001], invalid: [0, 1, 1.0, -1]),
        Case(
            "maximum beyond double", ["maximum": 9_007_199_254_740_993], valid: [9_007_199_254_740_993],
            invalid: [9_007_199_254_740_994, 1e16]),
        Case("minimum beyond int64", ["minimum": 1e19], valid: [1e19, 1e20], invalid: [.int(.max), .uint(1 << 63)]),
        Case("minimum, negative fraction", ["minimum": -1.5], valid: [-1, -1.5], invalid: [-2, -1.6]),
    ])
    func `numbers are compared exactly`(cases: Case) throws { try cases.check() }

    @Test(arguments: [
        Case("minLength", ["minLength": 2], valid: ["ab", "中文", "😀😀", 1], invalid: ["", "a", "😀"]),
        Case("maxLength", ["maxLength": 2], valid: ["", "ab", "😀😀"], invalid: ["abc", "e\u{301}e"]),
        Case("length as 2.0", ["maxLength": 2.0], valid: ["ab"], invalid: ["abc"]),
        Case("pattern", ["pattern": "^a+$"], valid: ["a", "aaa", 3], invalid: ["", "b", "ab"]),
        Case(
            "pattern is ECMA-262", ["pattern": "^\\s.$"], valid: ["\u{A0}a", " 中"], invalid: [" \r", " \u{2028}", "aa"]),
        Case("pattern is a search", ["pattern": "b"], valid: ["abc"], invalid: ["ac"]),
    ])
    func `texts are measured in code points`(cases: Case) throws { try cases.check() }

    @Test(arguments: [
        Case("minItems", ["minItems": 1], valid: [[1], [1, 2], "x"], invalid: [[]]),
        Case("maxItems", ["maxItems": 1], valid: [[], [1], [:]], invalid: [[1, 2]]),
        Case("items", ["items": ["type": "integer"]], valid: [[], [1, 2.0]], invalid: [["a"], [1, .null]]),
        Case("items false", ["items": false], valid: [[]], invalid: [[1]]),
        Case(
            "prefixItems", ["prefixItems": [["type": "string"], ["type": "integer"]]],
            valid: [[], ["a"], ["a", 1], ["a", 1, .null]], invalid: [[1], ["a", "b"]]),
        Case(
            "prefixItems and items", ["prefixItems": [["type": "string"]], "items": ["type": "integer"]],
            valid: [["a"], ["a", 1, 2]], invalid: [["a", "b"], [1]]),
        Case(
            "closed tuple", ["prefixItems": [true, true], "items": false], valid: [[], [1, 2]], invalid: [[1, 2, 3]]),
        Case("contains", ["contains": ["const": 5]], valid: [[5], [1, 5.0]], invalid: [[], [1]]),
        Case(
            "minContains", ["contains": ["type": "integer"], "minContains": 2], valid: [[1, 2], [1, "a", 2]],
            invalid: [[1], ["a", 1]]),
        Case("minContains 0", ["contains": false, "minContains": 0], valid: [[], [1]], invalid: []),
        Case(
            "maxContains", ["contains": ["type": "integer"], "maxContains": 1], valid: [[1], [1, "a"]],
            invalid: [[], [1, 2]]),
        Case(
            "uniqueItems", ["uniqueItems": true], valid: [[], [1, "1", true, [1], .null], [["a": 1], ["a": 2]]],
            invalid: [[1, 1], [1, 1.0], [["a": 1, "b": 2], ["b": 2.0, "a": 1]], [[[]], [[]]]]),
        Case("uniqueItems false", ["uniqueItems": false], valid: [[1, 1]], invalid: []),
    ])
    func `lists`(cases: Case) throws { try cases.check() }

    @Test(arguments: [
        Case("required", ["required": ["a", "b"]], valid: [["a": 1, "b": .null], "x"], invalid: [["a": 1], [:]]),
        Case(
            "properties", ["properties": ["a": ["type": "string"], "no": false]], valid: [[:], ["a": "x"], ["z": 1]],
            invalid: [["a": 1], ["no": .null]]),
        Case(
            "patternProperties", ["patternProperties": ["^n_": ["type": "integer"]]], valid: [["n_a": 1], ["x": "y"]],
            invalid: [["n_a": "1"]]),
        Case(
            "additionalProperties",
            ["properties": ["a": true], "patternProperties": ["^b": true], "additionalProperties": false],
            valid: [["a": 1, "b1": 2]], invalid: [["c": 1], ["a": 1, "c": 2]]),
        Case(
            "additionalProperties, a schema", ["additionalProperties": ["type": "integer"]], valid: [[:], ["a": 1]],
            invalid: [["a": "1"]]),
        Case(
            "additionalProperties sees only its own neighbours",
            ["allOf": [["properties": ["a": true]]], "additionalProperties": false], valid: [[:]], invalid: [["a": 1]]),
        Case(
            "propertyNames", ["propertyNames": ["pattern": "^[a-z]+$"]], valid: [[:], ["abc": 1]], invalid: [["A": 1]]),
        Case("minProperties", ["minProperties": 1], valid: [["a": 1]], invalid: [[:]]),
        Case("maxProperties", ["maxProperties": 1], valid: [[:], ["a": 1]], invalid: [["a": 1, "b": 2]]),
        Case(
            "dependentRequired", ["dependentRequired": ["a": ["b", "c"]]],
            valid: [[:], ["b": 1], ["a": 1, "b": 2, "c": 3]],
            invalid: [["a": 1], ["a": 1, "b": 2]]),
        Case(
            "dependentSchemas", ["dependentSchemas": ["a": ["maxProperties": 1]]],
            valid: [["a": 1], ["b": 1, "c": 2]],
            invalid: [["a": 1, "b": 2]]),
        Case(
            "names by code points", ["properties": ["\u{E9}": ["type": "null"]], "additionalProperties": false],
            valid: [["\u{E9}": .null]], invalid: [["e\u{301}": .null]]),
        Case(
            "odd names", ["properties": ["a/b": ["type": "null"], "m~n": ["type": "null"], "": ["type": "null"]]],
            valid: [["a/b": .null, "m~n": .null, "": .null]], invalid: [["a/b": 1], ["m~n": 1], ["": 1]]),
    ])
    func `objects`(cases: Case) throws { try cases.check() }

    @Test(arguments: [
        Case("allOf", ["allOf": [["minimum": 1], ["maximum": 3]]], valid: [1, 2, 3, "x"], invalid: [0, 4]),
        Case("anyOf", ["anyOf": [["type": "string"], ["minimum": 5]]], valid: ["x", 5, true], invalid: [4]),
        Case("oneOf", ["oneOf": [["multipleOf": 2], ["multipleOf": 3]]], valid: [2, 3, 4], invalid: [6, 1, "x"]),
        Case("not", ["not": ["type": "string"]], valid: [1, .null], invalid: ["x"]),
        Case("not not", ["not": ["not": ["type": "string"]]], valid: ["x"], invalid: [1]),
        Case(
            "if", ["if": ["type": "integer"], "then": ["minimum": 0], "else": ["type": "string"]],
            valid: [0, 5, "x"], invalid: [-1, .null]),
        Case(
            "if without else", ["if": ["required": ["a"]], "then": ["required": ["b"]]],
            valid: [[:], ["a": 1, "b": 1]],
            invalid: [["a": 1]]),
        Case("if alone", ["if": false], valid: [1], invalid: []),
        Case(
            "nested", ["anyOf": [["allOf": [["type": "integer"], ["not": ["const": 3]]]], ["const": "three"]]],
            valid: [2, "three"], invalid: [3, "four", 3.0]),
    ])
    func `combinations`(cases: Case) throws { try cases.check() }

    @Test(arguments: [
        Case(
            "$defs", ["$defs": ["positive": ["exclusiveMinimum": 0]], "items": ["$ref": "#/$defs/positive"]],
            valid: [[1, 2]], invalid: [[0], [1, -1]]),
        Case(
            "beside $ref", ["$defs": ["n": ["type": "integer"]], "$ref": "#/$defs/n", "maximum": 3], valid: [3],
            invalid: [4, "x"]),
        Case(
            "anchor", ["$defs": ["x": ["$anchor": "here", "type": "null"]], "properties": ["a": ["$ref": "#here"]]],
            valid: [["a": .null]], invalid: [["a": 1]]),
        Case(
            "dynamic ones, in one resource",
            [
                "$dynamicAnchor": "node", "type": "object",
                "properties": ["next": ["$dynamicRef": "#node"], "n": ["$dynamicRef": "#/$defs/n"]],
                "$defs": ["n": ["type": "null"]],
            ],
            valid: [["next": ["next": [:], "n": .null]]], invalid: [["next": 1], ["next": ["n": 1]]]),
        Case(
            "to a property", ["properties": ["a": ["type": "integer"], "b": ["$ref": "#/properties/a"]]],
            valid: [["b": 1]], invalid: [["b": "x"]]),
        Case(
            "escapes", ["$defs": ["a/b c": ["type": "integer"]], "$ref": "#/$defs/a~1b%20c"], valid: [1], invalid: ["x"]
        ),
        Case(
            "to the root, recursively",
            [
                "type": "object", "properties": ["next": ["$ref": "#"], "n": ["type": "integer"]],
                "additionalProperties": false,
            ],
            valid: [["next": ["next": ["n": 1]]]], invalid: [["next": ["next": ["n": "x"]]], ["next": ["other": 1]]]),
        Case(
            "a tree",
            [
                "$defs": [
                    "tree": ["properties": ["children": ["items": ["$ref": "#/$defs/tree"]]], "required": ["id"]]
                ],
                "$ref": "#/$defs/tree",
            ],
            valid: [["id": 1, "children": [["id": 2, "children": []]]]], invalid: [["id": 1, "children": [[:]]]]),
        Case(
            "the root by its $id",
            [
                "$id": "https://example.org/s", "$defs": ["a": ["type": "null"]],
                "items": ["$ref": "https://example.org/s#/$defs/a"],
            ], valid: [[.null]], invalid: [[1]]),
        Case(
            "to a boolean", ["$defs": ["no": false], "properties": ["a": ["$ref": "#/$defs/no"]]], valid: [[:]],
            invalid: [["a": 1]]),
    ])
    func `references`(cases: Case) throws { try cases.check() }

    @Test(arguments: [
        Case(
            "date", ["format": "date"], valid: ["2026-02-28", "2024-02-29", "2000-02-29", 7],
            invalid: [
                "2026-02-29", "1900-02-29", "2026-13-01", "2026-00-10", "2026-1-01", "20260101", "", "2026-01-32",
                "2026-04-31",
            ]),
        Case(
            "time", ["format": "time"], valid: ["09:30:00Z", "23:59:60Z", "00:59:60+01:00", "09:30:00.123+08:00"],
            invalid: ["09:30:00", "24:00:00Z", "09:60:00Z", "9:30:00Z", "12:00:60Z", "09:30:00.Z", "09:30:00+24:00"]),
        Case(
            "date-time", ["format": "date-time"], valid: ["2026-02-13T09:00:00Z", "2026-02-13t09:00:00.5-05:30"],
            invalid: ["2026-02-13", "2026-02-13 09:00:00Z", "2026-02-30T09:00:00Z", "2026-02-13T09:00:00"]),
        Case(
            "duration", ["format": "duration"], valid: ["P1Y2M3DT4H5M6S", "PT0.5S", "P3W", "P1D", "-PT5M", "PT36H"],
            invalid: ["P", "PT", "1D", "P1DT", "P1S", "PT1D", "PT1.5H", "P1M1Y", "P1", "PT.5S"]),
        Case(
            "email", ["format": "email"],
            valid: [
                "a@b.cn", "first.last+tag@sub.example.org", "x@localhost", "\"a b@\\\"c\"@b.cn", "a@[127.0.0.1]",
                "a@[IPv6:2001:db8::1]",
            ],
            invalid: [
                "a", "a@", "@b", "a@b@c", "a b@c", "a..b@c", ".a@b", "a@-b.c", "a@b..c", "\"a@b.cn", "\"\"\"@b.cn",
                "a@[127.0.0.256]", "a@[IPv6:::1::]", "a@[::1]", "é@b.cn",
                .string(String(repeating: "a", count: 65) + "@b.cn"),
                .string("a@" + String(repeating: "b.", count: 127) + "cn"),
            ]),
        Case(
            "uri", ["format": "uri"],
            valid: [
                "https://example.org/a?b=c#d", "mailto:a@b.cn", "urn:isbn:123", "http://[::1]:8080/", "a:",
                "http://[1:2:3:4:5:6:7:8]", "http://[::ffff:1.2.3.4]", "http://[v7.a:b]", "ftp://h//p", "a:?#?",
                "http://u:p@h/%E4%B8%AD",
            ],
            invalid: [
                "example.org", "/path", "http://a b", "http://h:x/", "1http://h", "http://h/%zz", "a:b#c#d", "中:文",
                "http://[::g]/", "http://[1:2:3]/", "http://[1::2::3]/", "http://[1:2:3:4:5:6:7:8:9]",
                "http://[::01.2.3.4]",
                "http://[:1]/", "http://[1:]/", "http://[]/", "a:[", "a:\\", "", ":a", "a",
            ]),
        Case(
            "uuid", ["format": "uuid"], valid: ["2EB8AA08-aa98-11ea-b4aa-73b441d16380"],
            invalid: [
                "2eb8aa08-aa98-11ea-b4aa-73b441d1638", "2eb8aa08aa9811eab4aa73b441d16380",
                "2eb8aa08-aa98-11ea-b4aa-73b441d1638g",
            ]),
        Case("instance", ["format": "instance"], valid: ["2eb8aa08-aa98-11ea-b4aa-73b441d16380"], invalid: ["7"]),
        Case(
            "document", ["format": "document"], valid: [.string(String(repeating: "0a", count: 32))],
            invalid: [.string(String(repeating: "0a", count: 31)), .string(String(repeating: "0g", count: 32)), ""]),
    ])
    func `formats are asserted`(cases: Case) throws { try cases.check() }

    @Test func `annotations change nothing and are kept`() throws {
        let source: Value = [
            "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://example.org/s", "$comment": "c",
            "title": ["en": "Score", "zh": "评分", "zh-Hant": "評分"], "description": "d", "default": 1,
            "examples": [1], "deprecated": true, "readOnly": true, "writeOnly": false, "contentEncoding": "base64",
            "contentMediaType": "image/png", "x-unit": ["en": "yuan", "zh": "元"], "x-own": [1],
        ]
        let schema = try Schema(source)

        #expect(schema.validate("anything").isEmpty)
        #expect(schema.source == source)
        #expect(try schema == Schema(source))
    }
}
