import Values

// Leaving and entering states (SCXML, Appendix D: exitStates, enterStates and what they need).
extension Interpreter {
    func exitStates(_ enabled: [Int]) throws(Interruption) {
        let exits = self.computeExitSet(enabled)
        guard !exits.isEmpty else { return }
        let order = Array(exits).reversed()
        let kept = self.kept(of: exits)
        var unstarted: [Int: Set<String>] = [:]
        for state in order where self.statesToInvoke.contains(state) {
            self.statesToInvoke.remove(state)
            let only = self.onlyInvoke.removeValue(forKey: state)
            if kept.contains(state) { unstarted[state] = only ?? Set(self.chart.states[state].invocations.map(\.id)) }
        }
        for state in order where !self.index.historyChildren[state].isEmpty { self.recordHistory(of: state) }
        for state in order {
            try self.exit(state, isKept: kept.contains(state), unstarted: unstarted[state] ?? [])
        }
    }

    private func exit(_ state: Int, isKept: Bool = false, unstarted: Set<String> = []) throws(Interruption) {
        self.trace.microsteps[self.trace.microsteps.count - 1].exited.append(self.index.path(state))
        for block in self.chart.states[state].exit { try self.executeBlock(block) }
        if isKept { try self.park(state, unstarted) } else { try self.closeVisit(of: state) }
        self.active.remove(state)
        self.configurationChanged()
    }

    /// Ends what belongs to the visit: invocations, timers, marks.
    private func closeVisit(of state: Int) throws(Interruption) {
        let path = self.index.path(state)
        if !self.snapshot.invocations.isEmpty || !self.snapshot.loops.isEmpty { try self.cancelInvocations(of: path) }
        if !self.snapshot.timers.isEmpty { try self.cancelAfterTimers(of: path) }
        if !self.snapshot.results.isEmpty { self.snapshot.results[path] = nil }
        if !self.snapshot.due.isEmpty { self.snapshot.due[path] = nil }
        if !self.snapshot.spent.isEmpty { self.snapshot.spent.subtract(self.timerEvents(of: state)) }
        try self.emitLeave(state)
    }

    /// A visit of a stage is over.
    func emitLeave(_ state: Int) throws(Interruption) {
        guard self.index.stages.contains(state) else { return }
        let path = self.index.path(state)
        try self.emit(.leave(path: path, visit: self.snapshot.visits[path]?.count ?? 1))
    }

