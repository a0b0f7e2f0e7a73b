import Values

/// A chart of the conformance data, written in our language.
///
///     let chart = try ConformanceChart(case["chart"] ?? .null, name: "history/history0")
///     let compiled = Definition.compile(chart.definition, file: chart.workflow)
struct ConformanceChart {
    /// What our language deliberately cannot say.
    struct Unsupported: Error, CustomStringConvertible {
        var description: String
    }

    let workflow: String
    /// JSON text for `Definition.compile`.
    let definition: String
    /// Inline children, each a workflow of its own, theirs included.
    private(set) var children: [ConformanceChart] = []
    /// State id of the case → our path.
    let paths: [String: String]

    init(_ chart: Value, name: String) throws {
        try self.init(chart, workflow: Self.workflowID(name), given: [])
    }

    /// `given`: names that a parent gives as input.
    private init(_ chart: Value, workflow: String, given: Set<String>) throws {
        var writer = ConformanceWriter(chart, workflow: workflow)
        self.workflow = workflow
        self.definition = try writer.definition(given: given).json
        self.paths = writer.paths
        for child in writer.children {
            let converted = try ConformanceChart(child.chart, workflow: child.workflow, given: child.given)
            self.children.append(converted)
            self.children += converted.children
        }
    }

    static func workflowID(_ name: String) -> String {
        let letters = name.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
        return String(("c-" + String(letters)).prefix(50))
    }
}

/// Writes one chart.
struct ConformanceWriter {
    let chart: Value
    let workflow: String
    private(set) var paths: [String: String] = [:]
    private(set) var children: [(chart: Value, workflow: String, given: Set<String>)] = []
    private var data: [Value]
    private var invocations: Set<String> = []

    init(_ chart: Value, workflow: String) {
        self.chart = chart
        self.workflow = workflow
        self.data = chart["datamodel"]?.list ?? []
        self.name(chart["states"]?.list ?? [], below: "")
        for invocation in chart["root"]?["invoke"]?.list ?? [] { self.noteInvocation(invocation) }
    }

    private mutating func name(_ states: [Value], below parent: String) {
        for state in states {
            guard let id = state["id"]?.string else { continue }
            let path = parent.isEmpty ? Self.key(id) : "\(parent).\(Self.key(id))"
            self.paths[id] = path
            // Data of states is global in SCXML too; binding says only when it gets its value.
            if !self.isLate { self.data += state["datamodel"]?.list ?? [] }
            for invocation in state["invoke"]?.list ?? [] { self.noteInvocation(invocation) }
            self.name(state["states"]?.list ?? [], below: path)
        }
    }

    private mutating func noteInvocation(_ invocation: Value) {
        if let id = invocation["id"]?.string { self.invocations.insert(id) }
    }

    private var isLate: Bool { self.chart["binding"]?.string == "late" }

    /// Keys are joined by dots, so that they cannot have any.
    private static func key(_ id: String) -> String { String(id.map { $0 == "." ? "_" : $0 }) }

    private func declared() -> Set<String> {
        var names = Set(self.data.compactMap { $0["id"]?.string })
        func collect(_ states: [Value]) {
            for state in states {
                names.formUnion((state["datamodel"]?.list ?? []).compactMap { $0["id"]?.string })
                collect(state["states"]?.list ?? [])
            }
        }
        collect(self.chart["states"]?.list ?? [])
        return names
    }

    // MARK: The whole

    mutating func definition(given: Set<String>) throws -> OrderedJSON {
        var context: [(String, OrderedJSON)] = []
        var start: [OrderedJSON] = []
        for name in self.declared().sorted() where !self.data.contains(where: { $0["id"]?.string == name }) {
            context.append((name, .value(.null)))
        }
        for item in self.data {
            guard let id = item["id"]?.string else { continue }
            let expression = item["expr"]?.string
            let literal = expression.flatMap { try? Value(json: $0) }
            context.append((id, .value(literal ?? .null)))
            guard let expression, literal == nil else { continue }
            // A value that must be computed: before anything else, unless the start or a parent gave one.
            let assign: OrderedJSON = ["assign": .map([(id, .string(Self.expression(expression)))])]
            start.append([["if": .string("context.\(id) == null"), "actions": [assign]]])
        }
        var entries: [(String, OrderedJSON)] = [("workflow", .string(self.workflow)), ("context", .map(context))]
        let root = self.chart["root"] ?? .map(ValueMap())
        for block in root["onentry"]?.list ?? [] { start.append(try self.actions(block)) }
        if !start.isEmpty { entries.append(("entry", .list(start))) }
        entries += try self.transitions(root["transitions"]?.list ?? [], of: root)
        entries += try self.invocations(root["invoke"]?.list ?? [], of: "")
        if self.chart["initial_implicit"]?.bool != true, let initial = self.chart["initial"] {
            entries.append(("initial", self.targets(initial)))
        }
        entries.append(("states", try self.states(self.chart["states"]?.list ?? [])))
        return .map(entries)
    }

