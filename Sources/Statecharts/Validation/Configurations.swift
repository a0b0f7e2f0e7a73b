/// The configuration graph of a chart: which sets of states can be active together, and how one leads to another.
///
/// Guards are taken as "either way", except those that are known never or always to hold. Records of history states are
/// all those that some configuration leaves behind. What is not in the graph cannot happen; what is in it might. Past
/// ``DefinitionLimits/configurations`` it stops and says so.
struct Configurations {
    /// What is known of a guard without running anything.
    enum GuardKnowledge: Sendable { case always, maybe, never }

    let index: ChartIndex
    let guards: [GuardKnowledge]
    /// In the order in which they were found; the first is the start.
    private(set) var found: [StateSet] = []
    private(set) var successors: [Set<Int>] = []
    /// Configurations in which some transition may be taken, be it one without a target.
    private(set) var lively: Set<Int> = []
    /// Configurations that end the workflow.
    private(set) var ends: Set<Int> = []
    /// Transitions that some configuration can take.
    private(set) var taken: Set<Int> = []
    /// From which configurations a transition leads on without being asked, whatever the guards say.
    private(set) var forced: [Int: (to: Int, transition: Int)] = [:]
    /// Configurations that eventless transitions leave before any event is looked at.
    private(set) var transient: Set<Int> = []
    /// Whether the graph is larger than the limit: then it is only its beginning.
    private(set) var isBounded = false

    private let limit: Int
    /// What history states remember was put in so many times.
    private var recalls = 0
    private var ids: [StateSet: Int] = [:]
    /// Per history state, what it may remember, and the steps that lead through it.
    private var records: [Int: [StateSet]] = [:]
    private var waitingForRecord: [Int: Set<Attempt>] = [:]
    /// Steps that a record may lead elsewhere, to be looked at again.
    private var again: Set<Attempt> = []
    private var symbols: [[Symbol]] = []
    private let producedByEngine: Set<String>

    /// An event as far as descriptors tell events apart.
    private struct Symbol: Hashable {
        var name: String
        /// Something below the name, or anything where there is none.
        var isOther = false
    }

    /// Transitions that are enabled together, conflicts included: which of them conflict depends on what is remembered.
    private struct Attempt: Hashable {
        var from: Int
        var enabled: [Int]
    }

    /// What history states remember in one step; an empty set: nothing yet. Others may remember anything.
    private typealias Memory = [Int: StateSet]

    init(_ chart: Chart, guards: [GuardKnowledge], limit: Int = DefinitionLimits.configurations) {
        self.index = ChartIndex(chart)
        self.guards = guards
        self.limit = limit
        self.producedByEngine = ["done.state.", "done.invoke.", "error.invoke."]
        self.symbols = chart.states.map { state in
            var symbols: [Symbol] = []
            for transition in state.eventTransitions where guards[transition] != .never {
                for descriptor in chart.transitions[transition].descriptors {
                    let symbol: Symbol =
                        switch descriptor {
                        case .exact(let name): Symbol(name: name)
                        case .prefix(let name): Symbol(name: name, isOther: true)
                        case .any: Symbol(name: "", isOther: true)
                        }
                    if !symbols.contains(symbol) { symbols.append(symbol) }
                }
            }
            return symbols
        }
    }

    private var chart: Chart { self.index.chart }

    mutating func explore() {
        guard !self.chart.states.isEmpty else { return }
        var drafts = [Draft(states: StateSet())]
        self.descend(into: 0, &drafts, [:], of: nil)
        for start in drafts { _ = self.id(of: start.states) }
        var next = 0
        while !self.isBounded {
            if next < self.found.count {
                self.expand(next)
                next += 1
            } else if !self.again.isEmpty {
                self.lookAgain()
            } else {
                return
            }
        }
    }

    private mutating func lookAgain() {
        let attempts = self.again.sorted {
            $0.from == $1.from ? $0.enabled.lexicographicallyPrecedes($1.enabled) : $0.from < $1.from
        }
        self.again = []
        for attempt in attempts {
            self.follow(attempt)
            // Where one way was known there may be two now.
            if self.successors[attempt.from].count > 1 { self.forced[attempt.from] = nil }
            if self.isBounded { return }
        }
    }

