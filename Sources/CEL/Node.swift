import Values

/// A part of a program that has a value; names are resolved, functions found.
///
/// A class, because a struct would be boxed, and copied for each call through an array or an optional.
protocol Node: AnyObject, Sendable {
    func evaluate(_ run: inout Run) throws(EvaluationError) -> Value
}

/// One evaluation: what is left of the step budget, and the values of loop names.
struct Run {
    private let activation: any Activation
    let hasQualifiedNames: Bool
    var steps: Int
    /// By slot; the planner knows who is where.
    var slots: [Value]
    /// Of `cel.bind` and `cel.block`, whose value fails only where it is used.
    var failures: [Int: EvaluationError]?

    init(_ activation: consuming any Activation, steps: Int, slots: Int) {
        self.hasQualifiedNames = activation.hasQualifiedNames
        self.activation = activation
        self.steps = steps
        self.slots = []
        guard slots > 0 else { return }
        // `Array(repeating:count:)` is not specialised: it would look up the type of its storage each time.
        self.slots.reserveCapacity(slots)
        for _ in 0..<slots { self.slots.append(.null) }
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

    /// The activation's answer.
    mutating func value(of name: String, at offset: Int) throws(EvaluationError) -> Value? {
        do throws(EvaluationError) {
            return try self.activation.value(of: name, steps: &self.steps)
        } catch {
            throw error.at(offset)
        }
    }

    /// The same for a function of the host.
    mutating func call(_ function: String, _ arguments: [Value], at offset: Int) throws(EvaluationError) -> Value? {
        do throws(EvaluationError) {
            return try self.activation.call(function, arguments, steps: &self.steps)
        } catch {
            throw error.at(offset)
        }
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

final class LiteralNode: Node {
    let value: Value

    init(value: Value) {
        self.value = value
    }

    func evaluate(_ run: inout Run) -> Value { self.value }
}

/// A name that a macro binds, and what is selected from it.
final class LocalNode: Node {
    let slot: Int
    let selection: Selection
    let steps: Int

    init(slot: Int, selection: Selection, steps: Int) {
        self.slot = slot
        self.selection = selection
        self.steps = steps
    }

    func evaluate(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.charge(self.steps)
        if let failure = run.failures?[self.slot] { throw failure }
        return try self.selection(run.slots[self.slot])
    }
}

/// A variable and what is selected from it: `context.a.b`.
final class PathNode: Node {
    /// A variable that the path may mean, and what is selected from it then.
    struct Reading: Sendable {
        let name: String
        let selection: Selection
    }

    /// The variable, unless names of variables may have dots.
    let name: String
    let selection: Selection
    /// What else the path may mean, in the order in which it is tried.
    let readings: [Reading]
    let hasContainer: Bool
    let steps: Int
    let offset: Int

    init(name: String, selection: Selection, readings: [Reading], hasContainer: Bool, steps: Int, offset: Int) {
        self.name = name
        self.selection = selection
        self.readings = readings
        self.hasContainer = hasContainer
        self.steps = steps
        self.offset = offset
    }

    func evaluate(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.charge(self.steps)
        if self.hasContainer || run.hasQualifiedNames {
            if let value = try self.qualified(&run) { return value }
        } else if let value = try run.value(of: self.name, at: self.offset) {
            return try self.selection(value)
        }
        return try self.type()
    }

    private func qualified(_ run: inout Run) throws(EvaluationError) -> Value? {
        for reading in self.readings {
            if let value = try run.value(of: reading.name, at: self.offset) { return try reading.selection(value) }
        }
        return nil
    }

    /// What no variable is may be a type.
    private func type() throws(EvaluationError) -> Value {
        for reading in self.readings where typeNames.contains(reading.name) {
            return try reading.selection(.type(reading.name))
        }
        throw .unknownVariable(self.name, at: self.offset)
    }
}

final class SelectNode: Node {
    let operand: any Node
    let field: Field
    let isOptional: Bool

    init(operand: any Node, field: Field, isOptional: Bool) {
        self.operand = operand
        self.field = field
        self.isOptional = isOptional
    }

    func evaluate(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.charge()
        let operand = try self.operand.evaluate(&run)
        if self.isOptional { return .optional(OptionalValue(try self.field.find(in: operand))) }
        return try self.field.select(from: operand)
    }
}

final class HasNode: Node {
    let operand: any Node
    let field: Field

    init(operand: any Node, field: Field) {
        self.operand = operand
        self.field = field
    }

    func evaluate(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.charge()
        return .bool(try self.field.find(in: try self.operand.evaluate(&run)) != nil)
    }
}

final class IndexNode: Node {
    let operand: any Node
    let index: any Node
    let isOptional: Bool
    let offset: Int

    init(operand: any Node, index: any Node, isOptional: Bool, offset: Int) {
        self.operand = operand
        self.index = index
        self.isOptional = isOptional
        self.offset = offset
    }

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
