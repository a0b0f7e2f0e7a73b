import Synchronization
public import Values

/// Where a program finds its variables and host functions.
public protocol Activation {
    /// nil: there is no such variable.
    func value(of name: String) throws(EvaluationError) -> Value?
    /// nil: no overload for these arguments.
    func call(_ function: String, _ arguments: [Value]) throws(EvaluationError) -> Value?
    /// The variable, where it takes some of the steps that are left to find it.
    func value(of name: String, steps: inout Int) throws(EvaluationError) -> Value?
    func call(_ function: String, _ arguments: [Value], steps: inout Int) throws(EvaluationError) -> Value?
    /// Whether names of variables may have dots (`a.b`), which then come before fields of shorter names.
    var hasQualifiedNames: Bool { get }
}

extension Activation {
    public func value(of name: String, steps: inout Int) throws(EvaluationError) -> Value? {
        try self.value(of: name)
    }

    public func call(_ function: String, _ arguments: [Value], steps: inout Int) throws(EvaluationError) -> Value? {
        try self.call(function, arguments)
    }

    public var hasQualifiedNames: Bool { false }
}

/// An activation that evaluates other programs on the way, or has functions that take steps: all from one budget.
public protocol BudgetedActivation: Activation {
    var budget: Budget { get }
}

extension BudgetedActivation {
    public func value(of name: String, steps: inout Int) throws(EvaluationError) -> Value? {
        self.budget.remaining = steps
        defer { steps = self.budget.remaining }
        return try self.value(of: name)
    }

    public func call(_ function: String, _ arguments: [Value], steps: inout Int) throws(EvaluationError) -> Value? {
        self.budget.remaining = steps
        defer { steps = self.budget.remaining }
        return try self.call(function, arguments)
    }
}

/// Steps that are left to a group of evaluations, nested ones included.
public final class Budget {
    // Atomic, because that is read and written by a plain move. Access to a variable of a class would be checked.
    private let steps: Atomic<Int>

    public init(_ steps: Int) { self.steps = Atomic(steps) }

    public var remaining: Int {
        get { self.steps.load(ordering: .relaxed) }
        set { self.steps.store(newValue, ordering: .relaxed) }
    }
}

/// Variables from a dictionary, no host functions.
public struct Variables: Activation, Sendable {
    public var values: [String: Value] {
        didSet { self.hasQualifiedNames = Self.hasDots(self.values) }
    }
    public private(set) var hasQualifiedNames: Bool

    public init(_ values: [String: Value]) {
        self.values = values
        self.hasQualifiedNames = Self.hasDots(values)
    }

    private static func hasDots(_ values: [String: Value]) -> Bool {
        values.keys.contains { $0.utf8.contains(UInt8(ascii: ".")) }
    }

    public func value(of name: String) -> Value? { self.values[name] }
    public func call(_ function: String, _ arguments: [Value]) -> Value? { nil }
}

/// Why a text is not an expression; positions are UTF-8 offsets in the source.
public struct CompileError: Error, Sendable, Hashable {
    public var message: Message
    public var offset: Int
    public init(message: Message, offset: Int) {
        self.message = message
        self.offset = offset
    }
}

/// Why an expression has no value.
public struct EvaluationError: Error, Sendable, Hashable {
    public enum Code: Sendable, Hashable {
        case noSuchVariable, noSuchField, noSuchOverload, divisionByZero, overflow, invalidArgument, indexOutOfRange
        case duplicateKey
        /// The step budget is used up; ends the evaluation wherever it occurs.
        case budget
    }

    public var code: Code
    public var message: String
    /// UTF-8 offset in the source.
    public var offset: Int
    public init(_ code: Code, _ message: String, offset: Int = 0) {
        self.code = code
        self.message = message
        self.offset = offset
    }
}
