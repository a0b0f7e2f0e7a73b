import Values

@testable import Statecharts

// Mistakes in expressions and values.
extension Mutator {
    /// A word of an expression, misspelt.
    mutating func misspellName(_ words: (String) -> [Substring]) -> Mutant? {
        guard let spot = self.pick(self.outline.spots { $0.isExpression && $0.value.string != nil }),
            let word = self.pick(words(spot.value.text)), let new = self.typo(String(word))
        else { return nil }
        return self.changing(spot, word, to: new, "name")
    }

    private func changing(
        _ spot: Outline.Spot, _ word: Substring, to new: String, _ what: String
    ) -> Mutant? {
        let old = spot.value.text
        let changed = old.replacingCharacters(of: word, with: new)
        guard changed != old, let text = self.outline.replacingScalar(spot.value, with: changed) else { return nil }
        return Mutant(text: text, what: "\(what) \(word) → \(new) in line \(spot.line)")
    }

    mutating func misspellField() -> Mutant? {
        let guards = self.outline.spots { $0.key == "guard" && $0.value.string != nil }
        guard let spot = self.pick(guards) else { return nil }
        let fields = Outline.names(spot.value.text).filter { word in
            spot.value.text[..<word.startIndex].hasSuffix("context.")
        }
        if let word = self.pick(fields), self.random.next(below: 2) == 0, let new = self.typo(String(word)) {
            return self.changing(spot, word, to: new, "field")
        }
        let others = ["context.approved", "context.amountTotal > 0", "context.reviewer != \"\""]
        guard let other = self.pick(others),
            let text = self.outline.replacingScalar(spot.value, with: "\(spot.value.text) && \(other)")
        else { return nil }
        return Mutant(text: text, what: "guard && \(other) in line \(spot.line)")
    }

    mutating func killGuard() -> Mutant? {
        guard let spot = self.pick(self.outline.spots { $0.key == "guard" && $0.value.string != nil }) else {
            return nil
        }
        let old = spot.value.text
        let new: String?
        switch self.random.next(below: 6) {
        case 0: new = "false"
        case 1: new = old + " && false"
        case 2: new = "1 > 2"
        case 3: new = old.contains("||") ? "(\(old)) && !(\(old))" : "\(old) && !(\(old))"
        case 4: new = self.withLiteral(of: old, quoted: false)
        default: new = self.withLiteral(of: old, quoted: true)
        }
        guard let new, let text = self.outline.replacingScalar(spot.value, with: new) else { return nil }
        return Mutant(text: text, what: "guard → \(new) in line \(spot.line)")
    }

    /// A threshold out of all bounds, or a word that is never given.
    private mutating func withLiteral(of old: String, quoted: Bool) -> String? {
        if quoted {
            let words: [Substring] = old.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
                .filter { $0.offset % 2 == 1 && $0.element.count > 1 }.map(\.element)
            guard let word = self.pick(words), let new = self.typo(String(word)) else { return nil }
            return old.replacingCharacters(of: word, with: new)
        }
        let numbers = Outline.numbers(old)
        guard let number = self.pick(numbers) else { return nil }
        return old.replacingCharacters(of: number, with: String(number.prefix { $0 != "." }) + "000")
    }

    mutating func changeType() -> Mutant? {
        switch self.random.next(below: 4) {
        case 0: return self.changeDefault()
        case 1: return self.changeLiteral()
        case 2: return self.changeAssigned()
        default: return self.changeSetting()
        }
    }

    private mutating func changeDefault() -> Mutant? {
        let spots = self.outline.spots { $0.container == "context" && $0.value.isScalar }
        guard let spot = self.pick(spots) else { return nil }
        let new: String
        switch spot.value.content {
        case .int, .double: new = "\"\(spot.value.text)\""
        case .bool: new = "\"yes\""
        case .string: new = "0"
        default: return nil
        }
        guard let text = self.outline.replacingScalar(spot.value, withText: new) else { return nil }
        return Mutant(text: text, what: "default of \(spot.key ?? "") → \(new)")
    }

    /// `context.trl >= 4` becomes `context.trl >= "4"`.
    private mutating func changeLiteral() -> Mutant? {
        guard let spot = self.pick(self.outline.spots { $0.key == "guard" && $0.value.string != nil }) else {
            return nil
        }
        let old = spot.value.text
        guard let number = self.pick(Outline.numbers(old)) else { return nil }
        let new = old.replacingCharacters(of: number, with: "\"\(number)\"")
        guard let text = self.outline.replacingScalar(spot.value, with: new) else { return nil }
        return Mutant(text: text, what: "\(number) → string in line \(spot.line)")
    }

    private mutating func changeAssigned() -> Mutant? {
        guard let spot = self.pick(self.outline.spots { $0.container.hasSuffix("assign") && $0.value.isScalar }) else {
            return nil
        }
        let isNumber: Bool
        switch spot.value.content {
        case .int, .double: isNumber = true
        default: isNumber = false
        }
        let new =
            isNumber ? "\"'\(spot.value.text)'\"" : spot.value.text.hasPrefix("\"") ? "0" : "string(\(spot.value.text))"
        guard let text = self.outline.replacingScalar(spot.value, withText: new) else { return nil }
        return Mutant(text: text, what: "assigned \(spot.key ?? "") → \(new)")
    }

    /// A setting of the language: a word instead of a number, a list instead of a map.
    private mutating func changeSetting() -> Mutant? {
        let spots = self.outline.spots { spot in
            spot.value.isScalar
                && ["attempts", "factor", "confirm", "reenter", "minimum", "maximum", "maxLength", "history", "type"]
                    .contains(spot.key ?? "")
        }
        guard let spot = self.pick(spots) else { return nil }
        guard let new = self.pick(["many", "[1]", "{a: 1}", "\"\(spot.value.text)x\""]) else { return nil }
        guard let text = self.outline.replacingScalar(spot.value, withText: new) else { return nil }
        return Mutant(text: text, what: "\(spot.key ?? "") → \(new) in line \(spot.line)")
    }
}

extension String {
    /// One of its own parts exchanged.
    func replacingCharacters(of part: Substring, with new: String) -> String {
        self[..<part.startIndex] + new + self[part.endIndex...]
    }
}
