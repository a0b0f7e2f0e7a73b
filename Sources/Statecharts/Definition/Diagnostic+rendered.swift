extension Diagnostic {
    /// For people: place, message, the line with a caret, and the hint.
    public func rendered(in source: String) -> String {
        let place = "\(self.file):\(self.position.line):\(self.position.column)"
        var text = "\(place): \(self.severity.rawValue): \(self.message) [\(self.code)]\n"
        let lines = SourceText(source)
        if let line = lines.line(self.position.line) {
            let number = String(self.position.line)
            let margin = String(repeating: " ", count: number.count)
            // Of a very long line only what surrounds the place.
            let first = self.position.column > 160 ? self.position.column - 80 : 1
            let excerpt = line.dropFirst(first - 1).prefix(160)
            text += " \(number) | \(String(String.UnicodeScalarView(excerpt)))\n"
            text += " \(margin) | \(Self.padding(excerpt.prefix(max(0, self.position.column - first))))^\n"
        }
        if let hint { text += "  hint: \(hint)\n" }
        return text
    }

    /// Blanks as wide as the text, so that the caret stands under its character in a terminal.
    private static func padding(_ text: some Sequence<Unicode.Scalar>) -> String {
        var blanks = ""
        for scalar in text {
            if scalar == "\t" {
                blanks += "\t"
            } else if scalar.properties.generalCategory == .nonspacingMark {
                continue
            } else {
                blanks += Self.isWide(scalar) ? "  " : " "
            }
        }
        return blanks
    }

    /// The blocks that terminals draw two columns wide (UAX #11, W and F), as far as workflow texts use them.
    private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xAC00...0xD7A3,
            0xF900...0xFAFF, 0xFE30...0xFE4F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            true
        default: false
        }
    }
}
