import Values

/// Names that SCXML documents of ours and of others share.
enum SCXMLNames {
    static let space = "http://www.w3.org/2005/07/scxml"
    /// Elements and attributes that carry what SCXML has no place for.
    static let own = "urn:silian:scxml"
    static let invoked = "http://www.w3.org/TR/scxml/"
}

/// SCXML to our language.
struct SCXMLReader {
    var notes: Conversion.Notes
    var draft = Draft(workflow: "")
    /// Inline children, each a workflow of its own.
    var children: [Draft] = []
    /// The document's workflow, and how many charts in it have been given a name.
    var outermost = ""
    var named = 0
    /// id of SCXML → state.
    var ids: [String: Int] = [:]
    private var elements: [XMLElement] = []
    /// Names of the data model.
    var data: Set<String> = []
    /// What the data are, as far as the document tells.
    private(set) var kinds: [String: ScriptExpression.Kind] = [:]
    var isCEL = false
    /// `e` is `e` alone, and not `e.*` too: in what this product wrote.
    private var hasExactEvents = false
    /// Names of the loops around the present place.
    var loopNames: [String] = []
    /// Branches of the conditionals around the present place.
    var openBranches = 0
    /// Nodes of the JSON in elements and attributes read so far.
    var jsonNodes = 0
    var placeholders = 0

    init(file: String) { self.notes = Conversion.Notes(file: file) }

    mutating func read(_ text: String) -> (main: Draft, children: [Draft])? {
        do {
            return self.read(try XMLReader.read(text))
        } catch {
            self.notes.add(.error, "xml-syntax", Message(verbatim: error.message), at: error.position)
            return nil
        }
    }

    mutating func read(_ root: XMLElement, workflow: String? = nil) -> (main: Draft, children: [Draft])? {
        guard root.name == "scxml", root.space == SCXMLNames.space || root.space.isEmpty else {
            let hint: Message = "the root is <scxml xmlns=\"\(SCXMLNames.space)\">"
            self.notes.add(.error, "not-scxml", "'\(root.name)' is no SCXML document", hint: hint, at: root.position)
            return nil
        }
        self.draft.workflow = workflow ?? Draft.workflowID(root["name"] ?? "")
        if workflow == nil { self.outermost = self.draft.workflow }
        self.isCEL = root["datamodel"] == "cel"
        self.hasExactEvents = root.attribute("events", in: SCXMLNames.own) == "exact"
        self.declare(root, key: "", parent: nil, depth: 0)
        guard !self.draft.states[0].children.isEmpty else {
            self.notes.add(.error, "not-scxml", "this document has no states", at: root.position)
            return nil
        }
        guard !self.notes.diagnostics.contains(where: { $0.severity == .error }) else { return nil }
        self.readHead(root)
        let computed = self.readData(in: root)
        for id in self.elements.indices { self.readState(id, self.elements[id]) }
        if !computed.isEmpty { self.draft.states[0].entry.insert(computed, at: 0) }
        return (self.draft, self.children)
    }

    // MARK: Names of states

    private static let stateNames: Set<String> = ["state", "parallel", "final", "history"]

    private mutating func declare(_ element: XMLElement, key: String, parent: Int?, depth: Int) {
        let id = self.draft.states.count
        guard id < DefinitionLimits.states, depth <= DefinitionLimits.stateDepth else {
            self.notes.add(.error, "limit-states", "there are too many states", at: element.position)
            return
        }
        self.draft.states.append(Draft.State(key: key, parent: parent))
        self.elements.append(element)
        if let parent { self.draft.states[parent].children.append(id) }
        if parent != nil, let name = element["id"] {
            if self.ids.updateValue(id, forKey: name) != nil {
                self.notes.add(.error, "duplicate-id", "two states have the id '\(name)'", at: element.position)
            }
        }
        var keys = UniqueNames()
        for child in element.elements where Self.stateNames.contains(child.name) {
            let key = keys.unique(self.key(of: child, below: parent == nil ? nil : element["id"]))
            self.declare(child, key: key, parent: id, depth: depth + 1)
        }
    }

    /// An id without what it repeats of its parent's, and without dots: they join the keys of nested states.
    private func key(of element: XMLElement, below parent: String?) -> String {
        if let key = element.attribute("key", in: SCXMLNames.own) { return key }
        guard var id = element["id"], !id.isEmpty else { return "\(element.name)\(self.draft.states.count)" }
        if let parent, id.hasPrefix(parent + "."), id.count > parent.count + 1 { id.removeFirst(parent.count + 1) }
        let key = String(id.map { $0 == "." || $0 == "#" || $0.isWhitespace ? "_" : $0 })
        return key
    }

