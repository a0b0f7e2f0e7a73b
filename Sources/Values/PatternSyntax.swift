/// A parsed pattern.
indirect enum PatternNode {
    case empty
    /// One of the set with this number.
    case scalar(Int32)
    case assertion(PatternAssertion)
    case sequence([PatternNode])
    case choice([PatternNode])
    case repetition(PatternNode, least: Int, most: Int?)
}

enum PatternAssertion: Sendable, Hashable {
    case textStart, textEnd, lineStart, lineEnd, wordBoundary, noWordBoundary
}

/// Reads a pattern: recursive descent over its scalars.
struct PatternSyntax {
    struct Flags {
        var ignoresCase = false
        var dotMatchesNewline = false
        var isMultiline = false
    }

    let scalars: [Unicode.Scalar]
    let dialect: Pattern.Dialect
    var index = 0
    var flags = Flags()
    /// Categories and scripts already made: a pattern can name one a thousand times.
    var properties: [String: PatternSet] = [:]
    /// The sets that the nodes name.
    private(set) var sets: [PatternSet] = []
    private var numbers: [PatternSet: Int32] = [:]
    /// Ranges of all classes, as often as they are written.
    private(set) var ranges = 0
    private var depth = 0

    init(_ source: String, _ dialect: Pattern.Dialect) throws(PatternError) {
        self.dialect = dialect
        self.scalars = Array(source.unicodeScalars)
        if self.scalars.count > PatternLimits.length {
            throw PatternError(message: "a pattern has at most \(PatternLimits.length) characters", offset: 0)
        }
    }

    mutating func parse() throws(PatternError) -> PatternNode {
        let node = try self.choice()
        if self.peek != nil { throw self.error("')' closes no group") }
        return node
    }

