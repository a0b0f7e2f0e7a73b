/// How much room text takes: no fonts are at hand, so columns are counted, two for a character of East Asia.
enum TextWidth {
    static func columns(_ text: String) -> Int { text.unicodeScalars.reduce(0) { $0 + Self.columns($1) } }

    static func columns(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0x200B...0x200F, 0xFE00...0xFE0F: 0
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            2
        default: scalar.properties.generalCategory == .nonspacingMark ? 0 : 1
        }
    }

    /// Cut to a number of columns, with a mark where something is missing.
    static func shortened(_ text: String, to limit: Int) -> String {
        guard Self.columns(text) > limit else { return text }
        var short = ""
        var used = 1
        for character in text {
            used += Self.columns(String(character))
            if used > limit { break }
            short.append(character)
        }
        return short + "…"
    }

    /// Lines of at most so many columns, broken at spaces, between East Asian characters, or where nothing else helps.
    static func wrapped(_ text: String, columns limit: Int, lines most: Int) -> [String] {
        var lines: [String] = []
        var rest = text[...]
        while !rest.isEmpty {
            if lines.count == most - 1 || Self.columns(String(rest)) <= limit {
                lines.append(Self.shortened(String(rest), to: limit))
                return lines
            }
            var end = rest.startIndex
            var lastBreak: String.Index?
            var used = 0
            while end < rest.endIndex {
                let character = rest[end]
                used += Self.columns(String(character))
                if used > limit {
                    if character == " " { lastBreak = end }
                    break
                }
                let next = rest.index(after: end)
                if character == " " || Self.columns(String(character)) == 2 || "&|,/".contains(character) {
                    lastBreak = next
                }
                end = next
            }
            let cut = lastBreak ?? end
            var line = rest[..<cut]
            while line.last == " " { line.removeLast() }
            lines.append(String(line))
            rest = rest[cut...].drop { $0 == " " }
        }
        return lines
    }
}
