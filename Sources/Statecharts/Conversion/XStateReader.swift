import Values

/// XState v5 JSON to our language.
struct XStateReader {
    var notes: Conversion.Notes
    var draft = Draft(workflow: "")
    /// id of XState → state.
    var names: [String: Int] = [:]
    private var texts: [Syntax] = []
    private var rootName = ""
    /// Per state the ids of its invocations; nil: the state's path is the id.
    private var invocationIDs: [[String?]] = []
    /// Ids of XState's making, and those that cannot be ids here → ours.
    private var invocationNames: [String: String] = [:]
    /// Names of placeholders by what they stand for.
    var placeholders: [String: String] = [:]
    var placeholderNames = UniqueNames()
    /// Names of events that come from outside, in their order; not used as soon as any may come.
    private var events: [String] = []
    private var heard: Set<String> = []
    private var hearsAny = false
    private var raised: Set<String> = []

    init(file: String) { self.notes = Conversion.Notes(file: file) }

    mutating func read(_ root: Syntax) -> Draft? {
        guard root.entries != nil else {
            self.notes.add(.error, "not-xstate", "a machine is a JSON object, not \(root.kind)", at: root.position)
            return nil
        }
        guard root["states"]?.entries != nil || root["on"] != nil || root["invoke"] != nil || root["initial"] != nil
        else {
            let hint: Message = "the argument of createMachine, as JSON"
            self.notes.add(
                .error, "not-xstate", "this is no machine: it has no 'states'", hint: hint, at: root.position)
            return nil
        }
        self.rootName = root["id"]?.text ?? "(machine)"
        self.draft.workflow = root["workflow"]?.string ?? Draft.workflowID(root["id"]?.text ?? "")
        self.declare(root, key: "", parent: nil, depth: 0)
        guard !self.notes.diagnostics.contains(where: { $0.severity == .error }) else { return nil }
        if self.draft.states[0].children.isEmpty {
            let message: Message = "the machine has no states; it got one, 'running'"
            self.notes.warn("no-states", message, at: root.position)
            self.draft.states.append(Draft.State(key: "running", parent: 0))
            self.draft.states[0].children = [1]
        }
        self.nameInvocations()
        self.readHead(root)
        for (id, syntax) in self.texts.enumerated() { self.readState(id, syntax) }
        self.declareEvents()
        return self.draft
    }

    private mutating func declare(_ syntax: Syntax, key: String, parent: Int?, depth: Int) {
        let id = self.draft.states.count
        guard id < DefinitionLimits.states, depth <= DefinitionLimits.stateDepth else {
            self.notes.add(.error, "limit-states", "there are too many states", at: syntax.position, path: syntax.path)
            return
        }
        self.draft.states.append(Draft.State(key: key, parent: parent))
        self.texts.append(syntax)
        if let parent { self.draft.states[parent].children.append(id) }
        if let name = syntax["id"]?.text {
            self.names[name] = self.names[name] ?? id
            if parent != nil { self.draft.states[id].name = name }
        }
        for entry in syntax["states"]?.entries ?? [] {
            self.declare(entry.value, key: entry.key, parent: id, depth: depth + 1)
        }
    }

    // MARK: Top

    private mutating func readHead(_ root: Syntax) {
        for entry in root["meta"]?["silian"]?.entries ?? [] where Compiler.Keys.root.contains(entry.key) {
            self.draft.head.append(Tree.Entry(key: entry.key, value: Tree(entry.value)))
        }
        if self.draft.head.contains(where: { $0.key == "events" }) { self.hearsAny = true }
        if let context = root["context"] {
            if context.entries != nil {
                self.draft.set("context", Tree(context))
            } else {
                self.notes.warn("context", "a context is an object; this one was dropped", at: context.position)
            }
        }
    }

    /// What people and clients may send has to be declared; a machine of XState takes anything.
    private mutating func declareEvents() {
        let known = self.events.filter { !self.raised.contains($0) }
        guard !self.hearsAny, !known.isEmpty else { return }
        self.draft.set("events", .entries(known.map { ($0, .map([])) }))
    }

