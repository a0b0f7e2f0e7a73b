/// The tree of a chart's states as integer arrays, and what SCXML's Appendix D computes from it alone.
struct StateTree: Sendable {
    enum Kind: UInt8, Sendable { case atomic, compound, parallel, final, history }

    let kind: [Kind]
    /// -1 for the root.
    let parent: [Int]
    let lastDescendant: [Int]
    /// Without history states.
    let children: [[Int]]
    let historyChildren: [[Int]]
    /// Where a compound state goes when it is entered by itself, and a history state that remembers nothing.
    let initial: [[Int]]
    /// Atomic and final states.
    let leaves: StateSet
    /// History states that have content of their own for when they remember nothing.
    let historiesWithDefault: StateSet
    /// History states that keep what they remember on hold.
    let keepingHistories: StateSet

    init(_ states: [Chart.State]) {
        let kind = states.map { Self.kind(of: $0.kind) }
        let children = states.map { $0.children.filter { kind[$0] != .history } }
        self.kind = kind
        self.children = children
        self.parent = states.map { $0.parent ?? -1 }
        self.lastDescendant = states.map(\.lastDescendant)
        self.historyChildren = states.map { $0.children.filter { kind[$0] == .history } }
        func initial(_ state: Chart.State) -> [Int] {
            state.initial?.targets ?? Array(children[state.id].prefix(1))
        }
        self.initial = states.map { state in
            guard kind[state.id] == .history, state.initial == nil, let parent = state.parent else {
                return initial(state)
            }
            return initial(states[parent])
        }
        self.leaves = StateSet(states) { kind[$0.id] == .atomic || kind[$0.id] == .final }
        self.historiesWithDefault = StateSet(states) { kind[$0.id] == .history && $0.initial != nil }
        self.keepingHistories = StateSet(states) { kind[$0.id] == .history && $0.keeps }
    }

    private static func kind(of kind: Chart.State.Kind) -> Kind {
        switch kind {
        case .atomic: .atomic
        case .compound: .compound
        case .parallel: .parallel
        case .final: .final
        case .history: .history
        }
    }

    /// SCXML's isDescendant: strictly below. Everything is below -1.
    func isDescendant(_ state: Int, of ancestor: Int) -> Bool {
        state > ancestor && (ancestor < 0 || state <= self.lastDescendant[ancestor])
    }

    func isLeaf(_ state: Int) -> Bool { self.kind[state] == .atomic || self.kind[state] == .final }

    /// The last state of a domain; -1 is above the root.
    func last(of domain: Int) -> Int { domain < 0 ? self.kind.count - 1 : self.lastDescendant[domain] }

    /// SCXML's isInFinalState, in the configuration `active`.
    func isInFinalState(_ state: Int, _ active: StateSet) -> Bool {
        switch self.kind[state] {
        case .compound: self.children[state].contains { self.kind[$0] == .final && active.contains($0) }
        case .parallel: self.children[state].allSatisfy { self.isInFinalState($0, active) }
        case .final: active.contains(state)
        case .atomic, .history: false
        }
    }

    /// SCXML's getTransitionDomain, for targets without history states. nil: targetless. -1: above the root, which is left
    /// and entered again.
    func domain(from source: Int, to targets: [Int], reenters: Bool) -> Int? {
        guard !targets.isEmpty else { return nil }
        // Unlike SCXML's internal transitions these may start in any state.
        if !reenters, targets.allSatisfy({ $0 == source || self.isDescendant($0, of: source) }) { return source }
        return self.findLCCA(source, targets)
    }

    private func findLCCA(_ source: Int, _ targets: [Int]) -> Int {
        var ancestor = self.parent[source]
        while ancestor >= 0 {
            if self.kind[ancestor] == .compound || ancestor == 0,
                targets.allSatisfy({ self.isDescendant($0, of: ancestor) })
            {
                return ancestor
            }
            ancestor = self.parent[ancestor]
        }
        return -1
    }

    /// SCXML's getEffectiveTargetStates.
    func effectiveTargets(_ targets: [Int], remembered: (Int) -> [Int]?) -> [Int] {
        guard targets.contains(where: { self.kind[$0] == .history }) else { return targets }
        var effective: [Int] = []
        for target in targets {
            let states =
                self.kind[target] == .history
                ? remembered(target) ?? self.effectiveTargets(self.ownInitial(target), remembered: remembered)
                : [target]
            for state in states where !effective.contains(state) { effective.append(state) }
        }
        return effective
    }

    private func ownInitial(_ history: Int) -> [Int] {
        self.historiesWithDefault.contains(history) ? self.initial[history] : []
    }
}
