import Values

/// Writes readable YAML of the definition language's profile: what short maps are stays on one line, the rest is in blocks.
struct YAMLWriter {
    private var text = ""
    private static let width = 110

    static func write(_ tree: Tree) -> String {
        var writer = YAMLWriter()
        switch tree {
        case .map(let entries) where !entries.isEmpty: writer.map(entries, indent: 0, separated: true)
        default: writer.text += (Self.flow(tree, room: 1_000_000) ?? "{}") + "\n"
        }
        return writer.text
    }

    // MARK: Blocks

    private mutating func map(_ entries: [Tree.Entry], indent: Int, separated: Bool = false) {
        for (index, entry) in entries.enumerated() {
            if index > 0 { self.text += String(repeating: " ", count: indent) }
            self.key(entry.key, indent: indent)
            let isBlock = ["states", "on", "events", "actions"].contains(entry.key) && indent == 0
            self.value(entry.value, indent: indent, used: indent + entry.key.count + 2, isBlock: isBlock)
        }
    }

    private mutating func key(_ key: String, indent: Int) {
        let written = Self.scalar(key, isFlow: false)
        // Longer keys have to say that they are keys.
        guard written.utf8.count > 900 else {
            self.text += written + ":"
            return
        }
        self.text += "? " + written + "\n" + String(repeating: " ", count: indent) + ":"
    }

    private mutating func list(_ elements: [Tree], indent: Int) {
        for (index, element) in elements.enumerated() {
            if index > 0 { self.text += String(repeating: " ", count: indent) }
            self.text += "-"
            if let flow = Self.flow(element, room: Self.width - indent - 2) {
                self.text += " " + flow + "\n"
                continue
            }
            switch element {
            case .map(let entries):
                self.text += " "
                self.map(entries, indent: indent + 2)
            case .list(let inner):
                self.text += " "
                self.list(inner, indent: indent + 2)
            case .scalar: self.value(element, indent: indent, used: indent + 2)
            }
        }
    }

    /// What follows a colon.
    private mutating func value(_ tree: Tree, indent: Int, used: Int, isBlock: Bool = false) {
        let inner = String(repeating: " ", count: indent + 2)
        if !isBlock || tree.isEmpty, let flow = Self.flow(tree, room: Self.width - used) {
            self.text += " " + flow + "\n"
            return
        }
        switch tree {
        case .map(let entries):
            self.text += "\n" + inner
            self.map(entries, indent: indent + 2)
        case .list(let elements):
            self.text += "\n" + inner
            self.list(elements, indent: indent + 2)
        case .scalar(let value):
            if let lines = value.string.flatMap(Self.literalLines) {
                self.text += " " + lines.header + "\n"
                for line in lines.lines { self.text += (line.isEmpty ? "" : inner + line) + "\n" }
            } else {
                self.text += " " + Self.scalar(value, isFlow: false) + "\n"
            }
        }
    }

    /// A text of several lines that can stand as it is.
    private static func literalLines(_ text: String) -> (header: String, lines: [Substring])? {
        guard text.utf8.contains(0x0A), !text.hasSuffix("\n\n"), !text.hasPrefix("\n") else { return nil }
        var body = text[...]
        let endsLine = body.hasSuffix("\n")
        if endsLine { body.removeLast() }
        let lines = body.split(separator: "\n", omittingEmptySubsequences: false)
        let isClean = lines.allSatisfy { line in
            !line.hasPrefix(" ") && !line.hasSuffix(" ") && line.unicodeScalars.allSatisfy { Self.isPrintable($0) }
        }
        guard isClean, lines.count > 1, lines.first?.isEmpty == false else { return nil }
        return (endsLine ? "|" : "|-", lines)
    }

    // MARK: On one line

