import Values

@testable import Statecharts

// Where parts of a text begin and end.
extension Outline {
    /// From a line and column (counted from 0) to another, its own excluded.
    struct Extent {
        var line: Int
        var column: Int
        var lastLine: Int
        var end: Int
    }

    func replacing(_ extent: Extent, _ new: String) -> String {
        var lines = self.lines
        let first = Array(lines[extent.line].unicodeScalars)
        let last = Array(lines[extent.lastLine].unicodeScalars)
        var changed = String.UnicodeScalarView(first[..<extent.column])
        changed += Array(new.unicodeScalars)
        changed += last[min(extent.end, last.count)...]
        lines.replaceSubrange(extent.line...extent.lastLine, with: [String(changed)])
        return lines.joined(separator: "\n")
    }

    /// A node that begins with a bracket, or anything in flow style: up to the comma or bracket that ends it.
    func flowExtent(of position: Position) -> Extent? {
        let line = position.line - 1
        guard self.lines.indices.contains(line) else { return nil }
        let letters = Array(self.lines[line].unicodeScalars)
        let start = position.column - 1
        guard start < letters.count else { return nil }
        var depth = 0
        var quote: Unicode.Scalar?
        var index = start
        while index < letters.count {
            let letter = letters[index]
            if let open = quote {
                if letter == open { quote = nil }
            } else {
                switch letter {
                case "\"", "'": if index == start || !letters[index - 1].properties.isAlphabetic { quote = letter }
                case "{", "[": depth += 1
                case "}", "]":
                    if depth == 0 { return Extent(line: line, column: start, lastLine: line, end: index) }
                    depth -= 1
                    if depth == 0, letters[start] == "{" || letters[start] == "[" {
                        return Extent(line: line, column: start, lastLine: line, end: index + 1)
                    }
                case ",": if depth == 0 { return Extent(line: line, column: start, lastLine: line, end: index) }
                default: break
                }
            }
            index += 1
        }
        return depth == 0 && quote == nil ? Extent(line: line, column: start, lastLine: line, end: letters.count) : nil
    }

    private func isInFlow(_ position: Position) -> Bool {
        guard self.lines.indices.contains(position.line - 1) else { return false }
        var depth = 0
        for letter in self.lines[position.line - 1].unicodeScalars.prefix(position.column - 1) {
            if letter == "{" || letter == "[" { depth += 1 }
            if letter == "}" || letter == "]" { depth -= 1 }
        }
        return depth > 0
    }

    func scalarExtent(of node: Syntax) -> Extent? {
        let line = node.position.line - 1
        guard node.isScalar, self.lines.indices.contains(line) else { return nil }
        let letters = Array(self.lines[line].unicodeScalars)
        let start = node.position.column - 1
        guard start < letters.count else { return nil }
        if letters[start] == ">" || letters[start] == "|" {
            let last = self.lastLine(ofBlockAt: line, indent: self.indent(of: line))
            return Extent(line: line, column: start, lastLine: last, end: self.lines[last].unicodeScalars.count)
        }
        if letters[start] == "\"" || letters[start] == "'" {
            var index = start + 1
            while index < letters.count {
                if letters[index] == letters[start] {
                    guard index + 1 < letters.count, letters[index + 1] == letters[start], letters[start] == "'" else {
                        break
                    }
                    index += 1
                }
                index += 1
            }
            guard index < letters.count else { return nil }
            return Extent(line: line, column: start, lastLine: line, end: index + 1)
        }
        if self.isInFlow(node.position) { return self.flowExtent(of: node.position) }
        guard String(String.UnicodeScalarView(letters[start...])).hasPrefix(node.text) else { return nil }
        return Extent(line: line, column: start, lastLine: line, end: start + node.text.unicodeScalars.count)
    }

    private func indent(of line: Int) -> Int { self.lines[line].prefix { $0 == " " }.count }

    /// The last line that is indented deeper than a column.
    private func lastLine(ofBlockAt line: Int, indent: Int) -> Int {
        var last = line
        for number in (line + 1)..<max(self.lines.count, line + 1) {
            if self.lines[number].allSatisfy({ $0 == " " }) { continue }
            guard self.indent(of: number) > indent else { break }
            last = number
        }
        return last
    }

    /// The text without an entry or element; with the key above it when nothing else would be left below.
    func removing(_ spot: Spot) -> String? {
        let position = spot.keyPosition ?? spot.value.position
        if spot.siblings == 1,
            let above = self.all.last(where: {
                $0.key != nil && $0.value.position == spot.parent
                    && $0.keys.count < spot.keys.count + (spot.key == nil ? 1 : 0)
            })
        {
            return self.removing(above)
        }
        if self.isInFlow(position) {
            guard var extent = self.flowExtent(of: position) else { return nil }
            let letters = Array(self.lines[extent.line].unicodeScalars)
            if extent.end < letters.count, letters[extent.end] == "," {
                extent.end += extent.end + 1 < letters.count && letters[extent.end + 1] == " " ? 2 : 1
            } else if extent.column >= 2, letters[extent.column - 2] == "," {
                extent.column -= 2
            }
            return self.replacing(extent, "")
        }
        let line = position.line - 1
        let column = spot.key == nil ? position.column - 3 : position.column - 1
        guard column >= 0, self.indent(of: line) == column else { return nil }
        let last = self.lastLine(ofBlockAt: line, indent: column)
        var lines = self.lines
        lines.removeSubrange(line...last)
        return lines.joined(separator: "\n")
    }
}
