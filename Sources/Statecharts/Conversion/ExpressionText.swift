import CEL
import Values

/// Pieces of CEL text.
enum ExpressionText {
    /// A literal of this value, which is JSON.
    static func literal(_ value: Value) -> String {
        guard let text = value.string else { return value.json }
        let isSimple = text.unicodeScalars.allSatisfy {
            $0.value >= 0x20 && $0 != "'" && $0 != "\\" && $0.value != 0x7F
        }
        return isSimple ? "'\(text)'" : value.json
    }

    /// Literal data where data is asked for: its strings become CEL strings.
    static func template(of literal: Tree) -> Tree {
        switch literal {
        case .scalar(let value):
            guard let text = value.string else { return literal }
            return .string(Self.expression(inBraces: text) ?? Self.literal(value))
        case .list(let elements): return .list(elements.map { Self.template(of: $0) })
        case .map(let entries):
            return .map(entries.map { Tree.Entry(key: $0.key, value: Self.template(of: $0.value)) })
        }
    }

    /// Data in our language as one expression.
    static func expression(of template: Tree) -> String {
        switch template {
        case .scalar(let value): return value.string ?? value.json
        case .list(let elements): return "[" + elements.map { Self.expression(of: $0) }.joined(separator: ", ") + "]"
        case .map(let entries):
            let parts = entries.map { "\(Self.literal(.string($0.key))): \(Self.expression(of: $0.value))" }
            return "{" + parts.joined(separator: ", ") + "}"
        }
    }

    /// `{{ expression }}`, if the text is that and the expression is CEL.
    static func expression(inBraces text: String) -> String? {
        guard text.hasPrefix("{{"), text.hasSuffix("}}"), text.utf8.count > 4 else { return nil }
        var inner = text.dropFirst(2).dropLast(2)
        while inner.first == " " { inner.removeFirst() }
        while inner.last == " " { inner.removeLast() }
        return Self.isValid(String(inner)) ? String(inner) : nil
    }

    /// Data in our language as data of a language without expressions: expressions stand in `{{ }}`.
    static func braced(_ template: Tree) -> Tree {
        switch template {
        case .scalar(let value):
            guard let text = value.string else { return template }
            return .string("{{ \(text) }}")
        case .list(let elements): return .list(elements.map { Self.braced($0) })
        case .map(let entries):
            return .map(entries.map { Tree.Entry(key: $0.key, value: Self.braced($0.value)) })
        }
    }

    static func isValid(_ source: String) -> Bool { (try? Program(source, options: Compiler.options)) != nil }

    /// The first names of what an expression refers to; nil: it is not CEL.
    static func references(_ source: String) -> References? {
        (try? Program(source, options: Compiler.options))?.references
    }

    /// Made of any name, so that it can be one in expressions.
    static func identifier(_ name: String) -> String {
        var text = ""
        for scalar in name.unicodeScalars {
            let isFine = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
            text += isFine ? String(scalar) : "_"
        }
        while text.hasPrefix("_") { text.removeFirst() }
        if text.isEmpty || text.first?.isNumber ?? false { text = "g" + text }
        return Compiler.isIdentifier(text) && !Scope.all.contains(text) && !Scope.types.contains(text)
            ? text : text + "_"
    }

    /// Literal text where `${ }` would be replaced.
    static func text(_ literal: String) -> String {
        var text = ""
        var previous: Character = " "
        for character in literal {
            if previous == "$", character == "{" { text += "${'{'}" } else { text.append(character) }
            previous = character
        }
        return text
    }
}

/// Delays as other languages write them.
enum DelayText {
    /// Milliseconds as an ISO 8601 duration.
    static func iso(milliseconds: Int64) -> String {
        let milliseconds = max(0, milliseconds)
        if milliseconds > 0 {
            if milliseconds % 86_400_000 == 0 { return "P\(milliseconds / 86_400_000)D" }
            if milliseconds % 3_600_000 == 0 { return "PT\(milliseconds / 3_600_000)H" }
            if milliseconds % 60_000 == 0 { return "PT\(milliseconds / 60_000)M" }
        }
        if milliseconds % 1_000 == 0 { return "PT\(milliseconds / 1_000)S" }
        let fraction = String(1_000 + milliseconds % 1_000).dropFirst()
        return "PT\(milliseconds / 1_000).\(fraction)S"
    }

    /// Milliseconds of a delay of fixed length, a day having 24 hours; nil: months, working days, names, expressions.
    static func milliseconds(_ text: String) -> Int64? {
        var sum: Int64 = 0
        for part in text.split(separator: "+") {
            guard let duration = ISODuration(delay: part.split(separator: " ").joined(separator: " ")) else {
                return nil
            }
            guard duration.years == 0, duration.months == 0, let own = duration.fixedMilliseconds else { return nil }
            let (next, overflows) = sum.addingReportingOverflow(own)
            guard !overflows else { return nil }
            sum = next
        }
        return text.isEmpty ? nil : sum
    }

    /// `1.5s`, `100ms`, `2m`, `1h`, `1d`: times of CSS 2, which SCXML has, and what its processors read beside them.
    static func css(_ text: String) -> String? {
        let units: [(String, Double)] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)]
        for (unit, factor) in units where text.hasSuffix(unit) {
            let digits = text.dropLast(unit.utf8.count)
            guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E || $0 == 0x2B }) else { continue }
            guard let number = Double(digits.hasPrefix(".") ? "0\(digits)" : String(digits)) else { continue }
            let milliseconds = (number * factor).rounded()
            return milliseconds < 1e15 ? Self.iso(milliseconds: Int64(milliseconds)) : nil
        }
        return text == "0" ? "PT0S" : nil
    }

    /// Whether our language reads it as a delay by itself.
    static func isDelay(_ text: String) -> Bool {
        let terms = text.split(separator: "+", omittingEmptySubsequences: false)
        return !terms.isEmpty
            && terms.allSatisfy { term in
                if let count = Delay.Term.workdays(in: term) { return (1...10_000).contains(count) }
                let words = term.split(separator: " ")
                return words.count == 1 && ISODuration(delay: String(words[0])) != nil
            }
    }
}

extension ISODuration {
    /// Without years and months; a day has 24 hours.
    fileprivate var fixedMilliseconds: Int64? {
        let parts: [(Int, Int)] = [
            (self.days, 86_400_000), (self.hours, 3_600_000), (self.minutes, 60_000), (self.seconds, 1_000),
        ]
        var sum = self.nanoseconds / 1_000_000
        for (count, factor) in parts {
            let (product, overflows) = count.multipliedReportingOverflow(by: factor)
            let (next, isTooMuch) = sum.addingReportingOverflow(product)
            guard !overflows, !isTooMuch else { return nil }
            sum = next
        }
        return Int64(sum)
    }
}
