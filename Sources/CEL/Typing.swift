public import Values

/// What can be said of an expression before it is evaluated: its type, and mistakes that are certain whatever the
/// variables hold.
///
///     let typing = try Typing("context.trl >= 'four'", Declarations(variables: ["context": context]))
///     typing.diagnostics.first?.message  // >= does not compare int with string
public struct Typing: Sendable {
    /// The expression's values are among these when it has no mistakes.
    public let type: ValueType
    public let diagnostics: [TypeDiagnostic]
    /// Nothing in the expression depends on what is not known: no evaluation of it ends with
    /// ``EvaluationError/Code/noSuchOverload``.
    public let isCertain: Bool

    /// Work of one expression; past it all is `dyn`.
    public static let steps = 200_000

    public init(
        _ source: String, _ declarations: Declarations, options: Options = Options(), expecting: ValueType? = nil
    ) throws(CompileError) {
        var budget = Self.steps
        try self.init(source, declarations, options: options, expecting: expecting, budget: &budget)
    }

    /// `names`: more variables, which come before the declared ones. `budget`: steps that several expressions share.
    public init(
        _ source: String, _ declarations: Declarations, names: [String: ValueType] = [:], options: Options = Options(),
        expecting: ValueType? = nil, budget: inout Int
    ) throws(CompileError) {
        let syntax = try Parser.parse(source, options: options)
        let steps = min(budget, Self.steps)
        var checker = Checker(declarations, names: names, options: options, steps: steps)
        self.type = checker.check(syntax, expecting: expecting)
        self.diagnostics = checker.diagnostics
        self.isCertain = checker.isCertain && checker.diagnostics.isEmpty
        budget -= steps - checker.steps
    }
}

/// A mistake in the types of an expression, or a doubt.
public struct TypeDiagnostic: Sendable, Hashable {
    public enum Code: String, Sendable, Hashable {
        case undeclaredReference = "undeclared-reference"
        case noSuchField = "no-such-field"
        case noSuchOverload = "no-such-overload"
        /// The whole is not of the type that its place asks for.
        case unexpectedType = "unexpected-type"
        /// Two texts that are never the same, as one is none of those that are declared.
        case neverEqual = "never-equal"
        /// A member that may be there, although nothing declares it.
        case unlistedField = "unlisted-field"
    }

    public var code: Code
    public var message: Message
    public var hint: Message?
    /// UTF-8 offset in the source, and bytes from there.
    public var offset: Int
    public var length: Int
    /// The name or text that is wrong, and what it could have been.
    public var name: String?
    public var candidates: [String]
}
