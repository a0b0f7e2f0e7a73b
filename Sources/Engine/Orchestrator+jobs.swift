import Logging
import Postgres
import SQL
package import Statecharts
package import Values

// What workers ask. A job is leased: for the lease's time it is the worker's, then it is simply due again. The number of
// the attempt fences, so that who lost a lease can change nothing.

extension Orchestrator {
    /// Topics that one call may name.
    static let acquireTopics = 100
    /// How long a waiting worker trusts its wake-up before it looks again.
    private static let lookSeconds = 15.0
    private static let lookSecondsWithoutListener = 1.0

    /// Waits up to `waitSeconds` for a job of these topics (`lease` in seconds).
    package func acquire(
        topics: [(topic: String, lease: Double)], worker: String, max: Int, waitSeconds: Double, by actor: Actor
    ) async throws -> [AcquiredJob] {
        try self.check(topics: topics, worker: worker, max: max, actor)
        let names = topics.map(\.topic)
        let wait = min(Swift.max(0, waitSeconds.isFinite ? waitSeconds : 0), self.limits.longPollSeconds)
        let deadline = ContinuousClock.now + .seconds(wait)
        while true {
            let mark = self.wakeups.mark()
            let jobs = try await self.lease(topics, to: worker, max: max, actor)
            let remaining = deadline - .now
            guard jobs.isEmpty, remaining > .zero, !Task.isCancelled else { return jobs }
            let look = self.wakeups.isListening ? Self.lookSeconds : Self.lookSecondsWithoutListener
            await self.wakeups.waitForWork(topics: names, since: mark, timeout: min(remaining, .seconds(look)))
        }
    }

    private func check(
        topics: [(topic: String, lease: Double)], worker: String, max: Int, _ actor: Actor
    ) throws(EngineError) {
        guard !topics.isEmpty, topics.count <= Self.acquireTopics, Set(topics.map(\.topic)).count == topics.count else {
            throw EngineError(.invalid, "Name from 1 to \(Self.acquireTopics) topics, each once.")
        }
        guard (1...self.limits.acquireJobs).contains(max) else {
            throw EngineError(.invalid, "`max` is from 1 to \(self.limits.acquireJobs).")
        }
        guard !worker.isEmpty, worker.utf8.count <= 200, !worker.utf8.contains(0) else {
            throw EngineError(.invalid, "A worker needs a name of at most 200 bytes.")
        }
        for (topic, lease) in topics {
            guard !topic.utf8.contains(0), !JobView.engineTopics.contains(topic) else {
                throw EngineError(.invalid, "“\(topic)” is no topic for workers.")
            }
            guard Access.mayWork(on: topic, actor) else {
                throw EngineError(
                    .forbidden,
                    "Working on “\(topic)” needs the role \(Access.workerRole) or \(Access.workerRole).\(topic).")
            }
            try self.check(lease: lease)
        }
    }

    private func check(lease: Double) throws(EngineError) {
        guard lease > 0, lease <= self.limits.leaseSecondsMax else {
            throw EngineError(.invalid, "A lease has from 1 to \(Int(self.limits.leaseSecondsMax)) seconds.")
        }
    }

    private func lease(
        _ topics: [(topic: String, lease: Double)], to worker: String, max: Int, _ actor: Actor
    ) async throws -> [AcquiredJob] {
        // Whichever comes first is asked first for jobs of a priority: a backlog of one topic must not starve the others.
        let first = Int(self.ambient.random() % UInt64(topics.count))
        let topics = topics[first...] + topics[..<first]
        let rows = try await self.write(
            Statement(
                SQL.acquireJobs,
                [.texts(topics.map(\.topic)), .float8s(topics.map(\.lease)), .text(worker), .int4(Int32(max))]))
        var jobs: [AcquiredJob] = []
        for row in rows {
            let job = try AcquiredJob(row)
            if RetryPlan(stored: try row.get(7)).isExhausted(at: job.attempt) {
                try await self.giveUp(
                    job.id, attempt: job.attempt, worker: worker, of: job.instance, code: "lease",
                    message: "No worker reported before its lease ended.", Actor())
            } else {
                jobs.append(job)
            }
        }
        return jobs
    }

