/// Escapes and bracketed classes.
extension PatternSyntax {
    /// After the backslash, outside of brackets.
    mutating func escape(from start: Int) throws(PatternError) -> PatternNode {
        guard let scalar = self.peek else { throw self.error("a backslash at the end", at: start) }
        let assertion: PatternAssertion? =
            switch scalar {
            case "A": .textStart
            case "z": .textEnd
            case "b": .wordBoundary
            case "B": .noWordBoundary
            default: nil
            }
        if let assertion {
            self.index += 1
            return .assertion(assertion)
        }
        if let set = try self.classEscape(from: start) { return try self.scalar(of: set) }
        return try self.literal(try self.scalarEscape(from: start))
    }

    /// `\d`, `\pL` and the like, after the backslash; nil when it is another escape.
    private mutating func classEscape(from start: Int) throws(PatternError) -> PatternSet? {
        guard let scalar = self.peek else { return nil }
        let set: PatternSet
        switch scalar {
        case "d": set = .digit
        case "D": set = PatternSet.digit.inverted
        case "s": set = .space(self.dialect)
        case "S": set = PatternSet.space(self.dialect).inverted
        case "w": set = .word
        case "W": set = PatternSet.word.inverted
        case "p", "P":
            self.index += 1
            return try self.property(isNegated: scalar == "P", from: start)
        default: return nil
        }
        self.index += 1
        return set
    }

    /// `L`, `{Lu}`, `{^Greek}`, `{Script=Han}`, after `\p`.
    private mutating func property(isNegated: Bool, from start: Int) throws(PatternError) -> PatternSet {
        var isNegated = isNegated
        var name = ""
        if self.take("{") {
            while let scalar = self.peek, scalar != "}" {
                name.unicodeScalars.append(scalar)
                self.index += 1
            }
            guard self.take("}") else { throw self.error("'\\p{' is not closed", at: start) }
        } else if let scalar = self.peek {
            name.unicodeScalars.append(scalar)
            self.index += 1
        }
        let key = "\(self.flags.ignoresCase)\(isNegated)\(name)"
        if let made = self.properties[key] { return made }
        var rest = Substring(name)
        if rest.first == "^" {
            isNegated.toggle()
            rest.removeFirst()
        }
        for prefix in ["Script=", "sc=", "General_Category=", "gc="] where rest.hasPrefix(prefix) {
            rest.removeFirst(prefix.count)
        }
        let known: PatternSet? =
            switch rest {
            case "Any": .all
            case "ASCII": PatternSet([0...0x7F])
            default: PatternCategories.set(named: rest) ?? PatternScripts.set(named: rest)
            }
        guard var set = known else { throw self.error("'\(name)' is not a known category or script", at: start) }
        if self.flags.ignoresCase { set = set.foldingCase }
        if isNegated { set = set.inverted }
        self.properties[key] = set
        return set
    }

    /// An escape that stands for one scalar, after the backslash.
    private mutating func scalarEscape(from start: Int) throws(PatternError) -> Unicode.Scalar {
        guard let scalar = self.peek else { throw self.error("a backslash at the end", at: start) }
        self.index += 1
        switch scalar {
        case "a": return "\u{07}"
        case "f": return "\u{0C}"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "v": return "\u{0B}"
        case "x": return try self.hexadecimal(digits: 2, from: start)
        case "u": return try self.utf16(from: start)
        case "c":
            guard let letter = self.peek, letter.isASCII, letter.properties.isAlphabetic else {
                throw self.error("'\\c' needs a letter", at: start)
            }
            self.index += 1
            return Unicode.Scalar(UInt8(letter.value & 0x1F))
        case "0"..."7":
            return try self.octal(scalar, from: start)
        case "8", "9", "k":
            throw self.error("a back-reference is not supported: matching takes linear time", at: start)
        case "_": return scalar
        default:
            guard scalar.isASCII, !PatternSet.word.contains(scalar.value) else {
                throw self.error("'\\\(scalar)' is not an escape", at: start)
            }
            return scalar
        }
    }

    /// `\0`, `\012`, `\123`; a single other digit would refer back.
    private mutating func octal(_ first: Unicode.Scalar, from start: Int) throws(PatternError) -> Unicode.Scalar {
        var value = first.value - 0x30
        var count = 1
        while count < 3, let digit = self.peek, ("0"..."7").contains(digit) {
            value = value * 8 + digit.value - 0x30
            count += 1
            self.index += 1
        }
        guard first == "0" || count > 1, let scalar = Unicode.Scalar(value) else {
            throw self.error("a back-reference is not supported: matching takes linear time", at: start)
        }
        return scalar
    }

    /// `41` or `{10FFFF}`.
    private mutating func hexadecimal(digits: Int, from start: Int) throws(PatternError) -> Unicode.Scalar {
        guard let scalar = Unicode.Scalar(try self.hexadecimalValue(digits: digits, from: start)) else {
            throw self.error("not the number of a character", at: start)
        }
        return scalar
    }

