public import Values

/// The whole state of an instance between two steps. A value: stored as canonical JSON (``json``), which reads back as an equal one.
public struct Snapshot: Sendable, Hashable {
    public enum Status: String, Sendable { case active, suspended, done, cancelled }

    /// By reference: a snapshot is handed on more often than it changes.
    private var parts: Shared<Parts>

    private struct Parts: Sendable, Hashable {
        var facts: SharedFacts
        var status = Status.active
        var seq: Int64
        var lastAt: Timestamp
        var standing: Standing
        var context: Value
        var visits = VisitTable()
        var extras = Extras.none
    }

    public init(facts: Facts, seq: Int64, lastAt: Timestamp, active: [String], context: Value) {
        self.parts = Shared(
            Parts(
                facts: SharedFacts(facts), seq: seq, lastAt: lastAt, standing: .paths(active), context: context))
    }

    init(
        facts: SharedFacts, status: Status, seq: Int64, lastAt: Timestamp, active: [String], context: Value,
        visits: VisitTable, extras: Shared<Extras>
    ) {
        self.parts = Shared(
            Parts(
                facts: facts, status: status, seq: seq, lastAt: lastAt, standing: .paths(active), context: context,
                visits: visits, extras: extras))
    }

    public var facts: Facts {
        get { self.parts.content.facts.facts }
        set { self.parts.content.facts = SharedFacts(newValue) }
    }
    public var status: Status {
        get { self.parts.content.status }
        set { self.parts.content.status = newValue }
    }
    /// Of the last history row; the start is 1.
    public var seq: Int64 {
        get { self.parts.content.seq }
        set { self.parts.content.seq = newValue }
    }
    /// When the last event was processed; `now` never goes below it.
    public var lastAt: Timestamp {
        get { self.parts.content.lastAt }
        set { self.parts.content.lastAt = newValue }
    }
    /// Active atomic states, paths in document order; the final ones that a finished instance ended in stay.
    public var active: [String] {
        get { self.parts.content.standing.active }
        set { self.parts.content.standing = .paths(newValue) }
    }
    public var context: Value {
        get { self.parts.content.context }
        _modify { yield &self.parts.content.context }
    }
    /// Entries so far and when the last one was, of states entered at least once.
    public var visits: VisitTable {
        get { self.parts.content.visits }
        _modify { yield &self.parts.content.visits }
    }
    var extras: Shared<Extras> {
        get { self.parts.content.extras }
        _modify { yield &self.parts.content.extras }
    }

    /// ``active`` as the chart that ran last knows it; nil: not known yet.
    var configuration: Configuration? {
        get { if case .configuration(let known) = self.parts.content.standing { known } else { nil } }
        set { if let newValue { self.parts.content.standing = .configuration(newValue) } }
    }

    /// Where the instance stands. Both ways of saying it are equal.
    private enum Standing: Sendable, Hashable {
        case paths([String])
        case configuration(Configuration)

        var active: [String] {
            switch self {
            case .paths(let active): active
            case .configuration(let configuration): configuration.active
            }
        }

        static func == (left: Standing, right: Standing) -> Bool { left.active == right.active }
        func hash(into hasher: inout Hasher) { hasher.combine(self.active) }
    }

    public struct Visit: Sendable, Hashable {
        public var count: Int
        public var enteredAt: Timestamp
        public init(count: Int, enteredAt: Timestamp) {
            self.count = count
            self.enteredAt = enteredAt
        }
    }

    /// The facts as they are stored.
    var factsJSON: [UInt8] { self.parts.content.facts.json }

    final class SharedFacts: Sendable, Hashable {
        let facts: Facts
        let json: [UInt8]

        convenience init(_ facts: Facts) { self.init(facts, json: facts.json) }

        init(_ facts: consuming Facts, json: consuming [UInt8]) {
            self.facts = facts
            self.json = json
        }

        static func == (left: SharedFacts, right: SharedFacts) -> Bool { left === right || left.facts == right.facts }

        func hash(into hasher: inout Hasher) { hasher.combine(self.facts) }
    }

    /// What does not change after the start, but for the version, which a migration changes.
    public struct Facts: Sendable, Hashable {
        /// UUID, lower case.
        public var id: String
        public var workflow: String
        public var version: Int
        /// The version it started in, when it has been migrated since.
        public var startVersion: Int?
        public var key: String?
        public var startedAt: Timestamp
        public var startedBy: Actor
        public var parent: Parent?

