import Values

/// A word of the language, and where it begins (UTF-8 offset).
struct Token: Sendable {
    enum Kind: Sendable, Equatable {
        case identifier(String)
        /// In backticks: a field name with any letters.
        case escapedIdentifier(String)
        /// Without its sign, because `-9223372036854775808` is a literal and its positive is not.
        case int(UInt64)
        case uint(UInt64)
        case double(Double)
        case string(String)
        case bytes([UInt8])
        case symbol(Symbol)
        case end
    }

    let kind: Kind
    let offset: Int
}

/// Operators and punctuation.
enum Symbol: String, Sendable, CaseIterable {
    case equal = "=="
    case notEqual = "!="
    case lessOrEqual = "<="
    case greaterOrEqual = ">="
    case and = "&&"
    case or = "||"
    case less = "<"
    case greater = ">"
    case plus = "+"
    case minus = "-"
    case times = "*"
    case divide = "/"
    case remainder = "%"
    case not = "!"
    case question = "?"
    case colon = ":"
    case comma = ","
    case dot = "."
    case openParenthesis = "("
    case closeParenthesis = ")"
    case openBracket = "["
    case closeBracket = "]"
    case openBrace = "{"
    case closeBrace = "}"
}

/// Cuts a source into tokens (google/cel-spec, "Syntax").
struct Lexer {
    let bytes: [UInt8]
    var offset = 0

    static func tokens(of source: String) throws(CompileError) -> [Token] {
        var lexer = Lexer(bytes: Array(source.utf8))
        var tokens: [Token] = []
        while true {
            lexer.skipSpace()
            let start = lexer.offset
            let kind = try lexer.next()
            tokens.append(Token(kind: kind, offset: start))
            if kind == .end { return tokens }
        }
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The byte this far ahead, 0 past the end.
    func peek(_ ahead: Int = 0) -> UInt8 {
        self.offset + ahead < self.bytes.count ? self.bytes[self.offset + ahead] : 0
    }

    private mutating func skipSpace() {
        while self.offset < self.bytes.count {
            switch self.peek() {
            case 0x20, 0x09, 0x0A, 0x0C, 0x0D: self.offset += 1
            case UInt8(ascii: "/") where self.peek(1) == UInt8(ascii: "/"):
                while self.offset < self.bytes.count, self.peek() != 0x0A { self.offset += 1 }
            default: return
            }
        }
    }

    private mutating func next() throws(CompileError) -> Token.Kind {
        guard self.offset < self.bytes.count else { return .end }
        let byte = self.peek()
        if byte.isDigit || byte == UInt8(ascii: ".") && self.peek(1).isDigit { return try self.number() }
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
            return try self.text(isRaw: false, isBytes: false)
        }
        if byte == UInt8(ascii: "`") { return try self.escapedIdentifier() }
        if byte.isLetter {
            if let text = try self.prefixedText() { return text }
            let start = self.offset
            while self.peek().isLetter || self.peek().isDigit { self.offset += 1 }
            return .identifier(String(decoding: self.bytes[start..<self.offset], as: UTF8.self))
        }
        return try self.symbol()
    }

