import Values

extension Compiler {
    /// A list of actions; a single one may stand without a list.
    mutating func actions(_ syntax: Syntax?, _ scope: Scope) -> [Action] {
        guard let syntax else { return [] }
        return syntax.oneOrMany.flatMap { self.action($0, scope) }
    }

    private mutating func action(_ syntax: Syntax, _ scope: Scope) -> [Action] {
        self.counts.actions += 1
        guard self.counts.actions <= DefinitionLimits.actions else { return self.refuseActions(at: syntax) }
        if syntax.string != nil { return self.namedAction(syntax) }
        guard let entries = syntax.entries, let first = entries.first else {
            let given: Message = syntax.entries == nil ? syntax.kind : "an empty map"
            self.error("expected-action", "an action is a name or a map, not \(given)", at: syntax)
            return []
        }
        if syntax["if"] != nil { return self.conditional(syntax, scope).map { [$0] } ?? [] }
        let known = Keys.actions.map(\.name)
        for entry in entries where !known.contains(entry.key) {
            let hint = self.near(entry.key, among: known + ["if"])
            self.report(
                .error, "unknown-action", "there is no action '\(entry.key)'", at: entry.keyPosition,
                path: entry.value.path, hint: hint ?? "actions: if, \(known.joined(separator: ", "))")
        }
        let written = entries.filter { known.contains($0.key) }
        if written.count > 1 {
            let message: Message =
                "one item is one action; this has \(written.map { "'\($0.key)'" }.joined(separator: ", "))"
            self.error("several-actions", message, at: syntax, hint: "begin a new item with '-' for each")
        }
        guard let entry = written.first ?? (known.contains(first.key) ? first : nil) else { return [] }
        return self.action(entry, scope).map { [$0] } ?? []
    }

    private mutating func namedAction(_ syntax: Syntax) -> [Action] {
        let name = syntax.text
        guard let entry = self.named.actions.first(where: { $0.key == name }) else {
            let hint = self.near(name, among: self.named.actions.map(\.key))
            self.error("unknown-action", "there is no action '\(name)' in 'actions'", at: syntax, hint: hint)
            return []
        }
        self.named.used.insert("actions.\(name)")
        if let compiled = self.named.compiledActions[name] {
            // As many as if they were written here, so that lists of lists do not double without end.
            self.counts.actions += self.named.actionCounts[name] ?? 0
            return self.counts.actions <= DefinitionLimits.actions ? compiled : self.refuseActions(at: syntax)
        }
        guard !self.named.open.contains("actions.\(name)") else {
            self.error("action-cycle", "the action '\(name)' contains itself", at: entry.value)
            return []
        }
        self.named.open.append("actions.\(name)")
        let before = self.counts.actions
        let compiled = self.actions(entry.value, Scope(names: self.letNames, roots: Scope.all))
        self.named.open.removeLast()
        self.named.compiledActions[name] = compiled
        self.named.actionCounts[name] = self.counts.actions - before
        return compiled
    }

    private mutating func refuseActions(at syntax: Syntax) -> [Action] {
        self.exceed("actions", "there are more than \(DefinitionLimits.actions) actions", at: syntax)
        return []
    }

    private mutating func conditional(_ syntax: Syntax, _ scope: Scope) -> Action? {
        let fields = self.fields(of: syntax, Keys.conditional, "a conditional action")
        self.refuseNull("if", fields)
        if fields.written("actions") == nil, fields.written("else") == nil {
            self.error("missing-key", "'if' needs 'actions'", at: syntax)
        }
        let condition = self.expression(fields["if"], scope)
        let then = self.actions(fields["actions"], scope)
        let otherwise = self.actions(fields["else"], scope)
        return condition.map { .choose(if: $0, then: then, else: otherwise, syntax.position) }
    }

    private mutating func action(_ entry: Syntax.Entry, _ scope: Scope) -> Action? {
        let syntax = entry.value
        let position = entry.keyPosition
        switch entry.key {
        case "assign": return self.assign(syntax, scope, position)
        case "cancel": return self.literal(syntax, "the id to cancel").map { .cancel(id: $0, position) }
        default: break
        }
        let keys = Keys.actions.first { $0.name == entry.key }?.keys ?? []
        let fields = self.fields(of: syntax, keys, "'\(entry.key)'")
        guard syntax.entries != nil else { return nil }
        switch entry.key {
        case "raise":
            guard let event = self.event(fields, "event", isReservedRefused: true) else { return nil }
            return .raise(
                event: event, data: fields["data"].map { self.template($0, scope) },
                delay: self.delay(fields["delay"], scope, moves: false), id: self.literal(fields["id"], "an id"),
                position)
        case "send": return self.send(fields, scope, position)
        case "notify": return self.notify(fields, scope, position)
        case "emit":
            guard let type = self.event(fields, "type", isReservedRefused: false) else { return nil }
            return .emit(type: type, data: fields["data"].map { self.template($0, scope) }, position)
        case "log":
            let message = self.required("message", fields).flatMap { self.text($0, scope) }
            let levels = ["debug", "info", "warning", "error"]
            let level = self.keyword(fields["level"], "level", among: levels) ?? "info"
            return message.map { .log(message: $0, level: level, position) }
        case "forEach": return self.forEach(fields, scope, position)
        default: return nil
        }
    }