    private mutating func hexadecimalValue(digits: Int, from start: Int) throws(PatternError) -> UInt32 {
        let isBraced = self.take("{")
        let first = self.index
        var value: UInt32 = 0
        while self.index - first < (isBraced ? 8 : digits),
            let digit = self.peek.flatMap({ $0.isASCII ? Character($0).hexDigitValue : nil })
        {
            value = value << 4 | UInt32(digit)
            self.index += 1
        }
        let count = self.index - first
        guard isBraced ? count > 0 && self.take("}") : count == digits else {
            throw self.error("bad hexadecimal digits", at: start)
        }
        return value
    }

    /// `4E2D`, `{1F600}`, or two halves of a surrogate pair, after `\u`.
    private mutating func utf16(from start: Int) throws(PatternError) -> Unicode.Scalar {
        let value = try self.hexadecimalValue(digits: 4, from: start)
        if let scalar = Unicode.Scalar(value) { return scalar }
        if (0xD800...0xDBFF).contains(value), self.take("\\u") {
            let low = try self.hexadecimalValue(digits: 4, from: start)
            if (0xDC00...0xDFFF).contains(low),
                let scalar = Unicode.Scalar(0x10000 + (value - 0xD800) << 10 + (low - 0xDC00))
            {
                return scalar
            }
        }
        throw self.error("not the number of a character", at: start)
    }

    // MARK: Brackets

    /// After `[`.
    mutating func bracket(from start: Int) throws(PatternError) -> PatternSet {
        let isNegated = self.take("^")
        var ranges: [ClosedRange<UInt32>] = []
        var isFirst = true
        while isFirst || self.peek != "]" {
            guard self.peek != nil else { throw self.error("'[' is not closed", at: start) }
            isFirst = false
            try self.bracketItem(into: &ranges)
        }
        self.index += 1
        var set = PatternSet(ranges)
        if self.flags.ignoresCase {
            set = set.foldingCase
            try self.count(set.ranges.count)
        }
        return isNegated ? set.inverted : set
    }

    private mutating func bracketItem(into ranges: inout [ClosedRange<UInt32>]) throws(PatternError) {
        let start = self.index
        var named = try self.posixClass()
        if named == nil { named = try self.bracketClassEscape() }
        if let set = named {
            ranges += set.ranges
            try self.count(set.ranges.count)
            if self.peek == "-", self.index + 1 < self.scalars.count, self.scalars[self.index + 1] != "]" {
                throw self.error("a range cannot begin with a class", at: start)
            }
            return
        }
        let low = try self.bracketScalar()
        guard self.peek == "-", self.index + 1 < self.scalars.count, self.scalars[self.index + 1] != "]" else {
            ranges.append(low.value...low.value)
            return
        }
        self.index += 1
        if try self.bracketClassEscape() != nil { throw self.error("a range cannot end with a class", at: start) }
        let high = try self.bracketScalar()
        guard low.value <= high.value else { throw self.error("a range's bounds are reversed", at: start) }
        ranges.append(low.value...high.value)
    }

    private mutating func bracketClassEscape() throws(PatternError) -> PatternSet? {
        let start = self.index
        guard self.take("\\") else { return nil }
        if let set = try self.classEscape(from: start) { return set }
        self.index = start
        return nil
    }

    private mutating func bracketScalar() throws(PatternError) -> Unicode.Scalar {
        let start = self.index
        guard let scalar = self.peek else { throw self.error("'[' is not closed") }
        self.index += 1
        guard scalar == "\\" else { return scalar }
        // ECMA-262: in brackets it is the control character.
        if self.take("b") { return "\u{08}" }
        return try self.scalarEscape(from: start)
    }

    /// `[:alpha:]`, `[:^alpha:]`; nil when `[` is a literal.
    private mutating func posixClass() throws(PatternError) -> PatternSet? {
        let start = self.index
        guard self.take("[:") else { return nil }
        let isNegated = self.take("^")
        var name = ""
        while let scalar = self.peek, PatternSet.word.contains(scalar.value) {
            name.unicodeScalars.append(scalar)
            self.index += 1
        }
        guard self.take(":]") else {
            self.index = start
            return nil
        }
        guard let ranges = Self.posixClasses[name] else {
            throw self.error("'[:\(name):]' is not a known class", at: start)
        }
        return isNegated ? PatternSet(ranges).inverted : PatternSet(ranges)
    }

    private static let posixClasses: [String: [ClosedRange<UInt32>]] = [
        "alnum": [0x30...0x39, 0x41...0x5A, 0x61...0x7A],
        "alpha": [0x41...0x5A, 0x61...0x7A],
        "ascii": [0x00...0x7F],
        "blank": [0x09...0x09, 0x20...0x20],
        "cntrl": [0x00...0x1F, 0x7F...0x7F],
        "digit": [0x30...0x39],
        "graph": [0x21...0x7E],
        "lower": [0x61...0x7A],
        "print": [0x20...0x7E],
        "punct": [0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E],
        "space": [0x09...0x0D, 0x20...0x20],
        "upper": [0x41...0x5A],
        "word": [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A],
        "xdigit": [0x30...0x39, 0x41...0x46, 0x61...0x66],
    ]
}
