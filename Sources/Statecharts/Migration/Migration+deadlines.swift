import Values

// What sets timers: `after`, `timeout`, `due`, `onDue`, `remind`. What is mapped keeps its time; a timer begins when the old
// version set none for it.
extension Migration {
    mutating func moveDeadlines() {
        self.after.snapshot.due = [:]
        for (state, origins) in self.visits {
            guard let deadline = self.new.chart.states[state].deadline else { continue }
            let path = self.new.path(state)
            self.after.snapshot.due[path] = origins.compactMap { self.before.snapshot.due[self.old.path($0)] }.first
            let isNew = !origins.contains { self.old.chart.states[$0].deadline != nil }
            let known = self.knownEvents(of: state, origins)
            self.add(deadline, of: .after(state: path), isNew: isNew, known)
        }
    }

    /// Those of the new version's events that the old version had timers for.
    func knownEvents(of state: Int, _ origins: [Int]) -> Set<String> {
        let path = self.new.path(state)
        return Set(
            origins.flatMap { origin in
                self.before.timerEvents(of: origin).map { Self.rename($0, from: self.old.path(origin), to: path) }
            })
    }

    private mutating func add(
        _ deadline: Deadline, of owner: Snapshot.OpenTimer.Kind, isNew: Bool, _ known: Set<String>
    ) {
        let events = Set(deadline.timerEvents).subtracting(known)
        if isNew || !events.isEmpty { self.newDeadlines.append((owner, isNew, events)) }
    }

    /// Of an invocation that goes on; `open` is as it was, `moved` as it is.
    mutating func moveTimers(
        of open: Snapshot.OpenInvocation, to moved: Snapshot.OpenInvocation, _ former: Invocation?,
        _ definition: Invocation
    ) throws(Interruption) {
        let events = definition.timerEvents
        for timer in self.after.snapshot.timers where timer.invocation == open.id {
            var renamed = timer
            renamed.event = Self.rename(timer.event, from: open.name, to: moved.name)
            if case .task = timer.kind {
                renamed.kind = .task(invocation: moved.id)
            } else {
                renamed.kind = .timeout(invocation: moved.id)
            }
            if events.contains(renamed.event) {
                try self.replace(timer, by: renamed, state: nil)
            } else {
                try self.cancel(timer, state: nil)
            }
        }
        for mark in self.before.snapshot.spent where mark.hasPrefix("\(open.id) ") {
            let event = Self.rename(String(mark.dropFirst(open.id.count + 1)), from: open.name, to: moved.name)
            if events.contains(event) {
                self.taskMarks.insert(Snapshot.OpenTimer.Kind.task(invocation: moved.id).mark(event))
            }
        }
        let known = Set((former?.timerEvents ?? []).map { Self.rename($0, from: open.name, to: moved.name) })
        let timeout = "error.invoke.\(moved.name)"
        if let delay = definition.timeout, !known.contains(timeout) {
            self.newTimers.append(NewTimer(owner: .timeout(invocation: moved.id), event: timeout, delay: delay))
        }
        if let deadline = definition.deadline {
            self.add(deadline, of: .task(invocation: moved.id), isNew: former?.deadline == nil, known)
        } else if case .task(let task) = open.kind, task.dueAt != nil {
            try self.setDue(nil, of: .task(invocation: moved.id))
        }
    }

    private mutating func setDue(_ due: Timestamp?, of owner: Snapshot.OpenTimer.Kind) throws(Interruption) {
        switch owner {
        case .after(let path): self.after.snapshot.due[path] = due
        case .task(let id):
            guard let place = self.after.snapshot.invocations.firstIndex(where: { $0.id == id }),
                case .task(var task) = self.after.snapshot.invocations[place].kind, task.dueAt != due
            else { return }
            task.dueAt = due
            self.after.snapshot.invocations[place].kind = .task(task)
            // A task on hold is shown again with all that it is then.
            guard !self.isHeld(self.after.snapshot.invocations[place]) else { return }
            try self.after.emit(.changeTask(id: id, task))
        case .raise, .send, .timeout: break
        }
    }

    // MARK: New ones

    mutating func armTimers() throws(Interruption) {
        for timer in self.newTimers {
            try self.arm(timer.owner) { (migration) throws(Interruption) in
                guard let due = try migration.after.due(timer.delay, timer.position) else { return }
                let id = migration.after.nextID()
                try migration.after.set(
                    Snapshot.OpenTimer(id: id, kind: timer.owner, event: timer.event, due: due))
            }
        }
        for (owner, isNew, events) in self.newDeadlines {
            guard let deadline = self.after.deadline(of: owner) else { continue }
            // What is on hold has its planned end as of when it was left.
            let pause = deadline.delay.isMoving ? .zero : self.path(of: owner).flatMap { self.pause(of: $0) } ?? .zero
            try self.arm(owner) { (migration) throws(Interruption) in
                var due = migration.after.planned(owner).map { $0 + pause }
                if isNew {
                    due = try migration.after.due(deadline)
                    try migration.setDue(due.map { $0 - pause }, of: owner)
                }
                if let due { try migration.after.arm(deadline, due, of: owner, only: events) }
            }
        }
    }

    /// With the names that the expressions of an element see; an error is an event, as at the start of the work.
    private mutating func arm(
        _ owner: Snapshot.OpenTimer.Kind, _ body: (inout Migration) throws(Interruption) -> Void
    ) throws(Interruption) {
        let open = owner.invocation.flatMap { id in self.after.snapshot.invocations.first { $0.id == id } }
        if let open { self.after.enter(open, self.after.definition(of: open)) }
        defer { self.after.leave() }
        do {
            try body(&self)
        } catch .error(let fault) {
            self.after.raiseError(fault)
        }
    }

    private func path(of owner: Snapshot.OpenTimer.Kind) -> String? {
        if case .after(let path) = owner { return path }
        return self.after.snapshot.invocations.first { $0.id == owner.invocation }?.state
    }
}

/// A timer that begins with the migration.
struct NewTimer {
    var owner: Snapshot.OpenTimer.Kind
    var event: String
    var delay: Delay
    var position: Position?
}

extension Invocation {
    /// Events of the timers that it sets.
    fileprivate var timerEvents: [String] {
        (self.timeout == nil ? [] : ["error.invoke.\(self.id)"]) + (self.deadline?.timerEvents ?? [])
    }
}

extension Snapshot.OpenTimer {
    /// The invocation that it belongs to.
    var invocation: String? { self.kind.invocation }
}

extension Snapshot.OpenTimer.Kind {
    fileprivate var invocation: String? {
        switch self {
        case .task(let id), .timeout(let id): id
        case .after, .raise, .send: nil
        }
    }
}

extension Interpreter {
    /// Expressions and effects are those of an element, if it is one.
    mutating func enter(_ open: Snapshot.OpenInvocation, _ definition: Invocation?) {
        self.isInLoop = open.element != nil
        self.enter(open.element, of: definition?.forEach)
    }

    mutating func leave() {
        self.isInLoop = false
        self.leaveElement()
    }
}
