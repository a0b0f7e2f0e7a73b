import JSONSchema
import Testing
import Values

@Suite struct MistakeTests {
    struct Wrong: Sendable, CustomTestStringConvertible {
        let schema: Value
        let pointer: String
        let about: String

        init(_ schema: Value, _ pointer: String, _ about: String) {
            self.schema = schema
            self.pointer = pointer
            self.about = about
        }

        var testDescription: String { "\(self.pointer) \(self.about)" }
    }

    @Test(arguments: [
        Wrong(1, "", "an object, true or false"),
        Wrong(["maxlength": 3], "/maxlength", "did you mean 'maxLength'?"),
        Wrong(["properties": ["a": ["tpye": "string"]]], "/properties/a/tpye", "did you mean 'type'?"),
        Wrong(["type": "strnig"], "/type", "did you mean 'string'?"),
        Wrong(["type": []], "/type", "no type"),
        Wrong(["type": ["null", "null"]], "/type", "twice"),
        Wrong(["enum": []], "/enum", "at least one"),
        Wrong(["multipleOf": 0], "/multipleOf", "above 0"),
        Wrong(["maximum": "3"], "/maximum", "a number"),
        Wrong(["minLength": -1], "/minLength", "at least 0"),
        Wrong(["maxItems": 1.5], "/maxItems", "an integer"),
        Wrong(["pattern": "(?=a)"], "/pattern", "look-ahead"),
        Wrong(["patternProperties": ["[": true]], "/patternProperties/[", "not closed"),
        Wrong(["format": "dat"], "/format", "did you mean 'date'?"),
        Wrong(["required": "a"], "/required", "a list of names"),
        Wrong(["required": ["a", "a"]], "/required", "twice"),
        Wrong(["items": [true]], "/items", "prefixItems"),
        Wrong(["prefixItems": []], "/prefixItems", "at least one"),
        Wrong(["allOf": []], "/allOf", "at least one"),
        Wrong(["allOf": [true, 3]], "/allOf/1", "an object, true or false"),
        Wrong(["properties": []], "/properties", "an object"),
        Wrong(["dependentRequired": ["a": "b"]], "/dependentRequired/a", "a list of names"),
        Wrong(["uniqueItems": "yes"], "/uniqueItems", "true or false"),
        Wrong(["then": true], "/then", "without 'if'"),
        Wrong(["minContains": 1], "/minContains", "without 'contains'"),
        Wrong(["title": 3], "/title", "by language"),
        Wrong(["title": ["english": "x"]], "/title", "language tag"),
        Wrong(["title": [:]], "/title", "no text"),
        Wrong(["readOnly": 1], "/readOnly", "true or false"),
        Wrong(["$schema": "http://json-schema.org/draft-07/schema#"], "/$schema", "2020-12"),
        Wrong(["items": ["$id": "x"]], "/items/$id", "whole schema"),
        Wrong(["$ref": "https://example.org/other"], "/$ref", "remote"),
        Wrong(["$ref": "#/$defs/a", "$defs": ["b": true]], "/$ref", "did you mean '#/$defs/b'?"),
        Wrong(["$ref": "#nowhere"], "/$ref", "no schema"),
        Wrong(["$ref": "#/%zz"], "/$ref", "% escape"),
        Wrong(["$ref": "#/default", "default": true], "/$ref", "no schema"),
        Wrong(["$ref": "#"], "", "without end"),
        Wrong(
            ["$defs": ["a": ["anyOf": [true, ["$ref": "#/$defs/b"]]], "b": ["not": ["$ref": "#/$defs/a"]]]],
            "/$defs/a", "without end"),
        Wrong(["$anchor": "1"], "/$anchor", "a letter"),
        Wrong(["$anchor": "a", "items": ["$anchor": "a"]], "/items/$anchor", "twice"),
        Wrong(["$dynamicRef": "#a"], "/$dynamicRef", "no schema"),
        Wrong(["$dynamicRef": "https://example.org/a"], "/$dynamicRef", "remote"),
        Wrong(["$dynamicAnchor": "a", "items": ["$anchor": "a"]], "/items/$anchor", "twice"),
        Wrong(["contentSchema": true], "/contentSchema", "not supported"),
        Wrong(["format": "hostname"], "/format", "is one of"),
        Wrong(["pattern": .string(String(repeating: "a", count: 3000))], "/pattern", "at most 2048"),
        Wrong(["pattern": "((a{1000}){1000}){9}"], "/pattern", "too large"),
        Wrong(["x-unit": 3], "/x-unit", "by language"),
        Wrong(["x-unit": ["en": 3]], "/x-unit", "by language"),
        Wrong(["x-unit": ["1": "m"]], "/x-unit", "language tag"),
        Wrong(["x-order": "first"], "/x-order", "a number"),
        Wrong(["x-multiline": "yes"], "/x-multiline", "true or false"),
        Wrong(["unevaluatedProperties": false], "/unevaluatedProperties", "additionalProperties"),
        Wrong(["unevaluatedItems": false], "/unevaluatedItems", "not supported"),
        Wrong(["definitions": [:]], "/definitions", "$defs"),
        Wrong(["dependencies": [:]], "/dependencies", "dependentRequired"),
        Wrong(["$vocabulary": [:]], "/$vocabulary", "not supported"),
    ])
    func `a wrong schema is refused at its place`(wrong: Wrong) {
        let error = #expect(throws: SchemaError.self) { try Schema(wrong.schema) }
        #expect(error?.mistakes.count == 1, "\(error?.mistakes ?? [])")
        #expect(error?.mistakes.first?.pointer == wrong.pointer)
        #expect(error?.mistakes.first?.message.contains(wrong.about) == true, "\(error?.mistakes.first?.message ?? "")")
    }

    @Test func `every mistake is reported`() {
        let error = #expect(throws: SchemaError.self) {
            try Schema(["type": "x", "properties": ["a/b": ["minimum": "1"], "c": ["foo": 1]], "$ref": "other"])
        }
        #expect(
            error?.mistakes.map(\.pointer) == ["/type", "/properties/a~1b/minimum", "/properties/c/foo", "/$ref"])
    }

    @Test func `a mistake is of a keyword, or of what it says`() {
        let error = #expect(throws: SchemaError.self) {
            try Schema(["foo": 1, "minimum": "1", "then": true, "$vocabulary": [:]])
        }
        let ofKeys = error?.mistakes.filter(\.isOfKey).map(\.pointer).sorted()
        #expect(ofKeys == ["/$vocabulary", "/foo", "/then"])
    }

    @Test func `a schema nested without end is refused`() {
        var schema: Value = true
        for _ in 0..<100 { schema = ["items": schema] }
        #expect(throws: SchemaError.self) { try Schema(schema) }
    }
}
