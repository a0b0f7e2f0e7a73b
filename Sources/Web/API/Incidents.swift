import Engine
import Hummingbird
import Values

/// `/api/incidents`
struct Incidents: Sendable {
    let orchestrator: Orchestrator

    func list(_ call: Call) async throws -> Response {
        let page = try await self.orchestrator.incidents(
            limit: call.limit(max: self.orchestrator.limits.listRows), cursor: call.query.filled("cursor"),
            by: call.actor)
        return .page(page, of: call, \.json)
    }
}

extension IncidentView {
    var json: Value {
        Value.object([
            ("id", .string(self.id)),
            ("instance", .string(self.instance.description)),
            ("workflow", .string(self.workflow)),
            ("job", .orNull(self.job)),
            ("code", .string(self.code)),
            ("message", .string(self.message)),
            ("detail", self.detail),
            ("openedAt", .string(self.openedAt.rfc3339)),
        ])
    }
}
