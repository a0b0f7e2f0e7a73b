import Engine
import Hummingbird
import Statecharts
import Values

/// `/api/tasks`
struct Tasks: Sendable {
    let orchestrator: Orchestrator

    func list(_ call: Call) async throws -> Response {
        var request = TaskRequest()
        request.limit = try call.limit(max: self.orchestrator.limits.listRows)
        for (name, value) in call.query.pairs where !value.isEmpty {
            switch name {
            case "user": request.user = value == "me" ? call.actor.user : value
            case "role": request.role = value
            case "instance":
                guard let id = InstanceID(value) else { throw Problem.invalid("instance is a UUID.") }
                request.instance = id
            case "closed": request.includesClosed = value == "true"
            case "cursor": request.cursor = value
            case "limit", "lang": break
            default: throw Problem.invalid("Tasks cannot be searched by “\(name)”.")
            }
        }
        return .page(try await self.orchestrator.tasks(request, by: call.actor), of: call) {
            $0.json
        }
    }

    func one(_ call: Call) async throws -> Response {
        let task = try await self.orchestrator.task(call.parameter("id"), by: call.actor)
        return .json(task.json)
    }

    private static func keys(of verb: String) -> Set<String> {
        switch verb {
        case "assign", "delegate": ["user", "voter", "reason"]
        case "add", "remove": ["user", "reason"]
        case "resolve": ["data", "reason"]
        case "release", "recuse": ["voter", "reason"]
        default: ["reason"]
        }
    }

    func perform(_ call: Call) async throws -> Response {
        let limit = self.orchestrator.limits.eventBytes + 16_384
        let verb: TaskVerb
        let name = call.parameter("verb")
        switch name {
        case "claim":
            _ = try await call.request.object(upTo: limit, keys: [])
            verb = .claim
        case "submit":
            let body = try await call.request.object(upTo: limit, keys: ["data"])
            verb = .submit(data: body["data"] ?? .map(ValueMap()))
        case _ where TaskVerb.others.contains(name):
            let body = try await call.request.object(upTo: limit, keys: Self.keys(of: name))
            if ["assign", "delegate", "add"].contains(name) { _ = try body.string("user") }
            for key in ["user", "voter", "reason"] { _ = try body.optionalString(key) }
            verb = .other(name, data: body.members.isEmpty ? .null : .map(body.members))
        default:
            let known = (["claim", "submit"] + TaskVerb.others).joined(separator: ", ")
            throw Problem.notFound("Tasks know \(known).")
        }
        return .answer(
            try await self.orchestrator.perform(
                verb, on: call.parameter("id"), id: call.commandID, by: call.actor))
    }
}

extension TaskView {
    var json: Value {
        Value.object([
            ("id", .string(self.id)),
            ("instance", .string(self.instance.description)),
            ("instanceTitle", .string(self.instanceTitle)),
            ("workflow", .string(self.workflow)),
            ("name", .string(self.name)),
            ("path", .string(self.path)),
            ("title", .texts(self.title)),
            ("state", .string(self.state)),
            ("assignee", .orNull(self.assignee)),
            ("candidateRoles", .strings(self.candidateRoles)),
            ("candidateUsers", .strings(self.candidateUsers)),
            ("priority", .int(Int64(self.priority))),
            ("form", self.form ?? .null),
            (
                "outcomes",
                .list(
                    self.outcomes.map {
                        Value.object([("value", .string($0.value)), ("title", .texts($0.title))])
                    })
            ),
            ("input", self.input),
            ("createdAt", .string(self.createdAt.rfc3339)),
            ("dueAt", .orNull(self.dueAt)),
            ("closedAt", .orNull(self.closedAt)),
            ("closedBy", .orNull(self.closedBy)),
            ("outcome", .orNull(self.outcome)),
            ("owner", self.open.map { .orNull($0.owner) }),
            ("remindAt", self.open.map { .orNull($0.remindAt) }),
            ("vote", self.open?.vote?.json),
        ])
    }
}

extension VoteView {
    fileprivate var json: Value {
        Value.object([
            ("seats", .int(Int64(self.seats))),
            ("cast", .int(Int64(self.cast))),
            ("abstained", .int(Int64(self.abstained))),
            ("free", .int(Int64(self.free))),
            ("need", self.bar.map { .int(Int64(max(1, $0.need))) } ?? .null),
            ("quorum", self.bar.map { .int(Int64($0.quorum)) } ?? .null),
            ("close", .string(self.close.rawValue)),
            ("order", .string(self.isSequential ? "sequential" : "parallel")),
            ("members", .list(self.members.map(\.json))),
            ("recused", .strings(self.recused)),
        ])
    }
}

extension VoteView.Member {
    fileprivate var json: Value {
        Value.object([
            ("user", .string(self.user)),
            ("owner", .orNull(self.owner)),
            ("addedBy", .orNull(self.addedBy)),
            ("castAt", .orNull(self.castAt)),
            ("outcome", .orNull(self.outcome)),
            ("abstained", .bool(self.isAbstention)),
        ])
    }
}
