import CEL
import JSONSchema
import Values

extension ChartTyping {
    /// `named`: the actions in `actions`.
    mutating func walk(named: [[Action]]) {
        self.inferLets()
        self.isInNamed = true
        for actions in named { self.check(actions, Names()) }
        self.isInNamed = false
        if let key = self.chart.key {
            self.check(key, Names(), expecting: ValueType([.string, .int, .null]))
        }
        for people in [self.chart.access.start, self.chart.access.read, self.chart.access.admin] {
            self.check(people, Names())
        }
        for (_, declaration) in (self.chart.events ?? [:]).sorted(by: { $0.key < $1.key }) {
            self.check(declaration.people, Names())
        }
        for state in self.chart.states {
            for block in state.entry + state.exit { self.check(block, Names()) }
            self.check(state.initial?.actions ?? [], Names())
            self.check(state.output, Names())
            for timer in state.timers { self.check(timer.delay, Names()) }
            self.check(state.deadline, Names())
            for invocation in state.invocations { self.check(invocation) }
        }
        for transition in self.chart.transitions { self.check(transition) }
        self.checkRest()
    }

    private mutating func check(_ transition: Chart.Transition) {
        var names = Names()
        names.event = Names.event(self.data(of: transition))
        if let condition = transition.guardCondition { self.check(condition, names, expecting: .bool) }
        self.check(transition.actions, names)
    }

    private mutating func check(_ people: People?, _ names: Names) {
        self.check(people?.users, names, expecting: ValueType([.string, .null]).joined(with: .list(of: .string)))
    }

    private mutating func check(_ delay: Delay?, _ names: Names) {
        guard case .at(let expression)? = delay else { return }
        self.check(expression, names, expecting: ValueType([.timestamp, .string, .null]))
    }

    private mutating func check(_ deadline: Deadline?, _ names: Names) {
        self.check(deadline?.delay, names)
        for reminder in deadline?.reminders ?? [] { self.check(reminder.delay, names) }
    }

    // MARK: Actions

    private mutating func check(_ actions: [Action], _ names: Names) {
        for action in actions {
            // A named one stands in many places, and was checked for any event.
            guard !self.shared.contains(action.position) else { continue }
            if self.isInNamed { self.shared.insert(action.position) }
            self.check(action, names)
        }
    }

    private mutating func check(_ action: Action, _ names: Names) {
        switch action {
        case .assign(let values, let position):
            for (_, template) in values { self.check(template, names) }
            if let syntax = self.assignments[position] { self.checkAssignment(syntax) }
        case .raise(_, let data, let delay, _, _):
            self.check(data, names)
            self.check(delay, names)
        case .send(let send):
            if case .expression(let target) = send.target {
                self.check(target, names, expecting: ValueType([.string, .map]))
            }
            self.check(send.data, names)
            self.check(send.delay, names)
            self.check(send.ttl, names)
        case .cancel: break
        case .notify(let notify):
            self.check(notify.to, names)
            for text in [notify.subject, notify.body, notify.link] { self.check(text, names) }
        case .emit(_, let data, _): self.check(data, names)
        case .log(let message, _, _): self.check(message, names)
        case .choose(let condition, let then, let otherwise, _):
            self.check(condition, names, expecting: .bool)
            self.check(then, names)
            self.check(otherwise, names)
        case .forEach(let list, let item, let index, let actions, _):
            let type = self.check(list, names, expecting: .list)
            var inner = names
            inner.loops[item] = type.elements
            if let index { inner.loops[index] = .int }
            self.check(actions, inner)
        }
    }

    // MARK: Invocations

    private mutating func check(_ invocation: Invocation) {
        var names = Names()
        if let loop = invocation.forEach {
            let list = self.check(loop.list, names, expecting: .list)
            self.check(loop.need, names, expecting: ValueType([.int, .double, .null]))
            names.loops[loop.item] = list.elements
            if let index = loop.index { names.loops[index] = .int }
        }
        self.check(invocation.input, names)
        self.check(invocation.timeout, names)
        self.check(invocation.deadline, names)
        switch invocation.source {
        case .human(let human):
            self.check(human.title, names)
            self.check(human.candidates, names)
            self.check(human.assignee, names, expecting: ValueType([.string, .null]))
            self.check(human.priority, names, expecting: ValueType([.int, .double, .null]))
            if case .expression(let form)? = human.form {
                self.check(form, names, expecting: ValueType([.map, .bool, .null]))
            }
            for (_, title) in human.outcomes { self.check(title, names) }
            self.check(human.votes, names)
        case .worker(let worker):
            self.check(worker.priority, names, expecting: ValueType([.int, .double, .null]))
            for (key, option) in worker.options {
                switch option {
                case .template(let template): self.check(template, names)
                case .text(let text): self.check(text, names)
                case .source(let expression):
                    var seen = names
                    seen.loops["response"] = .object(["status": .int, "headers": .map, "body": .dyn], rest: .dyn)
                    self.check(expression, seen, expecting: key == "expect" ? .bool : nil)
                }
            }
        case .child(let child):
            self.check(child.key, names)
            self.checkInput(of: invocation, child)
        }
    }

