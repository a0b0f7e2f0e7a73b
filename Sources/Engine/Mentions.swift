import Statecharts

/// What a definition names and must exist elsewhere: roles and other workflows.
struct Mentions {
    struct Child {
        var workflow: String
        /// nil: the newest.
        var version: Int?
    }

    private(set) var roles: [String] = []
    private(set) var children: [Child] = []

    init(_ chart: Chart) {
        self.add(chart.access.start)
        self.add(chart.access.read)
        self.add(chart.access.admin)
        for event in (chart.events ?? [:]).values { self.add(event.people) }
        for state in chart.states {
            for block in state.entry + state.exit { self.add(block) }
            if let initial = state.initial { self.add(initial.actions) }
            for invocation in state.invocations { self.add(invocation) }
        }
        for transition in chart.transitions { self.add(transition.actions) }
        self.roles = Set(self.roles).sorted()
    }

    private mutating func add(_ people: People?) {
        if let people { self.roles += people.roles }
    }

    private mutating func add(_ invocation: Invocation) {
        switch invocation.source {
        case .human(let human):
            self.add(human.candidates)
            self.add(human.votes?.veto?.by)
        case .worker: break
        case .child(let child):
            self.children.append(Child(workflow: child.workflow, version: child.version))
        }
    }

    private mutating func add(_ actions: [Action]) {
        for action in actions {
            switch action {
            case .notify(let notify): self.add(notify.to)
            case .choose(_, let then, let otherwise, _): self.add(then + otherwise)
            case .forEach(_, _, _, let actions, _): self.add(actions)
            case .assign, .raise, .send, .cancel, .emit, .log: break
            }
        }
    }
}

extension LocalizedText {
    /// Without the parts that are expressions.
    var plain: [String: String] {
        var texts: [String: String] = [:]
        for variant in self.variants {
            texts[variant.language] = variant.parts.reduce(into: "") { text, part in
                if case .literal(let literal) = part { text += literal }
            }
        }
        return texts
    }
}
