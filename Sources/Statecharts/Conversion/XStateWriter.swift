import Values

/// A chart as the JSON of XState v5's `createMachine`. Expressions stand in `{{ }}` and in guards of the type `cel`; what
/// XState has no key for stands under `meta.silian`.
struct XStateWriter {
    let source: ChartText
    var notes: Conversion.Notes
    /// Transitions under `on`, those of one that stands under several events each time.
    private var written = 0

    init(_ source: ChartText) {
        self.source = source
        self.notes = Conversion.Notes(file: source.chart.workflow)
    }

    private var chart: Chart { self.source.chart }

    mutating func write() -> String { self.state(0).json(indented: true) + "\n" }

    private static let known: Set<String> = [
        "id", "type", "initial", "states", "on", "always", "after", "entry", "exit", "invoke", "onDone", "output",
        "tags",
        "meta", "history", "target", "context", "workflow",
    ]

    private mutating func state(_ id: Int) -> Tree {
        let state = self.chart.states[id]
        let syntax = self.source.states[id]
        var entries: [(String, Tree?)] = []
        entries.append(("id", id == 0 ? .string(self.chart.workflow) : state.name.map { .string($0) }))
        switch state.kind {
        case .parallel: entries.append(("type", "parallel"))
        case .final: entries.append(("type", "final"))
        case .history(let deep):
            entries += [("type", "history"), ("history", deep ? "deep" : "shallow")]
        case .atomic, .compound: break
        }
        var extras = self.source.extras(of: id, without: Self.known)
        if let text = syntax["description"]?.string {
            entries.append(("description", .string(text)))
            extras.removeAll { $0.key == "description" }
        }
        if id == 0, let context = syntax["context"] { entries.append(("context", Tree(context))) }
        entries.append(("tags", syntax["tags"].map { Tree($0) }))
        var meta = syntax["meta"].map { Tree($0) }?.entries ?? []
        if !extras.isEmpty { meta.append(Tree.Entry(key: "silian", value: .map(extras))) }
        entries.append(("meta", meta.isEmpty ? nil : .map(meta)))
        if let initial = state.initial, initial.isExplicit || state.kind == .compound {
            let isHistory = state.kind != .compound
            entries.append((isHistory ? "target" : "initial", self.initial(initial, of: id, syntax)))
        }
        entries.append(("entry", self.blocks(syntax["entry"], of: state)))
        entries.append(("exit", self.blocks(syntax["exit"], of: state)))
        entries += self.work(id)
        entries.append(("output", syntax["output"].map { ExpressionText.braced(Tree($0)) }))
        let children = state.children.map { (self.chart.states[$0].key, Optional(self.state($0))) }
        if !children.isEmpty { entries.append(("states", .entries(children))) }
        return .entries(entries)
    }

    private mutating func blocks(_ syntax: Syntax?, of state: Chart.State) -> Tree? {
        let blocks = ChartText.blocks(syntax)
        if blocks.count > 1 {
            let message: Message =
                "'\(state.path)' has several blocks of actions; in XState an error does not end its block only"
            self.notes.warn("blocks", message, at: state.position)
        }
        let actions = blocks.flatMap { self.actions($0) }
        return actions.isEmpty ? nil : .list(actions)
    }

    // MARK: Targets

    private func reference(_ id: Int) -> String {
        var keys: [String] = []
        var current = id
        while let parent = self.chart.states[current].parent {
            keys.append(self.chart.states[current].key.split(separator: ".").joined(separator: "\\."))
            current = parent
        }
        return "#" + ([self.chart.workflow] + keys.reversed()).joined(separator: ".")
    }

    private func target(_ id: Int, from source: Int) -> Tree {
        let target = self.chart.states[id]
        let isSibling = target.parent == self.chart.states[source].parent && source > 0
        let isPlain = !target.key.contains(".") && !target.key.hasPrefix("#")
        return .string(isSibling && isPlain ? target.key : self.reference(id))
    }

