import CEL
import Values

// Which transitions an event enables (SCXML, Appendix D: selectTransitions and what it needs).
extension Interpreter {
    func selectEventlessTransitions() throws(Interruption) -> [Int] {
        guard self.index.hasAlways else { return [] }
        return try self.select {
            self.chart.states[$0].always
        } where: { _ in
            true
        }
    }

    func selectTransitions(_ event: EventName) throws(Interruption) -> [Int] {
        try self.select {
            self.chart.states[$0].eventTransitions
        } where: {
            self.index.listens($0, to: event)
        }
    }

    /// The first transition that fits of each active atomic state and its ancestors, conflicts removed.
    private func select(
        from transitions: (Int) -> [Int], where fits: (Int) -> Bool
    ) throws(Interruption) -> [Int] {
        var enabled: [Int] = []
        self.guardMemory.removeAll(keepingCapacity: true)
        for atomic in self.active where self.index.isLeaf(atomic) {
            var state = atomic
            search: while state >= 0 {
                for transition in transitions(state) where fits(transition) {
                    if enabled.contains(transition) { break search }
                    if try self.passes(transition) {
                        enabled.append(transition)
                        break search
                    }
                }
                state = self.index.parent[state]
            }
        }
        return enabled.count > 1 ? self.removeConflictingTransitions(enabled) : enabled
    }

    /// Whether a guard lets pass. Regions ask the guards of common ancestors once each.
    private func passes(_ transition: Int) throws(Interruption) -> Bool {
        guard let condition = self.chart.transitions[transition].guardCondition else { return true }
        if let known = self.guardMemory[transition] { return known }
        let result: Bool
        do {
            result = try self.condition(condition)
        } catch .error(let fault) {
            // A guard that fails is false; at most one event for each transition and macrostep.
            if self.guardErrors.insert(transition).inserted { self.raiseGuardError(fault) }
            result = false
        }
        self.guardMemory[transition] = result
        return result
    }

    private func removeConflictingTransitions(_ enabled: [Int]) -> [Int] {
        var filtered: [(transition: Int, exits: StateSet)] = []
        for first in enabled {
            let exits = self.computeExitSet([first])
            let source = self.chart.transitions[first].source
            var preempted = false
            var toRemove: [Int] = []
            for (place, second) in filtered.enumerated() where !exits.isDisjoint(with: second.exits) {
                guard self.index.isDescendant(source, of: self.chart.transitions[second.transition].source) else {
                    preempted = true
                    break
                }
                toRemove.append(place)
            }
            guard !preempted else { continue }
            for place in toRemove.reversed() { filtered.remove(at: place) }
            filtered.append((first, exits))
        }
        return filtered.map(\.transition)
    }

    func computeExitSet(_ transitions: [Int]) -> StateSet {
        var exits = StateSet()
        for id in transitions {
            guard let domain = self.getTransitionDomain(id) else { continue }
            let first = domain + 1
            let last = domain < 0 ? self.chart.states.count - 1 : self.index.lastDescendant[domain]
            exits.formUnion(self.active.members(from: first, through: last))
        }
        return exits
    }

    /// nil: targetless. -1: above the root, which is left and entered again.
    func getTransitionDomain(_ id: Int) -> Int? {
        let targets = self.getEffectiveTargetStates(self.chart.transitions[id].targets)
        guard !targets.isEmpty else { return nil }
        let source = self.chart.transitions[id].source
        // Unlike SCXML's internal transitions these may start in any state.
        if !self.chart.transitions[id].reenter,
            targets.allSatisfy({ $0 == source || self.index.isDescendant($0, of: source) })
        {
            return source
        }
        return self.findLCCA(source, targets)
    }

    private func findLCCA(_ source: Int, _ targets: [Int]) -> Int {
        var ancestor = self.index.parent[source]
        while ancestor >= 0 {
            if self.index.kind[ancestor] == .compound || ancestor == 0,
                targets.allSatisfy({ self.index.isDescendant($0, of: ancestor) })
            {
                return ancestor
            }
            ancestor = self.index.parent[ancestor]
        }
        return -1
    }

    func getEffectiveTargetStates(_ targets: [Int]) -> [Int] {
        guard targets.contains(where: { self.index.kind[$0] == .history }) else { return targets }
        var effective: [Int] = []
        for target in targets {
            let states =
                self.index.kind[target] == .history
                ? self.recorded(target)
                    ?? self.getEffectiveTargetStates(self.chart.states[target].initial?.targets ?? [])
                : [target]
            for state in states where !effective.contains(state) { effective.append(state) }
        }
        return effective
    }

    /// What a history state remembers.
    func recorded(_ history: Int) -> [Int]? {
        guard let paths = self.snapshot.history[self.index.path(history)] else { return nil }
        let states = paths.compactMap { self.chart.statePaths[$0] }
        return states.isEmpty ? nil : states
    }
}
