import CEL
import JSONSchema
import Values

extension Compiler {
    /// The keys that only the top has, as far as they do not need the states.
    mutating func compileHead(_ fields: Fields) {
        if let id = self.literal(fields["workflow"], "the workflow's id") {
            self.chart.workflow = id
            if let syntax = fields["workflow"], !Self.isWorkflowID(id) {
                let hint: Message = "lower-case letters, digits and hyphens, beginning with a letter, at most 63"
                self.error("workflow-id", "'\(id)' cannot be a workflow's id", at: syntax, hint: hint)
            }
        } else if fields.written("workflow") == nil || fields["workflow"] == nil {
            self.error("missing-key", "a definition needs the key 'workflow', its id", at: fields.syntax)
        }
        self.chart.title = self.text(fields["title"])
        self.chart.description = self.text(fields["description"])
        self.chart.calendar = self.literal(fields["calendar"], "a calendar's name") ?? "default"
        self.chart.schema = self.schema(fields["schema"])
        if let context = fields["context"] {
            if context.entries == nil {
                self.error("expected-map", "context is a map, not \(context.kind)", at: context)
            } else {
                self.chart.contextDefaults = context.value
            }
        }
        self.compileSearch(fields["search"])
        if let word = self.keyword(fields["onSuspend"], "onSuspend", among: ["remaining", "date"]) {
            self.chart.onSuspend = Chart.SuspendPolicy(rawValue: word) ?? .remaining
        }
        self.named.delays = self.declarations(fields["delays"], "delays")
        self.named.actions = self.declarations(fields["actions"], "actions")
        self.named.actors = self.declarations(fields["actors"], "actors")
        self.named.lets = self.declarations(fields["let"], "let")
        for entry in self.named.lets { self.checkLetName(entry) }
    }

    private static func isWorkflowID(_ text: String) -> Bool {
        guard let first = text.utf8.first, (0x61...0x7A).contains(first), text.utf8.count <= 63 else { return false }
        return text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
    }

    private mutating func declarations(_ syntax: Syntax?, _ what: String) -> [Syntax.Entry] {
        guard let syntax else { return [] }
        if syntax.entries == nil {
            self.error("expected-map", "\(what) maps names to declarations; this is \(syntax.kind)", at: syntax)
        }
        let entries = syntax.entries ?? []
        if entries.count > DefinitionLimits.declarations {
            self.exceed(what, "\(what) has more than \(DefinitionLimits.declarations) entries", at: syntax)
        }
        return Array(entries.prefix(DefinitionLimits.declarations))
    }

    private mutating func checkLetName(_ entry: Syntax.Entry) {
        if !Self.isIdentifier(entry.key) {
            let hint: Message = "letters, digits and underscores, beginning with a letter"
            self.report(
                .error, "let-name", "'\(entry.key)' cannot be a name in expressions", at: entry.keyPosition,
                path: entry.value.path, hint: hint)
        } else if Scope.all.contains(entry.key) || Scope.types.contains(entry.key) {
            self.report(
                .error, "let-name", "'\(entry.key)' already has a meaning in expressions", at: entry.keyPosition,
                path: entry.value.path)
        }
    }

    /// A CEL identifier that is not reserved.
    static func isIdentifier(_ text: String) -> Bool {
        let reserved: Set<String> = [
            "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if",
            "import",
            "let", "loop", "package", "namespace", "return", "var", "void", "while",
        ]
        guard let first = text.unicodeScalars.first, first == "_" || Self.isLetter(first) else { return false }
        return !reserved.contains(text)
            && text.unicodeScalars.allSatisfy { $0 == "_" || Self.isLetter($0) || ("0"..."9").contains($0) }
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
    }

    private mutating func compileSearch(_ syntax: Syntax?) {
        guard let syntax else { return }
        for element in syntax.oneOrMany {
            guard let path = self.literal(element, "a search path") else { continue }
            if path.hasPrefix("context.") {
                let hint: Message = "write '\(path.dropFirst("context.".count))'"
                self.error("search-path", "paths of 'search' are relative to the context", at: element, hint: hint)
            } else if self.dottedPath(path) == nil {
                self.error("search-path", "'\(path)' is not a dotted path", at: element)
            } else if self.chart.search.contains(path) {
                self.error("duplicate-search", "'\(path)' is listed twice", at: element)
            } else {
                self.chart.search.append(path)
            }
        }
    }

    /// nil when it is none, or deeper than a context can be.
    func dottedPath(_ text: String) -> [String]? {
        let names = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard names.count <= Value.depthLimit else { return nil }
        return names.contains { $0.isEmpty || $0.contains { $0.isWhitespace } } ? nil : names
    }

    mutating func schema(_ syntax: Syntax?) -> Schema? {
        guard let syntax else { return nil }
        switch syntax.content {
        case .map, .bool: break
        default:
            self.error("expected-map", "a JSON Schema is a map, not \(syntax.kind)", at: syntax)
            return nil
        }
        guard self.counts.patternSize <= DefinitionLimits.patterns else { return nil }
        do {
            let schema = try Schema(syntax.value)
            self.counts.patternSize += schema.patternSize
            if self.counts.patternSize > DefinitionLimits.patterns {
                let message: Message =
                    "the patterns of all schemas come to more than \(DefinitionLimits.patterns) instructions"
                self.exceed("patterns", message, at: syntax)
            }
            for doubt in schema.doubts { self.report(.warning, "useless-keyword", doubt, in: syntax) }
            return schema
        } catch {
            for mistake in error.mistakes { self.report(.error, "schema", mistake, in: syntax) }
            return nil
        }
    }

