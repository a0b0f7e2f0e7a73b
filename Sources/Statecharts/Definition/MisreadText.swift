import Values

/// Why a text is no YAML, in the terms of who wrote it. The parser knows only where it could not go on, which is often
/// lines behind the mistake: here the text up to there is read again, and what looks like syntax that went wrong is noted.
struct MisreadText {
    struct Explanation {
        var message: Message
        var hint: Message
        var position: Position
    }

    /// What looks wrong at a place, though YAML may have another use for it.
    private enum Doubt {
        case noSpaceAfterColon(key: String)
        case noColon(key: String)
        case fullWidth(Unicode.Scalar, ascii: String)
    }

    private struct Quoted {
        var quote: Unicode.Scalar
        var start: Position
        /// nil: the text ends before it.
        var end: Position?
        /// What follows it on its line cannot stand there.
        var isFollowedByText = false
    }

    private let source: SourceText
    private var quoted: [Quoted] = []
    private var doubts: [(doubt: Doubt, position: Position)] = []
    private var tokens = Tokens()
    /// The column of the key whose block scalar the present line may belong to.
    private var blockScalar: Int?

    /// Where the reading of a line stands.
    private struct Tokens {
        var flowDepth = 0
        /// A new token may begin here; before a colon it is a key.
        var isStart = true
        var isKey = true
        /// The column at which the present token began, from 1.
        var column = 1
        /// The letters of a plain key so far; nil: it is none.
        var word: String?
    }

    /// Reads the lines up to that of a place, and those that a quote of theirs spans.
    init(_ source: SourceText, upTo place: Position) {
        self.source = source
        var number = 1
        while let line = source.line(number), number <= place.line || self.isInQuotes {
            self.read(Array(line), number)
            number += 1
        }
    }

    private var isInQuotes: Bool { self.quoted.last.map { $0.end == nil } ?? false }

    // MARK: What it comes to

    /// nil: nothing better to say than the parser. `begun`: where what the parser was reading began.
    func explanation(of problem: String, at place: Position, begun: Position?) -> Explanation? {
        if let open = self.quoted.first(where: { self.isUnclosed($0) }) { return Self.unclosed(open) }
        if let tab = self.tab(problem, at: place) { return tab }
        for line in [place.line, begun?.line, self.lineBefore(place.line)].compactMap(\.self) {
            if let found = self.doubts.last(where: { $0.position.line == line }) { return self.explained(found) }
        }
        if let cut = self.quoted.last(where: { $0.end?.line == place.line && $0.isFollowedByText }), let end = cut.end {
            let hint: Message = "quote all of it, with other quotes inside: \"it's\", \"'draft' == context.status\""
            return Explanation(message: "text follows the quote that ends here", hint: hint, position: end)
        }
        return problem.contains("expected ',' or") ? self.bracket(at: place, begun: begun) : nil
    }

    /// A map or list on one line that the parser could not end.
    private func bracket(at place: Position, begun: Position?) -> Explanation? {
        let next = self.source.scalar(at: place)
        if let begun, let opening = self.source.scalar(at: begun), let closing = Self.closing[opening] {
            if let next, next != closing, Self.closing.values.contains(next) {
                let hint: Message = "write '\(closing)' before it"
                return Explanation(
                    message: "'\(next)' closes nothing: a '\(opening)' is still open", hint: hint, position: place)
            }
            // A line that goes no deeper than the one with the bracket, which is not the first on it, is the next key's.
            let indent = self.indent(begun.line)
            if place.line > begun.line, begun.column > indent + 1, self.indent(place.line) <= indent {
                return Explanation(
                    message: "the '\(opening)' that opens here is not closed", hint: "write '\(closing)' at its end",
                    position: begun)
            }
        }
        guard let next, Self.closing.keys.contains(next) else { return nil }
        let hint: Message = "inside { } and [ ], quote what contains , [ ] { or }: {x: \"context.list[0]\"}"
        return Explanation(message: "'\(next)' cannot stand here", hint: hint, position: place)
    }

    private static let closing: [Unicode.Scalar: Unicode.Scalar] = ["{": "}", "[": "]"]

    private func indent(_ number: Int) -> Int { self.source.line(number)?.prefix { $0 == " " }.count ?? 0 }

    /// Never closed, or closed by the opening quote of another text.
    private func isUnclosed(_ quoted: Quoted) -> Bool {
        guard let end = quoted.end else { return true }
        return end.line > quoted.start.line && quoted.isFollowedByText
    }

