/// The states that transitions enter (SCXML, Appendix D: computeEntrySet).
struct EntrySet: Sendable {
    var states = StateSet()
    /// SCXML's statesForDefaultEntry.
    var defaults = StateSet()
    /// SCXML's defaultHistoryContent: the history state whose content runs, by its parent.
    var historyContent: [Int: Int] = [:]
    /// States that are entered through a history that keeps what it remembers on hold.
    var returned = StateSet()
}

/// Computes an ``EntrySet``, transition by transition. The procedures carry SCXML's names.
struct EntryWalk {
    private(set) var entry: EntrySet
    /// Something depends on what a history state remembers.
    private(set) var asksHistory = false
    private let tree: StateTree
    /// nil: nothing.
    private let remembered: (Int) -> [Int]?
    /// Of the transition that is looked at; -1: above the root.
    private var domain = -1

    init(_ tree: StateTree, _ entry: EntrySet = EntrySet(), remembered: @escaping (Int) -> [Int]?) {
        self.tree = tree
        self.entry = entry
        self.remembered = remembered
    }

    mutating func computeEntrySet(of targets: [Int], domain: Int?) {
        guard !targets.isEmpty, let domain else { return }
        // An atomic state that is its own target only acts. Another region's transition may leave it meanwhile.
        if domain >= 0, self.tree.isLeaf(domain) { return }
        self.domain = domain
        for target in targets { self.addDescendantStatesToEnter(target) }
        for target in self.tree.effectiveTargets(targets, remembered: self.remembered) {
            self.addAncestorStatesToEnter(target, below: domain)
        }
        // A domain that is parallel stays active, and all its regions were left.
        if domain >= 0, self.tree.kind[domain] == .parallel { self.addRegions(of: domain) }
    }

    mutating func addDescendantStatesToEnter(_ state: Int) {
        switch self.tree.kind[state] {
        case .history:
            self.addHistory(state)
        case .compound:
            self.entry.states.insert(state)
            self.entry.defaults.insert(state)
            self.add(self.tree.initial[state], below: state)
        case .parallel:
            self.entry.states.insert(state)
            self.addRegions(of: state)
        case .atomic, .final:
            self.entry.states.insert(state)
        }
    }

    private mutating func addHistory(_ state: Int) {
        self.asksHistory = true
        let parent = self.tree.parent[state]
        if let remembered = self.remembered(state) {
            if self.tree.keepingHistories.contains(state) { self.entry.returned.insert(parent) }
            self.add(remembered, below: parent)
        } else {
            self.entry.historyContent[parent] = state
            self.add(self.tree.initial[state], below: parent)
        }
    }

    private mutating func add(_ targets: [Int], below top: Int) {
        for target in targets { self.addDescendantStatesToEnter(target) }
        for target in targets { self.addAncestorStatesToEnter(target, below: top) }
    }

    private mutating func addAncestorStatesToEnter(_ state: Int, below top: Int) {
        var ancestor = self.tree.parent[state]
        // The domain and what is above it stay, also where it is the target itself, or inside a history state's parent.
        while ancestor >= 0, ancestor != top, self.tree.isDescendant(ancestor, of: self.domain) {
            self.entry.states.insert(ancestor)
            if self.tree.kind[ancestor] == .parallel { self.addRegions(of: ancestor) }
            ancestor = self.tree.parent[ancestor]
        }
    }

    private mutating func addRegions(of state: Int) {
        for child in self.tree.children[state]
        where self.entry.states.isEmpty(from: child, through: self.tree.lastDescendant[child]) {
            self.addDescendantStatesToEnter(child)
        }
    }
}
