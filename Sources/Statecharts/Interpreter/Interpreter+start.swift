import CEL
import JSONSchema
import Values

// The first step.
extension Interpreter {
    mutating func start(_ data: Value) -> Step {
        do {
            if let refusal = try self.prepare(data) {
                return Step(outcome: .refused(refusal), next: nil, effects: [], trace: Trace())
            }
            try self.enterInitially()
            try self.macrostep()
            return try self.finish(.taken)
        } catch {
            return self.failed(error.fault)
        }
    }

    /// Defaults, start data, schema, key.
    private mutating func prepare(_ data: Value) throws(Interruption) -> Refusal? {
        let starter = self.snapshot.facts.startedBy
        if let people = self.chart.access.start, starter.user != nil, !(try self.matches(starter, people)) {
            return Refusal(people, Phrase("start \(self.chart.workflow)", "启动 \(self.chart.workflow)"))
        }
        var context = self.chart.contextDefaults.map ?? ValueMap()
        switch try self.startData(data) {
        case .null: break
        case .map(let map): for entry in map.entries { context[entry.key] = entry.value }
        default: throw .fatal(Fault(code: .start, message: "start data is an object"))
        }
        self.snapshot.context = self.chart.schema?.normalised(.map(context)) ?? .map(context)
        let limit = self.surroundings.limits.contextBytes
        try Self.check(self.snapshot.context, against: limit, "the context")
        let violations = self.chart.schema?.validate(self.snapshot.context) ?? []
        if !violations.isEmpty { return Refusal(violations, what: Phrase("the start data", "启动数据")) }
        try self.evaluateKey()
        return nil
    }

    private func startData(_ data: Value) throws(Interruption) -> Value {
        do {
            return try data.asJSON()
        } catch {
            throw .fatal(Fault(code: .start, message: "start data: \(error.message)"))
        }
    }

    private mutating func evaluateKey() throws(Interruption) {
        guard let expression = self.chart.key else { return }
        let given = self.snapshot.facts.key
        let key: String?
        switch try self.evaluate(.expression(expression)) {
        case .null: key = nil
        case .string(let text): key = text
        case .int(let number): key = String(number)
        case let value:
            throw .fatal(
                Fault(
                    code: .start, message: "a key is a string, not \(value.description(limit: 60))",
                    expression: expression.source, position: expression.position))
        }
        if let given, given != key {
            throw .fatal(Fault(code: .start, message: "the key is \(key ?? "null"), not \(given)"))
        }
        self.snapshot.facts.key = key
        self.activation.forgetInstance()
    }
}
