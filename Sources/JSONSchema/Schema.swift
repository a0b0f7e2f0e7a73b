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
    public func validate(_ value: Value) -> [Violation] {
        var steps = ValidationLimits.steps
        return self.validate(value, steps: &steps)
    }

    func validate(_ value: Value, steps: inout Int) -> [Violation] {
        var validator = Validator(self.compiled, steps: steps)
        let violations = validator.run(value)
        steps = validator.stepsLeft
        guard violations.isEmpty, let numbers, numbers.isBranching else { return violations }
        // What ``normalised(_:)`` had to leave as it was is refused here.
        _ = numbers.change(value, [0], &steps)
        guard steps <= 0 else { return [] }
        return [Violation(pointer: "", keyword: "limit", en: Phrase.tooLarge.en, zh: Phrase.tooLarge.zh)]
    }

    /// The value with its numbers as expressions see them: an int under `integer`, a double under `number`. To the schema it
    /// is an equal value (5 is 5.0; beyond 2^53 a double is the nearest). An integer beyond 64 bits stays a double, and a number
    /// of which alternatives say different things stays as it was written. What takes too long to go through stays as it is,
    /// and ``validate(_:)`` refuses it.
    public func normalised(_ value: Value) -> Value { self.normalised(value, at: []) }

    /// The same for what is to be the member at a path of names.
    public func normalised(_ value: Value, at path: [String]) -> Value {
        guard let numbers = self.numbers else { return value }
        // Without branches it takes no longer than to have read the value.
        var steps = numbers.isBranching ? ValidationLimits.steps : .max
        let places = numbers.places(at: path, &steps)
        guard let changed = numbers.change(value, places, &steps), steps > 0 else { return value }
        return changed
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

    /// Of finding a name among so many: a long one takes longer to compare, and many are not in the cache.
    static func steps(finding name: String, among count: Int) -> Int {
        1 + name.utf8.count / 16 + max(0, Int.bitWidth - count.leadingZeroBitCount - 6) / 2
    }

    /// A pattern's steps that cost one of these.
    static let patternSteps = 4
    static let violations = 100
    /// Of all pointers in what is reported, about.
    static let pointerBytes = 65_536
    /// Names compared, in one validation, to guess which member an unknown one was meant to be.
    static let guesses = 1000
    /// Subschemas within subschemas, references followed.
    static let depth = 200
    /// Mistakes reported of one schema.
    static let mistakes = 100
    /// Keywords, members and names that are merged to say what is at a path, or which fields a form has: a few references can
    /// make millions.
    static let sayings = 200_000
    /// What a field of a form takes of these, beside what the schema says of it.
    static let oneField = 100
    /// Likewise of all parts of one schema, each merged once.
    static let allSayings = 1_000_000
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
