import Statecharts
import Testing
import Values

@Suite struct SimulationTests {
    static func script(_ text: String) throws -> Script {
        let (value, diagnostics) = YAMLValue.parse(text, file: "script.yaml")
        return try Script(try #require(value, "\(diagnostics.map(\.message))"))
    }

    static func child(_ definition: String, named name: String) throws -> Machine {
        let (chart, diagnostics) = Definition.compile("workflow: \(name)\n" + definition, file: "\(name).yaml")
        return Machine(try #require(chart, "\(diagnostics.map(\.message))"))
    }

    static let loan = """
        context: {days: 0}
        states:
          idle: {on: {lend: lent}}
          lent:
            after:
              P3D: {actions: {notify: {to: {roles: [clerk]}, subject: Soon due}}}
              P5D: late
            on: {back: {target: idle, actions: {assign: {days: context.days + 1}}}}
          late: {on: {back: idle, lose: lost}}
          lost: {type: final, output: {days: context.days}}
        """

    @Test func `a script gives a line for each step and the expectations that differ`() throws {
        var simulation = Simulation(try Specimen.machine(Self.loan))
        let script = try Self.script(
            """
            - {send: back}
            - expect: {handled: false}
            - {send: lend}
            - expect: {states: [lent], effects: [{kind: setTimer}]}
            - {advance: P4D}
            - expect: {handled: true, states: [lent], effects: [{kind: notify, roles: [clerk], subject: Soon due}]}
            - {advance: {to: "2026-01-20T00:00:00Z"}}
            - expect: {states: [late], context: {days: 0.0}}
            - {send: lose}
            - expect: {status: done, output: {days: 0}, states: [idle]}
            """)

        let lines = simulation.run(script)

        #expect(lines.count == 6)
        #expect(lines.map { $0["states"] } == [["idle"], ["idle"], ["lent"], ["lent"], ["late"], ["lost"]])
        #expect(lines.map { $0["step"] } == [0, 1, 2, 3, 4, 5])
        #expect(lines[1]["error"]?.string?.hasPrefix("nothing listens to back") == true)
        #expect(lines[4]["at"] == "2026-01-20T00:00:00Z")
        #expect(simulation.differences == ["step 10: states: expected idle, found lost"])
        #expect(simulation.coverage.enteredStates == 5)
        #expect(simulation.coverage.takenTransitions == 4)
    }

    @Test func `children run too and tell their parent`() throws {
        let parent = try Specimen.machine(
            """
            context: {news: null, got: null}
            states:
              work:
                invoke:
                  id: kid
                  src: workflow
                  workflow: kid
                  input: {n: 20 + 1}
                  onDone: {target: end, actions: {assign: {got: event.data}}}
                on:
                  progress: {actions: [{assign: {news: event.data}}, {send: {to: "#kid", event: go}}]}
              end: {}
            """)
        let kid = try Self.child(
            """
            states:
              a:
                entry: {send: {to: parent, event: progress, data: context.n}}
                on: {go: b}
              b: {type: final, output: context.n * 2}
            """, named: "kid")
        var simulation = Simulation(parent, children: [kid])

        let line = simulation.start()

        #expect(line["states"] == ["end"])
        #expect(line["context"] == ["news": 21, "got": 42])
    }

    @Test func `without their definition children are completed by the script`() throws {
        let parent = try Specimen.machine(
            """
            states:
              work: {invoke: {id: kid, src: workflow, workflow: kid, onDone: end, onError: broken}}
              end: {}
              broken: {}
            """)
        var simulation = Simulation(parent)

        let lines = simulation.run(try Self.script("[{complete: kid}, {expect: {states: [end]}}]"))

        #expect(lines.count == 2)
        #expect(simulation.differences.isEmpty)
    }

    @Test func `a child that cannot start is an error of its invocation`() throws {
        let parent = try Specimen.machine(
            "states: {work: {invoke: {id: kid, src: workflow, workflow: kid, onError: broken}}, broken: {}}")
        let kid = try Self.child("schema: {type: object, required: [n]}\nstates: {a: {}}", named: "kid")
        var simulation = Simulation(parent, children: [kid])

        #expect(simulation.start()["states"] == ["broken"])
    }

    @Test func `what nobody handles is an incident until it is put right`() throws {
        let machine = try Specimen.machine(
            """
            context: {ok: false}
            states:
              work: {invoke: {id: job, src: worker, topic: t, onDone: {target: end, guard: context.ok}}}
              end: {}
            """)
        var simulation = Simulation(machine)
        let script = try Self.script(
            """
            - {complete: job}
            - expect: {status: incident, states: [work], handled: false}
            - {admin: resolve, data: {set: {ok: true}}}
            - {complete: job}
            - expect: {status: active, states: [end]}
            """)

        _ = simulation.run(script)

        #expect(simulation.differences == [])
    }

    @Test func `a signal to nobody is an error of communication`() throws {
        let machine = try Specimen.machine(
            """
            states:
              a: {on: {go: {actions: {send: {to: context.gone, event: x}}}, error.communication: b}}
              b: {}
            context: {gone: 00000000-0000-4000-8000-00000000dead}
            """)
        var simulation = Simulation(machine)

        _ = simulation.run(try Self.script("[{send: go}, {expect: {states: [b]}}]"))

        #expect(simulation.differences == [])
    }

    @Test(
        arguments: [
            ("'nobody'", "execution"), ("'00000000-0000-4000-8000-00000000dead-'", "execution"),
            ("context.name", "execution"),
            ("'#nobody'", "communication"), ("'#' + context.name", "communication"),
        ])
    func `a target that can be none ends its block at once`(target: String, code: String) throws {
        let machine = try Specimen.machine(
            """
            context: {name: work, after: false}
            states:
              a:
                invoke: {id: work, src: worker, topic: t}
                on:
                  go: {actions: [{send: {to: "\(target)", event: x}}, {assign: {after: true}}]}
                  error.\(code): {target: b, guard: '!context.after'}
                  error.*: c
              b: {}
              c: {}
            """)
        var simulation = Simulation(machine)

        _ = simulation.run(try Self.script("[{send: go}, {expect: {states: [b]}}]"))

        #expect(simulation.differences == [])
    }

    @Test func `a computed target can be an open child`() throws {
        let machine = try Specimen.machine(
            """
            context: {name: kid}
            states:
              a:
                invoke: {id: kid, src: workflow, workflow: kid, onDone: b}
                on: {go: {actions: {send: {to: "'#' + context.name", event: finish}}}}
              b: {}
            """)
        let (kid, _) = Definition.compile(
            "workflow: kid\nstates: {x: {on: {finish: y}}, y: {type: final}}", file: "kid.yaml")
        var simulation = Simulation(machine, children: [Machine(try #require(kid))])

        _ = simulation.run(try Self.script("[{send: go}, {expect: {states: [b]}}]"))

        #expect(simulation.differences == [])
    }

    @Test func `a signal with a time to live waits for its receiver`() throws {
        let send = "{send: {to: '{\"workflow\": \"kid\", \"key\": \"k\"}', event: hello, ttl: P1D}}"
        let machine = try Specimen.machine(
            """
            states:
              a: {entry: \(send), on: {go: b, error.communication: late}}
              b: {invoke: {id: kid, src: workflow, workflow: kid, key: "'k'", onDone: met}}
              met: {}
              late: {}
            """)
        let kid = try Self.child("states: {x: {on: {hello: y}}, y: {type: final}}", named: "kid")
        var inTime = Simulation(machine, children: [kid])
        var tooLate = inTime

        _ = inTime.run(try Self.script("[{send: go}, {expect: {states: [met]}}]"))
        _ = tooLate.run(try Self.script("[{advance: P2D}, {expect: {states: [late]}}]"))

        #expect(inTime.differences == [])
        #expect(tooLate.differences == [])
    }

    @Test func `a child that is left ends without a word to its parent`() throws {
        let machine = try Specimen.machine(
            """
            context: {heard: 0}
            states:
              a:
                invoke: {id: kid, src: workflow, workflow: kid}
                on: {leave: b}
              b: {on: {"*": {actions: {assign: {heard: context.heard + 1}}}}}
            """)
        let kid = try Self.child("states: {x: {after: {PT1H: y}}, y: {type: final}}", named: "kid")
        var simulation = Simulation(machine, children: [kid])

        _ = simulation.run(
            try Self.script("[{send: leave}, {advance: P1D}, {expect: {states: [b], context: {heard: 0}}}]"))

        #expect(simulation.differences == [])
    }

    @Test func `instances that never rest end the simulation with an error`() throws {
        let machine = try Specimen.machine(
            "states: {a: {on: {ping: {actions: {send: {to: self, event: ping}}}}}}")
        var simulation = Simulation(machine)

        let lines = simulation.run(try Self.script("[{send: ping}]"))

        #expect(lines.last?["error"]?.string?.contains("do not come to rest") == true)
        #expect(simulation.differences.count == 1)
    }

    @Test func `tasks need no people unless the script names their roles`() throws {
        let machine = try Specimen.machine(
            """
            states:
              a: {invoke: {id: check, src: human, candidates: {roles: [expert]}, onDone: b}}
              b: {}
            """)
        var simulation = Simulation(machine)
        let script = try Self.script(
            """
            - {task: check, verb: submit, by: {user: li, roles: [clerk]}}
            - expect: {handled: false, tasks: [check], error: only role expert may act on this task}
            - {task: check, verb: claim, by: li}
            - expect: {handled: true, tasks: [check]}
            - {task: check, verb: submit}
            - expect: {states: [b], tasks: []}
            """)

        _ = simulation.run(script)

        #expect(simulation.differences == [])
    }

    @Test func `a script votes and works on elements of a list`() throws {
        let machine = try Specimen.machine(
            """
            context: {got: null, results: null}
            states:
              review:
                invoke:
                  id: panel
                  src: human
                  candidates: {roles: [expert]}
                  outcomes: {pass: {title: Pass}, back: {title: Back}}
                  votes: {of: 3, need: 2, veto: {by: {roles: [dir]}, outcome: back}}
                  onDone: {target: pay, guard: event.data.outcome == "pass", actions: {assign: {got: event.data.counts}}}
              pay:
                invoke:
                  id: sign
                  src: human
                  assignee: who
                  forEach: {in: '["a", "b"]', as: who}
                  onDone: {target: end, actions: {assign: {results: event.data.results}}}
              end: {type: final}
            """)
        var simulation = Simulation(machine)
        let script = try Self.script(
            """
            - {task: panel, verb: submit, by: li, data: {outcome: back}}
            - {task: panel, verb: withdraw, by: li}
            - {task: panel, verb: recuse, by: li, data: {reason: related}}
            - {task: panel, verb: add, by: {user: root, roles: [admin]}, data: {user: zhou}}
            - {task: panel, verb: submit, by: wang, data: {outcome: pass}}
            - {task: panel, verb: nudge, by: wang}
            - expect: {effects: [{kind: notify, roles: [expert], users: [zhou]}], tasks: [panel]}
            - {task: panel, verb: abstain, by: sun}
            - {task: panel, verb: submit, data: {outcome: pass}}
            - expect: {handled: false, error: only a person}
            - {task: panel, verb: submit, by: zhou, data: {outcome: pass}}
            - expect: {states: [pay], context: {got: {pass: 2, back: 0}}, tasks: ["sign[0]", "sign[1]"]}
            - {task: "sign[1]", verb: submit, by: b, data: {n: 2}}
            - expect: {tasks: ["sign[0]"]}
            - {task: sign, verb: submit, by: a}
            - expect: {status: done, context: {results: [{}, {n: 2}]}}
            """)

        _ = simulation.run(script)

        #expect(simulation.differences == [])
    }

    static let mistakes: [(String, String)] = [
        ("[{complete: nothing}]", "there is no open invocation \"nothing\"; nothing is open"),
        ("[{advance: {to: \"2020-01-01T00:00:00Z\"}}]", "the clock only goes forward"),
    ]

    @Test(arguments: mistakes)
    func `a step that cannot be carried out says why`(text: String, message: String) throws {
        var simulation = Simulation(try Specimen.machine(Self.loan))

        let lines = simulation.run(try Self.script(text))

        #expect(lines.last?["error"]?.string == message)
        #expect(simulation.differences == ["step 1: \(message)"])
    }

    @Test(arguments: [
        "{send: x}", "[{sned: x}]", "[{send: x, expect: {}}]", "[{send: x, dat: 1}]", "[{advance: 5}]",
        "[{advance: soon}]", "[{task: x}]", "[{send: [x]}]", "[{send: x, by: 1}]",
    ])
    func `a script that cannot be read says so`(text: String) throws {
        #expect(throws: ScriptError.self) { try Self.script(text) }
    }

    @Test func `a scenario is a script with what it needs`() throws {
        let text = """
            workflow: ../workflow.yaml
            title: {en: One, zh: 一}
            now: "2026-03-02T01:00:00Z"
            start: {data: {n: 1}, by: {user: li, roles: [pm]}}
            with: [child.yaml]
            steps: [{send: go}]
            """
        let scenario = try Scenario(try #require(YAMLValue.parse(text, file: "s.yaml").value))

        #expect(scenario.workflow == "../workflow.yaml")
        #expect(scenario.title == ["en": "One", "zh": "一"])
        #expect(scenario.now == Specimen.monday)
        #expect(scenario.startData == ["n": 1])
        #expect(scenario.startedBy == Actor(user: "li", roles: ["pm"]))
        #expect(scenario.children == ["child.yaml"])
        #expect(scenario.script.steps.count == 1)
        #expect(throws: ScriptError.self) { try Scenario(["workflow": "w", "stepps": []]) }
    }
}
