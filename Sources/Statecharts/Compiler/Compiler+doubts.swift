import JSONSchema
import Values

extension Compiler {
    /// What is allowed but hardly meant: names that lead nowhere, and values that do not fit.
    mutating func checkDoubts() {
        self.checkProduced()
        self.checkEngineEvents()
        self.checkDefaults()
        self.checkSearch()
        self.checkRoles()
        self.checkUselessReentry()
    }

    // MARK: Events

    /// Events for this instance that nothing in it listens to, and timers that are cancelled but never set.
    private mutating func checkProduced() {
        var timers: Set<String> = []
        var cancelled: [(id: String, position: Position, state: Int)] = []
        for (state, action) in self.chart.allActions {
            switch action {
            case .raise(let event, _, _, let id, let position):
                if let id { timers.insert(id) }
                self.checkHeard(event, "raised", at: position, in: state)
            case .send(let send):
                if let id = send.id { timers.insert(id) }
                if case .self = send.target {
                    self.checkHeard(send.event, "sent to itself", at: send.position, in: state)
                }
            case .cancel(let id, let position): cancelled.append((id, position, state))
            default: break
            }
        }
        for (id, position, state) in cancelled where !timers.contains(id) {
            self.report(
                .warning, "unknown-timer", "no delayed 'raise' or 'send' has the id '\(id)'", at: position,
                path: self.texts[state].path, hint: self.near(id, among: timers.sorted()))
        }
    }

    private mutating func checkHeard(_ event: String, _ how: Message, at position: Position, in state: Int) {
        guard !self.listeners.hear(event) else { return }
        self.report(
            .warning, "unheard-event", "'\(event)' is \(how), but no transition listens to it", at: position,
            path: self.texts[state].path,
            hint: self.near(event, among: self.listeners.names.filter { !$0.hasPrefix("after.") }.sorted()))
    }

    /// Events of states and invocations that there are not.
    private mutating func checkEngineEvents() {
        let invocations = Set(self.chart.states.flatMap { $0.invocations.map(\.id) })
        for (event, position, path, _) in self.mentionedEvents {
            var hint: Message?
            if event.hasPrefix("done.state.") {
                let state = String(event.dropFirst("done.state.".count))
                guard self.chart.statePaths[state] == nil || state.isEmpty else { continue }
                hint = self.near(state, among: self.chart.states.map(\.path).filter { !$0.isEmpty })
            } else if event.hasPrefix("done.invoke.") || event.hasPrefix("error.invoke.") {
                let name = event.split(separator: ".", maxSplits: 2).last.map(String.init) ?? ""
                guard !invocations.contains(name) else { continue }
                hint = self.near(name, among: invocations.sorted())
            } else {
                continue
            }
            self.report(
                .warning, "never-raised", "nothing makes the event '\(event)'", at: position, path: path, hint: hint)
        }
    }

    private mutating func checkUselessReentry() {
        for transition in self.chart.transitions where transition.reenter && transition.targets.isEmpty {
            self.report(
                .warning, "useless-reenter", "'reenter' has no effect without a target", at: transition.position,
                path: self.transitionPaths[transition.id])
        }
    }

    // MARK: The context

    /// Default values that the schema refuses.
    private mutating func checkDefaults() {
        guard let schema = self.chart.schema, let context = self.texts.first?["context"] else { return }
        for violation in schema.validate(self.chart.contextDefaults) {
            // What is missing, the start may give.
            guard violation.keyword != "required", !violation.pointer.isEmpty else { continue }
            let place = context.node(at: violation.pointer)
            let name = violation.pointer.dropFirst().split(separator: "/").first.map(String.init) ?? ""
            let properties = schema.source["properties"]?.map?.entries ?? []
            let known = properties.compactMap { entry -> String? in
                if case .string(let name) = entry.key { name } else { nil }
            }
            let isUnknown = !known.contains(name)
            self.warn(
                "default-value", "the schema refuses this default: \(violation.en)", at: place,
                hint: isUnknown ? self.near(name, among: known) : nil)
        }
    }

    /// Members that lists search but nothing gives.
    private mutating func checkSearch() {
        guard let properties = self.chart.schema?.source["properties"]?.map, let search = self.texts.first?["search"]
        else { return }
        var known = Set(self.assignedFields.map(\.name))
        for entry in properties.entries + (self.chart.contextDefaults.map?.entries ?? []) {
            if case .string(let name) = entry.key { known.insert(name) }
        }
        for element in search.oneOrMany {
            let name = element.text.split(separator: ".").first.map(String.init) ?? ""
            guard element.isScalar, !name.isEmpty, name != "context", !known.contains(name) else { continue }
            self.warn(
                "unknown-field", "neither the schema nor any 'assign' gives the context a '\(name)'", at: element,
                hint: self.near(name, among: known.sorted()))
        }
    }

    // MARK: People

    /// A role that is named less often than another one, and differs from it as a slip of the fingers does.
    private mutating func checkRoles() {
        var count: [String: Int] = [:]
        for mention in self.mentionedRoles { count[mention.text, default: 0] += 1 }
        let names = count.keys.sorted()
        guard names.count <= DefinitionLimits.comparedRoles else { return }
        var seen: Set<String> = []
        for mention in self.mentionedRoles.sorted(by: { $0.position < $1.position }) {
            defer { seen.insert(mention.text) }
            guard count[mention.text] == 1 else { continue }
            let meant = names.first { other in
                // Of two that are named once each the later one is doubtful.
                guard other != mention.text, (count[other] ?? 0) > 1 || seen.contains(other) else { return false }
                return Self.isSlip(mention.text, of: other, named: count[other] ?? 0)
            }
            guard let meant else { continue }
            self.warn(
                "role-slip", "the role '\(mention.text)' is named only here", at: mention,
                hint: "did you mean '\(meant)'?")
        }
    }

    /// One letter too many, too few or another, or two exchanged. Short names differ too easily for another letter, and
    /// for one more or less when the other name is not a frequent one.
    private static func isSlip(_ name: String, of other: String, named count: Int) -> Bool {
        guard name.lowercased() != other.lowercased() else { return true }
        if name.count <= 3, name.count == other.count { return name.sorted() == other.sorted() }
        if name.count <= 3, count < 3 { return false }
        let left = Array(name)
        let right = Array(other)
        let front = zip(left, right).prefix { $0 == $1 }.count
        let back = zip(left.reversed(), right.reversed()).prefix { $0 == $1 }.count
        let longest = max(left.count, right.count)
        let rest = longest - min(front + back, min(left.count, right.count))
        guard rest <= 2, abs(left.count - right.count) <= 1 else { return false }
        let changed = left.dropFirst(front).prefix(rest) + right.dropFirst(front).prefix(rest)
        // expert1 and expert2 are two roles.
        guard !changed.contains(where: \.isNumber) else { return false }
        // Another letter makes another word of a short one: lead, head.
        if rest == 1 { return left.count != right.count || longest >= 5 }
        return name.sorted() == other.sorted()
    }
}
