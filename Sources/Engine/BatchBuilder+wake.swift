import Statecharts
import Values

// What the pump delivers: a start, timers and signals that are due, all under the lock of the instance that they are
// for.
extension BatchBuilder {
    mutating func wake(_ id: InstanceID) -> CommandResult {
        let due = self.loaded.due[id] ?? []
        switch self.find(id) {
        case .present: break
        case .needs(let workflow, let version): return .needs(workflow: workflow, version: version)
        case .broken(let error):
            for job in due { self.park(job, Cause(code: "storage", message: error.detail)) }
            return .woken(hasMore: false)
        case .absent:
            if let need = self.missingDefinition(due) { return need }
        }
        for job in due where job.topic == JobRow.start { self.startChild(job) }
        if self.working[id] == nil {
            self.withoutReceiver(due)
        } else {
            self.deliverTimers(due, to: id)
            self.deliverSignals(due, to: id)
        }
        return .woken(hasMore: due.count >= self.limits.drainJobs)
    }

    // MARK: Timers

    private mutating func deliverTimers(_ due: [JobRow], to id: InstanceID) {
        let rows = due.filter { $0.topic == JobRow.timer }
        guard !rows.isEmpty, let working = self.working[id] else { return }
        if working.snapshot.status == .suspended { return self.suspend(rows) }
        var left: [String: JobRow] = [:]
        for row in rows { left[row.key.id] = row }
        // A row keeps microseconds, rounded down.
        let at = Timestamp(microsecondsSinceEpoch: self.loaded.now.microsecondsSinceEpoch + 1)
        for timer in working.compiled.machine.dueTimers(working.snapshot, at: at) {
            guard let row = left.removeValue(forKey: timer.id) else { continue }
            // An earlier step of this batch may have cancelled or moved it.
            guard self.working[id]?.snapshot.timers.contains(where: { $0.id == timer.id }) == true else {
                self.removeJob(row.key)
                continue
            }
            self.deliver(Event("", origin: .timer, reference: timer.id), as: row, to: id)
        }
        for row in left.values where !working.snapshot.timers.contains(where: { $0.id == row.key.id }) {
            self.removeJob(row.key)
        }
    }

    // MARK: Signals

    private mutating func deliverSignals(_ due: [JobRow], to id: InstanceID) {
        let rows = due.filter { $0.topic == JobRow.signal }
        for row in rows.sorted(by: { ($0.sender, $0.key) < ($1.sender, $1.key) }) {
            guard let payload = SignalPayload(row.payload) else {
                self.park(row, Cause(code: "storage", message: "the signal cannot be read"))
                continue
            }
            // Another instance may have the key that a child was to get.
            guard !payload.isAdministration || self.isParent(row.sender, payload, of: id) else {
                self.removeJob(row.key)
                continue
            }
            let event = payload.event(row)
            if self.working[id]?.snapshot.status == .suspended, event.origin != .administration {
                self.suspend([row])
                continue
            }
            self.deliver(event, as: row, to: id)
        }
    }

    /// Whether a signal comes from the invocation that started the instance.
    private func isParent(_ sender: JobRow.Sender?, _ payload: SignalPayload, of id: InstanceID) -> Bool {
        guard let parent = self.working[id]?.snapshot.facts.parent else { return false }
        return parent.instance == sender?.instance.description && parent.invocation == payload.invocation
    }

    private mutating func suspend(_ rows: [JobRow]) {
        for row in rows { self.batch.parkedJobs[row.key] = .suspended }
    }

    private mutating func deliver(_ event: Event, as row: JobRow, to id: InstanceID) {
        guard let step = self.step(id, event) else { return }
        switch step.outcome {
        case .taken, .ignored:
            // A timer that the step set again has the same id.
            if self.batch.jobs[row.key] == nil { self.removeJob(row.key) }
            if event.origin == .result { self.endChild(event, of: id) }
            if event.origin == .administration { self.administer(id, event) }
        case .refused: self.removeJob(row.key)
        case .failed(let fault): self.park(row, fault)
        }
    }

    private mutating func endChild(_ event: Event, of id: InstanceID) {
        guard let invocation = event.reference else { return }
        let isDone = event.type == "done.invoke"
        self.batch.childEnds.append(
            ChildEnd(
                instance: id, invocation: invocation, state: isDone ? .done : .failed, result: event.data.json))
    }

