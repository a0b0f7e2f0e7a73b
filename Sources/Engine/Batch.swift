import Statecharts
import Values

/// Everything that one transaction writes, and what its commands get as answers when it has ended.
struct Batch: Sendable {
    let id: InstanceID
    var results: [CommandResult] = []

    var updated: [InstanceRow] = []
    var history: [HistoryEntry] = []
    var deletedJobs: Set<JobKey> = []
    /// Written over rows of the same id, after the deletions.
    var jobs: [JobKey: JobRow] = [:]
    /// Failed: due never, until somebody resolves it.
    var parkedJobs: [JobKey: JobRow.Parking] = [:]
    /// No longer on hold.
    var resumedJobs: Set<JobKey> = []
    /// Signals that wait for their receiver.
    var postponedJobs: [JobKey: Timestamp] = [:]
    var openedTasks: [JobKey: TaskRow] = [:]
    var changedTasks: [JobKey: HumanTask] = [:]
    /// On hold: in no inbox until changed.
    var parkedTasks: Set<JobKey> = []
    var closedTasks: [JobKey: TaskRow.Closing] = [:]
    /// Open tasks and jobs that a migration gave other names.
    var relocated: [JobKey: WorkPlace] = [:]
    var entered: [VisitRow] = []
    var left: [VisitRow] = []
    var children: [ChildRow] = []
    var childEnds: [ChildEnd] = []
    var incidents: [IncidentRow] = []
    /// Written first: what this batch parks is not meant.
    var releases: [Release] = []
    var notices: [NoticeRow] = []
    var listings: [Listing] = []
    /// New, in order of id; written last.
    var inserted: [InstanceRow] = []

    /// What is to be known of these instances once it is committed.
    var snapshots: [(InstanceID, SnapshotCache.Entry)] = []
    var logs: [(instance: InstanceID, level: String, message: String)] = []
    /// Topic → the earliest time that a job written here is due.
    var due: [String: Timestamp] = [:]
    /// Read after the locks.
    var now = Timestamp(seconds: 0)

    init(id: InstanceID) { self.id = id }

    /// Nothing to write: the transaction only looked.
    var isEmpty: Bool {
        self.history.isEmpty && self.deletedJobs.isEmpty && self.jobs.isEmpty && self.parkedJobs.isEmpty
            && self.postponedJobs.isEmpty && self.incidents.isEmpty && self.releases.isEmpty
    }
}

/// What became of a command.
enum CommandResult: Sendable {
    case answer(Answer)
    case error(EngineError)
    /// A wake: what was due is delivered; true: there was more than fits in one batch.
    case woken(hasMore: Bool)
    /// Another transaction holds the instance: try again soon.
    case locked
    /// A definition has to be loaded first. `version` nil: the latest.
    case needs(workflow: String, version: Int?)
    /// A command before it of the same instance needs a definition first.
    case behind
}
