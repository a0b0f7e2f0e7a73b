import CEL
import Values

extension Compiler {
    /// Results of invocations that nobody waits for, and answers of people that no transition takes.
    mutating func checkResults() {
        for (id, index, place) in self.invocationPlaces {
            let invocation = self.chart.states[id].invocations[index]
            let done = self.listeners(to: "done.invoke.\(invocation.id)")
            if done.isEmpty, !self.chart.states[id].hasOnDone || !self.chart.states[id].children.isEmpty {
                self.checkUnheardResult(invocation, of: id, at: place)
            }
            if invocation.timeout != nil, self.listeners(to: "error.invoke.\(invocation.id)").isEmpty {
                self.warn(
                    "timeout-without-on-error", "nothing handles the timeout of '\(invocation.id)'",
                    at: place["timeout"] ?? place, hint: "add 'onError', or it becomes an incident")
            }
            if case .human(let human) = invocation.source, invocation.forEach == nil, !done.isEmpty {
                self.checkOutcomes(human, done, at: place)
            }
        }
    }

    private func listeners(to event: String) -> [Chart.Transition] {
        self.listeners.covering(.exact(event)).map { self.chart.transitions[$0] }
    }

    private mutating func checkUnheardResult(_ invocation: Invocation, of id: Int, at place: Syntax) {
        switch invocation.source {
        case .child(let child) where child.detached: return
        // Work beside the way: the state goes on by other means.
        case .worker, .child: return
        case .human: break
        }
        self.warn(
            "unheard-result", "nothing happens when '\(invocation.id)' is done", at: place,
            hint: "add 'onDone' to it, or to the state")
    }

    /// An outcome that no guard lets pass is a button that never works, or a vote that never ends.
    private mutating func checkOutcomes(_ human: Invocation.Human, _ done: [Chart.Transition], at place: Syntax) {
        let answers = done.filter { self.guards.knowledge[$0.id] != .never }.map { transition in
            (transition, self.alternatives(of: transition.id))
        }
        if human.votes != nil, !self.isTaken(.null, by: answers) {
            self.warn(
                "undecided-vote", "no transition takes a vote without a result, whose outcome is null",
                at: place["votes"] ?? place)
        }
        for outcome in human.outcomes where !self.isTaken(.string(outcome.value), by: answers) {
            let entry = place["outcomes"]?.entries?.first { $0.key == outcome.value }
            self.report(
                .warning, "unhandled-outcome", "no transition takes the outcome '\(outcome.value)'",
                at: entry?.keyPosition ?? place.position, path: entry?.value.path ?? place.path,
                hint: "who answers so is refused; add a transition to 'onDone'")
        }
    }

    /// Whether the guard of one of the transitions may hold for the outcome.
    private mutating func isTaken(
        _ outcome: Value, by transitions: [(transition: Chart.Transition, alternatives: [[GuardAnalysis.Fact]]?)]
    ) -> Bool {
        let fact = GuardAnalysis.Fact.compare(["event", "data", "outcome"], .equal, outcome)
        for (transition, alternatives) in transitions {
            guard let alternatives else { return true }
            for facts in alternatives {
                var work = self.counts.guardWork
                let isImpossible = GuardAnalysis.isImpossible(facts + [fact], &work) {
                    self.schema(of: $0, for: transition)
                }
                self.counts.guardWork = work
                if !isImpossible { return true }
            }
        }
        return false
    }
}
