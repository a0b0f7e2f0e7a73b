import CEL
import Values

extension Compiler {
    /// A text: one string, or a map of language tag to string. `scope` nil: the widest.
    mutating func text(_ syntax: Syntax?, _ scope: Scope? = nil) -> LocalizedText? {
        guard let syntax else { return nil }
        let scope = scope ?? Scope(names: self.letNames, roots: Scope.all)
        if let entries = syntax.entries {
            var variants: [(language: String, parts: [LocalizedText.Part])] = []
            for entry in entries {
                if !Self.isLanguageTag(entry.key) {
                    self.report(
                        .error, "language-tag", "'\(entry.key)' is not a language tag", at: entry.keyPosition,
                        path: entry.value.path, hint: "a text is a string, or a map such as {en: …, zh: …}")
                }
                if let parts = self.parts(entry.value, scope) { variants.append((entry.key, parts)) }
            }
            return LocalizedText(variants: variants)
        }
        return self.parts(syntax, scope).map { LocalizedText(variants: [("", $0)]) }
    }

    private static func isLanguageTag(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard let first = parts.first, (2...3).contains(first.count) else { return false }
        return parts.allSatisfy { part in
            (1...8).contains(part.count) && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
        }
    }

    private mutating func parts(_ syntax: Syntax, _ scope: Scope) -> [LocalizedText.Part]? {
        guard syntax.isScalar, !syntax.isNull else {
            self.error("expected-text", "a text is a string or a map of languages, not \(syntax.kind)", at: syntax)
            return nil
        }
        guard syntax.string != nil else { return [.literal(syntax.text)] }
        var parts: [LocalizedText.Part] = []
        var rest = syntax.text[...]
        var count = 0
        while let opening = Self.opening(in: rest) {
            count += 1
            guard count <= DefinitionLimits.textParts else {
                self.exceed("text-parts", "a text has more than \(DefinitionLimits.textParts) '${ }'", at: syntax)
                return parts
            }
            if opening > rest.startIndex { parts.append(.literal(String(rest[..<opening]))) }
            let start = rest.index(opening, offsetBy: 2)
            guard let end = Self.closing(of: rest[start...]) else {
                let offset = rest.utf8.distance(from: syntax.text.utf8.startIndex, to: opening)
                self.report(
                    .error, "text-syntax", "'${' is not closed by '}'", at: self.position(in: syntax, at: offset),
                    path: syntax.path)
                return parts
            }
            if let expression = self.expression(rest[start..<end], in: syntax, scope) {
                parts.append(.expression(expression))
            }
            rest = rest[rest.index(after: end)...]
        }
        if !rest.isEmpty || parts.isEmpty { parts.append(.literal(String(rest))) }
        return parts
    }

    private static func opening(in text: Substring) -> Substring.Index? {
        var index = text.startIndex
        while let dollar = text[index...].firstIndex(of: "$") {
            index = text.index(after: dollar)
            if index < text.endIndex, text[index] == "{" { return dollar }
        }
        return nil
    }

    /// The brace that ends the expression: braces nest, and those in CEL's strings do not count.
    private static func closing(of text: Substring) -> Substring.Index? {
        var depth = 0
        var index = text.startIndex
        while index < text.endIndex {
            let character = text[index]
            switch character {
            case "{": depth += 1
            case "}" where depth == 0: return index
            case "}": depth -= 1
            case "\"", "'":
                guard let end = Self.endOfString(in: text[index...], isRaw: Self.isRaw(text, before: index)) else {
                    return nil
                }
                index = end
                continue
            default: break
            }
            index = text.index(after: index)
        }
        return nil
    }

    private static func isRaw(_ text: Substring, before index: Substring.Index) -> Bool {
        text[..<index].suffix(2).contains { $0 == "r" || $0 == "R" }
            && text[..<index].suffix(3).dropLast(2).allSatisfy { !$0.isLetter && !$0.isNumber }
            && text[..<index].suffix(2).last.map { "rRbB".contains($0) } ?? false
    }

    /// Behind the string literal with which the text begins.
    private static func endOfString(in text: Substring, isRaw: Bool) -> Substring.Index? {
        guard let quote = text.first else { return nil }
        let triple = String(repeating: quote, count: 3)
        let delimiter = text.hasPrefix(triple) ? triple : String(quote)
        var rest = text.dropFirst(delimiter.count)
        while !rest.isEmpty {
            if rest.first == "\\", !isRaw {
                rest = rest.dropFirst(2)
            } else if rest.hasPrefix(delimiter) {
                return rest.index(rest.startIndex, offsetBy: delimiter.count)
            } else {
                rest = rest.dropFirst()
            }
        }
        return nil
    }

    /// A text where data is asked for: the expression that puts it together.
    mutating func textTemplate(_ syntax: Syntax, _ scope: Scope) -> Template {
        guard let parts = self.parts(syntax, scope) else { return .constant(.null) }
        var terms: [String] = []
        for part in parts {
            switch part {
            case .literal(let literal): terms.append(ExpressionText.literal(.string(literal)))
            case .expression(let expression): terms.append("string(\(expression.source))")
            }
        }
        if parts.count == 1, case .literal(let literal) = parts[0] { return .constant(.string(literal)) }
        let program = try? Program(terms.joined(separator: " + "), options: Self.options)
        return program.map { .expression(Expression(program: $0, position: syntax.position)) } ?? .constant(.null)
    }
}

extension LocalizedText {
    /// Without its expressions' values; in a language, or without a language, in English, or as it comes first.
    func plain(_ language: String = "") -> String {
        let wanted = [language, "", "en"].lazy.compactMap { tag in self.variants.first { $0.language == tag } }
        return ((wanted.first ?? self.variants.first)?.parts ?? []).map { part in
            switch part {
            case .literal(let text): text
            case .expression(let expression): "${\(expression.source)}"
            }
        }.joined()
    }
}
