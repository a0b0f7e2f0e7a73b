public import Values

/// Something that happened to an instance: the whole input of a step beside the snapshot and the surroundings.
public struct Event: Sendable, Hashable {
    /// What kind of sender it has; decides whether an event without a transition is refused or ignored.
    public enum Origin: Sendable, Hashable {
        /// A person or an API client. Taking nothing: refused.
        case client
        /// A timer that is due; ``Event/reference`` is its id, ``Event/type`` and data come from the snapshot.
        case timer
        /// Another instance, or this one (`send`).
        case signal
        /// A worker's or child's result; ``Event/reference`` is the open invocation's id and ``Event/type`` is
        /// `done.invoke` or `error.invoke` (the interpreter adds the invocation's name).
        case result
        /// A verb on a human task: ``Event/type`` is `task.claim`, `release`, `assign`, `delegate`, `resolve`, `submit`,
        /// `nudge`, and in a vote also `add`, `remove`, `recuse`, `abstain`, `withdraw`; ``Event/reference`` the open
        /// invocation's id.
        case task
        /// `admin.suspend`, `admin.resume`, `admin.cancel`, `admin.resolve` (data: `{set: {path: value}}`),
        /// `admin.migrate` (``Machine/migrate(_:_:from:in:)``).
        case administration
    }

    public var type: String
    public var data: Value
    public var origin: Origin
    public var by: Actor
    public var reference: String?

    public init(
        _ type: String, data: Value = .null, origin: Origin = .client, by: Actor = Actor(), reference: String? = nil
    ) {
        self.type = type
        self.data = data
        self.origin = origin
        self.by = by
        self.reference = reference
    }
}

/// Who did something, as things were when it was done. In expressions: `event.by`.
public struct Actor: Sendable, Hashable {
    public var user: String?
    public var roles: [String] = []
    public var onBehalfOf: String?
    public var worker: String?
    public var instance: String?

    public init(
        user: String? = nil, roles: [String] = [], onBehalfOf: String? = nil, worker: String? = nil,
        instance: String? = nil
    ) {
        self.user = user
        self.roles = roles
        self.onBehalfOf = onBehalfOf
        self.worker = worker
        self.instance = instance
    }
}

/// What a step knows of the world.
public struct Surroundings: Sendable {
    public var now: Timestamp
    public var calendar: WorkCalendar
    public var limits = StepLimits()
    /// Unhandled errors are ignored, as SCXML has it (`simulate --scxml`); otherwise the step fails.
    public var ignoresUnhandledErrors = false
    /// Without an `events` section any event is accepted, and `for` is not asked (simulation).
    public var isSimulation = false

    public init(now: Timestamp, calendar: WorkCalendar = .default) {
        self.now = now
        self.calendar = calendar
    }
}

/// Limits of one step, by name; past one the step fails, and no transition can handle that.
public struct StepLimits: Sendable {
    /// Turns of the macrostep loop.
    public var turns = 1_000
    public var effects = 1_000
    /// CEL evaluation steps in one macrostep.
    public var expressionSteps = 1_000_000
    /// JSON bytes.
    public var contextBytes = 256 * 1024
    public var eventBytes = 256 * 1024
    public var snapshotBytes = 1024 * 1024
    public init() {}
}
