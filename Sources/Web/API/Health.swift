import Engine
import Hummingbird
import Values

/// `/healthz`, `/readyz`, `/metrics`: open, and without a word about anybody's data.
struct Health: Sendable {
    let orchestrator: Orchestrator
    let metrics: Metrics

    func live(_ visit: Visit) async throws -> Response { .text("ok\n") }

    func ready(_ visit: Visit) async throws -> Response {
        let missing = await self.orchestrator.readiness()
        let body = Value.object([("ready", .bool(missing.isEmpty)), ("missing", .strings(missing))])
        return .json(body, status: missing.isEmpty ? .ok : .serviceUnavailable)
    }

    func metrics(_ visit: Visit) async throws -> Response {
        .text(
            self.metrics.text(isReady: await self.orchestrator.readiness().isEmpty), type: "text/plain; version=0.0.4")
    }
}
