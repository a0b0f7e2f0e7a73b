/// Reads XML 1.0 with namespaces, strictly and within limits. Document types and what they declare are refused: nothing
/// outside of the text is ever looked at, and no entity expands to more than a character.
struct XMLReader {
    struct Mistake: Error {
        var message: String
        var position: Position
    }

    enum Limits {
        static let bytes = 1024 * 1024
        static let depth = 100
        static let elements = 50_000
        static let attributes = 100
    }

    private let bytes: [UInt8]
    private var offset = 0
    private var position = Position(line: 1, column: 1)
    private var elements = 0

    static func read(_ text: String) throws(Mistake) -> XMLElement {
        guard text.utf8.count <= Limits.bytes else {
            let message = "the text is longer than \(Limits.bytes) bytes"
            throw Mistake(message: message, position: Position(line: 1, column: 1))
        }
        var reader = XMLReader(bytes: Array(SourceText.withoutMark(text).utf8))
        return try reader.document()
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    // MARK: Bytes

    private var byte: UInt8? { self.offset < self.bytes.count ? self.bytes[self.offset] : nil }

    private mutating func advance(_ count: Int = 1) {
        for _ in 0..<count {
            guard let byte = self.byte else { return }
            self.offset += 1
            if byte == 0x0A {
                self.position = Position(line: self.position.line + 1, column: 1)
            } else if byte & 0xC0 != 0x80 {
                self.position.column += 1
            }
        }
    }

    private func sees(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { wanted in
            self.offset + wanted.count <= self.bytes.count
                && wanted.indices.allSatisfy { unsafe self.bytes[self.offset + $0] == wanted[$0] }
        }
    }

    private mutating func take(_ text: StaticString) -> Bool {
        guard self.sees(text) else { return false }
        self.advance(text.utf8CodeUnitCount)
        return true
    }

    private mutating func expect(_ text: StaticString) throws(Mistake) {
        guard self.take(text) else { throw self.mistake("expected '\(text)'") }
    }

    private func mistake(_ message: String) -> Mistake {
        Mistake(message: self.byte == nil ? "\(message); the text ends here" : message, position: self.position)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

    private mutating func skipSpace() -> Bool {
        let start = self.offset
        while let byte = self.byte, Self.isSpace(byte) { self.advance() }
        return self.offset > start
    }

    /// Everything up to a text, which is taken too.
    private mutating func skip(past end: StaticString, _ what: String) throws(Mistake) -> ArraySlice<UInt8> {
        let start = self.offset
        let begin = self.position
        while self.byte != nil {
            if self.sees(end) {
                let slice = self.bytes[start..<self.offset]
                self.advance(end.utf8CodeUnitCount)
                return slice
            }
            self.advance()
        }
        throw Mistake(message: "\(what) is not closed", position: begin)
    }

    // MARK: Document

    private mutating func document() throws(Mistake) -> XMLElement {
        if self.sees("<?xml") { _ = try self.skip(past: "?>", "the XML declaration") }
        try self.skipMiscellany()
        guard self.byte == 0x3C else { throw self.mistake("expected an element") }
        let root = try self.element(depth: 1, spaces: ["xml": "http://www.w3.org/XML/1998/namespace"])
        try self.skipMiscellany()
        guard self.byte == nil else { throw self.mistake("nothing may follow the root element") }
        return root
    }

    /// Comments, instructions and space outside of the root.
    private mutating func skipMiscellany() throws(Mistake) {
        while true {
            let skipped = self.skipSpace()
            if self.sees("<!DOCTYPE") { throw self.mistake("document types and entities of one's own are refused") }
            guard try self.skipComment() || skipped else { return }
        }
    }

    private mutating func skipComment() throws(Mistake) -> Bool {
        if self.take("<!--") {
            let text = try self.skip(past: "-->", "a comment")
            var previous: UInt8 = 0
            for byte in text {
                if byte == 0x2D, previous == 0x2D { throw self.mistake("'--' cannot stand in a comment") }
                previous = byte
            }
            return true
        }
        guard self.take("<?") else { return false }
        _ = try self.skip(past: "?>", "an instruction")
        return true
    }

    // MARK: Elements

    private mutating func element(depth: Int, spaces outer: [String: String]) throws(Mistake) -> XMLElement {
        guard depth <= Limits.depth else { throw self.mistake("elements are nested deeper than \(Limits.depth)") }
        self.elements += 1
        guard self.elements <= Limits.elements else {
            throw self.mistake("there are more than \(Limits.elements) elements")
        }
        let begin = self.position
        try self.expect("<")
        let written = try self.name()
        let (raw, isEmpty) = try self.attributes()
        var spaces = outer
        for attribute in raw {
            if attribute.name == "xmlns" {
                spaces[""] = attribute.value
            } else if attribute.name.hasPrefix("xmlns:") {
                spaces[String(attribute.name.dropFirst(6))] = attribute.value
            }
        }
        let name = try self.resolve(written, spaces, isAttribute: false, at: begin)
        var element = XMLElement(space: name.space, name: name.local, position: begin)
        for attribute in raw where attribute.name != "xmlns" && !attribute.name.hasPrefix("xmlns:") {
            let name = try self.resolve(attribute.name, spaces, isAttribute: true, at: begin)
            guard element.attribute(name.local, in: name.space) == nil else {
                throw Mistake(message: "the attribute '\(attribute.name)' occurs twice", position: begin)
            }
            element.attributes.append(
                XMLElement.Attribute(space: name.space, name: name.local, value: attribute.value))
        }
        guard !isEmpty else { return element }
        element.nodes = try self.content(depth: depth, spaces: spaces)
        try self.expect("</")
        let end = self.position
        let closing = try self.name()
        guard closing == written else {
            throw Mistake(message: "'</\(closing)>' where '</\(written)>' was expected", position: end)
        }
        _ = self.skipSpace()
        try self.expect(">")
        return element
    }

    private func resolve(
        _ name: String, _ spaces: [String: String], isAttribute: Bool, at position: Position
    ) throws(Mistake) -> (space: String, local: String) {
        guard let colon = name.firstIndex(of: ":") else { return (isAttribute ? "" : spaces[""] ?? "", name) }
        let prefix = String(name[..<colon])
        let local = String(name[name.index(after: colon)...])
        guard let space = spaces[prefix], !local.isEmpty, !local.contains(":") else {
            throw Mistake(message: "the prefix of '\(name)' is not declared", position: position)
        }
        return (space, local)
    }

    private mutating func content(depth: Int, spaces: [String: String]) throws(Mistake) -> [XMLElement.Node] {
        var nodes: [XMLElement.Node] = []
        var text: [UInt8] = []
        while true {
            guard let byte = self.byte else { throw self.mistake("an element is not closed") }
            if byte == 0x3C {
                if self.sees("</") { break }
                if try self.skipComment() { continue }
                if self.take("<![CDATA[") {
                    text += try self.skip(past: "]]>", "a CDATA section")
                    continue
                }
                if self.sees("<!") { throw self.mistake("declarations cannot stand in an element") }
                if !text.isEmpty { nodes.append(.text(try self.string(text))) }
                text = []
                nodes.append(.element(try self.element(depth: depth + 1, spaces: spaces)))
            } else if byte == 0x26 {
                text += try self.reference()
            } else {
                if self.sees("]]>") { throw self.mistake("']]>' cannot stand in a text") }
                text.append(byte)
                self.advance()
            }
        }
        if !text.isEmpty { nodes.append(.text(try self.string(text))) }
        return nodes
    }

    // MARK: Attributes and texts

    private mutating func attributes() throws(Mistake) -> (list: [(name: String, value: String)], isEmpty: Bool) {
        var list: [(name: String, value: String)] = []
        while true {
            let isApart = self.skipSpace()
            if self.take("/>") { return (list, true) }
            if self.take(">") { return (list, false) }
            guard isApart else { throw self.mistake("expected '>' or an attribute") }
            let begin = self.position
            let name = try self.name()
            guard !list.contains(where: { $0.name == name }) else {
                throw Mistake(message: "the attribute '\(name)' occurs twice", position: begin)
            }
            _ = self.skipSpace()
            try self.expect("=")
            _ = self.skipSpace()
            list.append((name, try self.quoted()))
            guard list.count <= Limits.attributes else {
                throw self.mistake("there are more than \(Limits.attributes) attributes")
            }
        }
    }

    private mutating func quoted() throws(Mistake) -> String {
        guard let quote = self.byte, quote == 0x22 || quote == 0x27 else {
            throw self.mistake("the value of an attribute stands in quotes")
        }
        self.advance()
        var text: [UInt8] = []
        while let byte = self.byte, byte != quote {
            switch byte {
            case 0x3C: throw self.mistake("'<' in a value is written '&lt;'")
            case 0x26: text += try self.reference()
            default:
                text.append(Self.isSpace(byte) ? 0x20 : byte)
                self.advance()
            }
        }
        guard self.byte == quote else { throw self.mistake("a value is not closed") }
        self.advance()
        return try self.string(text)
    }

    private mutating func reference() throws(Mistake) -> [UInt8] {
        let begin = self.position
        self.advance()
        var name: [UInt8] = []
        while let byte = self.byte, byte != 0x3B, name.count < 12 {
            name.append(byte)
            self.advance()
        }
        guard self.take(";") else { throw Mistake(message: "'&' is written '&amp;'", position: begin) }
        let text = String(decoding: name, as: UTF8.self)
        switch text {
        case "amp": return [0x26]
        case "lt": return [0x3C]
        case "gt": return [0x3E]
        case "quot": return [0x22]
        case "apos": return [0x27]
        default: break
        }
        let isHex = text.hasPrefix("#x")
        let digits = text.dropFirst(isHex ? 2 : 1)
        guard text.hasPrefix("#"), digits.first != "-", digits.first != "+",
            let number = UInt32(digits, radix: isHex ? 16 : 10), let scalar = Unicode.Scalar(number),
            Self.isCharacter(scalar)
        else { throw Mistake(message: "there is no entity '&\(text);'", position: begin) }
        return Array(String(Character(scalar)).utf8)
    }

    private func string(_ bytes: [UInt8]) throws(Mistake) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.unicodeScalars.allSatisfy({ Self.isCharacter($0) }) else {
            throw self.mistake("a character before this place cannot stand in XML")
        }
        return text
    }

    private static func isCharacter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }

    private mutating func name() throws(Mistake) -> String {
        let start = self.offset
        while let byte = self.byte {
            let isLetter = (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || byte == 0x5F || byte >= 0x80
            let isLater = (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x2E || byte == 0x3A
            guard isLetter || isLater && self.offset > start else { break }
            self.advance()
        }
        guard self.offset > start else { throw self.mistake("expected a name") }
        return String(decoding: self.bytes[start..<self.offset], as: UTF8.self)
    }
}
