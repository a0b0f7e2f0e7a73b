import Statecharts
import Testing
import Values

/// What is said when a scenario goes otherwise than expected, and what scenarios cover.
@Suite struct ExpectationTests {
    private static let machine = """
        states:
          open:
            on:
              add: {actions: [{assign: {offers: 'context.offers + [event.data]'}}, {notify: {to: {roles: [pm]}, subject: New}}]}
              close: [{guard: context.offers.size() > 1, target: closed}, {target: open.low}]
            after: {P1D: closed}
            initial: low
            states: {low: {always: {guard: context.offers.size() > 3, target: high}}, high: {on: {close.*: closed}}}
          closed: {type: final, output: {count: context.offers.size()}}
        """

    private static func simulation(_ steps: String) throws -> Simulation {
        var simulation = Simulation(try Specimen.machine("context: {offers: [], note: a}\n" + self.machine))
        _ = simulation.run(try Script(try #require(YAMLValue.parse(steps, file: "steps").value)))
        return simulation
    }

    @Test(arguments: [
        ("{context: {offers: [{amount: 6, by: {user: li}}], note: a}}", []),
        (
            "{context: {offers: [{amount: 5, by: {user: wu}}], note: b, gone: 1}}",
            [
                "context.offers[0].amount: expected 5, found 6",
                "context.offers[0].by.user: expected \"wu\", found \"li\"",
                "context.note: expected \"b\", found \"a\"", "context.gone: expected 1, found nothing",
            ]
        ),
        (
            "{context: {offers: []}}",
            [
                "context.offers: length: expected 0, found 1",
                "context.offers: expected [], found [{\"amount\":6,\"by\":{\"user\":\"li\"}}]",
            ]
        ),
        (
            "{states: [closed], tasks: [t]}",
            ["states: expected closed, found open.low", "tasks: expected t, found none"]
        ),
        (
            "{status: done, handled: false}",
            [
                "status: expected \"done\", found \"active\"", "handled: expected false, found true",
            ]
        ),
        ("{effects: [{kind: notify, roles: [pm], subject: New}]}", []),
        (
            "{effects: [{kind: notify, roles: [dir], subject: Old}, {kind: log}]}",
            [
                "effects[0] notify.roles[0]: expected \"dir\", found \"pm\"",
                "effects[0] notify.subject: expected \"Old\", found \"New\"",
                "effects[1] log: expected {\"kind\":\"log\"}, found notify",
            ]
        ),
    ])
    func `each member that differs is named`(expectation: String, differences: [String]) throws {
        let steps = "[{send: add, data: {amount: 6, by: {user: li}}}, {expect: \(expectation)}]"
        #expect(try Self.simulation(steps).differences.sorted() == differences.map { "step 2: \($0)" }.sorted())
    }

    @Test func `long values stand below each other, from where they part`() throws {
        let text = String(repeating: "long and longer, ", count: 8)
        let steps = "[{send: add, data: {note: '\(text)one'}}, {expect: {context: {offers: [{note: '\(text)two'}]}}}]"
        #expect(
            try Self.simulation(steps).differences == [
                """
                step 2: context.offers[0].note:
                      expected  …onger, long and longer, two"
                      found     …onger, long and longer, one"
                """
            ])
    }

    @Test func `coverage counts states and transitions, and adds up the runs of one definition`() throws {
        let first = try Self.simulation("[{send: add}, {send: close}, {advance: P1D}]").coverage
        let second = try Self.simulation("[{send: add}, {send: add}, {send: close}]").coverage
        let other = Simulation(try Specimen.machine("states: {a: {type: final}}")).coverage
        let merged = Coverage.merged([first, other, second])
        #expect(merged.count == 2)
        let total = try #require(merged.first)
        #expect(total.states.map(\.path) == ["", "open", "open.low", "open.high", "closed"])
        #expect(total.states.map(\.entries) == [2, 2, 3, 0, 2])
        #expect(total.enteredStates == 4)
        #expect(total.takenTransitions == 4)
        #expect(
            total.rows.map { "\($0.source): \($0.event) → \($0.targets.joined()) \($0.taken)" } == [
                "open: add →  3", "open: close → closed 1", "open: close → open.low 1", "open: after P1D → closed 1",
                "open.low: always → open.high 0", "open.high: close.* → closed 0",
            ])
        let json = total.encoded
        #expect(json["transitions"]?.list?.count == 6)
        #expect(json["transitions"]?.list?.first?["on"] == "add")
        #expect(json["states"]?.list?[2] == ["path": "open.low", "entered": 3])
        #expect(json["takenTransitions"] == 4)
    }
}