    private static func unclosed(_ quoted: Quoted) -> Explanation {
        let hint: Message = "close it before the line ends"
        return Explanation(
            message: "the quote \(quoted.quote) that opens here is not closed", hint: hint, position: quoted.start)
    }

    private func tab(_ problem: String, at place: Position) -> Explanation? {
        let words = ["cannot start any token", "a tab character", "mapping values are not allowed"]
        guard words.contains(where: problem.contains), let line = self.source.line(place.line),
            let tab = line.prefix(while: { $0 == " " || $0 == "\t" }).firstIndex(of: "\t")
        else { return nil }
        let position = Position(line: place.line, column: tab - line.startIndex + 1)
        return Explanation(
            message: "this line is indented with a tab", hint: "YAML is indented with spaces, two for each level",
            position: position)
    }

    private func lineBefore(_ number: Int) -> Int? {
        var number = number - 1
        while number > 0, let line = self.source.line(number) {
            if let first = line.first(where: { $0 != " " }), first != "#" { return number }
            number -= 1
        }
        return nil
    }

    private func explained(_ found: (doubt: Doubt, position: Position)) -> Explanation {
        let (message, hint): (Message, Message) =
            switch found.doubt {
            case .noSpaceAfterColon(let key): ("no space follows the colon", "write '\(key): …'")
            case .noColon(let key): ("no colon follows the key '\(key)'", "write '\(key):'")
            case .fullWidth(let scalar, let ascii):
                ("this is the full-width '\(scalar)'", "write '\(ascii)' of the Latin keyboard")
            }
        return Explanation(message: message, hint: hint, position: found.position)
    }

    // MARK: Lines

    private mutating func read(_ line: [Unicode.Scalar], _ number: Int) {
        var index = 0
        if self.isInQuotes {
            guard let behind = self.closeQuote(line, number, from: 0) else { return }
            index = behind
        } else {
            let indent = line.prefix { $0 == " " }.count
            if let key = self.blockScalar {
                if indent + 1 > key || line.allSatisfy({ $0 == " " }) { return }
                self.blockScalar = nil
            }
            self.tokens.isStart = true
            self.tokens.isKey = true
            self.tokens.word = nil
            self.noteLoneWord(line, number)
        }
        while index < line.count {
            guard let next = self.step(line, number, index) else { return }
            index = next
        }
    }

    /// The place to go on at; nil: the rest of the line says nothing.
    private mutating func step(_ line: [Unicode.Scalar], _ number: Int, _ index: Int) -> Int? {
        let scalar = line[index]
        let endsWord = index + 1 == line.count || Self.isBlank(line[index + 1])
        let position = Position(line: number, column: index + 1)
        if Self.isBlank(scalar) { return index + 1 }
        if scalar == "#", index == 0 || Self.isBlank(line[index - 1]) { return nil }
        if scalar == ":", endsWord || self.tokens.flowDepth > 0 && ",[]{}".unicodeScalars.contains(line[index + 1]) {
            self.begin(isKey: false)
            return index + 1
        }
        if self.tokens.flowDepth > 0, self.flow(line, index, position) { return index + 1 }
        guard self.tokens.isStart else {
            self.continueWord(line, index, position)
            return index + 1
        }
        switch scalar {
        case "-" where endsWord, "?" where endsWord:
            self.tokens.column = index + 1
            self.tokens.isKey = true
            return index + 1
        case "&", "*", "!": return line[index...].firstIndex(where: Self.isBlank) ?? line.count
        case "|" where self.tokens.flowDepth == 0, ">" where self.tokens.flowDepth == 0:
            self.blockScalar = self.tokens.column
            return nil
        case "\"", "'":
            self.beginToken(index)
            self.quoted.append(Quoted(quote: scalar, start: position, end: nil))
            return self.closeQuote(line, number, from: index + 1)
        case "[", "{":
            self.tokens.flowDepth += 1
            self.begin(isKey: true)
            return index + 1
        default:
            if let ascii = Self.fullWidthOpening[scalar] {
                self.doubts.append((.fullWidth(scalar, ascii: ascii), position))
            }
            self.beginToken(index)
            self.tokens.word = self.tokens.isKey ? "" : nil
            self.continueWord(line, index, position)
            return index + 1
        }
    }

    private mutating func begin(isKey: Bool) {
        self.tokens.isStart = true
        self.tokens.isKey = isKey
        self.tokens.word = nil
    }