    private mutating func check(_ votes: Votes?, _ names: Names) {
        guard let votes else { return }
        let number = ValueType([.int, .uint, .double])
        var counted = names
        counted.loops["n"] = .int
        counted.loops["cast"] = .int
        self.check(votes.of, names, expecting: number)
        self.check(votes.need, counted, expecting: number)
        if let quorum = votes.quorum { self.check(quorum, counted, expecting: number) }
        self.check(votes.veto?.by, names)
    }

    // MARK: Data of events

    /// Of all events that the transition listens to.
    private mutating func data(of transition: Chart.Transition) -> ValueType {
        guard !transition.descriptors.isEmpty else { return .dyn }
        var data = ValueType.never
        for descriptor in transition.descriptors {
            guard case .exact(let name) = descriptor else { return .dyn }
            data = data.joined(with: self.data(of: name, in: transition.source))
        }
        return data
    }

    private mutating func data(of event: String, in state: Int) -> ValueType {
        if event.hasPrefix("done.invoke.") {
            return self.result(of: String(event.dropFirst("done.invoke.".count)), in: state)
        }
        if event.hasPrefix("error.invoke.") { return Self.failure }
        if let type = self.eventTypes[event] { return type }
        guard let schema = self.chart.events?[event]?.schema, !self.produced.contains(event) else { return .dyn }
        let type = SchemaTypes.type(of: schema, isListed: true)
        self.eventTypes[event] = type
        return type
    }

    /// Of `error.invoke.<id>`: of workers, timeouts and loops.
    private static let failure = ValueType.object(
        [
            "code": .string, "message": .string, "due": .dyn,
            "failed": .list(of: .object(["index": .int, "error": .dyn])),
        ], rest: .dyn, isListed: true)

    /// Of the state's own invocation: others of the name may be other ones.
    private mutating func result(of name: String, in state: Int) -> ValueType {
        let found = self.chart.states[state].invocations.first { $0.id == name }
        guard let invocation = found else { return .dyn }
        if let type = self.resultTypes[invocation.position] { return type }
        var type = ValueType.dyn
        switch invocation.source {
        case .human(let human): type = Self.result(of: human)
        case .child(let child): type = self.child(child)?.output ?? .dyn
        case .worker: break
        }
        if invocation.forEach != nil { type = .object(["results": .list(of: type.joined(with: .null))]) }
        self.resultTypes[invocation.position] = type
        return type
    }

    private static func result(of human: Invocation.Human) -> ValueType {
        var outcome = ValueType.dyn
        if !human.outcomes.isEmpty { outcome = .strings(human.outcomes.map(\.value)) }
        // Without a form there is nothing but the outcome.
        var form = ValueType.object([:], rest: .dyn, isListed: human.form == nil)
        if case .schema(let schema)? = human.form {
            form = SchemaTypes.type(of: schema, isListed: true).only(.map)
        } else if human.form == nil, human.outcomes.isEmpty {
            form = .dyn
        }
        if human.votes != nil { return Self.result(ofVotes: outcome, human.outcomes.map(\.value), form) }
        guard !form.isDyn, !human.outcomes.isEmpty || form.field("outcome") == nil else { return form }
        return form.with("outcome", outcome)
    }

    private static func result(ofVotes outcome: ValueType, _ names: [String], _ form: ValueType) -> ValueType {
        let outcome = outcome.joined(with: .null)
        let submission = ValueType.object(
            ["by": .dyn, "at": .string, "outcome": outcome, "data": form], rest: .dyn, isListed: true)
        let counts = ValueType.object(
            Dictionary(names.map { ($0, ValueType.int) }) { $1 }, rest: .int, isListed: !names.isEmpty)
        return .object(
            [
                "outcome": outcome, "counts": counts, "n": .int, "cast": .int, "submissions": .list(of: submission),
            ], rest: .dyn, isListed: true)
    }
}

extension Action {
    fileprivate var position: Position {
        switch self {
        case .assign(_, let position), .raise(_, _, _, _, let position), .cancel(_, let position),
            .emit(_, _, let position), .log(_, _, let position), .choose(_, _, _, let position),
            .forEach(_, _, _, _, let position):
            position
        case .send(let send): send.position
        case .notify(let notify): notify.position
        }
    }
}
