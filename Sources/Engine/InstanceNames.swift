import CEL
import Statecharts
import Values

/// What an expression sees when an instance is only read: `context`, `instance`, the names under `let`, and what the
/// caller adds.
///
/// A class, since each name under `let` is evaluated once, from the one budget of all that is asked for.
final class InstanceNames: BudgetedActivation {
    private let snapshot: Snapshot
    private let chart: Chart
    private let added: [String: Value]
    private var lets: [String: Result<Value, EvaluationError>] = [:]
    let budget = Budget(Options().steps)

    init(_ snapshot: Snapshot, of chart: Chart, adding added: [String: Value] = [:]) {
        self.snapshot = snapshot
        self.chart = chart
        self.added = added
    }

    /// What an expression has as its value; nil: it cannot be evaluated.
    func value(of expression: Expression) -> Value? {
        try? expression.program.evaluate(sharing: self)
    }

    func value(of name: String) throws(EvaluationError) -> Value? {
        if let value = self.added[name] { return value }
        switch name {
        case "context": return self.snapshot.context
        case "instance":
            let facts = self.snapshot.facts
            return [
                "id": .string(facts.id), "key": facts.key.map(Value.string) ?? .null,
                "lastEventAt": .timestamp(self.snapshot.lastAt), "startedAt": .timestamp(facts.startedAt),
                "startedBy": facts.startedBy.user.map(Value.string) ?? .null,
                "version": .int(Int64(facts.version)), "workflow": .string(facts.workflow),
            ]
        default:
            guard let expression = self.chart.lets[name] else { return nil }
            if let known = self.lets[name] { return try known.get() }
            let result = Result { () throws(EvaluationError) in try expression.program.evaluate(sharing: self) }
            self.lets[name] = result
            return try result.get()
        }
    }

    func call(_ function: String, _ arguments: [Value]) -> Value? { nil }
}
