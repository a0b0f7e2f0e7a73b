import Statecharts
import Testing
import Values

/// What holds for every chart: shown on random ones. A failure names its seed.
@Suite struct LawTests {
    @Test(arguments: 0..<300)
    func `a random walk through a random chart keeps the laws`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let definition = RandomChart.definition(&random)
        let (compiled, diagnostics) = Definition.compile(definition.json, file: "random")
        let chart = try #require(compiled, "\(diagnostics.map(\.message))")
        let machine = Machine(chart)
        var surroundings = Surroundings(now: Specimen.monday)
        surroundings.isSimulation = true
        surroundings.ignoresUnhandledErrors = true
        var step = Specimen.start(machine, in: surroundings)
        for _ in 0..<40 {
            guard let snapshot = step.next else { break }
            try Self.check(snapshot, of: machine)
            Self.checkOrder(step.trace, in: chart)
            guard snapshot.status == .active else { break }
            var event = Event("e\(random.next(below: 4))", origin: .signal)
            let timer = snapshot.timers.isEmpty ? nil : snapshot.timers[random.next(below: snapshot.timers.count)]
            if let timer, random.next(below: 3) == 0 {
                surroundings.now = max(surroundings.now, timer.due)
                event = Event(timer.event, origin: .timer, reference: timer.id)
            }
            let stored = try Snapshot(json: snapshot.json, known: machine.texts)
            #expect(stored == snapshot)
            #expect(try Snapshot(json: snapshot.json) == snapshot)
            #expect(stored.json == snapshot.json)
            #expect(try Value(json: snapshot.json).jsonBytes == snapshot.json)
            step = machine.step(snapshot, event, in: surroundings)
            let again = machine.step(stored, event, in: surroundings)
            #expect(step.next?.json == again.next?.json)
            #expect(step.trace == again.trace)
            #expect(step.effects == again.effects)
            if let fault = step.outcome.fault { #expect(fault.code == .livelock) }
        }
    }

    /// Closed under parents; one active child of a compound state, all of a parallel one.
    static func check(_ snapshot: Snapshot, of machine: Machine) throws {
        let chart = machine.chart
        let active = Set(machine.activeStates(snapshot))
        #expect(active.contains(0))
        for id in active {
            let state = chart.states[id]
            if let parent = state.parent { #expect(active.contains(parent)) }
            let children = state.children.filter { if case .history = chart.states[$0].kind { false } else { true } }
            let count = children.count { active.contains($0) }
            switch state.kind {
            case .compound: #expect(count == 1, "\(state.path)")
            case .parallel: #expect(count == children.count, "\(state.path)")
            default: #expect(count == 0)
            }
        }
    }

    /// Exits in reverse document order, entries in document order.
    static func checkOrder(_ trace: Trace, in chart: Chart) {
        for microstep in trace.microsteps {
            let exited = microstep.exited.compactMap { chart.statePaths[$0] }
            let entered = microstep.entered.compactMap { chart.statePaths[$0] }
            #expect(exited == exited.sorted(by: >))
            #expect(entered == entered.sorted())
            #expect(Set(exited).count == exited.count)
            #expect(Set(entered).count == entered.count)
        }
    }
}

/// Sebastiano Vigna's generator: the same numbers on every machine.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { self.state = seed }

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var result = self.state
        result = (result ^ (result >> 30)) &* 0xBF58_476D_1CE4_E5B9
        result = (result ^ (result >> 27)) &* 0x94D0_49BB_1331_11EB
        return result ^ (result >> 31)
    }

    mutating func next(below limit: Int) -> Int { Int(self.next() % UInt64(limit)) }
}

/// Charts of up to four levels with everything that selection, entry and exit know.
enum RandomChart {
    static func definition(_ random: inout SplitMix64) -> OrderedJSON {
        var names: [String] = []
        let tree = Self.tree(depth: 0, &random, &names)
        var entries: [(String, OrderedJSON)] = [("workflow", "random")]
        // With a list of `on` the compiler takes the chart as converted, and doubtful transitions as warnings.
        entries += Self.body(tree, names, &random)
        return .map(entries)
    }

    private indirect enum Tree {
        case state(name: String, kind: String, children: [Tree])
    }

    private static func tree(depth: Int, _ random: inout SplitMix64, _ names: inout [String]) -> Tree {
        let name = "s\(names.count)"
        names.append(name)
        let roll = random.next(below: 10)
        if depth == 0 || (depth < 4 && roll < 5) {
            let kind = depth > 0 && roll < 2 ? "parallel" : "compound"
            var children: [Tree] = []
            for _ in 0..<(2 + random.next(below: 2)) { children.append(Self.tree(depth: depth + 1, &random, &names)) }
            if random.next(below: 3) == 0 {
                let history = "s\(names.count)"
                names.append(history)
                children.append(
                    .state(name: history, kind: random.next(below: 2) == 0 ? "deep" : "shallow", children: []))
            }
            return .state(name: name, kind: kind, children: children)
        }
        return .state(name: name, kind: roll == 9 && depth > 1 ? "final" : "atomic", children: [])
    }

    private static func body(
        _ tree: Tree, _ names: [String], _ random: inout SplitMix64
    ) -> [(String, OrderedJSON)] {
        guard case .state(_, let kind, let children) = tree else { return [] }
        var entries: [(String, OrderedJSON)] = []
        if kind == "parallel" || kind == "final" { entries.append(("type", .string(kind))) }
        if kind == "deep" || kind == "shallow" {
            let keeps = kind == "deep" && names.count % 2 == 0
            return [("type", "history"), ("history", .string(kind))] + (keeps ? [("keep", true)] : [])
        }
        if kind != "final" { entries.append(("on", .list(Self.transitions(names, &random)))) }
        if kind != "final", names.count % 3 == 0 {
            entries += [("due", "P2D"), ("onDue", [:]), ("remind", [["before": "P1D", "to": ["roles": ["r"]]]])]
        }
        if random.next(below: 3) == 0 {
            entries.append(("entry", [["raise": ["event": .string("e\(random.next(below: 4))")]]]))
        }
        if !children.isEmpty {
            entries.append(
                (
                    "states",
                    .map(
                        children.map { child in
                            guard case .state(let name, _, _) = child else { return ("", .map([])) }
                            return (name, .map([("id", .string(name))] + Self.body(child, names, &random)))
                        })
                ))
        }
        return entries
    }

    private static func transitions(_ names: [String], _ random: inout SplitMix64) -> [OrderedJSON] {
        (0..<random.next(below: 4)).map { _ in
            var entries: [(String, OrderedJSON)] = [("event", .string("e\(random.next(below: 4))"))]
            if random.next(below: 6) > 0 {
                entries.append(("target", .string("#" + names[1 + random.next(below: names.count - 1)])))
            }
            if random.next(below: 3) == 0 { entries.append(("reenter", true)) }
            return .map(entries)
        }
    }
}
