import Values

extension Compiler {
    // MARK: First: ids and names

    mutating func declareStates(_ root: Syntax) {
        if root["states"]?.entries?.isEmpty ?? true, root["states"]?.list == nil {
            self.error("missing-key", "a workflow needs 'states'", at: root["states"] ?? root)
        }
        self.declare(root, key: "", path: "", parent: nil, depth: 0)
        for id in self.chart.states.indices { self.checkKind(id) }
    }

    private mutating func declare(_ syntax: Syntax, key: String, path: String, parent: Int?, depth: Int) {
        let id = self.chart.states.count
        guard id < DefinitionLimits.states else {
            self.exceed("states", "there are more than \(DefinitionLimits.states) states", at: syntax)
            return
        }
        guard depth <= DefinitionLimits.stateDepth else {
            self.exceed("state-depth", "states are nested deeper than \(DefinitionLimits.stateDepth)", at: syntax)
            return
        }
        let kind = self.kind(of: syntax)
        self.chart.states.append(
            Chart.State(
                id: id, path: path, key: key, kind: kind, parent: parent, lastDescendant: id, position: syntax.position)
        )
        self.texts.append(syntax)
        if syntax["on"]?.list != nil { self.isConverted = true }
        if let other = self.chart.statePaths.updateValue(id, forKey: path) {
            let line = self.chart.states[other].position.line
            self.error("duplicate-path", "the state in line \(line) has the same path '\(path)'", at: syntax)
        }
        if let parent { self.chart.states[parent].children.append(id) }
        self.declareName(syntax["id"], of: id)
        if let states = syntax["states"], !states.isNull {
            self.declareChildren(states, of: id, depth: depth)
        }
        self.chart.states[id].lastDescendant = self.chart.states.count - 1
    }

    private mutating func declareChildren(_ states: Syntax, of id: Int, depth: Int) {
        guard let entries = states.entries else {
            self.error("expected-map", "states maps keys to states; this is \(states.kind)", at: states)
            return
        }
        let path = self.chart.states[id].path
        for entry in entries {
            guard !self.counts.reportedLimits.contains("states") else { return }
            self.checkStateKey(entry)
            // `idle:` with nothing in it is a state without keys.
            var child = entry.value
            if child.isNull { child.content = .map([]) }
            child.position = entry.keyPosition
            let childPath = path.isEmpty ? entry.key : "\(path).\(entry.key)"
            self.declare(child, key: entry.key, path: childPath, parent: id, depth: depth + 1)
        }
    }

    private mutating func checkStateKey(_ entry: Syntax.Entry) {
        let key = entry.key
        let isName = !key.isEmpty && key.utf8.count <= DefinitionLimits.nameBytes && !key.hasPrefix("#")
        let isClean = !key.hasPrefix(".") && !key.hasSuffix(".") && !key.hasPrefix(" ") && !key.hasSuffix(" ")
        if !isName || !isClean || key.unicodeScalars.contains(where: { $0.value < 0x20 }) {
            self.report(
                .error, "state-key", "'\(key)' cannot be a state's key", at: entry.keyPosition, path: entry.value.path,
                hint: "not empty, no '#' or '.' in front: paths are keys joined by dots")
        } else if key.contains(".") {
            self.report(
                .warning, "state-key", "'\(key)' reads like a path: dots join the keys of nested states",
                at: entry.keyPosition, path: entry.value.path)
        }
    }

    private mutating func declareName(_ syntax: Syntax?, of id: Int) {
        guard let syntax, let name = self.literal(syntax, "an id") else { return }
        if let other = self.chart.stateNames[name] {
            let message: Message = "'\(name)' is also the id of '\(self.chart.states[other].path)'"
            self.error("duplicate-id", message, at: syntax)
        } else {
            self.chart.stateNames[name] = id
            self.chart.states[id].name = name
        }
    }

    private mutating func kind(of syntax: Syntax) -> Chart.State.Kind {
        let hasChildren = !(syntax["states"]?.entries?.isEmpty ?? true)
        let words = ["atomic", "compound", "parallel", "final", "history"]
        let depth = self.keyword(syntax["history"], "history", among: ["shallow", "deep"])
        let keeps = if case .bool(true)? = syntax["keep"]?.content { true } else { false }
        if keeps, depth == "shallow", let written = syntax["history"] {
            self.error("shallow-keep", "what is kept is kept deeply: 'keep' does not go with 'shallow'", at: written)
        }
        let deep = keeps || depth == "deep"
        guard let type = syntax["type"], !type.isNull else {
            if syntax["history"] != nil, !hasChildren { return .history(deep: deep) }
            return hasChildren ? .compound : .atomic
        }
        switch self.keyword(type, "a state's type", among: words) {
        case "compound": return .compound
        case "parallel": return .parallel
        case "final": return .final
        case "history": return .history(deep: deep)
        default: return hasChildren ? .compound : .atomic
        }
    }