    private mutating func initial(_ initial: Chart.Initial, of id: Int, _ syntax: Syntax) -> Tree? {
        let written = syntax["initial"] ?? syntax["target"]
        let targets = initial.targets.map { target -> Tree in
            let state = self.chart.states[target]
            let isChild = state.parent == id && !state.key.hasPrefix("#")
            return .string(isChild ? state.key : self.reference(target))
        }
        guard let target = Tree.oneOrMany(targets) else { return nil }
        let actions = self.actions(written?["actions"])
        return actions.isEmpty ? target : .entries([("target", target), ("actions", .list(actions))])
    }

    // MARK: Transitions and invocations

    private mutating func work(_ id: Int) -> [(String, Tree?)] {
        let state = self.chart.states[id]
        var byOrigin: [ChartText.Origin: [Tree]] = [:]
        var external: [Int] = []
        for index in state.eventTransitions {
            let origin = self.source.origin(of: self.chart.transitions[index])
            if origin == .event {
                external.append(index)
            } else {
                byOrigin[origin, default: []].append(self.transition(index))
            }
        }
        var invocations: [Tree] = []
        for (index, written) in self.source.invocations(of: id).enumerated() where index < state.invocations.count {
            invocations.append(self.invocation(written, state.invocations[index].id, index, byOrigin))
        }
        var after: [(String, [Tree])] = []
        for (index, timer) in state.timers.enumerated() {
            let key = DelayText.milliseconds(timer.key).map { String($0) } ?? timer.key
            let place = after.firstIndex { $0.0 == key } ?? after.count
            if place == after.count { after.append((key, [])) }
            after[place].1 += byOrigin[.after(timer: index)] ?? []
        }
        // What follows one without a guard is never taken; XState passes over it, our compiler does not.
        let winner = state.always.firstIndex { self.chart.transitions[$0].guardCondition == nil }
        let always = state.always.prefix((winner ?? state.always.count) + 1).map { self.transition($0) }
        return [
            ("invoke", Tree.oneOrMany(invocations)),
            ("onDone", state.hasOnDone ? Tree.oneOrMany(byOrigin[.onDone] ?? []) ?? .list([]) : nil),
            ("on", self.on(external, of: id)),
            ("always", always.isEmpty ? nil : Tree.oneOrMany(always)),
            ("after", after.isEmpty ? nil : .entries(after.map { ($0.0, Tree.oneOrMany($0.1) ?? .list([])) })),
        ]
    }

    /// By descriptor. Under each stand, in their order, all transitions that listen to what it names: a list of our
    /// language may try `*` before a name.
    private mutating func on(_ transitions: [Int], of id: Int) -> Tree? {
        guard !transitions.isEmpty else { return nil }
        let isListed = self.source.states[id]["on"]?.list != nil
        var keys: [Chart.Descriptor] = []
        var known: Set<Chart.Descriptor> = []
        for index in transitions {
            for descriptor in self.chart.transitions[index].descriptors where known.insert(descriptor).inserted {
                keys.append(descriptor)
            }
        }
        let listeners = Listeners(transitions, of: self.chart)
        var written: [(String, Tree?)] = []
        for key in keys {
            let heard = listeners.covering(key)
            let own = isListed ? heard : heard.filter { self.chart.transitions[$0].descriptors.contains(key) }
            let last = own.firstIndex { self.chart.transitions[$0].guardCondition == nil } ?? own.count
            let list = own.prefix(last + 1)
            self.written += list.count
            guard self.written <= DefinitionLimits.transitions * 2 else {
                let message: Message =
                    "in XState every event lists all transitions that hear it, which are too many together"
                self.notes.add(.error, "limit-transitions", message, at: self.chart.states[id].position)
                break
            }
            written.append((self.event(key), Tree.oneOrMany(list.map { self.transition($0) })))
        }
        return .entries(written)
    }

