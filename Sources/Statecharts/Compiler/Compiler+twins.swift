import Values

extension Compiler {
    /// States with one key in several places are usually copies of each other. What all but one of them have, that one
    /// has probably lost.
    mutating func checkTwins() {
        var twins: [String: [Int]] = [:]
        for state in self.chart.states.dropFirst() where !self.isHistory(state.id) && state.kind != .final {
            twins[state.key, default: []].append(state.id)
        }
        for (key, states) in twins.sorted(by: { $0.key < $1.key }) where states.count >= DefinitionLimits.twins {
            let traits = states.map { self.traits(of: $0) }
            var counts: [Message: Int] = [:]
            for trait in traits.joined() { counts[trait, default: 0] += 1 }
            for (place, id) in states.enumerated() {
                let missing = counts.filter { $0.value == states.count - 1 && !traits[place].contains($0.key) }
                for trait in missing.keys.sorted(by: { $0.english < $1.english }).prefix(1) {
                    let path = self.chart.states[id].path
                    self.report(
                        .warning, "odd-one-out",
                        "\(states.count - 1) other states '\(key)' have \(trait), but '\(path)' has not",
                        at: self.chart.states[id].position, path: self.texts[id].path)
                }
            }
        }
    }

    /// What a state listens to, in words; timers by their delay, results by what they are results of.
    private func traits(of id: Int) -> Set<Message> {
        let state = self.chart.states[id]
        var traits: Set<Message> = []
        for timer in state.timers { traits.formUnion(["a timer", "a timer of \(timer.key)"]) }
        for transition in state.eventTransitions {
            for descriptor in self.chart.transitions[transition].descriptors {
                switch descriptor {
                case .exact(let name) where name.hasPrefix("after."): continue
                case .exact(let name) where name.hasPrefix("done.state."): traits.insert("'onDone'")
                case .exact(let name) where name.hasPrefix("done.invoke.") || name.hasPrefix("error.invoke."): continue
                case .exact(let name): traits.insert("a transition on '\(name)'")
                case .prefix(let name): traits.insert("a transition on '\(name).*'")
                case .any: traits.insert("a transition on '*'")
                }
            }
        }
        if !state.invocations.isEmpty { traits.insert("an invocation") }
        return traits
    }
}
