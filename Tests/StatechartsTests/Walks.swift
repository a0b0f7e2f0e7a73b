import JSONSchema
import Values

@testable import Statecharts

/// Random walks through a chart: what it does, recorded so that another chart can be asked to do the same.
///
/// An oracle of its own: it knows nothing of what the compiler finds, it only runs machines.
struct Walks {
    struct Move {
        var event: Event
        var now: Timestamp
        var did: Deed
    }

    /// What a step did, as far as anybody can see it.
    struct Deed: Equatable {
        var outcome: String
        var snapshot: [UInt8]
        var effects: [Effect]

        init(_ step: Step) {
            switch step.outcome {
            case .taken: self.outcome = "taken"
            case .ignored: self.outcome = "ignored"
            case .failed(let fault): self.outcome = "failed \(fault.code)"
            case .refused(let refusal):
                self.outcome = "refused \(String(describing: refusal.code).prefix { $0 != "(" })"
            }
            self.snapshot = step.next?.json ?? []
            self.effects = step.effects
        }

        func isSame(as other: Deed, renamed: (from: String, to: String)?) -> Bool {
            guard let renamed, self != other else { return self == other }
            // As values, whose maps are sorted anew.
            let snapshot = String(decoding: other.snapshot, as: UTF8.self).replacing(renamed.to, with: renamed.from)
            let effects = String(describing: other.effects).replacing(renamed.to, with: renamed.from)
            return self.outcome == other.outcome
                && (try? Value(json: self.snapshot)) == (try? Value(json: Array(snapshot.utf8)))
                && String(describing: self.effects) == effects
        }
    }

    /// A move and the one before it; walks that begin alike share their beginnings.
    struct Node {
        /// nil: the start.
        var parent: Int?
        var move: Move
    }

    struct Start {
        var data: Value
        var by: Actor
        var did: Deed
    }

    private(set) var starts: [Start] = []
    private(set) var nodes: [Node] = []
    /// How often each transition was taken.
    private(set) var taken: [Int]
    private(set) var starting: [Int] = []

    /// Each walk begins where few have been before: at the start, or at a place of an earlier walk.
    init(_ machine: Machine, count: Int, length: Int, seed: UInt64) {
        self.taken = Array(repeating: 0, count: machine.chart.transitions.count)
        var places: [(key: String, node: Int, snapshot: Snapshot, now: Timestamp, chosen: Int)] = []
        var known: [String: Int] = [:]
        for number in 0..<count {
            var walker = Walker(machine, random: SplitMix64(seed: seed &+ UInt64(number) &* 7_919))
            var node: Int
            var snapshot: Snapshot
            var now = Walker.surroundings.now
            if number % 3 == 0 || places.isEmpty {
                let (start, step) = walker.start()
                node = self.nodes.count
                self.nodes.append(Node(parent: nil, move: Move(event: Event("start"), now: now, did: start.did)))
                self.starts.append(start)
                self.starting.append(node)
                self.count(step)
                guard let next = step.next else { continue }
                snapshot = next
            } else {
                let least = places.indices.min { (places[$0].chosen, -$0) < (places[$1].chosen, -$1) } ?? 0
                places[least].chosen += 1
                (node, snapshot, now) = (places[least].node, places[least].snapshot, places[least].now)
            }
            for _ in 0..<length where snapshot.status == .active {
                guard let (event, then, step) = walker.bestMove(snapshot, now, self.taken) else { break }
                self.nodes.append(Node(parent: node, move: Move(event: event, now: then, did: Deed(step))))
                self.count(step)
                guard let next = step.next else { continue }
                (node, snapshot, now) = (self.nodes.count - 1, next, then)
                let key = snapshot.active.joined(separator: " ")
                if let place = known[key] {
                    // Seldom the same context: the newest will do.
                    places[place] = (key, node, snapshot, now, places[place].chosen)
                } else {
                    known[key] = places.count
                    places.append((key, node, snapshot, now, 0))
                }
            }
        }
    }