    /// Extends the lease; true: the job was cancelled meanwhile.
    package func heartbeat(
        job: String, worker: String, attempt: Int, lease: Double, by actor: Actor
    ) async throws -> Bool {
        try self.check(lease: lease)
        let instance = try self.owner(of: job)
        try await self.requireWorker(on: job, of: instance, actor)
        let rows = try await self.write(
            Statement(
                SQL.extendLease,
                [
                    .uuid(instance.uuid), .int2(instance.slot), .text(job), .text(worker),
                    .int4(Int32(clamping: attempt)), .float8(lease),
                ]))
        guard let row = rows.first else { return true }
        guard try row.get(0, as: Bool.self) else { throw Self.leaseLost }
        return false
    }

    /// Hands in the result. The same job and attempt again gets the first answer.
    package func complete(
        job: String, worker: String, attempt: Int, result: Value, by actor: Actor
    ) async throws -> Answer {
        let instance = try self.owner(of: job)
        try await self.requireWorker(on: job, of: instance, actor)
        do {
            return try await self.report(
                "done.invoke", data: result, command: "job.\(job).\(attempt)", of: instance,
                JobReference(id: job, attempt: attempt, worker: worker), actor)
        } catch let error as EngineError where error.code == .invalid {
            // The job has ended with something else.
            throw Self.leaseLost
        }
    }

    /// Tries again later by the job's retry policy (or after `retryInSeconds`), else raises `error.invoke.<id>`, else an
    /// incident. `code` is what the definition sees beside the message.
    package func fail(
        job: String, worker: String, attempt: Int, message: String, isFinal: Bool, retryInSeconds: Double?,
        code: String = "failed", by actor: Actor
    ) async throws {
        let instance = try self.owner(of: job)
        let row = try await self.query(
            Statement(SQL.findJob, [.uuid(instance.uuid), .int2(instance.slot), .text(job)])
        ).first
        guard let row else { throw Self.leaseLost }
        let held = try JobView(row)
        guard Access.mayWork(on: held.topic, actor) else {
            throw EngineError(.forbidden, "Working on “\(held.topic)” needs the role \(Access.workerRole).")
        }
        // Parked with a worker: its state was put on hold meanwhile.
        guard held.worker == worker, held.attempt == attempt, held.state == "leased" || held.isOnHold else {
            throw Self.leaseLost
        }
        let text = Self.bounded(message)
        let plan = RetryPlan(stored: try row.get(10))
        guard !isFinal, plan.allowsAnother(after: attempt) else {
            return try await self.giveUp(
                job, attempt: attempt, worker: worker, of: instance, code: code, message: text, actor)
        }
        let chance = Double(self.ambient.random() >> 11) / Double(1 << 53)
        let wait = retryInSeconds.map { min(Swift.max(0, $0), self.limits.leaseSecondsMax) }
        try await self.postpone(
            held, by: wait ?? plan.waitSeconds(after: attempt, chance: chance), worker: worker, failure: text)
    }

    private func postpone(_ job: JobView, by seconds: Double, worker: String, failure: String) async throws {
        let rows = try await self.write(
            Statement(
                SQL.postponeJob,
                [
                    .uuid(job.instance.uuid), .int2(job.instance.slot), .text(job.id), .text(worker),
                    .int4(Int32(clamping: job.attempt)), .float8(seconds), .text(failure),
                ]))
        guard !rows.isEmpty else { throw Self.leaseLost }
        let now = self.ambient.now()
        self.wakeups.announce([job.topic: now.adding(.seconds(seconds)) ?? now], now: now)
    }

