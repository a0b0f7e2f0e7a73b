import Values

// Due dates: what is mapped keeps its date; and visits that are on hold.
extension Migration {
    mutating func moveDeadlines() throws(Interruption) {
        self.after.snapshot.due = [:]
        for (state, origins) in self.kept.sorted(by: { $0.key < $1.key }) {
            guard self.new.chart.states[state].deadline != nil else { continue }
            let due = origins.compactMap { self.before.snapshot.due[self.old.path($0)] }.first
            self.after.snapshot.due[self.new.path(state)] = due
            if due == nil, !origins.contains(where: { self.old.chart.states[$0].deadline != nil }) {
                self.newDeadlines.append(.after(state: self.new.path(state)))
            }
        }
        for (path, visit) in self.before.snapshot.parked.sorted(by: { $0.key < $1.key }) {
            if let (name, moved) = self.moved(visit, of: path), self.after.snapshot.parked[name] == nil || name == path
            {
                self.after.snapshot.parked[path] = nil
                self.after.snapshot.parked[name] = moved
                continue
            }
            try self.after.dropParked(path)
            self.warn("on-hold-dropped", path, "what '\(path)' keeps on hold ends", "“\(path)”暂存的工作将结束")
        }
    }

    /// nil: a part of it has no place in the new version, so that it ends.
    private func moved(_ visit: ParkedVisit, of path: String) -> (String, ParkedVisit)? {
        guard let origin = self.old.chart.statePaths[path], let state = self.paths.state(of: origin) else { return nil }
        var around = state
        while around >= 0, !self.new.keepers.contains(around) { around = self.new.parent[around] }
        guard around >= 0 else { return nil }
        let name = self.new.path(state)
        let names = self.paths.invocations(of: origin, in: state, self.old, self.new)
        let events = Set(self.after.timerEvents(of: state))
        var moved = visit
        for place in moved.invocations.indices {
            guard let known = names[moved.invocations[place].name] else { return nil }
            moved.invocations[place].name = known
            moved.invocations[place].state = name
        }
        for place in moved.loops.indices {
            guard let known = names[moved.loops[place].name] else { return nil }
            moved.loops[place].name = known
            moved.loops[place].state = name
        }
        for (place, timer) in visit.timers.enumerated() {
            guard case .after = timer.kind else {
                let owner = visit.invocations.first {
                    [.task(invocation: $0.id), .timeout(invocation: $0.id)].contains(timer.kind)
                }
                guard let owner, let known = names[owner.name] else { return nil }
                moved.timers[place].event = Self.rename(timer.event, from: owner.name, to: known)
                continue
            }
            moved.timers[place].kind = .after(state: name)
            moved.timers[place].event = Self.rename(timer.event, from: path, to: name)
            guard events.contains(moved.timers[place].event) else { return nil }
        }
        moved.results = [:]
        for (invocation, result) in visit.results {
            if let known = names[invocation] { moved.results[known] = result }
        }
        moved.spent = Set(visit.spent.map { $0.contains(" ") ? $0 : Self.rename($0, from: path, to: name) })
        return (name, moved)
    }

    /// Of a task that goes on.
    mutating func moveDeadline(
        of open: Snapshot.OpenInvocation, to moved: Snapshot.OpenInvocation, _ former: Invocation?,
        _ definition: Invocation
    ) throws(Interruption) {
        guard case .task(let task) = open.kind else { return }
        let deadline = definition.deadline
        let known = Set((deadline.map { [$0.event] } ?? []) + (deadline?.reminders.map(\.event) ?? []))
        for timer in self.after.snapshot.timers where timer.kind == .task(invocation: open.id) {
            var renamed = timer
            renamed.kind = .task(invocation: moved.id)
            renamed.event = Self.rename(timer.event, from: open.name, to: moved.name)
            if known.contains(renamed.event) {
                try self.replace(timer, by: renamed, state: nil)
            } else {
                try self.cancel(timer, state: nil)
            }
        }
        self.setDue(deadline == nil ? nil : task.dueAt, of: moved.id)
        if deadline != nil, former?.deadline == nil { self.newDeadlines.append(.task(invocation: moved.id)) }
    }

    private func setDue(_ due: Timestamp?, of id: String) {
        guard let place = self.after.snapshot.invocations.firstIndex(where: { $0.id == id }),
            case .task(var task) = self.after.snapshot.invocations[place].kind
        else { return }
        task.dueAt = due
        self.after.snapshot.invocations[place].kind = .task(task)
    }

    func armDeadlines() throws(Interruption) {
        for owner in self.newDeadlines {
            switch owner {
            case .after(let path):
                guard let state = self.new.chart.statePaths[path], self.after.active.contains(state) else { continue }
                try self.after.armDeadline(of: state)
            case .task(let id):
                do {
                    guard let deadline = self.after.deadline(of: owner), let due = try self.after.due(deadline) else {
                        continue
                    }
                    self.setDue(due, of: id)
                    if case .task(let task)? = self.after.snapshot.invocations.first(where: { $0.id == id })?.kind {
                        try self.after.emit(.changeTask(id: id, task))
                    }
                    try self.after.arm(deadline, due, of: owner)
                } catch .error(let fault) {
                    self.after.raiseError(fault)
                }
            case .raise, .send, .timeout: continue
            }
        }
    }
}
