import CEL
import Values

extension Chart {
    /// The names of `let`, each after those that it is made of. What is made of itself is left out.
    var letsInOrder: [(name: String, expression: Expression)] {
        var waiting = self.lets.mapValues { self.letsNeeded(by: $0) }
        var users: [String: [String]] = [:]
        for (name, needed) in waiting { for other in needed { users[other, default: []].append(name) } }
        var ready = waiting.filter { $0.value.isEmpty }.keys.sorted()
        var ordered: [(name: String, expression: Expression)] = []
        while let name = ready.popLast() {
            guard let expression = self.lets[name] else { continue }
            ordered.append((name, expression))
            for user in (users[name] ?? []).sorted() {
                waiting[user]?.remove(name)
                if waiting[user]?.isEmpty ?? false { ready.append(user) }
            }
        }
        return ordered
    }

    /// The names of `let` that an expression mentions.
    func letsNeeded(by expression: Expression) -> Set<String> {
        Set(expression.program.references.paths.compactMap(\.names.first).filter { self.lets[$0] != nil })
    }
}

/// What names of `let` come to without running anything: those that are the same whatever the context is, and the forms
/// of those that are conditions.
///
/// Each is looked at once, in ``Chart/letsInOrder``: put in place wherever they are mentioned, names that are made of
/// names would double with each.
struct LetKnowledge: Activation {
    private var constants: [String: Value] = [:]
    private var conditions: [String: (condition: Condition, size: Int)] = [:]
    /// For all expressions together.
    private var budget = 1_000_000

    init(_ chart: Chart) {
        for (name, expression) in chart.letsInOrder {
            self.constants[name] = self.constant(expression.program)
            guard let condition = Condition(expression.source, options: Compiler.options) else { continue }
            let expanded = self.expanding(condition)
            // A larger one stays a name.
            if expanded.size <= DefinitionLimits.alternatives { self.conditions[name] = expanded }
        }
    }

    /// The value of an expression that is the same whatever its names stand for: `1 > 2`, `context.a > 3 && false`.
    mutating func constant(_ program: Program) -> Value? {
        let granted = min(self.budget, 10_000)
        var left = granted
        let value = try? program.evaluate(self, budget: &left)
        self.budget -= granted - left
        return value
    }

    /// Names of `let` are what they stand for; the size is in operands.
    func expanding(_ condition: Condition) -> (condition: Condition, size: Int) {
        switch condition {
        case .all(let operands):
            let expanded = operands.map { self.expanding($0) }
            return (.all(expanded.map(\.condition)), expanded.reduce(1) { $0 + $1.size })
        case .any(let operands):
            let expanded = operands.map { self.expanding($0) }
            return (.any(expanded.map(\.condition)), expanded.reduce(1) { $0 + $1.size })
        case .not(let operand):
            let expanded = self.expanding(operand)
            return (.not(expanded.condition), expanded.size + 1)
        case .holds(let path):
            return (path.count == 1 ? self.conditions[path[0]] : nil) ?? (condition, 1)
        case .constant, .compare, .oneOf, .other: return (condition, 1)
        }
    }

    // MARK: Activation

    /// Nothing is known of other names; CEL's `&&` and `||` do without where the other side decides.
    func value(of name: String) throws(EvaluationError) -> Value? {
        if let constant = self.constants[name] { return constant }
        throw EvaluationError(.noSuchVariable, "unknown")
    }

    func call(_ function: String, _ arguments: [Value]) throws(EvaluationError) -> Value? {
        throw EvaluationError(.noSuchVariable, "unknown")
    }
}
