import Values

// Guards, actions and invocations: what XState keeps in code is named here and has to be filled in.
extension XStateReader {
    // MARK: Guards

    /// CEL for a guard.
    mutating func condition(_ syntax: Syntax) -> String {
        let name = syntax.string ?? syntax["type"]?.string ?? ""
        let parts = syntax["guards"]?.list ?? syntax["params"]?["guards"]?.list
        switch name {
        case "cel":
            if let source = syntax["params"]?["expression"]?.text, ExpressionText.isValid(source) { return source }
        case "and", "xstate.and", "or", "xstate.or":
            guard let parts, !parts.isEmpty else { break }
            let operation = name.hasSuffix("and") ? " && " : " || "
            return parts.map { "(\(self.condition($0)))" }.joined(separator: operation)
        case "not", "xstate.not":
            if let only = parts?.first ?? syntax["guard"] { return "!(\(self.condition(only)))" }
        case "stateIn", "xstate.stateIn":
            let value = syntax["params"]?["stateValue"] ?? syntax["stateValue"] ?? syntax["params"]?["state"]
            if let text = value?.string {
                let path = text.hasPrefix("#") ? self.names[String(text.dropFirst())].map { self.draft.path($0) } : text
                if let path { return "inState(\(Value.string(path).json))" }
            }
        default:
            if let source = ExpressionText.expression(inBraces: name) { return source }
        }
        return self.placeholder(guardNamed: name.isEmpty ? "inline" : name, syntax)
    }

    /// A name in `let` over a flag in the context, so that the definition runs before the guard is written.
    private mutating func placeholder(guardNamed name: String, _ syntax: Syntax) -> String {
        let parameters = syntax["params"].map { Tree($0) }
        let identity = name + (parameters?.json() ?? "")
        if let known = self.placeholders[identity] { return known }
        let identifier = self.placeholderNames.unique(ExpressionText.identifier(name))
        self.placeholders[identity] = identifier
        let with = parameters.map { " with \($0.json())" } ?? ""
        self.notes.warn(
            "guard-placeholder",
            "the guard '\(name)'\(with) is code in XState; here it reads context.guards.\(identifier)",
            hint: "write it in CEL under 'let'", at: syntax.position, path: syntax.path)
        self.draft.addGuard(identifier)
        return identifier
    }

    // MARK: Actions

    mutating func actions(_ syntax: Syntax?) -> [Tree] {
        guard let syntax, !syntax.isNull else { return [] }
        return syntax.oneOrMany.map { self.action($0) }
    }

    private mutating func action(_ syntax: Syntax) -> Tree {
        var name = syntax.string ?? syntax["type"]?.string ?? ""
        let isOwn = name.hasPrefix("xstate.")
        if isOwn { name.removeFirst("xstate.".count) }
        if let own = self.ownAction(name, syntax) { return own }
        if let known = self.knownAction(name, syntax) { return known }
        if syntax.string == nil, syntax["type"] == nil {
            self.notes.warn("action-placeholder", "this action has no type", at: syntax.position, path: syntax.path)
            return self.log(ExpressionText.text(Tree(syntax).json()))
        }
        return self.placeholder(actionNamed: isOwn ? "xstate.\(name)" : name, syntax)
    }

    /// An action of our language, which stands under `params` as it is.
    private mutating func ownAction(_ name: String, _ syntax: Syntax) -> Tree? {
        guard let parameters = syntax["params"] else { return nil }
        let tree = Tree(parameters)
        if name == "if", parameters["if"]?.isScalar ?? false {
            return .entries([
                ("if", tree["if"]), ("actions", parameters["actions"].map { .list(self.actions($0)) }),
                ("else", parameters["else"].map { .list(self.actions($0)) }),
            ])
        }
        switch name {
        case "assign" where tree.entries?.allSatisfy({ $0.value.isExpression }) ?? false:
            return .entries([("assign", tree.mapValues { ExpressionText.template(of: $0) })])
        case "cancel" where tree["id"]?.text != nil: return .entries([("cancel", tree["id"])])
        case "forEach" where tree["in"] != nil && tree["as"] != nil:
            let actions = Tree.list(self.actions(parameters["actions"]))
            return .entries([
                (
                    "forEach",
                    .entries([("in", tree["in"]), ("as", tree["as"]), ("index", tree["index"]), ("actions", actions)])
                )
            ])
        case "raise" where tree["event"]?.text != nil, "send" where tree["to"] != nil && tree["event"]?.text != nil:
            if let event = tree["event"]?.text { self.noteRaised(event) }
            return .entries([(name, tree)])
        case "notify" where tree["to"] != nil && tree["subject"] != nil, "emit" where tree["type"]?.text != nil,
            "log" where tree["message"] != nil:
            return .entries([(name, tree)])
        default: return nil
        }
    }

