import Statecharts
import Testing
import Values

/// Members of events' data that nothing gives, and what else is found in schemas, votes and targets.
@Suite struct DataDiagnosticsTests {
    private static func diagnostics(_ text: String) -> [Diagnostic] {
        Definition.compile(text, file: "w.yaml").diagnostics
    }

    private static func found(_ text: String) -> [String] {
        Self.diagnostics(text).map { "\($0.position.line):\($0.position.column) \($0.code)" }
    }

    /// The guard begins in line 11, column 13.
    private static func task(_ guardText: String, _ keys: String) -> String {
        """
        workflow: w
        states:
          a:
            invoke:
              id: t
              src: human
              candidates: {roles: [r]}
              outcomes: {pass: {}, back: {}}
              onDone:
                - guard: >-
                    \(guardText)
                  target: b
                - b
              \(keys)
          b: {type: final}

        """
    }

    @Test(
        arguments: [
            ("event.data.score > 1", []), ("event.data.scor > 1", ["11:24 unknown-field"]),
            ("has(event.data.scor)", ["11:28 unknown-field"]), ("event.data[\"scor\"] == 1", ["11:23 unknown-field"]),
            ("event.data.?scor.orValue(0) == 0", ["11:25 unknown-field"]),
            ("event.data.by.nam == \"a\"", ["11:27 unknown-field"]),
            ("event.data.map.anything == 1", []), ("event.data.outcom == \"pass\"", ["11:24 unknown-field"]),
        ] as [(String, [String])])
    func `a field that the form does not have is doubtful`(guardText: String, expected: [String]) {
        let form =
            "form: {properties: {score: {type: integer}, by: {type: object, properties: {name: {type: string}}}, map: {additionalProperties: true, properties: {a: {}}}}}"
        #expect(Self.found(Self.task(guardText, form)) == expected)
        let open = "form: {additionalProperties: true, properties: {score: {type: integer}}}"
        #expect(Self.found(Self.task("event.data.scor == 1", open)) == [])
        let branched = "form: {properties: {score: {type: integer}}, anyOf: [{properties: {other: {}}}, {}]}"
        #expect(Self.found(Self.task("event.data.other == 1", branched)) == [])
        #expect(Self.found(Self.task("event.data.other == 1", "form: context.form")) == [])
    }

    @Test(
        arguments: [
            ("event.data.submissions.exists(s, s.data.why == \"a\")", []),
            ("event.data.submisions.size() > 1", ["11:24 unknown-field"]), ("event.data.counts.pass > 1", []),
            ("event.data.counts.yes > 1", ["11:31 unknown-field"]), ("event.data.counts[event.data.outcome] > 1", []),
            ("event.data.submissions.exists(s, s.data.wy == \"a\")", ["11:53 unknown-field"]),
            ("event.data.submissions[0].what == 1", ["11:39 unknown-field"]),
        ] as [(String, [String])])
    func `a vote's result has its shape`(guardText: String, expected: [String]) {
        let votes = "votes: {of: 3, need: 2}\n      form: {properties: {why: {type: string}}}"
        #expect(Self.found(Self.task(guardText, votes)) == expected)
    }

    @Test func `so have failures, and data of declared events`() {
        let text = """
            workflow: w
            events: {go: {schema: {properties: {n: {type: integer}}}}}
            states:
              a:
                invoke:
                  src: worker
                  topic: t
                  onError: [{guard: event.data.cod == 'x', target: b}, {guard: event.data.code == 'y', target: b}]
                on: {go: {guard: event.data.m > 1, target: b}}
              b: {type: final}

            """
        #expect(Self.found(text) == ["8:36 unknown-field", "9:33 unknown-field"])
        #expect(Self.diagnostics(text).first?.hint?.english == "did you mean 'code'?")
    }

    @Test(arguments: [
        ("context[\"titel\"] == \"a\"", ["5:18 unknown-field"]), ("context[\"title\"] == \"a\"", []),
        ("context.?titel.hasValue()", ["5:18 unknown-field"]),
    ])
    func `a member of the context may be asked for by an index`(guardText: String, expected: [String]) {
        func text(_ schema: String) -> String {
            "workflow: w\nschema: \(schema)\nevents: {go: {}}\nstates:\n  a: {on: {go: {guard: '\(guardText)', target: b}}}\n  b: {type: final}\n"
                .replacing("  a: {on: {go: {guard: ", with: "  a: {on: {go: {guard: ")
        }
        let open = Self.found(text("{properties: {title: {type: string}}}"))
        #expect(open.map { $0.split(separator: " ").last } == expected.map { $0.split(separator: " ").last })
        let closed = Self.found(text("{additionalProperties: false, properties: {title: {type: string}}}"))
        #expect(closed.map { $0.split(separator: " ").last } == expected.map { _ in "cel-type" })
    }

