import Statecharts
import Testing
import Values

/// What holds for every migration: shown on random charts and random renames. A failure names its seed.
@Suite struct MigrationLawTests {
    /// A chart with timers and work, the same under other names, and the new path of each old one.
    struct Pair {
        let old: Machine
        let new: Machine
        let names: [String: String]

        init(_ random: inout SplitMix64, renames: Bool) throws {
            let tree = Self.enrich(RandomChart.definition(&random), &random)
            var names: [String: String] = ["": ""]
            let renamed = renames ? Self.rename(tree, from: "", to: "", &names, &random) : tree
            self.old = try Self.machine(tree)
            self.new = try Self.machine(renamed)
            self.names = names
        }

        private static func machine(_ definition: OrderedJSON) throws -> Machine {
            let (chart, diagnostics) = Definition.compile(definition.json, file: "random")
            return Machine(try #require(chart, "\(diagnostics.map(\.message))"))
        }

        /// Gives states timers and work of their own.
        private static func enrich(_ state: OrderedJSON, _ random: inout SplitMix64) -> OrderedJSON {
            guard case .map(let entries) = state else { return state }
            var isPlain = true
            var enriched: [(String, OrderedJSON)] = []
            for (key, value) in entries {
                if key == "type", ["\"final\"", "\"history\""].contains(value.json) { isPlain = false }
                guard key == "states", case .map(let children) = value else {
                    enriched.append((key, value))
                    continue
                }
                var own: [(String, OrderedJSON)] = []
                for (name, child) in children { own.append((name, Self.enrich(child, &random))) }
                enriched.append((key, OrderedJSON.map(own)))
            }
            if isPlain, random.next(below: 4) == 0 {
                let nothing: OrderedJSON = ["actions": []]
                enriched.append(("after", OrderedJSON.map([("P1D", nothing), ("PT1H", nothing)])))
            }
            if isPlain, random.next(below: 4) == 0 {
                let work: OrderedJSON = ["src": "worker", "topic": "t", "timeout": "P9D", "onError": ["actions": []]]
                enriched.append(("invoke", work))
            }
            return OrderedJSON.map(enriched)
        }

        private static func rename(
            _ state: OrderedJSON, from: String, to: String, _ names: inout [String: String], _ random: inout SplitMix64
        ) -> OrderedJSON {
            guard case .map(let entries) = state else { return state }
            var result: [(String, OrderedJSON)] = []
            for (key, value) in entries {
                guard key == "states", case .map(let children) = value else {
                    result.append((key, value))
                    continue
                }
                var renamed: [(String, OrderedJSON)] = []
                for (name, child) in children {
                    let isRenamed = random.next(below: 2) == 0
                    let newName = isRenamed ? "r" + name : name
                    let path = from.isEmpty ? name : from + "." + name
                    let newPath = to.isEmpty ? newName : to + "." + newName
                    names[path] = newPath
                    var moved = Self.rename(child, from: path, to: newPath, &names, &random)
                    if isRenamed, case .map(var own) = moved {
                        own.append(("renamedFrom", OrderedJSON.string(path)))
                        moved = OrderedJSON.map(own)
                    }
                    renamed.append((newName, moved))
                }
                result.append((key, OrderedJSON.map(renamed)))
            }
            return OrderedJSON.map(result)
        }
    }

    static let surroundings: Surroundings = {
        var surroundings = Surroundings(now: Specimen.monday)
        surroundings.isSimulation = true
        surroundings.ignoresUnhandledErrors = true
        return surroundings
    }()

    /// Some steps of a walk; nil when the chart never rests.
    static func walk(
        _ machine: Machine, _ start: Snapshot?, steps: Int, _ random: inout SplitMix64
    ) -> Snapshot? {
        guard var snapshot = start ?? Specimen.start(machine, in: self.surroundings).next else { return nil }
        for _ in 0..<steps {
            guard snapshot.status == .active else { return snapshot }
            let event: Event
            if random.next(below: 6) == 0, let timer = snapshot.timers.first {
                event = Event("", origin: .timer, reference: timer.id)
            } else if random.next(below: 6) == 0, let open = snapshot.invocations.first {
                event = Event("done.invoke", origin: .result, reference: open.id)
            } else {
                event = Event("e\(random.next(below: 4))", origin: .signal)
            }
            guard let next = machine.step(snapshot, event, in: self.surroundings).next else { return nil }
            snapshot = next
        }
        return snapshot
    }

    static func migrate(_ snapshot: Snapshot, _ pair: Pair) -> Step {
        pair.new.migrate(snapshot, Machine.migration(to: 2), from: pair.old, in: self.surroundings)
    }

    @Test(arguments: 0..<200)
    func `a migration to the same content changes nothing but seq and version`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let pair = try Pair(&random, renames: false)
        guard let snapshot = Self.walk(pair.old, nil, steps: random.next(below: 12), &random),
            snapshot.status == .active
        else { return }

        let step = Self.migrate(snapshot, pair)
        var expected = snapshot
        expected.seq += 1
        expected.facts.version = 2
        expected.facts.startVersion = 1

