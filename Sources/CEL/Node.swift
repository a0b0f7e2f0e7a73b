import Values

/// A part of a program that has a value; names are resolved, functions found.
protocol Node: Sendable {
    func evaluate(_ run: inout Run) throws(EvaluationError) -> Value
}

/// One evaluation: what is left of the step budget, and the values of loop names.
struct Run {
    let activation: any Activation
    var steps: Int
    /// By slot; the planner knows who is where.
    var slots: [Value]
    /// Of `cel.bind` and `cel.block`, whose value fails only where it is used.
    var failures: [Int: EvaluationError] = [:]
    /// The budget that this one is a part of, told while the activation may evaluate other programs.
    let budget: Budget?

    init(_ activation: any Activation, steps: Int, slots: Int, budget: Budget?) {
        self.activation = activation
        self.steps = steps
        self.slots = slots == 0 ? [] : Array(repeating: .null, count: slots)
        self.budget = budget
    }

    @inline(__always) mutating func charge(_ steps: Int = 1) throws(EvaluationError) {
        guard steps <= self.steps else {
            self.steps = 0
            throw Self.exhausted
        }
        self.steps -= steps
    }

    /// Text and bytes that are built or searched cost by their length, so that memory stays bounded as time does.
    mutating func charge(bytes: Int) throws(EvaluationError) { try self.charge(bytes / 64) }
    mutating func charge(elements: Int) throws(EvaluationError) { try self.charge(elements / 8) }

    static let exhausted = EvaluationError(.budget, "the expression takes too many steps")

    /// The activation's answer. It may evaluate other programs meanwhile, so the budget is told and heard.
    mutating func value(of name: String) throws(EvaluationError) -> Value? {
        guard let budget else { return try self.activation.value(of: name) }
        budget.remaining = self.steps
        defer { self.steps = budget.remaining }
        return try self.activation.value(of: name)
    }

    /// The same for a function of the host.
    mutating func call(_ function: String, _ arguments: [Value]) throws(EvaluationError) -> Value? {
        guard let budget else { return try self.activation.call(function, arguments) }
        budget.remaining = self.steps
        defer { self.steps = budget.remaining }
        return try self.activation.call(function, arguments)
    }
}

extension EvaluationError {
    /// With a place, if it has none yet.
    func at(_ offset: Int) -> EvaluationError {
        guard self.offset == 0, self.code != .budget else { return self }
        var error = self
        error.offset = offset
        return error
    }
}

struct LiteralNode: Node {
    let value: Value
    func evaluate(_ run: inout Run) -> Value { self.value }
}

/// A loop name.
struct LocalNode: Node {
    let slot: Int

    func evaluate(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.charge()
        return run.slots[self.slot]
    }
}

/// A name of `cel.bind` or `cel.block`.
struct BoundNode: Node {
    let slot: Int

    func evaluate(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.charge()
        if let failure = run.failures[self.slot] { throw failure }
        return run.slots[self.slot]
    }
}

/// A variable and selections from it: `context.a.b`.
struct PathNode: Node {
    /// A variable that the path may mean, and how many of the names are fields of it.
    struct Candidate: Sendable {
        let name: String
        let fields: Int
    }

    let names: [String]
    /// Where each name is.
    let offsets: [Int]
    /// In the order in which they are tried, when variables may have dots in their names.
    let candidates: [Candidate]
    let hasContainer: Bool

    func evaluate(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.charge(self.names.count)
        var (value, next) = try self.variable(&run)
        while next < self.names.count {
            value = try select(value, self.names[next], at: self.offsets[next])
            next += 1
        }
        return value
    }

    /// The variable, and the index of the first name that is a field of it.
    private func variable(_ run: inout Run) throws(EvaluationError) -> (Value, Int) {
        do throws(EvaluationError) {
            if self.hasContainer || run.activation.hasQualifiedNames {
                for candidate in self.candidates {
                    if let value = try run.value(of: candidate.name) {
                        return (value, self.names.count - candidate.fields)
                    }
                }
            } else if let value = try run.value(of: self.names[0]) {
                return (value, 1)
            }
        } catch {
            throw error.at(self.offsets[0])
        }
        for candidate in self.candidates where typeNames.contains(candidate.name) {
            return (.type(candidate.name), self.names.count - candidate.fields)
        }
        throw .unknownVariable(self.names[0], at: self.offsets[0])
    }
}

struct SelectNode: Node {
    let operand: any Node
    let field: String
    let isOptional: Bool
    let offset: Int

    func evaluate(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.charge()
        let operand = try self.operand.evaluate(&run)
        if self.isOptional { return .optional(OptionalValue(try optionalSelect(operand, self.field, at: self.offset))) }
        return try select(operand, self.field, at: self.offset)
    }
}

struct HasNode: Node {
    let operand: any Node
    let field: String
    let offset: Int

    func evaluate(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.charge()
        return .bool(try optionalSelect(try self.operand.evaluate(&run), self.field, at: self.offset) != nil)
    }
}

struct IndexNode: Node {
    let operand: any Node
    let index: any Node
    let isOptional: Bool
    let offset: Int

    func evaluate(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.charge()
        let operand = try self.operand.evaluate(&run)
        let key = try self.index.evaluate(&run)
        if case .optional(let optional) = operand {
            guard let inner = optional.value else { return operand }
            return .optional(OptionalValue(try element(of: inner, key, at: self.offset)))
        }
        let found = try element(of: operand, key, at: self.offset)
        if self.isOptional { return .optional(OptionalValue(found)) }
        if let found { return found }
        if case .list(let elements) = operand {
            throw EvaluationError(
                .indexOutOfRange, "index \(key.shown) is out of range of a list of \(elements.count)",
                offset: self.offset)
        }
        throw EvaluationError(.noSuchField, "no such key: \(key.shown)", offset: self.offset)
    }
}

/// `a.b`: a key of a map, or in an optional the same, if it is there.
private func select(_ operand: Value, _ field: String, at offset: Int) throws(EvaluationError) -> Value {
    switch operand {
    case .map(let map):
        if let value = map[field] { return value }
        throw EvaluationError(.noSuchField, "no such key: \(Value.string(field).shown)", offset: offset)
    case .optional: return .optional(OptionalValue(try optionalSelect(operand, field, at: offset)))
    default: throw noField(operand, field, offset)
    }
}

private func optionalSelect(_ operand: Value, _ field: String, at offset: Int) throws(EvaluationError) -> Value? {
    switch operand {
    case .map(let map): return map[field]
    case .optional(let optional):
        guard let inner = optional.value else { return nil }
        return try optionalSelect(inner, field, at: offset)
    default: throw noField(operand, field, offset)
    }
}

private func noField(_ operand: Value, _ field: String, _ offset: Int) -> EvaluationError {
    EvaluationError(.noSuchOverload, "a value of type \(operand.typeName) has no field \(field)", offset: offset)
}

/// nil: no such index or key.
private func element(of operand: Value, _ key: Value, at offset: Int) throws(EvaluationError) -> Value? {
    switch operand {
    case .list(let elements):
        guard let index = key.integer else {
            throw EvaluationError(
                .noSuchOverload, "a list has no index of type \(key.typeName)", offset: offset)
        }
        guard index >= 0, index < elements.count else { return nil }
        return elements[Int(index)]
    case .map(let map): return map.value(for: key)
    case .optional(let optional):
        guard let inner = optional.value else { return nil }
        return try element(of: inner, key, at: offset)
    default:
        throw EvaluationError(.noSuchOverload, "a value of type \(operand.typeName) has no index", offset: offset)
    }
}
