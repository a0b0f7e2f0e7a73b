package import Statecharts
package import Values

// The entries as agreed; each moves to the file of its subject when it is built.

extension Orchestrator {
    // Instances. `id` is the client's Idempotency-Key.
    package func start(
        _ workflow: String, version: Int?, key: String?, data: Value, id: String?, by actor: Actor
    ) async throws -> Answer { throw Self.missing }
    package func send(
        _ event: String, data: Value, to instance: InstanceID, ifSeq: Int64?, id: String?, by actor: Actor
    ) async throws -> Answer { throw Self.missing }
    package func suspend(_ instance: InstanceID, by actor: Actor) async throws -> Answer { throw Self.missing }
    package func resume(_ instance: InstanceID, by actor: Actor) async throws -> Answer { throw Self.missing }
    package func cancel(_ instance: InstanceID, by actor: Actor) async throws -> Answer { throw Self.missing }
    package func verify(_ instance: InstanceID) async throws -> Verification { throw Self.missing }
    /// Ids in ascending order, for `verify --all`.
    package func instances(after: InstanceID?, limit: Int) async throws -> [InstanceID] { throw Self.missing }

    // Tasks and notices
    package func perform(_ verb: TaskVerb, on task: String, id: String?, by actor: Actor) async throws -> Answer {
        throw Self.missing
    }
    // Incidents
    /// Repairs the context (`set`: dotted path → value), then retries or skips what is parked.
    package func resolve(
        _ instance: InstanceID, set: [String: Value], skip: Bool, by actor: Actor
    ) async throws -> Answer { throw Self.missing }

    // Health
    /// Empty: ready.
    package func readiness() async -> [String] { [] }

    private static var missing: EngineError { EngineError(.unavailable, "not built yet") }
}
