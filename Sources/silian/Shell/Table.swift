import Values

/// A table for people: columns as wide as their cells, Chinese characters counted as two columns.
struct Table {
    var header: [String]
    var rows: [[String]] = []

    func rendered() -> String {
        var widths = self.header.map(Self.width)
        for row in self.rows {
            for (index, cell) in row.enumerated() where index < widths.count {
                widths[index] = max(widths[index], Self.width(of: cell))
            }
        }
        let lines = [self.header.map { Console.bold($0) }] + self.rows
        return lines.enumerated().map { number, cells in
            cells.enumerated().map { index, cell in
                let plain = number == 0 ? self.header[index] : cell
                let isLast = index == cells.count - 1
                return isLast ? cell : cell + String(repeating: " ", count: widths[index] - Self.width(of: plain))
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }

    /// Columns on a terminal; wide are the East Asian wide blocks (UAX #11, abridged).
    static func width(of text: String) -> Int {
        text.unicodeScalars.reduce(0) { sum, scalar in
            switch scalar.value {
            case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE4F, 0xFF00...0xFF60,
                0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
                sum + 2
            default: scalar.properties.generalCategory == .nonspacingMark ? sum : sum + 1
            }
        }
    }
}