    // MARK: Top

    private mutating func readHead(_ root: XMLElement) {
        for entry in self.ownKeys(of: root) where entry.key != "workflow" { self.draft.head.append(entry) }
        for script in root.elements where script.name == "script" {
            self.notes.warn("script", "scripts are not converted", at: script.position)
        }
        if root["binding"] == "late" {
            self.notes.warn("late-binding", "data gets its value at the start here", at: root.position)
        }
    }

    /// JSON in an element of our namespace: keys of our language.
    mutating func ownKeys(of element: XMLElement) -> [Tree.Entry] {
        for child in element.elements where child.space == SCXMLNames.own && child.name == "keys" {
            return self.json(child.text)?.entries ?? []
        }
        return []
    }

    /// All of it together has the size of one definition at most: aliases can make much of little text.
    mutating func json(_ text: String) -> Tree? {
        var reader = DefinitionReader(text, file: "", nodes: self.jsonNodes)
        let root = reader.read()
        self.jsonNodes = reader.nodes
        if reader.nodes > DefinitionLimits.nodes {
            let message: Message = "the data in this document have more than \(DefinitionLimits.nodes) nodes"
            self.notes.add(.error, "limit-nodes", message, at: Position(line: 1, column: 1))
        }
        guard let syntax = root, reader.diagnostics.isEmpty else { return nil }
        return Tree(syntax)
    }

    /// Data with literal values are defaults of the context; what has to be computed is assigned at the start.
    private mutating func readData(in root: XMLElement) -> [Tree] {
        var items: [XMLElement] = []
        for element in self.elements {
            for model in element.elements where model.name == "datamodel" {
                items += model.elements.filter { $0.name == "data" }
            }
        }
        self.data = Set(items.compactMap { $0["id"] })
        var context: [Tree.Entry] = self.draft.head.first { $0.key == "context" }?.value.entries ?? []
        var known = Set(context.map(\.key))
        items = items.filter { $0["id"].map { known.insert($0).inserted } ?? false }
        let literals = items.map { self.literal($0) }
        if !self.isCEL { self.kinds = DataKinds(of: items, literals, in: root).kinds }
        var computed: [Tree] = []
        for (item, literal) in zip(items, literals) {
            let id = item["id"] ?? ""
            context.append(Tree.Entry(key: id, value: literal ?? .scalar(.null)))
            if item["src"] != nil {
                self.notes.warn("data", "the data '\(id)' lies outside of the document; it is null", at: item.position)
            } else if literal == nil, let source = item["expr"] {
                if let expression = self.expression(source, at: item.position) {
                    let assign = Tree.entries([("assign", .entries([(id, .string(expression))]))])
                    computed.append(
                        .entries([("if", .string("\(self.member(id)) == null")), ("actions", .list([assign]))]))
                } else {
                    self.notes.warn("data", "'\(source)' is not simple; '\(id)' is null", at: item.position)
                }
            }
        }
        if !context.isEmpty { self.draft.set("context", .map(context)) }
        return computed
    }

    /// What an item of data is at the beginning; nil: it is null, or has to be computed.
    private mutating func literal(_ item: XMLElement) -> Tree? {
        if item["src"] != nil { return nil }
        if let source = item["expr"] { return self.literal(source) }
        return item.text.isEmpty ? nil : self.literal(item.text) ?? self.content(item.text)
    }

    private mutating func literal(_ source: String) -> Tree? {
        if let value = try? Value(json: source) {
            if let text = value.string { return .string(text) }
            if let tree = self.json(source) { return tree }
        }
        guard source.hasPrefix("'"), source.hasSuffix("'"), source.count > 1 else { return nil }
        let inner = source.dropFirst().dropLast()
        return inner.contains("'") || inner.contains("\\") ? nil : .string(String(inner))
    }

    // MARK: States