    private mutating func symbol() throws(CompileError) -> Token.Kind {
        // Two letters are tried first, as the cases are in this order.
        for symbol in Symbol.allCases where self.bytes[self.offset...].starts(with: symbol.rawValue.utf8) {
            self.offset += symbol.rawValue.utf8.count
            return .symbol(symbol)
        }
        switch self.peek() {
        case UInt8(ascii: "="): throw self.mistake("a comparison is written ==")
        case UInt8(ascii: "&"): throw self.mistake("\"and\" is written &&")
        case UInt8(ascii: "|"): throw self.mistake("\"or\" is written ||")
        default:
            let rest = String(decoding: self.bytes[self.offset...].prefix(4), as: UTF8.self)
            if let scalar = rest.unicodeScalars.first, let ascii = Self.halfWidth(scalar) {
                throw self.mistake("\"\(scalar)\" is full-width; write \(ascii)")
            }
            throw self.mistake("unexpected character \(rest.first.map { "\"\($0)\"" } ?? "")")
        }
    }

    /// What was meant by punctuation of a Chinese keyboard, and by quotes of word processors.
    private static func halfWidth(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        switch scalar {
        case "\u{FF01}"..."\u{FF5E}": Unicode.Scalar(scalar.value - 0xFEE0)
        case "“", "”": "\""
        case "‘", "’": "'"
        case "、": ","
        case "。": "."
        default: nil
        }
    }

    private mutating func escapedIdentifier() throws(CompileError) -> Token.Kind {
        let start = self.offset
        self.offset += 1
        while self.offset < self.bytes.count, self.peek() != UInt8(ascii: "`") {
            let byte = self.peek()
            let allowed =
                byte.isLetter || byte.isDigit || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
                || byte == UInt8(ascii: "/") || byte == UInt8(ascii: " ")
            guard allowed else {
                throw self.mistake("a name in backticks has letters, digits, spaces and any of _ . - /")
            }
            self.offset += 1
        }
        guard self.offset < self.bytes.count, self.offset > start + 1 else {
            self.offset = start
            throw self.mistake("expected a name and a closing backtick")
        }
        self.offset += 1
        return .escapedIdentifier(String(decoding: self.bytes[(start + 1)..<(self.offset - 1)], as: UTF8.self))
    }

    func mistake(_ message: Message) -> CompileError {
        CompileError(message: message, offset: self.offset)
    }
}

// MARK: Numbers

extension Lexer {
    private mutating func number() throws(CompileError) -> Token.Kind {
        let start = self.offset
        if self.peek() == UInt8(ascii: "0"), self.peek(1) == UInt8(ascii: "x") || self.peek(1) == UInt8(ascii: "X") {
            self.offset += 2
            let digits = self.offset
            while self.peek().isHexDigit { self.offset += 1 }
            return try self.integer(digits..<self.offset, radix: 16, start: start)
        }
        while self.peek().isDigit { self.offset += 1 }
        var isInteger = true
        if self.peek() == UInt8(ascii: "."), self.peek(1).isDigit {
            isInteger = false
            self.offset += 1
            while self.peek().isDigit { self.offset += 1 }
        }
        if self.peek() == UInt8(ascii: "e") || self.peek() == UInt8(ascii: "E") {
            let hasSign = self.peek(1) == UInt8(ascii: "+") || self.peek(1) == UInt8(ascii: "-")
            if self.peek(hasSign ? 2 : 1).isDigit {
                isInteger = false
                self.offset += hasSign ? 2 : 1
                while self.peek().isDigit { self.offset += 1 }
            }
        }
        if isInteger { return try self.integer(start..<self.offset, radix: 10, start: start) }
        let text = String(decoding: self.bytes[start..<self.offset], as: UTF8.self)
        guard let number = Double(text), number.isFinite else {
            throw CompileError(message: "the number \(text) is outside of the range of double", offset: start)
        }
        try self.endOfNumber()
        return .double(number)
    }

    private mutating func integer(
        _ digits: Range<Int>, radix: Int, start: Int
    ) throws(CompileError) -> Token.Kind {
        let text = String(decoding: self.bytes[digits], as: UTF8.self)
        guard let number = UInt64(text, radix: radix) else {
            let message: Message =
                text.isEmpty ? "expected hexadecimal digits" : "the number \(text) does not fit into 64 bits"
            throw CompileError(message: message, offset: start)
        }
        let isUnsigned = self.peek() == UInt8(ascii: "u") || self.peek() == UInt8(ascii: "U")
        if isUnsigned { self.offset += 1 }
        try self.endOfNumber()
        return isUnsigned ? .uint(number) : .int(number)
    }

    private func endOfNumber() throws(CompileError) {
        if self.peek().isLetter { throw self.mistake("unexpected letter after a number") }
    }
}

// MARK: Strings and bytes

