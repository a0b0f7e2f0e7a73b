import Values

// Visits on hold. While the migration works their parts stand among those of active states, so that the same is done to
// both; then they are on hold again.
extension Migration {
    mutating func takeUp() {
        for (path, visit) in self.before.snapshot.parked.sorted(by: { $0.key < $1.key }) {
            self.before.snapshot.takeUp(visit, of: path)
            self.after.snapshot.takeUp(visit, of: path)
            self.frozen.formUnion(visit.timers.map(\.id))
            self.isOver.formUnion(visit.kept.keys)
            guard let origin = self.old.chart.statePaths[path] else { continue }
            if let state = self.placeOnHold(of: origin), self.held[state] == nil {
                self.held[state] = origin
            } else {
                self.warn("on-hold-dropped", path, "what '\(path)' keeps on hold ends", "“\(path)”暂存的工作将结束")
            }
        }
        self.after.snapshot.parked = [:]
    }

    /// In a state that keeps what is on hold, and is not active or entered anew.
    private func placeOnHold(of origin: Int) -> Int? {
        guard let state = self.paths.state(of: origin), self.new.kind[state] != .history else { return nil }
        var isKept = false
        var around = state
        while around >= 0 {
            if self.entry.states.contains(around) { return nil }
            if self.kept[around] == nil, self.new.keepers.contains(around) { isKept = true }
            around = self.new.parent[around]
        }
        return isKept && self.kept[state] == nil ? state : nil
    }

    /// How long the visit of an open part has been on hold; nil: it is not.
    func pause(of path: String) -> Duration? {
        guard let state = self.new.chart.statePaths[path], let visit = self.visitOnHold(of: state) else { return nil }
        return self.after.now - visit.since
    }

    func isHeld(_ open: Snapshot.OpenInvocation) -> Bool {
        self.new.chart.statePaths[open.state].map { self.held[$0] != nil } ?? false
    }

    private func visitOnHold(of state: Int) -> ParkedVisit? {
        self.held[state].flatMap { self.before.snapshot.parked[self.old.path($0)] }
    }

    mutating func putOnHold() throws(Interruption) {
        for state in self.held.keys.sorted() {
            guard let origin = self.held[state], let former = self.visitOnHold(of: state) else { continue }
            let pause = self.after.now - former.since
            let followers = Set(self.after.snapshot.timers.filter { self.after.isMoving($0) }.map(\.id))
            var visit = self.after.takeVisit(of: state)
            visit.since = former.since
            for place in visit.timers.indices where !self.frozen.contains(visit.timers[place].id) {
                try self.after.withdrawTimer(visit.timers[place].id)
                // As if it had been set when the state was left.
                if !followers.contains(visit.timers[place].id) {
                    visit.timers[place].due = visit.timers[place].due - pause
                }
            }
            visit.kept = former.kept.filter { entry in visit.invocations.contains { $0.id == entry.key } }
            let names = self.paths.invocations(of: origin, in: state, self.old, self.new)
            visit.unstarted = self.additions.removeValue(forKey: state) ?? []
            visit.unstarted.formUnion(former.unstarted.compactMap { names[$0] })
            self.after.snapshot.parked[self.new.path(state)] = visit
        }
    }
}

extension Snapshot {
    /// Adds its parts to those of active states.
    fileprivate mutating func takeUp(_ visit: ParkedVisit, of path: String) {
        self.timers += visit.timers
        self.invocations += visit.invocations
        self.loops += visit.loops
        self.due[path] = visit.due
        if !visit.results.isEmpty { self.results[path] = visit.results }
        self.spent.formUnion(visit.spent)
    }
}
