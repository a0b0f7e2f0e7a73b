import Values

// States on hold (`keep`): they were left, but what they began goes on when they are entered through their history.
extension Interpreter {
    /// Instead of closing the visit. `unstarted`: names of its invocations that were to start.
    mutating func park(_ state: Int, _ unstarted: Set<String>) throws(Interruption) {
        var visit = self.takeVisit(of: state)
        visit.unstarted = unstarted
        // As many as there are in the snapshot, whose size is limited.
        self.isInLoop = !visit.loops.isEmpty
        for timer in visit.timers { try self.withdrawTimer(timer.id) }
        for invocation in visit.invocations { try self.pause(invocation) }
        self.isInLoop = false
        self.snapshot.parked[self.index.path(state)] = visit
        self.hasGrown = true
    }

    /// Its parts, which are in the snapshot no more.
    mutating func takeVisit(of state: Int) -> ParkedVisit {
        let path = self.index.path(state)
        var visit = ParkedVisit(since: self.now)
        visit.invocations = self.snapshot.invocations.filter { $0.state == path }
        visit.loops = self.snapshot.loops.filter { $0.state == path }
        let ids = Set(visit.invocations.map(\.id))
        visit.timers = self.snapshot.timers.filter { timer in
            switch timer.kind {
            case .after(let state): state == path
            case .task(let id), .timeout(let id): ids.contains(id)
            case .raise, .send: false
            }
        }
        let timers = Set(visit.timers.map(\.id))
        if !timers.isEmpty { self.snapshot.timers.removeAll { timers.contains($0.id) } }
        self.snapshot.invocations.removeAll { $0.state == path }
        self.snapshot.loops.removeAll { $0.state == path }
        visit.due = self.snapshot.due.removeValue(forKey: path)
        visit.results = self.snapshot.results.removeValue(forKey: path) ?? [:]
        visit.spent = self.marks(of: state, ids)
        self.snapshot.spent.subtract(visit.spent)
        return visit
    }

    private mutating func pause(_ invocation: Snapshot.OpenInvocation) throws(Interruption) {
        switch invocation.kind {
        case .task: try self.emit(.parkTask(id: invocation.id))
        case .job: try self.emit(.parkJob(id: invocation.id))
        case .child(_, detached: true): break
        case .child(let instance, detached: false):
            try self.emit(.parkChild(invocation: invocation.id, instance: instance))
        }
    }

    /// Those of ``Snapshot/spent`` that belong to a visit and its tasks.
    private func marks(of state: Int, _ tasks: Set<String>) -> Set<String> {
        guard !self.snapshot.spent.isEmpty else { return [] }
        let events = self.timerEvents(of: state)
        return self.snapshot.spent.filter { mark in
            guard let space = mark.firstIndex(of: " "), tasks.contains(String(mark[..<space])) else {
                return events.contains(mark)
            }
            return true
        }
    }

    func timerEvents(of state: Int) -> [String] {
        let deadline = self.chart.states[state].deadline
        return self.chart.states[state].timers.map(\.event) + (deadline?.timerEvents ?? [])
    }

    // MARK: Return

    /// Visits that an entry takes up again; those that it makes obsolete are dropped.
    mutating func resumed(by entry: EntrySet) throws(Interruption) -> StateSet {
        var resumed = StateSet()
        for path in self.snapshot.parked.keys.sorted() {
            guard let state = self.chart.statePaths[path] else { continue }
            var isResumed = false
            var isObsolete = false
            var around = state
            while around >= 0 {
                if self.index.keepers.contains(around), entry.states.contains(around), !self.active.contains(around) {
                    if entry.returned.contains(around) { isResumed = true } else { isObsolete = true }
                }
                around = self.index.parent[around]
            }
            if isResumed, entry.states.contains(state), !self.active.contains(state) {
                resumed.insert(state)
            } else if isObsolete {
                try self.dropParked(path)
            }
        }
        return resumed
    }

