import Statecharts
import Testing
import Values

@Suite struct DiagnosticsTests {
    @Test(arguments: ["after.P1D.a", "after", "done", "due.a", "error.x", "remind.1.a", "task.claim"])
    func `what only the engine makes cannot be declared`(name: String) {
        let text = "workflow: w\nevents:\n  \(name): {}\nstates: {a: {on: {'*': b}}, b: {type: final}}\n"
        #expect(Self.found(text, .error) == ["3:3 reserved-event"])
    }

    /// Where the schema is one thing in all its parts, references and alternatives included.
    @Test(arguments: [
        ("event.data.kind == 'b'", "{type: object, properties: {kind: {enum: [a]}}}", true),
        ("event.data.kind == 'b'", "{type: object, allOf: [{properties: {kind: {enum: [a]}}}]}", true),
        ("event.data.kind == 'b'", "{$ref: '#/$defs/d', $defs: {d: {properties: {kind: {enum: [a]}}}}}", true),
        ("event.data.kind == 'a'", "{type: object, allOf: [{properties: {kind: {enum: [a]}}}]}", false),
        ("event.data.kind == 'a'", "{$ref: '#/$defs/d', $defs: {d: {properties: {kind: {enum: [a]}}}}}", false),
        ("event.data.kind == 'a'", "{type: object, anyOf: [{properties: {kind: {enum: [a]}}}]}", false),
        ("event.data.kind == 'a'", "{type: object, patternProperties: {'^k': {enum: [a]}}}", false),
        ("event.data.other == 'a'", "{type: object, allOf: [{properties: {kind: {enum: [a]}}}]}", true),
    ])
    func `a guard is judged by all that a form says`(guardText: String, form: String, isNever: Bool) {
        let text = """
            workflow: w
            states:
              a:
                invoke: {src: human, candidates: {starter: true}, form: \(form), onDone: [{guard: "\(guardText)", target: b}, c]}
              b: {type: final}
              c: {type: final}

            """
        let reasons: Set<Substring?> = ["guard-never-true", "unknown-field"]
        let found = Self.found(text, .warning).map { $0.split(separator: " ").last }
        #expect(found.contains { reasons.contains($0) } == isNever)
    }

    @Test func `an event may be called as the context is`() {
        let text = """
            workflow: w
            schema: {properties: {kind: {enum: [b]}}}
            events: {context: {schema: {properties: {kind: {enum: [a]}}}}, go: {}}
            states:
              a: {on: {go: {guard: context.kind == 'b', target: b}, context: {guard: event.data.kind == 'a', target: b}}}
              b: {type: final}

            """
        #expect(Self.found(text, .warning).allSatisfy { !$0.hasSuffix("guard-never-true") })
    }

    @Test(arguments: [false, true])
    func `what the chart raises itself is not judged by what people may send`(isRaised: Bool) {
        let text = """
            workflow: w
            events: {go: {schema: {properties: {kind: {enum: [a]}}}}, again: {}}
            states:
              a:
                on:
                  go: {guard: event.data.kind == 'b', target: b}
                  again: {actions: [{raise: {event: \(isRaised ? "go" : "other"), data: {kind: "'b'"}}}]}
                  other: b
              b: {type: final}

            """
        #expect(Self.found(text, .warning).contains { $0.hasSuffix("guard-never-true") } == !isRaised)
    }

    static func found(_ text: String, _ severity: Diagnostic.Severity) -> [String] {
        Definition.compile(text, file: "w.yaml").diagnostics.filter { $0.severity == severity }
            .map { "\($0.position.line):\($0.position.column) \($0.code)" }
    }

    /// Two states, the first of which has this `on`.
    private static func on(_ yaml: String) -> String {
        "workflow: w\nstates:\n  a:\n    on: \(yaml)\n  b: {}\n"
    }

