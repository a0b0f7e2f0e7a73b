public import Values

/// A compiled JSON Schema (2020-12, validation vocabulary).
///
///     let schema = try Schema(["type": "object", "required": ["title"]])
///     let violations = schema.validate(value)
///
/// No keyword is ignored silently: what is not supported is a compile error. References are local (`#/$defs/…`,
/// `#anchor`). `title` and `description` are a string or a map of language tag to string; keys that begin with `x-` are
/// the author's.
public struct Schema: Sendable, Hashable {
    /// The schema as written, titles and units included.
    public let source: Value
    let compiled: CompiledSchema

    /// Reports every mistake, each with its JSON Pointer in the schema.
    public init(_ source: Value) throws(SchemaError) {
        self.source = source
        self.compiled = try SchemaCompiler.compile(source)
    }

    /// Empty when the value is valid; in document order otherwise, at most 100.
    public func validate(_ value: Value) -> [Violation] { self.validate(value, steps: ValidationLimits.steps) }

    func validate(_ value: Value, steps: Int) -> [Violation] {
        var validator = Validator(self.compiled, steps: steps)
        return validator.run(value)
    }

    public static func == (left: Schema, right: Schema) -> Bool { left.source == right.source }
    public func hash(into hasher: inout Hasher) { hasher.combine(self.source) }
}

public struct SchemaError: Error, Sendable, Hashable {
    public struct Mistake: Sendable, Hashable {
        /// JSON Pointer (RFC 6901) in the schema.
        public var pointer: String
        public var message: String

        public init(pointer: String, message: String) {
            self.pointer = pointer
            self.message = message
        }
    }

    public var mistakes: [Mistake]

    public init(mistakes: [Mistake]) { self.mistakes = mistakes }
}

/// One way in which a value breaks a schema.
public struct Violation: Sendable, Hashable {
    /// JSON Pointer (RFC 6901) in the value; for a missing member, where it should be.
    public var pointer: String
    /// The keyword that is broken: `required`, `maximum`; `limit` when the value is too costly to check.
    public var keyword: String
    /// Expected and found, in English and Chinese.
    public var en: String
    public var zh: String

    public init(pointer: String, keyword: String, en: String, zh: String) {
        self.pointer = pointer
        self.keyword = keyword
        self.en = en
        self.zh = zh
    }
}

enum ValidationLimits {
    /// Nodes visited and members compared in one validation.
    static let steps = 2_000_000
    static let violations = 100
    /// Subschemas within subschemas, references followed.
    static let depth = 200
    /// Mistakes reported of one schema.
    static let mistakes = 100
    /// Subschemas within subschemas as written.
    static let nesting = 64
}
