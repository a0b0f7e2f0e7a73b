import CEL
import JSONSchema
import Values

extension Compiler {
    /// What is known of each transition's guard, and the guards' forms with names of `let` put in place.
    struct Guards {
        var knowledge: [Configurations.GuardKnowledge] = []
        var conditions: [Condition?] = []
    }

    mutating func analyseGuards() {
        var guards = Guards()
        for transition in self.chart.transitions {
            let known = self.knowledge(of: transition)
            guards.knowledge.append(known.knowledge)
            guards.conditions.append(known.condition)
        }
        self.guards = guards
        for transition in self.chart.transitions where guards.knowledge[transition.id] == .never {
            self.reportNever(transition)
        }
    }

    private func knowledge(
        of transition: Chart.Transition
    ) -> (knowledge: Configurations.GuardKnowledge, condition: Condition?) {
        guard let guardCondition = transition.guardCondition else {
            // A guard that could not be compiled is no missing guard.
            return (self.unguarded.contains(transition.id) ? .always : .maybe, nil)
        }
        if let constant = self.constant(guardCondition.program) {
            return (constant == .bool(true) ? .always : .never, .constant(constant == .bool(true)))
        }
        guard let condition = Condition(guardCondition.source, options: Self.options) else { return (.maybe, nil) }
        let expanded = self.expanding(condition, depth: 0)
        let isNever = GuardAnalysis.isImpossible(expanded) { self.schema(of: $0, for: transition) }
        return (isNever ? .never : .maybe, expanded)
    }

    /// The value of an expression that is the same whatever its names stand for: `1 > 2`, `context.a > 3 && false`.
    private func constant(_ program: Program) -> Value? {
        var budget = 10_000
        return try? program.evaluate(Unknowns(lets: self.chart.lets, depth: 0), budget: &budget)
    }

    /// Answers that nothing is known; CEL's `&&` and `||` do without where the other side decides.
    private struct Unknowns: Activation {
        let lets: [String: Expression]
        let depth: Int

        func value(of name: String) throws(EvaluationError) -> Value? {
            guard self.depth < 8, let named = self.lets[name] else {
                throw EvaluationError(.noSuchVariable, "unknown")
            }
            var budget = 1_000
            return try named.program.evaluate(Unknowns(lets: self.lets, depth: self.depth + 1), budget: &budget)
        }

        func call(_ function: String, _ arguments: [Value]) throws(EvaluationError) -> Value? {
            throw EvaluationError(.noSuchVariable, "unknown")
        }
    }

    /// Names of `let` are what they stand for.
    private func expanding(_ condition: Condition, depth: Int) -> Condition {
        guard depth < 16 else { return condition }
        switch condition {
        case .all(let operands): return .all(operands.map { self.expanding($0, depth: depth + 1) })
        case .any(let operands): return .any(operands.map { self.expanding($0, depth: depth + 1) })
        case .not(let operand): return .not(self.expanding(operand, depth: depth + 1))
        case .holds(let path):
            guard path.count == 1, let named = self.chart.lets[path[0]] else { return condition }
            guard let found = Condition(named.source, options: Self.options) else { return condition }
            return self.expanding(found, depth: depth + 1)
        case .constant, .compare, .oneOf, .other: return condition
        }
    }

    // MARK: What schemas allow

    /// The schema of a member of the context or of the event's data.
    func schema(of path: [String], for transition: Chart.Transition) -> Value? {
        if path.first == "context" { return Self.member(path.dropFirst(), of: self.chart.schema?.source) }
        guard path.count > 2, path[0] == "event", path[1] == "data", transition.descriptors.count == 1,
            case .exact(let event)? = transition.descriptors.first
        else { return nil }
        let rest = path.dropFirst(2)
        guard event.hasPrefix("done.invoke.") else {
            return Self.member(rest, of: self.chart.events?[event]?.schema?.source)
        }
        let name = event.dropFirst("done.invoke.".count)
        let invocations = self.chart.states.flatMap(\.invocations).filter { $0.id == name }
        guard invocations.count == 1, invocations[0].forEach == nil, case .human(let human) = invocations[0].source
        else { return nil }
        if Array(rest) == ["outcome"], !human.outcomes.isEmpty {
            // A vote may end without one.
            let undecided: [Value] = human.votes == nil ? [] : [.null]
            return ["enum": .list(human.outcomes.map { .string($0.value) } + undecided)]
        }
        guard human.votes == nil else { return nil }
        guard case .schema(let form)? = human.form else {
            // Without a form there is nothing but the outcome.
            return human.form == nil && !human.outcomes.isEmpty ? .bool(false) : nil
        }
        if let first = rest.first, form.source["properties"]?[first] == nil, form.source["additionalProperties"] == nil
        {
            return .bool(false)
        }
        return Self.member(rest, of: form.source)
    }

    private static func member(_ path: ArraySlice<String>, of schema: Value?) -> Value? {
        var current = schema
        for name in path { current = current?["properties"]?[name] }
        return path.isEmpty ? nil : current
    }

    // MARK: Guards that never hold

    private mutating func reportNever(_ transition: Chart.Transition) {
        guard let guardCondition = transition.guardCondition else { return }
        var hint: String?
        if let condition = self.guards.conditions[transition.id], let facts = GuardAnalysis.alternatives(of: condition)
        {
            for case .compare(let path, .equal, .string(let text)) in facts.joined() {
                let allowed = self.schema(of: path, for: transition)?["enum"]?.list?.compactMap(\.string) ?? []
                guard !allowed.isEmpty, !allowed.contains(text) else { continue }
                let name = path.joined(separator: ".")
                hint = self.near(text, among: allowed) ?? "\(name) is one of \(allowed.joined(separator: ", "))"
                break
            }
        }
        self.report(
            .warning, "guard-never-true", "this guard can never be true, so that its transition is never taken",
            at: guardCondition.position, path: self.transitionPaths[transition.id] + ".guard", hint: hint)
    }
}