    private mutating func beginToken(_ index: Int) {
        self.tokens.isStart = false
        if self.tokens.isKey { self.tokens.column = index + 1 }
    }

    /// Commas and brackets within braces; false: the character is none of them.
    private mutating func flow(_ line: [Unicode.Scalar], _ index: Int, _ position: Position) -> Bool {
        switch line[index] {
        case ",": self.begin(isKey: true)
        case "[", "{":
            self.tokens.flowDepth += 1
            self.begin(isKey: true)
        case "]", "}":
            self.tokens.flowDepth -= 1
            self.tokens.isStart = false
            self.tokens.word = nil
        case "，":
            // In a text it is none; before the next key it is.
            let rest = line[(index + 1)...].prefix { !",}]，".unicodeScalars.contains($0) }
            guard rest.contains(":") || rest.contains("：") else { return false }
            self.doubts.append((.fullWidth("，", ascii: ","), position))
            self.begin(isKey: true)
        case "｝": self.doubts.append((.fullWidth("｝", ascii: "}"), position))
        case "］": self.doubts.append((.fullWidth("］", ascii: "]"), position))
        default: return false
        }
        return true
    }

    /// A plain key is a word: what ends it, but for a colon and a blank, is doubted.
    private mutating func continueWord(_ line: [Unicode.Scalar], _ index: Int, _ position: Position) {
        guard let word = self.tokens.word else { return }
        let scalar = line[index]
        if Self.isWord(scalar) {
            self.tokens.word = word + String(scalar)
            return
        }
        self.tokens.word = nil
        guard let first = word.unicodeScalars.first, Self.isLetter(first) else { return }
        if scalar == "：" {
            self.doubts.append((.fullWidth(scalar, ascii: ":"), position))
        } else if scalar == ":", !line[(index + 1)...].starts(with: ["/", "/"]) {
            self.doubts.append((.noSpaceAfterColon(key: word), position))
        }
    }

    /// A word alone on a line that no text before it can go on to.
    private mutating func noteLoneWord(_ line: [Unicode.Scalar], _ number: Int) {
        let indent = line.prefix { $0 == " " }.count
        let rest = line[indent...].reversed().drop(while: Self.isBlank).reversed()
        guard self.tokens.flowDepth == 0, let first = rest.first, Self.isLetter(first), rest.allSatisfy(Self.isWord)
        else { return }
        if let before = self.lineBefore(number).flatMap({ self.source.line($0) }) {
            let isDeeper = indent > before.prefix { $0 == " " }.count
            guard !isDeeper || before.last(where: { !Self.isBlank($0) }) == ":" else { return }
        }
        let key = String(String.UnicodeScalarView(rest))
        self.doubts.append((.noColon(key: key), Position(line: number, column: indent + rest.count + 1)))
    }

    // MARK: Quotes

    /// Behind the quote that ends the text that is open; nil: it is not on this line.
    private mutating func closeQuote(_ line: [Unicode.Scalar], _ number: Int, from start: Int) -> Int? {
        guard let quote = self.quoted.last?.quote else { return nil }
        var index = start
        while index < line.count {
            if quote == "\"", line[index] == "\\" {
                index += 2
            } else if line[index] != quote {
                index += 1
            } else if quote == "'", index + 1 < line.count, line[index + 1] == "'" {
                index += 2
            } else {
                let last = self.quoted.count - 1
                self.quoted[last].end = Position(line: number, column: index + 1)
                self.quoted[last].isFollowedByText = self.isText(line[(index + 1)...])
                return index + 1
            }
        }
        return nil
    }

    /// Whether what follows a quoted text can only be more text.
    private func isText(_ rest: ArraySlice<Unicode.Scalar>) -> Bool {
        guard let index = rest.firstIndex(where: { !Self.isBlank($0) }) else { return false }
        let first = rest[index]
        if first == ":" || first == "#" && index > rest.startIndex { return false }
        return self.tokens.flowDepth == 0 || !",]}".unicodeScalars.contains(first)
    }

    // MARK: Characters

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII && scalar.properties.isAlphabetic || scalar == "_" || scalar.properties.isIdeographic
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        Self.isLetter(scalar) || ("0"..."9").contains(scalar) || scalar == "-" || scalar == "."
    }

    private static let fullWidthOpening: [Unicode.Scalar: String] = [
        "｛": "{", "［": "[", "“": "\"", "”": "\"", "‘": "'", "’": "'", "＂": "\"", "（": "(", "－": "-", "＃": "#",
    ]
}
