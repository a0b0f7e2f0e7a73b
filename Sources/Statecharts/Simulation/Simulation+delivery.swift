import JSONSchema
import Values

// Between instances, and in time.
extension Simulation {
    /// nil when the instance started; else why not.
    mutating func begin(_ facts: Snapshot.Facts, data: Value) -> Phrase? {
        guard let machine = self.machines[facts.workflow] else {
            return Phrase("there is no workflow \(facts.workflow)", "没有流程 \(facts.workflow)")
        }
        self.surroundings.now = self.now
        let step = machine.start(facts, data: data, in: self.surroundings)
        guard let snapshot = step.next else { return step.outcome.sentence }
        self.places[facts.id] = self.instances.count
        self.instances.append(Instance(machine: machine, snapshot: snapshot))
        self.record(step, at: self.instances.count - 1)
        for letter in self.waiting { self.mail.append(.signal(letter.signal, sender: letter.sender)) }
        self.waiting = []
        return nil
    }

    /// An event of the script.
    mutating func external(_ event: Event, to place: Int) {
        let outcome = self.step(event, at: place, incident: event.reference)
        self.last.isHandled = outcome == .taken
        self.last.error = outcome.sentence
    }

    @discardableResult
    private mutating func step(_ event: Event, at place: Int, incident: String?) -> Outcome {
        self.surroundings.now = self.now
        let step = self.instances[place].machine.step(self.instances[place].snapshot, event, in: self.surroundings)
        switch step.outcome {
        case .taken, .ignored:
            guard let next = step.next else { break }
            self.instances[place].snapshot = next
            if let incident { self.instances[place].incidents[incident] = nil }
            self.record(step, at: place)
        case .failed(let fault):
            // A person's event that fails is answered; any other is parked.
            guard event.origin != .client, event.origin != .task, event.origin != .administration else { break }
            self.instances[place].incidents[incident ?? event.type] = fault
        case .refused:
            break
        }
        return step.outcome
    }

    private mutating func record(_ step: Step, at place: Int) {
        let id = self.instances[place].snapshot.facts.id
        if place == 0 { self.coverage.count(step.trace) }
        for effect in step.effects {
            var value = effect.encoded
            if place > 0 { value["instance"] = .string(id) }
            self.last.effects.append(.map(value))
            switch effect {
            case .send(let signal): self.mail.append(.signal(signal, sender: id))
            case .startChild(let child): self.mail.append(.start(child, parent: id))
            case .cancelChild(_, let instance): self.administer("cancel", instance, of: id)
            case .parkChild(_, let instance): self.administer("suspend", instance, of: id)
            case .resumeChild(_, let instance): self.administer("resume", instance, of: id)
            default: break
            }
        }
    }

    private mutating func administer(_ verb: String, _ instance: String, of parent: String) {
        self.mail.append(.administer(verb: verb, instance: instance, parent: parent))
    }

    /// Delivers what was sent and fires what is due, until all is quiet.
    mutating func settle() { self.settle(until: self.now) }

    private mutating func settle(until end: Timestamp) {
        for _ in 0..<Self.limit {
            if !self.mail.isEmpty {
                self.deliver(self.mail.removeFirst())
            } else if !self.fireNext(until: end) {
                return
            }
        }
        self.last.error = Phrase(
            "more than \(Self.limit) signals and timers: the instances do not come to rest",
            "信号和定时器超过 \(Self.limit) 个：实例无法停息")
        self.unexpected = self.last.error
    }

    mutating func advance(_ advance: Script.Advance, _ step: Script.Step) throws(ScriptError) {
        let end: Timestamp
        switch advance {
        case .to(let time):
            end = time
        case .by(let terms):
            guard let time = self.surroundings.calendar.adding(terms, to: self.now) else {
                throw ScriptError(step.number, "the time is out of range", "时间超出范围")
            }
            end = time
        }
        guard end >= self.now else { throw ScriptError(step.number, "the clock only goes forward", "时钟只能前进") }
        self.settle(until: end)
        self.now = end
        let late = self.waiting.filter { ($0.signal.until ?? end) <= end }
        self.waiting.removeAll { ($0.signal.until ?? end) <= end }
        for letter in late { self.mail.append(.signal(letter.signal, sender: letter.sender)) }
    }