    private mutating func id(of configuration: StateSet) -> Int? {
        if let known = self.ids[configuration] { return known }
        guard self.found.count < self.limit else {
            self.isBounded = true
            return nil
        }
        let id = self.found.count
        self.ids[configuration] = id
        self.found.append(configuration)
        self.successors.append([])
        return id
    }

    // MARK: One configuration

    private mutating func expand(_ id: Int) {
        let active = self.found[id]
        if self.isEnd(active) {
            self.ends.insert(id)
            return
        }
        // Eventless transitions come before any event; where one is sure to be taken nothing else happens.
        let eventless = self.choices(in: active) {
            self.chart.states[$0].always
        } where: { _ in
            true
        }
        for set in eventless.sets where !set.isEmpty { self.follow(Attempt(from: id, enabled: set)) }
        if eventless.isSure {
            self.transient.insert(id)
            if eventless.sets.count == 1,
                let transition = self.withoutConflicts(eventless.sets[0], in: active, [:]).first,
                self.successors[id].count == 1,
                let to = self.successors[id].first
            {
                self.forced[id] = (to, transition)
            }
            return
        }
        var seen: Set<Symbol> = []
        for state in active {
            for symbol in self.symbols[state] where seen.insert(symbol).inserted {
                guard self.canOccur(symbol, in: active) else { continue }
                let choices = self.choices(in: active) {
                    self.chart.states[$0].eventTransitions
                } where: { transition in
                    Self.hears(self.chart.transitions[transition].descriptors, symbol)
                }
                for set in choices.sets where !set.isEmpty { self.follow(Attempt(from: id, enabled: set)) }
                if self.isBounded { return }
            }
        }
    }

    private mutating func follow(_ attempt: Attempt) {
        let active = self.found[attempt.from]
        self.lively.insert(attempt.from)
        for memory in self.memories(of: attempt) {
            let set =
                attempt.enabled.count > 1 ? self.withoutConflicts(attempt.enabled, in: active, memory) : attempt.enabled
            self.taken.formUnion(set)
            for next in self.entries(of: set, in: active, memory, attempt) {
                if let to = self.id(of: next) { self.successors[attempt.from].insert(to) }
                if self.isBounded { return }
            }
        }
    }

    /// All that the history states among the targets may remember.
    private mutating func memories(of attempt: Attempt) -> [Memory] {
        var memories: [Memory] = [[:]]
        for transition in attempt.enabled {
            for history in self.histories(of: self.chart.transitions[transition].targets)
            where memories[0][history] == nil {
                self.waitingForRecord[history, default: []].insert(attempt)
                let alternatives = [StateSet()] + (self.records[history] ?? [])
                memories = memories.flatMap { memory in
                    alternatives.map { memory.merging([history: $0]) { $1 } }
                }
                guard self.canRecall(memories.count) else { return [] }
            }
        }
        return memories
    }

    /// The number of ways is bounded, as that of configurations is.
    private mutating func canRecall(_ count: Int) -> Bool {
        self.recalls += count
        if self.recalls > self.limit * DefinitionLimits.choices { self.isBounded = true }
        return !self.isBounded
    }

    /// The history states among targets and among what those lead to by default.
    private func histories(of targets: [Int]) -> [Int] {
        targets.filter { self.index.kind[$0] == .history }
            .flatMap { [$0] + self.histories(of: self.chart.states[$0].initial?.targets ?? []) }
    }

    /// SCXML: a final child of the root is active, or all regions of a parallel root are done.
    private func isEnd(_ active: StateSet) -> Bool {
        if self.index.kind[0] == .parallel { return self.isDone(0, in: active) }
        return self.index.children[0].contains { self.index.kind[$0] == .final && active.contains($0) }
    }

    private func isDone(_ state: Int, in active: StateSet) -> Bool {
        switch self.index.kind[state] {
        case .compound:
            self.index.children[state].contains { self.index.kind[$0] == .final && active.contains($0) }
        case .parallel: self.index.children[state].allSatisfy { self.isDone($0, in: active) }
        case .final: active.contains(state)
        case .atomic, .history: false
        }
    }

