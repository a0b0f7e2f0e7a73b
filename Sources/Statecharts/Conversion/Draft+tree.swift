import Values

extension Draft {
    /// The definition. States get an `id` where a target could be read in two ways.
    func tree() -> Tree {
        var writer = DraftWriter(self)
        return writer.tree()
    }
}

private struct DraftWriter {
    private var draft: Draft
    private let paths: [String]
    private let byPath: [String: [Int]]
    private var names: UniqueNames

    init(_ draft: Draft) {
        self.draft = draft
        self.names = UniqueNames(taken: draft.states.compactMap(\.name))
        var paths: [String] = []
        var byPath: [String: [Int]] = [:]
        for (id, state) in draft.states.enumerated() {
            let above = state.parent.map { paths[$0] } ?? ""
            let path = state.parent == nil ? "" : above.isEmpty ? state.key : "\(above).\(state.key)"
            paths.append(path)
            byPath[path, default: []].append(id)
        }
        self.paths = paths
        self.byPath = byPath
    }

    mutating func tree() -> Tree {
        // Spelling the targets gives names; they are written afterwards.
        _ = self.state(0)
        var entries: [Tree.Entry] = [Tree.Entry(key: "workflow", value: .string(self.draft.workflow))]
        entries += self.draft.completeHead
        if case .map(let own) = self.state(0) { entries += own.filter { $0.key != "workflow" } }
        return .map(entries)
    }

    private mutating func state(_ id: Int) -> Tree {
        let state = self.draft.states[id]
        var entries: [(String, Tree?)] = []
        entries.append(("id", state.name.map { .string($0) }))
        entries.append(("type", state.kind.map { .string($0) }))
        entries += state.extras.map { ($0.key, $0.value) }
        entries.append(("history", state.history.map { .string($0) }))
        let what = state.history == nil ? "initial" : "target"
        entries.append((what, state.initial.flatMap { self.initial($0, of: id, isHistory: state.history != nil) }))
        entries.append(("entry", Self.blocks(state.entry)))
        entries.append(("exit", Self.blocks(state.exit)))
        let invocations = state.invoke.map { self.invocation($0, from: id) }
        entries.append(("invoke", Tree.oneOrMany(invocations)))
        entries.append(("onDone", state.onDone.map { self.transitions($0, from: id) }))
        entries.append(("on", self.on(state, from: id)))
        entries.append(("always", state.always.isEmpty ? nil : self.transitions(state.always, from: id)))
        if !state.after.isEmpty {
            entries.append(
                ("after", .entries(state.after.map { ($0.delay, self.transitions($0.transitions, from: id)) })))
        }
        entries.append(("output", state.output))
        let children = state.children.map { (self.draft.states[$0].key, Optional(self.state($0))) }
        if !children.isEmpty || id == 0 { entries.append(("states", .entries(children))) }
        return .entries(entries)
    }

    private static func blocks(_ blocks: [[Tree]]) -> Tree? {
        let blocks = blocks.filter { !$0.isEmpty }
        guard blocks.count > 1 else { return blocks.first.map { .list($0) } }
        return .list(blocks.map { .list($0) })
    }

    // MARK: Transitions

    private mutating func on(_ state: Draft.State, from id: Int) -> Tree? {
        guard !state.on.isEmpty else { return nil }
        if state.isListed {
            return .list(state.on.map { self.transition($0, from: id, withEvent: true) })
        }
        var names: [String] = []
        var byEvent: [String: [Draft.Transition]] = [:]
        for transition in state.on {
            for event in transition.events {
                if byEvent[event] == nil { names.append(event) }
                byEvent[event, default: []].append(transition)
            }
        }
        return .entries(names.map { ($0, self.transitions(byEvent[$0] ?? [], from: id)) })
    }

    private mutating func transitions(_ transitions: [Draft.Transition], from id: Int) -> Tree {
        let written = transitions.map { self.transition($0, from: id, withEvent: false) }
        return Tree.oneOrMany(written) ?? .list([])
    }

    private mutating func transition(_ transition: Draft.Transition, from id: Int, withEvent: Bool) -> Tree {
        let targets = transition.targets.map { Tree.string(self.spelling($0, from: id, isInside: false)) }
        let isPlain =
            !withEvent && targets.count == 1 && transition.guardText == nil && transition.actions.isEmpty
            && !transition.reenter && transition.description == nil
        if isPlain { return targets[0] }
        return .entries([
            ("event", withEvent ? Tree.oneOrMany(transition.events.map { .string($0) }) : nil),
            ("guard", transition.guardText),
            ("target", Tree.oneOrMany(targets)),
            ("reenter", transition.reenter ? .scalar(.bool(true)) : nil),
            ("actions", transition.actions.isEmpty ? nil : .list(transition.actions)),
            ("description", transition.description),
        ])
    }

    private mutating func initial(_ initial: Draft.Initial, of id: Int, isHistory: Bool) -> Tree? {
        let base = isHistory ? self.draft.states[id].parent ?? 0 : id
        let targets = initial.targets.map { Tree.string(self.spelling($0, from: base, isInside: true)) }
        guard let target = Tree.oneOrMany(targets) else { return nil }
        return initial.actions.isEmpty ? target : .entries([("target", target), ("actions", .list(initial.actions))])
    }

    private mutating func invocation(_ invocation: Draft.Invocation, from id: Int) -> Tree {
        var entries = invocation.entries
        if let onDone = invocation.onDone {
            entries.append(Tree.Entry(key: "onDone", value: self.transitions(onDone, from: id)))
        }
        if let onError = invocation.onError {
            entries.append(Tree.Entry(key: "onError", value: self.transitions(onError, from: id)))
        }
        return .map(entries)
    }

    // MARK: Targets

    /// The shortest text that names a state from here, and no other one.
    private mutating func spelling(_ target: Int, from source: Int, isInside: Bool) -> String {
        let base = isInside ? source : self.draft.states[source].parent ?? source
        let path = self.paths[target]
        let basePath = self.paths[base]
        let isUnique = self.byPath[path]?.count == 1
        if !isInside, isUnique, source != base, target != source, self.draft.isInside(target, source) {
            let sourcePath = self.paths[source]
            let below = sourcePath.isEmpty ? path : String(path.dropFirst(sourcePath.count + 1))
            if Self.isSpeakable(below) { return "." + below }
        }
        if isUnique, self.draft.isInside(target, base), target != base {
            let near = basePath.isEmpty ? path : String(path.dropFirst(basePath.count + 1))
            let other = self.byPath[near]?.first
            if other == nil || other == target, Self.isSpeakable(near) { return near }
        }
        let near = basePath.isEmpty ? path : "\(basePath).\(path)"
        if isUnique, Self.isSpeakable(path), near == path || self.byPath[near] == nil { return path }
        return "#" + self.name(of: target)
    }

    private static func isSpeakable(_ text: String) -> Bool { !text.hasPrefix("#") && !text.hasPrefix(".") }

    private mutating func name(of id: Int) -> String {
        if let name = self.draft.states[id].name { return name }
        let name = self.names.unique(self.paths[id].isEmpty ? "root" : self.paths[id])
        self.draft.states[id].name = name
        return name
    }
}
