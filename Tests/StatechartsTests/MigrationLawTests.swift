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
            var tree = Self.enrich(RandomChart.definition(&random), &random)
            if case .map(let entries) = tree {
                tree = .map([("context", ["plan": "2026-03-20T00:00:00Z", "list": ["x", "y", "z"]])] + entries)
            }
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
            if isPlain, random.next(below: 2) == 0 { enriched.append(("invoke", Self.work(&random))) }
            return OrderedJSON.map(enriched)
        }

        /// Each kind of work that goes on by itself, without a name, so that it is called after its state.
        private static func work(_ random: inout SplitMix64) -> OrderedJSON {
            let nothing: OrderedJSON = ["actions": []]
            let loop: OrderedJSON = ["in": "context.list", "as": "x", "concurrency": .value(2)]
            let outcomes: OrderedJSON = ["yes": [:], "no": [:]]
            switch random.next(below: 5) {
            case 0: return ["src": "worker", "topic": "t", "timeout": "P9D", "onError": nothing]
            case 1: return ["src": "worker", "topic": "t", "forEach": loop, "onDone": nothing, "onError": nothing]
            case 2:
                return [
                    "src": "human", "candidates": ["roles": ["r"]], "due": ["at": "context.plan"], "onDue": nothing,
                    "remind": [["before": "P1D"]],
                ]
            case 3:
                return [
                    "src": "human", "candidates": ["roles": ["r"]], "outcomes": outcomes, "due": "P4D",
                    "votes": [
                        "of": .value(3), "need": .value(2), "close": random.next(below: 2) == 0 ? "due" : "early",
                    ],
                ]
            default:
                return [
                    "src": "human", "candidates": ["roles": ["r"]], "forEach": loop, "timeout": ["at": "context.plan"],
                    "onError": nothing,
                ]
            }
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
            guard let next = machine.step(snapshot, Self.event(for: snapshot, &random), in: self.surroundings).next
            else {
                // Refused: the walk goes on.
                continue
            }
            snapshot = next
        }
        return snapshot
    }

    private static func event(for snapshot: Snapshot, _ random: inout SplitMix64) -> Event {
        let roll = random.next(below: 6)
        if roll == 0, !snapshot.timers.isEmpty {
            let timer = snapshot.timers[random.next(below: snapshot.timers.count)]
            return Event("", origin: .timer, reference: timer.id)
        }
        if roll < 3, !snapshot.invocations.isEmpty {
            let open = snapshot.invocations[random.next(below: snapshot.invocations.count)]
            guard case .task(let task) = open.kind else {
                return Event("done.invoke", data: "result", origin: .result, reference: open.id)
            }
            let by = Actor(user: "u\(random.next(below: 3))", roles: ["r"])
            let data: Value = task.outcomes.isEmpty ? .null : ["outcome": random.next(below: 2) == 0 ? "yes" : "no"]
            let verb = random.next(below: 3) == 0 ? "claim" : "submit"
            return Event("task.\(verb)", data: data, origin: .task, by: by, reference: open.id)
        }
        return Event("e\(random.next(below: 4))", origin: .signal)
    }

    /// What the seeds of a test had, so that none of it can be missing without a word.
    struct Tally {
        var counts: [String: Int] = [:]

        mutating func count(_ snapshot: Snapshot) {
            let tasks = snapshot.invocations.compactMap { open -> HumanTask? in
                if case .task(let task) = open.kind { task } else { nil }
            }
            let found = [
                "instance": true, "timer": !snapshot.timers.isEmpty, "task": !tasks.isEmpty,
                "ballot": tasks.contains { $0.ballot?.members.isEmpty == false }, "loop": !snapshot.loops.isEmpty,
                "mark": !snapshot.spent.isEmpty, "on hold": !snapshot.parked.isEmpty,
                "work on hold": snapshot.parked.values.contains { !$0.invocations.isEmpty },
            ]
            for (name, isThere) in found where isThere { self.counts[name, default: 0] += 1 }
        }

        /// `instances`: how many must have been looked at.
        func check(instances: Int) {
            #expect(self.counts["instance", default: 0] >= instances, "\(self.counts)")
            for name in ["timer", "task", "ballot", "loop", "mark", "on hold", "work on hold"] {
                #expect(self.counts[name, default: 0] > 0, "no seed has a \(name): \(self.counts)")
            }
        }
    }

    /// An instance after some steps; nil when its chart never rests or has ended.
    private static func instance(of machine: Machine, _ random: inout SplitMix64, _ tally: inout Tally) -> Snapshot? {
        let steps = 4 + random.next(below: 20)
        guard let snapshot = Self.walk(machine, nil, steps: steps, &random), snapshot.status == .active else {
            return nil
        }
        tally.count(snapshot)
        return snapshot
    }

    static func migrate(_ snapshot: Snapshot, _ pair: Pair) -> Step {
        pair.new.migrate(snapshot, Machine.migration(to: 2), from: pair.old, in: self.surroundings)
    }

    @Test func `a migration to the same content changes nothing but seq and version`() throws {
        var tally = Tally()
        for seed in UInt64(0)..<200 {
            var random = SplitMix64(seed: seed)
            let pair = try Pair(&random, renames: false)
            guard let snapshot = Self.instance(of: pair.old, &random, &tally) else { continue }

            let step = Self.migrate(snapshot, pair)
            var expected = snapshot
            expected.seq += 1
            expected.facts.version = 2
            expected.facts.startVersion = 1

            #expect(step.outcome == .taken, "seed \(seed)")
            #expect(step.next?.json == expected.json, "seed \(seed)")
            #expect(step.effects == [], "seed \(seed)")
        }
        tally.check(instances: 100)
    }

    @Test func `after a rename and a migration the instance behaves as before under the other names`() throws {
        var tally = Tally()
        for seed in UInt64(1_000_000)..<1_000_120 {
            var random = SplitMix64(seed: seed)
            let pair = try Pair(&random, renames: true)
            guard let snapshot = Self.instance(of: pair.old, &random, &tally) else { continue }

            let event = Machine.migration(to: 2)
            let plan = pair.new.plan(snapshot, event, from: pair.old, in: Self.surroundings)
            let again = pair.new.plan(snapshot, event, from: pair.old, in: Self.surroundings)
            let step = Self.migrate(snapshot, pair)
            let next = try #require(step.next, "seed \(seed): \(step.outcome)")
            try LawTests.check(next, of: pair.new)
            #expect(plan == again, "seed \(seed)")
            #expect(plan.active == next.active, "seed \(seed)")
            #expect(plan.entered == [], "seed \(seed)")
            #expect(plan.parts.allSatisfy { $0.fate == .kept }, "seed \(seed)")
            #expect(try Snapshot(json: next.json) == next, "seed \(seed)")
            #expect(next.lines() == snapshot.lines(pair.names), "seed \(seed)")

            for _ in 0..<4 {
                var twin = random
                let before = Self.walk(pair.old, snapshot, steps: 6, &random)
                let after = Self.walk(pair.new, next, steps: 6, &twin)
                #expect(after?.lines() == before?.lines(pair.names), "seed \(seed)")
            }
        }
        tally.check(instances: 60)
    }

    /// Any chart to any other, with a random map: what comes out is a legal configuration, or nothing does.
    @Test func `a migrated snapshot is a legal configuration`() throws {
        var tally = Tally()
        var moved = 0
        for seed in UInt64(2_000_000)..<2_000_180 {
            var random = SplitMix64(seed: seed)
            let one = try Pair(&random, renames: false).old
            let other = try Pair(&random, renames: false).old
            guard let snapshot = Self.instance(of: one, &random, &tally) else { continue }
            var map: [String: String] = [:]
            let targets = other.chart.states.map(\.path)
            for state in one.activeStates(snapshot).dropFirst() where random.next(below: 3) > 0 {
                let roll = random.next(below: 10)
                map[one.chart.states[state].path] = roll == 0 ? "" : targets[1 + random.next(below: targets.count - 1)]
            }
            let event = Machine.migration(to: 2, map: map)

            let plan = other.plan(snapshot, event, from: one, in: Self.surroundings)
            let step = other.migrate(snapshot, event, from: one, in: Self.surroundings)

            #expect(plan == other.plan(snapshot, event, from: one, in: Self.surroundings), "seed \(seed)")
            #expect(plan.isPossible == (step.outcome == .taken), "seed \(seed)")
            guard let next = step.next else { continue }
            moved += 1
            #expect(plan.active == next.active, "seed \(seed)")
            try Self.check(next, of: other, "seed \(seed)")
            guard next.status == .active else { continue }
            // It goes on.
            _ = Self.walk(other, next, steps: 4, &random)
            // Moving on to the same content is nothing new.
            let second = other.migrate(next, Machine.migration(to: 3), from: other, in: Self.surroundings)
            #expect(second.next?.active == next.active, "seed \(seed)")
            #expect(second.effects == [], "seed \(seed)")
        }
        tally.check(instances: 90)
        #expect(moved >= 15)
    }

    /// Legal, and all that is open belongs to something.
    private static func check(_ snapshot: Snapshot, of machine: Machine, _ seed: Comment) throws {
        try LawTests.check(snapshot, of: machine)
        #expect(try Snapshot(json: snapshot.json) == snapshot, seed)
        let ids = Set(snapshot.invocations.map(\.id))
        for timer in snapshot.timers {
            switch timer.kind {
            case .after(let path): #expect(snapshot.isActive(path, in: machine), seed)
            case .task(let id), .timeout(let id): #expect(ids.contains(id), seed)
            case .raise, .send: break
            }
        }
        for open in snapshot.invocations { #expect(snapshot.isActive(open.state, in: machine), seed) }
        for (path, visit) in snapshot.parked {
            #expect(machine.chart.statePaths[path] != nil && !snapshot.isActive(path, in: machine), seed)
            #expect(visit.invocations.allSatisfy { $0.state == path }, seed)
            #expect(Set(visit.kept.keys).isSubset(of: visit.invocations.map(\.id)), seed)
        }
        #expect(snapshot.visits.keys.allSatisfy { machine.chart.statePaths[$0] != nil }, seed)
    }
}

