import Values

extension Diagnostic {
    /// For people: place, message, the line with a caret, and the hint. What is not translated is in English, behind the
    /// sentence of its code.
    public func rendered(in source: String, language: String = "en") -> String {
        let place = "\(self.file):\(self.position.line):\(self.position.column)"
        let message = self.message(in: language)
        let summary = message == nil ? self.summary(in: language) : nil
        let first = message ?? summary ?? self.message.english
        var text = "\(place): \(self.severity.word(in: language)): \(first) [\(self.code)]\n"
        if summary != nil { text += "  \(self.message.english)\n" }
        if let line = SourceText(source).line(self.position.line) {
            let excerpt = Excerpt(Array(line), column: self.position.column)
            let number = String(self.position.line)
            text += " \(number) | \(excerpt.text)\n"
            text += " \(String(repeating: " ", count: number.count)) | \(excerpt.padding)^\n"
        }
        if let hint = self.hint(in: language) { text += "  \(language == "zh" ? "提示" : "hint"): \(hint)\n" }
        return text
    }

    /// A line as a terminal shows it; of a long one only what surrounds the place.
    private struct Excerpt {
        var text: String
        /// As wide as the text before the place, so that a caret stands under its character.
        var padding: String

        /// Columns that are shown, and of those at most before the place when the beginning is left out.
        private static let width = 160
        private static let before = 80

        /// `column`: counted in Unicode scalars, from 1.
        init(_ line: [Unicode.Scalar], column: Int) {
            let place = min(max(0, column - 1), line.count)
            var first = 0
            var used = Self.width(line[..<place])
            if used > Self.width - 20 {
                while first < place, used > Self.before {
                    used -= Self.width(line[first...first])
                    first += 1
                }
            }
            var end = place
            while end < line.count, used + Self.width(line[end...end]) <= Self.width {
                used += Self.width(line[end...end])
                end += 1
            }
            let start = first > 0 ? "…" : ""
            self.text = start + line[first..<end].map(Self.shown).joined() + (end < line.count ? "…" : "")
            self.padding = (first > 0 ? " " : "") + line[first..<place].map(Self.blank).joined()
        }

        private static func width(_ scalars: ArraySlice<Unicode.Scalar>) -> Int {
            scalars.reduce(0) { $0 + TextWidth.columns($1) }
        }

        /// Control characters could move the cursor.
        private static func shown(_ scalar: Unicode.Scalar) -> String {
            scalar.properties.generalCategory == .control && scalar != "\t" ? "\u{FFFD}" : String(scalar)
        }

        private static func blank(_ scalar: Unicode.Scalar) -> String {
            scalar == "\t" ? "\t" : String(repeating: " ", count: TextWidth.columns(scalar))
        }
    }
}

extension Diagnostic.Severity {
    /// As people read it in `en` or `zh`.
    public func word(in language: String) -> String {
        guard language == "zh" else { return self.rawValue }
        return switch self {
        case .error: "错误"
        case .warning: "警告"
        case .note: "说明"
        }
    }
}
