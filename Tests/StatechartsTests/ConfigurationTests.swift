import Testing
import Values

@testable import Statecharts

/// The configuration graph leaves nothing out that a machine can do.
@Suite struct StateSetTests {
    /// Around the ends of words of 64 bits.
    @Test func `members of a range are those that are in it`() {
        let ids = [0, 1, 62, 63, 64, 65, 126, 127, 128, 190, 191, 192, 300]
        var set = StateSet()
        for id in ids { set.insert(id) }
        for first in 0..<310 {
            for last in [first - 1, first, first + 1, first + 63, first + 64, first + 65, 309] {
                let inside = ids.filter { $0 >= first && $0 <= last }
                #expect(Array(set.members(from: first, through: last)) == inside)
                #expect(set.isEmpty(from: first, through: last) == inside.isEmpty)
            }
        }
    }
}

@Suite struct ConfigurationTests {
    /// So that the walks are not about few of them.
    @Test func `the graphs of random charts are whole`() throws {
        let whole = try (0..<150 as Range<UInt64>).count { seed in
            var random = SplitMix64(seed: seed &+ 10_000)
            let definition = RandomChart.definition(&random)
            let chart = try #require(Definition.compile(definition.json, file: "random").chart)
            var graph = Configurations(chart, guards: chart.transitions.map { _ in .always })
            graph.explore()
            return !graph.isBounded
        }
        #expect(whole > 140)
    }

    @Test func `the graph is looked at for so long at most`() throws {
        let states = (0..<60).map { "s\($0): {}" }.joined(separator: ", ")
        let on = (0..<600).map { "e\($0): s\($0 % 60)" }.joined(separator: ", ")
        let text = "workflow: w\non: {\(on)}\nstates: {\(states)}\n"
        let chart = try #require(Definition.compile(text, file: "wide.yaml").chart)
        let guards = chart.transitions.map { _ in Configurations.GuardKnowledge.always }
        var graph = Configurations(chart, guards: guards, work: 1_000_000)
        graph.explore()
        #expect(!graph.isBounded)
        #expect(graph.found.count == 60)
        graph = Configurations(chart, guards: guards, work: 100_000)
        graph.explore()
        #expect(graph.isBounded)
    }

