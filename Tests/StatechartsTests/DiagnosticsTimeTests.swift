import Statecharts
import Testing

/// Mistakes and doubts around `due`, `remind` and `keep`.
@Suite struct DiagnosticsTimeTests {
    @Test(
        arguments: [
            ("remind: {before: P1D}", ["4:13 needs-due"]), ("roll: next", ["4:11 needs-due"]),
            ("onDue: b", ["4:12 needs-due"]), ("{due: P1D, roll: later}", ["4:22 unknown-keyword"]),
            ("{due: 5}", ["4:11 bare-number-delay"]), ("{due: P1D, onDue: nowhere}", ["4:23 unknown-target"]),
            ("{due: P2D, remind: [{}]}", ["4:25 reminder-time"]),
            ("{due: P2D, remind: {before: P1D, after: P1D}}", ["4:24 reminder-time"]),
            ("{due: P2D, remind: {befor: P1D}}", ["4:24 reminder-time", "4:25 unknown-key"]),
            ("{due: P2D, remind: soon}", ["4:24 expected-map"]),
            ("{due: P2D, remind: {before: P1D, repeat: {every: P1D}}}", ["4:46 missing-key"]),
            ("{due: P2D, remind: {before: P1D, repeat: {every: P1D, times: 0}}}", ["4:66 expected-integer"]),
            (
                "{due: P2D, remind: {before: P1D, repeat: {every: {at: context.x}, times: 2}}}", ["4:54 bad-delay"]
            ),
            ("{due: {at: now}}", ["4:16 unknown-name"]), ("{due: {at: event.data}}", ["4:16 unknown-name"]),
            ("{due: P2D, remind: {before: P1D, actions: missing}}", ["4:47 unknown-action"]),
            ("{on: {remind.1.state.a: b}}", ["4:11 reserved-event"]), ("{on: {remind.*: b}}", ["4:11 reserved-event"]),
            ("{invoke: {src: human, onDue: b}}", ["4:34 needs-due"]),
            ("{invoke: {src: worker, topic: t, due: P1D}}", ["4:38 unknown-key"]),
            ("{type: final, due: P1D}", ["4:19 misplaced-key"]),
            ("{history: deep, remind: []}", ["4:21 misplaced-key", "4:29 needs-due"]),
            ("{due: P2D, roll: previous, onDue: b, remind: [{before: P1D}, {after: 2 workdays}]}", []),
        ] as [(String, [String])])
    func `mistakes have a code and a place`(state: String, expected: [String]) {
        let text = "workflow: w\nstates:\n  a:\n    \(state)\n  b: {}\n"

        #expect(DiagnosticsTests.found(text, .error) == expected)
    }

    @Test(
        arguments: [
            ("{due: P2D, remind: {before: P1D}}", ["nobody"]),
            ("{due: P2D, remind: {before: P1D, to: {roles: [x]}}}", []),
            ("{due: P2D, remind: {before: P2D, to: {roles: [x]}}}", ["reminder-never"]),
            ("{due: 3 workdays, remind: {before: 4 workdays, to: {roles: [x]}}}", ["reminder-never"]),
            ("{due: 3 workdays, remind: {before: P4D, to: {roles: [x]}}}", []),
            ("{due: P2D, onDue: b, remind: {after: P1D, to: {roles: [x]}}}", ["reminder-after-due"]),
            ("{due: P2D, onDue: {target: b, guard: 'true'}, remind: {after: P1D, to: {roles: [x]}}}", []),
            ("{due: P2D, onDue: {}, remind: {after: P1D, to: {roles: [x]}}}", []),
            ("{due: P2D, remind: {before: P1D}, on: {go: b}}", []),
        ] as [(String, [String])])
    func `doubts are warnings`(state: String, expected: [String]) {
        let text = """
            workflow: w
            events: {go: {for: {roles: [x]}}}
            initial: a
            states:
              a: \(state)
              b: {type: final}
            """
        let codes = Definition.compile(text, file: "w").diagnostics.map(\.code)

        #expect(codes.filter { ["nobody", "reminder-never", "reminder-after-due"].contains($0) } == expected)
    }
}
