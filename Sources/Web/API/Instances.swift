import Engine
import HTTPTypes
import Hummingbird
import Statecharts
import Values

/// `/api/instances`
struct Instances: Sendable {
    let orchestrator: Orchestrator
    let drawings: Drawings

    /// The data of an event and what stands around it.
    private var bodyLimit: Int { self.orchestrator.limits.eventBytes + 16_384 }

    func start(_ call: Call) async throws -> Response {
        let body = try await call.request.object(
            upTo: self.bodyLimit, keys: ["workflow", "version", "key", "data"])
        let workflow = try body.string("workflow")
        // A number, or an alias.
        let version: Int? =
            if case .string(let alias)? = body["version"] {
                try await self.orchestrator.version(alias, of: workflow, by: call.actor)
            } else {
                try body.optionalInt("version")
            }
        let answer = try await self.orchestrator.start(
            workflow, version: version, key: body.optionalString("key"),
            data: body["data"] ?? .map(ValueMap()), id: call.commandID, by: call.actor)
        return .json(
            answer.json, status: answer.isRepeated ? .ok : .created,
            headers: [.location: "/api/instances/\(answer.instance)", .eTag: answer.entityTag])
    }

    func list(_ call: Call) async throws -> Response {
        var request = ListingRequest()
        request.limit = try call.limit(max: self.orchestrator.limits.listRows)
        for (name, value) in call.query.pairs where !value.isEmpty {
            switch name {
            case "workflow": request.workflow = value
            case "status":
                guard let status = Snapshot.Status(rawValue: value) else {
                    throw Problem.invalid("status is one of active, suspended, done, cancelled.")
                }
                request.status = status
            case "tag": request.tag = value
            case "key": request.key = value
            case "q": request.text = value
            case "cursor": request.cursor = value
            case "limit", "lang": break
            case _ where name.hasPrefix("where[") && name.hasSuffix("]"):
                request.fields[String(name.dropFirst(6).dropLast())] = value
            default: throw Problem.invalid("Instances cannot be searched by “\(name)”.")
            }
        }
        return .page(try await self.orchestrator.list(request, by: call.actor), of: call, \.json)
    }

    func one(_ call: Call) async throws -> Response {
        let view = try await self.orchestrator.instance(call.instanceID(), by: call.actor)
        return .json(view.json(in: call.language), headers: [.eTag: "\"\(view.snapshot.seq)\""])
    }

    func send(_ call: Call) async throws -> Response {
        let body = try await call.request.object(upTo: self.bodyLimit, keys: ["event", "data"])
        let answer = try await self.orchestrator.send(
            body.string("event"), data: body["data"] ?? .map(ValueMap()), to: call.instanceID(),
            ifSeq: call.expectedSeq, id: call.commandID, by: call.actor)
        return .answer(answer)
    }

    func history(_ call: Call) async throws -> Response {
        let limit = try call.limit(max: self.orchestrator.limits.listRows)
        let after = (call.query.filled("cursor") ?? call.query.filled("after")).flatMap { Int64($0) } ?? 0
        let id = try call.instanceID()
        let rows = try await self.orchestrator.history(id, after: after, limit: limit, by: call.actor)
        let next = rows.count == limit ? rows.last.map { String($0.seq) } : nil
        return .page(Page(rows: rows, next: next), of: call, \.json)
    }

    func diagram(_ call: Call) async throws -> Response {
        let view = try await self.orchestrator.instance(call.instanceID(), by: call.actor)
        return .text(
            Mermaid(language: call.language.rawValue, active: Set(view.snapshot.active)).draw(view.workflow.chart),
            type: "text/vnd.mermaid")
    }

    func diagramSVG(_ call: Call) async throws -> Response {
        let view = try await self.orchestrator.instance(call.instanceID(), by: call.actor)
        let picture = try await self.drawings.picture(of: view.workflow, in: call.language)
        return .svg(picture.draw(active: Set(view.snapshot.active)))
    }

    func suspend(_ call: Call) async throws -> Response {
        .answer(
            try await self.orchestrator.suspend(
                call.instanceID(), ifSeq: call.expectedSeq, id: call.commandID, by: call.actor))
    }

    func resume(_ call: Call) async throws -> Response {
        .answer(
            try await self.orchestrator.resume(
                call.instanceID(), ifSeq: call.expectedSeq, id: call.commandID, by: call.actor))
    }

    func cancel(_ call: Call) async throws -> Response {
        .answer(
            try await self.orchestrator.cancel(
                call.instanceID(), ifSeq: call.expectedSeq, id: call.commandID, by: call.actor))
    }

    func resolve(_ call: Call) async throws -> Response {
        let body = try await call.request.object(upTo: self.bodyLimit, keys: ["set", "skip"])
        var set: [String: Value] = [:]
        if let repairs = body["set"] {
            guard case .map(let map) = repairs else { throw JSONObject.mistake("/set", "object", "对象") }
            for entry in map.entries {
                if case .string(let path) = entry.key { set[path] = entry.value }
            }
        }
        let answer = try await self.orchestrator.resolve(
            call.instanceID(), set: set, skip: body.optionalBool("skip") ?? false, ifSeq: call.expectedSeq,
            id: call.commandID, by: call.actor)
        return .answer(answer)
    }
}

extension Call {
    /// `If-Match: "7"`; `*` and absence hold always.
    var expectedSeq: Int64? {
        get throws {
            guard let header = self.request.headers[.ifMatch]?.trimmingWhitespace(), header != "*" else { return nil }
            guard header.hasPrefix("\""), header.hasSuffix("\""), let seq = Int64(header.dropFirst().dropLast()) else {
                throw Problem(
                    .preconditionFailed, "precondition-failed", .problemPrecondition, "If-Match is \"<seq>\".")
            }
            return seq
        }
    }
}

extension Answer {
    var entityTag: String { "\"\(self.seq)\"" }
}

extension Response {
    static func answer(_ answer: Answer) -> Response {
        .json(answer.json, headers: [.eTag: answer.entityTag])
    }
}
