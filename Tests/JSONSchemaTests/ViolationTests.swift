import Testing
import Values

@testable import JSONSchema

@Suite struct ViolationTests {
    private func violations(_ schema: Value, _ value: Value) throws -> [Violation] {
        try Schema(schema).validate(value)
    }

    struct Message: Sendable, CustomTestStringConvertible {
        let schema: Value
        let value: Value
        let pointer: String
        let keyword: String
        let en: String
        let zh: String

        init(_ schema: Value, _ value: Value, _ pointer: String, _ keyword: String, _ en: String, _ zh: String) {
            self.schema = schema
            self.value = value
            self.pointer = pointer
            self.keyword = keyword
            self.en = en
            self.zh = zh
        }

        var testDescription: String { self.en }
    }

    @Test(arguments: [
        Message(
            ["type": ["integer", "null"]], "x", "", "type", "expected an integer or null, found \"x\"", "应为整数或空值，实为“x”"),
        Message(
            ["enum": ["a", "b"]], "c", "", "enum", "expected one of \"a\", \"b\", found \"c\"", "应为“a”、“b”之一，实为“c”"),
        Message(["const": 1], true, "", "const", "expected 1, found true", "应为1，实为true(是)"),
        Message(["maximum": 3.0], 5.0, "", "maximum", "expected at most 3, found 5", "应为不大于 3，实为5"),
        Message(["maximum": 3], 4.5, "", "maximum", "expected at most 3, found 4.5", "应为不大于 3，实为4.5"),
        Message(
            ["multipleOf": 0.01], 0.005, "", "multipleOf", "expected a multiple of 0.01, found 0.005",
            "应为0.01 的倍数，实为0.005"),
        Message(["maxLength": 1], "中文", "", "maxLength", "expected at most 1 character, found 2", "应为至多 1 个字符，实为2 个"),
        Message(["required": ["a"]], [:], "/a", "required", "expected a value for 'a', found nothing", "应填写“a”，实为空缺"),
        Message(
            ["dependentRequired": ["a": ["b"]]], ["a": 1], "/b", "dependentRequired",
            "expected a value for 'b', as 'a' is given, found nothing", "给出“a”时应填写“b”，实为空缺"),
        Message(
            ["properties": ["title": true], "additionalProperties": false], ["titel": 1], "/titel",
            "additionalProperties",
            "expected no 'titel' here, found 1; did you mean 'title'?", "此处不应有“titel”，实为1；是否指“title”？"),
        Message(
            ["items": ["properties": ["a/b": ["type": "null"]]]], [[:], ["a/b": []]], "/1/a~1b", "type",
            "expected null, found a list of 0", "应为空值，实为0 项的列表"),
        Message(
            ["const": ["a": 1]], ["a": 2], "", "const", #"expected {"a":1}, found {"a":2}"#, #"应为{"a":1}，实为{"a":2}"#),
        Message(
            ["enum": [[1], [2, 3]]], [4], "", "enum", "expected one of [1], [2,3], found [4]", "应为[1]、[2,3]之一，实为[4]"),
        Message(["items": false], [1], "/0", "items", "expected nothing here, found 1", "此处不应有值，实为1"),
        Message(
            ["uniqueItems": true], [1, 2, 1], "/2", "uniqueItems", "expected items that differ, found 1 at 0 and 2",
            "应无重复项，实为第 1 项与第 3 项同为1"),
        Message(
            ["contains": ["const": 1]], [2], "", "contains", "expected at least 1 item of the wanted form, found 0",
            "应为至少 1 个符合要求的项，实为0"),
        Message(
            ["oneOf": [["const": "a", "title": "A"], ["const": "b", "title": "B"]]], "c", "", "oneOf",
            "expected one of \"a\", \"b\", found \"c\"", "应为“a”、“b”之一，实为“c”"),
        Message(
            ["oneOf": [["minimum": 1], ["minimum": 2]]], 5, "", "oneOf",
            "expected to match exactly one of 2 alternatives, found that 2 match", "应恰好符合 2 种形式之一，实际符合 2 种"),
        Message(
            ["anyOf": [["type": "null"], ["type": "object", "required": ["a"]]]], [:], "/a", "required",
            "expected a value for 'a', found nothing", "应填写“a”，实为空缺"),
        Message(
            ["anyOf": [["type": "null"], ["type": "string"]]], 1, "", "anyOf",
            "expected to match one of 2 alternatives, found none; the closest: expected null, found 1",
            "应符合 2 种形式之一，实际均不符合；最接近的一种：应为空值，实为1"),
        Message(
            ["format": "date"], "", "", "format", "expected a date such as 2026-02-13, found an empty text",
            "应为日期，如 2026-02-13，实为空文本"),
    ])
    func `a violation says where, what was expected and what was found`(message: Message) throws {
        let violations = try self.violations(message.schema, message.value)
        #expect(violations.count == 1)
        #expect(
            violations.first
                == Violation(pointer: message.pointer, keyword: message.keyword, en: message.en, zh: message.zh))
    }

    @Test func `violations come in document order, each once`() throws {
        let schema: Value = [
            "allOf": [
                ["properties": ["z": ["type": "string"], "list": ["items": ["maximum": 1]]]],
                ["properties": ["a": ["type": "string"]]], ["properties": ["a": ["type": "string"]]],
            ],
            "required": ["m"],
        ]
        var list = [Value](repeating: 0, count: 12)
        list[2] = 5
        list[10] = 5

        let found = try self.violations(schema, ["z": 1, "a": 1, "list": .list(list)])
        #expect(found.map(\.pointer) == ["/a", "/list/2", "/list/10", "/m", "/z"])
    }

    @Test func `a value of the wrong type breaks nothing else`() throws {
        #expect(try self.violations(["type": "string", "enum": ["a"], "const": "a"], 1).map(\.keyword) == ["type"])
    }

    @Test func `at most a hundred violations are reported`() throws {
        let list = Value.list([Value](repeating: "x", count: 5000))
        let found = try self.violations(["items": ["type": "integer"]], list)
        #expect(found.count == 100)
        #expect(found.last?.pointer == "/99")
    }

    @Test func `violations inside of not, if and contains are not reported`() throws {
        let schema: Value = ["not": ["required": ["a"]], "if": ["required": ["b"]], "then": false]
        #expect(try self.violations(schema, [:]).isEmpty)
    }
}