    mutating func noteRaised(_ name: String) { self.raised.insert(name) }

    // MARK: States

    private static let stateKeys: Set<String> = [
        "id", "type", "initial", "states", "on", "always", "after", "entry", "exit", "invoke", "onDone", "history",
        "target", "output", "tags", "meta", "description", "context", "version", "workflow", "order", "key", "schemas",
        "types", "predictableActionArguments", "$schema",
    ]

    private mutating func readState(_ id: Int, _ syntax: Syntax) {
        for entry in syntax.entries ?? [] where !Self.stateKeys.contains(entry.key) {
            let message: Message = "'\(entry.key)' has no meaning here and was dropped"
            self.notes.warn("dropped-key", message, at: entry.keyPosition, path: entry.value.path)
        }
        let children = self.draft.states[id].children
        var kind = syntax["type"]?.string
        if kind == "atomic" || kind == "compound" { kind = nil }
        if kind == "history" || (syntax["history"]?.isScalar ?? false) && kind == nil && children.isEmpty {
            self.readHistory(id, syntax)
            return
        }
        self.draft.states[id].kind = kind
        self.readExtras(id, syntax)
        if let initial = syntax["initial"], kind != "parallel", !children.isEmpty {
            self.draft.states[id].initial = self.initial(initial, of: id, base: id)
        }
        let entry = self.actions(syntax["entry"])
        let exit = self.actions(syntax["exit"])
        self.draft.states[id].entry = entry.isEmpty ? [] : [entry]
        self.draft.states[id].exit = exit.isEmpty ? [] : [exit]
        self.draft.states[id].output = syntax["output"].map { ExpressionText.template(of: Tree($0)) }
        guard kind != "final" else { return }
        for (invocation, name) in zip(syntax["invoke"]?.oneOrMany ?? [], self.invocationIDs[id]) {
            let read = self.invocation(invocation, named: name, of: id)
            self.draft.states[id].invoke += read.map { [$0] } ?? []
        }
        for entry in syntax["on"]?.entries ?? [] {
            let event = self.eventName(entry.key)
            self.note(event)
            for transition in self.transitions(entry.value, from: id) {
                var transition = transition
                transition.events = [event]
                self.draft.states[id].on.append(transition)
            }
        }
        self.draft.states[id].always = self.transitions(syntax["always"], from: id)
        if let onDone = syntax["onDone"] { self.draft.states[id].onDone = self.transitions(onDone, from: id) }
        for entry in syntax["after"]?.entries ?? [] {
            let delay = self.delay(entry.key, at: entry.keyPosition)
            self.draft.states[id].after.append((delay, self.transitions(entry.value, from: id)))
        }
    }

    private mutating func note(_ event: String) {
        guard event != "*", !event.hasSuffix(".*") else {
            self.hearsAny = true
            return
        }
        guard EngineEvents.reservation(of: event) == nil, Compiler.isEventName(event), self.heard.insert(event).inserted
        else { return }
        self.events.append(event)
    }

    private mutating func readHistory(_ id: Int, _ syntax: Syntax) {
        self.draft.states[id].kind = nil
        self.draft.states[id].history = syntax["history"]?.string == "deep" ? "deep" : "shallow"
        self.readExtras(id, syntax)
        let parent = self.draft.states[id].parent ?? 0
        if let target = syntax["target"] {
            let found = target.oneOrMany.compactMap { self.target($0, from: id) }
            // Where only the other language may lead out of the parent, the parent's beginning is taken.
            let inside = found.filter { $0 != parent && self.draft.isInside($0, parent) }
            if inside.count < found.count {
                self.notes.warn("history-target", "a history leads into its parent only", at: target.position)
            }
            self.draft.states[id].initial = inside.isEmpty ? nil : Draft.Initial(targets: inside)
        }
    }

