import Engine
import Hummingbird
import Statecharts
import Values

/// `/api/workflows/{name}/plan` and `/api/instances/{id}/migrate`
struct Migrations: Sendable {
    let orchestrator: Orchestrator

    /// A map of states and what stands around it.
    private static let bodyLimit = 1 << 20

    func plan(_ call: Call) async throws -> Response {
        let body = try await call.request.object(upTo: Self.bodyLimit, keys: ["from", "to", "map"])
        let limit = try call.limit(max: self.orchestrator.limits.listRows)
        let page = try await self.orchestrator.plan(
            call.parameter("name"), from: body.int("from"), to: body.int("to"), map: body.paths("map"), limit: limit,
            cursor: call.query.filled("cursor"), by: call.actor)
        return .page(page, of: call, \.json)
    }

    /// With `dryRun: true` the plan; nothing is changed then.
    func migrate(_ call: Call) async throws -> Response {
        let body = try await call.request.object(
            upTo: Self.bodyLimit, keys: ["version", "map", "ifSeq", "dryRun"])
        let version = try body.int("version")
        let map = try body.paths("map")
        if try body.optionalBool("dryRun") == true {
            let plan = try await self.orchestrator.plan(call.instanceID(), to: version, map: map, by: call.actor)
            return .json(plan.json)
        }
        let stated = try body.optionalInt("ifSeq").map { Int64($0) }
        return .answer(
            try await self.orchestrator.migrate(
                call.instanceID(), to: version, map: map, ifSeq: call.expectedSeq ?? stated, id: call.commandID,
                by: call.actor))
    }
}

/// `/schemas/workflow.json`
struct LanguageSchema: Sendable {
    func one(_ visit: Visit) async throws -> Response { .json(DefinitionSchema.json) }
}

extension InstancePlan {
    fileprivate var json: Value {
        var map = self.plan.encoded.map ?? ValueMap()
        map["id"] = .string(self.id.description)
        map["seq"] = .int(self.seq)
        return .map(map)
    }
}

extension JSONObject {
    /// Old path → new path; null: the state ends.
    fileprivate func paths(_ key: String) throws(Problem) -> [String: String] {
        guard let value = self[key] else { return [:] }
        guard case .map(let map) = value else { throw Self.mistake("/\(key)", "object", "对象") }
        var paths: [String: String] = [:]
        for entry in map.entries {
            guard case .string(let source) = entry.key else { continue }
            switch entry.value {
            case .string(let target): paths[source] = target
            case .null: paths[source] = ""
            default: throw Self.mistake("/\(key)/\(source)", "string or null", "文本或空")
            }
        }
        return paths
    }
}
