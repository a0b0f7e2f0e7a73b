import Statecharts
import Testing
import Values

/// What is found in expressions, and where.
@Suite struct DiagnosticsExpressionTests {
    private static func errors(_ text: String) -> [Diagnostic] {
        Definition.compile(text, file: "w.yaml").diagnostics.filter { $0.severity == .error }
    }

    private static func found(_ text: String) -> [String] {
        Self.errors(text).map { "\($0.position.line):\($0.position.column) \($0.code)" }
    }

    private static func withGuard(_ yaml: String) -> String {
        "workflow: w\nlet: {ready: context.a > 1}\nstates:\n  a:\n    tags: t\n    on:\n      x:\n        guard: \(yaml)\n        target: b\n  b: {id: bee}\n"
    }

    @Test(
        arguments: [
            ("context.a >", ["8:27 expression-syntax"]), ("\"context.a >\"", ["8:28 expression-syntax"]),
            ("'a \"\"x'", ["8:19 expression-syntax"]), ("draft", ["8:16 unknown-name"]),
            ("context.a == draft", ["8:29 unknown-name"]), ("\"'\\u00e9' == draft\"", ["8:29 unknown-name"]),
            ("'''x'' == draft'", ["8:26 unknown-name"]),
            (">-\n          context.a &&\n          oops", ["10:11 unknown-name"]),
            ("|\n          context.a &&\n            oops", ["10:13 unknown-name"]),
            ("context.a &&\n          oops", ["9:11 unknown-name"]),
            ("ready && event.data.x && now > instance.startedAt", []),
            ("context.l.all(i, i > 0) && [1].exists(k, v, v > k)", []), ("type(context.a) == int", []),
            ("math.greatest(1, 2) > 1 && sum([1]) == 1 && avg([1.0]) == 1.0", []),
            (
                "inState(\"a\") && inState(\"#bee\") && reached(\"b\") && visits(\"a\") > 1 && enteredAt(\"a\") < now",
                []
            ),
            ("inState(\"c\")", ["8:16 unknown-state"]), ("inState(\"#b\")", ["8:16 unknown-state"]),
            ("hasTag(\"t\") || hasTag(\"u\")", ["8:31 unknown-tag"]),
            ("inState(\"a\", \"b\")", ["8:16 argument-count"]),
            ("addDelay(now, \"P6M + 1 workday\") < now", []), ("addDelay(now, \"6 months\") < now", ["8:16 bad-delay"]),
            ("nothing(1)", ["8:16 expression-syntax"]), ("[1]", ["8:16 expected-expression"]), ("true", []),
            ("1", ["8:16 cel-type"]),
            ("response.status == 200", ["8:16 unknown-name"]),
        ] as [(String, [String])])
    func `mistakes in a guard stand where they are`(yaml: String, expected: [String]) {
        #expect(Self.found(Self.withGuard(yaml)) == expected)
    }

    @Test(
        arguments: [
            ("key: event.data.id", ["1:6 unknown-name"]), ("key: context.id", []),
            ("delays: {d: {at: now}}", ["1:18 unknown-name"]), ("delays: {d: {at: context.due}}", []),
            ("let: {a: b, b: a}", ["1:7 let-cycle", "1:13 let-cycle"]), ("let: {a: [1]}", ["1:10 expected-expression"]),
            ("entry: {assign: {status: draft}}", ["1:26 unknown-name"]), ("entry: {assign: {status: \"'draft'\"}}", []),
            (
                "entry: {forEach: {in: context.l, as: i, index: n, actions: {assign: {x: i + n + m}}}}",
                ["1:81 unknown-name"]
            ),
            ("entry: {forEach: {in: context.l, as: event, actions: []}}", ["1:38 loop-name"]),
            (
                "entry: {if: contextt.a, actions: [], else: {log: {message: 'a ${b}'}}}",
                ["1:13 unknown-name", "1:65 unknown-name"]
            ),
            ("entry: {raise: {event: x, delay: {at: event.data.when}}}", []),
            ("title: {en: 'Hello ${context.a', zh: b}", ["1:20 text-syntax"]),
            ("invoke: {src: http, url: u, expect: response.status == 200, onError: s}", []),
            ("invoke: {src: human, assignee: event.by.user, form: contxt.form}", ["1:53 unknown-name"]),
            ("invoke: {src: human, timeout: {at: event.at}}", ["1:36 unknown-name"]),
        ] as [(String, [String])])
    func `an expression sees what its place allows`(line: String, expected: [String]) {
        #expect(Self.found(line + "\nstates: {s: {}}\nworkflow: w\n") == expected)
    }

    @Test func `an unknown name tells how a literal string is written`() {
        let alone = Self.errors("workflow: w\nstates: {s: {entry: {assign: {status: draft}}}}\n")
        #expect(alone.first?.hint?.english == "a literal string is written \"'draft'\", data is 'context.draft'")
        #expect(Self.errors(Self.withGuard("contxt.a == 1")).first?.hint?.english == "did you mean 'context'?")
        #expect(Self.errors(Self.withGuard("redy")).first?.hint?.english.contains("'redy'") == true)
        #expect(Self.errors(Self.withGuard("context.a === 1")).first?.hint?.english == "CEL compares with == and !=")
    }
}
