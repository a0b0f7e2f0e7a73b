/// A sentence for people: in English where it is written, in other languages by a translation of its pattern.
///
///     let message: Message = "no state is called '\(name)'"
///     message.pattern                                                         // no state is called '%1'
///     message.translated(by: ["no state is called '%1'": "没有名为“%1”的状态"])
public struct Message: Sendable, Hashable, ExpressibleByStringInterpolation, CustomStringConvertible {
    private var parts: [Part]

    fileprivate enum Part: Sendable, Hashable {
        case literal(String)
        case argument(Message)
        /// A name, a number, a quotation: the same in all languages.
        case text(String)
    }

    public init(stringLiteral text: String) { self.parts = [.literal(text)] }

    public init(stringInterpolation: StringInterpolation) { self.parts = stringInterpolation.parts }

    /// What is the same in all languages.
    public init(verbatim text: String) { self.parts = [.text(text)] }

    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var parts: [Part] = []

        public init(literalCapacity: Int, interpolationCount: Int) {
            self.parts.reserveCapacity(2 * interpolationCount + 1)
        }

        public mutating func appendLiteral(_ literal: String) {
            if !literal.isEmpty { self.parts.append(.literal(literal)) }
        }

        public mutating func appendInterpolation(_ message: Message) { self.parts.append(.argument(message)) }

        public mutating func appendInterpolation(_ value: some CustomStringConvertible) {
            self.parts.append(.text(value.description))
        }
    }

    /// Of a sentence that is too long for one line.
    public static func + (left: Message, right: Message) -> Message {
        var sum = left
        sum.parts += right.parts
        return sum
    }

    public var english: String {
        self.parts.map { part in
            switch part {
            case .literal(let text), .text(let text): text
            case .argument(let message): message.english
            }
        }.joined()
    }

    public var description: String { self.english }

    /// With %1, %2 … for what is put in. Empty: nothing is to be translated.
    public var pattern: String {
        var count = 0
        return self.parts.map { part in
            if case .literal(let text) = part { return text }
            count += 1
            return "%\(count)"
        }.joined()
    }

    private var hasWords: Bool {
        self.parts.contains { part in
            if case .literal(let text) = part { text.contains { $0.isLetter } } else { false }
        }
    }

    /// Patterns, its own and of what is put in, that have words and no translation.
    public func untranslated(by translations: [String: String]) -> [String] {
        var patterns = self.hasWords && translations[self.pattern] == nil ? [self.pattern] : []
        for case .argument(let message) in self.parts { patterns += message.untranslated(by: translations) }
        return patterns
    }

    /// All of it comes from elsewhere.
    private var isVerbatim: Bool {
        self.parts.allSatisfy { part in
            if case .text = part { true } else { false }
        }
    }

    /// `translations`: by pattern. nil: its own pattern has none, or it is verbatim. What is put in stays English without
    /// a translation.
    public func translated(by translations: [String: String]) -> String? {
        let other = self.hasWords || self.isVerbatim ? nil : self.pattern
        guard let translation = translations[self.pattern] ?? other else { return nil }
        let arguments = self.parts.compactMap { part in
            switch part {
            case .literal: nil as String?
            case .text(let text): text
            case .argument(let message): message.translated(by: translations) ?? message.english
            }
        }
        var result = ""
        var rest = translation[...]
        while let sign = rest.firstIndex(of: "%") {
            result += rest[..<sign]
            rest = rest[rest.index(after: sign)...]
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            if let number = Int(digits), arguments.indices.contains(number - 1) {
                result += arguments[number - 1]
                rest = rest[digits.endIndex...]
            } else {
                result += "%"
            }
        }
        return result + rest
    }
}
