import Values

// Executable content, expressions and invocations.
extension SCXMLReader {
    // MARK: Expressions

    func member(_ name: String) -> String {
        Compiler.isIdentifier(name) ? "context.\(name)" : "context[\(Value.string(name).json)]"
    }

    private var translator: ScriptExpression {
        ScriptExpression(
            resolve: { name in
                if self.loopNames.contains(name) { return name }
                return self.data.contains(name) ? self.member(name) : nil
            },
            path: { id in self.ids[id].map { self.draft.path($0) } },
            kind: { name in self.loopNames.contains(name) ? .unknown : self.kinds[name] ?? .unknown })
    }

    /// nil: it is not simple enough to be CEL.
    mutating func expression(_ source: String, isCondition: Bool = false, at position: Position) -> String? {
        if self.isCEL { return ExpressionText.isValid(source) ? source : nil }
        guard let translation = self.translator.translated(source, isCondition: isCondition) else { return nil }
        if translation.isAssumed {
            self.notes.warn(
                "assumed-type",
                "'\(source)' depends on types that the document does not tell; ECMAScript converts values, CEL does not",
                hint: "string(x), int(x) and double(x) convert", at: position)
        }
        return translation.text
    }

    /// A guard, or the name of one that has to be written.
    mutating func condition(_ source: String, at position: Position) -> String {
        if let expression = self.expression(source, isCondition: true, at: position) { return expression }
        self.placeholders += 1
        let name = "cond\(self.placeholders)"
        self.notes.warn(
            "guard-placeholder", "'\(source)' is not simple; here it reads context.guards.\(name)",
            hint: "write it in CEL under 'let'", at: position)
        self.draft.addGuard(name)
        return name
    }

    private mutating func value(_ source: String, at position: Position) -> Tree {
        if let expression = self.expression(source, at: position) { return .string(expression) }
        self.notes.warn("expression-placeholder", "'\(source)' is not simple; it is null here", at: position)
        return .scalar(.null)
    }

    /// `param`, `content` and `namelist`.
    mutating func payload(of element: XMLElement) -> Tree? {
        if let own = element.attribute("data", in: SCXMLNames.own) { return self.json(own) }
        if let content = element.elements.first(where: { $0.name == "content" }) {
            if let source = content["expr"] { return self.value(source, at: content.position) }
            return ExpressionText.template(of: self.content(content.text))
        }
        var entries: [(String, Tree?)] = []
        var names: Set<String> = []
        for name in (element["namelist"] ?? "").split(whereSeparator: \.isWhitespace) {
            names.insert(String(name))
            entries.append((String(name), self.value(String(name), at: element.position)))
        }
        for parameter in element.elements where parameter.name == "param" {
            guard let name = parameter["name"], names.insert(name).inserted else { continue }
            let source = parameter["expr"] ?? parameter["location"] ?? "null"
            entries.append((name, self.value(source, at: parameter.position)))
        }
        return entries.isEmpty ? nil : .entries(entries)
    }

    // MARK: Actions

    mutating func actions(_ elements: [XMLElement], timersOf id: Int?) -> [Tree] {
        var actions: [Tree] = []
        for element in elements {
            if let id, let delay = element.attribute("after", in: SCXMLNames.own) {
                if element.name == "send", let event = element["event"] { self.noteTimer(event, delay, of: id) }
                continue
            }
            actions += self.action(element)
        }
        return actions
    }

