import CEL
import JSONSchema
import Values

// Who may send what, and why an event takes nothing.
extension Interpreter {
    /// Of a client's event; nil: admitted.
    func admission(of declared: DeclaredEvent?) throws(Interruption) -> Refusal? {
        guard let declared else { return self.refusal(ofUndeclared: self.event.type) }
        if let people = declared.people, !(try self.matches(self.event.by, people)) {
            return Refusal(sending: declared.name.name, isFor: people)
        }
        guard let schema = declared.schema else { return nil }
        let violations = schema.validate(self.event.data)
        return violations.isEmpty
            ? nil : Refusal(violations, what: Phrase("the data of \(declared.name.name)", "\(declared.name.name) 的数据"))
    }

    /// Nor may what is reserved be declared.
    private func refusal(ofUndeclared event: String) -> Refusal? {
        func refusal(_ detail: String, suggestion: String? = nil) -> Refusal {
            Refusal(code: .unknownEvent(suggestion: suggestion), detail: detail, candidates: [])
        }
        if EngineEvents.reservation(of: event) != nil, !self.surroundings.ignoresUnhandledErrors {
            return refusal("only the engine sends \(event)")
        }
        guard let declared = self.chart.events else {
            return self.surroundings.isSimulation ? nil : refusal("the workflow declares no events")
        }
        let near = Diagnostic.suggestion(for: event, among: declared.keys)
        return refusal("\(event) is not declared\(near.map { ": did you mean \($0)?" } ?? "")", suggestion: near)
    }

    func refuse(_ code: Refusal.Code, _ detail: String) -> Outcome {
        .refused(Refusal(code: code, detail: detail, candidates: []))
    }

    /// Whether somebody is one of these people.
    ///
    /// A simulation script need not say who its people are: without a user nobody is asked, without roles no role is.
    func matches(
        _ actor: Actor, _ people: People, assignee: String? = nil
    ) throws(Interruption) -> Bool {
        if self.surroundings.isSimulation, actor.user == nil || (actor.roles.isEmpty && !people.roles.isEmpty) {
            return true
        }
        return try self.isOne(actor, of: people, assignee: assignee)
    }

    /// Without a simulation's leniency.
    func isOne(_ actor: Actor, of people: People, assignee: String? = nil) throws(Interruption) -> Bool {
        if !people.roles.isEmpty, actor.roles.contains(where: { people.roles.contains($0) }) { return true }
        if people.starter, actor.isUser(self.snapshot.facts.startedBy.user) { return true }
        if people.assignee, actor.isUser(assignee) { return true }
        guard people.users != nil else { return false }
        return try self.listedUsers(people).contains { actor.isUser($0) }
    }

    /// The users that an expression gives: an id or a list of them; null is nobody.
    func listedUsers(_ people: People) throws(Interruption) -> [String] {
        guard let template = people.users else { return [] }
        let value = try self.evaluate(template)
        switch value {
        case .null: return []
        case .string(let user): return [user]
        case .list(let list): return list.compactMap(\.string)
        default:
            throw .error(
                Fault(
                    code: .execution, message: "users are an id or a list of ids, not \(value.description(limit: 60))"))
        }
    }

    /// With the starter and the assignees of open tasks, each once.
    func users(of people: People) throws(Interruption) -> [String] {
        var users = try self.listedUsers(people)
        if people.starter, let starter = self.snapshot.facts.startedBy.user { users.append(starter) }
        if people.assignee {
            for case .task(let task) in self.snapshot.invocations.map(\.kind) {
                if let assignee = task.assignee { users.append(assignee) }
                users += task.ballot?.members.map(\.user) ?? []
            }
        }
        var seen = Set<String>()
        users = users.filter { seen.insert($0).inserted }
        let named = Value.list(users.map { .string($0) })
        try Self.check(named, against: self.surroundings.limits.eventBytes, "the list of people")
        return users
    }
}

