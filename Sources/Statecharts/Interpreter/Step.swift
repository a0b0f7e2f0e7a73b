public import Values

/// What an event does to an instance.
public struct Step: Sendable {
    public var outcome: Outcome
    /// The state after it; only `taken` and `ignored` carry one.
    public var next: Snapshot?
    /// In the order in which they arose. Only the engine performs effects.
    public var effects: [Effect]
    public var trace: Trace
}

public enum Outcome: Sendable, Hashable {
    case taken
    /// Valid, took no transition; consumed and recorded.
    case ignored
    /// Nothing changed; why each candidate did not fit.
    case refused(Refusal)
    /// Nothing changed: the step could not be finished.
    case failed(Fault)
}

public struct Refusal: Sendable, Hashable {
    public enum Code: Sendable, Hashable {
        /// No transition selected (409).
        case noTransition
        /// Not declared in `events` (422); `suggestion` may name a near one.
        case unknownEvent(suggestion: String?)
        /// `for`, candidates or access forbid it (403).
        case forbidden
        /// Data does not fit the event's schema or the form (422).
        case invalidData([FieldError])
        /// A result or verb of a visit that is over, or a task that is not open (409).
        case gone
        /// The task is somebody else's, or already claimed (409).
        case notYours
        /// A verb that does not fit how the task stands: no seat is free, cast already, nudged a moment ago (409).
        case notNow
        /// The instance is suspended, done or cancelled (409).
        case notActive
        /// The task is on hold with its state (409).
        case parked
    }

    public struct FieldError: Sendable, Hashable {
        /// JSON Pointer in the data.
        public var pointer: String
        public var en: String
        public var zh: String

        public init(pointer: String, en: String, zh: String) {
            self.pointer = pointer
            self.en = en
            self.zh = zh
        }
    }

    /// A transition that listens to the event and whose guard was false.
    public struct Candidate: Sendable, Hashable {
        public var state: String
        public var guardSource: String
        /// Operands of the guard and their values: `context.trl` → 3.
        public var operands: [Operand]
        /// When the guard failed instead of being false.
        public var error: String?
    }

    public struct Operand: Sendable, Hashable {
        public var expression: String
        public var value: Value
    }

    public var code: Code
    public var detail: String
    /// The detail in Chinese, where there is one.
    public var zh: String?
    public var candidates: [Candidate]
}

/// Why a step could not be finished; nothing of it remains.
public struct Fault: Sendable, Hashable, Error {
    public enum Code: String, Sendable {
        /// An unhandled `error.execution`.
        case execution = "error.execution"
        /// An unhandled `error.communication`.
        case communication = "error.communication"
        /// An unhandled `error.invoke.<id>`.
        case invocation = "error.invoke"
        /// The context breaks its schema.
        case schema
        /// A named limit was exceeded.
        case limit
        /// The macrostep did not come to rest.
        case livelock
        /// A worker's result that all guards of `onDone` refuse.
        case refusedResult
        /// Start data or key do not fit.
        case start
    }

    public var code: Code
    public var message: String
    /// The expression at fault and where it stands.
    public var expression: String?
    public var position: Position?
    /// What the expression looks at, and its values at that moment.
    public var operands: [Refusal.Operand] = []
    /// Where the context breaks its schema: pointers from `/context` on.
    public var fields: [Refusal.FieldError] = []
}

/// What a step asks the world to do.
public enum Effect: Sendable, Hashable {
    /// Wake this instance with ``Snapshot/OpenTimer`` at its due time.
    case setTimer(Snapshot.OpenTimer)
    case cancelTimer(id: String)
    case startJob(Job)
    /// No worker gets the job until it is resumed; a lease is void, but a result is still taken.
    case parkJob(id: String)
    case resumeJob(id: String)
    /// An open invocation on a topic ended otherwise; its job row goes, a lease of it is void.
    case cancelJob(id: String)
    case openTask(id: String, name: String, state: String, HumanTask)
    /// Claimed, released, assigned, delegated, voted on, due at another time, no longer parked.
    case changeTask(id: String, HumanTask)
    /// It leaves the inboxes until it is changed or closed.
    case parkTask(id: String)
    case closeTask(id: String, reason: TaskEnd, by: Actor, outcome: String?)
    /// A task or job goes on under another name or in another state of a new version.
    case relocate(id: String, name: String, state: String)
    case startChild(Child)
    /// Ask the child to end.
    case cancelChild(invocation: String, instance: String)
    /// Suspend the child, and let it go on.
    case parkChild(invocation: String, instance: String)
    case resumeChild(invocation: String, instance: String)
    case send(Signal)
    case notify(Notice)
    case emit(type: String, data: Value)
    case log(level: String, message: String)
    /// A state tagged `stage` was entered or left.
    case enter(path: String, visit: Int)
    case leave(path: String, visit: Int)
    /// The instance reached its end; a parent that waits is told by a ``send(_:)`` of its own.
    case finish(status: Snapshot.Status, output: Value?)

    /// Ends or stops something that the snapshot held before: there is no more of it than fits into that.
    var withdrawsWork: Bool {
        switch self {
        case .cancelTimer, .parkJob, .cancelJob, .parkTask, .cancelChild, .parkChild: true
        case .closeTask(_, let reason, _, _): reason == .cancelled
        default: false
        }
    }

    public enum TaskEnd: String, Sendable { case submitted, cancelled }

    public struct Job: Sendable, Hashable {
        /// `<instance>.<seq>.<n>`.
        public var id: String
        public var name: String
        public var state: String
        public var topic: String
        /// `{input, …keys of a built-in topic}`.
        public var payload: Value
        public var retry: Retry
        public var leaseSeconds: Double?
        /// 0 (first) to 3.
        public var priority: Int
    }

    public struct Child: Sendable, Hashable {
        public var invocation: String
        public var name: String
        /// The child's instance id, computed by the step.
        public var instance: String
        public var workflow: String
        public var version: Int?
        public var key: String?
        public var input: Value
        public var detached: Bool
    }

    /// A durable event for another instance, or this one.
    public struct Signal: Sendable, Hashable {
        /// `<instance>.<seq>.<n>` of the sender: ordered per sender and receiver.
        public var id: String
        public var to: SignalTarget
        public var event: String
        public var data: Value
        /// Wait until then for the receiver to exist; nil: `error.communication` at once.
        public var until: Timestamp?
        /// Set on the result of a child: the parent's open invocation. ``event`` is `done.invoke` or `error.invoke`.
        public var invocation: String?
    }

    public struct Notice: Sendable, Hashable {
        public var id: String
        public var roles: [String]
        public var users: [String]
        /// By language tag; "" is the text without languages.
        public var subject: [String: String]
        public var body: [String: String]
        public var link: [String: String]
        public var channels: [String]
    }
}

/// What happened inside a step, for people and tests.
public struct Trace: Sendable, Hashable {
    public struct Microstep: Sendable, Hashable {
        /// The event of this microstep; nil: eventless.
        public var event: String?
        public var transitions: [Taken]
        /// Paths in the order in which they were exited and entered.
        public var exited: [String]
        public var entered: [String]
    }

    public struct Taken: Sendable, Hashable {
        /// ``Chart/Transition/id``
        public var transition: Int
        public var source: String
        public var targets: [String]
        public init(transition: Int = 0, source: String, targets: [String]) {
            self.transition = transition
            self.source = source
            self.targets = targets
        }
    }

    public var microsteps: [Microstep] = []
    /// Errors that were raised, handled or not: guards included.
    public var errors: [String] = []
    public init() {}
}
