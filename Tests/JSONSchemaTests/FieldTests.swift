import JSONSchema
import Testing
import Values

@Suite struct FieldTests {
    private static let review: Value = [
        "$defs": ["money": ["type": "number", "minimum": 0, "multipleOf": 0.01, "x-unit": "CNY"]],
        "type": "object", "required": ["title", "score"], "additionalProperties": false,
        "properties": [
            "score": ["type": "integer", "minimum": 0, "maximum": 100, "title": ["en": "Score", "zh": "评分"]],
            "title": ["type": "string", "maxLength": 200],
            "comment": ["type": "string", "maxLength": 2000],
            "cost": ["$ref": "#/$defs/money", "title": "Cost"],
            "agreed": ["type": "boolean", "default": false],
            "level": ["oneOf": [["const": 1, "title": ["zh": "一"]], ["const": 2, "title": "two"]]],
            "kind": ["enum": ["a", "b"]],
            "due": ["type": ["string", "null"], "format": "date"],
            "tags": ["type": "array", "items": ["type": "string"], "maxItems": 3],
            "marks": ["type": "array", "items": ["type": "integer"]],
            "address": ["type": "object", "properties": ["city": ["type": "string"], "code": ["type": "integer"]]],
            "first": ["type": "string", "x-order": 1, "x-multiline": true],
        ],
    ]

    @Test func `fields are in the order of x-order, required, name`() throws {
        let fields = try Schema(Self.review).fields
        #expect(
            fields.map(\.name) == [
                "first", "title", "score", "address", "agreed", "comment", "cost", "due", "kind", "level", "marks",
                "tags",
            ])
    }

    @Test func `a field tells a form what to show`() throws {
        let fields = try Dictionary(uniqueKeysWithValues: Schema(Self.review).fields.map { ($0.name, $0) })

        let score = try #require(fields["score"])
        #expect(score.label("zh-CN") == "评分")
        #expect(score.label("fr") == "Score")
        #expect(score.kind == .integer)
        #expect(score.isRequired)
        #expect(score.minimum == 0)
        #expect(score.maximum == 100)
        #expect(fields["title"]?.isMultiline == false)
        #expect(fields["title"]?.label("en") == "title")
        #expect(fields["comment"]?.isMultiline == true)
        #expect(fields["first"]?.isMultiline == true)
        #expect(fields["cost"]?.kind == .number)
        #expect(fields["cost"]?.title?["zh"] == "Cost")
        #expect(fields["cost"]?.hints["x-unit"] == "CNY")
        #expect(fields["agreed"]?.default == false)
        #expect(fields["level"]?.kind == .integer)
        #expect(fields["level"]?.options.map(\.text) == ["1", "2"])
        #expect(fields["level"]?.options.first?.title?["en"] == "一")
        #expect(fields["kind"]?.kind == .string)
        #expect(fields["due"]?.isNullable == true)
        #expect(fields["due"]?.format == "date")
        #expect(fields["tags"]?.items.first?.kind == .string)
        #expect(fields["address"]?.fields.map(\.name) == ["city", "code"])
    }

    @Test func `form texts become typed values`() throws {
        let (value, violations) = try Schema(Self.review).coerce([
            "title": "A\r\nB", "score": " 90 ", "cost": "3", "agreed": "on", "level": "2", "kind": "b", "due": "",
            "comment": "", "tags": "x\r\n\r\n y ", "marks": "1\n2", "address.city": "北京", "address.code": "100000",
        ])

        #expect(violations.isEmpty)
        #expect(
            value == [
                "title": "A\nB", "score": 90, "cost": 3.0, "agreed": true, "level": 2, "kind": "b", "tags": ["x", "y"],
                "marks": [1, 2], "address": ["city": "北京", "code": 100000],
            ])
    }

    @Test func `texts that do not fit are violations at their field, once`() throws {
        let (_, violations) = try Schema(Self.review).coerce([
            "title": "", "score": "many", "cost": "0x10", "level": "3", "agreed": "perhaps", "titel": "x",
            "marks": "1\nb", "address.code": "x",
        ])
        #expect(
            Dictionary(grouping: violations, by: \.pointer).mapValues { $0.map(\.keyword) } == [
                "/title": ["required"], "/score": ["type"], "/cost": ["type"], "/level": ["oneOf"], "/agreed": ["type"],
                "/titel": ["additionalProperties"], "/marks/1": ["type"], "/address/code": ["type"],
            ])
    }

    @Test(arguments: ["1e999", "nan", "inf", "1,000", "0x1p3", "--1"])
    func `only decimal notation is a number`(text: String) throws {
        let schema = try Schema(["properties": ["n": ["type": "number"]]])
        #expect(schema.coerce(["n": text]).1.map(\.keyword) == ["type"])
    }

    @Test func `a required field that may be null is null when empty`() throws {
        let schema = try Schema(["required": ["n"], "properties": ["n": ["type": ["integer", "null"]]]])
        let (value, violations) = schema.coerce(["n": ""])
        #expect(value == ["n": .null])
        #expect(violations.isEmpty)
    }

    struct Path: Sendable, CustomTestStringConvertible {
        let names: String
        let found: Value?

        init(_ names: String, _ found: Value?) {
            self.names = names
            self.found = found
        }

        var testDescription: String { self.names }
    }

    @Test(arguments: [
        Path("title", ["type": "string", "maxLength": 200]),
        Path("cost", ["type": "number", "minimum": 0, "multipleOf": 0.01, "x-unit": "CNY", "title": "Cost"]),
        Path("address.city", ["type": "string"]), Path("address.other", true), Path("marks.0", ["type": "integer"]),
        Path("marks.*", ["type": "integer"]), Path("marks.x", nil), Path("title.x", nil), Path("other", nil),
    ])
    func `a path leads to its subschema`(path: Path) throws {
        let schema = try Schema(Self.review)
        #expect(schema.property(at: path.names.split(separator: ".").map(String.init)) == path.found)
    }

    @Test func `a path goes through references, allOf, alternatives and patterns`() throws {
        let schema = try Schema([
            "$defs": [
                "node": ["type": "object", "properties": ["next": ["$ref": "#/$defs/node"], "n": ["type": "integer"]]]
            ],
            "allOf": [["properties": ["a": ["$ref": "#/$defs/node"]]], ["properties": ["b": ["type": "null"]]]],
            "properties": [
                "either": ["oneOf": [["type": "null"], ["type": "object", "properties": ["x": ["type": "string"]]]]]
            ],
            "patternProperties": ["^p_": ["type": "boolean"]], "additionalProperties": ["type": "number"],
        ])

        #expect(schema.property(at: ["a", "next", "next", "n"]) == ["type": "integer"])
        #expect(schema.property(at: ["b"]) == ["type": "null"])
        #expect(schema.property(at: ["either", "x"]) == ["type": "string"])
        #expect(schema.property(at: ["p_1"]) == ["type": "boolean"])
        #expect(schema.property(at: ["q"]) == ["type": "number"])
        #expect(schema.property(at: [])?["properties"]?.map?.count == 3)
    }
}