    private mutating func readExtras(_ id: Int, _ syntax: Syntax) {
        var extras: [Tree.Entry] = []
        for key in ["description", "tags"] {
            if let value = syntax[key] {
                let tree = Tree(value)
                let isText = key == "description"
                extras.append(
                    Tree.Entry(key: key, value: isText ? .string(ExpressionText.text(tree.text ?? value.text)) : tree))
            }
        }
        if let meta = syntax["meta"] {
            var rest = Tree(meta)
            if case .map(let entries) = rest { rest = .map(entries.filter { $0.key != "silian" }) }
            if !rest.isEmpty { extras.append(Tree.Entry(key: "meta", value: rest)) }
            if id > 0 || self.draft.states[id].parent != nil {
                for entry in meta["silian"]?.entries ?? [] where Compiler.Keys.state.contains(entry.key) {
                    extras.removeAll { $0.key == entry.key }
                    extras.append(Tree.Entry(key: entry.key, value: Tree(entry.value)))
                }
            }
        }
        if id == 0 { extras.removeAll { extra in self.draft.head.contains { $0.key == extra.key } } }
        self.draft.states[id].extras = extras
    }

    private mutating func initial(_ syntax: Syntax, of id: Int, base: Int) -> Draft.Initial? {
        let targets = (syntax["target"] ?? syntax).oneOrMany.compactMap { node -> Int? in
            guard let text = node.string else { return nil }
            let child = self.descend(from: id, text.hasPrefix(".") ? String(text.dropFirst()) : text)
            return child ?? (text.hasPrefix("#") ? self.named(String(text.dropFirst())) : nil)
        }
        if targets.isEmpty {
            let message: Message = "'\(syntax.text)' is not a state in here; the first one was taken"
            self.notes.warn("unknown-target", message, at: syntax.position, path: syntax.path)
            return nil
        }
        return Draft.Initial(targets: targets, actions: self.actions(syntax["actions"]))
    }

    // MARK: Transitions

    mutating func transitions(_ syntax: Syntax?, from id: Int) -> [Draft.Transition] {
        guard let syntax else { return [] }
        let elements = syntax.oneOrMany
        let read = elements.compactMap { self.transition($0, from: id) }
        guard let winner = read.firstIndex(where: { $0.guardText == nil }), winner + 1 < read.count else { return read }
        let message: Message = "what follows the transition without a guard is never taken, and was dropped"
        self.notes.warn("never-taken", message, at: syntax.position, path: syntax.path)
        return Array(read.prefix(winner + 1))
    }

    private mutating func transition(_ syntax: Syntax, from id: Int) -> Draft.Transition? {
        if syntax.isNull { return Draft.Transition() }
        if syntax.string != nil {
            return self.target(syntax, from: id).map { Draft.Transition(targets: [$0]) }
        }
        guard syntax.entries != nil else {
            let message: Message = "a transition is a target or an object, not \(syntax.kind)"
            self.notes.warn("transition", message, at: syntax.position, path: syntax.path)
            return nil
        }
        let known = ["target", "guard", "cond", "actions", "reenter", "description", "meta", "internal", "event"]
        for entry in syntax.entries ?? [] where !known.contains(entry.key) {
            let message: Message = "'\(entry.key)' has no meaning here and was dropped"
            self.notes.warn("dropped-key", message, at: entry.keyPosition, path: entry.value.path)
        }
        var transition = Draft.Transition()
        if let target = syntax["target"], !target.isNull {
            transition.targets = target.oneOrMany.compactMap { self.target($0, from: id) }
            guard !transition.targets.isEmpty || target.list?.isEmpty ?? false else { return nil }
        }
        transition.guardText = (syntax["guard"] ?? syntax["cond"]).map { .string(self.condition($0)) }
        transition.actions = self.actions(syntax["actions"])
        transition.reenter = syntax["reenter"]?.value.bool ?? false
        if let text = syntax["description"]?.string { transition.description = .string(ExpressionText.text(text)) }
        return transition
    }

