/// A language of pages and messages.
package enum Language: String, Sendable, CaseIterable {
    case en
    case zh

    /// What `html lang` and `Content-Language` say.
    var tag: String {
        switch self {
        case .en: "en"
        case .zh: "zh-CN"
        }
    }

    /// The first subtag decides: `zh-CN` is zh.
    init?(tag: some StringProtocol) {
        guard let primary = tag.split(whereSeparator: { $0 == "-" || $0 == "_" }).first else { return nil }
        self.init(rawValue: primary.lowercased())
    }

    /// The best language of an `Accept-Language` header (RFC 9110, 12.5.4).
    init?(accepting header: String) {
        var best: (language: Language, quality: Double)?
        for range in header.split(separator: ",") {
            let parts = range.split(separator: ";").map { $0.trimmingWhitespace() }
            guard let name = parts.first, let language = Language(tag: name) else { continue }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            if weight > (best?.quality ?? 0) { best = (language, weight) }
        }
        guard let best else { return nil }
        self = best.language
    }
}

extension StringProtocol {
    func trimmingWhitespace() -> String {
        let start = self.drop { $0 == " " || $0 == "\t" }
        guard let last = start.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
        return String(start[...last])
    }
}

extension [String: String] {
    /// A text by language tags ("" is the text without languages) as somebody with this language reads it.
    func text(in language: Language) -> String? {
        if let exact = self[language.rawValue] { return exact }
        if let regional = self.sorted(by: { $0.key < $1.key }).first(where: { Language(tag: $0.key) == language }) {
            return regional.value
        }
        return self[""] ?? self["en"] ?? self.sorted { $0.key < $1.key }.first?.value
    }
}
