import Values

extension Compiler {
    /// All transitions of a state, and the order in which they are tried.
    mutating func compileTransitions(_ id: Int, _ fields: Fields, _ scope: Scope) {
        var isListed = false
        var byEvent: [Int] = []
        if let on = fields["on"] {
            isListed = on.list != nil
            byEvent += isListed ? self.listedTransitions(on, of: id, scope) : self.mappedTransitions(on, of: id, scope)
        }
        let listed = isListed ? byEvent.count : 0
        let path = self.chart.states[id].path
        if let onDone = fields.written("onDone") {
            self.chart.states[id].hasOnDone = true
            byEvent += self.transitions(onDone, of: id, [.exact("done.state.\(path)")], scope)
        }
        byEvent += self.compileInvocations(fields["invoke"], of: id, scope)
        byEvent += self.compileTimers(fields["after"], of: id, scope)
        let (deadline, around) = self.deadline(fields, of: id, task: nil, scope)
        self.chart.states[id].deadline = deadline
        byEvent += around
        // A list keeps document order; what `onDone`, `invoke` and `after` add is tried after it.
        let rest = byEvent[listed...].enumerated().sorted { left, right in
            (self.rank(left.element), left.offset) < (self.rank(right.element), right.offset)
        }
        self.chart.states[id].eventTransitions = Array(byEvent[..<listed]) + rest.map(\.element)
        if let always = fields.written("always") {
            self.chart.states[id].always = self.transitions(always, of: id, [], scope)
        }
    }

    /// Exact names first, then the prefixes with the most segments, then any.
    private func rank(_ transition: Int) -> Int {
        switch self.chart.transitions[transition].descriptors.first {
        case .exact: Int.min
        case .prefix(let name): -name.utf8.count { $0 == 0x2E } - 1
        case .any, nil: 0
        }
    }

    private mutating func mappedTransitions(_ on: Syntax, of id: Int, _ scope: Scope) -> [Int] {
        guard let entries = on.entries else {
            self.error("expected-map", "'on' maps events to transitions; this is \(on.kind)", at: on)
            return []
        }
        return entries.flatMap { entry -> [Int] in
            let descriptor = self.descriptor(entry.key, of: id, at: entry.keyPosition, path: entry.value.path)
            return self.transitions(entry.value, of: id, [descriptor ?? .exact(entry.key)], scope)
        }
    }

    private mutating func listedTransitions(_ on: Syntax, of id: Int, _ scope: Scope) -> [Int] {
        var found: [Int] = []
        for element in on.oneOrMany {
            guard let event = element["event"], !event.isNull else {
                self.error("missing-key", "in a list each transition needs the key 'event'", at: element)
                continue
            }
            let descriptors = event.oneOrMany.compactMap { name -> Chart.Descriptor? in
                self.literal(name, "an event's name").flatMap {
                    self.descriptor($0, of: id, at: name.position, path: name.path)
                }
            }
            if descriptors.isEmpty {
                if event.list?.isEmpty ?? false { self.error("missing-key", "'event' names no event", at: event) }
                continue
            }
            if let transition = self.transition(element, of: id, descriptors, scope, Keys.transition + ["event"]) {
                found.append(transition)
            }
        }
        return found
    }

    private mutating func descriptor(
        _ text: String, of id: Int, at position: Position, path: String
    ) -> Chart.Descriptor? {
        if text == "*" { return .any }
        let isPrefix = text.hasSuffix(".*")
        let name = isPrefix ? String(text.dropLast(2)) : text
        if name == "task" || name.hasPrefix("task.") {
            self.report(
                .error, "reserved-event", "verbs on tasks ('task.*') are matched by no descriptor", at: position,
                path: path,
                hint: "use the task's 'onDone' and 'onError'")
            return nil
        }
        if name == "remind" || name.hasPrefix("remind.") {
            self.report(
                .error, "reserved-event", "reminders ('remind.*') are matched by no descriptor", at: position,
                path: path, hint: "give the reminder 'actions'")
            return nil
        }
        guard Self.isEventName(name) else {
            self.report(
                .error, "event-name", "'\(text)' names no event", at: position, path: path,
                hint: "a name, 'name.*' for it and what is below it, or '*'")
            return nil
        }
        if isPrefix { return .prefix(name) }
        self.mentionedEvents.append((name, position, path, id))
        return .exact(name)
    }

