extension Compiler {
    /// States that cannot be entered, and states that cannot be left. Guards are taken as "either way", and regions of a
    /// parallel state each by itself.
    mutating func checkReachability() {
        // What a wrong target meant to reach is not known.
        let targetMistakes: Set<String> = ["unknown-target", "ambiguous-target", "illegal-target", "null-value"]
        guard !self.diagnostics.contains(where: { targetMistakes.contains($0.code) }) else { return }
        var graph = Reachability(chart: self.chart)
        graph.run()
        for state in self.chart.states where !graph.reached.contains(state.id) {
            if self.isHistory(state.id) { continue }
            if let parent = state.parent, !graph.reached.contains(parent) { continue }
            self.report(
                .warning, "unreachable-state", "no transition leads to '\(state.path)'", at: state.position,
                path: self.texts[state.id].path)
        }
        self.checkEndings(graph.reached)
    }

    private mutating func checkEndings(_ reached: Set<Int>) {
        let ends = Endings(chart: self.chart).able()
        guard let ends else {
            let message = "instances never end: there is no final state that ends the workflow"
            self.warn("no-end", message, at: self.texts[0]["states"] ?? self.texts[0])
            return
        }
        for state in self.chart.states.dropFirst() where reached.contains(state.id) && !ends.contains(state.id) {
            guard !self.isHistory(state.id) else { continue }
            if let parent = state.parent, parent > 0, !ends.contains(parent) { continue }
            self.report(
                .warning, "dead-end", "from '\(state.path)' no final state can be reached", at: state.position,
                path: self.texts[state.id].path, hint: "is it an end? then its type is final")
        }
    }
}