    /// What a kind of state cannot have.
    private mutating func checkKind(_ id: Int) {
        let state = self.chart.states[id]
        let syntax = self.texts[id]
        var refused: [String] = []
        var name = ""
        switch state.kind {
        case .atomic:
            (refused, name) = (["initial", "states", "history", "target", "output", "keep"], "an atomic state")
            if state.parent == nil { refused.removeAll { $0 == "output" || $0 == "states" } }
        case .compound:
            (refused, name) = (["history", "target", "output", "keep"], "a compound state")
            if state.parent == nil { refused.removeAll { $0 == "output" } }
            if state.children.isEmpty, state.parent != nil {
                self.error("no-initial", "the compound state '\(state.path)' has no states in it", at: syntax)
            }
        case .parallel:
            (refused, name) = (["initial", "history", "target", "output", "keep"], "a parallel state")
            if state.parent == nil { refused.removeAll { $0 == "output" } }
            if state.children.isEmpty, state.parent != nil {
                self.error("no-regions", "the parallel state '\(state.path)' has no regions in it", at: syntax)
            }
        case .final:
            refused = [
                "initial", "states", "on", "always", "after", "invoke", "onDone", "history", "target", "keep", "due",
                "roll", "remind", "onDue",
            ]
            name = "a final state"
        case .history:
            refused = [
                "initial", "states", "on", "always", "after", "entry", "exit", "invoke", "onDone", "output", "tags",
                "due", "roll", "remind", "onDue",
            ]
            name = "a history state"
        }
        for entry in syntax.entries ?? [] where refused.contains(entry.key) && !entry.value.isNull {
            if entry.key == "states", entry.value.entries?.isEmpty ?? false { continue }
            self.report(
                .error, "misplaced-key", "\(name) has no '\(entry.key)'", at: entry.keyPosition, path: entry.value.path)
        }
        if state.parent == nil {
            switch state.kind {
            case .final, .history: self.error("root-kind", "the workflow itself cannot be \(name)", at: syntax)
            default: break
            }
        }
    }

    // MARK: Second: what each state contains

    mutating func compileState(_ id: Int) {
        let syntax = self.texts[id]
        let fields: Fields
        if id == 0 {
            // The keys of the top were checked once.
            fields = Fields(syntax, Dictionary((syntax.entries ?? []).map { ($0.key, $0.value) }) { first, _ in first })
        } else {
            fields = self.fields(of: syntax, Keys.state, "a state")
            self.chart.states[id].title = self.text(fields["title"])
            self.chart.states[id].description = self.text(fields["description"])
        }
        let scope = Scope(names: self.letNames, roots: Scope.all)
        self.chart.states[id].meta = fields["meta"]?.value ?? .null
        self.chart.states[id].tags = self.tags(fields["tags"])
        self.chart.states[id].renamedFrom = self.literals(id == 0 ? nil : fields["renamedFrom"], "an earlier path")
        self.chart.states[id].output = fields["output"].map { self.template($0, scope) }
        self.chart.states[id].entry = self.blocks(fields["entry"], scope)
        self.chart.states[id].exit = self.blocks(fields["exit"], scope)
        self.chart.states[id].keeps = self.boolean(fields["keep"], "keep") ?? false
        self.compileInitial(id, fields)
        self.compileTransitions(id, fields, scope)
    }

    private mutating func tags(_ syntax: Syntax?) -> [String] {
        var tags: [String] = []
        for tag in self.literals(syntax, "a tag") where !tags.contains(tag) { tags.append(tag) }
        return tags
    }

    /// One list of actions is one block. A list of lists, which conversion from SCXML writes, is a block each.
    private mutating func blocks(_ syntax: Syntax?, _ scope: Scope) -> [[Action]] {
        guard let syntax else { return [] }
        if let lists = syntax.list, !lists.isEmpty, lists.allSatisfy({ $0.list != nil }) {
            return lists.map { self.actions($0, scope) }
        }
        let block = self.actions(syntax, scope)
        return block.isEmpty ? [] : [block]
    }

