import Synchronization
import Values

/// `b` of `a.b`.
final class Field: Sendable {
    private let name: String
    private let offset: Int
    /// Where it was found last: what a program sees mostly has the same keys each time.
    private let lastIndex = Atomic(0)

    init(_ name: String, at offset: Int) {
        self.name = name
        self.offset = offset
    }

    /// A key of a map, or in an optional the same, if it is there.
    func select(from value: Value) throws(EvaluationError) -> Value {
        switch value {
        case .map(let map):
            if let member = self.member(of: map) { return member }
            throw EvaluationError(
                .noSuchField, "no such key: \(Value.string(self.name).shown)", offset: self.offset)
        default: return .optional(OptionalValue(try self.find(in: value)))
        }
    }

    /// nil: there is no such key, or no value at all.
    func find(in value: Value) throws(EvaluationError) -> Value? {
        switch value {
        case .map(let map): return self.member(of: map)
        case .optional(let optional):
            guard let inner = optional.value else { return nil }
            return try self.find(in: inner)
        default:
            throw EvaluationError(
                .noSuchOverload, "a value of type \(value.typeName) has no field \(self.name)", offset: self.offset)
        }
    }

    @inline(__always)
    private func member(of map: ValueMap) -> Value? {
        let last = self.lastIndex.load(ordering: .relaxed)
        guard let index = map.index(of: self.name, guess: last) else { return nil }
        if index != last { self.lastIndex.store(index, ordering: .relaxed) }
        return map.entries[index].value
    }
}

/// What is selected from a value, one from the other: `b` and `c` of `a.b.c`.
indirect enum Selection: Sendable {
    case nothing
    case field(Field, then: Selection)

    @inline(__always)
    func callAsFunction(_ value: consuming Value) throws(EvaluationError) -> Value {
        switch self {
        case .nothing: value
        case .field(let field, .nothing): try field.select(from: value)
        // Otherwise inlined into the nodes, where most paths end after one field.
        case .field(let field, let rest): try rest.fields(of: try field.select(from: value))
        }
    }

    private func fields(of value: Value) throws(EvaluationError) -> Value { try self(value) }
}
