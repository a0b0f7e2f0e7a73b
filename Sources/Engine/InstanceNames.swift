import CEL
import Statecharts
import Values

/// What an expression sees when an instance is only read: `context`, `instance`, the names under `let`, and what the
/// caller adds.
struct InstanceNames: Activation {
    var snapshot: Snapshot
    var chart: Chart
    var added: [String: Value] = [:]

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
            return try expression.program.evaluate(self)
        }
    }

    func call(_ function: String, _ arguments: [Value]) -> Value? { nil }
}
