/// A regular expression that is searched for in time proportional to text × pattern, whatever the pattern.
///
/// The syntax is RE2's (github.com/google/re2, "Syntax"), plus the escapes `\/`, `\cX`, `\uXXXX` and `\u{…}` of
/// ECMA-262 that JSON Schema authors write. Matching is by Unicode scalars. Groups only group: nothing is captured, so
/// lazy and greedy repetition are the same. Look-around, back-references and possessive repetition are refused.
public struct Pattern: Sendable, Hashable {
    public let source: String
    private let program: PatternProgram

    public init(_ source: String) throws(PatternError) {
        var syntax = try PatternSyntax(source)
        let root = try syntax.parse()
        self.source = source
        self.program = try PatternProgram(root)
    }

    /// Whether the pattern occurs anywhere in the text; `^` and `$` (or `\A` and `\z`) tie it to the ends.
    public func matches(_ text: String) -> Bool { self.search(text).found }

    /// The search and its cost, in instructions and table look-ups.
    func search(_ text: String) -> (found: Bool, steps: Int) {
        if let table = self.program.table { return table.search(text, self.program.alphabet) }
        return self.program.search(text)
    }

    /// Whether a table of states answers, or the states are worked out as the text is read.
    var isTabled: Bool { self.program.table != nil }

    public static func == (left: Pattern, right: Pattern) -> Bool { left.source == right.source }
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
enum PatternLimits {
    /// In Unicode scalars.
    static let length = 4096
    static let repetition = 1000
    static let depth = 100
    static let instructions = 20_000
    /// A table of states beyond this is not made; the search then works the states out as it goes.
    static let states = 512
    static let tableEntries = 32_768
    static let tableWork = 60_000
}