    /// A transition as text: a target, a map, or a list of them.
    mutating func transitions(
        _ syntax: Syntax, of id: Int, _ descriptors: [Chart.Descriptor], _ scope: Scope
    ) -> [Int] {
        syntax.oneOrMany.compactMap { self.transition($0, of: id, descriptors, scope, Keys.transition) }
    }

    private mutating func transition(
        _ syntax: Syntax, of id: Int, _ descriptors: [Chart.Descriptor], _ scope: Scope, _ keys: [String]
    ) -> Int? {
        guard self.chart.transitions.count < DefinitionLimits.transitions else {
            self.exceed("transitions", "there are more than \(DefinitionLimits.transitions) transitions", at: syntax)
            return nil
        }
        var transition = Chart.Transition(
            id: self.chart.transitions.count, source: id, descriptors: descriptors, position: syntax.position)
        if syntax.isNull {
            let hint: Message = "did '#' start a comment? a transition is a target, a map, or a list; {} does nothing"
            self.error("null-value", "this transition is null", at: syntax, hint: hint)
            return nil
        } else if syntax.entries != nil {
            let fields = self.fields(of: syntax, keys, "a transition")
            self.compileTransition(&transition, fields, scope)
        } else if syntax.isScalar {
            transition.targets = self.target(syntax, from: id).map { [$0] } ?? []
            self.unguarded.insert(transition.id)
        } else {
            self.error("expected-map", "a transition is a target or a map, not \(syntax.kind)", at: syntax)
            return nil
        }
        self.doubtRegions(transition, at: syntax)
        self.chart.transitions.append(transition)
        self.transitionPaths.append(syntax.path)
        return transition.id
    }

    private mutating func compileTransition(_ transition: inout Chart.Transition, _ fields: Fields, _ scope: Scope) {
        self.refuseNull("target", fields)
        self.refuseNull("guard", fields)
        let id = transition.source
        if let target = fields["target"] {
            transition.targets = target.oneOrMany.compactMap { self.target($0, from: id) }
            if target.list?.isEmpty ?? false {
                self.error("empty-target", "a list of targets names at least one", at: target)
            }
            self.checkTogether(transition.targets, at: target)
        }
        if fields.written("guard") == nil { self.unguarded.insert(transition.id) }
        transition.guardCondition = self.expression(fields["guard"], scope)
        transition.actions = self.actions(fields["actions"], scope)
        self.actionTexts[transition.id] = fields["actions"]?.value.json ?? ""
        transition.reenter = self.boolean(fields["reenter"], "reenter") ?? false
        if let description = fields["description"] {
            transition.description = self.text(description)?.plain()
        }
    }

    /// Without `reenter` it exits all regions and enters them again, which is seldom meant.
    private mutating func doubtRegions(_ transition: Chart.Transition, at syntax: Syntax) {
        let source = self.chart.states[transition.source]
        guard source.kind == .parallel, !transition.reenter else { return }
        guard transition.targets.contains(where: { $0 > source.id && $0 <= source.lastDescendant }) else { return }
        let message: Message =
            "a transition from a parallel state into one of its regions enters all of its regions again"
        self.warn("parallel-into-region", message, at: syntax)
    }

    private mutating func compileTimers(_ syntax: Syntax?, of id: Int, _ scope: Scope) -> [Int] {
        guard let syntax else { return [] }
        guard let entries = syntax.entries else {
            self.error("expected-map", "'after' maps delays to transitions; this is \(syntax.kind)", at: syntax)
            return []
        }
        var found: [Int] = []
        for entry in entries {
            let place = Syntax(content: .string, text: entry.key, position: entry.keyPosition, path: entry.value.path)
            let delay = self.delay(place, Scope(names: scope.names, roots: Scope.timeless), moves: true)
            let event = "after.\(entry.key).\(self.chart.states[id].path)"
            if let delay {
                self.chart.states[id].timers.append(
                    Chart.AfterTimer(delay: delay, event: event, key: entry.key, position: entry.keyPosition))
            }
            found += self.transitions(entry.value, of: id, [.exact(event)], scope)
        }
        return found
    }
}
