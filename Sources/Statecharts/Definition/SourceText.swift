/// The text of a definition by lines, to find places in it.
struct SourceText: Sendable {
    private let scalars: [Unicode.Scalar]
    /// Index of each line's first character.
    private let starts: [Int]

    init(_ text: String) {
        let scalars = Array(Self.withoutMark(text).unicodeScalars)
        var starts = [0]
        for (index, scalar) in scalars.enumerated() where Self.isBreak(scalar) {
            if scalar == "\r", index + 1 < scalars.count, scalars[index + 1] == "\n" { continue }
            starts.append(index + 1)
        }
        self.scalars = scalars
        self.starts = starts
    }

    /// A byte order mark, which editors of Windows write, says how a file is encoded, and is no part of its first line.
    static func withoutMark(_ text: String) -> String {
        guard text.unicodeScalars.first == "\u{FEFF}" else { return text }
        return String(text.unicodeScalars.dropFirst())
    }

    /// A line without its break; lines count from 1.
    func line(_ number: Int) -> ArraySlice<Unicode.Scalar>? {
        guard number >= 1, number <= self.starts.count else { return nil }
        let start = self.starts[number - 1]
        let end = number < self.starts.count ? self.starts[number] : self.scalars.count
        return self.scalars[start..<end].prefix { !Self.isBreak($0) }
    }

    func scalar(at position: Position) -> Unicode.Scalar? {
        guard let index = self.index(of: position), index < self.scalars.count else { return nil }
        return self.scalars[index]
    }

    /// Where the content of a node begins: behind an anchor.
    func content(from position: Position) -> Position {
        guard var index = self.index(of: position), index < self.scalars.count, self.scalars[index] == "&" else {
            return position
        }
        while index < self.scalars.count, !self.scalars[index].properties.isWhitespace { index += 1 }
        while index < self.scalars.count, self.scalars[index].properties.isWhitespace { index += 1 }
        return self.position(of: index)
    }

    /// What stands behind an unquoted text on the line on which it ends; empty: it is quoted or a block.
    func rest(behind syntax: Syntax) -> ArraySlice<Unicode.Scalar> {
        let start = self.content(from: syntax.position)
        guard syntax.string != nil, let first = self.scalar(at: start), !"\"'|>".unicodeScalars.contains(first) else {
            return []
        }
        let end = self.position(in: syntax.text, at: syntax.text.utf8.count, from: start)
        return self.line(end.line)?.dropFirst(end.column - 1) ?? []
    }

    /// Where the character at a UTF-8 offset of a scalar's value stands: quotes, escapes, folding and the indentation of
    /// block scalars are followed.
    func position(in text: String, at offset: Int, from start: Position) -> Position {
        let start = self.content(from: start)
        guard var index = self.index(of: start), index < self.scalars.count else { return start }
        let style = self.scalars[index]
        if style == "|" || style == ">" {
            while index < self.scalars.count, !Self.isBreak(self.scalars[index]) { index += 1 }
        } else if style == "\"" || style == "'" {
            index += 1
        }
        var walked = 0
        for scalar in text.unicodeScalars {
            index = self.skipLayout(from: index, to: scalar)
            if walked >= offset { break }
            walked += UTF8.width(scalar)
            index = self.skipCharacter(at: index, for: scalar, style: style)
        }
        return self.position(of: min(index, self.scalars.count))
    }

    /// A break in the source stands for a blank or nothing in the value: move to where the value goes on.
    private func skipLayout(from index: Int, to scalar: Unicode.Scalar) -> Int {
        guard index < self.scalars.count, self.scalars[index] != scalar, Self.isBreak(self.scalars[index]) else {
            return index
        }
        guard scalar != " " && scalar != "\n" else { return index }
        var index = index
        while index < self.scalars.count, Self.isBreak(self.scalars[index]) || self.scalars[index] == " " {
            index += 1
        }
        return index
    }

    private func skipCharacter(at index: Int, for value: Unicode.Scalar, style: Unicode.Scalar) -> Int {
        guard index < self.scalars.count else { return index }
        let scalar = self.scalars[index]
        // The indentation of a block scalar was skipped with the break before it; blanks beyond it are in the value.
        if value == " ", scalar != " ", scalar != "\\", !Self.isBreak(scalar) { return index }
        let next = index + 1 < self.scalars.count ? self.scalars[index + 1] : scalar
        if style == "\"", scalar == "\\" {
            switch next {
            case "x": return index + 4
            case "u": return index + 6
            case "U": return index + 10
            default: return index + 2
            }
        }
        if style == "'", scalar == "'" { return index + 2 }
        guard Self.isBreak(scalar) else { return index + 1 }
        var end = scalar == "\r" && next == "\n" ? index + 2 : index + 1
        while end < self.scalars.count, self.scalars[end] == " " { end += 1 }
        return end
    }

    private func index(of position: Position) -> Int? {
        guard position.line >= 1, position.line <= self.starts.count else { return nil }
        return self.starts[position.line - 1] + position.column - 1
    }

    private func position(of index: Int) -> Position {
        var low = 0
        var high = self.starts.count
        while low + 1 < high {
            let middle = (low + high) / 2
            if self.starts[middle] <= index { low = middle } else { high = middle }
        }
        return Position(line: low + 1, column: index - self.starts[low] + 1)
    }

    /// What YAML 1.1's scanner counts as a line's end; its marks are ours.
    private static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0A, 0x0D, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }
}
