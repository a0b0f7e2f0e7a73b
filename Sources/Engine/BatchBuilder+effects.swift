import Statecharts
import Values

// What a step asks the world to do, as rows.
extension BatchBuilder {
    mutating func apply(_ effect: Effect, of id: InstanceID, _ current: Working) {
        let at = current.snapshot.lastAt
        switch effect {
        case .setTimer(let timer): self.set(timer, of: id)
        case .cancelTimer(let timer): self.removeJob(JobKey(instance: id, id: timer))
        case .startJob(let job): self.add(job, of: id)
        case .cancelJob(let job): self.removeJob(JobKey(instance: id, id: job))
        case .parkJob(let job): self.hold(JobKey(instance: id, id: job))
        case .resumeJob(let job): self.resume(JobKey(instance: id, id: job), current)
        case .startChild(let child): self.add(child, of: id, depth: current.depth)
        case .cancelChild(let invocation, let instance): self.cancelChild(invocation, instance, of: id, current)
        case .parkChild(let invocation, let instance):
            self.administer("suspend", invocation, instance, of: id, current)
        case .resumeChild(let invocation, let instance):
            self.administer("resume", invocation, instance, of: id, current)
        case .send(let signal): self.send(signal, of: id)
        case .relocate(let work, let name, let path):
            self.relocate(JobKey(instance: id, id: work), WorkPlace(name: name, path: path))
        case .openTask, .changeTask, .parkTask, .closeTask: self.applyTask(effect, of: id, current)
        case .notify(let notice): self.batch.notices.append(NoticeRow(instance: id, notice: notice, at: at))
        case .enter(let path, let visit):
            self.batch.entered.append(
                VisitRow(instance: id, path: path, n: visit, workflow: current.compiled.workflow, at: at))
        case .leave(let path, let visit):
            self.batch.left.append(
                VisitRow(instance: id, path: path, n: visit, workflow: current.compiled.workflow, at: at))
        case .log(let level, let message): self.batch.logs.append((id, level, message))
        case .emit, .finish: break
        }
    }

    // MARK: Jobs

    mutating func removeJob(_ key: JobKey) {
        self.batch.jobs[key] = nil
        self.batch.parkedJobs[key] = nil
        self.batch.postponedJobs[key] = nil
        self.batch.resumedJobs.remove(key)
        self.batch.deletedJobs.insert(key)
    }

    /// With its state: no worker gets it, but who has it may still report.
    private mutating func hold(_ key: JobKey) {
        self.batch.resumedJobs.remove(key)
        if self.batch.jobs[key] != nil {
            self.batch.jobs[key]?.parked = .held
        } else {
            self.batch.parkedJobs[key] = .held
        }
    }

    private mutating func resume(_ key: JobKey, _ current: Working) {
        if self.batch.jobs[key]?.parked == .held { self.batch.jobs[key]?.parked = nil }
        if self.batch.parkedJobs[key] == .held { self.batch.parkedJobs[key] = nil }
        self.batch.resumedJobs.insert(key)
        let open = current.snapshot.invocations.first { $0.id == key.id }
        if case .job(let topic)? = open?.kind { self.note(topic, due: self.loaded.now) }
    }

    mutating func note(_ topic: String, due: Timestamp) {
        self.batch.due[topic] = self.batch.due[topic].map { min($0, due) } ?? due
    }

    private mutating func add(_ row: JobRow) {
        self.batch.jobs[row.key] = row
        self.note(row.topic, due: row.dueAt)
    }

    private mutating func set(_ timer: Snapshot.OpenTimer, of id: InstanceID) {
        var row = JobRow(key: JobKey(instance: id, id: timer.id), topic: JobRow.timer, dueAt: timer.due)
        row.name = timer.event
        if case .after(let state) = timer.kind { row.path = state }
        self.add(row)
    }

    private mutating func add(_ job: Effect.Job, of id: InstanceID) {
        self.add(
            JobRow(
                key: JobKey(instance: id, id: job.id), topic: job.topic, priority: Int16(job.priority),
                dueAt: self.loaded.now, name: job.name, path: job.state, payload: job.payload.json,
                retry: RetryPlan(job.retry).stored, leaseSeconds: job.leaseSeconds))
    }

    // MARK: Signals and children

    mutating func signal(_ key: JobKey, _ event: String, _ payload: SignalPayload, from sender: JobRow.Sender) {
        self.add(
            JobRow(
                key: key, topic: JobRow.signal, dueAt: self.loaded.now, name: event, payload: payload.text,
                sender: sender))
    }

