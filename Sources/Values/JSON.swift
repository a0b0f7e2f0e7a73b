/// Why a text is not JSON that this product accepts, and where (byte offset from 0).
public struct JSONError: Error, Sendable, Hashable {
    public enum Code: Sendable, Hashable {
        case syntax
        /// Deeper than ``JSONLimits/depth``.
        case depth
        /// U+0000 or a lone surrogate: PostgreSQL's jsonb would refuse it later.
        case unstorableString
        /// An integer outside of int64, or a number outside of double.
        case numberRange
        case duplicateKey
        /// A value that JSON cannot hold: NaN, infinity, a type.
        case notJSON
        /// JSON, but not of the form that is read here.
        case unexpected
    }

    public let code: Code
    public let message: String
    public let offset: Int

    public init(code: Code, message: String, offset: Int) {
        self.code = code
        self.message = message
        self.offset = offset
    }
}

public struct JSONLimits: Sendable {
    public var depth = 64
    public init() {}
}

extension Value {
    /// Parses RFC 8259 text. A number without fraction and exponent is an int, any other a double.
    public init(json text: some Collection<UInt8>, limits: JSONLimits = JSONLimits()) throws(JSONError) {
        let parsed =
            unsafe text.withContiguousStorageIfAvailable { unsafe JSONParser.parse($0, limits: limits) }
            ?? Array(text).withUnsafeBufferPointer { unsafe JSONParser.parse($0, limits: limits) }
        self = try parsed.get()
    }

    public init(json text: String, limits: JSONLimits = JSONLimits()) throws(JSONError) {
        try self.init(json: text.utf8, limits: limits)
    }

    /// What this value becomes when it enters context, data, input or output: timestamps and durations become strings,
    /// bytes base64, uint int, optional its value or null, -0.0 becomes 0.0, map keys strings. Idempotent.
    ///
    /// Refuses what could not be stored and read again: NaN, infinities, types, U+0000, more than 64 levels.
    public func asJSON() throws(JSONError) -> Value {
        try JSONConversion().convert(self, depth: 0)
    }

    /// Compact JSON, keys in order; a double always has a fraction and never an exponent. Expects a value that
    /// ``asJSON()`` returned; what JSON cannot hold prints as null.
    public var json: String { String(decoding: self.jsonBytes, as: UTF8.self) }

    /// The bytes of ``json``.
    public var jsonBytes: [UInt8] {
        var writer = JSONWriter()
        writer.write(self)
        return writer.bytes
    }

    /// Indented JSON for people: two spaces a level, empty lists and maps on one line, no newline at the end.
    public var prettyJSON: String {
        var writer = JSONWriter(isIndented: true)
        writer.write(self)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