    private mutating func report(
        _ severity: Diagnostic.Severity, _ code: String, _ mistake: SchemaError.Mistake, in syntax: Syntax
    ) {
        let node = syntax.node(at: mistake.pointer)
        let key = mistake.isOfKey ? syntax.keyPosition(at: mistake.pointer) : nil
        self.report(severity, code, Message(verbatim: mistake.message), at: key ?? node.position, path: node.path)
    }

    // MARK: Events and people

    mutating func compileEvents(_ syntax: Syntax?) {
        guard let syntax else { return }
        guard let entries = syntax.entries else {
            self.error("expected-map", "events maps names to declarations; this is \(syntax.kind)", at: syntax)
            return
        }
        var events: [String: EventDeclaration] = [:]
        for entry in entries {
            self.checkEventName(entry.key, at: entry.keyPosition, path: entry.value.path)
            var declaration = EventDeclaration(position: entry.keyPosition)
            if !entry.value.isNull {
                let fields = self.fields(of: entry.value, Keys.event, "an event")
                declaration.title = self.text(fields["title"])
                _ = self.text(fields["description"])
                declaration.schema = self.schema(fields["schema"])
                declaration.people = fields["for"].map {
                    self.people($0, Scope(names: self.letNames, roots: Scope.all))
                }
                declaration.confirm = self.boolean(fields["confirm"], "confirm") ?? false
            }
            events[entry.key] = declaration
        }
        self.chart.events = events
    }

    /// Events that only the engine makes, and names that no event can have.
    mutating func checkEventName(_ name: String, at position: Position, path: String) {
        if let prefix = EngineEvents.reservation(of: name) {
            self.report(
                .error, "reserved-event", "only the engine makes events '\(prefix).*'", at: position, path: path,
                hint: "choose another name than '\(name)'")
        } else if !Self.isEventName(name) {
            self.report(.error, "event-name", "'\(name)' cannot be an event's name", at: position, path: path)
        }
    }

    static func isEventName(_ name: String) -> Bool {
        guard !name.isEmpty, name.utf8.count <= DefinitionLimits.nameBytes, !name.contains("*") else { return false }
        guard !name.hasPrefix("."), !name.hasSuffix("."), !name.contains("..") else { return false }
        return !name.unicodeScalars.contains { $0.value < 0x20 }
    }

    mutating func compileAccess(_ syntax: Syntax?) {
        guard let syntax else { return }
        let fields = self.fields(of: syntax, Keys.access, "access")
        let scope = Scope(names: self.letNames, roots: Scope.all)
        self.chart.access.start = fields["start"].map { self.people($0, scope) }
        self.chart.access.read = fields["read"].map { self.people($0, scope) }
        self.chart.access.admin = fields["admin"].map { self.people($0, scope) }
    }

    mutating func people(_ syntax: Syntax, _ scope: Scope) -> People {
        let fields = self.fields(of: syntax, Keys.people, "people")
        var people = People()
        people.roles = self.literals(fields["roles"], "a role")
        self.mentionedRoles += fields["roles"]?.oneOrMany.filter { $0.string != nil } ?? []
        people.users = fields["users"].map { self.template($0, scope) }
        people.starter = self.boolean(fields["starter"], "starter") ?? false
        people.assignee = self.boolean(fields["assignee"], "assignee") ?? false
        if people.isEmpty, syntax.entries != nil {
            self.warn("nobody", "these people are nobody", at: syntax, hint: "name roles, users, starter or assignee")
        }
        return people
    }

    // MARK: Names for expressions

    var letNames: Set<String> { Set(self.named.lets.map(\.key)) }

    mutating func compileLets(_ fields: Fields) {
        let names = self.letNames
        for entry in self.named.lets {
            self.chart.lets[entry.key] = self.expression(entry.value, Scope(names: names, roots: Scope.all))
        }
        self.checkLetCycles()
        self.checkLetDepth()
    }

    /// Each makes a value that can hold those of the names in it, so that the depth of their values multiplies.
    private mutating func checkLetDepth() {
        var depths: [String: Int] = [:]
        for (name, expression) in self.chart.letsInOrder {
            let depth = 1 + (self.chart.letsNeeded(by: expression).compactMap { depths[$0] }.max() ?? 0)
            depths[name] = depth
            guard depth > DefinitionLimits.letDepth, let entry = self.named.lets.first(where: { $0.key == name }) else {
                continue
            }
            let message: Message =
                "'\(name)' is made of names made of names, more than \(DefinitionLimits.letDepth) deep"
            self.exceed("let-depth", message, at: entry.value)
            // What would evaluate it is not to meet it.
            self.chart.lets[name] = nil
        }
    }

    private mutating func checkLetCycles() {
        let ordered = Set(self.chart.letsInOrder.map(\.name))
        var edges: [String: Set<String>] = [:]
        for (name, expression) in self.chart.lets where !ordered.contains(name) {
            edges[name] = self.chart.letsNeeded(by: expression).subtracting(ordered)
        }
        for entry in self.named.lets where edges[entry.key] != nil {
            var reached: Set<String> = []
            var waiting = Array(edges[entry.key] ?? [])
            while let name = waiting.popLast() {
                if reached.insert(name).inserted { waiting += edges[name] ?? [] }
            }
            if reached.contains(entry.key) {
                self.report(
                    .error, "let-cycle", "'\(entry.key)' is defined by itself", at: entry.keyPosition,
                    path: entry.value.path)
            }
        }
    }
}
