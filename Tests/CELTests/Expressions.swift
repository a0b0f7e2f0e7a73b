import CEL
import Values

/// Evaluates with these variables.
func evaluate(
    _ source: String, _ variables: [String: Value] = [:], options: Options = Options()
) throws -> Value {
    try Program(source, options: options).evaluate(Variables(variables))
}

/// An activation with functions, that counts what it is asked.
final class Host: Activation {
    var variables: [String: Value] = [:]
    var functions: [String: ([Value]) -> Result<Value?, EvaluationError>] = [:]
    var asked: [String] = []

    func value(of name: String) -> Value? {
        self.asked.append(name)
        return self.variables[name]
    }

    func call(_ function: String, _ arguments: [Value]) throws(EvaluationError) -> Value? {
        try self.functions[function]?(arguments).get() ?? Value?.none
    }
}