    mutating func resume(_ state: Int) throws(Interruption) {
        let path = self.index.path(state)
        guard let visit = self.snapshot.parked.removeValue(forKey: path) else { return }
        let pause = self.now - visit.since
        if !visit.unstarted.isEmpty {
            self.statesToInvoke.insert(state)
            self.onlyInvoke[state] = visit.unstarted
        }
        self.snapshot.spent.formUnion(visit.spent)
        if !visit.results.isEmpty { self.snapshot.results[path] = visit.results }
        if let due = visit.due {
            let isMoving = self.chart.states[state].deadline?.delay.isMoving ?? false
            self.snapshot.due[path] = isMoving ? due : due + pause
        }
        self.snapshot.loops += visit.loops
        self.isInLoop = !visit.loops.isEmpty
        for invocation in visit.invocations {
            try self.resume(invocation, visit.kept[invocation.id], after: pause)
        }
        for timer in visit.timers { try self.restore(timer, after: pause) }
        self.isInLoop = false
        self.hasGrown = true
    }

    private mutating func resume(
        _ invocation: Snapshot.OpenInvocation, _ kept: ParkedVisit.Kept?, after pause: Duration
    ) throws(Interruption) {
        self.snapshot.invocations.append(invocation.delayed(by: pause, self.definition(of: invocation)))
        if let kept {
            // As it would have come: an event of its own, after this one.
            return try self.emit(
                .send(
                    Effect.Signal(
                        id: self.nextID(), to: .instance(self.snapshot.facts.id),
                        event: kept.isDone ? "done.invoke" : "error.invoke", data: kept.data, until: nil,
                        invocation: invocation.id)))
        }
        switch self.snapshot.invocations[self.snapshot.invocations.count - 1].kind {
        case .task(let task):
            if !self.takeBack(.parkTask(id: invocation.id)) {
                try self.emit(.changeTask(id: invocation.id, task))
            }
        case .job:
            if !self.takeBack(.parkJob(id: invocation.id)) { try self.emit(.resumeJob(id: invocation.id)) }
        case .child(_, detached: true): break
        case .child(let instance, detached: false):
            if !self.takeBack(.parkChild(invocation: invocation.id, instance: instance)) {
                try self.emit(.resumeChild(invocation: invocation.id, instance: instance))
            }
        }
    }

    /// Removes an effect of this step; false: there is none.
    private mutating func takeBack(_ effect: Effect) -> Bool {
        guard let place = self.effects.lastIndex(of: effect) else { return false }
        self.effects.remove(at: place)
        return true
    }

    // MARK: Meanwhile

    /// Ends what is on hold for good.
    mutating func dropParked(_ path: String) throws(Interruption) {
        guard let visit = self.snapshot.parked.removeValue(forKey: path) else { return }
        for invocation in visit.invocations where visit.kept[invocation.id] == nil { try self.emitEnd(of: invocation) }
        if let state = self.chart.statePaths[path] { try self.emitLeave(state) }
    }

    /// The path of the visit on hold that an invocation belongs to.
    func parkedPath(of invocation: String?) -> String? {
        self.snapshot.parked.first { $0.value.invocations.contains { $0.id == invocation } }?.key
    }

    /// A result of what is on hold waits until it goes on.
    mutating func keepParkedResult(_ event: Event) {
        guard let id = event.reference, let path = self.parkedPath(of: id) else { return }
        guard self.snapshot.parked[path]?.kept[id] == nil else { return }
        self.snapshot.parked[path]?.kept[id] = ParkedVisit.Kept(isDone: event.type == "done.invoke", data: event.data)
        self.hasGrown = true
    }
}

extension Snapshot.OpenInvocation {
    /// With a planned end that is so much later, unless it follows the context.
    func delayed(by pause: Duration, _ definition: Invocation?) -> Snapshot.OpenInvocation {
        guard case .task(var task) = self.kind, let due = task.dueAt,
            !(definition?.deadline?.delay.isMoving ?? false)
        else { return self }
        task.dueAt = due + pause
        var delayed = self
        delayed.kind = .task(task)
        return delayed
    }
}
