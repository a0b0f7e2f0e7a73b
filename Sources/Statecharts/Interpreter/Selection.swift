import CEL
import Values

// Which transitions an event enables (SCXML, Appendix D: selectTransitions and what it needs).
extension Interpreter {
    func selectEventlessTransitions() throws(Interruption) -> [Int] {
        guard self.index.hasAlways else { return [] }
        return try self.select(among: self.index.alwaysStates) {
            self.chart.states[$0].always
        } where: { _ in
            true
        }
    }

    func selectTransitions(_ event: EventName) throws(Interruption) -> [Int] {
        try self.select(among: self.index.listeners(to: event)) {
            self.chart.states[$0].eventTransitions
        } where: {
            self.index.listens($0, to: event)
        }
    }

    /// The first transition that fits of each active atomic state and its ancestors, conflicts removed.
    private func select(
        among sources: StateSet, from transitions: (Int) -> [Int], where fits: (Int) -> Bool
    ) throws(Interruption) -> [Int] {
        guard !self.active.isDisjoint(with: sources) else { return [] }
        let parent = self.index.tree.parent
        var enabled: [Int] = []
        if !self.guardMemory.isEmpty { self.guardMemory.removeAll(keepingCapacity: true) }
        for atomic in self.active.intersection(self.index.tree.leaves) {
            var state = atomic
            search: while state >= 0 {
                if sources.contains(state) {
                    for transition in transitions(state) where fits(transition) {
                        if enabled.contains(transition) { break search }
                        if try self.passes(transition, isShared: state != atomic) {
                            enabled.append(transition)
                            break search
                        }
                    }
                }
                state = parent[state]
            }
        }
        return self.index.withoutConflicts(enabled, in: self.active) { self.recorded($0) }
    }

    /// Whether a guard lets pass. Regions ask the guards of common ancestors once each.
    private func passes(_ transition: Int, isShared: Bool) throws(Interruption) -> Bool {
        guard let condition = self.index.routes[transition].guardCondition else { return true }
        if isShared, let known = self.guardMemory[transition] { return known }
        let result: Bool
        do {
            result = try self.condition(condition)
        } catch .error(let fault) {
            // A guard that fails is false; at most one event for each transition and macrostep.
            if self.guardErrors.insert(transition).inserted { self.raiseGuardError(fault) }
            result = false
        }
        if isShared { self.guardMemory[transition] = result }
        return result
    }

    /// What a history state remembers.
    func recorded(_ history: Int) -> [Int]? {
        guard let paths = self.snapshot.history[self.index.path(history)] else { return nil }
        let states = paths.compactMap { self.chart.statePaths[$0] }
        return states.isEmpty ? nil : states
    }
}