    private mutating func count(_ step: Step) {
        guard step.next != nil else { return }
        for transition in step.trace.microsteps.flatMap(\.transitions) { self.taken[transition.transition] += 1 }
    }

    /// The share of transitions that some walk took.
    var coverage: Double { Double(self.taken.count { $0 > 0 }) / Double(max(self.taken.count, 1)) }

    /// Whether another machine does anything else on these walks.
    func differ(from machine: Machine, renamed: (from: String, to: String)?) -> Bool {
        var snapshots: [Snapshot?] = []
        var starts = self.starts.makeIterator()
        var surroundings = Walker.surroundings
        for node in self.nodes {
            guard let parent = node.parent else {
                guard let start = starts.next() else { return false }
                surroundings.now = node.move.now
                let step = Specimen.start(machine, data: start.data, by: start.by, in: surroundings)
                guard start.did.isSame(as: Deed(step), renamed: renamed) else { return true }
                snapshots.append(step.next)
                continue
            }
            guard let snapshot = snapshots[parent] else { return true }
            surroundings.now = node.move.now
            var event = node.move.event
            // A timer's event is named after its state.
            if let renamed, event.origin == .timer {
                event.type = event.type.replacing(renamed.from, with: renamed.to)
            }
            let step = machine.step(snapshot, event, in: surroundings)
            guard node.move.did.isSame(as: Deed(step), renamed: renamed) else { return true }
            snapshots.append(step.next ?? snapshot)
        }
        return false
    }
}

/// Takes one walk: of several random moves the one that leads where few have been.
struct Walker {
    let machine: Machine
    var random: SplitMix64
    let roles: [String]
    private var isBold = false

    static let surroundings: Surroundings = {
        var surroundings = Surroundings(now: Specimen.monday)
        surroundings.isSimulation = true
        return surroundings
    }()

    init(_ machine: Machine, random: SplitMix64) {
        self.machine = machine
        self.random = random
        var roles: Set<String> = []
        for declaration in (machine.chart.events ?? [:]).values { roles.formUnion(declaration.people?.roles ?? []) }
        for case .human(let human) in machine.chart.states.flatMap({ $0.invocations.map(\.source) }) {
            roles.formUnion(human.candidates.roles)
        }
        self.roles = roles.sorted()
    }

    mutating func start() -> (Walks.Start, Step) {
        let data = self.sample(self.machine.chart.schema?.source ?? .null)
        let by = Actor(user: "li", roles: self.roles)
        let step = Specimen.start(self.machine, data: data, by: by, in: Self.surroundings)
        return (Walks.Start(data: data, by: by, did: Walks.Deed(step)), step)
    }

    mutating func bestMove(_ snapshot: Snapshot, _ now: Timestamp, _ taken: [Int]) -> (Event, Timestamp, Step)? {
        var best: (event: Event, now: Timestamp, step: Step, score: Int)?
        for _ in 0..<8 {
            guard let (event, now) = self.move(snapshot, now) else { continue }
            var then = Self.surroundings
            then.now = now
            let step = self.machine.step(snapshot, event, in: then)
            let score = step.trace.microsteps.flatMap(\.transitions).map { taken[$0.transition] }.min() ?? 1_000
            if best.map({ score < $0.score }) ?? true { best = (event, now, step, score) }
            if score == 0 { break }
        }
        return best.map { ($0.event, $0.now, $0.step) }
    }

