import Values

// What an instance remembers: visits, records of history states, results so far, who acted.
extension Migration {
    mutating func moveMemory() {
        let snapshot = self.before.snapshot
        var visits = VisitTable()
        for (path, visit) in snapshot.visits {
            guard let image = self.image(of: path) else { continue }
            guard let other = visits[image] else {
                visits[image] = visit
                continue
            }
            visits[image] = Snapshot.Visit(
                count: other.count + visit.count, enteredAt: max(other.enteredAt, visit.enteredAt))
        }
        self.after.snapshot.visits = visits
        self.after.snapshot.results = self.movedResults()
        self.moveActors()
    }

    private func image(of path: String) -> String? {
        guard let state = self.old.chart.statePaths[path], let image = self.paths.state(of: state) else { return nil }
        return self.new.path(image)
    }

    /// Of states that go on and still wait for their invocations.
    private func movedResults() -> [String: [String: Value]] {
        var moved: [String: [String: Value]] = [:]
        for (path, results) in self.before.snapshot.results.sorted(by: { $0.key < $1.key }) {
            guard let origin = self.old.chart.statePaths[path], let state = self.keptState(of: origin),
                self.new.kind[state] == .atomic, self.new.chart.states[state].hasOnDone
            else { continue }
            let names = self.paths.invocations(of: origin, in: state, self.old, self.new)
            for (name, result) in results.sorted(by: { $0.key < $1.key }) {
                guard let name = names[name], moved[self.new.path(state)]?[name] == nil else { continue }
                moved[self.new.path(state), default: [:]][name] = result
            }
        }
        return moved
    }

    private mutating func moveActors() {
        guard !self.before.snapshot.actors.isEmpty else { return }
        // Several states may have work of one name, and not all of it another name now.
        var names: [String: Set<String>] = [:]
        for state in self.old.chart.states where !state.invocations.isEmpty {
            guard let image = self.paths.state(of: state.id) else { continue }
            for (from, to) in self.paths.invocations(of: state.id, in: image, self.old, self.new) {
                names[from, default: []].insert(to)
            }
        }
        var actors: [String: [String]] = [:]
        for (name, users) in self.before.snapshot.actors.sorted(by: { $0.key < $1.key }) {
            for name in names[name] ?? [name] {
                for user in users where actors[name]?.contains(user) != true { actors[name, default: []].append(user) }
            }
        }
        self.after.snapshot.actors = actors
    }

    // MARK: Histories

    mutating func moveHistory() {
        var records: [String: [String]] = [:]
        for (path, recorded) in self.before.snapshot.history.sorted(by: { $0.key < $1.key }) {
            if let (name, paths) = self.moved(path, recorded) {
                records[name] = paths
            } else {
                self.warn("history-dropped", path, "what '\(path)' remembers is lost", "历史状态“\(path)”的记录将丢失")
            }
        }
        self.after.snapshot.history = records
    }

    private func moved(_ path: String, _ recorded: [String]) -> (String, [String])? {
        guard let origin = self.old.chart.statePaths[path], let state = self.paths.state(of: origin),
            self.new.kind[state] == .history
        else { return nil }
        var images: [Int] = []
        for path in recorded {
            guard let origin = self.old.chart.statePaths[path], let image = self.paths.state(of: origin),
                self.new.kind[image] != .history, self.new.isDescendant(image, of: self.new.parent[state])
            else { return nil }
            if !images.contains(image) { images.append(image) }
        }
        guard self.areTogether(images) else { return nil }
        return (self.new.path(state), images.sorted().map { self.new.path($0) })
    }

    /// No two of them, nor states around them, are children of one compound state.
    private func areTogether(_ states: [Int]) -> Bool {
        var all = StateSet()
        for leaf in states {
            var state = leaf
            while state >= 0, !all.contains(state) {
                all.insert(state)
                state = self.new.parent[state]
            }
        }
        return all.allSatisfy { state in
            self.new.kind[state] != .compound || self.new.children[state].count { all.contains($0) } <= 1
        }
    }

    // MARK: Stages

    /// Dwell times are kept by path: what bears another one begins anew.
    mutating func moveStages() throws(Interruption) {
        // A stage that is on hold has not been left.
        let onHold = self.before.snapshot.parked.keys.compactMap { self.old.chart.statePaths[$0] }
        var visited = self.before.active
        for state in onHold { visited.insert(state) }
        for state in visited where self.old.stages.contains(state) && !self.isSameStage(state) {
            let path = self.old.path(state)
            try self.after.emit(.leave(path: path, visit: self.before.snapshot.visits[path]?.count ?? 1))
        }
        for (state, origins) in self.visits where self.new.stages.contains(state) {
            guard !origins.contains(where: { self.old.stages.contains($0) && self.isSameStage($0) }) else { continue }
            let path = self.new.path(state)
            try self.after.emit(.enter(path: path, visit: self.after.snapshot.visits[path]?.count ?? 1))
        }
    }

    private func isSameStage(_ state: Int) -> Bool {
        guard let image = self.keptState(of: state), self.new.stages.contains(image) else { return false }
        let (from, to) = (self.old.path(state), self.new.path(image))
        return from == to && self.before.snapshot.visits[from]?.count == self.after.snapshot.visits[to]?.count
    }
}
