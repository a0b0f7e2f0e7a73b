public import Values

/// A compiled JSON Schema (draft 2020-12).
///
///     let schema = try Schema(["type": "object", "required": ["title"]])
///     let violations = schema.validate(value)
///
/// All keywords of validation are checked, `format` included. No keyword is ignored silently: what is not supported
/// (remote references, `unevaluatedItems`, `unevaluatedProperties`, `contentSchema`, `$vocabulary`, an `$id` in a part), what means nothing
/// where it stands, and what is no keyword is a compile error. `contentEncoding` and `contentMediaType` only describe. One schema is one
/// resource, so `$dynamicRef` is `$ref`. `title`, `description` and `x-unit` are a string or a map of language tag to
/// string; other keys that begin with `x-` are the author's.
public struct Schema: Sendable, Hashable {
    /// The schema as written, titles and units included.
    public let source: Value
    let compiled: CompiledSchema
    /// Instructions of its patterns, which they took time and take memory for.
    public var patternSize: Int { self.compiled.patternSize }
    /// Nil when the schema says nothing of numbers.
    private let numbers: NumberForms?

    /// Reports every mistake, each with its JSON Pointer in the schema.
    public init(_ source: Value) throws(SchemaError) {
        self.source = source
        self.compiled = try SchemaCompiler.compile(source)
        self.numbers = try NumberForms(self.compiled)
    }

    /// Empty when the value is valid; in document order otherwise, at most 100.
    public func validate(_ value: Value) -> [Violation] { self.validate(value, steps: ValidationLimits.steps) }

    func validate(_ value: Value, steps: Int) -> [Violation] {
        var validator = Validator(self.compiled, steps: steps)
        return validator.run(value)
    }

    /// The value with its numbers as expressions see them: an int under `integer`, a double under `number`. To the schema it
    /// is an equal value (5 is 5.0; beyond 2^53 a double is the nearest). An integer beyond 64 bits stays a double, and a number
    /// of which alternatives say different things stays as it was written.
    public func normalised(_ value: Value) -> Value {
        guard let numbers = self.numbers else { return value }
        var steps = ValidationLimits.steps
        return numbers.change(value, [0], &steps) ?? value
    }

    /// The same for what is to be the member at a path of names.
    public func normalised(_ value: Value, at path: [String]) -> Value {
        guard let numbers = self.numbers else { return value }
        var steps = ValidationLimits.steps
        let places = numbers.places(at: path, &steps)
        return numbers.change(value, places, &steps) ?? value
    }

    public static func == (left: Schema, right: Schema) -> Bool { left.source == right.source }
    public func hash(into hasher: inout Hasher) { hasher.combine(self.source) }
}

public struct SchemaError: Error, Sendable, Hashable {
    public struct Mistake: Sendable, Hashable {
        /// JSON Pointer (RFC 6901) in the schema.
        public var pointer: String
        public var message: String
        /// It is of the keyword at the pointer, and not of what the keyword says.
        public var isOfKey: Bool

        public init(pointer: String, message: String, isOfKey: Bool = false) {
            self.pointer = pointer
            self.message = message
            self.isOfKey = isOfKey
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
    static let steps = 1_000_000
    /// A pattern's steps that cost one of these.
    static let patternSteps = 4
    static let violations = 100
    /// Subschemas within subschemas, references followed.
    static let depth = 200
    /// Mistakes reported of one schema.
    static let mistakes = 100
    /// Subschemas looked at to say what is at a path, or which fields a form has: a few references can make millions.
    static let parts = 2000
    /// Subschemas within subschemas as written.
    static let nesting = 64
    /// Members, items and types that the alternatives of one schema say of numbers, those of alternatives in them again.
    static let alternatives = 200_000
    /// Instructions of a schema's patterns; the same pattern counts once.
    static let patterns = 200_000
    /// What a pattern counts at least: its table takes time, too.
    static let onePattern = 500
    /// Names compared, in all, to guess what the references of one schema were meant to be.
    static let comparedNames = 20_000
}
