import CEL
import Testing
import Values

@testable import Statecharts

/// ECMAScript in SCXML: what it becomes, and that this computes the same.
@Suite struct ScriptExpressionTests {
    private static func translator(_ kinds: [String: ScriptExpression.Kind]) -> ScriptExpression {
        ScriptExpression(
            resolve: { kinds[$0] == nil ? nil : "context.\($0)" }, path: { $0 == "s" ? "p.s" : nil },
            kind: { kinds[$0] ?? .unknown })
    }

    private static let kinds: [String: ScriptExpression.Kind] = [
        "n": .int, "f": .double, "m": .number, "t": .string, "b": .bool, "l": .list, "x": .unknown,
    ]

    @Test(
        arguments: [
            ("x", "context.x"), ("x.y.length > 0", "context.x.y.size() > 0"), ("!b", "!context.b"),
            ("x !== undefined", "context.x != null"), ("_event.name == 'a'", "event.type == 'a'"),
            ("b ? 1 : -2", "context.b ? 1 : -2"), ("[x, {k: 'v'}]", "[context.x, {'k': 'v'}]"),
            ("(n + 1) * 2 >= 3 || true", "(context.n + 1) * 2 >= 3 || true"), ("In(\"s\")", "inState(\"p.s\")"),
            ("n - (n - 1)", "context.n - (context.n - 1)"), ("n < 1 == b", "context.n < 1 == context.b"),
            ("b == n < 1", "context.b == (context.n < 1)"), ("!(n > 1 && b)", "!(context.n > 1 && context.b)"),
            ("typeof x === 'undefined'", "context.x == null"),
            ("typeof _event.data != 'undefined' && b", "event.data != null && context.b"),
            ("'n is ' + n", "'n is ' + string(context.n)"),
            ("n + f + 'x'", "string(double(context.n) + double(context.f)) + 'x'"),
            ("'a' + t + null", "'a' + context.t + 'null'"), ("t + (n + 1)", "context.t + string(context.n + 1)"),
            ("n * 1.5", "double(context.n) * 1.5"), ("m + 1", "double(context.m) + 1.0"),
            ("2 * f - 1", "2.0 * double(context.f) - 1.0"), ("n % 2 == 1", "context.n % 2 == 1"),
            ("x === '5'", "context.x == '5'"), ("x == 'five'", "context.x == 'five'"), ("t == '5'", "context.t == '5'"),
            ("x / 2", nil), ("f(x)", nil), ("x.f()", nil), ("x = 1", nil), ("x++", nil), ("typeof x", nil),
            ("typeof x.y == 'undefined'", nil), ("typeof x == 'number'", nil), ("y", nil), ("`a`", nil),
            ("a => a", nil), ("In('q')", nil), ("", nil), ("x +", nil), ("1e5", nil), ("010", nil), ("n == '5'", nil),
            ("f % 2", nil), ("t * 2", nil), ("b + 1", nil), ("'a' + l", nil), ("x || 1", nil), ("n < t", nil),
            ("!x", nil), ("x ? 1 : 2", nil),
        ])
    func `what is simple becomes CEL and needs no warning, the rest does not`(script: String, cel: String?) {
        let found = Self.translator(Self.kinds).translated(script)
        #expect(found?.text == cel)
        #expect(found?.isAssumed != true)
    }

    @Test(
        arguments: [
            ("x + 1", "context.x + 1"), ("'a' + x", "'a' + string(context.x)"), ("x + 1.5", "double(context.x) + 1.5"),
            ("x == '5'", "context.x == '5'"),
            ("x == 5", "context.x == 5"), ("x < 5", "context.x < 5"), ("x == true", "context.x == true"),
        ])
    func `what depends on types that are not known says so`(script: String, cel: String) {
        let found = Self.translator(Self.kinds).translated(script)
        #expect(found?.text == cel)
        #expect(found?.isAssumed == true)
    }

    @Test(
        arguments: [
            ("n", "context.n != 0"), ("!n", "!(context.n != 0)"), ("f", "context.f != 0.0"), ("t", "context.t != ''"),
            ("b", "context.b"), ("n && !t", "context.n != 0 && !(context.t != '')"), ("x", nil), ("!x", nil),
            ("b || x", nil), ("l", nil), ("true", "true"),
        ])
    func `a condition is true of what ECMAScript takes for true`(script: String, cel: String?) {
        #expect(Self.translator(Self.kinds).translated(script, isCondition: true)?.text == cel)
    }

    @Test func `hostile nesting is not simple`() {
        for text in ["(", "!", "-", "[", "x[", "x.", "1+", "x?1:"] {
            let source = String(repeating: text, count: 4_096 / text.utf8.count)
            #expect(Self.translator(Self.kinds).translated(source) == nil)
            #expect(Self.translator(Self.kinds).translated(source.dropLast(10) + "x") == nil)
        }
    }

    private static func document(_ data: String, _ content: String) -> String {
        """
        <scxml xmlns="http://www.w3.org/2005/07/scxml" version="1.0" name="script" datamodel="ecmascript">
        <datamodel>\(data)</datamodel><state id="a">\(content)</state><final id="b"/></scxml>
        """
    }

    @Test func `the types of data are found in what is assigned to them`() throws {
        let data = """
            <data id="n" expr="1"/><data id="m" expr="1"/><data id="s" expr="'x'"/><data id="e"/>\
            <data id="sum" expr="n + 1"/><data id="late" expr="n &gt; 1"/><data id="on" expr="!late"/>
            """
        let content = """
            <onentry>
              <assign location="n" expr="n + sum"/><assign location="m" expr="m * 0.5"/>
              <assign location="s" expr="s + n"/><log expr="'m ' + m"/>
            </onentry>
            <transition cond="n &amp;&amp; on &amp;&amp; s" target="b"/>
            """
        let (imported, notes) = Conversion.read(Self.document(data, content), from: .scxml, file: "x.scxml")
        let yaml = try #require(imported).yaml
        #expect(notes.isEmpty, "\(notes)")
        #expect(yaml.contains("n: context.n + context.sum"), "\(yaml)")
        #expect(yaml.contains("m: double(context.m) * 0.5"), "\(yaml)")
        #expect(yaml.contains("s: context.s + string(context.n)"), "\(yaml)")
        #expect(yaml.contains("guard: context.n != 0 && context.on && context.s != ''"), "\(yaml)")
        let chart = try #require(Definition.compile(yaml, file: "x.yaml").chart)
        var simulation = Simulation(Machine(chart))
        let report = simulation.start()
        #expect(report["states"] == ["b"], "\(report)")
        #expect(report["context"] == ["n": 3, "m": 0.5, "s": "x3", "e": .null, "sum": 2, "on": true, "late": false])
    }

    @Test(
        arguments: [
            ("<log expr=\"x / 2\"/>", "expression-placeholder", "x / 2"),
            ("<log expr=\"e + 1\"/>", "assumed-type", "e + 1"),
            ("<if cond=\"e\"/>", "guard-placeholder", "e"), ("<if cond=\"!e\"/>", "guard-placeholder", "!e"),
            ("<if cond=\"n == '5'\"/>", "guard-placeholder", "n == '5'"),
        ])
    func `what is not translated, or not for certain, is named`(content: String, code: String, source: String) throws {
        let text = Self.document("<data id=\"e\"/><data id=\"n\" expr=\"1\"/>", "<onentry>\(content)</onentry>")
        let (imported, notes) = Conversion.read(text, from: .scxml, file: "x.scxml")
        #expect(notes.first { $0.code == code }?.message.english.contains("'\(source)'") == true, "\(notes)")
        #expect(try #require(imported).mistakes == [])
    }
}