    private mutating func readState(_ id: Int, _ element: XMLElement) {
        if id > 0 {
            for entry in self.ownKeys(of: element) {
                if entry.key == "id" {
                    self.draft.states[id].name = entry.value.text
                } else {
                    self.draft.states[id].extras.append(entry)
                }
            }
        }
        if element.name == "history" {
            self.readHistory(id, element)
            return
        }
        if element.name == "parallel" || element.name == "final" { self.draft.states[id].kind = element.name }
        if id == 0, element.attribute("type", in: SCXMLNames.own) == "parallel" {
            self.draft.states[0].kind = "parallel"
        }
        if self.draft.states[id].kind == nil { self.readInitial(id, element) }
        let invocations = element.elements.count { $0.name == "invoke" }
        for child in element.elements where child.space == element.space {
            switch child.name {
            case "onentry": self.draft.states[id].entry.append(self.actions(child.elements, timersOf: id))
            case "onexit": self.draft.states[id].exit.append(self.actions(child.elements, timersOf: id))
            case "invoke":
                let number = self.draft.states[id].invoke.count
                let invocation = self.invocation(child, of: id, number: number, isOnly: invocations == 1)
                self.draft.states[id].invoke += invocation.map { [$0] } ?? []
            case "donedata": self.draft.states[id].output = self.payload(of: child)
            default: break
            }
        }
        let transitions = element.elements.filter { $0.name == "transition" }
        self.folding = Folding(transitions, self.draft.states[id].invoke)
        for child in transitions { self.readTransition(child, of: id) }
        self.draft.states[id].isListed = true
    }

    private mutating func readInitial(_ id: Int, _ element: XMLElement) {
        guard !self.draft.states[id].children.isEmpty else { return }
        if let names = element["initial"] {
            let targets = self.targets(names, at: element.position)
            if !targets.isEmpty { self.draft.states[id].initial = Draft.Initial(targets: targets) }
        }
        for initial in element.elements where initial.name == "initial" {
            guard let transition = initial.elements.first(where: { $0.name == "transition" }) else { continue }
            let targets = self.targets(transition["target"] ?? "", at: transition.position)
            guard !targets.isEmpty else { continue }
            self.draft.states[id].initial = Draft.Initial(
                targets: targets, actions: self.actions(transition.elements, timersOf: nil))
        }
    }

    private mutating func readHistory(_ id: Int, _ element: XMLElement) {
        self.draft.states[id].history = element["type"] == "deep" ? "deep" : "shallow"
        guard let transition = element.elements.first(where: { $0.name == "transition" }) else { return }
        let targets = self.targets(transition["target"] ?? "", at: transition.position)
        guard !targets.isEmpty else { return }
        self.draft.states[id].initial = Draft.Initial(
            targets: targets, actions: self.actions(transition.elements, timersOf: nil))
    }

    private mutating func targets(_ names: String, at position: Position) -> [Int] {
        names.split(whereSeparator: \.isWhitespace).compactMap { name in
            if let id = self.ids[String(name)] { return id }
            self.notes.warn("unknown-target", "there is no state with the id '\(name)'", at: position)
            return nil
        }
    }

    // MARK: Transitions

    private mutating func readTransition(_ element: XMLElement, of id: Int) {
        var transition = Draft.Transition()
        let names = (element["event"] ?? "").split(whereSeparator: \.isWhitespace).map(String.init)
        if let target = element["target"] {
            transition.targets = self.targets(target, at: element.position)
            guard !transition.targets.isEmpty else { return }
        }
        if let source = element["cond"] {
            transition.guardText = .string(self.condition(source, at: element.position))
        }
        transition.actions = self.actions(element.elements, timersOf: nil)
        transition.reenter = self.reenters(element, transition.targets, of: id)
        guard let first = names.first else {
            self.draft.states[id].always.append(transition)
            return
        }
        transition.events = names.compactMap { self.descriptor($0, at: element.position) }
        guard !transition.events.isEmpty, !self.fold(transition, named: first, count: names.count, into: id) else {
            return
        }
        self.draft.states[id].on.append(transition)
    }

    /// SCXML leaves and enters a source that its target lies in, unless it says `internal`.
    private func reenters(_ element: XMLElement, _ targets: [Int], of id: Int) -> Bool {
        if element.attribute("reenter", in: SCXMLNames.own) == "false" { return false }
        let isInside = !targets.isEmpty && targets.allSatisfy { self.draft.isInside($0, id) }
        let isInternal =
            element["type"] == "internal" && !targets.contains(id)
            && (self.draft.states[id].kind != "parallel" || id == 0)
        return isInside && !isInternal
    }