extension People {
    var isEmpty: Bool { self.roles.isEmpty && self.users == nil && !self.starter && !self.assignee }
}

extension Actor {
    /// The person, or whom the person stands in for.
    func isUser(_ user: String?) -> Bool {
        guard let user else { return false }
        return self.user == user || self.onBehalfOf == user
    }
}

extension Refusal {
    init(_ violations: [Violation], what: Phrase) {
        let errors = violations.map { FieldError(pointer: $0.pointer, en: $0.en, zh: $0.zh) }
        let first = errors.first?.phrase
        self.init(
            code: .invalidData(errors), detail: "\(what.en) does not fit\(first.map { ": \($0.en)" } ?? "")",
            zh: "\(what.zh)不符合要求\(first.map { "：\($0.zh)" } ?? "")", candidates: [])
    }
}

// MARK: Why nothing is taken

extension Interpreter {
    /// Every transition of the active states that listens to the event, with its guard and what made it false.
    func noTransition(for event: EventName) -> Refusal {
        var candidates: [Refusal.Candidate] = []
        var seen = StateSet()
        for atomic in self.active where self.index.isLeaf(atomic) {
            var state = atomic
            while state >= 0, !seen.contains(state) {
                seen.insert(state)
                for transition in self.chart.states[state].eventTransitions
                where self.index.listens(transition, to: event) {
                    guard let condition = self.chart.transitions[transition].guardCondition else { continue }
                    candidates.append(self.candidate(state, condition))
                }
                state = self.index.parent[state]
            }
        }
        let states = self.active.filter { self.index.isLeaf($0) }.map { self.index.path($0) }.joined(separator: ", ")
        let detail =
            candidates.isEmpty
            ? "nothing listens to \(event.name) in \(states)"
            : "no guard lets \(event.name) pass: " + candidates.map(\.sentence).joined(separator: "; ")
        return Refusal(code: .noTransition, detail: detail, candidates: candidates)
    }

    private func candidate(_ state: Int, _ condition: Expression) -> Refusal.Candidate {
        var error: String?
        do {
            _ = try self.condition(condition)
        } catch let interruption {
            error = interruption.fault.message
        }
        self.activation.open(self.snapshot, self.active)
        defer { self.activation.close() }
        return Refusal.Candidate(
            state: self.index.path(state), guardSource: condition.source, operands: self.operands(of: condition),
            error: error)
    }

    /// The names that an expression looks at, and their values now. The activation is open.
    func operands(of expression: Expression) -> [Refusal.Operand] {
        let references = expression.program.references
        var operands: [Refusal.Operand] = []
        for path in references.paths {
            guard let first = path.names.first, var value = try? self.activation.value(of: first) else { continue }
            var known = [first]
            for name in path.names.dropFirst() {
                guard let member = value[name] else { break }
                value = member
                known.append(name)
            }
            let text = known.joined(separator: ".")
            guard known.count > 1 || path.names.count == 1, !operands.contains(where: { $0.expression == text }) else {
                continue
            }
            operands.append(Refusal.Operand(expression: text, value: (try? value.asJSON()) ?? .null))
        }
        for call in references.calls {
            let literals = call.literals.compactMap(\.self)
            guard StepActivation.functions.contains(call.function), literals.count == call.literals.count,
                let value = try? self.activation.call(call.function, literals.map { .string($0) })
            else { continue }
            let text = "\(call.function)(\(literals.map { "\"\($0)\"" }.joined(separator: ", ")))"
            operands.append(Refusal.Operand(expression: text, value: (try? value.asJSON()) ?? .null))
        }
        return operands
    }
}

extension Refusal.Candidate {
    fileprivate var sentence: String {
        if let error = self.error { return "\(self.guardSource) (\(error))" }
        return self.operands.isEmpty ? self.guardSource : "\(self.guardSource) (\(self.operands.sentence))"
    }
}
