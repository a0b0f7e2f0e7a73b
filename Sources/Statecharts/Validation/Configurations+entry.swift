// Leaving and entering: which configurations transitions lead to.
extension Configurations {
    func exits(of transition: Int, in active: StateSet, _ memory: Memory) -> StateSet {
        self.index.exitSet(of: transition, in: active) { memory.remembered($0) }
    }

    /// The configurations that a set of transitions may lead to.
    mutating func entries(
        of set: [Int], in active: StateSet, _ memory: Memory, _ attempt: Attempt
    ) -> [StateSet] {
        var remaining = active
        // What is left in this step is what is remembered on entry.
        var renewed = memory
        for transition in set {
            for state in self.exits(of: transition, in: active, memory) {
                if !self.index.historyChildren[state].isEmpty { self.record(leaving: state, in: active, &renewed) }
                remaining.remove(state)
            }
        }
        var drafts = [remaining]
        for transition in set {
            guard let domain = self.index.domain(of: transition, remembered: { renewed.remembered($0) }) else {
                continue
            }
            if domain >= 0, self.index.isLeaf(domain) { continue }
            let targets = self.chart.transitions[transition].targets
            for target in targets { self.descend(into: target, &drafts, renewed, of: attempt) }
            for target in self.index.tree.effectiveTargets(targets, remembered: { renewed.remembered($0) }) {
                self.ascend(from: target, below: domain, &drafts, renewed, of: attempt)
            }
            if domain >= 0, self.index.kind[domain] == .parallel {
                self.regions(of: domain, &drafts, renewed, of: attempt)
            }
        }
        var seen: Set<StateSet> = []
        return drafts.filter { seen.insert($0).inserted }
    }

    /// Notes what the history states of a state remember when it is left.
    private mutating func record(leaving state: Int, in active: StateSet, _ memory: inout Memory) {
        let below = active.members(from: state + 1, through: self.index.lastDescendant[state])
        for history in self.index.historyChildren[state] {
            var record = StateSet()
            if case .history(deep: true) = self.chart.states[history].kind {
                for leaf in below where self.index.isLeaf(leaf) { record.insert(leaf) }
            } else {
                for child in self.index.children[state] where active.contains(child) { record.insert(child) }
            }
            memory[history] = record
            guard !self.records[history, default: []].contains(record) else { continue }
            self.records[history, default: []].append(record)
            // Who led through this history before, leads to this record too.
            self.again.formUnion(self.waitingForRecord[history] ?? [])
        }
    }

    mutating func descend(into state: Int, _ drafts: inout [StateSet], _ memory: Memory, of attempt: Attempt?) {
        switch self.index.kind[state] {
        case .history: self.remember(state, &drafts, memory, of: attempt)
        case .compound:
            for place in drafts.indices { drafts[place].insert(state) }
            let targets = self.index.tree.initial[state]
            for target in targets { self.descend(into: target, &drafts, memory, of: attempt) }
            for target in targets { self.ascend(from: target, below: state, &drafts, memory, of: attempt) }
        case .parallel:
            for place in drafts.indices { drafts[place].insert(state) }
            self.regions(of: state, &drafts, memory, of: attempt)
        case .atomic, .final:
            for place in drafts.indices { drafts[place].insert(state) }
        }
    }

    /// The default, or any record.
    private mutating func remember(_ history: Int, _ drafts: inout [StateSet], _ memory: Memory, of attempt: Attempt?) {
        let parent = self.index.parent[history]
        let known = memory[history].map { [$0] } ?? ([StateSet()] + (self.records[history] ?? []))
        if let attempt, memory[history] == nil { self.waitingForRecord[history, default: []].insert(attempt) }
        let alternatives = known.map { record in
            record.isEmpty ? self.index.tree.initial[history] : Array(record)
        }
        var all: [StateSet] = []
        for targets in alternatives {
            var copies = drafts
            for target in targets { self.descend(into: target, &copies, memory, of: attempt) }
            for target in targets { self.ascend(from: target, below: parent, &copies, memory, of: attempt) }
            all += copies
        }
        drafts = self.canRecall(all.count) ? all : []
    }

    private mutating func ascend(
        from state: Int, below top: Int, _ drafts: inout [StateSet], _ memory: Memory, of attempt: Attempt?
    ) {
        var ancestor = self.index.parent[state]
        while ancestor >= 0, ancestor != top {
            for place in drafts.indices { drafts[place].insert(ancestor) }
            if self.index.kind[ancestor] == .parallel { self.regions(of: ancestor, &drafts, memory, of: attempt) }
            ancestor = self.index.parent[ancestor]
        }
    }

    /// Regions in which nothing is active yet begin as they do by themselves.
    private mutating func regions(of state: Int, _ drafts: inout [StateSet], _ memory: Memory, of attempt: Attempt?) {
        for child in self.index.children[state] {
            let last = self.index.lastDescendant[child]
            var entered = drafts.filter { $0.members(from: child, through: last).isEmpty }
            guard !entered.isEmpty else { continue }
            drafts.removeAll { $0.members(from: child, through: last).isEmpty }
            self.descend(into: child, &entered, memory, of: attempt)
            drafts += entered
        }
    }
}

extension Configurations.Memory {
    /// nil: nothing, or nothing that is known.
    func remembered(_ history: Int) -> [Int]? {
        self[history].flatMap { $0.isEmpty ? nil : Array($0) }
    }
}
