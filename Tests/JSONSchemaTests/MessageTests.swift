import JSONSchema
import Testing
import Values

/// Every keyword says in both languages what was expected and what was found.
@Suite struct MessageTests {
    private static let long = String(repeating: "长", count: 5000)
    private static let text = Value.string(long)

    @Test(
        arguments: [
            ("type", ["type": "integer"], text), ("enum", ["enum": ["a"]], text), ("enum", ["enum": [text, "b"]], 1),
            ("const", ["const": text], "b"), ("multipleOf", ["multipleOf": 2], 3), ("maximum", ["maximum": 2], 3),
            ("exclusiveMaximum", ["exclusiveMaximum": 3], 3), ("minimum", ["minimum": 4], 3),
            ("exclusiveMinimum", ["exclusiveMinimum": 3], 3.0), ("maxLength", ["maxLength": 2], text),
            ("minLength", ["minLength": 2], "a"),
            ("pattern", ["pattern": .string("^" + String(repeating: "b", count: 999))], text),
            ("format", ["format": "date"], text), ("format", ["format": "uri"], text),
            ("maxItems", ["maxItems": 0], [1]),
            ("minItems", ["minItems": 2], [1]), ("uniqueItems", ["uniqueItems": true], [text, text]),
            ("contains", ["contains": ["type": "null"]], [1]),
            ("minContains", ["contains": true, "minContains": 2], [1]),
            ("maxContains", ["contains": true, "maxContains": 1], [1, 2]), ("items", ["items": false], [text]),
            ("prefixItems", ["prefixItems": [false]], [text]), ("maxProperties", ["maxProperties": 0], ["a": 1]),
            ("minProperties", ["minProperties": 2], ["a": 1]), ("required", ["required": [text]], [:]),
            ("dependentRequired", ["dependentRequired": ["a": [text]]], ["a": 1]),
            ("properties", ["properties": ["a": false]], ["a": text]),
            ("patternProperties", ["patternProperties": ["a": false]], ["a": text]),
            ("additionalProperties", ["additionalProperties": false], .map(ValueMap([(.string(long), text)]))),
            ("propertyNames", ["propertyNames": false], .map(ValueMap([(.string(long), 1)]))),
            ("dependentSchemas", ["dependentSchemas": ["a": false]], ["a": 1]), ("allOf", ["allOf": [false]], text),
            ("anyOf", ["anyOf": [["minimum": 5], ["multipleOf": 2]]], 3),
            ("anyOf", ["anyOf": [["const": text], ["const": 1]]], 2),
            ("oneOf", ["oneOf": [["type": "null"], ["type": "object"]]], text),
            ("oneOf", ["oneOf": [true, true]], text),
            ("not", ["not": true], text), ("then", ["if": true, "then": false], text),
            ("else", ["if": false, "else": false], text),
            ("false", false, text), ("false", ["$ref": "#/$defs/no", "$defs": ["no": false]], text),
        ] as [(String, Value, Value)])
    func `a message has both sides, in both languages, and is short`(
        keyword: String, schema: Value, value: Value
    ) throws {
        let violations = try Schema(schema).validate(value)
        #expect(violations.map(\.keyword) == [keyword])
        for violation in violations {
            #expect(violation.en.contains("expected") && violation.en.contains("found"), "\(violation.en)")
            #expect(violation.zh.contains("应") && violation.zh.contains("实"), "\(violation.zh)")
            #expect(violation.en.count < 200 && violation.zh.count < 200, "\(violation.en)")
            #expect(violation.en.unicodeScalars.allSatisfy { $0.isASCII || "长…".unicodeScalars.contains($0) })
        }
    }
}