        #expect(step.outcome == .taken)
        #expect(step.next?.json == expected.json)
        #expect(step.effects == [])
    }

    @Test(arguments: 0..<200)
    func `after a rename and a migration the instance behaves as before under the other names`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed &+ 1_000_000)
        let pair = try Pair(&random, renames: true)
        guard let snapshot = Self.walk(pair.old, nil, steps: random.next(below: 12), &random),
            snapshot.status == .active
        else { return }

        let event = Machine.migration(to: 2)
        let plan = pair.new.plan(snapshot, event, from: pair.old, in: Self.surroundings)
        let again = pair.new.plan(snapshot, event, from: pair.old, in: Self.surroundings)
        let step = Self.migrate(snapshot, pair)
        let next = try #require(step.next, "\(step.outcome)")
        try LawTests.check(next, of: pair.new)
        #expect(plan == again)
        #expect(plan.active == next.active)
        #expect(plan.entered == [])
        #expect(plan.parts.allSatisfy { $0.fate == .kept })
        #expect(try Snapshot(json: next.json) == next)
        #expect(next.isSame(as: snapshot, under: pair.names))

        for _ in 0..<4 {
            var twin = random
            let before = Self.walk(pair.old, snapshot, steps: 6, &random)
            let after = Self.walk(pair.new, next, steps: 6, &twin)
            guard let before, let after else {
                #expect(before == nil && after == nil)
                continue
            }
            #expect(after.isSame(as: before, under: pair.names))
        }
    }

    /// Any chart to any other, with a random map: what comes out is a legal configuration, or nothing does.
    @Test(arguments: 0..<300)
    func `a migrated snapshot is a legal configuration`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed &+ 2_000_000)
        let one = try Pair(&random, renames: false).old
        let other = try Pair(&random, renames: false).old
        guard let snapshot = Self.walk(one, nil, steps: random.next(below: 12), &random),
            snapshot.status == .active
        else { return }
        var map: [String: String] = [:]
        let targets = other.chart.states.map(\.path)
        for state in one.activeStates(snapshot).dropFirst() where random.next(below: 3) > 0 {
            let roll = random.next(below: 10)
            map[one.chart.states[state].path] = roll == 0 ? "" : targets[1 + random.next(below: targets.count - 1)]
        }
        let event = Machine.migration(to: 2, map: map)

        let plan = other.plan(snapshot, event, from: one, in: Self.surroundings)
        let step = other.migrate(snapshot, event, from: one, in: Self.surroundings)

        #expect(plan == other.plan(snapshot, event, from: one, in: Self.surroundings))
        #expect(plan.isPossible == (step.outcome == .taken))
        guard let next = step.next else { return }
        try LawTests.check(next, of: other)
        #expect(try Snapshot(json: next.json) == next)
        #expect(plan.active == next.active)
        for timer in next.timers {
            if case .after(let path) = timer.kind { #expect(next.isActive(path, in: other)) }
        }
        for open in next.invocations { #expect(next.isActive(open.state, in: other)) }
        #expect(next.visits.keys.allSatisfy { other.chart.statePaths[$0] != nil })
        // It goes on.
        if next.status == .active { _ = Self.walk(other, next, steps: 4, &random) }
        // Moving on to the same content is nothing new.
        guard next.status == .active else { return }
        let second = other.migrate(next, Machine.migration(to: 3), from: other, in: Self.surroundings)
        #expect(second.next?.active == next.active)
        #expect(second.effects == [])
    }
}

extension Snapshot {
    /// Equal but for names of states and what is called after them, seqs and ids.
    fileprivate func isSame(as other: Snapshot, under names: [String: String]) -> Bool {
        func renamed(_ path: String) -> String { names[path] ?? "?\(path)" }
        func event(_ event: String, of path: String) -> String {
            path.isEmpty ? event : String(event.dropLast(path.count)) + renamed(path)
        }
        let timers = other.timers.map { timer in
            switch timer.kind {
            case .after(let path): "\(event(timer.event, of: path)) \(renamed(path)) \(timer.due)"
            default: "\(timer.due)"
            }
        }
        let ownTimers = self.timers.map { timer in
            switch timer.kind {
            case .after(let path): "\(timer.event) \(path) \(timer.due)"
            default: "\(timer.due)"
            }
        }
        let root = other.facts.workflow
        return self.active == other.active.map(renamed) && self.status == other.status
            && self.context == other.context
            && self.visits == other.visits.reduce(into: VisitTable()) { $0[renamed($1.key)] = $1.value }
            && self.history
                == Dictionary(uniqueKeysWithValues: other.history.map { (renamed($0.key), $0.value.map(renamed)) })
            && ownTimers == timers
            && self.invocations.map { "\($0.name) \($0.state)" }
                == other.invocations.map { "\($0.state.isEmpty ? root : renamed($0.state)) \(renamed($0.state))" }
    }

    fileprivate func isActive(_ path: String, in machine: Machine) -> Bool {
        machine.activeStates(self).contains { machine.chart.states[$0].path == path }
    }
}