    /// The job ends with `error.invoke.<id>`. What nothing handles is parked with an incident; for the worker it is done.
    private func giveUp(
        _ job: String, attempt: Int, worker: String, of instance: InstanceID, code: String, message: String,
        _ actor: Actor
    ) async throws {
        do {
            _ = try await self.report(
                "error.invoke", data: ["code": .string(code), "message": .string(message)],
                command: "job.\(job).\(attempt).failed", of: instance,
                JobReference(id: job, attempt: attempt, worker: worker), actor)
        } catch let error as EngineError where [.refused, .failed, .tooLarge].contains(error.code) {
            self.logger.info("a job failed for good", metadata: ["job": "\(job)", "outcome": "\(error.detail)"])
        }
    }

    private func report(
        _ type: String, data: Value, command: String, of instance: InstanceID, _ job: JobReference, _ actor: Actor
    ) async throws -> Answer {
        let size = data.jsonBytes.count
        guard size <= self.limits.eventBytes else {
            throw EngineError(
                .tooLarge, "A result has at most \(self.limits.eventBytes) bytes of JSON; this has \(size).")
        }
        let by = Actor(user: actor.user, roles: actor.roles, onBehalfOf: actor.onBehalfOf, worker: job.worker)
        let event = Event(type, data: data, origin: .result, by: by, reference: job.id)
        return try await self.submit(
            Command(instance: instance, action: .event(event, ifSeq: nil), by: by, id: command, job: job))
    }

    /// Gives leases back, as at shutdown: the jobs are due at once.
    func returnLeases(_ jobs: [AcquiredJob], worker: String) async throws {
        guard !jobs.isEmpty else { return }
        let rows = try await self.write(
            Statement(
                SQL.returnLeases,
                [
                    .uuids(jobs.map(\.instance.uuid)), .int2s(jobs.map(\.instance.slot)), .texts(jobs.map(\.id)),
                    .int4s(jobs.map { Int32(clamping: $0.attempt) }), .text(worker),
                ]))
        let now = self.ambient.now()
        let topics = try rows.map { try $0.get(0, as: String.self) }
        self.wakeups.announce(Dictionary(topics.map { ($0, now) }) { first, _ in first }, now: now)
    }

    static var leaseLost: EngineError {
        EngineError(.refused, "The lease is lost: the job is done, cancelled or somebody else's.")
    }

    func owner(of job: String) throws(EngineError) -> InstanceID {
        guard let instance = InstanceID(of: job) else { throw EngineError(.notFound, "There is no job \(job).") }
        return instance
    }

    /// By role, or by the role for the job's topic; a job that is gone is anybody's, as it cannot be changed.
    private func requireWorker(on job: String, of instance: InstanceID, _ actor: Actor) async throws {
        if actor.roles.contains(where: { $0 == Access.adminRole || $0 == Access.workerRole }) { return }
        let row = try await self.query(
            Statement(SQL.findJob, [.uuid(instance.uuid), .int2(instance.slot), .text(job)])
        ).first
        guard let row else {
            if actor.roles.contains(where: { $0.hasPrefix("\(Access.workerRole).") }) { return }
            throw EngineError(.forbidden, "This needs the role \(Access.workerRole).")
        }
        guard Access.mayWork(on: try row.get(2, as: String.self), actor) else {
            throw EngineError(.forbidden, "This job is for other workers.")
        }
    }

    /// What a job row keeps of a failure.
    private static func bounded(_ message: String) -> String {
        let longest = 4096
        let clean = message.utf8.contains(0) ? String(message.filter { $0 != "\0" }) : message
        guard clean.utf8.count > longest else { return clean }
        return String(decoding: clean.utf8.prefix(longest), as: UTF8.self)
    }
}

extension AcquiredJob {
    init(_ row: Row) throws {
        let payload = try row.json(6)
        var options = payload.map ?? ValueMap()
        options["input"] = nil
        self.init(
            id: try row.get(0), attempt: try row.get(3), topic: try row.get(2), instance: try row.instance(1),
            workflow: try row.get(9, as: String?.self) ?? "", name: try row.get(4, as: String?.self) ?? "",
            path: try row.get(5, as: String?.self) ?? "", input: payload["input"] ?? .null, options: .map(options),
            leaseUntil: try row.timestamp(8))
    }
}
