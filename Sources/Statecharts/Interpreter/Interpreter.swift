import CEL
import Values

/// One step of one instance: the working state between a snapshot and the next.
///
/// The procedures are those of W3C SCXML, Appendix D, and carry their names.
struct Interpreter {
    let index: ChartIndex
    let now: Timestamp
    let activation: StepActivation
    /// Becomes the next snapshot.
    var snapshot: Snapshot
    /// SCXML's configuration.
    var active = StateSet()
    private var lastConfiguration: Configuration?
    var internalQueue: [InternalEvent] = []
    private var queueHead = 0
    var statesToInvoke = StateSet()
    /// Of states that were not entered anew: which of their invocations start.
    var onlyInvoke: [Int: Set<String>] = [:]
    /// Timers of before that a migration sets again under other names: their rows stand.
    var rewritten: Set<String> = []
    var isRunning = true
    var effects: [Effect] = []
    /// Effects on elements of loops, and on what the snapshot holds, have limits of their own.
    private var uncounted = 0
    var isInLoop = false
    var trace = Trace()
    var turns = 0
    /// The n of `<instance>.<seq>.<n>`.
    private var made = 0
    /// Transitions whose guard failed in this macrostep.
    var guardErrors: Set<Int> = []
    var guardMemory: [Int: Bool] = [:]
    var contextChanged = false
    /// The context's size, where it was looked at.
    var contextBytes: Int?
    /// Something was added whose size is not bounded by the chart.
    var hasGrown = false
    var tookTransition = false
    /// Whose timer this step is for.
    var firing: Snapshot.OpenTimer.Kind?

    init(
        _ index: ChartIndex, _ snapshot: consuming Snapshot, _ event: consuming Event,
        in surroundings: consuming Surroundings
    ) {
        self.index = index
        self.now = max(surroundings.now, snapshot.lastAt)
        self.activation = StepActivation(index, event, at: self.now, in: surroundings)
        self.snapshot = snapshot
    }

    var chart: Chart { self.index.chart }
    // Lent, not copied: both have many parts.
    var surroundings: Surroundings { _read { yield self.activation.surroundings } }
    /// The event that is looked at: the one of the step, then internal ones.
    var event: Event { _read { yield self.activation.event } }

    /// ``active``, with what is known of it.
    mutating func configuration() -> Configuration {
        if let last = self.lastConfiguration, last.states == self.active { return last }
        let configuration = self.index.configuration(self.active)
        self.lastConfiguration = configuration
        return configuration
    }

    /// Takes up what the snapshot stands in. Gives the path of a state that this chart does not have, if there is one.
    mutating func resumeConfiguration() -> String? {
        if let known = self.snapshot.configuration, known.mark === self.index.mark {
            self.lastConfiguration = known
            self.active = known.states
            return nil
        }
        var missing: String?
        self.active = self.index.closure(of: self.snapshot.active) { missing = missing ?? $0 }
        return missing
    }

    /// An id for something that this step makes.
    mutating func nextID() -> String {
        self.made += 1
        return "\(self.snapshot.facts.id).\(self.snapshot.seq).\(self.made)"
    }

    /// The number that ``nextID()`` gave last.
    var lastNumber: Int { self.made }

    mutating func emit(_ effect: Effect) throws(Interruption) {
        if self.isInLoop || effect.withdrawsWork {
            self.uncounted += 1
        } else if self.effects.count - self.uncounted >= self.surroundings.limits.effects {
            throw .fatal(
                Fault(code: .limit, message: "more than \(self.surroundings.limits.effects) effects in a step"))
        }
        self.effects.append(effect)
    }
}

/// An event of the internal queue.
struct InternalEvent {
    var type: String
    var data: Value
    /// Set on an error that fails the step if nothing handles it.
    var fault: Fault?
    /// Set on the result of an invocation that was over as it began.
    var ended: Snapshot.OpenInvocation?
}

/// Why content stops.
enum Interruption: Error {
    /// Ends its block and becomes an internal event, which the chart may handle.
    case error(Fault)
    /// Ends the step.
    case fatal(Fault)

    var fault: Fault {
        switch self {
        case .error(let fault), .fatal(let fault): fault
        }
    }
}

// MARK: The macrostep

