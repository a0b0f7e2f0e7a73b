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
            self.hidesEvent = moves
            self.forgetLets()
            defer {
                self.hidesEvent = false
                self.forgetLets()
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

    func set(_ timer: Snapshot.OpenTimer) throws(Interruption) {
        self.snapshot.timers.append(timer)
        self.hasGrown = true
        try self.emit(.setTimer(timer))
    }

    func cancelTimer(_ id: String) throws(Interruption) {
        guard let place = self.snapshot.timers.firstIndex(where: { $0.id == id }) else { return }
        self.snapshot.timers.remove(at: place)
        try self.withdrawTimer(id)
    }

    /// Takes back a timer of this step, or cancels an older one.
    private func withdrawTimer(_ id: String) throws(Interruption) {
        let place = self.effects.lastIndex { effect in
            if case .setTimer(let timer) = effect { timer.id == id } else { false }
        }
        if let place { self.effects.remove(at: place) } else { try self.emit(.cancelTimer(id: id)) }
    }

    func armTimers(of state: Int) throws(Interruption) {
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

    func cancelAfterTimers(of path: String) throws(Interruption) {
        for timer in self.snapshot.timers {
            if case .after(state: path) = timer.kind { try self.cancelTimer(timer.id) }
        }
    }

    /// `{at: …}` is evaluated again after each macrostep while the visit is active.
    func moveTimers() throws(Interruption) {
        for state in self.active {
            for timer in self.chart.states[state].timers where timer.delay.isMoving {
                guard !self.snapshot.spent.contains(timer.event) else { continue }
                let path = self.index.path(state)
                let open = self.snapshot.timers.first { $0.kind == .after(state: path) && $0.event == timer.event }
                try self.move(open, to: timer.delay, timer.position) { (due) throws(Interruption) in
                    Snapshot.OpenTimer(id: self.nextID(), kind: .after(state: path), event: timer.event, due: due)
                }
            }
        }
        for invocation in self.snapshot.invocations {
            guard let delay = self.definition(of: invocation)?.timeout, delay.isMoving else { continue }
            let open = self.snapshot.timers.first { $0.kind == .timeout(invocation: invocation.id) }
            self.enter(invocation.element, of: self.definition(of: invocation)?.forEach)
            defer { self.leaveElement() }
            try self.move(open, to: delay, nil) { (due) throws(Interruption) in
                Snapshot.OpenTimer(
                    id: self.nextID(), kind: .timeout(invocation: invocation.id),
                    event: "error.invoke.\(invocation.name)", due: due)
            }
        }
    }

    private func move(
        _ open: Snapshot.OpenTimer?, to delay: Delay, _ position: Position?,
        make: (Timestamp) throws(Interruption) -> Snapshot.OpenTimer
    ) throws(Interruption) {
        let due: Timestamp?
        do {
            due = try self.due(delay, position)
        } catch .error(let fault) {
            // An error later keeps the old time and is noted.
            self.trace.errors.append(fault.message)
            return
        }
        guard due != open?.due else { return }
        if let open { try self.cancelTimer(open.id) }
        if let due { try self.set(try make(due)) }
    }
}
