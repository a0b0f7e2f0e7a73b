package import Statecharts
package import Values

// What changes instances. Who may do what is decided in the step, under the instance's lock.
extension Orchestrator {
    /// UTF-8 bytes of a business key.
    private static let keyBytes = 512

    /// `id` is the client's Idempotency-Key. A start of a key that has an instance returns that one.
    package func start(
        _ workflow: String, version: Int?, key: String?, data: Value, id: String?, by actor: Actor
    ) async throws -> Answer {
        try self.check(data)
        let compiled = try await self.definitions.get(workflow, version: version)
        let key = try self.key(compiled, given: key, data: data, by: actor)
        let instance: InstanceID
        if let key {
            guard !key.isEmpty, key.utf8.count <= Self.keyBytes, !key.utf8.contains(0) else {
                throw EngineError(.invalid, "A key has from 1 to \(Self.keyBytes) bytes, none of them zero.")
            }
            instance = InstanceID(workflow: workflow, key: key)
        } else if let id {
            instance = InstanceID(principal: actor.principal, idempotencyKey: id)
        } else {
            instance = InstanceID(at: self.ambient.now(), random: (self.ambient.random(), self.ambient.random()))
        }
        let start = Command.Start(workflow: workflow, version: compiled.version, key: key, data: data)
        return try await self.submit(
            Command(
                instance: instance, action: .start(start), by: actor, id: id, isFresh: key == nil && id == nil))
    }

    /// The instance's id depends on the key, and the key on the context after the defaults: so the start is tried
    /// first.
    private func key(
        _ compiled: Definitions.Compiled, given: String?, data: Value, by actor: Actor
    ) throws(EngineError) -> String? {
        guard compiled.chart.key != nil else { return given }
        let now = self.ambient.now()
        let facts = Snapshot.Facts(
            id: InstanceID(high: 0, low: 0).description, workflow: compiled.workflow, version: compiled.version,
            key: given,
            startedAt: now, startedBy: actor)
        let trial = compiled.machine.start(facts, data: data, in: Surroundings(now: now, calendar: compiled.calendar))
        guard let next = trial.next else { throw EngineError(trial.outcome) }
        return next.facts.key
    }

    package func send(
        _ event: String, data: Value, to instance: InstanceID, ifSeq: Int64?, id: String?, by actor: Actor
    ) async throws -> Answer {
        try self.check(data)
        let event = Event(event, data: data, origin: .client, by: actor)
        return try await self.submit(
            Command(instance: instance, action: .event(event, ifSeq: ifSeq), by: actor, id: id))
    }

    /// They name who shall have the task, or a seat.
    private static let givingVerbs: Set<String> = ["task.assign", "task.delegate", "task.add"]

    package func perform(_ verb: TaskVerb, on task: String, id: String?, by actor: Actor) async throws -> Answer {
        guard let instance = InstanceID(of: task) else { throw EngineError(.notFound, "There is no task \(task).") }
        let name: String
        var data = Value.null
        switch verb {
        case .claim: name = "task.claim"
        case .release: name = "task.release"
        case .assign(let user):
            name = "task.assign"
            data = ["user": .string(user)]
        case .submit(let form):
            try self.check(form)
            name = "task.submit"
            data = form
        case .other(let verb, let given):
            try self.check(given)
            name = "task.\(verb)"
            data = given
        }
        if Self.givingVerbs.contains(name), let user = data["user"]?.string { try await self.requireEnabled(user) }
        let event = Event(name, data: data, origin: .task, by: actor, reference: task)
        return try await self.submit(Command(instance: instance, action: .event(event, ifSeq: nil), by: actor, id: id))
    }

    package func suspend(
        _ instance: InstanceID, ifSeq: Int64? = nil, id: String? = nil, by actor: Actor
    ) async throws -> Answer {
        try await self.administer("admin.suspend", .null, instance, ifSeq: ifSeq, id: id, actor)
    }

    package func resume(
        _ instance: InstanceID, ifSeq: Int64? = nil, id: String? = nil, by actor: Actor
    ) async throws -> Answer {
        try await self.administer("admin.resume", .null, instance, ifSeq: ifSeq, id: id, actor)
    }

    package func cancel(
        _ instance: InstanceID, ifSeq: Int64? = nil, id: String? = nil, by actor: Actor
    ) async throws -> Answer {
        try await self.administer("admin.cancel", .null, instance, ifSeq: ifSeq, id: id, actor)
    }

    /// Repairs the context (`set`: dotted path → value), then retries or skips what is parked.
    package func resolve(
        _ instance: InstanceID, set: [String: Value], skip: Bool, ifSeq: Int64? = nil, id: String? = nil,
        by actor: Actor
    ) async throws -> Answer {
        var data = ValueMap()
        if !set.isEmpty { data["set"] = .map(ValueMap(set.map { (.string($0.key), $0.value) })) }
        if skip { data["skip"] = true }
        try self.check(.map(data))
        return try await self.administer("admin.resolve", .map(data), instance, ifSeq: ifSeq, id: id, actor)
    }

    private func administer(
        _ name: String, _ data: Value, _ instance: InstanceID, ifSeq: Int64?, id: String?, _ actor: Actor
    ) async throws -> Answer {
        let event = Event(name, data: data, origin: .administration, by: actor)
        return try await self.submit(
            Command(instance: instance, action: .event(event, ifSeq: ifSeq), by: actor, id: id))
    }

    func check(_ data: Value) throws(EngineError) {
        let size = data.jsonBytes.count
        guard size <= self.limits.eventBytes else {
            throw EngineError(.tooLarge, "Data has at most \(self.limits.eventBytes) bytes of JSON; this has \(size).")
        }
    }
}
