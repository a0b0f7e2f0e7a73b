import Synchronization

/// SCXML's configuration of a chart, and what follows from it alone: worked out when an instance first needs it, and
/// remembered with the chart for all its instances.
final class Configuration: Sendable {
    /// Of the ``ChartIndex`` that it belongs to. Not that itself, which knows its configurations.
    let mark: ChartIndex.Mark
    /// With all ancestors.
    let states: StateSet
    /// Paths of the atomic states, in document order.
    let active: [String]
    fileprivate let memory = Mutex(Memory())

    /// Lists, not dictionaries: few events are heard in one configuration, and few transitions taken.
    fileprivate struct Memory {
        var candidates: [(cause: Cause, candidates: [Candidate])] = []
        var moves: [Move] = []
    }

    init(_ states: StateSet, in index: ChartIndex) {
        self.mark = index.mark
        self.states = states
        self.active = states.intersection(index.tree.leaves).map { index.path($0) }
    }

    /// What selects transitions, as far as it is known beforehand.
    enum Cause: Equatable {
        case eventless
        case event(Int, excludesAny: Bool)
    }

    /// A transition that may be selected if its guard passes.
    struct Candidate {
        let transition: Int
        /// The atomic state that it is tried for.
        let leaf: Int
        /// Of an ancestor, which other atomic states may have as well.
        let isShared: Bool
    }
}

/// What transitions that are taken together leave and enter, where that does not depend on what history states remember.
final class Move: Sendable {
    let enabled: [Int]
    /// In the order in which they are left.
    let exited: [Int]
    /// Those of them that are put on hold.
    let kept: StateSet
    let entry: EntrySet
    /// Without its event.
    let trace: Trace.Microstep
    /// Where it leads; nil: not remembered. Not held, for it may lead back here.
    unowned let next: Configuration?

    init(_ enabled: [Int], from states: StateSet, in index: ChartIndex) {
        var exits = StateSet()
        var walk = EntryWalk(index.tree) { _ in nil }
        for id in enabled {
            let route = index.routes[id]
            guard let domain = route.domain else { continue }
            exits.formUnion(states.members(from: domain + 1, through: index.tree.last(of: domain)))
            walk.computeEntrySet(of: route.targets, domain: domain)
        }
        self.enabled = enabled
        self.exited = exits.descending
        self.kept = index.kept(of: exits)
        self.entry = walk.entry
        self.trace = Trace.Microstep(
            event: nil, transitions: enabled.map { index.routes[$0].trace }, exited: exits.descending.map(index.path),
            entered: walk.entry.states.subtracting(states.subtracting(exits)).map(index.path))
        let next = states.subtracting(exits).union(walk.entry.states)
        // This configuration is being looked at.
        self.next = next == states ? nil : index.known.remembered(next, in: index)
    }
}

/// The configurations of a chart that its instances were in. Nothing is forgotten, and past the limit nothing is learnt.
final class KnownConfigurations: Sendable {
    /// Names of states and transitions in all that is remembered of one chart.
    static let limit = 200_000

    private let byStates = Mutex<[StateSet: Configuration]>([:])
    private let room = Atomic(KnownConfigurations.limit)

    func configuration(_ states: StateSet, in index: ChartIndex) -> Configuration {
        self.remembered(states, in: index) ?? Configuration(states, in: index)
    }

    /// One that stays; nil: there is no room.
    fileprivate func remembered(_ states: StateSet, in index: ChartIndex) -> Configuration? {
        self.byStates.withLock { known in
            if let configuration = known[states] { return configuration }
            let configuration = Configuration(states, in: index)
            guard self.hasRoom(for: configuration.active.count) else { return nil }
            known[states] = configuration
            return configuration
        }
    }

    /// And takes it.
    fileprivate func hasRoom(for names: Int) -> Bool {
        // The constant is for what is there however few the names are.
        let size = names + 8
        if self.room.load(ordering: .relaxed) < size { return false }
        return self.room.subtract(size, ordering: .relaxed).newValue >= 0
    }
}

extension ChartIndex {
    /// Identifies an index in what it made.
    final class Mark: Sendable {}

    func configuration(_ states: StateSet) -> Configuration { self.known.configuration(states, in: self) }

    /// What an event may select: for each atomic state in document order its own transitions, then its ancestors'.
    func candidates(for event: EventName, in configuration: Configuration) -> [Configuration.Candidate] {
        let sources = self.listeners(to: event)
        guard event.id >= 0 else {
            // Nothing is remembered of names that only `*` and prefixes meet: there may be any number of them.
            return self.candidates(in: configuration.states, among: sources) { state in
                self.chart.states[state].eventTransitions.filter { self.listens($0, to: event) }
            }
        }
        return self.candidates(.event(event.id, excludesAny: event.excludesAny), in: configuration, among: sources) {
            state in
            self.chart.states[state].eventTransitions.filter { self.listens($0, to: event) }
        }
    }

    func eventlessCandidates(in configuration: Configuration) -> [Configuration.Candidate] {
        self.candidates(.eventless, in: configuration, among: self.alwaysStates) { self.chart.states[$0].always }
    }

    private func candidates(
        _ cause: Configuration.Cause, in configuration: Configuration, among sources: StateSet,
        from transitions: (Int) -> [Int]
    ) -> [Configuration.Candidate] {
        configuration.memory.withLock { memory in
            for known in memory.candidates where known.cause == cause { return known.candidates }
            let candidates = self.candidates(in: configuration.states, among: sources, from: transitions)
            if self.known.hasRoom(for: candidates.count) {
                memory.candidates.append((cause, candidates))
            }
            return candidates
        }
    }

    private func candidates(
        in states: StateSet, among sources: StateSet, from transitions: (Int) -> [Int]
    ) -> [Configuration.Candidate] {
        guard !states.isDisjoint(with: sources) else { return [] }
        var candidates: [Configuration.Candidate] = []
        for leaf in states.intersection(self.tree.leaves) {
            var state = leaf
            while state >= 0 {
                if sources.contains(state) {
                    candidates += transitions(state).map {
                        Configuration.Candidate(transition: $0, leaf: leaf, isShared: state != leaf)
                    }
                }
                state = self.tree.parent[state]
            }
        }
        return candidates
    }

    /// nil: what they leave or enter depends on what history states remember.
    func move(_ enabled: [Int], from configuration: Configuration) -> Move? {
        if enabled.contains(where: { self.routes[$0].asksHistory }) { return nil }
        return configuration.memory.withLock { memory in
            for known in memory.moves where known.enabled == enabled { return known }
            let move = Move(enabled, from: configuration.states, in: self)
            if self.known.hasRoom(for: move.trace.exited.count + move.trace.entered.count + enabled.count) {
                memory.moves.append(move)
            }
            return move
        }
    }

    /// The states of an exit set that are put on hold.
    func kept(of exits: StateSet) -> StateSet {
        var kept = StateSet()
        guard !self.keepers.isEmpty else { return kept }
        for state in exits where self.keepers.contains(state) {
            kept.formUnion(exits.members(from: state, through: self.lastDescendant[state]))
        }
        return kept
    }
}