    private mutating func move(_ snapshot: Snapshot, _ now: Timestamp) -> (Event, Timestamp)? {
        let roll = self.random.next(below: 10)
        if roll < 5, !snapshot.invocations.isEmpty {
            return (self.finish(snapshot.invocations[self.random.next(below: snapshot.invocations.count)]), now)
        }
        if roll < 7, !snapshot.timers.isEmpty {
            let timers = snapshot.timers.sorted { ($0.due, $0.id) < ($1.due, $1.id) }
            return (Event(timers[0].event, origin: .timer, reference: timers[0].id), max(now, timers[0].due))
        }
        var names = (self.machine.chart.events ?? [:]).keys.sorted()
        if names.isEmpty {
            for transition in self.machine.chart.transitions {
                for case .exact(let name) in transition.descriptors where !name.hasPrefix("done.") {
                    names.append(name)
                }
            }
        }
        guard !names.isEmpty else { return nil }
        let name = names[self.random.next(below: names.count)]
        let data = self.sample(self.machine.chart.events?[name]?.schema?.source ?? .null)
        return (Event(name, data: data, by: self.somebody()), now)
    }

    private mutating func somebody() -> Actor {
        let user = "u\(self.random.next(below: 3))"
        guard !self.roles.isEmpty, self.random.next(below: 4) > 0 else { return Actor(user: user, roles: self.roles) }
        return Actor(user: user, roles: [self.roles[self.random.next(below: self.roles.count)]])
    }

    private mutating func finish(_ invocation: Snapshot.OpenInvocation) -> Event {
        guard case .task(let task) = invocation.kind else {
            let hasFailed = self.random.next(below: 4) == 0
            return Event(
                hasFailed ? "error.invoke" : "done.invoke", data: hasFailed ? ["message": "no"] : self.sample(.null),
                origin: .result, by: Actor(worker: "w"), reference: invocation.id)
        }
        var data = self.sample(task.form ?? ["type": "object"]).map ?? ValueMap()
        if !task.outcomes.isEmpty {
            data["outcome"] = .string(task.outcomes[self.random.next(below: task.outcomes.count)].value)
        }
        let by = Actor(user: "u\(self.random.next(below: 3))", roles: self.roles)
        return Event("task.submit", data: .map(data), origin: .task, by: by, reference: invocation.id)
    }

    // MARK: Values

    /// A value that fits a schema; often everything in it is as large as it can be, which opens most guards.
    private mutating func sample(_ schema: Value) -> Value {
        self.isBold = self.random.next(below: 2) == 0
        return self.draw(schema)
    }

    private mutating func draw(_ schema: Value) -> Value {
        if let only = schema["const"] { return only }
        if let list = schema["enum"]?.list, !list.isEmpty { return list[self.random.next(below: list.count)] }
        switch schema["type"]?.string {
        case "string":
            let words = ["", "a", "word", "several words"]
            let shortest = schema["minLength"]?.int ?? 0
            let fitting = words.filter { $0.count >= max(Int(shortest), self.isBold ? 2 : 0) }
            return .string(fitting.isEmpty ? "long enough, this text" : fitting[self.random.next(below: fitting.count)])
        case "boolean": return .bool(self.isBold || self.random.next(below: 4) > 0)
        case "integer": return .int(Int64(self.number(schema)))
        case "number": return .double(Double(self.number(schema)))
        case "array": return .list([])
        case "object":
            let required = schema["required"]?.list?.compactMap(\.string) ?? []
            var members = ValueMap()
            for entry in schema["properties"]?.map?.entries ?? [] {
                guard case .string(let name) = entry.key else { continue }
                guard
                    required.contains(name) || entry.value["readOnly"]?.bool != true && self.random.next(below: 2) == 0
                else { continue }
                members[name] = self.draw(entry.value)
            }
            return .map(members)
        default: return .map(ValueMap())
        }
    }

    private mutating func number(_ schema: Value) -> Int {
        let low = schema["minimum"]?.int ?? 0
        let high = schema["maximum"]?.int ?? 100_000
        if self.isBold { return Int(high) }
        switch self.random.next(below: 10) {
        case 0: return Int(low)
        case 1, 2: return Int(low) + self.random.next(below: Int(min(high - low, 20)) + 1)
        case 3: return Int(low) + self.random.next(below: Int(high - low) + 1)
        default: return Int(high)
        }
    }
}