    private mutating func action(_ element: XMLElement) -> [Tree] {
        if element.space == SCXMLNames.own, element.name == "action", let own = self.json(element.text) { return [own] }
        switch element.name {
        case "raise":
            guard let event = self.event(element["event"], element) else { return [self.placeholder(element)] }
            return [.entries([("raise", .entries([("event", .string(event))]))])]
        case "send": return [self.send(element)]
        case "cancel":
            let id = element["sendid"] ?? element["sendidexpr"].flatMap { Self.literalText($0) }
            guard let id, !id.isEmpty else { return [self.placeholder(element)] }
            return [.entries([("cancel", .string(id))])]
        case "assign": return [self.assign(element)]
        case "log":
            let label = element["label"].map { ExpressionText.text($0) }
            let expression = element["expr"].map { self.message($0, at: element.position) }
            let message = [label, expression].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ": ")
            return [Self.log(message.isEmpty ? "-" : message)]
        case "if": return self.conditional(element)
        case "foreach": return [self.forEach(element)]
        default: return [self.placeholder(element)]
        }
    }

    private mutating func message(_ source: String, at position: Position) -> String {
        if let literal = Self.literalText(source) { return ExpressionText.text(literal) }
        if let expression = self.expression(source, at: position) { return "${\(expression)}" }
        self.notes.warn(
            "expression-placeholder", "'\(source)' is not simple; the log shows it as it is written", at: position)
        return ExpressionText.text(source)
    }

    private static func log(_ message: String) -> Tree {
        .entries([("log", .entries([("message", .string(message))]))])
    }

    /// What only names are left of.
    private mutating func placeholder(_ element: XMLElement) -> Tree {
        let attributes = element.attributes.map { "\($0.name)=\"\($0.value)\"" }.joined(separator: " ")
        let text = "<\(element.name)\(attributes.isEmpty ? "" : " ")\(attributes)>"
        self.notes.warn(
            "action-placeholder", "\(text) cannot be said here; it only writes to the log", at: element.position)
        return Self.log(ExpressionText.text(text))
    }

    private static func literalText(_ source: String) -> String? {
        if let text = (try? Value(json: source))?.string { return text }
        guard source.count > 1, source.hasPrefix("'"), source.hasSuffix("'") else { return nil }
        let inner = source.dropFirst().dropLast()
        return inner.contains("'") || inner.contains("\\") ? nil : String(inner)
    }

    /// JSON that stands in an element, or else its text, with its white space as SCXML B.2 keeps it.
    mutating func content(_ text: String) -> Tree {
        if (try? Value(json: text)) != nil, let tree = self.json(text) { return tree }
        return .string(text.split(whereSeparator: \.isWhitespace).joined(separator: " "))
    }

    /// A name that an event may have which a definition raises.
    private func event(_ name: String?, _ element: XMLElement) -> String? {
        guard let name, Compiler.isEventName(name) else { return nil }
        return EngineEvents.reservation(of: name) == nil ? name : nil
    }

    private mutating func send(_ element: XMLElement) -> Tree {
        let name = element["event"] ?? element["eventexpr"].flatMap { Self.literalText($0) }
        let type = element["type"] ?? ""
        let isOurs = type.isEmpty || type == "scxml" || type.hasPrefix(SCXMLNames.invoked)
        guard let event = self.event(name, element), isOurs, element["typeexpr"] == nil else {
            return self.placeholder(element)
        }
        var delay = element.attribute("delay", in: SCXMLNames.own).map { self.json($0) ?? .string($0) }
        if delay == nil, let written = element["delay"] ?? element["delayexpr"].flatMap({ Self.literalText($0) }) {
            delay = DelayText.css(written).map { .string($0) }
        }
        let hasDelay = element["delay"] != nil || element["delayexpr"] != nil
        let target = element["target"] ?? element["targetexpr"].flatMap { Self.literalText($0) }
        guard delay != nil || !hasDelay else { return self.placeholder(element) }
        if element["idlocation"] != nil {
            self.notes.warn("send", "'idlocation' has no counterpart and was dropped", at: element.position)
        }
        var entries: [(String, Tree?)] = []
        if target != "#_internal" {
            guard let to = self.receiver(target, element) else { return self.placeholder(element) }
            entries.append(("to", to))
        }
        entries.append(("event", .string(event)))
        entries.append(("data", self.payload(of: element)))
        if delay?.text != "PT0S" { entries.append(("delay", delay)) }
        entries.append(("id", element["id"].map { .string($0) }))
        entries.append(("ttl", element.attribute("ttl", in: SCXMLNames.own).map { self.json($0) ?? .string($0) }))
        return .entries([(target == "#_internal" ? "raise" : "send", .entries(entries))])
    }

    private mutating func receiver(_ target: String?, _ element: XMLElement) -> Tree? {
        if let target {
            if target == "#_parent" { return .string("parent") }
            if target.hasPrefix("#_"), !target.hasPrefix("#_scxml_") { return .string("#" + target.dropFirst(2)) }
            // No session here has such a name: the error that SCXML has for it.
            return .string(ExpressionText.literal(.string(target)))
        }
        guard let source = element["targetexpr"] else { return .string("self") }
        if let own = element.attribute("to", in: SCXMLNames.own) { return self.json(own) }
        return self.isCEL ? self.expression(source, at: element.position).map { .string($0) } : nil
    }

    private mutating func assign(_ element: XMLElement) -> Tree {
        var location = (element["location"] ?? "")
        if location.hasPrefix("context.") { location.removeFirst("context.".count) }
        let names = location.split(separator: ".", omittingEmptySubsequences: false)
        let isPath =
            !location.isEmpty
            && names.allSatisfy { name in
                !name.isEmpty && !name.contains { $0.isWhitespace || "[]()'\"".contains($0) }
            }
        guard isPath, !location.hasPrefix("_") else { return self.placeholder(element) }
        if !self.isCEL, let root = names.first, !self.data.contains(String(root)) {
            let message: Message =
                "'\(root)' was never declared: an error in SCXML, which here only adds it to the context"
            self.notes.warn("undeclared-data", message, at: element.position)
        }
        let value: Tree
        if let source = element["expr"] {
            guard let expression = self.expression(source, at: element.position) else {
                return self.placeholder(element)
            }
            value = .string(expression)
        } else {
            value = ExpressionText.template(of: self.content(element.text))
        }
        return .entries([("assign", .entries([(location, value)]))])
    }

    /// Each branch is nested in the one before it; with those around them they stay within ``DefinitionLimits/textDepth``.
    private static let mostBranches = 50

    /// Branches stand between `elseif` and `else`.
    private mutating func conditional(_ element: XMLElement) -> [Tree] {
        var branches: [(condition: String?, actions: [XMLElement], position: Position)] = [
            (element["cond"] ?? "false", [], element.position)
        ]
        for child in element.elements {
            switch child.name {
            case "elseif": branches.append((child["cond"] ?? "false", [], child.position))
            case "else": branches.append((nil, [], child.position))
            default: branches[branches.count - 1].actions.append(child)
            }
        }
        guard self.openBranches + branches.count <= Self.mostBranches else { return [self.placeholder(element)] }
        self.openBranches += branches.count
        defer { self.openBranches -= branches.count }
        var otherwise: [Tree]?
        for branch in branches.reversed() {
            let actions = self.actions(branch.actions, timersOf: nil)
            guard let source = branch.condition else {
                otherwise = actions
                continue
            }
            let condition = self.condition(source, at: branch.position)
            otherwise = [
                .entries([
                    ("if", .string(condition)), ("actions", .list(actions)),
                    ("else", otherwise.flatMap { $0.isEmpty ? nil : .list($0) }),
                ])
            ]
        }
        return otherwise ?? []
    }

    private mutating func forEach(_ element: XMLElement) -> Tree {
        guard let item = element["item"], let source = element["array"],
            let list = self.expression(source, at: element.position)
        else { return self.placeholder(element) }
        let names = [item] + (element["index"].map { [$0] } ?? [])
        let isFine = names.allSatisfy { Compiler.isIdentifier($0) && !Scope.all.contains($0) }
        guard isFine, Set(names).count == names.count else { return self.placeholder(element) }
        self.loopNames += names
        var actions: [Tree] = []
        // In SCXML the names are data, which keep their last values.
        let kept = names.filter { self.data.contains($0) }
        if !kept.isEmpty { actions.append(.entries([("assign", .entries(kept.map { ($0, .string($0)) }))])) }
        actions += self.actions(element.elements, timersOf: nil)
        self.loopNames.removeLast(names.count)
        return .entries([
            (
                "forEach",
                .entries([
                    ("in", .string(list)), ("as", .string(item)), ("index", element["index"].map { .string($0) }),
                    ("actions", .list(actions)),
                ])
            )
        ])
    }

    // MARK: Invocations

    mutating func invocation(
        _ element: XMLElement, of id: Int, number: Int, isOnly: Bool
    ) -> Draft.Invocation? {
        let own = self.ownKeys(of: element)
        let path = self.draft.path(id)
        let name = element["id"] ?? (isOnly && !path.isEmpty ? nil : "\(path.isEmpty ? "root" : path).i\(number)")
        var entries: [Tree.Entry] = name.map { [Tree.Entry(key: "id", value: .string($0))] } ?? []
        guard own.isEmpty else { return Draft.Invocation(entries: entries + own) }
        for what in ["autoforward", "idlocation"] where element[what] != nil && element[what] != "false" {
            self.notes.warn("invoke", "'\(what)' has no counterpart and was dropped", at: element.position)
        }
        if element.elements.contains(where: { $0.name == "finalize" && !$0.elements.isEmpty }) {
            self.notes.warn("invoke", "'finalize' has no counterpart and was dropped", at: element.position)
        }
        let content = element.elements.first { $0.name == "content" }
        let type = element["type"] ?? SCXMLNames.invoked
        if let chart = content?.elements.first(where: { $0.name == "scxml" }) {
            let workflow = self.nextInnerWorkflow()
            var reader = SCXMLReader(file: self.notes.file)
            reader.outermost = self.outermost
            reader.named = self.named
            reader.jsonNodes = self.jsonNodes
            let child = reader.read(chart, workflow: workflow)
            self.named = reader.named
            self.jsonNodes = reader.jsonNodes
            for note in reader.notes.diagnostics where self.notes.diagnostics.count < DefinitionLimits.diagnostics {
                self.notes.diagnostics.append(note)
            }
            if let child { self.children += [child.main] + child.children }
            entries += [
                Tree.Entry(key: "src", value: "workflow"), Tree.Entry(key: "workflow", value: .string(workflow)),
            ]
        } else if type == "scxml" || type.hasPrefix("http://www.w3.org/TR/scxml"), let source = element["src"] {
            let file = source.split(whereSeparator: { $0 == "/" || $0 == ":" }).last.map(String.init) ?? source
            let workflow = Draft.workflowID(file.hasSuffix(".scxml") ? String(file.dropLast(6)) : file)
            self.notes.warn(
                "invoke", "'\(source)' has to be converted and deployed as the workflow '\(workflow)'",
                at: element.position)
            entries += [
                Tree.Entry(key: "src", value: "workflow"), Tree.Entry(key: "workflow", value: .string(workflow)),
            ]
        } else {
            let topic = element["src"] ?? element["type"] ?? "unknown"
            self.notes.warn(
                "invoke-placeholder", "'\(topic)' is a job for a worker here", hint: "let a worker serve the topic",
                at: element.position)
            entries += [Tree.Entry(key: "src", value: "worker"), Tree.Entry(key: "topic", value: .string(topic))]
        }
        let isChart = content?.elements.isEmpty == false
        if let input = isChart ? self.parameters(of: element) : self.payload(of: element) {
            entries.append(Tree.Entry(key: "input", value: input))
        }
        return Draft.Invocation(entries: entries)
    }

    private mutating func nextInnerWorkflow() -> String {
        var workflow: String
        repeat {
            self.named += 1
            workflow = Draft.workflowID(self.outermost, suffix: "-\(self.named)")
        } while workflow == self.outermost
        return workflow
    }

    private mutating func parameters(of element: XMLElement) -> Tree? {
        var plain = element
        plain.nodes = element.nodes.filter { node in
            guard case .element(let child) = node else { return true }
            return child.name != "content"
        }
        return self.payload(of: plain)
    }
}
