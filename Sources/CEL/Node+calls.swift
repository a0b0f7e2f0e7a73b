import Values

/// A function of the library.
struct LibraryFunction: Sendable {
    let name: String
    let body: Library.Body
    let offset: Int

    func callAsFunction(_ arguments: Library.Arguments, _ run: inout Run) throws(EvaluationError) -> Value {
        do throws(EvaluationError) {
            if let value = try self.body(&run, arguments) { return value }
        } catch {
            throw error.at(self.offset)
        }
        throw noOverload(self.name, arguments, self.offset)
    }
}

final class CallNode: Node {
    let function: LibraryFunction
    let arguments: [any Node]

    init(function: LibraryFunction, arguments: [any Node]) {
        self.function = function
        self.arguments = arguments
    }

    func evaluate(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.charge()
        let arguments = try evaluateAll(self.arguments, &run)
        return try self.function(arguments.span, &run)
    }
}

/// A call that needs no list for its one argument.
final class UnaryCallNode: Node {
    let function: LibraryFunction
    let argument: any Node

    init(function: LibraryFunction, argument: any Node) {
        self.function = function
        self.argument = argument
    }

    func evaluate(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.charge()
        let argument = CollectionOfOne(try self.argument.evaluate(&run))
        return try self.function(argument.span, &run)
    }
}

/// `matches` with a literal pattern, which is compiled once.
final class MatchesNode: Node {
    let text: any Node
    let pattern: Pattern
    let offset: Int

    init(text: any Node, pattern: Pattern, offset: Int) {
        self.text = text
        self.pattern = pattern
        self.offset = offset
    }

    func evaluate(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.charge()
        let value = try self.text.evaluate(&run)
        guard case .string(let text) = value else {
            throw noOverload("matches", [value, .string("")], self.offset)
        }
        return try Library.matches(text, self.pattern, &run)
    }
}

/// A function of the host.
final class HostCallNode: Node {
    let name: String
    let arguments: [any Node]
    let offset: Int

    init(name: String, arguments: [any Node], offset: Int) {
        self.name = name
        self.arguments = arguments
        self.offset = offset
    }

    func evaluate(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.charge()
        let arguments = try evaluateAll(self.arguments, &run)
        if let answer = try run.call(self.name, arguments, at: self.offset) { return answer }
        throw noOverload(self.name, arguments, self.offset)
    }
}

/// A call of what nobody provides, where that was not checked beforehand.
final class UnknownCallNode: Node {
    let name: String
    let arguments: [any Node]
    let offset: Int

    init(name: String, arguments: [any Node], offset: Int) {
        self.name = name
        self.arguments = arguments
        self.offset = offset
    }

    func evaluate(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.charge()
        throw noOverload(self.name, try evaluateAll(self.arguments, &run), self.offset)
    }
}

private func evaluateAll(_ nodes: [any Node], _ run: inout Run) throws(EvaluationError) -> [Value] {
    var values: [Value] = []
    values.reserveCapacity(nodes.count)
    for node in nodes { values.append(try node.evaluate(&run)) }
    return values
}

/// `or` and `orValue`: the alternative is evaluated only when it is needed.
final class OptionalOrNode: Node {
    let operand: any Node
    let alternative: any Node
    let unwraps: Bool
    let offset: Int

    init(operand: any Node, alternative: any Node, unwraps: Bool, offset: Int) {
        self.operand = operand
        self.alternative = alternative
        self.unwraps = unwraps
        self.offset = offset
    }

    func evaluate(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.charge()
        let operand = try self.operand.evaluate(&run)
        guard case .optional(let optional) = operand else {
            throw noOverload(self.unwraps ? "orValue" : "or", [operand], self.offset)
        }
        if let value = optional.value { return self.unwraps ? value : operand }
        let alternative = try self.alternative.evaluate(&run)
        if self.unwraps { return alternative }
        guard case .optional = alternative else { throw noOverload("or", [operand, alternative], self.offset) }
        return alternative
    }
}

/// `optMap` and `optFlatMap`.
final class OptionalMapNode: Node {
    let operand: any Node
    let slot: Int
    let body: any Node
    let isFlat: Bool
    let offset: Int

    init(operand: any Node, slot: Int, body: any Node, isFlat: Bool, offset: Int) {
        self.operand = operand
        self.slot = slot
        self.body = body
        self.isFlat = isFlat
        self.offset = offset
    }

    func evaluate(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.charge()
        let operand = try self.operand.evaluate(&run)
        let name = self.isFlat ? "optFlatMap" : "optMap"
        guard case .optional(let optional) = operand else { throw noOverload(name, [operand], self.offset) }
        guard let value = optional.value else { return operand }
        run.slots[self.slot] = value
        let result = try self.body.evaluate(&run)
        guard self.isFlat else { return .optional(OptionalValue(result)) }
        guard case .optional = result else { throw noOverload(name, [operand, result], self.offset) }
        return result
    }
}

/// `cel.bind` and `cel.block`.
final class BindNode: Node {
    let slots: [Int]
    let values: [any Node]
    let body: any Node

    init(slots: [Int], values: [any Node], body: any Node) {
        self.slots = slots
        self.values = values
        self.body = body
    }

    func evaluate(_ run: inout Run) throws(EvaluationError) -> Value {
        for (slot, node) in zip(self.slots, self.values) {
            try run.charge()
            run.failures?[slot] = nil
            do throws(EvaluationError) {
                run.slots[slot] = try node.evaluate(&run)
            } catch {
                if error.code == .budget { throw error }
                run.failures = run.failures ?? [:]
                run.failures?[slot] = error
            }
        }
        return try self.body.evaluate(&run)
    }
}
