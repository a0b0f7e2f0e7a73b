import Values

extension Compiler {
    /// What the configuration graph shows: states that cannot be entered or left, transitions that nothing can select,
    /// eventless transitions that go on for ever.
    mutating func checkReachability() {
        // What a wrong target meant to reach is not known.
        let mistakes: Set<String> = [
            "unknown-target", "ambiguous-target", "illegal-target", "null-value", "no-initial", "no-regions",
            "duplicate-path", "expected-map", "history-cycle",
        ]
        guard !self.diagnostics.contains(where: { $0.severity == .error && mistakes.contains($0.code) }) else { return }
        guard self.counts.reportedLimits.isEmpty else { return }
        var graph = Configurations(self.chart, guards: self.guards.knowledge, raised: self.counts.produced)
        graph.explore()
        self.checkAlwaysCycles(graph)
        guard self.isSound else { return }
        guard !graph.isBounded else {
            self.noteBound()
            var regions = Reachability(chart: self.chart)
            regions.run()
            self.reportUnreached(regions.reached)
            self.checkEndings(regions.reached, Endings(chart: self.chart).able(), quiet: [])
            return
        }
        var reached: Set<Int> = []
        for configuration in graph.found { reached.formUnion(configuration) }
        self.reportUnreached(reached)
        self.checkSelection(graph, reached)
        let able = graph.configurationsThatEnd()
        var states: Set<Int> = []
        for id in able { states.formUnion(graph.found[id]) }
        let quiet = graph.quietLeaves()
        let hasEnd = !able.isEmpty || Endings(chart: self.chart).able() != nil
        self.checkEndings(reached, hasEnd ? states : nil, quiet: quiet)
        if !able.isEmpty { self.checkTogetherEndings(graph, able, states) }
    }

    private mutating func noteBound() {
        let place = self.texts[0]["states"] ?? self.texts[0]
        let message: Message =
            "so many sets of states can be active together, or follow each other in so many ways, that what can be"
            + " reached was looked at for each region by itself"
        self.report(.note, "reachability-bound", message, at: place.position, path: place.path)
    }

    // MARK: States

    private mutating func reportUnreached(_ reached: Set<Int>) {
        for state in self.chart.states where !reached.contains(state.id) {
            if let parent = state.parent, !reached.contains(parent) { continue }
            guard !self.isHistory(state.id) else {
                self.reportUnusedHistory(state)
                continue
            }
            let leading = self.chart.transitions.first {
                $0.targets.contains { $0 >= state.id && $0 <= state.lastDescendant }
            }
            let hint: Message? = leading.map {
                "the transition in line \($0.position.line) leads here, but is never taken"
            }
            self.report(
                .warning, "unreachable-state", "no transition leads to '\(state.path)'", at: state.position,
                path: self.texts[state.id].path, hint: hint)
        }
    }

    private mutating func reportUnusedHistory(_ state: Chart.State) {
        let isTarget =
            self.chart.transitions.contains { $0.targets.contains(state.id) }
            || self.chart.states.contains { $0.initial?.targets.contains(state.id) ?? false }
        guard !isTarget else { return }
        self.report(
            .warning, "unused-history", "no transition leads to the history '\(state.path)'", at: state.position,
            path: self.texts[state.id].path)
    }

    /// `able`: states from which the workflow can end; nil: it has no end at all.
    private mutating func checkEndings(_ reached: Set<Int>, _ able: Set<Int>?, quiet: Set<Int>) {
        if able == nil {
            let message: Message = "instances never end: there is no final state that ends the workflow"
            self.warn("no-end", message, at: self.texts[0]["states"] ?? self.texts[0])
        }
        for state in self.chart.states.dropFirst() where reached.contains(state.id) && !self.isHistory(state.id) {
            if quiet.contains(state.id) {
                let message: Message =
                    "in '\(state.path)' nothing can ever happen: no event, timer or invocation leads on"
                self.report(
                    .warning, "nothing-happens", message, at: state.position, path: self.texts[state.id].path,
                    hint: "is it an end? then its type is final")
                continue
            }
            guard let able, !able.contains(state.id) else { continue }
            if let parent = state.parent, parent > 0, !able.contains(parent) { continue }
            self.report(
                .warning, "dead-end", "from '\(state.path)' no final state can be reached", at: state.position,
                path: self.texts[state.id].path, hint: "is it an end? then its type is final")
        }
    }

