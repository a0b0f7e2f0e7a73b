import Postgres
import SQL
package import Statecharts
import Values

// What people ask about jobs.

extension Orchestrator {
    /// For administrators; of one instance, for all who may read it.
    package func jobs(_ request: JobRequest, by actor: Actor) async throws -> Page<JobView> {
        let limit = self.rows(request.limit)
        let cursor = try Cursor(request.cursor)
        if let state = request.state, !["waiting", "leased", "parked"].contains(state) {
            throw EngineError(.invalid, "A job is waiting, leased or parked.")
        }
        guard let instance = request.instance else {
            try Access.requireAdmin(actor)
            let rows = try await self.query(
                Statement(
                    SQL.listJobs,
                    [
                        .text(request.topic), .text(request.state), .uuid(cursor?.instance.uuid), .text(cursor?.id),
                        .int4(Int32(limit + 1)),
                    ]))
            return Page(try rows.map { try JobView($0) }, limit: limit) {
                Cursor(at: Timestamp(seconds: 0), instance: $0.instance, id: $0.id)
            }
        }
        let seesPayload = try await self.readable(instance, by: actor).mayAdminister(actor)
        let rows = try await self.query(
            Statement(SQL.instanceJobs, [.uuid(instance.uuid), .int2(instance.slot), .int4(10_000)]))
        let found = try rows.map { try JobView($0) }
            .filter { (request.topic ?? $0.topic) == $0.topic && (request.state ?? $0.state) == $0.state }
            .map { $0.visible(withPayload: seesPayload) }
        return Page(rows: found)
    }

    package func job(_ id: String, by actor: Actor) async throws -> JobView {
        let job = try await self.find(job: id)
        let instance = try await self.readable(job.instance, by: actor)
        return job.visible(withPayload: instance.mayAdminister(actor))
    }

    /// Makes it due now, with all its attempts; the incident that names it is closed. Refused while it is on hold with
    /// its state or instance.
    package func retry(job: String, by actor: Actor) async throws {
        let found = try await self.find(job: job)
        try await self.requireAdministrator(of: found.instance, actor)
        let rows = try await self.write(
            Statement(
                SQL.retryJob,
                [.uuid(found.instance.uuid), .int2(found.instance.slot), .text(job), .text(actor.user)]))
        guard let row = rows.first else { throw EngineError(.notFound, "There is no job \(job).") }
        guard try !row.get(1, as: Bool.self) else {
            throw EngineError(
                .refused, "Job \(job) is on hold: it goes on when its state is entered again, or its instance resumed.")
        }
        let now = self.ambient.now()
        self.wakeups.announce([try row.get(0, as: String.self): now], now: now)
    }

    /// Ends it as `error.invoke.<id>` with the code `cancelled`; who works on it has lost the lease.
    package func cancel(job: String, by actor: Actor) async throws {
        let found = try await self.find(job: job)
        try await self.requireAdministrator(of: found.instance, actor)
        guard !JobView.engineTopics.contains(found.topic) else {
            throw EngineError(.refused, "A \(found.topic) cannot be cancelled; resolve its instance.")
        }
        let worker = "cancel.\(Secret.identifier())"
        let rows = try await self.write(
            Statement(
                SQL.seizeJob,
                [
                    .uuid(found.instance.uuid), .int2(found.instance.slot), .text(job), .text(worker),
                    .text(actor.user), .float8(self.limits.commandSeconds),
                ]))
        guard let row = rows.first else { throw EngineError(.notFound, "There is no job \(job).") }
        let event = Event(
            "error.invoke", data: ["code": "cancelled", "message": "The job was cancelled."], origin: .result,
            by: actor, reference: job)
        let reference = JobReference(id: job, attempt: try row.get(0), worker: worker)
        _ = try await self.submit(
            Command(
                instance: found.instance, action: .event(event, ifSeq: nil), by: actor, id: nil, job: reference))
    }

    private func find(job id: String) async throws -> JobView {
        let sender = try self.owner(of: id)
        if let job = try await self.find(job: id, of: sender) { return job }
        let row = try await self.query(Statement(SQL.findIncidentOfJob, [.text(id)])).first
        if let row, let job = try await self.find(job: id, of: try row.instance(0)) { return job }
        throw EngineError(.notFound, "There is no job \(id).")
    }

    private func find(job id: String, of instance: InstanceID) async throws -> JobView? {
        try await self.query(Statement(SQL.findJob, [.uuid(instance.uuid), .int2(instance.slot), .text(id)]))
            .first.map { try JobView($0) }
    }
}

extension JobView {
    /// Not for workers.
    static let engineTopics: Set<String> = ["timer", "signal", "start"]

    /// Parked with its state or instance, not by an incident.
    var isOnHold: Bool { self.state == "parked" && self.failure == nil }

    fileprivate func visible(withPayload: Bool) -> JobView {
        var view = self
        if !withPayload { view.payload = .null }
        return view
    }
}
