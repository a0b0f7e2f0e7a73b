import Values

// Leaving and entering states (SCXML, Appendix D: exitStates, enterStates and what they need).
extension Interpreter {
    mutating func exitStates(_ enabled: [Int]) throws(Interruption) {
        var exits = StateSet()
        let recorded = self.recorded
        for id in enabled { exits.formUnion(self.index.exitSet(of: id, in: self.active, remembered: recorded)) }
        let order = exits.descending
        let paths = order.map(self.index.path)
        self.note { $0.exited = paths }
        try self.exit(order, kept: self.index.kept(of: exits))
    }

    mutating func exit(_ order: [Int], kept: StateSet) throws(Interruption) {
        var unstarted: [Int: Set<String>] = [:]
        if !self.statesToInvoke.isEmpty {
            for state in order where self.statesToInvoke.contains(state) {
                self.statesToInvoke.remove(state)
                let only = self.onlyInvoke.removeValue(forKey: state)
                if kept.contains(state) {
                    unstarted[state] = only ?? Set(self.chart.states[state].invocations.map(\.id))
                }
            }
        }
        for state in order where self.index.remembering.contains(state) { self.recordHistory(of: state) }
        for state in order {
            try self.exit(state, isKept: kept.contains(state), unstarted: unstarted[state] ?? [])
        }
    }

    /// What the microstep does.
    private mutating func note(_ change: (inout Trace.Microstep) -> Void) {
        change(&self.trace.microsteps[self.trace.microsteps.count - 1])
    }

    private mutating func exit(_ state: Int, isKept: Bool = false, unstarted: Set<String> = []) throws(Interruption) {
        if self.index.acting.contains(state) {
            for block in self.chart.states[state].exit { try self.executeBlock(block) }
        }
        if isKept { try self.park(state, unstarted) } else { try self.closeVisit(of: state) }
        self.active.remove(state)
        self.activation.forgetLets()
    }

    /// Ends what belongs to the visit: invocations, timers, marks.
    private mutating func closeVisit(of state: Int) throws(Interruption) {
        if self.snapshot.hasVisitParts {
            let path = self.index.path(state)
            try self.cancelInvocations(of: path)
            try self.cancelAfterTimers(of: path)
            if !self.snapshot.results.isEmpty { self.snapshot.results[path] = nil }
            if !self.snapshot.due.isEmpty { self.snapshot.due[path] = nil }
            if !self.snapshot.spent.isEmpty { self.snapshot.spent.subtract(self.timerEvents(of: state)) }
        }
        try self.emitLeave(state)
    }

    /// A visit of a stage is over.
    mutating func emitLeave(_ state: Int) throws(Interruption) {
        guard self.index.stages.contains(state) else { return }
        let path = self.index.path(state)
        try self.emit(.leave(path: path, visit: self.snapshot.visits[path]?.count ?? 1))
    }

    private mutating func recordHistory(of state: Int) {
        for history in self.index.historyChildren[state] {
            var paths: [String] = []
            if case .history(deep: true) = self.chart.states[history].kind {
                let last = self.index.lastDescendant[state]
                for below in self.active.members(from: state + 1, through: last) where self.index.isLeaf(below) {
                    paths.append(self.index.path(below))
                }
            } else {
                for child in self.index.children[state] where self.active.contains(child) {
                    paths.append(self.index.path(child))
                }
            }
            self.snapshot.history[self.index.path(history)] = paths
        }
    }

    mutating func enterStates(_ enabled: [Int]) throws(Interruption) {
        var walk = EntryWalk(self.index.tree, remembered: self.recorded)
        for id in enabled {
            let domain = self.index.domain(of: id, remembered: self.recorded)
            walk.computeEntrySet(of: self.index.routes[id].targets, domain: domain)
        }
        try self.enter(walk.entry)
    }

    /// SCXML's interpret(): the root and its initial states.
    mutating func enterInitially() throws(Interruption) {
        var walk = EntryWalk(self.index.tree, remembered: self.recorded)
        walk.addDescendantStatesToEnter(0)
        self.trace.microsteps.append(Trace.Microstep(event: nil, transitions: [], exited: [], entered: []))
        try self.enter(walk.entry)
    }