    /// States that each lead on to an end, but not when they are active together.
    private mutating func checkTogetherEndings(_ graph: Configurations, _ able: Set<Int>, _ states: Set<Int>) {
        let stuck = graph.found.indices.first { id in
            !able.contains(id) && graph.found[id].allSatisfy { states.contains($0) }
        }
        guard let stuck else { return }
        let leaves = graph.found[stuck].filter { graph.index.isLeaf($0) }
        let names = Message.enumeration(leaves.map { self.chart.states[$0].path })
        guard let last = leaves.last else { return }
        self.report(
            .warning, "dead-end-together", "with \(names) active together no final state can be reached",
            at: self.chart.states[last].position, path: self.texts[last].path)
    }

    // MARK: Transitions

    private mutating func checkSelection(_ graph: Configurations, _ reached: Set<Int>) {
        for transition in self.chart.transitions where !graph.taken.contains(transition.id) {
            guard reached.contains(transition.source), !self.preceded.contains(transition.id),
                self.guards.knowledge[transition.id] != .never
            else { continue }
            let source = self.chart.states[transition.source]
            if transition.descriptors == [.exact("done.state.\(source.path)")] {
                self.reportNeverDone(transition, source)
                continue
            }
            // An event that the engine never makes is reported as such.
            if transition.descriptors.contains(where: { self.isEngineEvent($0) }) { continue }
            let isTransient = graph.isTransient(transition.source) && !transition.descriptors.isEmpty
            let message: Message =
                isTransient
                ? "this transition can never be taken: an 'always' leaves '\(source.path)' at once"
                : "this transition can never be taken: states below '\(source.path)' always take its event first"
            self.report(
                .warning, "never-selected", message, at: transition.position, path: self.transitionPaths[transition.id])
        }
    }

    private mutating func reportNeverDone(_ transition: Chart.Transition, _ source: Chart.State) {
        let message: Message =
            source.children.isEmpty
            ? "'\(source.path)' is never done: it has no invocations"
            : "'\(source.path)' is never done: no final state in it is reached"
        self.report(
            .warning, "never-done", message, at: transition.position, path: self.transitionPaths[transition.id],
            hint: source.children.isEmpty ? nil : "a state that ends '\(source.path)' has type: final")
    }

    private func isEngineEvent(_ descriptor: Chart.Descriptor) -> Bool {
        guard case .exact(let name) = descriptor else { return false }
        return EngineEvents.isQueued(name)
    }

    // MARK: Cycles of eventless transitions

    /// Eventless transitions that are taken whatever the guards say, and lead back to where they began.
    private mutating func checkAlwaysCycles(_ graph: Configurations) {
        var isKnown: Set<Int> = []
        for start in graph.forced.keys.sorted() where !isKnown.contains(start) {
            var way: [Int] = []
            var current = start
            while let step = graph.forced[current], isKnown.insert(current).inserted {
                way.append(current)
                current = step.to
            }
            guard let first = way.firstIndex(of: current) else { continue }
            var transitions: Set<Int> = []
            for id in way[first...] { if let step = graph.forced[id] { transitions.insert(step.transition) } }
            for id in transitions.sorted() { self.reportCycle(self.chart.transitions[id]) }
        }
    }

    private mutating func reportCycle(_ transition: Chart.Transition) {
        let message: Message =
            transition.targets.isEmpty
            ? "an eventless transition without guard and target is taken for ever"
            : "these eventless transitions lead back here for ever"
        self.report(
            .error, "always-cycle", message, at: transition.position, path: self.transitionPaths[transition.id],
            hint: "give one of them a guard")
    }
}

extension Configurations {
    /// Those from which one that ends the workflow can be reached.
    func configurationsThatEnd() -> Set<Int> {
        var before: [[Int]] = Array(repeating: [], count: self.found.count)
        for (from, next) in self.successors.enumerated() { for to in next { before[to].append(from) } }
        var able: Set<Int> = []
        var waiting = Array(self.ends)
        while let id = waiting.popLast() {
            if able.insert(id).inserted { waiting += before[id] }
        }
        return able
    }

    /// Active atomic states in whose configurations no transition can be taken any more.
    func quietLeaves() -> Set<Int> {
        var lively: Set<Int> = []
        var all: Set<Int> = []
        for (id, configuration) in self.found.enumerated() {
            let isLively = self.lively.contains(id) || self.ends.contains(id)
            for state in configuration where self.index.kind[state] == .atomic {
                all.insert(state)
                if isLively { lively.insert(state) }
            }
        }
        return all.subtracting(lively)
    }

    /// Whether every configuration with this state is left by eventless transitions before any event is looked at.
    func isTransient(_ state: Int) -> Bool {
        self.found.enumerated().allSatisfy { id, configuration in
            !configuration.contains(state) || self.transient.contains(id)
        }
    }
}
