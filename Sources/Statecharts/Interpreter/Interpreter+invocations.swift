import JSONSchema
import Values

// Invocations: work outside of the instance (SCXML 6.4).
extension Interpreter {
    /// At the end of a macrostep, for the states that it entered and did not leave.
    mutating func startInvocations() throws(Interruption) {
        guard !self.statesToInvoke.isEmpty else { return }
        let states = self.statesToInvoke
        self.statesToInvoke = StateSet()
        for state in states {
            let only = self.onlyInvoke.isEmpty ? nil : self.onlyInvoke.removeValue(forKey: state)
            for invocation in self.chart.states[state].invocations where only?.contains(invocation.id) ?? true {
                do {
                    let path = self.index.path(state)
                    if let loop = invocation.forEach {
                        try self.start(loop, invocation, of: path)
                    } else if let result = try self.start(invocation, of: path) {
                        self.raiseResult(of: invocation.id, path, result)
                    }
                } catch .error(let fault) {
                    self.raiseError(fault)
                }
            }
        }
    }

    /// Gives the result of a vote without voters: it is over before it begins.
    mutating func start(
        _ invocation: Invocation, of path: String, element: Snapshot.OpenInvocation.Element? = nil
    ) throws(Interruption) -> Value? {
        let input = try self.data(invocation.input)
        try Self.check(input, against: self.surroundings.limits.eventBytes, "the input")
        let timeout: Timestamp? =
            if let timeout = invocation.timeout { try self.due(timeout, invocation.position) } else { nil }
        let id: String
        let kind: Snapshot.OpenInvocation.Kind
        switch invocation.source {
        case .human(let human):
            var task = try self.task(human, input: input)
            if let result = try self.result(of: task, human.votes) { return result }
            if let deadline = human.deadline { task.dueAt = try self.due(deadline) }
            id = self.nextID()
            kind = .task(task)
            try self.emit(.openTask(id: id, name: invocation.id, state: path, task))
        case .worker(let worker):
            let job = try self.job(worker, of: invocation, path, input: input)
            id = job.id
            kind = .job(topic: worker.topic)
            try self.emit(.startJob(job))
        case .child(let definition):
            let child = try self.child(definition, of: invocation, input: input)
            id = child.invocation
            kind = .child(instance: child.instance, detached: child.detached)
            try self.emit(.startChild(child))
        }
        self.hasGrown = true
        self.snapshot.invocations.append(
            Snapshot.OpenInvocation(id: id, name: invocation.id, state: path, kind: kind, element: element))
        if let timeout {
            try self.set(
                Snapshot.OpenTimer(
                    id: self.nextID(), kind: .timeout(invocation: id), event: "error.invoke.\(invocation.id)",
                    due: timeout))
        }
        if let deadline = invocation.deadline, case .task(let task) = kind, let due = task.dueAt {
            try self.arm(deadline, due, of: .task(invocation: id))
        }
        return nil
    }

    /// Of an invocation that was over as it began: there is no event that it could end with.
    mutating func raiseResult(of name: String, _ path: String, _ data: Value, isDone: Bool = true) {
        let over = Snapshot.OpenInvocation(id: "", name: name, state: path, kind: .job(topic: ""))
        self.keepResult(of: over, isDone ? data : .null)
        let fault = isDone ? nil : self.fault(of: name, data)
        if let fault { self.trace.errors.append(fault.message) }
        self.raise("\(isDone ? "done" : "error").invoke.\(name)", data, fault: fault, ended: over)
    }

    private mutating func job(
        _ worker: Invocation.Worker, of invocation: Invocation, _ path: String, input: Value
    ) throws(Interruption) -> Effect.Job {
        var payload = ValueMap()
        payload["input"] = input
        for (key, option) in worker.options {
            switch option {
            case .template(let template): payload[key] = try self.evaluate(template)
            case .source(let expression): payload[key] = .string(expression.source)
            case .text(let text):
                let variants = try self.text(text)
                payload[key] = variants[""].map { .string($0) } ?? .texts(variants)
            }
        }
        let priority = try self.data(worker.priority)
        return Effect.Job(
            id: self.nextID(), name: invocation.id, state: path, topic: worker.topic, payload: .map(payload),
            retry: worker.retry, leaseSeconds: worker.lease.map { self.seconds(of: $0) },
            priority: Int(min(3, max(0, priority.int ?? 1))))
    }