    @Test(
        arguments: [
            ("{x: null}", ["4:13 null-value"]), ("{x: {target: #b\n    }}", ["5:5 null-value"]),
            ("{x: {target: b, guard: }}", ["4:32 null-value"]), ("{x: nowhere}", ["4:13 unknown-target"]),
            ("{x: \"#nobody\"}", ["4:13 unknown-target"]), ("{x: .b}", ["4:13 unknown-target"]),
            ("{x: {target: [a, b]}}", ["4:22 illegal-target"]), ("{x: {target: []}}", ["4:22 empty-target"]),
            ("{x: {targt: b}}", ["4:14 unknown-key"]), ("{x: b, x.*: b, '*': b}", []),
            ("{x: [b, a]}", ["4:17 never-taken"]), ("{x: [{target: b, guard: context.y}, a]}", []),
            ("{x: [{target: b, guard: true}, a]}", ["4:40 never-taken"]),
            ("{x: [{target: b, guard: context.y || 1 < 2}, a]}", ["4:54 never-taken"]),
            ("[{event: [x, y], target: b}, {event: y}]", []), ("[{event: '*'}, {event: x}]", []),
            ("[{target: b}]", ["4:10 missing-key"]), ("{task.claim: b}", ["4:10 reserved-event"]),
            ("{x*: b}", ["4:10 event-name"]), ("{x: {reenter: maybe}}", ["4:23 expected-boolean"]),
            ("5", ["4:9 expected-map"]),
            ("{x: {actions: [{raise: {event: done.x}}]}}", ["4:40 reserved-event"]),
            ("{x: {actions: [{send: {to: self, event: error.x}}]}}", ["4:49 reserved-event"]),
            ("{x: {actions: [{raise: {event: after.P1D.a}}]}}", ["4:40 reserved-event"]),
            ("{x: {actions: [{send: {to: '#nobody', event: y}}]}}", ["4:36 unknown-invocation"]),
            ("{x: {actions: [{rais: {event: y}}]}}", ["4:25 unknown-action"]),
            ("{x: {actions: missing}}", ["4:23 unknown-action"]),
            ("{x: {actions: [{log: {message: m, levl: info}}]}}", ["4:43 unknown-key"]),
            ("{x: {actions: [{log: {level: loud}}]}}", ["4:30 missing-key", "4:38 unknown-keyword"]),
            ("{x: {actions: [{raise: {event: y, delay: 5}}]}}", ["4:50 bare-number-delay"]),
            ("{x: {actions: [{raise: {event: y, delay: soon}}]}}", ["4:50 unknown-delay"]),
            ("{x: {actions: [{assign: {a..b: 1}}]}}", ["4:34 assign-path"]),
            ("{x: {actions: [{assign: {a: 1}, raise: {event: y}}]}}", ["4:24 several-actions"]),
        ] as [(String, [String])])
    func `mistakes in transitions and actions have a code and a place`(on: String, expected: [String]) {
        #expect(Self.found(Self.on(on), .error) == expected)
    }

