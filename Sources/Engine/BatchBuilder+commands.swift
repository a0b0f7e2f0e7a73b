import Statecharts
import Values

// What clients, people and workers ask for.
extension BatchBuilder {
    // MARK: Start

    mutating func start(_ start: Command.Start, _ command: Command) -> CommandResult {
        let id = command.instance
        switch self.find(id) {
        case .present: return self.standing(id, isRepeated: true)
        case .needs(let workflow, let version): return .needs(workflow: workflow, version: version)
        case .broken(let error): return .error(error)
        case .absent: break
        }
        guard let compiled = self.definitions.version(start.workflow, start.version) else {
            return .needs(workflow: start.workflow, version: start.version)
        }
        let facts = Snapshot.Facts(
            id: id.description, workflow: start.workflow, version: start.version, key: start.key,
            startedAt: self.loaded.now, startedBy: command.by)
        let step = self.begin(id, facts, compiled, data: start.data, depth: 0, command: command)
        return self.answer(id, step)
    }

    mutating func begin(
        _ id: InstanceID, _ facts: Snapshot.Facts, _ compiled: Definitions.Compiled, data: Value, depth: Int16,
        command: Command?
    ) -> Step {
        let surroundings = self.surroundings(compiled)
        let step = compiled.machine.start(facts, data: data, in: surroundings).withKeyedChildren()
        guard let next = step.next else { return step }
        let origin: Event.Origin = facts.parent == nil ? .client : .signal
        let event = Event("start", data: data, origin: origin, by: facts.startedBy, reference: facts.parent?.invocation)
        let working = Working(
            compiled: compiled, original: nil, depth: depth, snapshot: next, hash: HistoryEntry.noHash)
        self.accept(id, step, of: working, event, command)
        return step
    }

    // MARK: Events

    mutating func event(_ event: Event, _ ifSeq: Int64?, _ command: Command) -> CommandResult {
        let id = command.instance
        switch self.find(id) {
        case .present: break
        case .absent: return .error(EngineError(.notFound, "There is no instance \(id)."))
        case .needs(let workflow, let version): return .needs(workflow: workflow, version: version)
        case .broken(let error): return .error(error)
        }
        if let ifSeq, let seq = self.working[id]?.snapshot.seq, seq != ifSeq {
            return .error(EngineError(.preconditionFailed, "The instance is at \(seq), not at \(ifSeq)."))
        }
        if let need = self.missingTarget(of: event, id) { return need }
        if let job = command.job { return self.complete(job, event, command) }
        guard let step = self.step(id, event, command: command) else { return self.standing(id, isRepeated: false) }
        if step.next != nil, event.origin == .administration { self.administer(id, event) }
        return self.answer(id, step)
    }

    /// What is parked goes on when the instance does, or as an administrator decided.
    mutating func administer(_ id: InstanceID, _ event: Event) {
        guard let snapshot = self.working[id]?.snapshot else { return }
        let kind: Release.Kind
        switch event.type {
        case "admin.resume": kind = .resumed
        case "admin.resolve": kind = event.data["skip"]?.bool == true ? .skipped : .retried
        default: return
        }
        if kind == .resumed { self.unparkSuspended(id) }
        let held = snapshot.parked.values.flatMap(\.invocations).map { JobKey(instance: id, id: $0.id) }
        self.batch.releases.append(
            Release(instance: id, kind: kind, at: snapshot.lastAt, by: event.by.user, held: held))
        for topic in JobRow.engineTopics { self.note(topic, due: self.loaded.now) }
    }

    /// What an earlier step of this batch parked until the resumption; releases are written before what is parked.
    private mutating func unparkSuspended(_ id: InstanceID) {
        for (key, parking) in self.batch.parkedJobs where key.instance == id && parking == .suspended {
            self.batch.parkedJobs[key] = nil
        }
        for (key, job) in self.batch.jobs where key.instance == id && job.parked == .suspended {
            self.batch.jobs[key]?.parked = nil
        }
    }

    // MARK: Results of workers

