// What SCXML's Appendix D finds for transitions before they are taken, for the interpreter and for the configuration
// graph: `remembered` says what a history state leads to, nil where it remembers nothing.
extension ChartIndex {
    /// SCXML's getTransitionDomain. nil: targetless. -1: above the root. What a history state remembers may lie closer to
    /// the source than the history state does.
    func domain(of transition: Int, remembered: (Int) -> [Int]?) -> Int? {
        let route = self.routes[transition]
        guard route.targetsHistory else { return route.domain }
        let targets = self.tree.effectiveTargets(route.targets, remembered: remembered)
        return self.tree.domain(from: route.source, to: targets, reenters: route.reenters)
    }

    /// SCXML's computeExitSet, of one transition.
    func exitSet(of transition: Int, in active: StateSet, remembered: (Int) -> [Int]?) -> StateSet {
        guard let domain = self.domain(of: transition, remembered: remembered) else { return StateSet() }
        return active.members(from: domain + 1, through: self.tree.last(of: domain))
    }

    /// SCXML's removeConflictingTransitions: of two that leave the same states the one of the inner source stays, else the
    /// first.
    func withoutConflicts(_ enabled: [Int], in active: StateSet, remembered: (Int) -> [Int]?) -> [Int] {
        var filtered: [(transition: Int, exits: StateSet)] = []
        for first in enabled {
            let exits = self.exitSet(of: first, in: active, remembered: remembered)
            let source = self.routes[first].source
            let conflicting = filtered.indices.filter { !filtered[$0].exits.isDisjoint(with: exits) }
            let isPreempted = conflicting.contains {
                !self.isDescendant(source, of: self.routes[filtered[$0].transition].source)
            }
            guard !isPreempted else { continue }
            for place in conflicting.reversed() { filtered.remove(at: place) }
            filtered.append((first, exits))
        }
        return filtered.map(\.transition)
    }
}