    @Test func `a finding about a key stands at the key`() {
        let text = """
            workflow: w
            events: {go: {}}
            states:
              a:
                on:
                  goo:
                    - guard: 1 < 2
                      target: b
                  go: b
                  done.state.x: b
              b: {type: final}
            schema: {minimun: 3, required: a}

            """
        #expect(Self.found(text) == ["6:7 undeclared-event", "10:7 never-raised", "12:10 schema", "12:32 schema"])
    }

    @Test(
        arguments: [
            ("{type: string, minimum: 3, maxItems: 2}", ["2:24", "2:36"]), ("{type: integer, maxLength: 3}", ["2:25"]),
            ("{type: integer, format: date}", ["2:25"]), ("{if: {type: string}}", ["2:10"]),
            ("{type: [string, 'null'], minLength: 1}", []), ("{type: number, minimum: 1}", []),
            ("{minimum: 1, minLength: 2}", []), ("{if: {type: string}, then: {minLength: 1}}", []),
            ("{type: object, properties: {a: {items: {type: array, pattern: a}}}}", ["2:62"]),
            ("{type: string, items: {}, properties: {}}", ["2:24", "2:35"]),
        ] as [(String, [String])])
    func `a keyword that says nothing where it stands is told`(schema: String, expected: [String]) {
        let found = Self.diagnostics("workflow: w\nschema: \(schema)\nstates: {a: {type: final}}\n")
        #expect(found.map { "\($0.position.line):\($0.position.column)" } == expected)
        #expect(found.allSatisfy { $0.code == "useless-keyword" && $0.severity == .warning })
    }

    @Test(
        arguments: [
            ("{of: 3, need: 4}", ["14:28"]), ("{of: 3, need: 3}", []), ("{of: '1 + 1', need: '3'}", ["14:34"]),
            ("{of: 3, need: 2, quorum: 5}", ["14:39"]), ("{of: context.k, need: 4}", []),
            ("{of: 3, need: 'n + 1'}", []),
        ] as [(String, [String])])
    func `more votes than seats can never be cast`(votes: String, expected: [String]) {
        let found = Self.found(Self.task("true", "votes: \(votes)")).filter { $0.hasSuffix("vote-seats") }
        #expect(found == expected.map { "\($0) vote-seats" })
    }

    @Test func `a child is named with a dot`() {
        let text = "workflow: w\nstates:\n  edit: {on: {go: edit1}, states: {edit1: {}}}\n  other: {on: {go: edit1}}\n"
        let hints = Self.diagnostics(text).filter { $0.code == "unknown-target" }.map(\.hint?.english)
        #expect(hints.first == "did you mean '.edit1'? a plain name is a sibling")
        #expect(hints.last == "did you mean 'edit'?")
    }

    @Test(
        arguments: [
            (
                "let: {x: contxt.a > 1}\nevents: {go: {}}\nstates: {a: {on: {go: {guard: x, target: b}}}, b: {type: final}}\n",
                "unknown-name"
            ),
            ("states: {}\n", "missing-key"),
            (
                "events: {go: {}}\nstates: {a: {on: {go: b}}, b: {type: final, on: {go: a}}}\non: {go: .a}\n",
                "misplaced-key"
            ),
        ])
    func `after a mistake nothing is said that rests on it`(text: String, code: String) {
        #expect(Set(Self.diagnostics("workflow: w\n\(text)").map(\.code)) == [code])
    }

    @Test(
        arguments: [
            ("context.list.length > 1", "size(x) counts elements"),
            ("context.text.length > 1", "size(x) counts characters"),
            ("context.text.length() > 1", "CEL counts with size(x)"),
            ("context.list.name == 1", "an element has: list[0].name, list.map(x, x.name)"),
        ])
    func `who asks for a length is told of size`(guardText: String, hint: String) {
        let text = """
            workflow: w
            schema: {properties: {list: {type: array}, text: {type: string}}}
            events: {go: {}}
            states: {a: {on: {go: {guard: \(guardText), target: b}}}, b: {type: final}}

            """
        #expect(Self.diagnostics(text).map(\.hint?.english) == [hint])
    }

    @Test func `arguments are counted as they are written`() {
        let text = "workflow: w\nstates: {a: {entry: {assign: {x: 'context.t.startsWith(\"a\", \"b\")'}}}}\n"
        let messages = Self.diagnostics(text).filter { $0.severity == .error }.map(\.message.english)
        #expect(messages == ["no overload of startsWith() takes 2 arguments"])
    }
}
