import Statecharts
import Testing
import Values

/// A running instance for a test.
struct Specimen {
    let machine: Machine
    var snapshot: Snapshot
    var surroundings: Surroundings
    /// What the last event did.
    var last: Step

    static let id = "0198c0de-0000-7000-8000-00000000abcd"
    /// Monday, 2 March 2026, 09:00 in Shanghai.
    static let monday = Timestamp(seconds: 1_772_413_200)

    init(
        _ definition: String, data: Value = .null, by: Actor = Actor(user: "li"), parent: Snapshot.Parent? = nil,
        _ adjust: (inout Surroundings) -> Void = { _ in }
    ) throws {
        self.machine = try Self.machine(definition)
        self.surroundings = Surroundings(now: Self.monday)
        self.surroundings.isSimulation = true
        adjust(&self.surroundings)
        self.last = Self.start(self.machine, data: data, by: by, parent: parent, in: self.surroundings)
        self.snapshot = try #require(self.last.next, "\(self.last.outcome)")
    }

    static func machine(_ definition: String) throws -> Machine {
        let (chart, diagnostics) = Definition.compile("workflow: specimen\n" + definition, file: "specimen.yaml")
        return Machine(try #require(chart, "\(diagnostics.map(\.message))"))
    }

    static func start(
        _ machine: Machine, data: Value = .null, by: Actor = Actor(user: "li"), parent: Snapshot.Parent? = nil,
        key: String? = nil, in surroundings: Surroundings = Surroundings(now: Self.monday)
    ) -> Step {
        let facts = Snapshot.Facts(
            id: Self.id, workflow: machine.chart.workflow, key: key, startedAt: surroundings.now, startedBy: by,
            parent: parent)
        return machine.start(facts, data: data, in: surroundings)
    }

    @discardableResult
    mutating func process(_ event: Event) -> Outcome {
        self.last = self.machine.step(self.snapshot, event, in: self.surroundings)
        if let next = self.last.next { self.snapshot = next }
        return self.last.outcome
    }

    @discardableResult
    mutating func send(_ type: String, data: Value = .null, by: Actor = Actor(user: "li")) -> Outcome {
        self.process(Event(type, data: data, by: by))
    }

    /// The result of an open invocation.
    @discardableResult
    mutating func complete(_ name: String, data: Value = .null, failed: Bool = false) throws -> Outcome {
        let id = try #require(self.snapshot.invocations.first { $0.name == name }?.id)
        let type = failed ? "error.invoke" : "done.invoke"
        return self.process(Event(type, data: data, origin: .result, by: Actor(worker: "w"), reference: id))
    }

    @discardableResult
    mutating func task(_ name: String, _ verb: String, data: Value = .null, by: Actor) throws -> Outcome {
        let id = try #require(self.snapshot.invocations.first { $0.name == name }?.id)
        return self.process(Event("task.\(verb)", data: data, origin: .task, by: by, reference: id))
    }

    /// Fires the open timer of an event at its time.
    @discardableResult
    mutating func fire(_ event: String) throws -> Outcome {
        let timer = try #require(self.snapshot.timers.first { $0.event == event })
        self.surroundings.now = max(self.surroundings.now, timer.due)
        return self.process(Event(event, origin: .timer, reference: timer.id))
    }

    var active: [String] { self.snapshot.active }
    var context: Value { self.snapshot.context }

    func task(_ name: String) -> HumanTask? {
        guard case .task(let task)? = self.snapshot.invocations.first(where: { $0.name == name })?.kind else {
            return nil
        }
        return task
    }
}

extension Outcome {
    var refusal: Refusal? {
        if case .refused(let refusal) = self { refusal } else { nil }
    }

    var fault: Fault? {
        if case .failed(let fault) = self { fault } else { nil }
    }
}

extension Effect {
    var kind: String { String(describing: self).prefix { $0 != "(" }.description }
}