    private mutating func complete(_ reference: JobReference, _ event: Event, _ command: Command) -> CommandResult {
        let id = command.instance
        let key = JobKey(instance: id, id: reference.id)
        guard !self.batch.deletedJobs.contains(key), let job = self.loaded.jobs[key], !job.isStuck,
            job.attempt == reference.attempt, job.worker == reference.worker
        else { return .error(EngineError(.refused, "The lease of job \(reference.id) was lost.")) }
        guard let step = self.step(id, event, command: command) else { return self.standing(id, isRepeated: false) }
        switch step.outcome {
        case .taken, .ignored:
            self.removeJob(key)
            return self.answer(id, step)
        case .refused(let refusal):
            guard case .notActive = refusal.code, self.working[id]?.snapshot.status == .suspended else {
                self.removeJob(key)
                return self.answer(id, step)
            }
            self.keep(event, of: job, as: .suspended)
            return self.standing(id, isRepeated: false)
        case .failed(let fault):
            self.fail(fault, event, of: job)
            return .error(EngineError(step.outcome))
        }
    }

    /// A worker's result that cannot be processed is not lost: it is parked, and an incident names it. A failure is
    /// parked as the job itself, so that resolving it tries the work again.
    private mutating func fail(_ fault: Fault, _ event: Event, of job: JobRow) {
        guard event.type == "done.invoke" else { return self.park(job, fault) }
        self.park(self.keep(event, of: job, as: .failed(fault.message)), fault)
    }

    /// Turns a job into its result, as a signal that waits.
    @discardableResult
    private mutating func keep(_ event: Event, of job: JobRow, as parking: JobRow.Parking) -> JobRow {
        let key = JobKey(instance: job.key.instance, id: job.key.id + ".r")
        let seq = self.working[key.instance]?.snapshot.seq ?? 0
        let row = JobRow(
            key: key, topic: JobRow.signal, dueAt: self.loaded.now, parked: parking, name: event.type, path: job.path,
            payload: SignalPayload(data: event.data, invocation: event.reference, worker: event.by.worker).text,
            sender: JobRow.Sender(instance: key.instance, seq: seq, n: 0))
        self.removeJob(job.key)
        self.batch.jobs[key] = row
        return row
    }

    /// What the database itself refused to store, standing alone: answered, and its job parked.
    mutating func park(_ command: Command, for error: EngineError) -> CommandResult {
        let id = command.instance
        if self.loaded.locked.contains(id) { return .locked }
        let fault = Cause(code: "storage", message: error.detail)
        switch command.action {
        case .wake:
            // Only the first: the others may be good.
            if let job = self.loaded.due[id]?.first { self.park(job, fault) }
            return .woken(hasMore: true)
        case .start, .event:
            if let job = command.job.flatMap({ self.loaded.jobs[JobKey(instance: id, id: $0.id)] }) {
                self.park(job, fault)
            }
            return .error(error)
        }
    }

    mutating func park(_ job: JobRow, _ fault: Fault) { self.park(job, Cause(fault)) }

    mutating func park(_ job: JobRow, _ cause: Cause) {
        let workflow =
            self.working[job.key.instance]?.compiled.workflow ?? self.known[job.key.instance]?.compiled.workflow
            ?? self.loaded.instances[job.key.instance]?.workflow
        if self.batch.jobs[job.key] != nil {
            self.batch.jobs[job.key]?.parked = .failed(cause.message)
        } else {
            self.batch.parkedJobs[job.key] = .failed(cause.message)
        }
        self.batch.incidents.append(
            IncidentRow(
                key: job.key, workflow: workflow ?? "", job: job.key.id, code: cause.code,
                message: cause.message, detail: cause.detail(of: job).json, at: self.loaded.now))
    }
}

/// Why something got stuck.
struct Cause: Sendable {
    var code: String
    var message: String
    var expression: String?
    var position: Position?
    /// `context.k = 1, context.n = 0`: what the expression looked at.
    var values: String?

    init(code: String, message: String) {
        self.code = code
        self.message = message
    }

    init(_ fault: Fault) {
        self.code = fault.code.rawValue
        self.message = fault.message
        self.expression = fault.expression
        self.position = fault.position
        self.values = fault.values
    }

    fileprivate func detail(of job: JobRow) -> Value {
        var map = ValueMap()
        map["topic"] = .string(job.topic)
        if let name = job.name { map["event"] = .string(name) }
        if let expression = self.expression { map["expression"] = .string(expression) }
        if let values = self.values { map["values"] = .string(values) }
        if let position = self.position {
            map["position"] = ["line": .int(Int64(position.line)), "column": .int(Int64(position.column))]
        }
        return .map(map)
    }
}
