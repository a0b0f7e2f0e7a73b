public import Values

/// Where a program finds its variables and host functions.
public protocol Activation {
    /// nil: there is no such variable.
    func value(of name: String) throws(EvaluationError) -> Value?
    /// nil: no overload for these arguments.
    func call(_ function: String, _ arguments: [Value]) throws(EvaluationError) -> Value?
    /// Whether names of variables may have dots (`a.b`), which then come before fields of shorter names.
    var hasQualifiedNames: Bool { get }
}

extension Activation {
    public var hasQualifiedNames: Bool { false }
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