    mutating func enter(_ entry: EntrySet) throws(Interruption) {
        try self.enter(entry, named: entry.states.subtracting(self.active).map(self.index.path))
    }

    /// `paths`: of the states that are not active yet.
    mutating func enter(_ entry: EntrySet, named paths: [String]) throws(Interruption) {
        let resumed = self.snapshot.parked.isEmpty ? StateSet() : try self.resumed(by: entry)
        self.note { $0.entered = paths }
        for state in entry.states {
            if !self.active.contains(state) {
                try self.enter(state, entry, isResumed: resumed.contains(state))
            } else if entry.defaults.contains(state), let actions = self.chart.states[state].initial?.actions {
                try self.executeBlock(actions)
            }
        }
    }

    private mutating func enter(_ state: Int, _ entry: EntrySet, isResumed: Bool) throws(Interruption) {
        self.active.insert(state)
        if !isResumed {
            if self.index.invoking.contains(state) { self.statesToInvoke.insert(state) }
            self.snapshot.visits.enter(self.index.path(state), at: self.now)
        }
        self.activation.forgetLets()
        if !isResumed, self.index.stages.contains(state) {
            let path = self.index.path(state)
            try self.emit(.enter(path: path, visit: self.snapshot.visits[path]?.count ?? 1))
        }
        if self.index.acting.contains(state) {
            for block in self.chart.states[state].entry { try self.executeBlock(block) }
            if entry.defaults.contains(state), let actions = self.chart.states[state].initial?.actions {
                try self.executeBlock(actions)
            }
        }
        if let history = entry.historyContent[state], let actions = self.chart.states[history].initial?.actions {
            try self.executeBlock(actions)
        }
        if isResumed { return try self.resume(state) }
        if self.index.timed.contains(state) {
            try self.armTimers(of: state)
            try self.armDeadline(of: state)
        }
        if self.index.kind[state] == .final { try self.reachFinal(state) }
    }

    mutating func reachFinal(_ state: Int) throws(Interruption) {
        let parent = self.index.parent[state]
        guard parent > 0 else {
            if parent == 0, self.index.kind[0] == .parallel { self.isRunning = !self.isInFinalState(0) }
            if parent < 0 || self.index.kind[0] == .compound { self.isRunning = false }
            return
        }
        self.raise("done.state.\(self.index.path(parent))", try self.outputOrError(of: state))
        let grandparent = self.index.parent[parent]
        guard grandparent >= 0, self.index.kind[grandparent] == .parallel, self.isInFinalState(grandparent) else {
            return
        }
        if grandparent == 0 {
            self.isRunning = false
        } else {
            self.raise("done.state.\(self.index.path(grandparent))", .null)
        }
    }

    /// SCXML 5.7: output that fails is an error event, and the done event has no data.
    private mutating func outputOrError(of state: Int) throws(Interruption) -> Value {
        guard let output = self.chart.states[state].output else { return .null }
        do {
            return try self.evaluate(output)
        } catch .error(let fault) {
            self.raiseError(fault)
            return .null
        }
    }

    func isInFinalState(_ state: Int) -> Bool { self.index.tree.isInFinalState(state, self.active) }

    /// The end: exit handlers run, what is open is cancelled, the active states stay on record.
    mutating func exitInterpreter() throws(Interruption) {
        let end = self.active
        let order = end.descending
        self.trace.microsteps.append(Trace.Microstep(event: nil, transitions: [], exited: [], entered: []))
        let paths = order.map(self.index.path)
        self.note { $0.exited = paths }
        var output: Value?
        for state in order {
            try self.exit(state)
            if self.index.kind[state] == .final, self.index.parent[state] <= 0 {
                output = try self.outputOrError(of: state)
            }
        }
        self.active = end
        if self.chart.states[0].output != nil { output = try self.outputOrError(of: 0) }
        try self.end(.done, output: output)
    }
}