        public init(
            id: String, workflow: String, version: Int = 1, key: String? = nil, startedAt: Timestamp,
            startedBy: Actor = Actor(), parent: Parent? = nil
        ) {
            self.id = id
            self.workflow = workflow
            self.version = version
            self.key = key
            self.startedAt = startedAt
            self.startedBy = startedBy
            self.parent = parent
        }
    }

    /// Who waits for this instance's end.
    public struct Parent: Sendable, Hashable {
        public var instance: String
        /// ``OpenInvocation/id`` in the parent.
        public var invocation: String
        public init(instance: String, invocation: String) {
            self.instance = instance
            self.invocation = invocation
        }
    }

    /// A durable timer that is set.
    public struct OpenTimer: Sendable, Hashable {
        public enum Kind: Sendable, Hashable {
            /// An `after`, `onDue` or reminder of a state; goes when the state is exited.
            case after(state: String)
            /// An `onDue` or reminder of a task, by ``OpenInvocation/id``; goes when the task is over.
            case task(invocation: String)
            /// A delayed `raise`; belongs to the instance.
            case raise(data: Value)
            /// A delayed `send`; the target was resolved when it was sent.
            case send(to: SignalTarget, data: Value, ttl: Timestamp?)
            /// The `timeout` of an invocation, by ``OpenInvocation/id``.
            case timeout(invocation: String)
        }
        /// `<instance>.<seq>.<n>`: also the job row's id.
        public var id: String
        public var kind: Kind
        public var event: String
        /// The id given by the author, for `cancel`.
        public var sendID: String?
        public var due: Timestamp
        /// Of a reminder: how often it was due before.
        public var repetition: Int

        public init(
            id: String, kind: Kind, event: String, sendID: String? = nil, due: Timestamp, repetition: Int = 0
        ) {
            self.repetition = repetition
            self.id = id
            self.kind = kind
            self.event = event
            self.sendID = sendID
            self.due = due
        }
    }

    /// An invocation that has started and is not over.
    public struct OpenInvocation: Sendable, Hashable {
        /// `<instance>.<seq>.<n>`: also the id of its task, job or start job. It names the visit: a later visit has another.
        public var id: String
        /// Of the definition: `done.invoke.<name>`.
        public var name: String
        public var state: String
        public var kind: Kind
        /// nil: it stands alone.
        public var element: Element?

        /// Of a `forEach`.
        public struct Element: Sendable, Hashable {
            /// ``OpenLoop/id``
            public var loop: String
            public var index: Int
            public var value: Value
            public init(loop: String, index: Int, value: Value) {
                self.loop = loop
                self.index = index
                self.value = value
            }
        }

        public enum Kind: Sendable, Hashable {
            case task(HumanTask)
            case job(topic: String)
            /// The child's instance id.
            case child(instance: String, detached: Bool)
        }

        public init(id: String, name: String, state: String, kind: Kind, element: Element? = nil) {
            self.id = id
            self.name = name
            self.state = state
            self.kind = kind
            self.element = element
        }
    }

    /// One invocation for each element of a list, within the limits of its concurrency.
    public struct OpenLoop: Sendable, Hashable {
        /// `<instance>.<seq>.<n>`: it names the visit.
        public var id: String
        public var name: String
        public var state: String
        /// Elements of the list.
        public var size: Int
        /// How many must be done.
        public var need: Int
        /// Elements that have not begun.
        public var waiting: [Value]
        public var done = 0
        /// By index; what is not here is null.
        public var results: [Int: Value] = [:]
        public var failed: [Failure] = []

        public struct Failure: Sendable, Hashable {
            public var index: Int
            public var error: Value
            public init(index: Int, error: Value) {
                self.index = index
                self.error = error
            }
        }

        public init(id: String, name: String, state: String, size: Int, need: Int, waiting: [Value] = []) {
            self.id = id
            self.name = name
            self.state = state
            self.size = size
            self.need = need
            self.waiting = waiting
        }
    }
}

/// Whom a signal goes to.
public enum SignalTarget: Sendable, Hashable {
    case instance(String)
    case key(workflow: String, key: String)
}