    @Test(
        arguments: [
            ("titel: x", ["1:1 unknown-key"]), ("onSuspend: later", ["1:12 unknown-keyword"]),
            ("search: [context.a, 'a..b', c, c]", ["1:10 search-path", "1:21 search-path", "1:32 duplicate-search"]),
            ("events: {done.x: {}}", ["1:10 reserved-event"]), ("events: {x: {confirm: 1}}", ["1:23 expected-boolean"]),
            ("delays: {a: b, b: a}", ["1:19 delay-cycle"]), ("delays: {a: P1X}", ["1:13 bad-delay"]),
            ("actions: {a: [a]}", ["1:14 action-cycle"]), ("let: {context: 1}", ["1:7 let-name"]),
            ("let: {a-b: 1}", ["1:7 let-name"]), ("context: [1]", ["1:10 expected-map"]),
            ("onDue: s", ["1:8 needs-due"]), ("title: [a]", ["1:8 expected-text"]),
            ("title: {english: a}", ["1:9 language-tag"]), ("title: '${context.a'", ["1:9 text-syntax"]),
            ("schema: {type: objekt}", ["1:16 schema"]), ("initial: nowhere", ["1:10 unknown-target"]),
            ("initial: null", ["1:10 null-value"]), ("invoke: nobody", ["1:9 unknown-actor"]),
            ("invoke: {src: humn}", ["1:15 unknown-source"]),
            ("invoke: [{src: human, id: a}, {src: human, id: a}]", ["1:48 duplicate-id"]),
            ("invoke: [{src: human, id: a}, {src: human}]", ["1:31 missing-key"]),
            ("invoke: {src: human, votes: {of: 3}}", ["1:29 missing-key", "1:29 missing-key"]),
            ("invoke: {src: worker}", ["1:9 missing-key"]), ("invoke: {src: http}", ["1:9 missing-key"]),
            ("invoke: {src: worker, topic: t, retry: {first: P1M}}", ["1:48 bad-delay"]),
            ("invoke: {src: human, distinctFrom: [x]}", ["1:37 unknown-invocation"]),
            (
                "after: {1000: s, P1Y2M3W4DT5H6M7.5S: s, 5 workdays: s, 0 workdays: s, P6M + 1 workday: s}",
                ["1:9 bare-number-delay", "1:56 bad-delay"]
            ),
            ("always: {}", ["1:9 always-cycle"]), ("type: final", ["1:1 root-kind", "2:1 misplaced-key"]),
            ("access: {start: {role: pm}}", ["1:18 unknown-key"]),
        ] as [(String, [String])])
    func `mistakes at the top have a code and a place`(line: String, expected: [String]) {
        #expect(Self.found(line + "\nstates: {s: {}}\nworkflow: w\n", .error) == expected)
    }

    @Test(
        arguments: [
            ("{a: {type: compound}}", ["2:10 no-initial"]), ("{a: {type: parallel}}", ["2:10 no-regions"]),
            ("{a: {states: {h: {type: history}}}}", ["2:10 no-initial"]),
            ("{a: {type: finl}}", ["2:20 unknown-keyword"]),
            ("{a: {type: final, on: {x: a}}}", ["2:27 misplaced-key"]),
            ("{a: {id: x}, b: {id: x}}", ["2:30 duplicate-id"]), ("{'#a': {}}", ["2:10 state-key"]),
            ("{a: {always: b}, b: {always: a}}", ["2:22 always-cycle", "2:38 always-cycle"]),
            ("{a: {always: [{target: b, guard: context.y}, {target: c}]}, b: {always: a}, c: {}}", []),
            (
                "{a: {always: [{target: b, guard: true}, {target: c}]}, b: {always: a}, c: {}}",
                ["2:23 always-cycle", "2:49 never-taken", "2:76 always-cycle"]
            ),
            ("{a: {initial: b, states: {c: {}}}, b: {}}", ["2:23 illegal-target"]),
            ("{a: {states: {b: {on: {x: c}}, c: {}}}, c: {}}", ["2:35 ambiguous-target"]),
            ("{a: {states: {b: {on: {x: a.b}}}}}", []),
            ("{a: {history: shallow, keep: true}, b: {}}", ["2:23 shallow-keep"]),
            ("{a: {keep: true}, b: {}}", ["2:14 misplaced-key"]),
            ("{a: 5}", ["2:10 expected-map"]), ("{}", ["2:9 missing-key"]), ("[a]", ["2:9 expected-map"]),
            (
                "{a: {type: parallel, on: {x: {target: [b, c]}}, states: {b: {}, c: {}}}}",
                ["2:48 unknown-target", "2:51 unknown-target"]
            ),
            ("{a: {type: parallel, on: {x: {target: [.b, .c], reenter: true}}, states: {b: {}, c: {}}}}", []),
        ] as [(String, [String])])
    func `mistakes in states have a code and a place`(states: String, expected: [String]) {
        #expect(Self.found("workflow: w\nstates: \(states)\n", .error) == expected)
    }

