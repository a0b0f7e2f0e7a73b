import Values

// Timers, tasks, jobs and children: what is mapped goes on, what is not is cancelled, what is new starts.
extension Migration {
    // MARK: Invocations

    mutating func moveInvocations() throws(Interruption) {
        var taken: Set<String> = []
        self.moveLoops(&taken)
        let loops = Set(self.after.snapshot.loops.map(\.id))
        for open in self.after.snapshot.invocations {
            guard let place = self.place(of: open.name, in: open.state),
                open.element.map({ loops.contains($0.loop) }) ?? taken.insert(place.key).inserted
            else {
                try self.cancel(open)
                continue
            }
            try self.keep(open, of: place.origin, as: place.definition, in: place.state)
        }
        for (state, origins) in self.visits {
            let known = origins.reduce(into: Set<String>()) { known, origin in
                known.formUnion(self.paths.invocations(of: origin, in: state, self.old, self.new).values)
            }
            let added = Set(self.new.chart.states[state].invocations.map(\.id)).subtracting(known)
            if !added.isEmpty { self.additions[state] = added }
        }
    }

    /// Where work of the old version goes on, and as what.
    private struct Place {
        var origin: Int
        var state: Int
        var definition: Invocation
        var key: String { "\(self.state) \(self.definition.id)" }
    }

    private func place(of name: String, in path: String) -> Place? {
        guard let origin = self.old.chart.statePaths[path], let state = self.keptState(of: origin),
            let name = self.paths.invocations(of: origin, in: state, self.old, self.new)[name],
            let definition = self.new.chart.states[state].invocations.first(where: { $0.id == name })
        else { return nil }
        return Place(origin: origin, state: state, definition: definition)
    }

    /// Those that go on; of the others the elements are cancelled afterwards.
    private mutating func moveLoops(_ taken: inout Set<String>) {
        var kept: [Snapshot.OpenLoop] = []
        for loop in self.after.snapshot.loops {
            guard let place = self.place(of: loop.name, in: loop.state), taken.insert(place.key).inserted else {
                continue
            }
            var moved = loop
            moved.name = place.definition.id
            moved.state = self.new.path(place.state)
            kept.append(moved)
        }
        self.after.snapshot.loops = kept
    }

    /// Where an old state's visit goes on, be it on hold.
    func keptState(of origin: Int) -> Int? {
        guard let state = self.paths.state(of: origin),
            self.kept[state]?.contains(origin) ?? (self.held[state] == origin)
        else { return nil }
        return state
    }

    private mutating func cancel(_ open: Snapshot.OpenInvocation) throws(Interruption) {
        self.note(open, .cancelled, name: open.name, state: open.state)
        self.warn("cancelled", open.name, "the work '\(open.name)' is cancelled", "工作“\(open.name)”将被取消")
        self.after.isInLoop = open.element != nil
        defer { self.after.isInLoop = false }
        for timer in self.after.snapshot.timers where timer.invocation == open.id {
            try self.cancel(timer, state: nil)
        }
        try self.after.close(open)
        // What is on hold may have its result already.
        if !self.isOver.contains(open.id) { try self.after.emitEnd(of: open) }
    }

    private mutating func keep(
        _ open: Snapshot.OpenInvocation, of origin: Int, as definition: Invocation, in state: Int
    ) throws(Interruption) {
        guard let place = self.after.snapshot.invocations.firstIndex(where: { $0.id == open.id }) else { return }
        let path = self.new.path(state)
        var moved = open
        moved.name = definition.id
        moved.state = path
        let former = self.old.chart.states[origin].invocations.first { $0.id == open.name }
        var changes: [String] = []
        self.after.enter(open, definition)
        defer { self.after.leave() }
        if case .task(let task) = open.kind, case .human(let human) = definition.source,
            case .human(let earlier)? = former?.source
        {
            changes = human.changes(since: earlier)
            if !changes.isEmpty { try self.reopen(task, as: human, &moved) }
        }
        self.after.snapshot.invocations[place] = moved
        if moved.id == open.id, moved != open {
            switch open.kind {
            case .task, .job: try self.after.emit(.relocate(id: moved.id, name: moved.name, state: path))
            case .child: break
            }
        }
        self.note(moved, .kept, name: moved.name, state: path, changes: changes)
        if !changes.isEmpty {
            let what = changes.joined(separator: ", ")
            self.warn(
                "task-changed", moved.name, "the open task '\(moved.name)' changes: \(what)",
                "未完成任务“\(moved.name)”有变化：\(what)")
        }
        try self.moveTimers(of: open, to: moved, former, definition)
    }

