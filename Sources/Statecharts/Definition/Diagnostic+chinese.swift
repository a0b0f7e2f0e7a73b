import Values

extension Diagnostic {
    /// In a language that it is translated into; nil: it is not.
    public func message(in language: String) -> String? {
        switch language {
        case "en": self.message.english
        case "zh": self.message.translated(by: Self.chinese)
        default: nil
        }
    }

    public func hint(in language: String) -> String? {
        guard let hint = self.hint else { return nil }
        return (language == "zh" ? hint.translated(by: Self.chinese) : nil) ?? hint.english
    }

    /// By the pattern of the English sentence.
    static let chinese = [
        Self.chineseWords, Self.chineseOfDefinitions, Self.chineseOfExpressions, Self.chineseHints,
    ].reduce(into: [:]) { all, part in all.merge(part) { first, _ in first } }
}
