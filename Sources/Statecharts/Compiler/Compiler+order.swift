import Values

extension Compiler {
    /// Transitions that an earlier one of the same state always precedes: it has no guard, or one that holds whenever
    /// theirs does. SCXML allows them, so that in a chart converted from it, which lists of `on` give away, they are only
    /// doubtful.
    mutating func checkOrder() {
        let severity = self.isConverted ? Diagnostic.Severity.warning : .error
        for state in self.chart.states {
            self.checkOrder(state.eventTransitions, severity)
            self.checkOrder(state.always, severity)
        }
    }

    private mutating func checkOrder(_ transitions: [Int], _ severity: Diagnostic.Severity) {
        var winners = Winners()
        for index in transitions {
            let transition = self.chart.transitions[index]
            let isEventless = transition.descriptors.isEmpty
            if let winner = isEventless ? winners.eventless : winners.winner(over: transition.descriptors) {
                let line = self.chart.transitions[winner].position.line
                self.preceded.insert(index)
                self.report(
                    severity, "never-taken", "this transition can never be taken: the one in line \(line) always wins",
                    at: transition.position, path: self.transitionPaths[index],
                    hint: "give the earlier one a guard, or remove one; several targets are {target: [a, b]}")
            }
            guard self.guards.knowledge[index] == .always else { continue }
            winners.add(index, transition.descriptors)
        }
        guard transitions.count <= DefinitionLimits.comparedGuards else { return }
        self.checkImplied(transitions.filter { self.guards.knowledge[$0] == .maybe }, severity)
    }

    private mutating func checkImplied(_ transitions: [Int], _ severity: Diagnostic.Severity) {
        let forms = transitions.map { self.alternatives(of: $0) }
        for (place, later) in transitions.enumerated() where !self.preceded.contains(later) {
            guard let narrow = forms[place] else { continue }
            var budget = self.counts.guardWork
            let earlier = (0..<place).first { earlier in
                let other = self.chart.transitions[transitions[earlier]]
                guard let wide = forms[earlier], other.descriptors == self.chart.transitions[later].descriptors else {
                    return false
                }
                return GuardAnalysis.isImplied(wide, by: narrow, &budget)
            }
            self.counts.guardWork = budget
            guard let earlier = earlier.map({ transitions[$0] }) else { continue }
            let line = self.chart.transitions[earlier].position.line
            self.preceded.insert(later)
            self.report(
                severity, "never-taken",
                "this transition can never be taken: the guard in line \(line) always holds first",
                at: self.chart.transitions[later].position, path: self.transitionPaths[later],
                hint: "put the narrower guard first")
        }
    }

    /// A narrower guard that leads to where the next transition leads anyway: one of the two targets is probably wrong.
    mutating func checkRedundance() {
        for state in self.chart.states {
            for list in [state.eventTransitions, state.always] where list.count > 1 {
                for (first, second) in zip(list, list.dropFirst()) { self.checkRedundance(first, second) }
            }
        }
    }

    private mutating func checkRedundance(_ first: Int, _ second: Int) {
        let (one, other) = (self.chart.transitions[first], self.chart.transitions[second])
        guard one.descriptors == other.descriptors, one.targets == other.targets, !one.targets.isEmpty,
            one.reenter == other.reenter, !self.preceded.contains(second),
            let left = self.actionTexts[first], left == self.actionTexts[second],
            let narrow = self.alternatives(of: first), let wide = self.alternatives(of: second),
            GuardAnalysis.isImplied(wide, by: narrow, &self.counts.guardWork)
        else { return }
        self.report(
            .warning, "redundant-transition",
            "without this transition the one in line \(other.position.line) would do the same", at: one.position,
            path: self.transitionPaths[first], hint: "is one of their targets wrong?")
    }

    /// Unguarded transitions met so far, by what they listen to.
    private struct Winners {
        var eventless: Int?
        var any: Int?
        var exact: [String: Int] = [:]
        var prefixes: [String: Int] = [:]

        mutating func add(_ index: Int, _ descriptors: [Chart.Descriptor]) {
            if descriptors.isEmpty { self.eventless = self.eventless ?? index }
            for descriptor in descriptors {
                switch descriptor {
                case .any: self.any = self.any ?? index
                case .exact(let name): self.exact[name] = self.exact[name] ?? index
                case .prefix(let name): self.prefixes[name] = self.prefixes[name] ?? index
                }
            }
        }

        /// One that takes all that these listen to.
        func winner(over descriptors: [Chart.Descriptor]) -> Int? {
            var found: Int?
            for descriptor in descriptors {
                guard let winner = self.winner(over: descriptor) else { return nil }
                found = found ?? winner
            }
            return found
        }

        private func winner(over descriptor: Chart.Descriptor) -> Int? {
            switch descriptor {
            case .any: return self.any
            case .exact(let name): return self.any ?? self.exact[name] ?? self.prefixed(name)
            case .prefix(let name): return self.any ?? self.prefixed(name)
            }
        }

        private func prefixed(_ name: String) -> Int? {
            self.prefixes.isEmpty ? nil : name.namesAbove.lazy.compactMap { self.prefixes[$0] }.first { _ in true }
        }
    }
}
