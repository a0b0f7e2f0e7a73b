import Values

final class NotNode: Node {
    let operand: any Node
    let offset: Int

    init(operand: any Node, offset: Int) {
        self.operand = operand
        self.offset = offset
    }

    func evaluate(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.charge()
        let operand = try self.operand.evaluate(&run)
        guard case .bool(let flag) = operand else { throw noOverload("!", [operand], self.offset) }
        return .bool(!flag)
    }
}

final class NegateNode: Node {
    let operand: any Node
    let offset: Int

    init(operand: any Node, offset: Int) {
        self.operand = operand
        self.offset = offset
    }

    func evaluate(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.charge()
        let operand = try self.operand.evaluate(&run)
        switch operand {
        case .int(.min): throw EvaluationError(.overflow, "-(\(Int64.min)) does not fit into int", offset: self.offset)
        case .int(let number): return .int(-number)
        case .double(let number): return .double(-number)
        default: throw noOverload("-", [operand], self.offset)
        }
    }
}

final class BinaryNode: Node {
    let left: any Node
    let operation: Operation
    let right: any Node
    let offset: Int

    init(left: any Node, operation: Operation, right: any Node, offset: Int) {
        self.left = left
        self.operation = operation
        self.right = right
        self.offset = offset
    }

    func evaluate(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.charge()
        let left = try self.left.evaluate(&run)
        let right = try self.right.evaluate(&run)
        return try Operators.apply(self.operation, left, right, &run, at: self.offset)
    }
}

/// `a + b - c`, from left to right.
final class ChainNode: Node {
    struct Link: Sendable {
        let operation: Operation
        let operand: any Node
        let offset: Int
    }

    let first: any Node
    let links: [Link]

    init(first: any Node, links: [Link]) {
        self.first = first
        self.links = links
    }

    func evaluate(_ run: inout Run) throws(EvaluationError) -> Value {
        var result = try self.first.evaluate(&run)
        for link in self.links {
            try run.charge()
            let operand = try link.operand.evaluate(&run)
            result = try Operators.apply(link.operation, result, operand, &run, at: link.offset)
        }
        return result
    }
}

/// `&&` and `||`: the deciding value wins over errors on either side (google/cel-spec, "Logical Operators").
final class LogicNode: Node {
    let operands: [any Node]
    /// true for `||`.
    let decides: Bool
    let offset: Int

    init(operands: [any Node], decides: Bool, offset: Int) {
        self.operands = operands
        self.decides = decides
        self.offset = offset
    }

    func evaluate(_ run: inout Run) throws(EvaluationError) -> Value {
        var failure: EvaluationError?
        for operand in self.operands {
            try run.charge()
            do throws(EvaluationError) {
                let value = try operand.evaluate(&run)
                guard case .bool(let flag) = value else {
                    throw noOverload(self.decides ? "||" : "&&", [value], self.offset)
                }
                if flag == self.decides { return value }
            } catch {
                if error.code == .budget { throw error }
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return .bool(!self.decides)
    }
}

final class ConditionalNode: Node {
    struct Branch: Sendable {
        let condition: any Node
        let value: any Node
    }

    let branches: [Branch]
    let otherwise: any Node
    let offset: Int

    init(branches: [Branch], otherwise: any Node, offset: Int) {
        self.branches = branches
        self.otherwise = otherwise
        self.offset = offset
    }

    func evaluate(_ run: inout Run) throws(EvaluationError) -> Value {
        for branch in self.branches {
            try run.charge()
            let condition = try branch.condition.evaluate(&run)
            guard case .bool(let flag) = condition else { throw noOverload("?:", [condition], self.offset) }
            if flag { return try branch.value.evaluate(&run) }
        }
        return try self.otherwise.evaluate(&run)
    }
}

func noOverload(_ function: String, _ arguments: [Value], _ offset: Int) -> EvaluationError {
    noOverload(function, arguments.span, offset)
}

func noOverload(_ function: String, _ arguments: Span<Value>, _ offset: Int) -> EvaluationError {
    let types = arguments.indices.map { arguments[$0].typeName }.joined(separator: ", ")
    return EvaluationError(.noSuchOverload, "no such overload: \(function)(\(types))", offset: offset)
}
