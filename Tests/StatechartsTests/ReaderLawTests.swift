import Statecharts
import Testing

/// Whatever the text is, reading it ends with an answer.
@Suite struct ReaderLawTests {
    private static let specimen = """
        workflow: specimen
        title: {en: "A ${string(context.a) + '}'}", zh: 样例}
        calendar: cn
        schema: {type: object, properties: {a: {type: integer}}}
        context: {a: 1, list: [1, 2], base: &base {x: 1}, copy: {<<: *base, y: 0x1F}}
        key: context.a
        search: [a]
        events: {go: {title: Go, for: {roles: [pm], users: event.by.user}, schema: {type: object}, confirm: true}}
        access: {start: {starter: true}}
        let: {ready: context.a > 1 && reached("work.done")}
        delays: {soon: P1D + 2 workdays, then: {at: timestamp(context.due)}}
        actions: {tell: [{notify: {to: {roles: [pm]}, subject: "é ${context.a}"}}, {log: {message: x, level: debug}}]}
        actors: {job: {id: job, src: worker, topic: t, retry: {attempts: 3, first: PT5S}, onError: work}}
        onSuspend: date
        initial: {target: work.open, actions: tell}
        states:
          work:
            tags: [stage, 'chain:x']
            entry:
              - assign: {e.b: [1, "context.a"], c: {d: "'x'"}}
              - {if: ready, actions: [tell], else: [{cancel: later}]}
              - forEach: {in: context.list, as: n, index: i, actions: [{raise: {event: tick, data: n + i, delay: soon, id: later}}]}
            exit: {send: {to: "#human", event: bye, data: {x: now}, ttl: PT1H}}
            on:
              go:
                target: both
                guard: >-
                  ready && inState("#open")
                    || visits("work") > 2
                actions: [tell]
              tick.*: [{guard: hasTag("stage"), target: .done}, .open]
            after: {soon: both, PT15M: {actions: tell}, then: work}
            onDone: both
            states:
              open: {id: open, invoke: [{id: human, src: human, candidates: {roles: [pm]}, form: {type: object}, outcomes: {ok: {title: OK}}, onDone: done}, job]}
              done: {type: final, output: {sum: context.a + 1}}
              back: {type: history, history: deep, target: open}
          both:
            type: parallel
            onDone: end
            states:
              left: {states: {l: {always: [{guard: context.a == 1, target: m}]}, m: {type: final}}}
              right: {invoke: {src: http, url: "https://x.test/${context.a}", expect: response.status == 200, onError: "#open"}}
          end: {type: final}

        """

    private static let pieces = [
        "null", "*base", "&x ", "!t ", "{", "}", "[", "]", ": ", "- ", "\"", "'", "#", "${", "}}", "|\n", ">-\n", "\n",
        "\t",
        "\u{0}", "é", "😀", "9999999999999999999", "P9999999999999999Y", "P999999999Y", "1 workdays", "states: ", "on: ",
        "always: ", "initial: ", "target: ", "type: history", "type: parallel", "done", "open", ".", "..", "*", "<<: ",
        "? ",
        "\\u0041", "\\", "\u{2028}", "\r\n", "0x", "1e999", "---\n", "%YAML 1.2\n",
    ]

    @Test func `the specimen has no mistake`() {
        let (chart, diagnostics) = Definition.compile(Self.specimen, file: "w.yaml")
        #expect(chart != nil, "\(diagnostics.map { $0.rendered(in: Self.specimen) })")
    }

    @Test(arguments: 0..<300)
    func `a damaged text is answered with a chart or with errors, in order`(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed) &* 7_919)
        var text = Array(Self.specimen)
        for _ in 0...random.next(below: 4) {
            text.damage(with: Self.pieces, &random)
        }
        let damaged = String(text)
        let (chart, diagnostics) = Definition.compile(damaged, file: "w.yaml")
        #expect((chart == nil) == diagnostics.contains { $0.severity == .error })
        #expect(diagnostics.map(\.position) == diagnostics.map(\.position).sorted())
        for diagnostic in diagnostics {
            #expect(diagnostic.position.line >= 1 && diagnostic.position.column >= 1)
            #expect(!diagnostic.rendered(in: damaged).isEmpty)
        }
        if let chart { #expect(!Mermaid().draw(chart).isEmpty) }
    }
}