    private mutating func send(_ signal: Effect.Signal, of id: InstanceID) {
        let sender = JobRow.Sender(id, signal.id)
        let receiver: InstanceID?
        switch signal.to {
        case .instance(let text): receiver = InstanceID(text)
        case .key(let workflow, let key): receiver = InstanceID(workflow: workflow, key: key)
        }
        guard let receiver else {
            let data: Value = ["message": "not an instance id", "event": .string(signal.event)]
            let key = JobKey(instance: id, id: signal.id + ".e")
            return self.signal(key, "error.communication", SignalPayload(data: data), from: sender)
        }
        let payload = SignalPayload(data: signal.data, invocation: signal.invocation, until: signal.until)
        self.signal(JobKey(instance: receiver, id: signal.id), signal.event, payload, from: sender)
    }

    /// The start job is a row of the child: whoever runs it locks nothing of the parent's.
    private mutating func add(_ child: Effect.Child, of id: InstanceID, depth: Int16) {
        guard let instance = InstanceID(child.instance) else { return }
        let payload = StartPayload(
            workflow: child.workflow, version: child.version, key: child.key, input: child.input,
            invocation: child.invocation, depth: depth + 1)
        var row = JobRow(
            key: JobKey(instance: instance, id: child.invocation), topic: JobRow.start, dueAt: self.loaded.now)
        row.name = child.name
        row.payload = payload.text
        row.sender = JobRow.Sender(id, child.invocation)
        self.add(row)
        self.batch.children.append(
            ChildRow(instance: id, invocation: child.invocation, child: instance, workflow: child.workflow))
    }

    private mutating func cancelChild(_ invocation: String, _ instance: String, of id: InstanceID, _ current: Working) {
        guard let child = InstanceID(instance) else { return }
        self.signal(
            JobKey(instance: child, id: invocation + ".c"), "admin.cancel",
            SignalPayload(data: .null, invocation: invocation, isAdministration: true),
            from: JobRow.Sender(instance: id, seq: current.snapshot.seq, n: Int32.max))
        self.batch.childEnds.append(
            ChildEnd(instance: id, invocation: invocation, state: .cancelled, result: nil))
    }

    /// `suspend` or `resume`: its work is on hold with the parent's state.
    private mutating func administer(
        _ verb: String, _ invocation: String, _ instance: String, of id: InstanceID, _ current: Working
    ) {
        guard let child = InstanceID(instance) else { return }
        let seq = current.snapshot.seq
        self.signal(
            JobKey(instance: child, id: "\(invocation).\(seq).\(verb)"), "admin.\(verb)",
            SignalPayload(data: .null, invocation: invocation, isAdministration: true),
            from: JobRow.Sender(instance: id, seq: seq, n: Int32.max - 1))
    }

    // MARK: Tasks

    private mutating func applyTask(_ effect: Effect, of id: InstanceID, _ current: Working) {
        switch effect {
        case .openTask(let task, let name, let state, let human):
            let key = JobKey(instance: id, id: task)
            self.batch.openedTasks[key] = TaskRow(
                key: key, workflow: current.compiled.workflow, name: name, path: state, task: human)
        case .changeTask(let task, let human):
            let key = JobKey(instance: id, id: task)
            if self.batch.openedTasks[key] != nil {
                self.batch.openedTasks[key]?.task = human
                self.batch.openedTasks[key]?.isParked = false
            } else {
                self.batch.changedTasks[key] = human
                self.batch.parkedTasks.remove(key)
            }
        case .parkTask(let task):
            let key = JobKey(instance: id, id: task)
            if self.batch.openedTasks[key] != nil {
                self.batch.openedTasks[key]?.isParked = true
            } else {
                self.batch.parkedTasks.insert(key)
            }
        case .closeTask(let task, let reason, let by, let outcome):
            let key = JobKey(instance: id, id: task)
            let closing = TaskRow.Closing(
                reason: reason, at: current.snapshot.lastAt, by: by.user, outcome: outcome)
            if self.batch.openedTasks[key] != nil {
                self.batch.openedTasks[key]?.closing = closing
            } else {
                self.batch.closedTasks[key] = closing
            }
        default: break
        }
    }
}

extension JobRow.Sender {
    /// From an id that a step made: `<instance>.<seq>.<n>`.
    init(_ instance: InstanceID, _ id: String) {
        let parts = id.split(separator: ".")
        let numbers = parts.dropFirst().compactMap { Int64($0) }
        self.init(
            instance: instance, seq: numbers.first ?? 0, n: Int32(truncatingIfNeeded: numbers.dropFirst().first ?? 0))
    }
}