    private func recordHistory(of state: Int) {
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

    func enterStates(_ enabled: [Int]) throws(Interruption) {
        var entry = EntrySet()
        for id in enabled { self.computeEntrySet(of: id, into: &entry) }
        try self.enter(entry)
    }

    /// SCXML's interpret(): the root and its initial states.
    func enterInitially() throws(Interruption) {
        var entry = EntrySet()
        self.addDescendantStatesToEnter(0, into: &entry)
        self.trace.microsteps.append(Trace.Microstep(event: nil, transitions: [], exited: [], entered: []))
        try self.enter(entry)
    }

    private func computeEntrySet(of id: Int, into entry: inout EntrySet) {
        let targets = self.chart.transitions[id].targets
        guard !targets.isEmpty, let domain = self.getTransitionDomain(id) else { return }
        // An atomic state that is its own target only acts. Another region's transition may leave it meanwhile.
        if domain >= 0, self.index.isLeaf(domain) { return }
        entry.domain = domain
        for target in targets { self.addDescendantStatesToEnter(target, into: &entry) }
        for target in self.getEffectiveTargetStates(targets) {
            self.addAncestorStatesToEnter(target, below: domain, into: &entry)
        }
        // A domain that is parallel stays active, and all its regions were left.
        if domain >= 0, self.index.kind[domain] == .parallel { self.addRegions(of: domain, into: &entry) }
    }

    func addDescendantStatesToEnter(_ state: Int, into entry: inout EntrySet) {
        switch self.index.kind[state] {
        case .history:
            self.addHistory(state, into: &entry)
        case .compound:
            entry.states.insert(state)
            entry.defaults.insert(state)
            let targets = self.initialTargets(of: state)
            for target in targets { self.addDescendantStatesToEnter(target, into: &entry) }
            for target in targets { self.addAncestorStatesToEnter(target, below: state, into: &entry) }
        case .parallel:
            entry.states.insert(state)
            self.addRegions(of: state, into: &entry)
        case .atomic, .final:
            entry.states.insert(state)
        }
    }

    private func addHistory(_ state: Int, into entry: inout EntrySet) {
        let parent = self.index.parent[state]
        let targets: [Int]
        if let recorded = self.recorded(state) {
            targets = recorded
            if self.chart.states[state].keeps { entry.returned.insert(parent) }
        } else {
            let initial = self.chart.states[state].initial
            entry.historyContent[parent] = initial?.actions ?? []
            targets = initial?.targets ?? self.initialTargets(of: parent)
        }
        for target in targets { self.addDescendantStatesToEnter(target, into: &entry) }
        for target in targets { self.addAncestorStatesToEnter(target, below: parent, into: &entry) }
    }

    private func initialTargets(of state: Int) -> [Int] {
        self.chart.states[state].initial?.targets ?? Array(self.index.children[state].prefix(1))
    }

    private func addAncestorStatesToEnter(_ state: Int, below top: Int, into entry: inout EntrySet) {
        var ancestor = self.index.parent[state]
        // The domain and what is above it stay, also where it is the target itself, or inside a history state's parent.
        while ancestor >= 0, ancestor != top, self.index.isDescendant(ancestor, of: entry.domain) {
            entry.states.insert(ancestor)
            if self.index.kind[ancestor] == .parallel { self.addRegions(of: ancestor, into: &entry) }
            ancestor = self.index.parent[ancestor]
        }
    }

    private func addRegions(of state: Int, into entry: inout EntrySet) {
        for child in self.index.children[state]
        where entry.states.members(from: child, through: self.index.lastDescendant[child]).isEmpty {
            self.addDescendantStatesToEnter(child, into: &entry)
        }
    }

    func enter(_ entry: EntrySet) throws(Interruption) {
        let resumed = self.snapshot.parked.isEmpty ? StateSet() : try self.resumed(by: entry)
        for state in entry.states {
            if !self.active.contains(state) {
                try self.enter(state, entry, isResumed: resumed.contains(state))
            } else if entry.defaults.contains(state), let actions = self.chart.states[state].initial?.actions {
                try self.executeBlock(actions)
            }
        }
    }

    private func enter(_ state: Int, _ entry: EntrySet, isResumed: Bool) throws(Interruption) {
        let path = self.index.path(state)
        self.active.insert(state)
        self.trace.microsteps[self.trace.microsteps.count - 1].entered.append(path)
        if !isResumed {
            self.statesToInvoke.insert(state)
            self.snapshot.visits[path, default: Snapshot.Visit(count: 0, enteredAt: self.now)].visited(at: self.now)
        }
        self.configurationChanged()
        if !isResumed, self.index.stages.contains(state) {
            try self.emit(.enter(path: path, visit: self.snapshot.visits[path]?.count ?? 1))
        }
        for block in self.chart.states[state].entry { try self.executeBlock(block) }
        if entry.defaults.contains(state), let actions = self.chart.states[state].initial?.actions {
            try self.executeBlock(actions)
        }
        if let actions = entry.historyContent[state] { try self.executeBlock(actions) }
        if isResumed { return try self.resume(state) }
        try self.armTimers(of: state)
        try self.armDeadline(of: state)
        if self.index.kind[state] == .final { try self.reachFinal(state) }
    }

    func reachFinal(_ state: Int) throws(Interruption) {
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
    private func outputOrError(of state: Int) throws(Interruption) -> Value {
        guard let output = self.chart.states[state].output else { return .null }
        do {
            return try self.evaluate(output)
        } catch .error(let fault) {
            self.raiseError(fault)
            return .null
        }
    }

    func isInFinalState(_ state: Int) -> Bool {
        switch self.index.kind[state] {
        case .compound:
            self.index.children[state].contains { self.index.kind[$0] == .final && self.active.contains($0) }
        case .parallel: self.index.children[state].allSatisfy { self.isInFinalState($0) }
        case .final: self.active.contains(state)
        case .atomic, .history: false
        }
    }

    /// The end: exit handlers run, what is open is cancelled, the active states stay on record.
    func exitInterpreter() throws(Interruption) {
        let end = self.active
        self.trace.microsteps.append(Trace.Microstep(event: nil, transitions: [], exited: [], entered: []))
        var output: Value?
        for state in Array(end).reversed() {
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

/// What computeEntrySet gathers.
struct EntrySet {
    var states = StateSet()
    /// Of the transition that is looked at; -1: above the root.
    var domain = -1
    /// SCXML's statesForDefaultEntry.
    var defaults = StateSet()
    /// SCXML's defaultHistoryContent, by the parent of the history state.
    var historyContent: [Int: [Action]] = [:]
    /// States that are entered through a history that keeps what it remembers on hold.
    var returned = StateSet()
}

extension Snapshot.Visit {
    mutating func visited(at time: Timestamp) {
        self.count += 1
        self.enteredAt = time
    }
}