    private mutating func states(_ states: [Value]) throws -> OrderedJSON {
        var entries: [(String, OrderedJSON)] = []
        for state in states {
            guard let id = state["id"]?.string else { throw ConformanceChart.Unsupported(description: "no id") }
            entries.append((Self.key(id), try self.state(state, id)))
        }
        return .map(entries)
    }

    private mutating func state(_ state: Value, _ id: String) throws -> OrderedJSON {
        let type = state["type"]?.string ?? "atomic"
        var entries: [(String, OrderedJSON)] = [("id", .string(id)), ("type", .string(type))]
        if type == "history" {
            entries.append(("history", .value(state["history"] ?? "shallow")))
            if let target = state["target"], target.list?.isEmpty == false {
                entries.append(("target", try self.initial(target, state["actions"])))
            }
            return .map(entries)
        }
        if type == "compound", state["initial_implicit"]?.bool != true, let initial = state["initial"] {
            entries.append(("initial", try self.initial(initial, state["initial_actions"])))
        }
        var entry: [OrderedJSON] = []
        if self.isLate { entry += self.lateData(state, id) }
        for block in state["onentry"]?.list ?? [] { entry.append(try self.actions(block)) }
        if !entry.isEmpty { entries.append(("entry", .list(entry))) }
        let exit = try (state["onexit"]?.list ?? []).map { try self.actions($0) }
        if !exit.isEmpty { entries.append(("exit", .list(exit))) }
        entries += try self.transitions(state["transitions"]?.list ?? [], of: state)
        entries += try self.invocations(state["invoke"]?.list ?? [], of: id)
        if let donedata = state["donedata"] { entries.append(("output", try self.payload(donedata))) }
        if let children = state["states"]?.list, !children.isEmpty {
            entries.append(("states", try self.states(children)))
        }
        return .map(entries)
    }

    /// Late binding: data of a state gets its value when the state is entered for the first time.
    private func lateData(_ state: Value, _ id: String) -> [OrderedJSON] {
        (state["datamodel"]?.list ?? []).compactMap { item in
            guard let name = item["id"]?.string, let expression = item["expr"]?.string else { return nil }
            let assign: OrderedJSON = ["assign": .map([(name, .string(Self.expression(expression)))])]
            let isFirst = "visits(\(Value.string("#" + id).json)) <= 1 && context.\(name) == null"
            return [["if": .string(isFirst), "actions": [assign]]]
        }
    }

    private mutating func initial(_ targets: Value, _ actions: Value?) throws -> OrderedJSON {
        guard let actions, actions.list?.isEmpty == false else { return self.targets(targets) }
        return ["target": self.targets(targets), "actions": try self.actions(actions)]
    }

    private func targets(_ ids: Value) -> OrderedJSON {
        .list((ids.list ?? []).map { .string("#" + ($0.string ?? "")) })
    }

    // MARK: Transitions

    /// SCXML 3.13: an internal transition stays in its source only if that is compound and has all targets inside.
    private func reenters(_ transition: Value, _ source: Value) -> Bool {
        let targets = transition["target"]?.list ?? []
        guard transition["type"]?.string == "internal", source["type"]?.string ?? "compound" == "compound" else {
            return !targets.isEmpty
        }
        guard let id = source["id"]?.string, let path = self.paths[id] else { return false }
        return !targets.allSatisfy { $0.string.flatMap { self.paths[$0] }?.hasPrefix(path + ".") ?? false }
    }

    private mutating func transitions(_ transitions: [Value], of source: Value) throws -> [(String, OrderedJSON)] {
        var on: [OrderedJSON] = []
        var always: [OrderedJSON] = []
        var after: [(String, [OrderedJSON])] = []
        for transition in transitions {
            var entries: [(String, OrderedJSON)] = []
            let events = (transition["events"]?.list ?? []).compactMap(\.string)
            if !events.isEmpty { entries.append(("event", .list(events.map { .string(self.descriptor($0)) }))) }
            let targets = transition["target"]?.list ?? []
            if !targets.isEmpty { entries.append(("target", self.targets(.list(targets)))) }
            if let condition = transition["cond"]?.string {
                entries.append(("guard", .string(Self.expression(condition))))
            }
            if let actions = transition["actions"], actions.list?.isEmpty == false {
                entries.append(("actions", try self.actions(actions)))
            }
            if self.reenters(transition, source) { entries.append(("reenter", true)) }
            if let delay = transition["after_ms"]?.int {
                let key = Self.delay(Int(delay))
                let index = after.firstIndex { $0.0 == key } ?? after.count
                if index == after.count { after.append((key, [])) }
                after[index].1.append(.map(entries))
            } else if events.isEmpty {
                always.append(.map(entries))
            } else {
                on.append(.map(entries))
            }
        }
        var found: [(String, OrderedJSON)] = []
        if !on.isEmpty { found.append(("on", .list(on))) }
        if !always.isEmpty { found.append(("always", .list(always))) }
        if !after.isEmpty { found.append(("after", .map(after.map { ($0.0, .list($0.1)) }))) }
        return found
    }