    /// What XState itself does, as it prints when its machines are printed.
    private mutating func knownAction(_ name: String, _ syntax: Syntax) -> Tree? {
        let event = syntax["event"] ?? syntax["params"]?["event"]
        switch name {
        case "raise", "sendTo", "sendParent":
            guard let type = event?.string ?? event?["type"]?.string, Compiler.isEventName(type) else { return nil }
            self.noteRaised(type)
            var data: [(String, Tree?)] = []
            for entry in event?.entries ?? [] where entry.key != "type" {
                data.append((entry.key, ExpressionText.template(of: Tree(entry.value))))
            }
            let delay = syntax["delay"] ?? syntax["params"]?["delay"]
            var entries: [(String, Tree?)] = []
            if name != "raise" {
                let to = (syntax["to"] ?? syntax["target"] ?? syntax["params"]?["to"])?.string
                guard let to = name == "sendParent" ? "parent" : to.map({ "#\($0)" }) else { return nil }
                entries.append(("to", .string(to)))
            }
            entries += [
                ("event", .string(type)), ("data", data.isEmpty ? nil : .entries(data)),
                ("delay", delay?.value.int.map { .string(DelayText.iso(milliseconds: $0)) }),
                ("id", (syntax["id"] ?? syntax["params"]?["id"])?.string.map { .string($0) }),
            ]
            return .entries([(name == "raise" ? "raise" : "send", .entries(entries))])
        case "cancel":
            let id = syntax["sendId"] ?? syntax["params"]?["sendId"]
            return id?.string.map { .entries([("cancel", .string($0))]) }
        case "log":
            let message = syntax["value"] ?? syntax["label"] ?? syntax["params"]?["message"]
            return message?.string.map { self.log(ExpressionText.text($0)) }
        default: return nil
        }
    }

    private func log(_ message: String) -> Tree {
        .entries([("log", .entries([("message", .string(message.isEmpty ? "-" : message))]))])
    }

    private mutating func placeholder(actionNamed name: String, _ syntax: Syntax) -> Tree {
        let parameters = syntax["params"].map { Tree($0).json() }
        if parameters == nil, self.draft.has(name, in: "actions") { return .string(name) }
        self.notes.warn(
            "action-placeholder", "the action '\(name)' is code in XState; here it only writes to the log",
            hint: "write it under 'actions', or as an invocation with a worker", at: syntax.position, path: syntax.path)
        let message = ExpressionText.text(name.isEmpty ? "-" : name)
        guard let parameters else {
            self.draft.add(name, .list([self.log(message)]), to: "actions")
            return .string(name)
        }
        return self.log("\(message) \(ExpressionText.text(parameters))")
    }

    // MARK: Invocations

    mutating func invocation(_ syntax: Syntax, named name: String?, of id: Int) -> Draft.Invocation? {
        guard syntax.entries != nil || syntax.string != nil else {
            self.notes.warn("invoke", "an invocation is an object, not \(syntax.kind)", at: syntax.position)
            return nil
        }
        let source = syntax["src"]?["type"]?.string ?? syntax["src"]?.text ?? syntax.string ?? "unknown"
        var entries: [Tree.Entry] = []
        if let name { entries.append(Tree.Entry(key: "id", value: .string(name))) }
        let input = (syntax["input"] ?? syntax["src"]?["params"]).map { Tree($0) }
        if let own = syntax["meta"]?["silian"]?.entries ?? Self.ownKeys(source, syntax["input"]) {
            entries.append(Tree.Entry(key: "src", value: .string(source)))
            entries += own.map { Tree.Entry(key: $0.key, value: Tree($0.value)) }
        } else {
            entries.append(Tree.Entry(key: "src", value: .string("worker")))
            entries.append(Tree.Entry(key: "topic", value: .string(source)))
            self.notes.warn(
                "invoke-placeholder", "the actor '\(source)' is code in XState; here it is a job for a worker",
                hint: "let a worker serve the topic, or make it 'src: human', 'http' or 'workflow'",
                at: syntax.position, path: syntax.path)
            if let input, !input.isEmpty {
                entries.append(Tree.Entry(key: "input", value: ExpressionText.template(of: input)))
            }
        }
        var invocation = Draft.Invocation(entries: entries)
        if let onDone = syntax["onDone"] { invocation.onDone = self.transitions(onDone, from: id) }
        if let onError = syntax["onError"] { invocation.onError = self.transitions(onError, from: id) }
        if syntax["onSnapshot"] != nil {
            self.notes.warn("dropped-key", "'onSnapshot' has no meaning here and was dropped", at: syntax.position)
        }
        return invocation
    }

    /// Our invocations travel in `input`, their own keys and `input` among them.
    private static func ownKeys(_ source: String, _ input: Syntax?) -> [Syntax.Entry]? {
        let known: [String]
        switch source {
        case "human": known = Compiler.Keys.human
        case "worker": known = Compiler.Keys.worker
        case "workflow": known = Compiler.Keys.child
        default:
            guard let topic = Compiler.Keys.topics.first(where: { $0.name == source }) else { return nil }
            known = Compiler.Keys.job + topic.keys
        }
        let entries = input?.entries ?? []
        let needed = ["worker": "topic", "workflow": "workflow", "http": "url"][source]
        if let needed, !entries.contains(where: { $0.key == needed }) { return nil }
        guard entries.allSatisfy({ known.contains($0.key) }) else { return nil }
        return entries.filter { !["id", "src", "onDone", "onError"].contains($0.key) }
    }
}

extension Tree {
    /// May stand where an expression does: not `{type: …}`, which is code elsewhere.
    fileprivate var isExpression: Bool {
        switch self {
        case .scalar: true
        case .list(let elements): elements.allSatisfy(\.isExpression)
        case .map(let entries): entries.allSatisfy { $0.key != "type" && $0.value.isExpression }
        }
    }

    fileprivate func mapValues(_ transform: (Tree) -> Tree) -> Tree {
        guard case .map(let entries) = self else { return self }
        return .map(entries.map { Entry(key: $0.key, value: transform($0.value)) })
    }
}
