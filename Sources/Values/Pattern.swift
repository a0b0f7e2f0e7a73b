/// A regular expression that is searched for in time proportional to text × pattern, whatever the pattern.
///
/// The syntax is RE2's (github.com/google/re2, "Syntax"), plus the escapes `\/`, `\cX`, `\uXXXX` and `\u{…}` of
/// ECMA-262 that JSON Schema authors write. Matching is by Unicode scalars. Groups only group: nothing is captured, so
/// lazy and greedy repetition are the same. Look-around, back-references and possessive repetition are refused.
public struct Pattern: Sendable, Hashable {
    /// Where RE2 and ECMA-262 give one text two meanings: what `\s` is, and what `.` is not.
    public enum Dialect: Sendable, Hashable {
        /// CEL's.
        case re2
        /// JSON Schema's.
        case ecmaScript
    }

    public let source: String
    public let dialect: Dialect
    private let program: PatternProgram

    public init(_ source: String, _ dialect: Dialect = .re2) throws(PatternError) {
        var syntax = try PatternSyntax(source, dialect)
        let root = try syntax.parse()
        self.source = source
        self.dialect = dialect
        self.program = try PatternProgram(root, of: syntax.sets)
        self.size = self.program.instructions.count + syntax.ranges / 16
    }

    /// Whether the pattern occurs anywhere in the text; `^` and `$` (or `\A` and `\z`) tie it to the ends.
    ///
    /// Nil when the search takes more than `steps`, from which its cost is taken: instructions and table look-ups, a few
    /// nanoseconds each.
    public func matches(_ text: String, steps: inout Int) -> Bool? {
        if let table = self.program.table { return table.search(text, self.program.alphabet, &steps) }
        return self.program.search(text, &steps)
    }

    /// Instructions it was compiled to, and one for each 16 ranges of its classes: what it took time for, and takes memory.
    public let size: Int

    /// Whether a table of states answers, or the states are worked out as the text is read.
    var isTabled: Bool { self.program.table != nil }

    public static func == (left: Pattern, right: Pattern) -> Bool {
        left.source == right.source && left.dialect == right.dialect
    }
    public func hash(into hasher: inout Hasher) { hasher.combine(self.source) }
}

extension Pattern: CustomStringConvertible {
    public var description: String { self.source }
}

/// Why a text is not a pattern.
public struct PatternError: Error, Sendable, Hashable {
    public let message: String
    /// UTF-8 offset in the pattern, from 0.
    public let offset: Int

    public init(message: String, offset: Int) {
        self.message = message
        self.offset = offset
    }
}

/// What a pattern may cost.
public enum PatternLimits {
    /// Steps of one search: some 10 ms, under 100 ms on a slow or busy core. It is what ends a hostile pattern on a long text.
    public static let steps = 1_000_000
    /// In Unicode scalars. It bounds the time to read a pattern.
    static let length = 2048
    static let repetition = 1000
    static let depth = 100
    static let instructions = 20_000
    /// `[a-z0-9]` has two, `\pL` some 650.
    static let ranges = 100_000
    /// A table of states beyond this is not made; the search then works the states out as it goes.
    static let states = 512
    static let tableEntries = 32_768
    static let tableWork = 60_000
}
