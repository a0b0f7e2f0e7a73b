/// Limits and the environment that a program is compiled for.
public struct Options: Sendable {
    /// UTF-8 bytes of an expression.
    public var length = 16_384
    /// Nesting of the syntax tree; more than 200 has no effect.
    public var depth = 64
    /// Evaluation steps; past it evaluation ends with ``EvaluationError/Code/budget``, which `||` never absorbs.
    public var steps = 100_000
    /// Parts of a result: values in lists and maps, and each 64 bytes of text.
    public var size = 1_000_000
    /// Host functions by name, answered by ``Activation/call(_:_:)``. Any other unknown name is a compile error.
    public var functions: Set<String> = []
    /// Container for name resolution.
    public var container = ""
    public var macros = true
    /// A call of an unknown function is an evaluation error, as CEL has it for unchecked expressions.
    public var unknownFunctionsFailLate = false
    public init() {}
}

/// Names that a program uses. Names bound by macros are not among them.
public struct References: Sendable, Hashable {
    /// A free identifier with its selections: `context.a.b` is `["context", "a", "b"]`.
    public struct Path: Sendable, Hashable {
        public var names: [String]
        /// UTF-8 offset in the source.
        public var offset: Int

        public init(names: [String], offset: Int) {
            self.names = names
            self.offset = offset
        }
    }

    /// A call with literal string arguments kept: `inState("a.b")`.
    public struct Call: Sendable, Hashable {
        public var function: String
        /// One element an argument, the target of a member call first; nil where it is not a literal string.
        public var literals: [String?]
        public var offset: Int

        public init(function: String, literals: [String?], offset: Int) {
            self.function = function
            self.literals = literals
            self.offset = offset
        }
    }

    public var paths: [Path] = []
    public var calls: [Call] = []

    public init() {}
}
