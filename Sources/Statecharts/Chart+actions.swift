extension Chart {
    /// Every action with the state that it belongs to, named lists included.
    var allActions: [(state: Int, action: Action)] {
        var all: [(state: Int, action: Action)] = []
        func add(_ actions: [Action], _ state: Int) {
            for action in actions {
                all.append((state, action))
                switch action {
                case .choose(_, let then, let otherwise, _):
                    add(then, state)
                    add(otherwise, state)
                case .forEach(_, _, _, let actions, _): add(actions, state)
                default: break
                }
            }
        }
        for state in self.states {
            for block in state.entry + state.exit { add(block, state.id) }
            add(state.initial?.actions ?? [], state.id)
        }
        for transition in self.transitions { add(transition.actions, transition.source) }
        return all
    }

    /// What its actions send to other instances.
    var sends: [Action.Send] {
        self.allActions.compactMap { if case .send(let send) = $0.action { send } else { nil } }
    }

    /// Ids of the invocations that start a workflow.
    func invocations(of workflow: String) -> Set<String> {
        let children = self.states.flatMap(\.invocations).filter { invocation in
            guard case .child(let child) = invocation.source else { return false }
            return child.workflow == workflow
        }
        return Set(children.map(\.id))
    }
}
