import Postgres
import Statecharts
import Values

/// Where instances are kept: the engine's one seam. ``postgres(pool:limits:)`` is the real one; ``MemoryStore`` serves
/// simulation tests. Both obey the same tests.
struct Store: Sendable {
    /// Loads and locks what the request names, asks for the batch, writes and commits it: one transaction.
    var execute: @Sendable (BatchRequest, _ decide: @Sendable (Loaded) -> Batch) async throws(StoreError) -> Batch
    /// Whether a batch whose outcome is unknown was committed: asked under the lock of one of its instances.
    var isCommitted: @Sendable (_ batch: InstanceID, _ instance: InstanceID) async throws(StoreError) -> Bool
    /// The heads of these topics' queues, in order of time, due or not; `limit` for each topic.
    var queueHeads: @Sendable (_ topics: [QueueHead.Topic]) async throws(StoreError) -> QueueHeads
    var definition: @Sendable (_ workflow: String, _ version: Int) async throws -> Definitions.Source?
    /// The version that an alias names.
    var alias: @Sendable (_ workflow: String, _ alias: String) async throws -> Int?
    var calendar: @Sendable (_ name: String) async throws -> (calendar: WorkCalendar, hash: [UInt8])?
}

/// What a batch needs to see before it decides.
struct BatchRequest: Sendable {
    /// Names this attempt in history.
    var batch: InstanceID
    /// Ascending; each is locked when nobody else holds it.
    var instances: [InstanceID]
    /// The hashes of those that need not be loaded when they still have them.
    var known: [InstanceID: [UInt8]] = [:]
    /// Those whose id nobody else can know yet, so that nothing needs to be looked for.
    var fresh: Set<InstanceID> = []
    /// Deliver what is due: all timers, signals and starts.
    var wakes: [InstanceID] = []
    /// Rows that completions consume.
    var jobs: [JobKey] = []
    /// Ids of clients' commands.
    var commands: [JobKey] = []
}

/// What was found, as of one moment under the locks.
struct Loaded: Sendable {
    var now: Timestamp
    var instances: [InstanceID: StoredInstance] = [:]
    /// Locked, and as the request knew them.
    var unchanged: Set<InstanceID> = []
    /// They exist, but another transaction holds them.
    var locked: Set<InstanceID> = []
    var due: [InstanceID: [JobRow]] = [:]
    var jobs: [JobKey: JobRow] = [:]
    var commands: [JobKey: PriorCommand] = [:]
}

/// A command that was accepted before.
struct PriorCommand: Sendable {
    var request: [UInt8]?
    var answer: Answer
}

struct QueueHead: Sendable {
    struct Topic: Sendable {
        var name: String
        var limit: Int
    }
    var topic: String
    var key: JobKey
    var dueAt: Timestamp
}

struct QueueHeads: Sendable {
    /// The database's clock; nil when there is nothing at all.
    var now: Timestamp?
    var heads: [QueueHead]
}

/// Why a transaction did not end as it should, by what is to be done about it.
enum StoreError: Error, Sendable {
    /// Rolled back; run it again.
    case transient(String)
    /// Rolled back, since somebody else was first (23505): load and decide again.
    case duplicate
    /// Rolled back: these rows can never be written (SQLSTATE 22, 23, 54).
    case data(state: String, message: String)
    /// The database has no room (53100): run it again later.
    case full
    /// It may be committed or not; only a look can tell.
    case unknown
    /// The database cannot be reached: run it again later.
    case unreachable
    /// Our own mistake, or a permission: not to be repeated.
    case fatal(String)
}