    mutating func required(_ key: String, _ fields: Fields) -> Syntax? {
        if let syntax = fields[key] { return syntax }
        guard fields.syntax.entries != nil else { return nil }
        self.error("missing-key", "the key '\(key)' is missing", at: fields.written(key) ?? fields.syntax)
        return nil
    }

    private mutating func event(_ fields: Fields, _ key: String, isReservedRefused: Bool) -> String? {
        guard let syntax = self.required(key, fields), let name = self.literal(syntax, "an event's name") else {
            return nil
        }
        if isReservedRefused {
            self.checkEventName(name, at: syntax.position, path: syntax.path)
        } else if !Self.isEventName(name) {
            self.error("event-name", "'\(name)' cannot be an event's name", at: syntax)
        }
        self.counts.produced.insert(name)
        return name
    }

    private mutating func assign(_ syntax: Syntax, _ scope: Scope, _ position: Position) -> Action? {
        guard let entries = syntax.entries else {
            let hint: Message = "assign: {path: expression}"
            self.error(
                "expected-map", "assign maps paths to expressions; this is \(syntax.kind)", at: syntax, hint: hint)
            return nil
        }
        var values: [(path: [String], value: Template)] = []
        for entry in entries {
            let template = self.template(entry.value, scope)
            if let path = self.dottedPath(entry.key) {
                if path[0] == "context", path.count > 1 {
                    self.report(
                        .warning, "assign-context", "paths of 'assign' are relative to the context already",
                        at: entry.keyPosition, path: entry.value.path,
                        hint: "write '\(path.dropFirst().joined(separator: "."))'")
                }
                values.append((path, template))
                self.assignedFields.append((path[0], entry.keyPosition, entry.value.path))
            } else {
                self.report(
                    .error, "assign-path", "'\(entry.key)' is not a dotted path", at: entry.keyPosition,
                    path: entry.value.path)
            }
        }
        self.assignments[position] = syntax
        return .assign(values, position)
    }

    private mutating func send(_ fields: Fields, _ scope: Scope, _ position: Position) -> Action? {
        let event = self.event(fields, "event", isReservedRefused: true)
        let target = self.required("to", fields).map { self.sendTarget($0, scope) }
        let data = fields["data"].map { self.template($0, scope) }
        let delay = self.delay(fields["delay"], scope, moves: false)
        let ttl = self.delay(fields["ttl"], scope, moves: false)
        let id = self.literal(fields["id"], "an id")
        guard let event, let target else { return nil }
        return .send(
            Action.Send(target: target, event: event, data: data, delay: delay, id: id, ttl: ttl, position: position))
    }

    private mutating func sendTarget(_ syntax: Syntax, _ scope: Scope) -> Action.Send.Target {
        switch syntax.string {
        case "self": return .self
        case "parent": return .parent
        case let text? where text.hasPrefix("#"):
            self.mentionedInvocations.append((String(text.dropFirst()), syntax))
            return .invocation(String(text.dropFirst()))
        default: return .expression(self.template(syntax, scope))
        }
    }

    private mutating func notify(_ fields: Fields, _ scope: Scope, _ position: Position) -> Action? {
        let people = self.required("to", fields).map { self.people($0, scope) }
        let subject = self.required("subject", fields).flatMap { self.text($0, scope) }
        let body = self.text(fields["body"], scope)
        let channels = self.literals(fields["channels"], "a channel")
        let link = self.text(fields["link"], scope)
        guard let people, let subject else { return nil }
        return .notify(
            Action.Notify(
                to: people, subject: subject, body: body, channels: channels, link: link, position: position))
    }

    private mutating func forEach(_ fields: Fields, _ scope: Scope, _ position: Position) -> Action? {
        let list = self.required("in", fields).map { self.template($0, scope) }
        let item = self.loopName(self.required("as", fields))
        let index = self.loopName(fields["index"])
        let actions = self.actions(self.required("actions", fields), scope.adding(item).adding(index))
        guard let list, let item else { return nil }
        return .forEach(list: list, item: item, index: index, actions: actions, position)
    }

    mutating func loopName(_ syntax: Syntax?) -> String? {
        guard let syntax, let name = self.literal(syntax, "a loop name") else { return nil }
        guard Self.isIdentifier(name), !Scope.all.contains(name) else {
            let hint: Message = "letters, digits and underscores; not context, event, instance or now"
            self.error("loop-name", "'\(name)' cannot be a name in expressions", at: syntax, hint: hint)
            return nil
        }
        return name
    }
}
