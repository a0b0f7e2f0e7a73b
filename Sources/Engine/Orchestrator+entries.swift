package import Statecharts
package import Values

// The entries as agreed; each moves to the file of its subject when it is built.

extension Orchestrator {
    // Definitions
    package func deploy(_ source: String, file: String, by actor: Actor) async throws -> Deployment {
        throw Self.missing
    }
    package func workflows(by actor: Actor) async throws -> [WorkflowView] { throw Self.missing }
    package func workflow(_ name: String, version: Int?, by actor: Actor) async throws -> WorkflowView {
        throw Self.missing
    }

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
    package func instance(_ id: InstanceID, by actor: Actor) async throws -> InstanceView { throw Self.missing }
    package func list(_ request: ListingRequest, by actor: Actor) async throws -> Page<ListingRow> {
        throw Self.missing
    }
    /// Oldest first; `after` is a seq.
    package func history(
        _ instance: InstanceID, after: Int64, limit: Int, by actor: Actor
    ) async throws -> [HistoryRow] { throw Self.missing }
    package func verify(_ instance: InstanceID) async throws -> Verification { throw Self.missing }
    /// Ids in ascending order, for `verify --all`.
    package func instances(after: InstanceID?, limit: Int) async throws -> [InstanceID] { throw Self.missing }

    // Tasks and notices
    package func tasks(_ request: TaskRequest, by actor: Actor) async throws -> Page<TaskView> { throw Self.missing }
    package func task(_ id: String, by actor: Actor) async throws -> TaskView { throw Self.missing }
    package func perform(_ verb: TaskVerb, on task: String, id: String?, by actor: Actor) async throws -> Answer {
        throw Self.missing
    }
    package func notices(limit: Int, by actor: Actor) async throws -> [NoticeView] { throw Self.missing }
    package func markRead(notice: String, by actor: Actor) async throws { throw Self.missing }

    // Jobs. A worker that lost its lease gets `refused`.
    /// Waits up to `waitSeconds` for a job of these topics (`lease` in seconds).
    package func acquire(
        topics: [(topic: String, lease: Double)], worker: String, max: Int, waitSeconds: Double, by actor: Actor
    ) async throws -> [AcquiredJob] { throw Self.missing }
    /// Extends the lease; true: the job was cancelled meanwhile.
    package func heartbeat(
        job: String, worker: String, attempt: Int, lease: Double, by actor: Actor
    ) async throws -> Bool { throw Self.missing }
    package func complete(
        job: String, worker: String, attempt: Int, result: Value, by actor: Actor
    ) async throws -> Answer { throw Self.missing }
    /// Tries again later by the job's retry policy (or after `retryInSeconds`), else raises `error.invoke.<id>`, else an incident.
    package func fail(
        job: String, worker: String, attempt: Int, message: String, isFinal: Bool, retryInSeconds: Double?,
        by actor: Actor
    ) async throws { throw Self.missing }
    package func jobs(_ request: JobRequest, by actor: Actor) async throws -> Page<JobView> { throw Self.missing }
    package func job(_ id: String, by actor: Actor) async throws -> JobView { throw Self.missing }
    package func retry(job: String, by actor: Actor) async throws { throw Self.missing }
    package func cancel(job: String, by actor: Actor) async throws { throw Self.missing }

    // Incidents
    package func incidents(limit: Int, cursor: String?, by actor: Actor) async throws -> Page<IncidentView> {
        throw Self.missing
    }
    /// Repairs the context (`set`: dotted path → value), then retries or skips what is parked.
    package func resolve(
        _ instance: InstanceID, set: [String: Value], skip: Bool, by actor: Actor
    ) async throws -> Answer { throw Self.missing }

    // People
    package func users(by actor: Actor) async throws -> [UserView] { throw Self.missing }
    package func saveUser(
        _ name: String, display: String?, roles: [String]?, isDisabled: Bool?, by actor: Actor
    ) async throws {
        throw Self.missing
    }
    package func tokens(by actor: Actor) async throws -> [TokenView] { throw Self.missing }
    /// The secret is shown once.
    package func createToken(
        user: String, label: String, expiresInDays: Int?, by actor: Actor
    ) async throws -> (view: TokenView, secret: String) { throw Self.missing }
    package func revokeToken(_ id: String, by actor: Actor) async throws { throw Self.missing }
    /// Creates the bootstrap user if there is none; it holds every role that deployed workflows name.
    package func bootstrap(user: String) async throws { throw Self.missing }
    /// A one-time sign-in secret, valid for some minutes.
    package func createSignInLink(user: String) async throws -> String { throw Self.missing }
    /// Trades a sign-in secret for a session secret, once.
    package func signIn(link secret: String) async throws -> String { throw Self.missing }
    package func signOut(session secret: String) async throws { throw Self.missing }
    /// Whom an API token or session secret belongs to, roles included; nil: nobody. Cached for seconds.
    package func authenticate(_ secret: String) async throws -> Actor? { throw Self.missing }

    // Health
    /// Empty: ready.
    package func readiness() async -> [String] { [] }

    private static var missing: EngineError { EngineError(.unavailable, "not built yet") }
}