    /// Events of the state itself go where our language has keys for them. False: it stays under `on`.
    private mutating func fold(_ transition: Draft.Transition, named name: String, count: Int, into id: Int) -> Bool {
        guard count == 1, let event = transition.events.first else { return false }
        var own = transition
        own.events = []
        if let timer = self.timers[name], timer.state == id {
            self.draft.states[id].after[timer.place].transitions.append(own)
            return true
        }
        guard !self.folding.isListedToo(name) else { return false }
        if event == "done.state.\(self.draft.path(id))", id > 0 {
            self.draft.states[id].onDone = (self.draft.states[id].onDone ?? []) + [own]
            return true
        }
        if let index = self.folding.done[event] {
            self.draft.states[id].invoke[index].onDone = (self.draft.states[id].invoke[index].onDone ?? []) + [own]
            return true
        }
        if let index = self.folding.failed[event] {
            self.draft.states[id].invoke[index].onError = (self.draft.states[id].invoke[index].onError ?? []) + [own]
            return true
        }
        return false
    }

    /// What decides where the transitions of the present state go.
    private struct Folding {
        /// Events of invocations and their places.
        private(set) var done: [String: Int] = [:]
        private(set) var failed: [String: Int] = [:]
        private var listensToAll = false
        private var bases: Set<String> = []
        /// Beside others in one transition.
        private var besideOthers: Set<String> = []

        init(_ transitions: [XMLElement], _ invocations: [Draft.Invocation]) {
            for (index, invocation) in invocations.enumerated() {
                guard let name = invocation.entries.first(where: { $0.key == "id" })?.value.text else { continue }
                if self.done["done.invoke.\(name)"] == nil { self.done["done.invoke.\(name)"] = index }
                if self.failed["error.invoke.\(name)"] == nil { self.failed["error.invoke.\(name)"] = index }
            }
            for transition in transitions {
                let tokens = (transition["event"] ?? "").split(whereSeparator: \.isWhitespace)
                for token in tokens {
                    var base = token
                    while base.hasSuffix(".*") || base.hasSuffix(".") { base.removeLast(base.hasSuffix(".*") ? 2 : 1) }
                    if token == "*" || base.isEmpty { self.listensToAll = true }
                    self.bases.insert(String(base))
                    if tokens.count > 1 { self.besideOthers.insert(String(base)) }
                }
            }
        }

        /// Whether another transition of the state listens to the event and stays under `on`, whose lists are tried before
        /// what has keys of its own: then document order is only kept there.
        func isListedToo(_ name: String) -> Bool {
            self.listensToAll || self.besideOthers.contains(name)
                || name.namesAbove.dropFirst().contains(where: self.bases.contains)
        }
    }

    private var folding = Folding([], [])
    /// Event of a timer that this product wrote → its state and its place there.
    private var timers: [String: (state: Int, place: Int)] = [:]

    mutating func noteTimer(_ event: String, _ delay: String, of id: Int) {
        self.timers[event] = (id, self.draft.states[id].after.count)
        self.draft.states[id].after.append((delay, []))
    }

    /// SCXML's `foo` listens to what is below it too; events of the platform are named after paths.
    private mutating func descriptor(_ token: String, at position: Position) -> String? {
        if token == "*" || token == ".*" { return "*" }
        var name = token
        let isPrefix = name.hasSuffix(".*") || name.hasSuffix(".")
        while name.hasSuffix(".*") || name.hasSuffix(".") { name.removeLast(name.hasSuffix(".*") ? 2 : 1) }
        if self.hasExactEvents { name = name.replacing("%20", with: " ").replacing("%25", with: "%") }
        guard Compiler.isEventName(name) else {
            self.notes.warn("event-name", "'\(token)' names no event and was dropped", at: position)
            return nil
        }
        let state = "done.state."
        if name.hasPrefix(state), let id = self.ids[String(name.dropFirst(state.count))] {
            return state + self.draft.path(id)
        }
        let isOwn = ["done.invoke.", "error.invoke."].contains { name.hasPrefix($0) && name.count > $0.count }
        if isOwn || name == "error.execution" || name == "error.communication" { return name }
        if name == "task" || name.hasPrefix("task.") {
            self.notes.warn("event-name", "events 'task.*' are reserved; this one became 'event.\(name)'", at: position)
            name = "event.\(name)"
        }
        return self.hasExactEvents && !isPrefix ? name : name + ".*"
    }
}
