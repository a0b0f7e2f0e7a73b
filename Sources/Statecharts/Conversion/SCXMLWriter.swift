import Values

/// A chart as SCXML with the data model `cel`. What SCXML has no place for stands in elements and attributes of our own
/// namespace, which its processors pass over.
struct SCXMLWriter {
    let source: ChartText
    var notes: Conversion.Notes
    private var lines: [String] = []
    /// State → its id in the document.
    private var ids: [String] = []

    init(_ source: ChartText) {
        self.source = source
        self.notes = Conversion.Notes(file: source.chart.workflow)
        var names = UniqueNames()
        for state in source.chart.states { self.ids.append(names.unique(Self.identifier(state.path))) }
    }

    private var chart: Chart { self.source.chart }

    private static let known: Set<String> = [
        "type", "initial", "states", "on", "always", "after", "entry", "exit", "invoke", "onDone", "output", "history",
        "target", "workflow", "actions", "actors",
    ]

    mutating func write() -> String {
        self.lines = ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>"]
        let root = self.chart.states[0]
        var attributes: [(String, String?)] = [
            ("xmlns", SCXMLNames.space), ("xmlns:silian", SCXMLNames.own), ("version", "1.0"),
            ("name", self.chart.workflow), ("datamodel", "cel"), ("silian:events", "exact"),
        ]
        if root.kind == .parallel { attributes.append(("silian:type", "parallel")) }
        if let initial = root.initial, initial.actions.isEmpty {
            attributes.append(("initial", self.names(initial.targets)))
        }
        self.open("scxml", attributes, 0)
        self.keys(of: 0, 1)
        self.data()
        self.content(of: 0, 1)
        self.close("scxml", 0)
        return self.lines.joined(separator: "\n") + "\n"
    }

    // MARK: Lines

    mutating func open(_ name: String, _ attributes: [(String, String?)], _ depth: Int, isEmpty: Bool = false) {
        var line = String(repeating: "  ", count: depth) + "<" + name
        for (key, value) in attributes {
            if let value { line += " \(key)=\"\(XMLElement.escaped(value))\"" }
        }
        self.lines.append(line + (isEmpty ? "/>" : ">"))
    }

    mutating func close(_ name: String, _ depth: Int) {
        // What is empty closes itself.
        if let last = self.lines.last, last.hasPrefix(String(repeating: "  ", count: depth) + "<\(name)"),
            last.hasSuffix(">"), !last.hasSuffix("/>"), !last.hasSuffix("</\(name)>")
        {
            self.lines[self.lines.count - 1] = last.dropLast() + "/>"
            return
        }
        self.lines.append(String(repeating: "  ", count: depth) + "</\(name)>")
    }

    mutating func text(_ name: String, _ text: String, _ depth: Int) {
        self.lines.append(
            String(repeating: "  ", count: depth) + "<\(name)>\(XMLElement.escaped(text))</\(name)>")
    }

    private static func identifier(_ path: String) -> String {
        var id = ""
        for scalar in path.unicodeScalars {
            let isName =
                scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "-_.".unicodeScalars.contains(scalar)
            id += isName ? String(scalar) : "_"
        }
        let isLetter = id.unicodeScalars.first.map { $0.properties.isAlphabetic || $0 == "_" } ?? true
        return isLetter ? id : "_" + id
    }

    private func names(_ states: [Int]) -> String { states.map { self.ids[$0] }.joined(separator: " ") }

    // MARK: States

    private mutating func keys(of id: Int, _ depth: Int) {
        // What is carried as it is written, `onDue` and `remind`, may name actions.
        let carriesActions =
            id == 0
            && self.chart.states.contains {
                $0.deadline != nil || $0.invocations.contains { $0.deadline != nil }
            }
        let known = carriesActions ? Self.known.subtracting(["actions"]) : Self.known
        var extras = self.source.extras(of: id, without: known)
        if id == 0 { extras.removeAll { $0.key == "context" } }
        if !extras.isEmpty { self.text("silian:keys", Tree.map(extras).json(), depth) }
    }

