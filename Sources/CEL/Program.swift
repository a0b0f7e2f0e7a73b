public import Values

/// A compiled CEL expression (google/cel-spec). Compile once, evaluate as often as you like; a value, never changes.
///
///     let program = try Program("context.trl >= 4")
///     let ready = try program.evaluate(activation)
public struct Program: Sendable {
    public let source: String

    /// Parses, expands macros and checks function names.
    public init(_ source: String, options: Options = Options()) throws(CompileError) {
        self.source = source
        throw CompileError(message: "not built yet", offset: 0)
    }

    public func evaluate(_ activation: some Activation) throws(EvaluationError) -> Value { .null }

    /// What the expression refers to, for checks and drawings.
    public var references: References { References() }
}

/// Names that a program uses. Names bound by macros are not among them.
public struct References: Sendable, Hashable {
    /// A free identifier with its selections: `context.a.b` is `["context", "a", "b"]`.
    public struct Path: Sendable, Hashable {
        public var names: [String]
        /// UTF-8 offset in the source.
        public var offset: Int
    }

    /// A call with literal string arguments kept: `inState("a.b")`.
    public struct Call: Sendable, Hashable {
        public var function: String
        /// One element an argument; nil where it is not a literal string.
        public var literals: [String?]
        public var offset: Int
    }

    public var paths: [Path] = []
    public var calls: [Call] = []
}

/// Limits and the environment that a program is compiled for.
public struct Options: Sendable {
    /// UTF-8 bytes of an expression.
    public var length = 16_384
    /// Nesting of the syntax tree.
    public var depth = 64
    /// Evaluation steps; past it evaluation ends with ``EvaluationError/Code/budget``, which `||` never absorbs.
    public var steps = 100_000
    /// Host functions by name, answered by ``Activation/call(_:_:)``. Any other unknown name is a compile error.
    public var functions: Set<String> = []
    /// Container for name resolution.
    public var container = ""
    public var macros = true
    public init() {}
}

/// Where a program finds its variables and host functions.
public protocol Activation {
    /// nil: there is no such variable.
    func value(of name: String) throws(EvaluationError) -> Value?
    /// nil: no overload for these arguments.
    func call(_ function: String, _ arguments: [Value]) throws(EvaluationError) -> Value?
}

/// Variables from a dictionary, no host functions.
public struct Variables: Activation, Sendable {
    public var values: [String: Value]
    public init(_ values: [String: Value]) { self.values = values }
    public func value(of name: String) -> Value? { self.values[name] }
    public func call(_ function: String, _ arguments: [Value]) -> Value? { nil }
}

/// Why a text is not an expression; positions are UTF-8 offsets in the source.
public struct CompileError: Error, Sendable, Hashable {
    public var message: String
    public var offset: Int
    public init(message: String, offset: Int) {
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