    @Test(
        arguments: [
            ("a: {on: {x: b}}, b: {}, c: {states: {d: {}}}", ["3:34 unreachable-state"]),
            ("a: {on: {x: b, typo: b}}, b: {}", ["3:25 undeclared-event"]),
            ("a: {}", ["2:10 unused-event"]), ("a: {on: {'*': b}}, b: {}", []), ("a: {on: {x.*: b}}, b: {}", []),
            ("a: {on: {x: b}, entry: {raise: {event: inner}}}, b: {on: {inner: a}}", []),
            ("a: {type: parallel, on: {x: .r}, states: {r: {}, q: {}}}", ["3:38 parallel-into-region"]),
            ("a: {on: {x: b}, invoke: {src: worker, topic: t}}, b: {}", ["3:34 retry-without-on-error"]),
            ("a: {on: {x: b, 'error.*': b}, invoke: {src: worker, topic: t}}, b: {}", []),
            ("a: {on: {x: b}, invoke: {src: human}}, b: {}", ["3:34 nobody", "3:34 unheard-result"]),
            ("a: {on: [{event: x, target: b}, {event: x, target: a}]}, b: {}", ["3:42 never-taken"]),
        ] as [(String, [String])])
    func `doubts are warnings`(states: String, expected: [String]) {
        let text = "workflow: w\nevents: {x: {}}\nstates: {\(states)}\n"
        let ends = [" no-end", " dead-end", " nothing-happens"]
        let found = Self.found(text, .warning).filter { line in !ends.contains { line.hasSuffix($0) } }
        #expect(found == expected)
        #expect(Definition.compile(text, file: "w.yaml").chart != nil)
    }

    @Test(
        arguments: [
            ("a: {on: {x: b}}, b: {on: {x: a}}", ["2:9 no-end"]),
            ("a: {on: {x: b}}, b: {}", ["2:9 no-end", "2:27 nothing-happens"]),
            ("a: {on: {x: b}}, b: {}, f: {type: final}", ["2:10 dead-end", "2:27 nothing-happens"]),
            ("a: {on: {x: b}}, b: {on: {x: a}}, f: {type: final}", ["2:10 dead-end", "2:27 dead-end"]),
            ("a: {on: {x: [{guard: context.y, target: b}, f]}}, b: {}, f: {type: final}", ["2:60 nothing-happens"]),
            (
                "a: {onDone: f, states: {b: {on: {x: c, y: d}}, c: {}, d: {type: final}}}, f: {type: final}",
                ["2:57 nothing-happens"]
            ),
            ("a: {on: {z: f}, states: {b: {on: {x: c}}, c: {}}}, f: {type: final}", []),
            ("p: {type: parallel, states: {b: {on: {x: f}}, c: {}}}, f: {type: final}", []),
            (
                "p: {type: parallel, onDone: f, states: {b: {states: {e: {type: final}}}, c: {}}}, f: {type: final}",
                ["2:10 dead-end", "2:83 nothing-happens"]
            ),
            (
                "p: {type: parallel, onDone: f, states: {b: {on: {x: b}}, c: {states: {d: {type: final}}}}}, f: {type: final}",
                ["2:10 dead-end"]
            ),
            (
                "p: {type: parallel, states: {b: {states: {c: {on: {x: d, y: f}}, d: {}}}, e: {states: {g: {on: {z: h, y: f}}, h: {}}}}}, f: {type: final}",
                ["2:120 dead-end-together"]
            ),
            ("a: {on: {x: b.h}}, b: {initial: c, states: {c: {on: {y: f}}, h: {history: deep}}}, f: {type: final}", []),
            ("a: {always: f}, f: {type: final}", []),
        ] as [(String, [String])])
    func `states from which the end cannot be reached are doubtful`(states: String, expected: [String]) {
        let text = "workflow: w\nstates: {\(states)}\n"
        let codes = ["no-end", "dead-end", "nothing-happens", "dead-end-together"]
        let found = Self.found(text, .warning).filter { line in codes.contains { line.hasSuffix($0) } }
        #expect(found == expected)
    }

