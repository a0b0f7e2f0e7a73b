import CEL
import Values

// Which transitions an event enables (SCXML, Appendix D: selectTransitions and what it needs).
extension Interpreter {
    mutating func selectEventlessTransitions() throws(Interruption) -> [Int] {
        guard self.index.hasAlways else { return [] }
        return try self.select(self.index.eventlessCandidates(in: self.configuration()))
    }

    mutating func selectTransitions(_ event: EventName) throws(Interruption) -> [Int] {
        try self.select(self.index.candidates(for: event, in: self.configuration()))
    }

    /// The first that fits of each atomic state's, conflicts removed.
    private mutating func select(_ candidates: [Configuration.Candidate]) throws(Interruption) -> [Int] {
        var enabled: [Int] = []
        if !self.guardMemory.isEmpty { self.guardMemory.removeAll(keepingCapacity: true) }
        var served = -1
        for candidate in candidates where candidate.leaf != served {
            if candidate.isShared, enabled.contains(candidate.transition) {
                served = candidate.leaf
            } else if try self.passes(candidate.transition, isShared: candidate.isShared) {
                enabled.append(candidate.transition)
                served = candidate.leaf
            }
        }
        if enabled.count < 2 { return enabled }
        return self.index.withoutConflicts(enabled, in: self.active, remembered: self.recorded)
    }

    /// Whether a guard lets pass. Regions ask the guards of common ancestors once each.
    private mutating func passes(_ transition: Int, isShared: Bool) throws(Interruption) -> Bool {
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

    /// What history states remember.
    var recorded: (Int) -> [Int]? {
        { [index = self.index, history = self.snapshot.history] state in
            guard let paths = history[index.path(state)] else { return nil }
            let states = paths.compactMap { index.chart.statePaths[$0] }
            return states.isEmpty ? nil : states
        }
    }
}
