public import Values

/// A `title` or `description`: one text, or texts by language tag.
public struct LocalText: Sendable, Hashable {
    /// By language tag; a text without language is under the empty tag.
    public var texts: [String: String]

    /// Nil for what is neither a string nor a map of strings.
    public init?(_ value: Value?) {
        switch value {
        case .string(let text): self.texts = ["": text]
        case .map(let map):
            self.texts = [:]
            for entry in map.entries {
                guard let text = entry.value.string else { return nil }
                self.texts[entry.key.text] = text
            }
        default: return nil
        }
    }

    /// The text in the language (`zh` also serves `zh-CN`), else without language, else in English, else any.
    public subscript(language: String) -> String? {
        self.texts[language] ?? self.texts[String(language.prefix { $0 != "-" })] ?? self.texts[""] ?? self.texts["en"]
            ?? self.texts.min { $0.key < $1.key }?.value
    }

    /// What is wrong with a title, as the end of a sentence.
    static func mistake(in value: Value) -> String? {
        guard let text = LocalText(value) else {
            return "is a string, or strings by language; found \(Phrase(describing: value).en)"
        }
        guard value.map != nil else { return nil }
        if text.texts.isEmpty { return "has no text" }
        let wrong = text.texts.keys.sorted().first { tag in
            let parts = tag.split(separator: "-", omittingEmptySubsequences: false)
            let isTag = parts.allSatisfy { part in
                (1...8).contains(part.utf8.count)
                    && part.unicodeScalars.allSatisfy {
                        $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil)
                    }
            }
            return !(isTag && (2...3).contains(parts[0].utf8.count))
        }
        return wrong.map { "has '\($0)', which is not a language tag such as en, zh or zh-CN" }
    }
}
