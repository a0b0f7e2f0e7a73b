import Statecharts
import Testing

@Suite struct CompilerTests {
    static func compile(_ text: String) -> (chart: Chart?, diagnostics: [Diagnostic]) {
        Definition.compile(text, file: "workflow.yaml")
    }

    @Test func `a chart has states in document order and default initials`() throws {
        let (compiled, diagnostics) = Self.compile(
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
        #expect(diagnostics.filter { $0.severity == .error }.isEmpty, "\(diagnostics)")
        let chart = try #require(compiled)
        #expect(
            chart.states.map(\.path) == [
                "", "open", "closed", "closed.locked", "closed.unlocked", "broken", "broken.a", "broken.b",
            ])
        #expect(chart.states[0].initial?.targets == [1])
        #expect(chart.states[0].initial?.isExplicit == false)
        #expect(chart.states[2].initial?.targets == [4])
        #expect(chart.states[2].lastDescendant == 4)
        #expect(chart.states[5].kind == .parallel)
        #expect(chart.transitions.map(\.targets) == [[2], [4], [3], [1]])
        #expect(diagnostics.map(\.code) == ["unreachable-state"])
    }
}