    var peek: Unicode.Scalar? { self.index < self.scalars.count ? self.scalars[self.index] : nil }

    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard self.peek == scalar else { return false }
        self.index += 1
        return true
    }

    /// Takes the text if it comes next.
    mutating func take(_ text: String) -> Bool {
        guard self.scalars[self.index...].starts(with: text.unicodeScalars) else { return false }
        self.index += text.unicodeScalars.count
        return true
    }

    func error(_ message: String, at index: Int? = nil) -> PatternError {
        let before = self.scalars[..<min(index ?? self.index, self.scalars.count)]
        return PatternError(message: message, offset: before.reduce(0) { $0 + UTF8.width($1) })
    }

    // MARK: Structure

    private mutating func choice() throws(PatternError) -> PatternNode {
        self.depth += 1
        defer { self.depth -= 1 }
        if self.depth > PatternLimits.depth {
            throw self.error("groups are nested deeper than \(PatternLimits.depth)")
        }
        var alternatives = [try self.sequence()]
        while self.take("|") { alternatives.append(try self.sequence()) }
        return alternatives.count == 1 ? alternatives[0] : .choice(alternatives)
    }

    private mutating func sequence() throws(PatternError) -> PatternNode {
        var nodes: [PatternNode] = []
        while let scalar = self.peek, scalar != "|", scalar != ")" {
            let start = self.index
            if self.take("\\Q") {
                try self.quotation(into: &nodes)
            } else if let atom = try self.atom() {
                nodes.append(atom)
            } else {
                continue
            }
            if let last = nodes.popLast() { nodes.append(try self.repeated(last, from: start)) }
        }
        return nodes.count == 1 ? nodes[0] : nodes.isEmpty ? .empty : .sequence(nodes)
    }

    /// The text up to `\E` or the end, literally; an empty one leaves an empty node to repeat.
    private mutating func quotation(into nodes: inout [PatternNode]) throws(PatternError) {
        var isEmpty = true
        while let scalar = self.peek, !self.take("\\E") {
            self.index += 1
            nodes.append(try self.literal(scalar))
            isEmpty = false
        }
        if isEmpty { nodes.append(.empty) }
    }

    /// Nil for a group that only sets flags.
    private mutating func atom() throws(PatternError) -> PatternNode? {
        let start = self.index
        guard let scalar = self.peek else { return .empty }
        self.index += 1
        switch scalar {
        case "(":
            return try self.group(from: start)
        case "[":
            return try self.scalar(of: try self.bracket(from: start))
        case ".":
            return try self.scalar(of: self.flags.dotMatchesNewline ? .all : .noLineEnds(self.dialect))
        case "^":
            return .assertion(self.flags.isMultiline ? .lineStart : .textStart)
        case "$":
            return .assertion(self.flags.isMultiline ? .lineEnd : .textEnd)
        case "\\":
            return try self.escape(from: start)
        case "*", "+", "?":
            throw self.error("'\(scalar)' has nothing to repeat", at: start)
        default:
            return try self.literal(scalar)
        }
    }

    mutating func literal(_ scalar: Unicode.Scalar) throws(PatternError) -> PatternNode {
        let set = PatternSet(scalar.value)
        return try self.scalar(of: self.flags.ignoresCase ? set.foldingCase : set)
    }

    mutating func scalar(of set: PatternSet) throws(PatternError) -> PatternNode {
        try self.count(set.ranges.count)
        if let number = self.numbers[set] { return .scalar(number) }
        let number = Int32(self.sets.count)
        self.numbers[set] = number
        self.sets.append(set)
        return .scalar(number)
    }

    mutating func count(_ ranges: Int) throws(PatternError) {
        self.ranges += ranges
        if self.ranges > PatternLimits.ranges {
            throw self.error("the classes of a pattern come to at most \(PatternLimits.ranges) ranges of characters")
        }
    }

    // MARK: Groups

    private mutating func group(from start: Int) throws(PatternError) -> PatternNode? {
        let outer = self.flags
        if self.take("?") {
            if let refusal = self.unsupportedGroup() { throw self.error(refusal, at: start) }
            if self.take("P<") || self.take("<") {
                try self.groupName(from: start)
            } else if try self.flagSetting(from: start) {
                return nil
            }
        }
        let node = try self.choice()
        guard self.take(")") else { throw self.error("'(' is not closed", at: start) }
        self.flags = outer
        return node
    }

    private mutating func unsupportedGroup() -> String? {
        for (opening, what) in [
            ("=", "look-ahead"), ("!", "look-ahead"), ("<=", "look-behind"), ("<!", "look-behind"),
            (">", "an atomic group"), ("#", "a comment"), ("P=", "a back-reference"), ("P>", "recursion"),
            ("(", "a condition"),
        ] where self.scalars[self.index...].starts(with: opening.unicodeScalars) {
            return "'(?\(opening)' is \(what), which is not supported: matching takes linear time"
        }
        return nil
    }

    private mutating func groupName(from start: Int) throws(PatternError) {
        let first = self.index
        while let scalar = self.peek, PatternSet.word.contains(scalar.value) { self.index += 1 }
        guard self.index > first, self.take(">") else { throw self.error("a bad group name", at: start) }
    }

    /// Reads `i`, `-s`, … after `(?`; true when `)` ends it, false when `:` opens the group's content.
    private mutating func flagSetting(from start: Int) throws(PatternError) -> Bool {
        var value = true
        while let scalar = self.peek {
            self.index += 1
            switch scalar {
            case "i": self.flags.ignoresCase = value
            case "s": self.flags.dotMatchesNewline = value
            case "m": self.flags.isMultiline = value
            // Swaps greedy and lazy, which are the same here.
            case "U": break
            case "-" where value: value = false
            case ":": return false
            case ")": return true
            default: throw self.error("'\(scalar)' is not a flag; flags are i, m, s and U", at: self.index - 1)
            }
        }
        throw self.error("'(' is not closed", at: start)
    }

    // MARK: Repetition

    private mutating func repeated(_ node: PatternNode, from start: Int) throws(PatternError) -> PatternNode {
        guard let bounds = try self.bounds() else { return node }
        _ = self.take("?")
        let next = self.index
        if self.take("+") {
            throw self.error("a possessive repetition is not supported: matching takes linear time", at: next)
        }
        if try self.bounds() != nil {
            throw self.error("a repetition of a repetition needs a group: (?:…)", at: next)
        }
        return .repetition(node, least: bounds.least, most: bounds.most)
    }

    private mutating func bounds() throws(PatternError) -> (least: Int, most: Int?)? {
        if self.take("*") { return (0, nil) }
        if self.take("+") { return (1, nil) }
        if self.take("?") { return (0, 1) }
        let start = self.index
        guard self.take("{") else { return nil }
        // What is not a well-formed repetition is literal text, as in RE2.
        guard let least = self.number() else {
            self.index = start
            return nil
        }
        var most: Int? = least
        if self.take(",") { most = self.peek == "}" ? nil : self.number() ?? -1 }
        guard most != -1, self.take("}") else {
            self.index = start
            return nil
        }
        if least > PatternLimits.repetition || (most ?? 0) > PatternLimits.repetition {
            throw self.error("a repetition count is at most \(PatternLimits.repetition)", at: start)
        }
        if let most, most < least { throw self.error("a repetition's bounds are reversed", at: start) }
        return (least, most)
    }

    /// Decimal digits; beyond the limit it stops growing.
    private mutating func number() -> Int? {
        var value: Int?
        while let digit = self.peek.flatMap({ $0.isASCII ? Character($0).wholeNumberValue : nil }) {
            self.index += 1
            value = min((value ?? 0) * 10 + digit, PatternLimits.repetition + 1)
        }
        return value
    }
}