    private func seconds(of duration: ISODuration) -> Double {
        let end = self.surroundings.calendar.adding([.iso(duration)], to: self.now) ?? self.now
        let nanoseconds = Double(end.nanoseconds - self.now.nanoseconds)
        return Double(end.seconds - self.now.seconds) + nanoseconds / 1_000_000_000
    }

    private mutating func child(
        _ definition: Invocation.Child, of invocation: Invocation, input: Value
    ) throws(Interruption) -> Effect.Child {
        var key: String?
        if let template = definition.key {
            let value = try self.evaluate(template)
            key = value.isNull ? nil : value.inText
        }
        let id = self.nextID()
        let facts = self.snapshot.facts
        return Effect.Child(
            invocation: id, name: invocation.id,
            instance: ChildID.make(parent: facts.id, seq: self.snapshot.seq, number: self.lastNumber),
            workflow: definition.workflow, version: definition.version, key: key, input: input,
            detached: definition.detached)
    }

    func definition(of open: Snapshot.OpenInvocation) -> Invocation? {
        guard let state = self.chart.statePaths[open.state] else { return nil }
        return self.chart.states[state].invocations.first { $0.id == open.name }
    }

    /// SCXML's cancelInvoke for all of a state.
    mutating func cancelInvocations(of path: String) throws(Interruption) {
        for invocation in self.snapshot.invocations where invocation.state == path {
            try self.cancel(invocation)
        }
        self.snapshot.loops.removeAll { $0.state == path }
    }

    mutating func cancel(_ invocation: Snapshot.OpenInvocation) throws(Interruption) {
        self.isInLoop = invocation.element != nil
        defer { self.isInLoop = false }
        try self.close(invocation)
        try self.emitEnd(of: invocation)
    }

    /// The work of an invocation that is over otherwise.
    mutating func emitEnd(of invocation: Snapshot.OpenInvocation) throws(Interruption) {
        self.isInLoop = invocation.element != nil
        defer { self.isInLoop = false }
        switch invocation.kind {
        case .task: try self.emit(.closeTask(id: invocation.id, reason: .cancelled, by: self.event.by, outcome: nil))
        case .job: try self.emit(.cancelJob(id: invocation.id))
        case .child(_, detached: true): break
        case .child(let instance, detached: false):
            try self.emit(.cancelChild(invocation: invocation.id, instance: instance))
        }
    }

    /// Takes it from the open ones, with its timers.
    mutating func close(_ invocation: Snapshot.OpenInvocation) throws(Interruption) {
        self.snapshot.invocations.removeAll { $0.id == invocation.id }
        for timer in self.snapshot.timers {
            switch timer.kind {
            case .timeout(invocation.id), .task(invocation.id): try self.cancelTimer(timer.id)
            default: break
            }
        }
        guard !self.snapshot.spent.isEmpty else { return }
        self.snapshot.spent = self.snapshot.spent.filter { !$0.hasPrefix("\(invocation.id) ") }
    }

    /// ◆ An atomic state with `onDone` is done when all its invocations are.
    mutating func keepResult(of invocation: Snapshot.OpenInvocation, _ result: Value) {
        guard let state = self.chart.statePaths[invocation.state], self.waitsForInvocations(state) else { return }
        self.snapshot.results[invocation.state, default: [:]][invocation.name] = result
        self.hasGrown = true
    }

    /// After the last result was processed, and if the visit is still active.
    mutating func raiseDoneState(after invocation: Snapshot.OpenInvocation) {
        guard let state = self.chart.statePaths[invocation.state], self.waitsForInvocations(state),
            self.active.contains(state), let results = self.snapshot.results[invocation.state],
            results.count == self.chart.states[state].invocations.count
        else { return }
        var data = ValueMap()
        for (name, result) in results { data[name] = result }
        self.raise("done.state.\(invocation.state)", .map(data))
    }

    private func waitsForInvocations(_ state: Int) -> Bool {
        self.index.kind[state] == .atomic && self.chart.states[state].hasOnDone
    }
}

extension Value {
    /// Texts by language.
    static func texts(_ variants: [String: String]) -> Value {
        var map = ValueMap()
        for (language, text) in variants { map[language] = .string(text) }
        return .map(map)
    }
}
