import Statecharts
import Values

/// A row of `instance` as it was loaded, locked.
struct StoredInstance: Sendable {
    var id: InstanceID
    var workflow: String
    var version: Int
    var depth: Int16
    var states: [String]
    /// JSON.
    var context: [UInt8]
    /// JSON: all but the context and the states.
    var snapshot: [UInt8]
    var hash: [UInt8]
}

/// A row of `instance` to be written.
struct InstanceRow: Sendable {
    var id: InstanceID
    var workflow: String
    var version: Int
    var key: String?
    var status: Snapshot.Status
    var seq: Int64
    var lastAt: Timestamp
    var states: [String]
    /// nil: as it was.
    var context: [UInt8]?
    var snapshot: String
    var parent: InstanceID?
    var depth: Int16
    var hash: [UInt8]
}

/// Names a job or task: its own id begins with the id of the instance that made it, which need not be the one it is
/// for.
struct JobKey: Sendable, Hashable, Comparable {
    var instance: InstanceID
    var id: String

    static func < (left: JobKey, right: JobKey) -> Bool {
        (left.instance, left.id) < (right.instance, right.id)
    }
}

/// A row of `job`.
struct JobRow: Sendable {
    /// The engine's own topics.
    static let timer = "timer"
    static let signal = "signal"
    static let start = "start"
    static let engineTopics = [timer, signal, start]

    var key: JobKey
    var topic: String
    var priority: Int16 = 2
    var dueAt: Timestamp
    /// Why it waits for somebody to resolve it; nil: it waits for its time.
    var parked: Parking?
    var attempt = 0
    var worker: String?
    var name: String?
    var path: String?
    /// JSON.
    var payload = "null"
    var sender: Sender?
    var retry: String?
    var leaseSeconds: Double?

    struct Sender: Sendable, Hashable, Comparable {
        var instance: InstanceID
        var seq: Int64
        var n: Int32

        static func < (left: Sender, right: Sender) -> Bool {
            (left.instance, left.seq, left.n) < (right.instance, right.seq, right.n)
        }
    }

    enum Parking: Sendable, Hashable {
        /// The instance is suspended; it goes on when that is resumed.
        case suspended
        /// The state is on hold; a worker that has it may still report.
        case held
        /// An incident names it.
        case failed(String)
    }

    /// Parked for another reason than a state on hold. Such rows have no worker.
    var isStuck: Bool {
        switch self.parked {
        case .failed: true
        case .suspended: self.worker == nil
        case .held, nil: false
        }
    }
}

/// A row of `task`; what changes is written over what is there.
struct TaskRow: Sendable {
    var key: JobKey
    var workflow: String
    var name: String
    var path: String
    var task: HumanTask
    var isParked = false
    var closing: Closing?

    struct Closing: Sendable {
        var reason: Effect.TaskEnd
        var at: Timestamp
        var by: String?
        var outcome: String?
    }
}

struct VisitRow: Sendable {
    var instance: InstanceID
    var path: String
    var n: Int
    var workflow: String
    var at: Timestamp
}

/// A row of `listing`.
struct Listing: Sendable {
    var instance: InstanceID
    var workflow: String
    var version: Int
    var key: String?
    var status: Snapshot.Status
    var tags: [String]
    var title: String
    /// JSON.
    var fields: [UInt8]
    var startedAt: Timestamp
    var changedAt: Timestamp
}

struct ChildRow: Sendable {
    enum State: String, Sendable { case active, done, failed, cancelled }
    var instance: InstanceID
    var invocation: String
    var child: InstanceID
    var workflow: String
}

struct ChildEnd: Sendable {
    var instance: InstanceID
    var invocation: String
    var state: ChildRow.State
    /// JSON.
    var result: String?
}

struct IncidentRow: Sendable {
    var key: JobKey
    var workflow: String
    var job: String
    var code: String
    var message: String
    /// JSON.
    var detail: String
    var at: Timestamp
}

/// An administrator's decision on what is parked for an instance.
struct Release: Sendable {
    enum Kind: Sendable, Hashable { case resumed, retried, skipped }
    var instance: InstanceID
    var kind: Kind
    var at: Timestamp
    var by: String?
    /// Jobs of states on hold: they stay there.
    var held: [JobKey] = []
}

struct NoticeRow: Sendable {
    var instance: InstanceID
    var notice: Effect.Notice
    var at: Timestamp
}