    /// SCXML's `foo` is our `foo.*`; events of the platform are named after paths.
    func descriptor(_ event: String) -> String {
        if event == "*" || event == ".*" { return "*" }
        var name = event
        if name.hasSuffix(".*") { name.removeLast(2) }
        if name.hasSuffix(".") { name.removeLast() }
        let prefix = "done.state."
        if name.hasPrefix(prefix), let path = self.paths[String(name.dropFirst(prefix.count))] { return prefix + path }
        if name.hasPrefix("done.invoke.") || name.hasPrefix("error.invoke.") { return name }
        return name + ".*"
    }

    static func delay(_ milliseconds: Int) -> String {
        let fraction = String(1_000 + milliseconds % 1_000).dropFirst()
        return "PT\(milliseconds / 1_000).\(fraction)S"
    }

    // MARK: Invocations

    private func isUnbound(_ expression: Value?) -> Bool {
        guard let text = expression?.string else { return false }
        guard text.hasPrefix("context.") else { return text == "1 / 0" }
        return !self.declared().contains(String(text.dropFirst("context.".count).prefix { $0 != "." }))
    }

    private mutating func invocations(_ list: [Value], of state: String) throws -> [(String, OrderedJSON)] {
        var invocations: [OrderedJSON] = []
        for (index, invocation) in list.enumerated() {
            if invocation["autoforward"]?.bool == true || invocation["finalize"]?.list?.isEmpty == false {
                throw ConformanceChart.Unsupported(description: "autoforward and finalize are not in our language")
            }
            let id = invocation["id"]?.string ?? "\(state.isEmpty ? "root" : Self.key(state)).i\(index)"
            var entries: [(String, OrderedJSON)] = [("id", .string(id))]
            let parameters = invocation["params"]?.map ?? ValueMap()
            if let child = invocation["chart"] {
                let workflow = "\(self.workflow)-\(self.children.count + 1)"
                let names = parameters.entries.compactMap { entry -> String? in
                    guard case .string(let name) = entry.key else { return nil }
                    return name
                }
                let known = Set((child["datamodel"]?.list ?? []).compactMap { $0["id"]?.string })
                self.children.append((child, workflow, known.intersection(names)))
                entries += [("src", "workflow"), ("workflow", .string(workflow))]
                // What the child does not declare is not given to it, but a mistake in it counts.
                let input = names.filter { known.contains($0) || self.isUnbound(parameters[$0]) }
                    .map { ($0, Self.data(parameters[$0])) }
                if !input.isEmpty { entries.append(("input", .map(input))) }
            } else {
                let topic = invocation["src"]?.string ?? "unknown"
                entries += [("src", "worker"), ("topic", .string(topic))]
                if !parameters.isEmpty { entries.append(("input", Self.data(parameters))) }
            }
            invocations.append(.map(entries))
        }
        return invocations.isEmpty ? [] : [("invoke", .list(invocations))]
    }

    // MARK: Actions

    mutating func actions(_ block: Value) throws -> OrderedJSON {
        .list(try (block.list ?? []).map { try self.action($0) })
    }

    private mutating func action(_ action: Value) throws -> OrderedJSON {
        switch action["do"]?.string {
        case "raise": return ["raise": ["event": .value(action["event"] ?? "")]]
        case "assign":
            let location = action["location"]?.string ?? ""
            let root = location.split(separator: ".").first.map(String.init) ?? ""
            // Assigning to what was never declared is an error in SCXML.
            let isKnown = self.declared().contains(root)
            let expression = isKnown ? Self.expression(action["expr"]?.string ?? "null") : "1 / 0"
            return ["assign": .map([(isKnown ? location : "undeclared", .string(expression))])]
        case "log":
            let label = action["label"]?.string ?? ""
            let expression = action["expr"]?.string.map { "${\(Self.expression($0))}" } ?? ""
            let message = [label, expression].filter { !$0.isEmpty }.joined(separator: ": ")
            return ["log": ["message": .string(message.isEmpty ? "-" : message)]]
        case "cancel": return ["cancel": .string(try Self.literal(action["id"], action["id_expr"], "id_expr"))]
        case "if": return try self.choice((action["branches"]?.list ?? [])[...])
        case "foreach": return try self.loop(action)
        case "send": return try self.send(action)
        default: throw ConformanceChart.Unsupported(description: "unknown action \(action.json)")
        }
    }