    /// Another form is another task: who has the old one open is told so. Who has claimed it keeps it, unless it is a vote
    /// now; votes stay cast, and may decide under the new rules.
    private mutating func reopen(
        _ task: HumanTask, as human: Invocation.Human, _ open: inout Snapshot.OpenInvocation
    ) throws(Interruption) {
        var fresh = try self.after.task(human, input: task.input)
        if fresh.ballot == nil {
            fresh.assignee = task.assignee ?? fresh.assignee
            fresh.owner = task.owner
        }
        fresh.createdAt = task.createdAt
        fresh.nudgedAt = task.nudgedAt
        if human.deadline != nil { fresh.dueAt = task.dueAt }
        if fresh.ballot != nil { fresh.ballot = task.ballot ?? fresh.ballot }
        try self.after.emit(.closeTask(id: open.id, reason: .cancelled, by: self.event.by, outcome: nil))
        open.id = self.after.nextID()
        open.kind = .task(fresh)
        try self.after.emit(.openTask(id: open.id, name: open.name, state: open.state, fresh))
        if self.isHeld(open) {
            try self.after.emit(.parkTask(id: open.id))
        } else if fresh.ballot != nil {
            self.reopenedVotes.insert(open.id)
        }
    }

    // MARK: Timers of states

    mutating func moveTimers() throws(Interruption) {
        for (state, origins) in self.visits {
            let events = Set(self.after.timerEvents(of: state))
            for origin in origins {
                for former in self.before.timerEvents(of: origin) {
                    let event = Self.rename(former, from: self.old.path(origin), to: self.new.path(state))
                    if events.contains(event) { self.timerEvents[former] = event }
                }
            }
            let known = self.knownEvents(of: state, origins)
            let owner = Snapshot.OpenTimer.Kind.after(state: self.new.path(state))
            for timer in self.new.chart.states[state].timers where !known.contains(timer.event) {
                self.newTimers.append(
                    NewTimer(owner: owner, event: timer.event, delay: timer.delay, position: timer.position))
            }
        }
        var set: Set<String> = []
        for timer in self.after.snapshot.timers {
            switch timer.kind {
            case .after(let path):
                guard let event = self.timerEvents[timer.event], let origin = self.old.chart.statePaths[path],
                    let state = self.keptState(of: origin), set.insert(event).inserted
                else {
                    try self.cancel(timer, state: path)
                    continue
                }
                var moved = timer
                moved.kind = .after(state: self.new.path(state))
                moved.event = event
                try self.replace(timer, by: moved, state: self.new.path(state))
            case .raise, .send: self.note(timer, .kept, event: timer.event, state: nil)
            case .task, .timeout: break
            }
        }
        self.after.snapshot.spent = self.taskMarks.union(
            self.before.snapshot.spent.compactMap { self.timerEvents[$0] })
    }

    /// An event that ends in its state's path.
    static func rename(_ event: String, from old: String, to new: String) -> String {
        guard old != new, event.hasSuffix(".\(old)") else { return event }
        return String(decoding: event.utf8.dropLast(old.utf8.count), as: UTF8.self) + new
    }

    mutating func cancel(_ timer: Snapshot.OpenTimer, state: String?) throws(Interruption) {
        self.note(timer, .cancelled, event: timer.event, state: state)
        // One that is on hold has no row.
        if self.frozen.contains(timer.id) {
            self.after.snapshot.timers.removeAll { $0.id == timer.id }
        } else {
            try self.after.cancelTimer(timer.id)
        }
    }

    mutating func replace(
        _ timer: Snapshot.OpenTimer, by moved: Snapshot.OpenTimer, state: String?
    ) throws(Interruption) {
        self.note(moved, .kept, event: moved.event, state: state)
        guard moved != timer, let place = self.after.snapshot.timers.firstIndex(of: timer) else { return }
        self.after.snapshot.timers[place] = moved
        // The row of a frozen timer is written when the instance is resumed.
        guard !self.isSuspended, !self.frozen.contains(moved.id) else { return }
        self.after.rewritten.insert(moved.id)
        try self.after.emit(.setTimer(moved))
    }

    // MARK: The report

    private mutating func note(
        _ timer: Snapshot.OpenTimer, _ fate: MigrationPlan.Part.Fate, event: String, state: String?
    ) {
        self.plan.parts.append(
            MigrationPlan.Part(kind: .timer, fate: fate, id: timer.id, name: event, state: state, due: timer.due))
    }

    private mutating func note(
        _ open: Snapshot.OpenInvocation, _ fate: MigrationPlan.Part.Fate, name: String, state: String,
        changes: [String] = []
    ) {
        let kind: MigrationPlan.Part.Kind =
            switch open.kind {
            case .task: .task
            case .job: .job
            case .child: .child
            }
        self.plan.parts.append(
            MigrationPlan.Part(kind: kind, fate: fate, id: open.id, name: name, state: state, changes: changes))
    }
}
