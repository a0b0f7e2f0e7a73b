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
    /// Whether the graph is larger than a limit: then it is only its beginning.
    private(set) var isBounded = false

    /// Leaving and entering cost as much as asking so many states.
    private static let stepWork = 20
    private let limit: Int
    /// What history states remember was put in so many times.
    private var recalls = 0
    private var ids: [StateSet: Int] = [:]
    /// Per history state, what it may remember, and the steps that lead through it.
    var records: [Int: [StateSet]] = [:]
    var waitingForRecord: [Int: Set<Attempt>] = [:]
    /// Steps that a record may lead elsewhere, to be looked at again.
    var again: Set<Attempt> = []
    /// Per configuration, the states of which `done.state` or a result may still wait in the queue when it is reached: they
    /// may be left by then.
    private var pending: [StateSet] = []
    /// Configurations reached with more in the queue than when they were looked at.
    private var withMore: Set<Int> = []
    /// Per state, what its transitions listen to, and those transitions by it.
    private let symbols: [[Chart.Descriptor]]
    private let listeners: [Listeners]
    private let always: [[Int]]
    /// States by the names of their invocations.
    private let invoking: [String: StateSet]
    /// States that can still be asked for what they do.
    private var work: Int
    /// Events that the chart raises.
    private let raised: Set<String>
    /// States with work, and those whose `done.state` some transition names.
    private var watched: StateSet

    /// Transitions that are enabled together, conflicts included: which of them conflict depends on what is remembered.
    struct Attempt: Hashable {
        var from: Int
        var enabled: [Int]
        /// Taken before the queue is empty: what waits there goes on waiting.
        var isInternal: Bool
    }

    /// What history states remember in one step; an empty set: nothing yet. Others may remember anything.
    typealias Memory = [Int: StateSet]

    /// `raised`: what actions raise at once.
    init(
        _ chart: Chart, guards: [GuardKnowledge], raised: Set<String> = [],
        limit: Int = DefinitionLimits.configurations, work: Int = DefinitionLimits.exploration
    ) {
        self.index = ChartIndex(chart)
        self.raised = raised
        self.watched = StateSet()
        self.guards = guards
        self.limit = limit
        self.work = work
        let possible = chart.states.map { $0.eventTransitions.filter { guards[$0] != .never } }
        self.symbols = possible.map { transitions in
            var seen: Set<Chart.Descriptor> = []
            return transitions.flatMap { chart.transitions[$0].descriptors }.filter { seen.insert($0).inserted }
        }
        self.listeners = possible.map { Listeners($0, of: chart) }
        self.always = chart.states.map { $0.always.filter { guards[$0] != .never } }
        var invoking: [String: StateSet] = [:]
        for state in chart.states where !state.invocations.isEmpty {
            self.watched.insert(state.id)
            for invocation in state.invocations { invoking[invocation.id, default: StateSet()].insert(state.id) }
        }
        self.invoking = invoking
        for case .exact(let name) in self.symbols.joined() where name.hasPrefix("done.state.") {
            guard let state = chart.statePaths[String(name.dropFirst("done.state.".count))] else { continue }
            self.watched.insert(state)
        }
    }

    var chart: Chart { self.index.chart }

    mutating func explore() {
        guard !self.chart.states.isEmpty else { return }
        var drafts = [StateSet()]
        self.descend(into: 0, &drafts, [:], of: nil)
        for start in drafts { _ = self.id(of: start) }
        var next = 0
        while !self.isBounded {
            if next < self.found.count {
                self.expand(next)
                next += 1
            } else if let id = self.withMore.min() {
                self.withMore.remove(id)
                self.expand(id)
            } else if !self.again.isEmpty {
                self.lookAgain()
            } else {
                return
            }
        }
        // What some record would have led elsewhere is not sure.
        for attempt in self.waitingForRecord.values.joined() { self.forced[attempt.from] = nil }
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
        self.pending.append(StateSet())
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
        guard let eventless = self.choices(in: active, of: { self.always[$0] }) else {
            self.isBounded = true
            return
        }
        for set in eventless.sets where !set.isEmpty {
            self.follow(Attempt(from: id, enabled: set, isInternal: true))
        }
        if eventless.isSure {
            self.transient.insert(id)
            if eventless.sets.count == 1, !self.isBounded,
                let transition = self.index.withoutConflicts(eventless.sets[0], in: active, remembered: { _ in nil })
                    .first,
                self.successors[id].count == 1,
                let to = self.successors[id].first
            {
                self.forced[id] = (to, transition)
            }
            return
        }
        var seen: Set<Chart.Descriptor> = []
        let count = Array(active).count
        for state in active {
            for symbol in self.symbols[state] where seen.insert(symbol).inserted {
                guard self.spend(1), self.canOccur(symbol, in: active, self.pending[id]) else { continue }
                let choices = self.choices(in: active) { self.listeners[$0].covering(symbol) }
                guard self.spend(count), let choices else {
                    self.isBounded = true
                    return
                }
                let isInternal = self.isInternal(symbol)
                for set in choices.sets where !set.isEmpty {
                    self.follow(Attempt(from: id, enabled: set, isInternal: isInternal))
                }
                if self.isBounded { return }
            }
        }
    }

    private mutating func spend(_ states: Int) -> Bool {
        self.work -= states
        if self.work < 0 { self.isBounded = true }
        return !self.isBounded
    }

    private mutating func follow(_ attempt: Attempt) {
        guard self.spend(Self.stepWork) else { return }
        let active = self.found[attempt.from]
        self.lively.insert(attempt.from)
        let waiting = attempt.isInternal ? self.waiting(in: attempt.from) : StateSet()
        for memory in self.memories(of: attempt) {
            let set =
                self.index.withoutConflicts(attempt.enabled, in: active) { memory.remembered($0) }
            self.taken.formUnion(set)
            for next in self.entries(of: set, in: active, memory, attempt) {
                if let to = self.id(of: next) {
                    self.successors[attempt.from].insert(to)
                    self.queue(waiting, at: to)
                }
                if self.isBounded { return }
            }
        }
    }

    /// States of which an event may be in the queue: those that are done here, those whose work may be over as it begins,
    /// and those that were so before.
    private func waiting(in id: Int) -> StateSet {
        let active = self.found[id]
        var waiting = self.pending[id]
        for state in active where self.watched.contains(state) {
            if !self.chart.states[state].invocations.isEmpty || self.index.tree.isInFinalState(state, active) {
                waiting.insert(state)
            }
        }
        return waiting
    }

    private mutating func queue(_ waiting: StateSet, at id: Int) {
        var more = self.pending[id]
        more.formUnion(waiting)
        guard more != self.pending[id] else { return }
        self.pending[id] = more
        self.withMore.insert(id)
    }

    /// Whether the symbol's event may come from the queue, with others behind it. Those of people, timers and results
    /// come when the queue is empty.
    private func isInternal(_ symbol: Chart.Descriptor) -> Bool {
        guard case .exact(let name) = symbol else { return true }
        return EngineEvents.isQueued(name) || self.raised.contains(name)
    }

    /// All that the history states among the targets may remember.
    private mutating func memories(of attempt: Attempt) -> [Memory] {
        var memories: [Memory] = [[:]]
        for transition in attempt.enabled {
            for history in self.histories(of: self.chart.transitions[transition].targets)
            where memories[0][history] == nil {
                self.waitingForRecord[history, default: []].insert(attempt)
                let alternatives = [StateSet()] + (self.records[history] ?? [])
                guard self.canRecall(memories.count * alternatives.count) else { return [] }
                memories = memories.flatMap { memory in
                    alternatives.map { memory.merging([history: $0]) { $1 } }
                }
            }
        }
        return memories
    }

    /// The number of ways is bounded, as that of configurations is.
    mutating func canRecall(_ count: Int) -> Bool {
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
        if self.index.kind[0] == .parallel { return self.index.tree.isInFinalState(0, active) }
        return self.index.children[0].contains { self.index.kind[$0] == .final && active.contains($0) }
    }

    private func canBeDone(_ state: Int, in active: StateSet) -> Bool {
        if self.index.kind[state] == .atomic { return !self.chart.states[state].invocations.isEmpty }
        return self.index.tree.isInFinalState(state, active)
    }

    /// Whether the engine's events can be met in this configuration; others may come at any time.
    private func canOccur(_ symbol: Chart.Descriptor, in active: StateSet, _ pending: StateSet) -> Bool {
        guard case .exact(let event) = symbol, let prefix = EngineEvents.results.first(where: { event.hasPrefix($0) })
        else { return true }
        let name = String(event.dropFirst(prefix.count))
        guard prefix == "done.state." else {
            return self.invoking[name]?.contains { active.contains($0) || pending.contains($0) } ?? false
        }
        guard let state = self.chart.statePaths[name] else { return false }
        return pending.contains(state) || active.contains(state) && self.canBeDone(state, in: active)
    }

    // MARK: Selection

    /// The sets of transitions that may be enabled together; nil: too many. `isSure`: in each some transition is taken.
    private func choices(
        in active: StateSet, of transitions: (Int) -> [Int]
    ) -> (sets: [[Int]], isSure: Bool)? {
        var sets: [[Int]] = [[]]
        for leaf in active where self.index.isLeaf(leaf) {
            let options = self.options(of: leaf, transitions)
            guard options.count > 1 || options[0] != nil else { continue }
            var next: [[Int]] = []
            for set in sets {
                for option in options {
                    let extended = option.map { set.contains($0) ? set : set + [$0] } ?? set
                    if !next.contains(extended) { next.append(extended) }
                    // So many regions answer one event in so many ways that some would be left out.
                    guard next.count <= DefinitionLimits.choices else { return nil }
                }
            }
            sets = next
        }
        let isSure = sets.allSatisfy { !$0.isEmpty }
        return (sets, isSure)
    }

    /// What one active atomic state may select, itself and its ancestors asked in turn; nil: nothing.
    private func options(of leaf: Int, _ transitions: (Int) -> [Int]) -> [Int?] {
        var options: [Int?] = []
        var state = leaf
        while state >= 0 {
            for transition in transitions(state) {
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
}