    private mutating func choice(_ branches: ArraySlice<Value>) throws -> OrderedJSON {
        guard let branch = branches.first else { return ["log": ["message": "-"]] }
        let condition = branch["cond"]?.string.map { Self.expression($0) } ?? "true"
        var entries: [(String, OrderedJSON)] = [
            ("if", .string(condition)), ("actions", try self.actions(branch["actions"] ?? [])),
        ]
        if branches.count > 1 { entries.append(("else", [try self.choice(branches.dropFirst())])) }
        return .map(entries)
    }

    /// In SCXML item and index are data.
    private mutating func loop(_ action: Value) throws -> OrderedJSON {
        let item = action["item"]?.string ?? ""
        let isName = !item.isEmpty && item.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
        guard isName else { return ["assign": ["undeclared": "1 / 0"]] }
        var body: [OrderedJSON] = [["assign": .map([(item, .string("item_"))])]]
        var entries: [(String, OrderedJSON)] = [
            ("in", .string(Self.expression(action["array"]?.string ?? "[]"))), ("as", "item_"),
        ]
        if let index = action["index"]?.string {
            entries.append(("index", "index_"))
            body.append(["assign": .map([(index, .string("index_"))])])
        }
        if case .list(let actions) = try self.actions(action["actions"] ?? []) { body += actions }
        entries.append(("actions", .list(body)))
        return ["forEach": .map(entries)]
    }

    private func send(_ action: Value) throws -> OrderedJSON {
        let target = action["target"]?.string ?? "self"
        let event = try Self.literal(action["event"], action["event_expr"], "event_expr")
        var entries: [(String, OrderedJSON)] = [("event", .string(event))]
        if let data = action["data"]?.string {
            entries.append(("data", .string(Self.expression(data))))
        } else if let parameters = action["params"]?.map {
            entries.append(("data", Self.data(parameters)))
        }
        if let id = action["id"]?.string { entries.append(("id", .string(id))) }
        if let delay = action["delay_ms"]?.int, delay > 0 || target == "internal" {
            entries.append(("delay", .string(Self.delay(Int(delay)))))
        } else if let delay = action["delay_expr"]?.string {
            entries.append(("delay", ["at": .string("now + duration(\(Self.expression(delay)))")]))
        }
        if target == "internal" { return ["raise": .map(entries)] }
        entries.insert(("to", self.recipient(target)), at: 0)
        return ["send": .map(entries)]
    }

    private func recipient(_ target: String) -> OrderedJSON {
        if target == "self" || target == "parent" { return .string(target) }
        if target.hasPrefix("#"), self.invocations.contains(String(target.dropFirst())) { return .string(target) }
        let text = target.hasPrefix("invalid:") ? String(target.dropFirst("invalid:".count)) : target
        return .string(Value.string(text).json)
    }

    private func payload(_ data: Value) throws -> OrderedJSON {
        if let parameters = data["params"]?.map { return Self.data(parameters) }
        if let text = data.string ?? data["data"]?.string ?? data["expr"]?.string ?? data["content"]?.string {
            return .string(Self.expression(text))
        }
        throw ConformanceChart.Unsupported(description: "donedata \(data.json)")
    }

    // MARK: Expressions

    private static func data(_ parameters: ValueMap) -> OrderedJSON {
        .map(
            parameters.entries.compactMap { entry in
                guard case .string(let name) = entry.key else { return nil }
                return (name, Self.data(entry.value))
            })
    }

    private static func data(_ expression: Value?) -> OrderedJSON {
        guard case .string(let text)? = expression else { return .value(expression ?? .null) }
        return .string(Self.expression(text))
    }

    private static func literal(_ value: Value?, _ expression: Value?, _ what: String) throws -> String {
        if let text = value?.string { return text }
        if let text = expression?.string, case .string(let literal)? = try? Value(json: text) { return literal }
        throw ConformanceChart.Unsupported(description: "\(what) is computed; our language names events literally")
    }

    /// `In("x")` is `inState("#x")`, `event.name` is `event.type`; strings stay as they are.
    static func expression(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let first = rest.first {
            if first == "\"" || first == "'" {
                let end = rest.dropFirst().firstIndex(of: first).map { rest.index(after: $0) } ?? rest.endIndex
                result += rest[..<end]
                rest = rest[end...]
            } else if rest.hasPrefix("In("), let quote = rest.dropFirst(3).first, quote == "\"" || quote == "'" {
                result += "inState(\(quote)#"
                rest = rest.dropFirst(4)
                let end = rest.firstIndex(of: quote).map { rest.index(after: $0) } ?? rest.endIndex
                result += rest[..<end]
                rest = rest[end...]
            } else if rest.hasPrefix("event.name") {
                result += "event.type"
                rest = rest.dropFirst("event.name".count)
            } else {
                result.append(first)
                rest = rest.dropFirst()
            }
        }
        return result
    }
}