    /// nil: it is too long, or is easier to read in a block.
    private static func flow(_ tree: Tree, room: Int) -> String? {
        // What is empty has no other form, however deep it stands.
        let room = tree.isEmpty ? Int.max : room
        var budget = room
        guard Self.isFlat(tree, depth: 0, room: &budget) else { return nil }
        if case .scalar(let value) = tree {
            if value.string?.utf8.contains(0x0A) ?? false { return nil }
            return Self.scalar(value, isFlow: false)
        }
        let text = Self.flow(tree)
        return text.count <= room ? text : nil
    }

    private static func flow(_ tree: Tree) -> String {
        switch tree {
        case .scalar(let value): return Self.scalar(value, isFlow: true)
        case .list(let elements): return "[" + elements.map { Self.flow($0) }.joined(separator: ", ") + "]"
        case .map(let entries):
            let parts = entries.map { "\(Self.scalar($0.key, isFlow: true)): \(Self.flow($0.value))" }
            return "{" + parts.joined(separator: ", ") + "}"
        }
    }

    /// Small enough for one line: counted before anything is put together.
    private static func isFlat(_ tree: Tree, depth: Int, room: inout Int) -> Bool {
        switch tree {
        case .scalar(let value):
            guard depth > 0 else { return true }
            room -= value.string?.utf8.count ?? 4
            return room >= 0 && !(value.string?.utf8.contains(0x0A) ?? false)
        case .list(let elements):
            let holdsMaps = elements.count > 1 && elements.contains { !($0.entries?.isEmpty ?? true) }
            guard depth < 4, !holdsMaps else { return false }
            for element in elements {
                room -= 2
                guard Self.isFlat(element, depth: depth + 1, room: &room) else { return false }
            }
            return room >= 0
        case .map(let entries):
            guard depth < 4 else { return false }
            for entry in entries {
                room -= entry.key.utf8.count + 4
                guard room >= 0, entry.key != "states",
                    Self.isFlat(entry.value, depth: depth + 1, room: &room)
                else { return false }
            }
            return room >= 0
        }
    }

    // MARK: Scalars

    private static func scalar(_ value: Value, isFlow: Bool) -> String {
        guard let text = value.string else { return value.json }
        return Self.scalar(text, isFlow: isFlow)
    }

    private static func scalar(_ text: String, isFlow: Bool) -> String {
        if Self.isPlain(text, isFlow: isFlow) { return text }
        guard text.unicodeScalars.allSatisfy({ Self.isPrintable($0) }) else { return Self.doubleQuoted(text) }
        if text.contains("'"), !text.contains("\""), !text.contains("\\") { return "\"\(text)\"" }
        var quoted = "'"
        for scalar in text.unicodeScalars {
            quoted.unicodeScalars.append(scalar)
            if scalar == "'" { quoted += "'" }
        }
        return quoted + "'"
    }

    private static func isPlain(_ text: String, isFlow: Bool) -> Bool {
        guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last else { return false }
        guard case .string? = DefinitionReader.resolve(text) else { return false }
        let indicators: Set<Unicode.Scalar> = [
            "-", "?", ":", ",", "[", "]", "{", "}", "#", "&", "*", "!", "|", ">", "'", "\"", "%", "@", "`", " ", "<",
            "=",
        ]
        if indicators.contains(first) || last == " " || last == ":" || text.hasPrefix("...") { return false }
        var previous: Unicode.Scalar = "a"
        for scalar in text.unicodeScalars {
            guard Self.isPrintable(scalar) else { return false }
            if previous == ":" && scalar == " " || previous == " " && (scalar == "#" || scalar == "?") { return false }
            if isFlow, ",[]{}?:".unicodeScalars.contains(scalar) { return false }
            previous = scalar
        }
        return true
    }

    /// Stands for itself between quotes: no control characters, no line breaks of any kind, nothing invisible.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }

    private static func doubleQuoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case "\r": quoted += "\\r"
            default:
                if Self.isPrintable(scalar) {
                    quoted.unicodeScalars.append(scalar)
                } else {
                    let hex = String(scalar.value, radix: 16)
                    quoted += "\\U" + String(repeating: "0", count: 8 - hex.count) + hex
                }
            }
        }
        return quoted + "\""
    }
}