    private mutating func target(_ syntax: Syntax, from id: Int) -> Int? {
        let text = syntax.text
        let found: Int?
        if text.hasPrefix("#") {
            found = self.named(String(text.dropFirst()))
        } else if text.hasPrefix(".") {
            found = self.descend(from: id, String(text.dropFirst()))
        } else {
            found = self.descend(from: self.draft.states[id].parent ?? id, text)
        }
        if found == nil {
            let message: Message = "there is no state '\(text)' here; the transition was dropped"
            self.notes.warn("unknown-target", message, at: syntax.position, path: syntax.path)
        } else if found == 0 {
            let message: Message = "a machine cannot be its own target here; the transition was dropped"
            self.notes.warn("illegal-target", message, at: syntax.position, path: syntax.path)
            return nil
        }
        return found
    }

    private func named(_ text: String) -> Int? {
        if let id = self.names[text] { return id }
        if text == self.rootName { return 0 }
        var rest = text[...]
        while let dot = rest.lastIndex(of: ".") {
            rest = rest[..<dot]
            let name = String(rest)
            guard let id = self.names[name] ?? (name == self.rootName ? 0 : nil) else { continue }
            return self.descend(from: id, String(text[text.index(after: dot)...]))
        }
        return nil
    }

    /// Keys joined by dots; `\.` is a dot within a key.
    private func descend(from base: Int, _ path: String) -> Int? {
        var keys = [""]
        var isEscaped = false
        for character in path {
            if isEscaped {
                keys[keys.count - 1].append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "." {
                keys.append("")
            } else {
                keys[keys.count - 1].append(character)
            }
        }
        var current = base
        for key in keys {
            guard let next = self.draft.states[current].children.first(where: { self.draft.states[$0].key == key })
            else { return nil }
            current = next
        }
        return current
    }

    // MARK: Names

    /// An invocation without an id is called `0.machine.path` there, after its place and its state's id.
    private mutating func nameInvocations() {
        for (id, syntax) in self.texts.enumerated() {
            let invocations = syntax["invoke"]?.oneOrMany ?? []
            let path = self.draft.path(id)
            let state = self.draft.states[id].name ?? (path.isEmpty ? self.rootName : "\(self.rootName).\(path)")
            var names = UniqueNames()
            var own: [String?] = []
            for (index, invocation) in invocations.enumerated() {
                let theirs = invocation["id"]?.text ?? "\(index).\(state)"
                let isNamed = invocation["id"] != nil || invocations.count > 1
                let name = isNamed ? names.unique(Self.invocationID(theirs)) : nil
                own.append(name)
                let ours = name ?? (path.isEmpty ? self.draft.workflow : path)
                self.invocationNames[theirs] = self.invocationNames[theirs] ?? ours
            }
            self.invocationIDs.append(own)
        }
    }

    private static func invocationID(_ text: String) -> String {
        if Compiler.isEventName(text) { return text }
        let words = text.split { !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != "-" }
        let id = words.joined(separator: ".")
        return Compiler.isEventName(id) ? id : "invocation"
    }

    /// XState's own events have other names than ours.
    func eventName(_ name: String) -> String {
        let actors = [
            ("xstate.done.actor.", "done.invoke."), ("xstate.error.actor.", "error.invoke."),
            ("error.platform.", "error.invoke."),
        ]
        for (theirs, ours) in actors where name.hasPrefix(theirs) {
            let invocation = String(name.dropFirst(theirs.count))
            return ours + (self.invocationNames[invocation] ?? invocation)
        }
        for prefix in ["xstate.done.state.", "done.state."] where name.hasPrefix(prefix) {
            let state = String(name.dropFirst(prefix.count))
            return self.named(state).map { "done.state.\(self.draft.path($0))" } ?? name
        }
        return name
    }

    private mutating func delay(_ text: String, at position: Position) -> String {
        if let milliseconds = Int64(text) { return DelayText.iso(milliseconds: milliseconds) }
        if DelayText.isDelay(text) { return text }
        if self.draft.has(text, in: "delays") { return text }
        let name = ExpressionText.identifier(text)
        self.notes.warn(
            "delay-placeholder", "the delay '\(text)' is code in XState; it is one hour here",
            hint: "set it in 'delays'", at: position)
        self.draft.add(name, .string("PT1H"), to: "delays")
        return name
    }
}
