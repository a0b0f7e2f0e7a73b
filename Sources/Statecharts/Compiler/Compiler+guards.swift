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
        guard self.isSound else {
            guards.knowledge = self.chart.transitions.map { self.unguarded.contains($0.id) ? .always : .maybe }
            guards.conditions = self.chart.transitions.map { _ in nil }
            self.guards = guards
            return
        }
        var lets = LetKnowledge(self.chart)
        for transition in self.chart.transitions {
            let known = self.knowledge(of: transition, &lets)
            guards.knowledge.append(known.knowledge)
            guards.conditions.append(known.condition)
        }
        self.guards = guards
        for transition in self.chart.transitions where guards.knowledge[transition.id] == .never {
            self.reportNever(transition)
        }
    }

    private mutating func knowledge(
        of transition: Chart.Transition, _ lets: inout LetKnowledge
    ) -> (knowledge: Configurations.GuardKnowledge, condition: Condition?) {
        guard let guardCondition = transition.guardCondition else {
            // A guard that could not be compiled is no missing guard.
            return (self.unguarded.contains(transition.id) ? .always : .maybe, nil)
        }
        if let constant = lets.constant(guardCondition.program) {
            return (constant == .bool(true) ? .always : .never, .constant(constant == .bool(true)))
        }
        guard let condition = Condition(guardCondition.source, options: Self.options) else { return (.maybe, nil) }
        let expanded = lets.expanding(condition).condition
        var work = self.counts.guardWork
        let isNever = GuardAnalysis.isImpossible(expanded, &work) { self.schema(of: $0, for: transition) }
        self.counts.guardWork = work
        return (isNever ? .never : .maybe, expanded)
    }

    /// Of the transition's guard; nil: none are known, or the work is spent.
    mutating func alternatives(of transition: Int) -> [[GuardAnalysis.Fact]]? {
        guard self.counts.guardWork > 0, let condition = self.guards.conditions[transition],
            let alternatives = GuardAnalysis.alternatives(of: condition)
        else { return nil }
        self.counts.guardWork -= alternatives.reduce(0) { $0 + $1.count }
        return alternatives
    }

    // MARK: What schemas allow

    /// The schema of a member of the context or of the event's data.
    func schema(of path: [String], for transition: Chart.Transition) -> Value? {
        if path.first == "context" { return self.members.member(path.dropFirst(), of: self.chart.schema, "") }
        guard path.count > 2, path[0] == "event", path[1] == "data", transition.descriptors.count == 1,
            case .exact(let event)? = transition.descriptors.first
        else { return nil }
        let rest = path.dropFirst(2)
        guard event.hasPrefix("done.invoke.") else {
            // What the chart raises itself no schema was asked about.
            guard !self.counts.produced.contains(event) else { return nil }
            return self.members.member(rest, of: self.chart.events?[event]?.schema, event)
        }
        guard let invocation = self.members.invocation(String(event.dropFirst("done.invoke.".count)), in: self.chart),
            invocation.forEach == nil, case .human(let human) = invocation.source
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
        if let first = rest.first, !self.members.canHave(first, form, event) { return .bool(false) }
        return self.members.member(rest, of: form, event)
    }

    /// What schemas say of members, each looked up once: guards ask again and again.
    final class MemberSchemas {
        private var known: [[String]: Value?] = [:]
        private var invocations: [String: [Invocation]]?

        /// `owner`: the event whose schema it is; empty: the context's.
        func member(_ path: ArraySlice<String>, of schema: Schema?, _ owner: String) -> Value? {
            guard let schema, !path.isEmpty else { return nil }
            let key = [owner] + path
            if let known = self.known[key] { return known }
            let found = schema.property(at: Array(path))
            self.known[key] = .some(found)
            return found
        }

        /// A form gives what it has fields for.
        func canHave(_ name: String, _ form: Schema, _ owner: String) -> Bool {
            let merged = self.known[[owner]] ?? form.property(at: [])
            self.known[[owner]] = .some(merged)
            guard let merged, merged.map != nil, merged["properties"]?[name] == nil else { return true }
            let others = [
                "additionalProperties", "patternProperties", "anyOf", "oneOf", "then", "else", "dependentSchemas",
            ]
            return others.contains { merged[$0] != nil }
        }

        /// The only one of the name.
        func invocation(_ name: String, in chart: Chart) -> Invocation? {
            let known = self.invocations ?? Dictionary(grouping: chart.states.flatMap(\.invocations), by: \.id)
            self.invocations = known
            return known[name]?.count == 1 ? known[name]?.first : nil
        }
    }

    // MARK: Guards that never hold

    private mutating func reportNever(_ transition: Chart.Transition) {
        guard let guardCondition = transition.guardCondition else { return }
        let path = self.transitionPaths[transition.id] + ".guard"
        // The reason was said already.
        guard !self.diagnostics.contains(where: { $0.code == "unknown-field" && $0.path == path }) else { return }
        var hint: Message?
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
            at: guardCondition.position, path: path, hint: hint)
    }
}
