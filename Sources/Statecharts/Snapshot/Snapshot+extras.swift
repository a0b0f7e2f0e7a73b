public import Values

extension Snapshot {
    /// What most instances have little of. Snapshots are copied at every step, and share these while they stay the same.
    struct Extras: Sendable, Hashable {
        var history: [String: [String]] = [:]
        var timers: [OpenTimer] = []
        var invocations: [OpenInvocation] = []
        var loops: [OpenLoop] = []
        var actors: [String: [String]] = [:]
        var results: [String: [String: Value]] = [:]
        var spent: Set<String> = []
        var due: [String: Timestamp] = [:]
        var parked: [String: ParkedVisit] = [:]
        var suspendedAt: Timestamp?
        var output: Value?

        static let none = Shared(Extras())

        /// But for what is small.
        var isEmpty: Bool {
            !self.hasVisitParts && self.parked.isEmpty && self.history.isEmpty && self.actors.isEmpty
        }

        var hasVisitParts: Bool {
            !(self.timers.isEmpty && self.invocations.isEmpty && self.loops.isEmpty && self.results.isEmpty
                && self.spent.isEmpty && self.due.isEmpty)
        }
    }

    /// Something is there that may be large.
    var hasExtras: Bool { !self.extras.content.isEmpty }

    /// Something is there that may belong to a visit and ends with it.
    var hasVisitParts: Bool { self.extras.content.hasVisitParts }

    /// What history states remember: path of the history state → atomic paths (deep) or child paths (shallow).
    public var history: [String: [String]] {
        get { self.extras.content.history }
        _modify { yield &self.extras.content.history }
    }
    public var timers: [OpenTimer] {
        get { self.extras.content.timers }
        _modify { yield &self.extras.content.timers }
    }
    public var invocations: [OpenInvocation] {
        get { self.extras.content.invocations }
        _modify { yield &self.extras.content.invocations }
    }
    /// `forEach` of invocations that have begun and are not over.
    public var loops: [OpenLoop] {
        get { self.extras.content.loops }
        _modify { yield &self.extras.content.loops }
    }
    /// Who submitted finished tasks: invocation id → user ids, on any visit (for `distinctFrom`).
    public var actors: [String: [String]] {
        get { self.extras.content.actors }
        _modify { yield &self.extras.content.actors }
    }
    /// Results so far of the invocations of active atomic states with `onDone`: state path → invocation id → result.
    public var results: [String: [String: Value]] {
        get { self.extras.content.results }
        _modify { yield &self.extras.content.results }
    }
    /// Timers with `{at: …}` that have fired in the current visit, and are not armed again: events, those of a task behind
    /// its id and a space.
    public var spent: Set<String> {
        get { self.extras.content.spent }
        _modify { yield &self.extras.content.spent }
    }
    /// Planned ends of active states: path → time (`due`). That of a task is with the task.
    public var due: [String: Timestamp] {
        get { self.extras.content.due }
        _modify { yield &self.extras.content.due }
    }
    /// Visits that are on hold, by path.
    public var parked: [String: ParkedVisit] {
        get { self.extras.content.parked }
        _modify { yield &self.extras.content.parked }
    }
    /// Since when timers are frozen; nil unless suspended.
    public var suspendedAt: Timestamp? {
        get { self.extras.content.suspendedAt }
        _modify { yield &self.extras.content.suspendedAt }
    }
    /// When done: the root's `output`, else that of its final state.
    public var output: Value? {
        get { self.extras.content.output }
        _modify { yield &self.extras.content.output }
    }
}