extension Interpreter {
    /// SCXML's main event loop without its wait for an external event.
    mutating func macrostep() throws(Interruption) {
        while self.isRunning {
            try self.countTurn()
            let eventless = try self.selectEventlessTransitions()
            if !eventless.isEmpty {
                try self.microstep(eventless, event: nil)
            } else if let next = self.dequeue() {
                try self.process(next)
            } else {
                try self.startInvocations()
                guard self.hasQueued else { break }
            }
        }
        try self.finishMacrostep()
    }

    private mutating func process(_ next: InternalEvent) throws(Interruption) {
        self.activation.see(next.type, next.data)
        let strict = next.fault != nil && !self.surroundings.ignoresUnhandledErrors
        let name = EventName(next.type, in: self.index, excludesAny: strict)
        let enabled = try self.selectTransitions(name)
        if !enabled.isEmpty {
            try self.microstep(enabled, event: next.type)
        } else if strict, let fault = next.fault {
            throw .fatal(fault)
        }
        guard let ended = next.ended else { return }
        if enabled.isEmpty, !strict, !self.surroundings.ignoresUnhandledErrors {
            try self.refuseResult(name)
        }
        self.raiseDoneState(after: ended)
    }

    private mutating func finishMacrostep() throws(Interruption) {
        if !self.isRunning { try self.exitInterpreter() }
        if !self.surroundings.ignoresUnhandledErrors {
            while let left = self.dequeue() {
                if let fault = left.fault { throw .fatal(fault) }
            }
        }
        if self.isRunning, self.index.hasMovingTimers { try self.moveTimers() }
        try self.checkContext()
    }

    mutating func countTurn() throws(Interruption) {
        self.turns += 1
        if self.turns > self.surroundings.limits.turns {
            throw .fatal(
                Fault(
                    code: .livelock,
                    message: "the macrostep did not come to rest in \(self.surroundings.limits.turns) turns"))
        }
    }

    mutating func microstep(_ enabled: [Int], event: String?) throws(Interruption) {
        self.tookTransition = true
        guard let move = self.index.move(enabled, from: self.configuration()) else {
            self.trace.microsteps.append(
                Trace.Microstep(
                    event: event, transitions: enabled.map { self.index.routes[$0].trace }, exited: [], entered: []))
            try self.exitStates(enabled)
            try self.executeTransitionContent(enabled)
            return try self.enterStates(enabled)
        }
        self.trace.microsteps.append(
            Trace.Microstep(
                event: event, transitions: move.trace.transitions, exited: move.trace.exited, entered: []))
        try self.exit(move.exited, kept: move.kept)
        try self.executeTransitionContent(enabled)
        try self.enter(move.entry, named: move.trace.entered)
        if let next = move.next { self.lastConfiguration = next }
    }

    private mutating func executeTransitionContent(_ enabled: [Int]) throws(Interruption) {
        for transition in enabled { try self.executeBlock(self.index.routes[transition].actions) }
    }
}

// MARK: The internal queue

extension Interpreter {
    mutating func raise(_ type: String, _ data: Value, fault: Fault? = nil, ended: Snapshot.OpenInvocation? = nil) {
        self.internalQueue.append(InternalEvent(type: type, data: data, fault: fault, ended: ended))
    }

    /// SCXML 3.13 and 5.9: what goes wrong in content is an event. One that nothing handles fails the step.
    mutating func raiseError(_ fault: Fault) {
        self.trace.errors.append(fault.message)
        self.raise(fault.code.rawValue, Self.data(of: fault), fault: fault)
    }

    /// A guard's error is an event too, but nobody has to handle it.
    mutating func raiseGuardError(_ fault: Fault) {
        self.trace.errors.append(fault.message)
        self.raise(fault.code.rawValue, Self.data(of: fault))
    }

    private static func data(of fault: Fault) -> Value {
        var data = ValueMap()
        data["message"] = .string(fault.message)
        if let expression = fault.expression { data["expression"] = .string(expression) }
        if let position = fault.position {
            data["line"] = .int(Int64(position.line))
            data["column"] = .int(Int64(position.column))
        }
        return .map(data)
    }

    private var hasQueued: Bool { self.queueHead < self.internalQueue.count }

    private mutating func dequeue() -> InternalEvent? {
        guard self.hasQueued else { return nil }
        let next = self.internalQueue[self.queueHead]
        self.queueHead += 1
        if self.queueHead == self.internalQueue.count {
            self.internalQueue.removeAll(keepingCapacity: true)
            self.queueHead = 0
        }
        return next
    }
}
