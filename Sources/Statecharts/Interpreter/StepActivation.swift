import CEL
import Values

/// What expressions see of a step.
///
/// A class, because programs hold on to it while they run; the snapshot is on loan meanwhile, and nobody else sees it.
final class StepActivation {
    let index: ChartIndex
    let surroundings: Surroundings
    let now: Timestamp
    /// Evaluation steps that remain for the macrostep.
    let budget: Budget
    private(set) var event: Event
    private var eventValue: Value?
    private var instanceValue: Value?
    private var letValues: [String: Value] = [:]
    var loopNames: [(name: String, value: Value)] = []
    /// `{at: …}` delays see neither `event` nor `now`.
    var hidesEvent = false
    private(set) var snapshot: Snapshot?
    private(set) var active = StateSet()

    init(
        _ index: ChartIndex, _ event: consuming Event, at now: Timestamp, in surroundings: consuming Surroundings
    ) {
        self.index = index
        self.now = now
        self.budget = Budget(surroundings.limits.expressionSteps)
        self.surroundings = surroundings
        self.event = event
    }

    /// Until ``close()``: what refers to a snapshot longer than that makes a step copy it.
    func open(_ snapshot: Snapshot, _ active: StateSet) {
        self.snapshot = snapshot
        self.active = active
    }

    func close() { self.snapshot = nil }

    /// The macrostep turns to another event.
    func see(_ type: String, _ data: Value) {
        self.event.type = type
        self.see(data)
    }

    func see(_ data: Value) {
        self.event.data = data
        self.eventValue = nil
        self.forgetLets()
    }

    /// What they look at may have changed.
    func forgetLets() {
        guard self.index.hasLets else { return }
        self.letValues.removeAll(keepingCapacity: true)
    }

    /// The instance has another key.
    func forgetInstance() { self.instanceValue = nil }
}

extension StepActivation: BudgetedActivation {
    func value(of name: String) throws(EvaluationError) -> Value? {
        for loop in self.loopNames.reversed() where loop.name == name { return loop.value }
        switch name {
        case "context": return self.snapshot?.context
        case "event": return self.hidesEvent ? nil : self.describeEvent()
        case "instance": return self.describeInstance()
        case "now": return self.hidesEvent ? nil : .timestamp(self.now)
        default: return try self.letValue(name)
        }
    }

    private func describeEvent() -> Value {
        if let value = self.eventValue { return value }
        let value: Value = [
            "type": .string(self.event.type), "data": self.event.data, "at": .timestamp(self.now),
            "by": self.event.by.value,
        ]
        self.eventValue = value
        return value
    }

    private func describeInstance() -> Value? {
        if let value = self.instanceValue { return value }
        guard let snapshot = self.snapshot else { return nil }
        let facts = snapshot.facts
        let value: Value = [
            "id": .string(facts.id), "key": .optionalString(facts.key), "workflow": .string(facts.workflow),
            "version": .int(Int64(facts.version)), "startedAt": .timestamp(facts.startedAt),
            "startedBy": .optionalString(facts.startedBy.user), "lastEventAt": .timestamp(snapshot.lastAt),
        ]
        self.instanceValue = value
        return value
    }

    private func letValue(_ name: String) throws(EvaluationError) -> Value? {
        guard let expression = self.index.chart.lets[name] else { return nil }
        if let known = self.letValues[name] { return known }
        let value = try expression.program.evaluate(sharing: self)
        self.letValues[name] = value
        return value
    }
}
