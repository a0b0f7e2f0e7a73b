import CEL
import Statecharts
import Testing
import Values

@Suite struct CompilerTests {
    /// The chart of a definition without errors.
    private static func chart(_ text: String) throws -> Chart {
        let (chart, diagnostics) = Definition.compile(text, file: "workflow.yaml")
        return try #require(chart, "\(diagnostics.map { $0.rendered(in: text) })")
    }

    /// The first state's entry actions, written in one line.
    private static func actions(_ yaml: String, head: String = "") throws -> [Action] {
        try Self.chart("workflow: w\n\(head)\nstates:\n  s:\n    entry: \(yaml)\n").states[1].entry.flatMap(\.self)
    }

    @Test func `a chart has states in document order and default initials`() throws {
        let chart = try Self.chart(
            """
            workflow: door
            states:
              open:
                on:
                  close: closed
              closed:
                initial: unlocked
                states:
                  locked: {on: {unlock: unlocked}}
                  unlocked: {on: {lock: [locked], 'open': {target: open}}}
              broken:
                type: parallel
                states:
                  a: {}
                  b:
            """)
        let paths = ["", "open", "closed", "closed.locked", "closed.unlocked", "broken", "broken.a", "broken.b"]
        #expect(chart.states.map(\.path) == paths)
        #expect(chart.states[0].initial?.targets == [1])
        #expect(chart.states[0].initial?.isExplicit == false)
        #expect(chart.states[2].initial?.targets == [4])
        #expect(chart.states[2].initial?.isExplicit == true)
        #expect(chart.states.map(\.lastDescendant) == [7, 1, 4, 3, 4, 7, 6, 7])
        #expect(chart.states[5].kind == .parallel)
        #expect(chart.transitions.map(\.targets) == [[2], [4], [3], [1]])
    }

    @Test func `targets are children, siblings, paths from the root and ids`() throws {
        let chart = try Self.chart(
            """
            workflow: w
            initial: a.c
            states:
              a:
                on: {one: .c, two: b, three: a.c, four: "#deep", five: '#region.y'}
                states:
                  c: {on: {six: b.p.x, seven: [d]}}
                  d: {id: deep}
              b:
                type: parallel
                states:
                  p: {initial: {target: x}, states: {x: {}}}
                  q: {id: region, states: {y: {}, past: {history: deep}, older: {type: history, target: y}}}
                on: {eight: {target: [.p.x, .q.y], reenter: true}}
              'end': {type: final}
            """)
        func state(_ path: String) throws -> Int { try #require(chart.statePaths[path]) }
        let wanted = try [["a.c"], ["b"], ["a.c"], ["a.d"], ["b.q.y"], ["b.p.x"], ["a.d"], ["b.p.x", "b.q.y"]]
            .map { try $0.map { try state($0) } }
        #expect(chart.transitions.map(\.targets) == wanted)
        #expect(chart.states[0].initial?.targets == [try state("a.c")])
        #expect(chart.states[try state("b.q.past")].kind == .history(deep: true))
        // Without a target a history leads where its parent begins.
        #expect(chart.states[try state("b.q.past")].initial?.targets == [try state("b.q.y")])
        #expect(chart.states[try state("b.q.older")].kind == .history(deep: false))
    }

    @Test func `transitions are tried by exact name, longest prefix and any, on before the rest`() throws {
        let chart = try Self.chart(
            """
            workflow: w
            states:
              s:
                on:
                  "*": t
                  a.*: t
                  a.b.*: t
                  a.b: [{guard: context.g, target: t}, t]
                  done.invoke.i: {guard: "false"}
                  done.state.s: {guard: "false"}
                invoke: {id: i, src: worker, topic: x, onDone: t, onError: t}
                onDone: t
                after: {PT1S: t}
              t: {type: final}
            """)
        let tried = chart.states[1].eventTransitions.map { chart.transitions[$0].descriptors }
        #expect(
            tried == [
                [.exact("a.b")], [.exact("a.b")], [.exact("done.invoke.i")], [.exact("done.state.s")],
                [.exact("done.state.s")], [.exact("done.invoke.i")], [.exact("error.invoke.i")],
                [.exact("after.PT1S.s")], [.prefix("a.b")], [.prefix("a")], [.any],
            ])
        #expect(chart.states[1].hasOnDone)
        #expect(chart.states[1].timers.map(\.event) == ["after.PT1S.s"])
    }

    @Test func `a list keeps document order`() throws {
        let chart = try Self.chart(
            "workflow: w\nstates: {s: {on: [{event: '*', guard: 'false'}, {event: [a, b.*], target: s}]}}\n")
        let tried = chart.states[1].eventTransitions.map { chart.transitions[$0].descriptors }
        #expect(tried == [[.any], [.exact("a"), .prefix("b")]])
    }