extension Lexer {
    /// A literal such as r"…" or b'…'; nil when the letters here begin a name.
    private mutating func prefixedText() throws(CompileError) -> Token.Kind? {
        var isRaw = false
        var isBytes = false
        var length = 0
        while length < 2 {
            switch self.peek(length) {
            case UInt8(ascii: "r") where !isRaw, UInt8(ascii: "R") where !isRaw: isRaw = true
            case UInt8(ascii: "b") where length == 0, UInt8(ascii: "B") where length == 0: isBytes = true
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                self.offset += length
                return try self.text(isRaw: isRaw, isBytes: isBytes)
            default: return nil
            }
            length += 1
        }
        guard self.peek(length) == UInt8(ascii: "\"") || self.peek(length) == UInt8(ascii: "'") else { return nil }
        self.offset += length
        return try self.text(isRaw: isRaw, isBytes: isBytes)
    }

    private mutating func text(isRaw: Bool, isBytes: Bool) throws(CompileError) -> Token.Kind {
        let start = self.offset
        let quote = self.peek()
        let isTriple = self.peek(1) == quote && self.peek(2) == quote
        self.offset += isTriple ? 3 : 1
        var content: [UInt8] = []
        while self.offset < self.bytes.count {
            let byte = self.peek()
            if byte == quote, !isTriple || self.peek(1) == quote && self.peek(2) == quote {
                self.offset += isTriple ? 3 : 1
                if isBytes { return .bytes(content) }
                guard let text = String(validating: content, as: UTF8.self) else {
                    throw CompileError(message: "the string is not valid UTF-8", offset: start)
                }
                return .string(text)
            }
            if byte == UInt8(ascii: "\\"), !isRaw {
                try self.escape(into: &content, isBytes: isBytes)
            } else if byte == 0x0A || byte == 0x0D {
                guard isTriple else { break }
                // A line ends with \n, however the source ends its lines.
                self.offset += byte == 0x0D && self.peek(1) == 0x0A ? 2 : 1
                content.append(0x0A)
            } else {
                content.append(byte)
                self.offset += 1
            }
        }
        throw CompileError(message: "the string has no closing quote", offset: start)
    }

    private mutating func escape(into content: inout [UInt8], isBytes: Bool) throws(CompileError) {
        let start = self.offset
        let letter = self.peek(1)
        self.offset += 2
        switch letter {
        case UInt8(ascii: "a"): content.append(0x07)
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "f"): content.append(0x0C)
        case UInt8(ascii: "n"): content.append(0x0A)
        case UInt8(ascii: "r"): content.append(0x0D)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "v"): content.append(0x0B)
        case UInt8(ascii: "\\"), UInt8(ascii: "?"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"):
            content.append(letter)
        case UInt8(ascii: "x"), UInt8(ascii: "X"): try self.code(2, radix: 16, into: &content, isBytes, start)
        case UInt8(ascii: "u") where !isBytes: try self.code(4, radix: 16, into: &content, isBytes, start)
        case UInt8(ascii: "U") where !isBytes: try self.code(8, radix: 16, into: &content, isBytes, start)
        case UInt8(ascii: "0")...UInt8(ascii: "3"):
            self.offset -= 1
            try self.code(3, radix: 8, into: &content, isBytes, start)
        default:
            throw CompileError(message: "unknown escape; a backslash itself is written \\\\", offset: start)
        }
    }

    private mutating func code(
        _ digits: Int, radix: Int, into content: inout [UInt8], _ isBytes: Bool, _ start: Int
    ) throws(CompileError) {
        let end = min(self.offset + digits, self.bytes.count)
        let text = self.bytes[self.offset..<end]
        guard text.count == digits, text.allSatisfy(\.isHexDigit),
            let code = UInt32(String(decoding: text, as: UTF8.self), radix: radix)
        else {
            throw CompileError(message: "this escape needs \(digits) digits of base \(radix)", offset: start)
        }
        self.offset = end
        if isBytes {
            content.append(UInt8(truncatingIfNeeded: code))
        } else if let scalar = Unicode.Scalar(code) {
            content.append(contentsOf: String(Character(scalar)).utf8)
        } else {
            throw CompileError(message: "there is no such code point", offset: start)
        }
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

    fileprivate var isHexDigit: Bool {
        self.isDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self | 0x20)
    }

    /// Of a name.
    fileprivate var isLetter: Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) || self == UInt8(ascii: "_")
    }
}
