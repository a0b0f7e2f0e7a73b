import CEL
import Values

/// Evaluates with these variables.
func evaluate(
    _ source: String, _ variables: [String: Value] = [:], options: Options = Options()
) throws -> Value {
    try Program(source, options: options).evaluate(Variables(variables))
}

/// An activation with functions, that counts what it is asked.
final class Host: BudgetedActivation {
    var variables: [String: Value] = [:]
    var functions: [String: ([Value]) -> Result<Value?, EvaluationError>] = [:]
    let budget: Budget
    /// What is evaluated when it is asked for, as a variable or a function.
    var programs: [String: Program] = [:]
    var asked: [String] = []

    init(steps: Int = 100_000) {
        self.budget = Budget(steps)
    }

    func value(of name: String) throws(EvaluationError) -> Value? {
        self.asked.append(name)
        if let program = self.programs[name] { return try program.evaluate(sharing: self) }
        return self.variables[name]
    }

    func call(_ function: String, _ arguments: [Value]) throws(EvaluationError) -> Value? {
        if let program = self.programs[function] { return try program.evaluate(sharing: self) }
        return try self.functions[function]?(arguments).get() ?? Value?.none
    }
}