    /// Fires the timer that is due first, if one is; of equal ones as the server does.
    private mutating func fireNext(until end: Timestamp) -> Bool {
        var first: (place: Int, timer: Snapshot.OpenTimer)?
        for (place, instance) in self.instances.enumerated() where instance.snapshot.status == .active {
            let due = instance.machine.dueTimers(instance.snapshot, at: end)
            guard let timer = due.first(where: { instance.incidents[$0.id] == nil }) else { continue }
            if let earlier = first, earlier.timer.due <= timer.due { continue }
            first = (place, timer)
        }
        guard let (place, timer) = first else { return false }
        self.now = max(self.now, timer.due)
        let event = Event(timer.event, origin: .timer, reference: timer.id)
        let outcome = self.step(event, at: place, incident: timer.id)
        self.note(outcome, at: place)
        return true
    }

    /// What a timer or a signal did shows in the line of the step that let it happen.
    private mutating func note(_ outcome: Outcome, at place: Int) {
        if outcome == .taken, place == 0 { self.last.isHandled = true }
        if case .failed = outcome, self.last.error == nil { self.last.error = outcome.sentence }
    }

    private mutating func deliver(_ mail: Mail) {
        switch mail {
        case .signal(let signal, let sender): self.deliver(signal, from: sender)
        case .start(let child, let parent): self.begin(child, of: parent)
        case .administer(let verb, let instance, let parent):
            guard let place = self.places[instance] else { return }
            let event = Event("admin.\(verb)", origin: .administration, by: Actor(instance: parent))
            self.step(event, at: place, incident: nil)
        }
    }

    private mutating func deliver(_ signal: Effect.Signal, from sender: String) {
        if let place = self.place(of: signal.to) {
            let isResult = signal.invocation != nil
            let event = Event(
                signal.event, data: signal.data, origin: isResult ? .result : .signal, by: Actor(instance: sender),
                reference: signal.invocation)
            let outcome = self.step(event, at: place, incident: signal.invocation ?? signal.id)
            self.note(outcome, at: place)
        } else if let until = signal.until, until > self.now {
            self.waiting.append((signal, sender))
        } else if !self.isOutside(signal.to), let place = self.places[sender] {
            let data: Value = [
                "message": "there is no such instance", "event": .string(signal.event), "to": signal.to.encoded,
            ]
            let outcome = self.step(
                Event("error.communication", data: data, origin: .signal), at: place, incident: signal.id)
            self.note(outcome, at: place)
        }
    }

    private func place(of target: SignalTarget) -> Int? {
        switch target {
        case .instance(let id): self.places[id]
        case .key(let workflow, let key):
            self.instances.firstIndex { $0.snapshot.facts.workflow == workflow && $0.snapshot.facts.key == key }
        }
    }

    /// Instances of workflows that are not given are taken to exist.
    private func isOutside(_ target: SignalTarget) -> Bool {
        switch target {
        case .instance(let id): self.outside.contains(id)
        case .key(let workflow, _): self.machines[workflow] == nil
        }
    }

    private mutating func begin(_ child: Effect.Child, of parent: String) {
        guard self.machines[child.workflow] != nil else {
            self.outside.insert(child.instance)
            return
        }
        let facts = Snapshot.Facts(
            id: child.instance, workflow: child.workflow, version: child.version ?? 1, key: child.key,
            startedAt: self.now, startedBy: Actor(instance: parent),
            parent: Snapshot.Parent(instance: parent, invocation: child.invocation))
        guard let refusal = self.begin(facts, data: child.input), let place = self.places[parent] else { return }
        let event = Event(
            "error.invoke", data: ["code": "start", "message": .string(refusal.en)], origin: .result,
            reference: child.invocation)
        self.note(self.step(event, at: place, incident: child.invocation), at: place)
    }
}