    private func event(_ descriptor: Chart.Descriptor) -> String {
        switch descriptor {
        case .any: return "*"
        case .prefix(let name): return "\(name).*"
        case .exact(let name):
            if name.hasPrefix("done.invoke.") { return "xstate.done.actor." + name.dropFirst("done.invoke.".count) }
            if name.hasPrefix("error.invoke.") { return "xstate.error.actor." + name.dropFirst("error.invoke.".count) }
            guard name.hasPrefix("done.state."),
                let id = self.chart.statePaths[String(name.dropFirst("done.state.".count))]
            else { return name }
            let reference = self.reference(id).dropFirst()
            return "xstate.done.state.\(self.chart.states[id].name ?? String(reference))"
        }
    }

    private mutating func transition(_ index: Int) -> Tree {
        let transition = self.chart.transitions[index]
        let syntax = self.source.syntax(of: transition)
        let targets = transition.targets.map { self.target($0, from: transition.source) }
        let actions = self.actions(syntax?["actions"])
        if targets.count == 1, transition.guardCondition == nil, actions.isEmpty, !transition.reenter,
            transition.description == nil
        {
            return targets[0]
        }
        let condition = transition.guardCondition.map { guardText -> Tree in
            .entries([("type", "cel"), ("params", .entries([("expression", .string(guardText.source))]))])
        }
        return .entries([
            ("guard", condition), ("target", Tree.oneOrMany(targets)),
            ("reenter", transition.reenter ? .scalar(.bool(true)) : nil),
            ("actions", actions.isEmpty ? nil : .list(actions)),
            ("description", transition.description.map { .string($0) }),
        ])
    }

    private func invocation(
        _ written: Syntax, _ name: String, _ index: Int, _ byOrigin: [ChartText.Origin: [Tree]]
    ) -> Tree {
        let own = (written.entries ?? []).filter { !["id", "src", "onDone", "onError"].contains($0.key) }
        let input = own.map { ($0.key, Optional(Tree($0.value))) }
        return .entries([
            ("id", .string(name)), ("src", .string(written["src"]?.text ?? "worker")),
            ("input", input.isEmpty ? nil : .entries(input)),
            ("onDone", Tree.oneOrMany(byOrigin[.done(invocation: index)] ?? [])),
            ("onError", Tree.oneOrMany(byOrigin[.failed(invocation: index)] ?? [])),
        ])
    }

    // MARK: Actions

    /// Named ones keep their names: their lists travel under `meta.silian.actions`.
    private func actions(_ syntax: Syntax?) -> [Tree] {
        guard let syntax, !syntax.isNull else { return [] }
        return syntax.oneOrMany.map { self.action($0) }
    }

    private func action(_ syntax: Syntax) -> Tree {
        if let name = syntax.string { return .entries([("type", .string(name))]) }
        if syntax["if"] != nil {
            let otherwise = syntax["else"].map { Tree.list(self.actions($0)) }
            let parameters = Tree.entries([
                ("if", syntax["if"].map { Tree($0) }), ("actions", .list(self.actions(syntax["actions"]))),
                ("else", otherwise),
            ])
            return .entries([("type", "if"), ("params", parameters)])
        }
        guard let entry = syntax.entries?.first else { return .map([]) }
        switch entry.key {
        case "assign":
            let values = (entry.value.entries ?? []).map { ($0.key, Optional(ExpressionText.braced(Tree($0.value)))) }
            return .entries([("type", "assign"), ("params", .entries(values))])
        case "cancel": return .entries([("type", "cancel"), ("params", .entries([("id", .string(entry.value.text))]))])
        case "forEach":
            var parameters = (entry.value.entries ?? []).filter { $0.key != "actions" }.map {
                ($0.key, Optional(Tree($0.value)))
            }
            parameters.append(("actions", .list(self.actions(entry.value["actions"]))))
            return .entries([("type", "forEach"), ("params", .entries(parameters))])
        default: return .entries([("type", .string(entry.key)), ("params", Tree(entry.value))])
        }
    }
}

extension Tree: ExpressibleByStringLiteral {
    init(stringLiteral text: String) { self = .string(text) }
}
