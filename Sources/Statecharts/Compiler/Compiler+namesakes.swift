import CEL
import Values

extension Compiler {
    /// `refused` leads to 'granted', though there is a state 'refused' beside it to which no transition on it leads: targets
    /// were swapped, or copied and not changed.
    mutating func checkNamesakes() {
        var beginnings: [String: [Int]] = [:]
        for state in self.chart.states where !self.isHistory(state.id) {
            beginnings[Self.beginning(of: state.key), default: []].append(state.id)
        }
        for state in self.chart.states {
            var ways: [String: [Chart.Transition]] = [:]
            for index in state.eventTransitions {
                let transition = self.chart.transitions[index]
                if let word = self.word(of: transition) { ways[word, default: []].append(transition) }
            }
            for (word, transitions) in ways.sorted(by: { $0.key < $1.key }) {
                let alike = beginnings[Self.beginning(of: word)] ?? []
                guard alike.count <= DefinitionLimits.comparedNames else { continue }
                self.checkNamesake(of: word, among: alike, transitions, from: state)
            }
        }
    }

    private mutating func checkNamesake(
        of word: String, among states: [Int], _ transitions: [Chart.Transition], from source: Chart.State
    ) {
        let namesakes = states.filter { id in
            Self.isForm(self.chart.states[id].key, of: word) && self.isBeside(id, source)
        }
        guard namesakes.count == 1, let namesake = namesakes.first else { return }
        let inside = namesake...self.chart.states[namesake].lastDescendant
        guard !inside.contains(source.id),
            !transitions.contains(where: { $0.targets.contains(where: inside.contains) }),
            let first = transitions.first(where: { $0.targets.contains { $0 != source.id } })
        else { return }
        let targets = Message.enumeration(first.targets.map { self.chart.states[$0].path })
        self.report(
            .warning, "target-namesake",
            "'\(word)' leads to \(targets), and never to the state '\(self.chart.states[namesake].path)'",
            at: first.position, path: self.transitionPaths[first.id])
    }

    /// Siblings of a state and of those around it, which a target can name by its key alone.
    private func isBeside(_ id: Int, _ source: Chart.State) -> Bool {
        guard let parent = self.chart.states[id].parent else { return false }
        return parent < source.id && source.id <= self.chart.states[parent].lastDescendant
    }

    /// What a transition is asked for with: the last word of an event that is the workflow's own, or the outcome that its
    /// guard demands. `offers.closed` is not said of the workflow.
    private func word(of transition: Chart.Transition) -> String? {
        guard transition.descriptors.count == 1, case .exact(let event)? = transition.descriptors.first else {
            return nil
        }
        guard event.hasPrefix("done.invoke.") else {
            let words = event.split(separator: ".")
            guard words.count == 1 || words.count == 2 && words[0] == self.chart.workflow else { return nil }
            return words.last.map(String.init)
        }
        guard let condition = self.guards.conditions[transition.id],
            let alternatives = GuardAnalysis.alternatives(of: condition), let first = alternatives.first
        else { return nil }
        for case .compare(["event", "data", "outcome"], .equal, .string(let outcome)) in first {
            let fact = GuardAnalysis.Fact.compare(["event", "data", "outcome"], .equal, .string(outcome))
            return alternatives.allSatisfy { $0.contains(fact) } ? outcome : nil
        }
        return nil
    }

    private static func plain(_ name: String) -> String {
        let name = name.lowercased()
        return name.hasPrefix("on_") ? String(name.dropFirst("on_".count)) : name
    }

    private static func beginning(of name: String) -> String { String(self.plain(name).prefix(3)) }

    /// Whether two names are forms of one word: `kill` and `killed`, `close` and `closing`, `hold` and `on_hold`.
    private static func isForm(_ name: String, of word: String) -> Bool {
        let (left, right) = (self.plain(name), self.plain(word))
        let (short, long) = left.count < right.count ? (left, right) : (right, left)
        guard short.count >= 3 else { return false }
        if short == long { return true }
        if short.last == "e", long == short.dropLast() + "ing" { return true }
        guard long.hasPrefix(short), let last = short.last else { return false }
        return ["d", "ed", "n", "en", "ing", "\(last)ed", "\(last)ing"].contains(long.dropFirst(short.count))
    }
}

extension Message {
    /// 'a' and 'b' and 'c'.
    static func enumeration(_ names: [String]) -> Message {
        guard let first = names.first else { return "" }
        return names.dropFirst().reduce("'\(first)'") { "\($0) and '\($1)'" }
    }
}