    @Test(arguments: 0..<150)
    func `a random walk through a random chart stays in its graph`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed &+ 10_000)
        let definition = RandomChart.definition(&random)
        let chart = try #require(Definition.compile(definition.json, file: "random").chart)
        let known = chart.transitions.map { _ in Configurations.GuardKnowledge.always }
        var graph = Configurations(chart, guards: known)
        graph.explore()
        guard !graph.isBounded else { return }
        let machine = Machine(chart)
        var surroundings = Surroundings(now: Specimen.monday)
        surroundings.isSimulation = true
        surroundings.ignoresUnhandledErrors = true
        var step = Specimen.start(machine, in: surroundings)
        for _ in 0..<30 {
            guard let snapshot = step.next else { break }
            for taken in step.trace.microsteps.flatMap(\.transitions) {
                #expect(graph.taken.contains(taken.transition), "\(definition.json)")
            }
            let active = Set(machine.activeStates(snapshot))
            #expect(graph.found.contains { Set($0) == active }, "\(snapshot.active) \(definition.json)")
            guard snapshot.status == .active else { break }
            step = machine.step(snapshot, Event("e\(random.next(below: 4))", origin: .signal), in: surroundings)
        }
    }

    /// Where the history remembers the state that asks for it, nothing is left, and the stage's own transition goes too.
    @Test func `a history that remembers the source preempts nothing`() throws {
        let text = """
            workflow: recall
            states:
              work:
                type: parallel
                on: {pause: away, recall: gone}
                states:
                  writing:
                    initial: first
                    states:
                      first: {on: {next: second}}
                      second: {on: {recall: where}}
                      where: {type: history, history: deep}
                  waiting: {}
              away: {on: {back: work}}
              gone: {type: final}
            """
        let (compiled, diagnostics) = Definition.compile(text, file: "recall.yaml")
        #expect(diagnostics.map(\.code) == [])
        let machine = Machine(try #require(compiled))
        let surroundings = Surroundings(now: Specimen.monday)
        var snapshot = try #require(Specimen.start(machine, in: surroundings).next)
        for event in ["next", "pause", "back", "next", "recall"] {
            let step = machine.step(snapshot, Event(event, origin: .signal), in: surroundings)
            snapshot = try #require(step.next, "\(event)")
        }
        #expect(snapshot.active == ["gone"])
        var graph = Configurations(machine.chart, guards: machine.chart.transitions.map { _ in .always })
        graph.explore()
        // Only what is remembered leads from there to the end.
        let gone = try #require(machine.chart.statePaths["gone"])
        let second = try #require(machine.chart.statePaths["work.writing.second"])
        let from = try #require(graph.found.firstIndex { $0.contains(second) })
        let to = try #require(graph.found.firstIndex { $0.contains(gone) })
        #expect(graph.successors[from].contains(to))
    }

    @Test(
        .enabled(if: ConformanceData.isPresent, "the conformance data is not here"),
        arguments: ["statecharts.json", "charts.json"])
    func `a state that a case reaches is not called unreachable`(file: String) throws {
        for item in ConformanceData.cases(file) {
            let name = item["name"]?.string ?? "?"
            let chart = try ConformanceChart(item["chart"] ?? .null, name: name)
            let found = Definition.compile(chart.definition, file: name).diagnostics
            let unreachable = Set(
                found.filter { $0.code == "unreachable-state" }.map { $0.path.replacing("states.", with: "") })
            let scripts = item["walks"]?.list?.compactMap { $0["script"]?.list } ?? [item["script"]?.list ?? []]
            for id in scripts.joined().flatMap({ $0["expect_configuration"]?.list?.compactMap(\.string) ?? [] }) {
                guard let path = chart.paths[id] else { continue }
                #expect(!unreachable.contains { path == $0 || path.hasPrefix($0 + ".") }, "\(name): \(path)")
            }
        }
    }

    @Test func `three regions of thirteen states are looked at completely`() {
        let regions = (0..<3).map { region in
            let states = (0..<13).map { "        s\($0): {on: {e\(region): s\(($0 + 1) % 13)}}\n" }.joined()
            return "    r\(region):\n      states:\n\(states)"
        }.joined()
        let text =
            "workflow: wide\nstates:\n  work:\n    type: parallel\n    on: {go: done}\n    states:\n"
            + regions.split(separator: "\n").map { "  " + $0 + "\n" }.joined() + "  done: {type: final}\n"
        let (chart, diagnostics) = Definition.compile(text, file: "wide.yaml")
        #expect(diagnostics.map(\.code) == [])
        #expect(chart?.states.count == 45)
        guard let chart else { return }
        var graph = Configurations(chart, guards: chart.transitions.map { _ in .always })
        let clock = ContinuousClock()
        let time = clock.measure { graph.explore() }
        print("\(graph.found.count) configurations in \(time)")
        #expect(graph.found.count == 13 * 13 * 13 + 1)
    }

    /// Two states are done at once. What the first one's event does leaves the second before its own is looked at.
    @Test func `what a state raised as it was done is met after it was left`() throws {
        let text = """
            workflow: late
            states:
              work:
                type: parallel
                on: {done.state.work.left: after}
                states:
                  left: {states: {a: {on: {go: b}}, b: {type: final}}}
                  right: {states: {a: {on: {go: b}}, b: {type: final}}}
              after: {on: {done.state.work.right: late, next: end}}
              late: {on: {next: end}}
              end: {type: final}

            """
        let (compiled, diagnostics) = Definition.compile(text, file: "late.yaml")
        #expect(diagnostics.map(\.code) == [])
        try Self.expect(["late"], after: ["go"], in: Machine(try #require(compiled)))
    }

    /// The eventless transition is taken first; the event is met where it leads.
    @Test func `what a state raised as it was done is met where an eventless transition leads`() throws {
        let text = """
            workflow: late
            context: {hurry: true}
            states:
              work:
                always: {target: after, guard: context.hurry && inState("work.b")}
                onDone: end
                states: {a: {on: {go: b}}, b: {type: final}}
              after: {on: {done.state.work: late, next: end}}
              late: {on: {next: end}}
              end: {type: final}

            """
        let (compiled, diagnostics) = Definition.compile(text, file: "late.yaml")
        #expect(diagnostics.map(\.code) == [])
        try Self.expect(["late"], after: ["go"], in: Machine(try #require(compiled)))
    }

    private static func expect(_ active: [String], after events: [String], in machine: Machine) throws {
        let surroundings = Surroundings(now: Specimen.monday)
        var snapshot = try #require(Specimen.start(machine, in: surroundings).next)
        for event in events {
            snapshot = try #require(machine.step(snapshot, Event(event, origin: .signal), in: surroundings).next)
        }
        #expect(snapshot.active == active)
    }

    /// Seven regions that may each do this or that are 128 ways: more than are looked at.
    @Test func `ways that are left out are told`() throws {
        let regions = (0..<7).map { region in
            "      r\(region): {states: {a: {on: {e: [{guard: context.x > \(region), target: b}, c]}}, b: {}, c: {}}}\n"
        }.joined()
        let text =
            "workflow: ways\nstates:\n  work:\n    type: parallel\n    on: {go: done}\n    states:\n" + regions
            + "  done: {type: final}\n"
        let (compiled, diagnostics) = Definition.compile(text, file: "ways.yaml")
        #expect(diagnostics.map(\.code) == ["reachability-bound"])
        let chart = try #require(compiled)
        var graph = Configurations(chart, guards: chart.transitions.map { _ in .maybe })
        graph.explore()
        #expect(graph.isBounded)
    }
}
