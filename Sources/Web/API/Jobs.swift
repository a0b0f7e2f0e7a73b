import Engine
import Hummingbird
import ServiceLifecycle
import Values

/// `/api/jobs`: what workers and those who look after them ask.
struct Jobs: Sendable {
    let orchestrator: Orchestrator

    private var bodyLimit: Int { self.orchestrator.limits.eventBytes + 16_384 }

    func acquire(_ call: Call) async throws -> Response {
        let limits = self.orchestrator.limits
        let body = try await call.request.object(
            upTo: self.bodyLimit, keys: ["topics", "worker", "max", "wait"])
        var topics: [(topic: String, lease: Double)] = []
        for item in try body.list("topics") {
            let topic = try JSONObject(item, keys: ["topic", "lease"])
            let lease = try topic.optionalNumber("lease") ?? 60
            guard lease > 0, lease <= limits.leaseSecondsMax else {
                throw Problem.invalid("A lease is more than 0 and at most \(Int(limits.leaseSecondsMax)) seconds.")
            }
            topics.append((try topic.string("topic"), lease))
        }
        let max = try body.optionalInt("max") ?? 1
        guard !topics.isEmpty, (1...limits.acquireJobs).contains(max) else {
            throw Problem.invalid("Ask for at least one topic and for 1 to \(limits.acquireJobs) jobs.")
        }
        let wait = min(Swift.max(try body.optionalNumber("wait") ?? 0, 0), limits.longPollSeconds)
        let (worker, actor) = (try body.string("worker"), call.actor)
        // Nobody who waits for work delays the end of the server.
        let jobs = try await cancelWhenGracefulShutdown { [topics] in
            try await self.orchestrator.acquire(
                topics: topics, worker: worker, max: max, waitSeconds: wait, by: actor)
        }
        return .json(.list(jobs.map(\.json)))
    }

    func heartbeat(_ call: Call) async throws -> Response {
        let body = try await call.request.object(
            upTo: self.bodyLimit, keys: ["worker", "attempt", "lease", "progress"])
        let isCancelled = try await self.orchestrator.heartbeat(
            job: call.parameter("id"), worker: body.string("worker"), attempt: body.int("attempt"),
            lease: body.optionalNumber("lease") ?? 60, by: call.actor)
        return .json(Value.object([("cancelled", .bool(isCancelled))]))
    }

    func complete(_ call: Call) async throws -> Response {
        let body = try await call.request.object(upTo: self.bodyLimit, keys: ["worker", "attempt", "result"])
        return .answer(
            try await self.orchestrator.complete(
                job: call.parameter("id"), worker: body.string("worker"), attempt: body.int("attempt"),
                result: body.members["result"] ?? .null, by: call.actor))
    }

    func fail(_ call: Call) async throws -> Response {
        let body = try await call.request.object(
            upTo: self.bodyLimit, keys: ["worker", "attempt", "message", "final", "retryIn"])
        try await self.orchestrator.fail(
            job: call.parameter("id"), worker: body.string("worker"), attempt: body.int("attempt"),
            message: body.string("message"), isFinal: body.optionalBool("final") ?? false,
            retryInSeconds: body.optionalNumber("retryIn"), by: call.actor)
        return .noContent()
    }

    func list(_ call: Call) async throws -> Response {
        var request = JobRequest()
        request.limit = try call.limit(max: self.orchestrator.limits.listRows)
        for (name, value) in call.query.pairs where !value.isEmpty {
            switch name {
            case "topic": request.topic = value
            case "state": request.state = value
            case "instance":
                guard let id = InstanceID(value) else { throw Problem.invalid("instance is a UUID.") }
                request.instance = id
            case "cursor": request.cursor = value
            case "limit", "lang": break
            default: throw Problem.invalid("Jobs cannot be searched by “\(name)”.")
            }
        }
        return .page(try await self.orchestrator.jobs(request, by: call.actor), of: call, \.json)
    }

    func one(_ call: Call) async throws -> Response {
        .json(try await self.orchestrator.job(call.parameter("id"), by: call.actor).json)
    }

    func retry(_ call: Call) async throws -> Response {
        try await self.orchestrator.retry(job: call.parameter("id"), by: call.actor)
        return .noContent()
    }

    func cancel(_ call: Call) async throws -> Response {
        try await self.orchestrator.cancel(job: call.parameter("id"), by: call.actor)
        return .noContent()
    }
}

extension JobView {
    var json: Value {
        Value.object([
            ("id", .string(self.id)),
            ("instance", .string(self.instance.description)),
            ("topic", .string(self.topic)),
            ("state", .string(self.state)),
            ("priority", .int(Int64(self.priority))),
            ("dueAt", .orNull(self.dueAt)),
            ("attempt", .int(Int64(self.attempt))),
            ("worker", .orNull(self.worker)),
            ("failure", .orNull(self.failure)),
            ("payload", self.payload),
        ])
    }
}

extension AcquiredJob {
    var json: Value {
        Value.object([
            ("id", .string(self.id)),
            ("attempt", .int(Int64(self.attempt))),
            ("topic", .string(self.topic)),
            ("instance", .string(self.instance.description)),
            ("workflow", .string(self.workflow)),
            ("name", .string(self.name)),
            ("path", .string(self.path)),
            ("input", self.input),
            ("options", self.options),
            ("leaseUntil", .string(self.leaseUntil.rfc3339)),
        ])
    }
}