    /// Whether the engine's events can be made in this configuration; others may come at any time.
    private func canOccur(_ symbol: Symbol, in active: StateSet) -> Bool {
        guard !symbol.isOther, let prefix = self.producedByEngine.first(where: { symbol.name.hasPrefix($0) }) else {
            return true
        }
        let name = String(symbol.name.dropFirst(prefix.count))
        guard prefix == "done.state." else {
            return active.contains { state in self.chart.states[state].invocations.contains { $0.id == name } }
        }
        guard let state = self.chart.statePaths[name], active.contains(state) else { return false }
        if self.index.kind[state] == .atomic { return !self.chart.states[state].invocations.isEmpty }
        return self.isDone(state, in: active)
    }

    private static func hears(_ descriptors: [Chart.Descriptor], _ symbol: Symbol) -> Bool {
        descriptors.contains { descriptor in
            switch descriptor {
            case .any: true
            case .exact(let name): !symbol.isOther && name == symbol.name
            case .prefix(let name): symbol.name == name || symbol.name.hasPrefix(name + ".")
            }
        }
    }

    // MARK: Selection

    /// The sets of transitions that may be enabled together. `isSure`: in each some transition is taken.
    private func choices(
        in active: StateSet, of transitions: (Int) -> [Int], where fits: (Int) -> Bool
    ) -> (sets: [[Int]], isSure: Bool) {
        var sets: [[Int]] = [[]]
        for leaf in active where self.index.isLeaf(leaf) {
            let options = self.options(of: leaf, transitions, fits)
            guard options.count > 1 || options[0] != nil else { continue }
            var next: [[Int]] = []
            for set in sets {
                for option in options {
                    let extended = option.map { set.contains($0) ? set : set + [$0] } ?? set
                    if !next.contains(extended) { next.append(extended) }
                }
            }
            // So many regions answer one event in so many ways: the ways of one region at a time have to do.
            if next.count > DefinitionLimits.choices { next = self.alone(sets, options) }
            sets = next
        }
        let isSure = sets.allSatisfy { !$0.isEmpty }
        return (sets, isSure)
    }

    private func alone(_ sets: [[Int]], _ options: [Int?]) -> [[Int]] {
        var next = sets
        for option in options.compactMap(\.self) where !next.contains([option]) { next.append([option]) }
        return next
    }

    /// What one active atomic state may select, itself and its ancestors asked in turn; nil: nothing.
    private func options(of leaf: Int, _ transitions: (Int) -> [Int], _ fits: (Int) -> Bool) -> [Int?] {
        var options: [Int?] = []
        var state = leaf
        while state >= 0 {
            for transition in transitions(state) where fits(transition) {
                switch self.guards[transition] {
                case .never: continue
                case .maybe: options.append(transition)
                case .always:
                    options.append(transition)
                    return options
                }
            }
            state = self.index.parent[state]
        }
        options.append(nil)
        return options
    }

    private func withoutConflicts(_ enabled: [Int], in active: StateSet, _ memory: Memory) -> [Int] {
        var filtered: [(transition: Int, exits: StateSet)] = []
        for first in enabled {
            let exits = self.exits(of: first, in: active, memory)
            let source = self.chart.transitions[first].source
            let conflicting = filtered.indices.filter { !filtered[$0].exits.isDisjoint(with: exits) }
            let isPreempted = conflicting.contains {
                !self.index.isDescendant(source, of: self.chart.transitions[filtered[$0].transition].source)
            }
            guard !isPreempted else { continue }
            for place in conflicting.reversed() { filtered.remove(at: place) }
            filtered.append((first, exits))
        }
        return filtered.map(\.transition)
    }
}

// MARK: Leaving and entering

extension Configurations {
    private func exits(of transition: Int, in active: StateSet, _ memory: Memory) -> StateSet {
        guard let domain = self.domain(of: transition, memory) else { return StateSet() }
        let last = domain < 0 ? self.chart.states.count - 1 : self.index.lastDescendant[domain]
        return active.members(from: domain + 1, through: last)
    }