    /// Signals for an instance that is not there: they wait for it, or their sender is told.
    private mutating func withoutReceiver(_ due: [JobRow]) {
        for row in due {
            guard row.topic == JobRow.signal, let payload = SignalPayload(row.payload) else {
                if row.topic == JobRow.timer { self.removeJob(row.key) }
                continue
            }
            if let until = payload.until, until > self.loaded.now {
                let next = self.loaded.now.microsecondsSinceEpoch + Int64(self.limits.receiverSeconds * 1_000_000)
                self.batch.postponedJobs[row.key] = min(until, Timestamp(microsecondsSinceEpoch: next))
                continue
            }
            self.removeJob(row.key)
            guard let sender = row.sender, sender.instance != row.key.instance, payload.invocation == nil,
                !payload.isAdministration, row.name != "error.communication"
            else { continue }
            let data: Value = [
                "message": .string("there is no instance \(row.key.instance)"), "event": .string(row.name ?? ""),
                "signal": .string(row.key.id),
            ]
            self.signal(
                JobKey(instance: sender.instance, id: row.key.id + ".e"), "error.communication",
                SignalPayload(data: data), from: JobRow.Sender(instance: row.key.instance, seq: sender.seq, n: sender.n)
            )
        }
    }

    // MARK: Children

    private func missingDefinition(_ due: [JobRow]) -> CommandResult? {
        for job in due where job.topic == JobRow.start {
            guard let payload = StartPayload(job.payload), self.compiled(payload) == nil,
                self.definitions.failures[payload.definition] == nil
            else { continue }
            return .needs(workflow: payload.workflow, version: payload.version)
        }
        return nil
    }

    private func compiled(_ payload: StartPayload) -> Definitions.Compiled? {
        if let version = payload.version { return self.definitions.version(payload.workflow, version) }
        return self.definitions.latest(payload.workflow)
    }

    private mutating func startChild(_ job: JobRow) {
        self.removeJob(job.key)
        guard let parent = job.sender?.instance, let payload = StartPayload(job.payload) else { return }
        let id = job.key.instance
        if let present = self.working[id] {
            // Started before; or the key belongs to an instance that is not this invocation's.
            if present.snapshot.facts.parent?.invocation == payload.invocation { return }
            return self.refuseChild(payload, of: parent, job, code: "exists", "the key has an instance already: \(id)")
        }
        if self.isCancelled(payload, id) { return }
        guard let compiled = self.compiled(payload) else {
            let message = self.definitions.failures[payload.definition]?.detail ?? "There is no workflow."
            return self.refuseChild(payload, of: parent, job, code: "start", message)
        }
        guard Int(payload.depth) <= self.limits.treeDepth else {
            let message = "instances are at most \(self.limits.treeDepth) deep"
            return self.refuseChild(payload, of: parent, job, code: "limit", message)
        }
        let facts = Snapshot.Facts(
            id: id.description, workflow: compiled.workflow, version: compiled.version, key: payload.key,
            startedAt: self.loaded.now, startedBy: Actor(instance: parent.description),
            parent: Snapshot.Parent(instance: parent.description, invocation: payload.invocation))
        let step = self.begin(id, facts, compiled, data: payload.input, depth: payload.depth, command: nil)
        if step.next == nil {
            self.refuseChild(payload, of: parent, job, code: "start", EngineError(step.outcome).detail)
        }
    }

    /// The parent left the state before the child was there.
    private func isCancelled(_ payload: StartPayload, _ id: InstanceID) -> Bool {
        (self.loaded.due[id] ?? []).contains { row in
            row.topic == JobRow.signal && row.name == "admin.cancel"
                && SignalPayload(row.payload).map { $0.isAdministration && $0.invocation == payload.invocation }
                    ?? false
        }
    }

    private mutating func refuseChild(
        _ payload: StartPayload, of parent: InstanceID, _ job: JobRow, code: String, _ message: String
    ) {
        let data: Value = ["code": .string(code), "message": .string(message)]
        self.signal(
            JobKey(instance: parent, id: job.key.id + ".e"), "error.invoke",
            SignalPayload(data: data, invocation: payload.invocation),
            from: JobRow.Sender(instance: job.key.instance, seq: 0, n: 0))
    }
}

private func < (left: (JobRow.Sender?, JobKey), right: (JobRow.Sender?, JobKey)) -> Bool {
    switch (left.0, right.0) {
    case (let a?, let b?): a == b ? left.1 < right.1 : a < b
    case (nil, nil): left.1 < right.1
    case (nil, _): false
    case (_, nil): true
    }
}
