import Statecharts
import Testing
import Values

/// The YAML profile, seen through what it makes of `context`.
@Suite struct ReaderTests {
    private static func context(_ yaml: String) -> Value? {
        Definition.compile("workflow: w\ncontext: {a: \(yaml)}\nstates: {s: {}}\n", file: "w.yaml")
            .chart?.contextDefaults["a"]
    }

    private static func codes(_ text: String) -> [String] {
        Definition.compile(text, file: "w.yaml").diagnostics.filter { $0.severity == .error }
            .map { "\($0.position.line):\($0.position.column) \($0.code)" }
    }

    @Test(
        arguments: [
            ("yes", "yes"), ("on", "on"), ("NO", "NO"), ("1:30", "1:30"), ("2026-02-13", "2026-02-13"),
            ("1_000", "1_000"),
            ("\"1\"", "1"), ("'true'", "true"), ("\"null\"", "null"), ("0o8", "0o8"), ("0x", "0x"), ("-", "-"),
            (".", "."),
            ("1e", "1e"), ("+", "+"), ("1.2.3", "1.2.3"), ("0b1", "0b1"),
        ] as [(String, String)])
    func `what YAML 1.2's core schema does not resolve is a string`(yaml: String, text: String) {
        #expect(Self.context(yaml) == .string(text))
    }

    @Test(
        arguments: [
            ("1", 1), ("+1", 1), ("-7", -7), ("010", 10), ("0x1F", 31), ("0o17", 15),
            ("9223372036854775807", .int(.max)),
            (".5", 0.5), ("5.", 5.0), ("-.5e-3", -0.0005), ("1e3", 1000.0), ("1.50", 1.5), ("true", true),
            ("False", false),
            ("~", .null), ("NULL", .null), ("", .null), ("[1, a]", [1, "a"]), ("{b: {c: d}}", ["b": ["c": "d"]]),
        ] as [(String, Value)])
    func `numbers, booleans and null are resolved`(yaml: String, value: Value) {
        #expect(Self.context(yaml) == value)
    }

    @Test(arguments: [".inf", "-.Inf", ".NaN", "9223372036854775808", "0xFFFFFFFFFFFFFFFF", "1e999"])
    func `a number that no value can hold is an error`(yaml: String) {
        #expect(Self.codes("workflow: w\ncontext: {a: \(yaml)}\nstates: {s: {}}\n") == ["2:14 number-range"])
    }

    @Test(
        arguments: [
            ("workflow: w\nstates:\n  a: {}\n  b: {}\n  a: {}\n", ["5:3 duplicate-key"]),
            ("workflow: w\nstates: {a: {}}\n---\nworkflow: v\n", ["3:1 second-document"]),
            ("workflow: !!str w\nstates: {a: !x {}}\n", ["1:11 tag", "2:13 tag"]),
            ("workflow: w\nstates: {a: &x !y {}}\n", ["2:13 tag"]),
            ("workflow: w\nstates: {[a]: {}, b: {}}\n", ["2:10 key-not-string"]),
            ("workflow: w\nstates: {a: *x}\n", ["2:13 yaml-syntax"]),
            ("workflow: w\nstates: {a: {}\n", ["2:9 yaml-syntax"]),
            ("workflow: w\n\tstates: {}\n", ["2:1 yaml-syntax"]),
            ("workflow: w\nstates: {a: {<<: 5}}\n", ["2:18 merge-not-map"]),
            ("", ["1:1 empty"]), ("# nothing\n", ["1:1 empty"]), ("- a\n", ["1:1 not-a-map"]), ("5", ["1:1 not-a-map"]),
            ("workflow: \"a\\0\"\nstates: {a: {}}\n", ["1:11 unstorable-string", "1:11 workflow-id"]),
        ] as [(String, [String])])
    func `what the profile excludes is reported with its place`(text: String, expected: [String]) {
        #expect(Self.codes(text) == expected)
    }

    @Test func `aliases repeat and merges fill in what a map lacks`() throws {
        let (compiled, diagnostics) = Definition.compile(
            """
            workflow: w
            context:
              base: &base {a: 1, b: 2}
              merged: {<<: *base, b: 3}
              several: {<<: [{a: 10}, *base]}
              again: *base
            states: {s: {}}
            """, file: "w.yaml")
        let context = try #require(compiled, "\(diagnostics)").contextDefaults
        #expect(context["merged"] == ["a": 1, "b": 3])
        #expect(context["several"] == ["a": 10, "b": 2])
        #expect(context["again"] == context["base"])
    }

    @Test func `JSON is read by the same reader`() throws {
        let (compiled, _) = Definition.compile(
            #"{"workflow": "w",\#n\#t"context": {"e": "\ud83d\ude00\u4e2d\/\\ud83d", "on": true}, "states": {"s": {}}}"#,
            file: "w.json")
        #expect(try #require(compiled).contextDefaults == ["e": "😀中/\\ud83d", "on": true])
    }

    private static func bomb(key: String) -> String {
        var text = "workflow: w\ncontext:\n  a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
        for level in 1..<12 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "  a\(level): &a\(level) [\(aliases)]\n"
        }
        return text + "  \(key): 1\nstates: {s: {}}\n"
    }

    @Test(arguments: [
        ("last", "limit-nodes"), ("? *a11\n  ", "limit-aliases"), ("{*a11 : 1}", "limit-aliases"),
        ("*a11 ", "limit-aliases"), ("[*a11]", "limit-aliases"),
    ])
    func `an alias bomb is refused by a named limit`(key: String, code: String) {
        let codes = Definition.compile(Self.bomb(key: key), file: "w.yaml").diagnostics.map(\.code)
        #expect(codes == [code])
    }

    @Test func `depth, length, states and nesting of states are limited`() {
        let deep =
            "workflow: w\ncontext: {a: " + String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
        #expect(Self.codes(deep + "}\nstates: {s: {}}\n").map { $0.split(separator: " ")[1] } == ["limit-depth"])
        let deepest = "a: " + String(repeating: "[", count: 100_000)
        #expect(Self.codes(deepest).count == 1)
        #expect(Self.codes(String(repeating: "#", count: 1024 * 1024 + 1)) == ["1:1 limit-bytes"])
        let many = (0...2_000).map { "  s\($0): {}\n" }.joined()
        #expect(Self.codes("workflow: w\nstates:\n" + many) == ["2002:3 limit-states"])
        var nested = "{type: final}"
        for _ in 0..<33 { nested = "{states: {s: \(nested)}}" }
        let codes = Self.codes("workflow: w\nstates: {s: \(nested)}\n").map { $0.split(separator: " ")[1] }
        #expect(codes.contains("limit-state-depth"))
    }
}