    // MARK: Initial states and histories

    private mutating func compileInitial(_ id: Int, _ fields: Fields) {
        switch self.chart.states[id].kind {
        case .compound:
            if let written = fields["initial"] {
                self.chart.states[id].initial = self.initial(written, base: id, within: id, what: "initial")
            } else {
                self.refuseNull("initial", fields)
                self.chart.states[id].initial = self.defaultInitial(of: id)
                if self.chart.states[id].initial == nil, !self.chart.states[id].children.isEmpty {
                    let message: Message =
                        "'\(self.chart.states[id].path)' contains histories only: where does it begin?"
                    self.error("no-initial", message, at: fields.syntax)
                }
            }
        case .history:
            guard let parent = self.chart.states[id].parent else { return }
            let written = fields["target"].flatMap {
                self.initial($0, base: parent, within: parent, what: "target")
            }
            if fields["target"] == nil { self.refuseNull("target", fields) }
            // Without a record and a target of its own it leads where its parent begins.
            self.chart.states[id].initial = written ?? self.historyDefault(of: id, in: parent)
        case .atomic, .parallel, .final: return
        }
    }

    private func defaultInitial(of id: Int) -> Chart.Initial? {
        let first = self.chart.states[id].children.first { !self.isHistory($0) }
        return first.map { Chart.Initial(targets: [$0], isExplicit: false) }
    }

    private func historyDefault(of history: Int, in parent: Int) -> Chart.Initial? {
        if self.chart.states[parent].kind == .parallel {
            let regions = self.chart.states[parent].children.filter { !self.isHistory($0) }
            return Chart.Initial(targets: regions, isExplicit: false)
        }
        // A parent that begins with this history begins with its first state where there is nothing to remember.
        let written = self.chart.states[parent].initial.flatMap { $0.targets == [history] ? nil : $0 }
        guard var initial = written ?? self.defaultInitial(of: parent) else { return nil }
        initial.isExplicit = false
        return initial
    }

    /// Histories of one state remember at the same time: one that leads to another leads on to the other's target.
    mutating func checkHistoryCycles() {
        var isKnown: Set<Int> = []
        for start in self.chart.states.indices where self.isHistory(start) {
            var way: [Int] = []
            var current: Int? = start
            while let history = current, isKnown.insert(history).inserted {
                way.append(history)
                current = self.chart.states[history].initial?.targets.first { self.isHistory($0) }
            }
            guard let current, let first = way.firstIndex(of: current) else { continue }
            for history in way[first...] {
                let state = self.chart.states[history]
                let message: Message =
                    "the history '\(state.path)' leads back to itself when there is nothing to remember"
                self.error("history-cycle", message, at: self.texts[history]["target"] ?? self.texts[history])
            }
        }
    }

    func isHistory(_ id: Int) -> Bool {
        if case .history = self.chart.states[id].kind { return true }
        return false
    }

    private mutating func initial(_ syntax: Syntax, base: Int, within: Int, what: Message) -> Chart.Initial? {
        var targets = syntax
        var actions: [Action] = []
        if syntax.entries != nil {
            let fields = self.fields(of: syntax, Keys.initial, what)
            guard let target = fields["target"] else {
                self.refuseNull("target", fields)
                if fields.written("target") == nil {
                    self.error("missing-key", "\(what) needs the key 'target'", at: syntax)
                }
                return nil
            }
            targets = target
            actions = self.actions(fields["actions"], Scope(names: self.letNames, roots: Scope.all))
        }
        var found: [Int] = []
        for element in targets.oneOrMany {
            guard let target = self.target(element, from: base, isInside: true) else { continue }
            if target <= within || target > self.chart.states[within].lastDescendant {
                let path = self.chart.states[within].path
                let message: Message =
                    "'\(element.text)' does not lie in '\(path.isEmpty ? self.chart.workflow : path)'"
                self.error("illegal-target", message, at: element)
            } else {
                found.append(target)
            }
        }
        guard !found.isEmpty else { return nil }
        self.checkTogether(found, at: targets)
        return Chart.Initial(targets: found, actions: actions)
    }

    /// `key:` with nothing behind it, where something must be.
    mutating func refuseNull(_ key: String, _ fields: Fields) {
        guard let written = fields.written(key), written.isNull else { return }
        self.error("null-value", "'\(key)' is null", at: written, hint: "did '#' start a comment? quote it: \"#id\"")
    }
}
