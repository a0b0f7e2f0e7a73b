import CEL
import JSONSchema
import Values

extension ChartTyping {
    /// What is known of a workflow that is invoked.
    struct Child {
        /// What its instances end with.
        let output: ValueType
        /// What its context may hold at the start.
        let input: ValueType
        /// What its start data must have.
        let required: [String]

        init(_ chart: Chart) {
            var typing = ChartTyping(chart, places: [:], assignments: [:])
            self.output = typing.output()
            self.input = typing.writableContext
            let names = chart.schema?.source["required"]?.list?.compactMap(\.string) ?? []
            let defaults = chart.contextDefaults
            self.required = names.filter { defaults[$0] == nil }
        }
    }

    /// Nil where the definition is not known.
    mutating func child(_ child: Invocation.Child) -> Child? {
        let key = "\(child.workflow) \(child.version ?? 0)"
        if let known = self.children[key] { return known }
        let isOwn = child.workflow == self.chart.workflow && child.version == nil
        let found = (isOwn ? self.chart : self.catalog.chart(of: child)).map { Child($0) }
        self.children[key] = .some(found)
        return found
    }

    /// Of the whole chart. Output that fails is none.
    private mutating func output() -> ValueType {
        self.inferLets()
        let root = self.chart.states.first
        var type = ValueType.null
        if let output = root?.output {
            type = self.check(output, Names())
        } else {
            for id in root?.children ?? [] where self.chart.states[id].kind == .final {
                type = type.joined(with: self.check(self.chart.states[id].output, Names()))
            }
        }
        return self.asJSON(type).declared.joined(with: .null)
    }

    /// `input` against the schema that a child's context starts with.
    mutating func checkInput(of invocation: Invocation, _ child: Invocation.Child) {
        guard let place = self.childPlaces[invocation.position], let known = self.child(child) else { return }
        if let input = place.input, input.entries == nil { return }
        let entries = place.input?.entries ?? []
        for entry in entries { self.checkInput(entry, of: child.workflow, known) }
        let given = Set(entries.map(\.key))
        for name in known.required where !given.contains(name) {
            self.report(
                "child-input", "'\(child.workflow)' starts only with '\(name)', which 'input' does not give",
                severity: .warning, at: Place(syntax: place.input ?? place.workflow))
        }
    }

    private mutating func checkInput(_ entry: Syntax.Entry, of workflow: String, _ known: Child) {
        guard let wanted = known.input.field(entry.key) else {
            let key = Syntax(content: .null, position: entry.keyPosition, path: entry.value.path)
            self.report(
                "child-input", "the context of '\(workflow)' allows no '\(entry.key)'", severity: .warning,
                name: entry.key, candidates: known.input.fieldNames, at: Place(syntax: key))
            return
        }
        let type = self.asJSON(self.type(of: entry.value))
        guard !wanted.isDyn, type.relation(to: wanted) == .disjoint else { return }
        self.report(
            "child-input", "'\(entry.key)' of '\(workflow)' is \(wanted), and this is \(type)", severity: .warning,
            at: Place(syntax: entry.value))
    }
}