    @Test(
        arguments: [
            ("true", "{a: context.b, c: context.d, e: context.f}", ["4:35 unknown-field", "4:49 unknown-field"]),
            ("false", "{z: 1, b: 2}", ["4:18 closed-schema"]),
            ("false", "{a: context.zz}", []),
        ] as [(String, String, [String])])
    func `members of the context that nothing gives are doubtful`(isOpen: String, assign: String, expected: [String]) {
        let text = """
            workflow: w
            schema: {properties: {a: true, b: true, c: true, e: true}, additionalProperties: \(isOpen)}
            context: {b: 1}
            entry: {assign: \(assign)}
            states: {s: {type: final}}

            """
        #expect(Self.found(text, .warning) == expected)
    }

    @Test(arguments: [
        ("{x: bb}", "did you mean 'b'?"), ("{x: {targets: b}}", "did you mean 'target'?"),
        ("{x: {cond: 'true'}}", "it is called 'guard' here"),
        ("{x: {actions: [{asign: {}}]}}", "did you mean 'assign'?"),
        ("{x: {actions: [{raise: {event: y, delay: 900000}}]}}", "milliseconds? write PT15M"),
        ("{x: {actions: [{raise: {event: y, delay: 1500}}]}}", "milliseconds? write PT1.500S"),
    ])
    func `a hint says what was probably meant`(on: String, hint: String) {
        #expect(
            Definition.compile(Self.on(on), file: "w.yaml").diagnostics.first { $0.severity == .error }?.hint?.english
                == hint)
    }

    @Test func `a diagnostic shows its line and a caret under wide characters too`() throws {
        let text = "workflow: w\ntitle: {zh: 标题, xx-: y}\nstates: {s: {}}\n"
        let diagnostic = try #require(Definition.compile(text, file: "w.yaml").diagnostics.first)
        #expect(diagnostic.path == "title.xx-")
        #expect(
            diagnostic.rendered(in: text) == """
                w.yaml:2:17: error: 'xx-' is not a language tag [language-tag]
                 2 | title: {zh: 标题, xx-: y}
                   |                   ^
                  hint: a text is a string, or a map such as {en: …, zh: …}

                """)
    }

    @Test func `in Chinese its sentence and its hint are`() throws {
        let text = "workflow: w\nstates: {s: {on: {x: t}}}\n"
        let diagnostic = try #require(Definition.compile(text, file: "w.yaml").diagnostics.first)
        #expect(
            diagnostic.rendered(in: text, language: "zh") == """
                w.yaml:2:22: 错误: 这里没有状态“t” [unknown-target]
                 2 | states: {s: {on: {x: t}}}
                   |                      ^
                  提示: 目标是“.子状态”、同级状态、从根开始的路径或 "#id"

                """)
    }

    /// The caret stands in the terminal's column of its character: wide ones take two, a tab what it takes above.
    @Test(arguments: [
        ("标题 x", 4, "标题 x", "     "), ("\tx", 2, "\tx", "\t"), ("e\u{301}x", 3, "e\u{301}x", " "),
        ("\u{1B}[31mx", 6, "\u{FFFD}[31mx", "     "), ("", 1, "", ""), ("ab", 3, "ab", "  "), ("ab", 99, "ab", "  "),
        (String(repeating: "a", count: 300), 2, String(repeating: "a", count: 160) + "…", " "),
        (
            String(repeating: "a", count: 300) + "x", 301, "…" + String(repeating: "a", count: 80) + "x",
            String(repeating: " ", count: 81)
        ),
        (
            String(repeating: "长", count: 300), 201, "…" + String(repeating: "长", count: 80) + "…",
            String(repeating: " ", count: 81)
        ),
    ])
    func `the caret stands under its character`(line: String, column: Int, excerpt: String, blanks: String) {
        let place = Position(line: 1, column: column)
        let shown = Diagnostic(.error, "x", "m", file: "f", position: place).rendered(in: line)
        #expect(shown == "f:1:\(column): error: m [x]\n 1 | \(excerpt)\n   | \(blanks)^\n")
    }

    @Test(arguments: [
        ("a == 'yes'}, {target: f, guard: event.data.outcome == 'no'", ["undecided-vote"]),
        ("a == 'yes'}, {target: f", []), ("a == 'yes'}, {target: f, guard: event.data.outcome != 'yes'", []),
        (
            "a == 'yes'}, {target: f, guard: event.data.outcome == 'no'}, {target: s, guard: event.data.outcome == null",
            []
        ),
        ("a == 'yes'}, {target: f, guard: event.data.outcome == 'no' || event.data.cast < 2", []),
        ("a == 'yes' || event.data.outcome == 'no'", ["undecided-vote"]),
        ("a == null", ["unhandled-outcome", "unhandled-outcome"]),
    ])
    func `a vote may have no result`(transitions: String, expected: [String]) {
        let done = transitions.replacing("a ", with: "event.data.outcome ", maxReplacements: 1)
        let text = """
            workflow: w
            states:
              s:
                invoke:
                  id: v
                  src: human
                  candidates: {roles: [r]}
                  outcomes: {yes: {}, no: {}}
                  votes: {of: 3, need: 2}
                  onDone: [{target: f, guard: \(done)}]
              f: {type: final}

            """
        let codes = ["undecided-vote", "unhandled-outcome"]
        let found = Definition.compile(text, file: "w.yaml").diagnostics
        #expect(found.filter { $0.severity == .error } == [])
        #expect(found.map(\.code).filter { codes.contains($0) } == expected)
    }

    @Test(arguments: [
        ("s: {on: {w.refused: b, w.granted: refused}}, b: {type: final}, refused: {type: final}", ["2:30"]),
        ("s: {on: {refuse: b}}, b: {type: final}, refused: {type: final}", ["2:27"]),
        ("s: {on: {order.refuse: b}}, b: {type: final}, refused: {type: final}", []),
        ("s: {on: {hold: b}}, b: {type: final}, on_hold: {type: final}", ["2:25"]),
        ("s: {on: {close: [{guard: context.x, target: b}, closed]}}, b: {type: final}, closed: {type: final}", []),
        ("s: {on: {close: {actions: []}}}, closed: {type: final}", []),
        ("s: {on: {done: {target: closed.in}}}, closed: {states: {in: {type: final}}}, done: {type: final}", ["2:25"]),
        ("s: {on: {close: closed.in}}, closed: {states: {in: {type: final}}}", []),
        ("opened: {states: {a: {on: {open: b}}, b: {type: final}}}", []),
        ("s: {on: {plan: b}}, b: {type: final}, planet: {type: final}", []),
    ])
    func `a word that leads elsewhere than to the state of its name is doubtful`(states: String, expected: [String]) {
        let found = Self.found("workflow: w\nstates: {\(states)}\n", .warning).filter {
            $0.hasSuffix("target-namesake")
        }
        #expect(found == expected.map { "\($0) target-namesake" })
    }

    @Test func `many doubts do not crowd out a mistake`() {
        let states = (0..<900).map { "  s\($0): {on: {x: {reenter: true}}}\n" }.joined()
        let text = "workflow: w\nstates:\n\(states)  last: {on: {x: {guard: 'hasTag(\"u\")'}}}\n"
        #expect(Self.found(text, .warning).count == 500)
        #expect(Self.found(text, .error) == ["903:27 unknown-tag"])
        #expect(Definition.compile(text, file: "w.yaml").chart == nil)
    }

    @Test func `every mistake is reported, in source order and each time alike`() {
        let text = Self.on("{x: c, y: {guardd: 1}, z: null}") + "  b2: {type: x}\ninitial: q\n"
        let once = Definition.compile(text, file: "w.yaml").diagnostics
        #expect(once.filter { $0.severity == .error }.count == 5)
        #expect(once.map(\.position) == once.map(\.position).sorted())
        #expect(Definition.compile(text, file: "w.yaml").diagnostics == once)
    }
}