extension Snapshot {
    /// All that it says but ids and seqs, with the names of `names` in place of its own paths, and of what is called after
    /// them.
    fileprivate func lines(_ names: [String: String]? = nil) -> [String] {
        func renamed(_ path: String) -> String { names.map { $0[path] ?? "?\(path)" } ?? path }
        func event(_ event: String, of path: String) -> String {
            !path.isEmpty && event.hasSuffix(".\(path)") ? String(event.dropLast(path.count)) + renamed(path) : event
        }
        func parts(
            _ timers: [OpenTimer], _ invocations: [OpenInvocation], _ loops: [OpenLoop], _ spent: Set<String>
        ) -> [String] {
            let states = Dictionary(uniqueKeysWithValues: invocations.map { ($0.id, $0.state) })
            var lines = timers.map { timer in
                switch timer.kind {
                case .after(let path): "after \(event(timer.event, of: path)) \(renamed(path)) \(timer.due)"
                case .task(let id): "task \(event(timer.event, of: states[id] ?? "")) \(timer.due)"
                case .timeout(let id): "timeout \(event(timer.event, of: states[id] ?? "")) \(timer.due)"
                case .raise, .send: "\(timer.event) \(timer.due)"
                }
            }
            for open in invocations {
                var what = ""
                if case .task(let task) = open.kind {
                    let votes = task.ballot?.members.map { "\($0.user) \($0.cast?.outcome ?? "-")" } ?? []
                    what = "\(task.assignee ?? "-") \(task.dueAt.map { "\($0)" } ?? "-") \(votes)"
                }
                let name = event(".\(open.name)", of: open.state)
                lines.append("\(name) \(renamed(open.state)) \(open.element?.index ?? -1) \(what)")
            }
            for loop in loops {
                lines.append(
                    "\(renamed(loop.state)) \(loop.waiting) \(loop.done) \(loop.results.sorted { $0.key < $1.key })")
            }
            let marks = spent.map { mark in
                let words = mark.split(separator: " ")
                let owner = words.count > 1 ? states[String(words[0])] : nil
                guard let owner else {
                    return self.visits.keys.map { event(mark, of: $0) }.first { $0 != mark } ?? mark
                }
                return event(String(words[1]), of: owner)
            }
            return lines + marks.sorted()
        }
        func each<Member>(_ members: [String: Member], _ text: (Member) -> String) -> [String] {
            members.map { "\(renamed($0.key)) \(text($0.value))" }.sorted()
        }
        var lines = ["\(self.status) \(self.active.map(renamed)) \(self.context)"]
        let visits = Dictionary(uniqueKeysWithValues: self.visits.map { ($0.key, $0.value) })
        lines += each(visits) { "\($0.count) \($0.enteredAt)" }
        lines += each(self.history) { "\($0.map(renamed))" }
        lines += each(self.due) { "\($0)" }
        lines += parts(self.timers, self.invocations, self.loops, self.spent)
        for (path, visit) in self.parked.sorted(by: { renamed($0.key) < renamed($1.key) }) {
            lines.append("on hold \(renamed(path)) \(visit.due.map { "\($0)" } ?? "-") \(visit.kept.count)")
            lines += visit.unstarted.map { event(".\($0)", of: path) }
            lines += parts(visit.timers, visit.invocations, visit.loops, visit.spent)
        }
        return lines
    }

    fileprivate func isActive(_ path: String, in machine: Machine) -> Bool {
        machine.activeStates(self).contains { machine.chart.states[$0].path == path }
    }
}