    private mutating func data() {
        guard let context = self.source.root["context"]?.entries, !context.isEmpty else { return }
        self.open("datamodel", [], 1)
        for entry in context {
            self.open("data", [("id", entry.key), ("expr", Tree(entry.value).json())], 2, isEmpty: true)
        }
        self.close("datamodel", 1)
    }

    private mutating func state(_ id: Int, _ depth: Int) {
        let state = self.chart.states[id]
        let own = state.path == self.ids[id] && !state.key.contains(".") ? nil : state.key
        var attributes: [(String, String?)] = [("id", self.ids[id]), ("silian:key", own)]
        var name = "state"
        switch state.kind {
        case .atomic: break
        case .compound:
            if let initial = state.initial, initial.actions.isEmpty {
                attributes.append(("initial", self.names(initial.targets)))
            }
        case .parallel: name = "parallel"
        case .final: name = "final"
        case .history(let deep):
            name = "history"
            attributes.append(("type", deep ? "deep" : "shallow"))
        }
        self.open(name, attributes, depth)
        self.keys(of: id, depth + 1)
        if name == "history" {
            self.initial(of: id, depth + 1)
        } else {
            self.content(of: id, depth + 1)
        }
        self.close(name, depth)
    }

    private mutating func content(of id: Int, _ depth: Int) {
        let state = self.chart.states[id]
        let syntax = self.source.states[id]
        if state.kind == .compound, state.initial?.actions.isEmpty == false {
            self.open("initial", [], depth)
            self.initial(of: id, depth + 1)
            self.close("initial", depth)
        }
        if !state.timers.isEmpty { self.timers(of: id, depth) }
        for block in ChartText.blocks(syntax["entry"]) { self.block("onentry", block, depth) }
        for block in ChartText.blocks(syntax["exit"]) { self.block("onexit", block, depth) }
        for (index, written) in self.source.invocations(of: id).enumerated() where index < state.invocations.count {
            self.invocation(written, state.invocations[index].id, depth)
        }
        for index in state.eventTransitions + state.always {
            if self.source.origin(of: self.chart.transitions[index]) != .carried { self.transition(index, depth) }
        }
        if let output = syntax["output"] { self.donedata(Tree(output), depth) }
        for child in state.children { self.state(child, depth) }
    }

    private mutating func donedata(_ output: Tree, _ depth: Int) {
        self.open("donedata", [], depth)
        if let entries = output.entries, !entries.isEmpty {
            for entry in entries {
                let source = ExpressionText.expression(of: entry.value)
                self.open("param", [("name", entry.key), ("expr", source)], depth + 1, isEmpty: true)
            }
        } else {
            self.open("content", [("expr", ExpressionText.expression(of: output))], depth + 1, isEmpty: true)
        }
        self.close("donedata", depth)
    }

    private mutating func block(_ name: String, _ syntax: Syntax, _ depth: Int) {
        self.open(name, [], depth)
        self.actions(syntax, depth + 1)
        self.close(name, depth)
    }

    /// Of a history, or with actions of its own.
    private mutating func initial(of id: Int, _ depth: Int) {
        guard let initial = self.chart.states[id].initial else { return }
        let syntax = self.source.states[id]
        self.open("transition", [("target", self.names(initial.targets))], depth)
        self.actions((syntax["initial"] ?? syntax["target"])?["actions"], depth + 1)
        self.close("transition", depth)
    }

    /// `after` is a delayed event that the exit cancels.
    private mutating func timers(of id: Int, _ depth: Int) {
        let state = self.chart.states[id]
        self.open("onentry", [], depth)
        for timer in state.timers {
            let text = timer.key
            let event = self.timerEvent(timer.event)
            self.open(
                "send",
                [
                    ("event", event), ("id", event), ("delay", self.delay(text, at: timer.position)),
                    ("silian:after", text),
                ], depth + 1, isEmpty: true)
        }
        self.close("onentry", depth)
        self.open("onexit", [], depth)
        for timer in state.timers {
            self.open(
                "cancel",
                [("sendid", self.timerEvent(timer.event)), ("silian:after", timer.key)],
                depth + 1, isEmpty: true)
        }
        self.close("onexit", depth)
    }

