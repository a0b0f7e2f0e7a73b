package import Statecharts
package import Values

/// One page of a list; `next` is the cursor of the page after it.
package struct Page<Row: Sendable>: Sendable {
    package var rows: [Row]
    package var next: String?
    package init(rows: [Row], next: String? = nil) {
        self.rows = rows
        self.next = next
    }
}

/// A definition as it is given.
package struct DefinitionFile: Sendable {
    /// As findings name it.
    package var name: String
    package var text: String
    package init(name: String, text: String) {
        self.name = name
        self.text = text
    }
}

package struct Deployment: Sendable {
    package var workflow: String
    package var version: Int
    /// False: the same content was there already.
    package var isNew: Bool
    package var diagnostics: [Diagnostic]
}

package struct WorkflowView: Sendable {
    package var name: String
    package var version: Int
    package var versions: [Int]
    package var title: [String: String]
    package var source: String
    package var deployedAt: Timestamp
    package var deployedBy: String?
    package var chart: Chart
}

/// A row of a list or board.
package struct ListingRow: Sendable {
    package var id: InstanceID
    package var workflow: String
    package var version: Int
    package var key: String?
    package var status: Snapshot.Status
    package var title: String
    package var tags: [String]
    package var states: [String]
    package var fields: Value
    package var incidents: Int
    package var startedAt: Timestamp
    package var changedAt: Timestamp
}

package struct ListingRequest: Sendable {
    package var workflow: String?
    package var status: Snapshot.Status?
    package var tag: String?
    package var key: String?
    package var text: String?
    package var fields: [String: String] = [:]
    package var limit = 50
    package var cursor: String?
    package init() {}
}

/// Everything about one instance that a page or `show` needs.
package struct InstanceView: Sendable {
    package var snapshot: Snapshot
    package var workflow: WorkflowView
    package var tasks: [TaskView]
    package var jobs: [JobView]
    package var children: [ChildView]
    package var incidents: [IncidentView]
    package var offers: [Offer]
}

package struct HistoryRow: Sendable {
    package var seq: Int64
    package var event: String
    package var origin: Event.Origin
    package var reference: String?
    package var data: Value
    package var at: Timestamp
    package var by: Actor
    package var isHandled: Bool
    package var transitions: [Trace.Taken]
    package var states: [String]
    /// SHA-256, hex.
    package var hash: String
}

package struct TaskView: Sendable {
    package var id: String
    package var instance: InstanceID
    package var workflow: String
    package var name: String
    package var path: String
    package var title: [String: String]
    /// `open`, `claimed`, `parked` (on hold), `submitted`, `cancelled`.
    package var state: String
    package var assignee: String?
    package var candidateRoles: [String]
    package var candidateUsers: [String]
    package var priority: Int
    package var form: Value?
    package var outcomes: [HumanTask.Outcome]
    package var input: Value
    package var createdAt: Timestamp
    package var closedAt: Timestamp?
    package var closedBy: String?
    package var outcome: String?
    /// Title of the instance, for inboxes.
    package var instanceTitle: String
    /// The planned end.
    package var dueAt: Timestamp?
    /// What only the instance knows: nil in lists, and when the task is not open.
    package var open: Open?

    package struct Open: Sendable {
        /// Who delegated the task to the assignee and gets it back.
        package var owner: String?
        /// When people are reminded next.
        package var remindAt: Timestamp?
        package var vote: VoteView?
        /// The reader administers the instance.
        package var mayAdminister: Bool
    }
}

/// How much waits for somebody.
package struct InboxCount: Sendable, Hashable {
    package var open: Int
    /// Past their planned end.
    package var overdue: Int
}

package struct TaskRequest: Sendable {
    /// Claimed by this user, or open to them.
    package var user: String?
    package var role: String?
    package var instance: InstanceID?
    package var includesClosed = false
    package var limit = 50
    package var cursor: String?
    package init() {}
}

package enum TaskVerb: Sendable {
    case claim
    case release
    case assign(user: String)
    case submit(data: Value)
    /// One of ``others``, with what it says: `user` (to whom), `voter` (whose seat, by an administrator), `reason`,
    /// and `data` (what a delegate found out).
    case other(String, data: Value)

    /// Also releases and assignments that say more than the cases above.
    package static let others = [
        "release", "assign", "delegate", "resolve", "add", "remove", "recuse", "abstain", "withdraw", "nudge",
    ]
}

package struct JobView: Sendable {
    package var id: String
    package var instance: InstanceID
    package var topic: String
    /// `waiting`, `leased`, `parked`.
    package var state: String
    package var priority: Int
    package var dueAt: Timestamp?
    package var attempt: Int
    package var worker: String?
    package var failure: String?
    package var payload: Value
}

package struct JobRequest: Sendable {
    package var topic: String?
    package var state: String?
    package var instance: InstanceID?
    package var limit = 50
    package var cursor: String?
    package init() {}
}

/// A job that a worker holds.
package struct AcquiredJob: Sendable {
    package var id: String
    package var attempt: Int
    package var topic: String
    package var instance: InstanceID
    package var workflow: String
    package var name: String
    package var path: String
    /// The invocation's input.
    package var input: Value
    /// Keys of a built-in topic: `method`, `url`, …
    package var options: Value
    package var leaseUntil: Timestamp

    package init(
        id: String, attempt: Int, topic: String, instance: InstanceID, workflow: String, name: String, path: String,
        input: Value, options: Value, leaseUntil: Timestamp
    ) {
        self.id = id
        self.attempt = attempt
        self.topic = topic
        self.instance = instance
        self.workflow = workflow
        self.name = name
        self.path = path
        self.input = input
        self.options = options
        self.leaseUntil = leaseUntil
    }
}

package struct ChildView: Sendable {
    package var id: InstanceID
    package var invocation: String
    package var workflow: String
    package var state: String
}

package struct IncidentView: Sendable {
    package var id: String
    package var instance: InstanceID
    package var workflow: String
    package var job: String?
    package var code: String
    package var message: String
    package var detail: Value
    package var openedAt: Timestamp
}

package struct NoticeView: Sendable {
    package var id: String
    package var instance: InstanceID
    package var subject: [String: String]
    package var body: [String: String]
    package var link: [String: String]
    package var at: Timestamp
    package var isRead: Bool
}

package struct UserView: Sendable {
    package var name: String
    package var display: String
    package var roles: [String]
    package var isDisabled: Bool
}

package struct TokenView: Sendable {
    package var id: String
    package var user: String
    package var label: String
    package var createdAt: Timestamp
    package var expiresAt: Timestamp?
}

/// What `verify` found for one instance.
package struct Verification: Sendable {
    package var instance: InstanceID
    package var rows: Int
    /// nil: history, hash chain and stored state agree.
    package var difference: String?
}