    /// nil: targetless. What a history state remembers may lie closer to the source than the history state does.
    private func domain(of id: Int, _ memory: Memory) -> Int? {
        let transition = self.chart.transitions[id]
        let targets = self.effective(transition.targets, memory)
        guard !targets.isEmpty else { return nil }
        let source = transition.source
        let isInside = targets.allSatisfy { $0 == source || self.index.isDescendant($0, of: source) }
        if !transition.reenter, isInside { return source }
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

    /// SCXML's getEffectiveTargetStates.
    private func effective(_ targets: [Int], _ memory: Memory) -> [Int] {
        guard targets.contains(where: { self.index.kind[$0] == .history }) else { return targets }
        return targets.flatMap { target in
            guard self.index.kind[target] == .history else { return [target] }
            if let record = memory[target], !record.isEmpty { return Array(record) }
            return self.effective(self.chart.states[target].initial?.targets ?? [], memory)
        }
    }

    /// The configurations that a set of transitions may lead to.
    private mutating func entries(
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
        var drafts = [Draft(states: remaining)]
        for transition in set {
            guard let domain = self.domain(of: transition, renewed) else { continue }
            if domain >= 0, self.index.isLeaf(domain) { continue }
            let targets = self.chart.transitions[transition].targets
            for target in targets { self.descend(into: target, &drafts, renewed, of: attempt) }
            for target in self.effective(targets, renewed) {
                self.ascend(from: target, below: domain, &drafts, renewed, of: attempt)
            }
            if domain >= 0, self.index.kind[domain] == .parallel {
                self.regions(of: domain, &drafts, renewed, of: attempt)
            }
        }
        var seen: Set<StateSet> = []
        return drafts.map(\.states).filter { seen.insert($0).inserted }
    }

    private struct Draft {
        var states: StateSet
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

    private mutating func descend(into state: Int, _ drafts: inout [Draft], _ memory: Memory, of attempt: Attempt?) {
        switch self.index.kind[state] {
        case .history: self.remember(state, &drafts, memory, of: attempt)
        case .compound:
            for place in drafts.indices { drafts[place].states.insert(state) }
            let targets = self.initialTargets(of: state, or: state)
            for target in targets { self.descend(into: target, &drafts, memory, of: attempt) }
            for target in targets { self.ascend(from: target, below: state, &drafts, memory, of: attempt) }
        case .parallel:
            for place in drafts.indices { drafts[place].states.insert(state) }
            self.regions(of: state, &drafts, memory, of: attempt)
        case .atomic, .final:
            for place in drafts.indices { drafts[place].states.insert(state) }
        }
    }

    /// The default, or any record.
    private mutating func remember(_ history: Int, _ drafts: inout [Draft], _ memory: Memory, of attempt: Attempt?) {
        let parent = self.index.parent[history]
        let known = memory[history].map { [$0] } ?? ([StateSet()] + (self.records[history] ?? []))
        if let attempt, memory[history] == nil { self.waitingForRecord[history, default: []].insert(attempt) }
        let alternatives = known.map { record in
            record.isEmpty ? self.initialTargets(of: history, or: parent) : Array(record)
        }
        var all: [Draft] = []
        for targets in alternatives {
            var copies = drafts
            for target in targets { self.descend(into: target, &copies, memory, of: attempt) }
            for target in targets { self.ascend(from: target, below: parent, &copies, memory, of: attempt) }
            all += copies
        }
        drafts = self.canRecall(all.count) ? all : []
    }

    private func initialTargets(of state: Int, or parent: Int) -> [Int] {
        self.chart.states[state].initial?.targets ?? self.chart.states[parent].initial?.targets
            ?? Array(self.index.children[parent].prefix(1))
    }

    private mutating func ascend(
        from state: Int, below top: Int, _ drafts: inout [Draft], _ memory: Memory, of attempt: Attempt?
    ) {
        var ancestor = self.index.parent[state]
        while ancestor >= 0, ancestor != top {
            for place in drafts.indices { drafts[place].states.insert(ancestor) }
            if self.index.kind[ancestor] == .parallel { self.regions(of: ancestor, &drafts, memory, of: attempt) }
            ancestor = self.index.parent[ancestor]
        }
    }

    /// Regions in which nothing is active yet begin as they do by themselves.
    private mutating func regions(of state: Int, _ drafts: inout [Draft], _ memory: Memory, of attempt: Attempt?) {
        for child in self.index.children[state] {
            let last = self.index.lastDescendant[child]
            var entered = drafts.filter { $0.states.members(from: child, through: last).isEmpty }
            guard !entered.isEmpty else { continue }
            drafts.removeAll { $0.states.members(from: child, through: last).isEmpty }
            self.descend(into: child, &entered, memory, of: attempt)
            drafts += entered
        }
    }
}