    /// Names of events have no spaces.
    private func timerEvent(_ name: String) -> String {
        String(name.map { $0.isWhitespace || $0 == "+" ? "_" : $0 })
    }

    /// Seconds; about as many where months and working days have none.
    mutating func delay(_ text: String, at position: Position) -> String {
        var milliseconds: Int64 = 0
        let named = self.source.root["delays"]?[text]?.string
        if let named, named != text { return self.delay(named, at: position) }
        for term in text.split(separator: "+") {
            let words = term.split(separator: " ")
            if let exact = DelayText.milliseconds(String(term)) {
                milliseconds += min(exact, 1_000_000_000_000_000)
                continue
            }
            self.notes.warn("delay", "'\(text)' has no fixed length; SCXML gets about as many seconds", at: position)
            if words.count == 2, let days = Int64(words[0]), days <= 10_000 {
                milliseconds += (days * 7 + 4) / 5 * 86_400_000
            } else if let part = words.first, let duration = ISODuration(delay: String(part)) {
                let days = min(duration.years, 10_000) * 365 + min(duration.months, 100_000) * 30
                milliseconds += Int64(days + min(duration.days, 1_000_000)) * 86_400_000
            }
        }
        if milliseconds % 1_000 == 0 { return "\(milliseconds / 1_000)s" }
        return "\(milliseconds)ms"
    }

    // MARK: Transitions

    private mutating func transition(_ index: Int, _ depth: Int) {
        let transition = self.chart.transitions[index]
        let state = self.chart.states[transition.source]
        let syntax = self.source.syntax(of: transition)
        var targets = transition.targets
        let isTimer: Bool
        if case .after = self.source.origin(of: transition) { isTimer = true } else { isTimer = false }
        let events = transition.descriptors.map { descriptor -> String in
            switch descriptor {
            case .any: return "*"
            case .prefix(let name): return Self.token(name) + ".*"
            case .exact(let name): return isTimer ? self.timerEvent(name) : self.documentEvent(name)
            }
        }
        var attributes: [(String, String?)] = [("event", events.isEmpty ? nil : events.joined(separator: " "))]
        attributes.append(("cond", transition.guardCondition?.source))
        let isInside = !targets.isEmpty && targets.allSatisfy { $0 >= state.id && $0 <= state.lastDescendant }
        if isInside, !transition.reenter {
            if state.kind == .atomic {
                targets = []
            } else if state.kind == .parallel || targets.contains(state.id) {
                let message: Message = "'\(state.path)' is left and entered again by this transition in SCXML"
                self.notes.warn("reenter", message, at: transition.position)
                attributes.append(("silian:reenter", "false"))
            }
            if !targets.isEmpty { attributes.append(("type", "internal")) }
        }
        attributes.insert(("target", targets.isEmpty ? nil : self.names(targets)), at: 1)
        self.open("transition", attributes, depth)
        self.actions(syntax?["actions"], depth + 1)
        self.close("transition", depth)
    }

    private func documentEvent(_ name: String) -> String {
        let prefix = "done.state."
        guard name.hasPrefix(prefix), let id = self.chart.statePaths[String(name.dropFirst(prefix.count))] else {
            return Self.token(name)
        }
        return prefix + self.ids[id]
    }

    /// Events are told apart by spaces, so that their names cannot have any.
    private static func token(_ name: String) -> String {
        var token = ""
        for character in name {
            switch character {
            case "%": token += "%25"
            case _ where character.isWhitespace: token += "%20"
            default: token.append(character)
            }
        }
        return token
    }
}