    @Test(arguments: [
        ("PT15M", "PT15M"), ("5 workdays", "5w"), ("1 workday", "1w"), ("P6M + 10 workdays", "P6M 10w"),
        ("short", "PT5S"), ("short + long + P1D", "PT5S P6M 2w P1D"), ("PT0.01S", "PT0.01S"),
    ])
    func `a delay is a sum of terms`(text: String, terms: String) throws {
        let chart = try Self.chart(
            "workflow: w\ndelays: {short: PT5S, long: P6M+2 workdays}\nstates: {s: {after: {\(text): {}}}}\n")
        guard case .sum(let found) = try #require(chart.states[1].timers.first).delay else {
            Issue.record("not a sum")
            return
        }
        let written = found.map { term in
            switch term {
            case .iso(let duration): "\(duration)"
            case .workdays(let count): "\(count)w"
            }
        }
        #expect(written.joined(separator: " ") == terms)
    }

    @Test func `data is built element by element and constants are kept as such`() throws {
        let actions = try Self.actions("{assign: {a.b: [1, {c: true}], d: {e: context.x, f: 2}, g: null}}")
        guard case .assign(let values, _)? = actions.first else {
            Issue.record("no assign")
            return
        }
        #expect(values.map(\.path) == [["a", "b"], ["d"], ["g"]])
        guard case .constant(let constant) = values[0].value, case .map(let built) = values[1].value,
            case .expression(let expression) = built[0].value, case .constant(.null) = values[2].value
        else {
            Issue.record("\(values)")
            return
        }
        #expect(constant == [1, ["c": true]])
        #expect(expression.source == "context.x")
        #expect(expression.position == Position(line: 5, column: 50))
    }

    @Test(
        arguments: [
            ("plain", ["plain"]), ("${context.a}", ["<context.a>"]), ("a ${now} b", ["a ", "<now>", " b"]),
            ("${ {'a': '}'}['a'] }!", ["< {'a': '}'}['a'] >", "!"]), ("cost $5 {x}", ["cost $5 {x}"]),
            (#"${"a\"}" + r"\"}${now}"#, [#"<"a\"}" + r"\">"#, "<now>"]), ("2026", ["2026"]),
        ] as [(String, [String])])
    func `a text has literal parts and expressions`(text: String, expected: [String]) throws {
        let quoted = "'" + text.replacing("'", with: "''") + "'"
        guard case .log(let message, _, _)? = try Self.actions("{log: {message: \(quoted)}}").first else {
            Issue.record("no log")
            return
        }
        let parts = message.variants[0].parts.map { part in
            switch part {
            case .literal(let text): text
            case .expression(let expression): "<\(expression.source)>"
            }
        }
        #expect(parts == expected)
    }

    @Test func `named actions, delays and actors are put in place`() throws {
        let chart = try Self.chart(
            """
            workflow: w
            delays: {soon: {at: timestamp(context.due)}}
            actions: {both: [one, {cancel: x}], one: {raise: {event: e, delay: soon, id: x}}}
            actors: {check: {src: worker, topic: t, retry: {attempts: 2, first: PT1M30S}, onError: b}}
            states:
              a: {entry: both, invoke: check, on: {e: b}}
              b: {invoke: {src: check, id: second, topic: u, onDone: a}}
            """)
        #expect(chart.states[1].entry.first?.count == 2)
        guard case .worker(let first) = chart.states[1].invocations[0].source,
            case .worker(let second) = chart.states[2].invocations[0].source
        else {
            Issue.record("no workers")
            return
        }
        #expect(chart.states[1].invocations[0].id == "a")
        #expect(first.topic == "t")
        #expect(first.retry.attempts == 2)
        #expect(first.retry.first == .seconds(90))
        #expect(chart.states[2].invocations[0].id == "second")
        #expect(second.topic == "u")
        #expect(second.retry.attempts == 2)
    }

    @Test func `entry blocks may be lists of their own`() throws {
        let chart = try Self.chart(
            "workflow: w\nstates: {s: {entry: [[{cancel: a}, {cancel: b}], [{cancel: c}]], exit: {cancel: d}}}\n")
        #expect(chart.states[1].entry.map(\.count) == [2, 1])
        #expect(chart.states[1].exit.map(\.count) == [1])
    }

    @Test func `built-in topics are jobs with options`() throws {
        let chart = try Self.chart(
            """
            workflow: w
            states:
              s:
                invoke:
                  src: http
                  method: POST
                  url: "https://x.test/${context.id}"
                  headers: {A: "b ${context.t}", C: d}
                  body: {id: context.id}
                  expect: response.status < 300
                  lease: PT1M
                  onError: s
            """)
        guard case .worker(let worker) = chart.states[1].invocations[0].source else {
            Issue.record("no worker")
            return
        }
        #expect(worker.topic == "http")
        #expect(worker.options.map(\.key) == ["method", "url", "headers", "body", "expect"])
        #expect(worker.lease?.minutes == 1)
        guard case .template(.map(let headers)) = worker.options[2].value,
            case .expression(let first) = headers[0].value
        else {
            Issue.record("no headers")
            return
        }
        let variables = Variables(["context": ["t": "é"]])
        #expect(try first.program.evaluate(variables) == "b é")
    }
}
