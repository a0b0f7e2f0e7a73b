import Values

// Timers.
extension Interpreter {
    /// When a delay from now ends; nil for an `{at: …}` that gives null. One that will be evaluated again sees neither
    /// `event` nor `now`.
    func due(_ delay: Delay, _ position: Position?, moves: Bool = true) throws(Interruption) -> Timestamp? {
        switch delay {
        case .sum(let terms):
            guard let due = self.surroundings.calendar.adding(terms, to: self.now) else {
                throw .error(Fault(code: .execution, message: "a delay out of range", position: position))
            }
            return due
        case .at(let expression):
            self.activation.hidesEvent = moves
            self.activation.forgetLets()
            defer {
                self.activation.hidesEvent = false
                self.activation.forgetLets()
            }
            return try self.time(try self.raw(expression), expression)
        }
    }

    private func time(_ value: Value, _ expression: Expression) throws(Interruption) -> Timestamp? {
        switch value {
        case .null: return nil
        case .timestamp(let time): return time
        case .string(let text): if let time = Timestamp(text) { return time }
        default: break
        }
        throw .error(
            Fault(
                code: .execution, message: "at: needs a timestamp, not \(value.description(limit: 60))",
                expression: expression.source, position: expression.position))
    }

    mutating func set(_ timer: Snapshot.OpenTimer) throws(Interruption) {
        self.snapshot.timers.append(timer)
        self.hasGrown = true
        try self.emit(.setTimer(timer))
    }

    mutating func cancelTimer(_ id: String) throws(Interruption) {
        guard let place = self.snapshot.timers.firstIndex(where: { $0.id == id }) else { return }
        self.snapshot.timers.remove(at: place)
        try self.withdrawTimer(id)
    }

    /// Takes back a timer of this step, or cancels an older one.
    mutating func withdrawTimer(_ id: String) throws(Interruption) {
        let place = self.effects.lastIndex { effect in
            if case .setTimer(let timer) = effect { timer.id == id } else { false }
        }
        if let place { self.effects.remove(at: place) }
        if place == nil || self.rewritten.contains(id) { try self.emit(.cancelTimer(id: id)) }
    }

    mutating func armTimers(of state: Int) throws(Interruption) {
        for timer in self.chart.states[state].timers {
            do {
                guard let due = try self.due(timer.delay, timer.position) else { continue }
                try self.set(
                    Snapshot.OpenTimer(
                        id: self.nextID(), kind: .after(state: self.index.path(state)), event: timer.event, due: due))
            } catch .error(let fault) {
                self.raiseError(fault)
            }
        }
    }

    mutating func cancelAfterTimers(of path: String) throws(Interruption) {
        for timer in self.snapshot.timers {
            if case .after(state: path) = timer.kind { try self.cancelTimer(timer.id) }
        }
    }

    /// `{at: …}` is evaluated again after each macrostep while the visit is active.
    mutating func moveTimers() throws(Interruption) {
        for state in self.active {
            let path = self.index.path(state)
            for timer in self.chart.states[state].timers where timer.delay.isMoving {
                try self.move(timer.event, of: .after(state: path), to: timer.delay, timer.position)
            }
            if let deadline = self.chart.states[state].deadline, deadline.isMoving {
                self.snapshot.due[path] = try self.move(
                    deadline, of: .after(state: path), from: self.snapshot.due[path])
            }
        }
        for invocation in self.snapshot.invocations {
            guard let definition = self.definition(of: invocation), definition.isMoving else { continue }
            self.enter(invocation.element, of: definition.forEach)
            self.isInLoop = invocation.element != nil
            defer {
                self.isInLoop = false
                self.leaveElement()
            }
            if let delay = definition.timeout, delay.isMoving {
                let event = "error.invoke.\(invocation.name)"
                try self.move(event, of: .timeout(invocation: invocation.id), to: delay, nil)
            }
            if let deadline = definition.deadline, deadline.isMoving { try self.move(deadline, of: invocation) }
        }
    }

    private mutating func move(
        _ event: String, of owner: Snapshot.OpenTimer.Kind, to delay: Delay, _ position: Position?
    ) throws(Interruption) {
        let open = self.openTimer(event, of: owner)
        try self.move(event, of: owner, to: try self.again(delay, position, old: open?.due))
    }

    /// An error later keeps the old time and is noted.
    mutating func again(_ delay: Delay, _ position: Position?, old: Timestamp?) throws(Interruption) -> Timestamp? {
        do {
            return try self.due(delay, position)
        } catch .error(let fault) {
            self.trace.errors.append(fault.message)
            return old
        }
    }

    /// Sets, moves or takes back a timer that has not fired yet.
    mutating func move(
        _ event: String, of owner: Snapshot.OpenTimer.Kind, to due: Timestamp?
    ) throws(Interruption) {
        guard !self.snapshot.spent.contains(owner.mark(event)) else { return }
        let open = self.openTimer(event, of: owner)
        guard due != open?.due else { return }
        if let open { try self.cancelTimer(open.id) }
        guard let due else { return }
        try self.set(Snapshot.OpenTimer(id: self.nextID(), kind: owner, event: event, due: due))
    }

    func openTimer(_ event: String, of owner: Snapshot.OpenTimer.Kind) -> Snapshot.OpenTimer? {
        self.snapshot.timers.first { $0.event == event && $0.kind == owner }
    }

    /// Whether a timer follows the context, so that it is not armed again once fired.
    func isMoving(_ timer: Snapshot.OpenTimer) -> Bool {
        switch timer.kind {
        case .after(let path):
            guard let state = self.chart.statePaths[path] else { return false }
            if let after = self.chart.states[state].timers.first(where: { $0.event == timer.event }) {
                return after.delay.isMoving
            }
        case .timeout(let id):
            return self.invocation(id)?.timeout?.isMoving ?? false
        case .task: break
        case .raise, .send: return false
        }
        guard let deadline = self.deadline(of: timer.kind) else { return false }
        let reminder = deadline.reminders.first { $0.event == timer.event }
        return deadline.delay.isMoving || reminder?.delay.isMoving ?? false
    }

    private func invocation(_ id: String) -> Invocation? {
        self.snapshot.invocations.first { $0.id == id }.flatMap { self.definition(of: $0) }
    }

    /// The deadline of a state or of an open task.
    func deadline(of owner: Snapshot.OpenTimer.Kind) -> Deadline? {
        switch owner {
        case .after(let path): self.chart.statePaths[path].flatMap { self.chart.states[$0].deadline }
        case .task(let id): self.invocation(id)?.deadline
        case .raise, .send, .timeout: nil
        }
    }
}

extension Snapshot.OpenTimer.Kind {
    /// How ``Snapshot/spent`` names one of its timers.
    func mark(_ event: String) -> String {
        if case .task(let id) = self { "\(id) \(event)" } else { event }
    }
}
