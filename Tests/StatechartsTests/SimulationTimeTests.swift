import Statecharts
import Testing
import Values

/// Due dates, reminders and states on hold on the virtual clock.
@Suite struct SimulationTimeTests {
    static let project = """
        context: {sum: null, late: false}
        states:
          active:
            on: {hold: held}
            states:
              work:
                invoke:
                  - {id: kid, src: workflow, workflow: kid}
                  - {id: sums, src: worker, topic: sums, onDone: {actions: {assign: {sum: event.data}}}, onError: work}
                  - id: paper
                    src: human
                    candidates: {roles: [author]}
                    due: 3 workdays
                    remind: {before: 1 workday}
                    onDue: {actions: {assign: {late: true}}}
                onDone: done
              before: {type: history, keep: true}
              done: {}
          held: {on: {back: active.before}}
        """

    static let kid = "states: {a: {after: {P5D: b}}, b: {type: final, output: '\"grown\"'}}"

    @Test func `what is on hold waits, and goes on with what was left`() throws {
        var simulation = Simulation(
            try Specimen.machine(Self.project), children: [try SimulationTests.child(Self.kid, named: "kid")])
        // Monday, 5 January, at one o'clock.
        let script = try SimulationTests.script(
            """
            - expect: {tasks: [paper], due: {paper: "2026-01-08T01:00:00Z"}}
            - {advance: P1D}
            - {send: hold}
            - expect: {states: [held], tasks: [], parked: [paper], due: {paper: null}}
            - {task: paper, verb: submit}
            - expect: {handled: false, error: on hold}
            - {complete: sums, data: 7}
            - {advance: P30D}
            - expect: {states: [held], context: {sum: null}}
            - {send: back}
            - expect: {tasks: [paper], parked: [], due: {paper: "2026-02-07T01:00:00Z"}, context: {sum: 7}}
            - {advance: P1D}
            - expect: {effects: [{kind: notify, roles: [author]}], context: {late: false}}
            - {advance: P1D}
            - expect: {context: {late: true}, tasks: [paper]}
            - {task: paper, verb: submit}
            - {advance: P1D}
            - expect: {states: [active.work]}
            - {advance: P1D}
            - expect: {states: [active.done]}
            """)

        _ = simulation.run(script)

        #expect(simulation.differences == [])
    }

    @Test func `a line shows what is due`() throws {
        var simulation = Simulation(try Specimen.machine("states: {a: {due: 1 workday, on: {go: b}}, b: {}}"))

        let lines = simulation.run(try SimulationTests.script("[{send: go}]"))

        #expect(lines.map { $0["due"] } == [["a": "2026-01-06T01:00:00Z"], nil])
    }
}
