import CEL
import Values

// Executable content and invocations.
extension SCXMLWriter {
    mutating func actions(_ syntax: Syntax?, _ depth: Int) {
        for action in self.source.actions(syntax) { self.action(action, depth) }
    }

    private mutating func action(_ syntax: Syntax, _ depth: Int) {
        if syntax["if"] != nil {
            self.conditional(syntax, depth)
            return
        }
        guard let entry = syntax.entries?.first else { return }
        let body = entry.value
        switch entry.key {
        case "assign": self.assign(syntax, body, depth)
        case "raise" where body["data"] == nil && body["delay"] == nil:
            self.open("raise", [("event", body["event"]?.text)], depth, isEmpty: true)
        case "raise": self.send(body, target: [("target", "#_internal")], depth)
        case "send": self.send(body, target: Self.receiver(body["to"]), depth)
        case "cancel": self.open("cancel", [("sendid", body.text)], depth, isEmpty: true)
        case "log":
            guard let message = body["message"]?.string, body["level"] == nil else {
                self.carry(syntax, depth)
                return
            }
            self.log(message, syntax, depth)
        case "forEach":
            let array = body["in"].map { ExpressionText.expression(of: Tree($0)) }
            self.open(
                "foreach", [("array", array), ("item", body["as"]?.text), ("index", body["index"]?.text)], depth)
            self.actions(body["actions"], depth + 1)
            self.close("foreach", depth)
        default: self.carry(syntax, depth)
        }
    }

    /// Executable content of our own, as JSON.
    private mutating func carry(_ syntax: Syntax, _ depth: Int) {
        self.text("silian:action", Tree(syntax).json(), depth)
    }

    private mutating func log(_ message: String, _ syntax: Syntax, _ depth: Int) {
        if !message.contains("${") {
            self.open("log", [("expr", Value.string(message).json)], depth, isEmpty: true)
            return
        }
        // One expression and nothing else.
        let inner = String(message.dropFirst(2).dropLast())
        if message.hasPrefix("${"), message.hasSuffix("}"), !inner.contains("${"), ExpressionText.isValid(inner) {
            self.open("log", [("expr", inner)], depth, isEmpty: true)
        } else {
            self.carry(syntax, depth)
        }
    }

    private mutating func conditional(_ syntax: Syntax, _ depth: Int) {
        self.open("if", [("cond", syntax["if"]?.text)], depth)
        self.actions(syntax["actions"], depth + 1)
        var otherwise = syntax["else"]
        while let branch = otherwise {
            // A single conditional is one more branch.
            if let only = self.source.actions(branch).first, self.source.actions(branch).count == 1, only["if"] != nil {
                self.open("elseif", [("cond", only["if"]?.text)], depth, isEmpty: true)
                self.actions(only["actions"], depth + 1)
                otherwise = only["else"]
            } else {
                self.open("else", [], depth, isEmpty: true)
                self.actions(branch, depth + 1)
                otherwise = nil
            }
        }
        self.close("if", depth)
    }

    /// Ours sees the context before it as a whole, SCXML assigns one after the other.
    private mutating func assign(_ syntax: Syntax, _ body: Syntax, _ depth: Int) {
        let entries = body.entries ?? []
        var earlier: Set<String> = []
        for entry in entries {
            let source = ExpressionText.expression(of: Tree(entry.value))
            let references = ExpressionText.references(source)
            let seesEarlier = references.map { references in
                !references.calls.isEmpty && !earlier.isEmpty
                    || references.paths.contains { path in
                        guard path.names.first == "context" else { return self.isLet(path.names.first ?? "") }
                        return path.names.count < 2 ? !earlier.isEmpty : earlier.contains(path.names[1])
                    }
            }
            if seesEarlier ?? true, !earlier.isEmpty {
                self.carry(syntax, depth)
                return
            }
            earlier.insert(entry.key.split(separator: ".").first.map(String.init) ?? entry.key)
        }
        for entry in entries {
            let source = ExpressionText.expression(of: Tree(entry.value))
            self.open("assign", [("location", "context.\(entry.key)"), ("expr", source)], depth, isEmpty: true)
        }
    }

    private func isLet(_ name: String) -> Bool { self.source.chart.lets[name] != nil }

    // MARK: Events

    private static func receiver(_ syntax: Syntax?) -> [(String, String?)] {
        switch syntax?.string {
        case "self": return []
        case "parent": return [("target", "#_parent")]
        case let text? where text.hasPrefix("#"): return [("target", "#_" + text.dropFirst())]
        default:
            let tree = syntax.map { Tree($0) }
            return [
                ("targetexpr", tree.map { ExpressionText.expression(of: $0) }),
                ("silian:to", tree?.entries == nil ? nil : tree?.json()),
            ]
        }
    }

    private mutating func send(_ body: Syntax, target: [(String, String?)], _ depth: Int) {
        var attributes: [(String, String?)] = [("event", body["event"]?.text)] + target
        attributes.append(("id", body["id"]?.text))
        if let delay = body["delay"] {
            attributes.append(("delay", self.delay(delay.string ?? "PT0S", at: delay.position)))
            attributes.append(("silian:delay", delay.string ?? Tree(delay).json()))
        }
        if let ttl = body["ttl"] { attributes.append(("silian:ttl", ttl.string ?? Tree(ttl).json())) }
        guard let data = body["data"].map({ Tree($0) }) else {
            self.open("send", attributes, depth, isEmpty: true)
            return
        }
        self.open("send", attributes, depth)
        self.payload(data, depth + 1)
        self.close("send", depth)
    }

    private mutating func payload(_ data: Tree, _ depth: Int) {
        if let entries = data.entries, !entries.isEmpty {
            for entry in entries {
                let source = ExpressionText.expression(of: entry.value)
                self.open("param", [("name", entry.key), ("expr", source)], depth, isEmpty: true)
            }
        } else {
            self.open("content", [("expr", ExpressionText.expression(of: data))], depth, isEmpty: true)
        }
    }

    // MARK: Invocations

    mutating func invocation(_ written: Syntax, _ name: String, _ depth: Int) {
        let source = written["src"]?.text ?? "worker"
        let isChart = source == "workflow"
        let topic = written["workflow"]?.text ?? written["topic"]?.text ?? source
        self.open(
            "invoke",
            [("id", name), ("type", isChart ? SCXMLNames.invoked : "urn:silian:\(source)"), ("src", topic)], depth)
        let own = (written.entries ?? []).filter { !["id", "onDone", "onError"].contains($0.key) }
        self.text("silian:keys", Tree.map(own.map { Tree.Entry(key: $0.key, value: Tree($0.value)) }).json(), depth + 1)
        if let input = written["input"] { self.payload(Tree(input), depth + 1) }
        self.close("invoke", depth)
    }
}
