import Values
import Yams

/// Text to ``Syntax``: the YAML profile of the definition language. JSON is read as the YAML that it is.
struct DefinitionReader {
    let file: String
    let source: SourceText
    private(set) var diagnostics: [Diagnostic] = []
    private let text: String
    private let isTooLong: Bool
    /// Those of other texts that count together with this one included.
    private(set) var nodes: Int

    init(_ text: String, file: String, nodes: Int = 0) {
        self.file = file
        self.nodes = nodes
        self.isTooLong = text.utf8.count > DefinitionLimits.bytes
        self.text = self.isTooLong ? "" : Self.joiningSurrogates(SourceText.withoutMark(text))
        self.source = SourceText(self.text)
    }

    /// nil: there is nothing to compile; the diagnostics say why.
    mutating func read() -> Syntax? {
        let start = Position(line: 1, column: 1)
        guard !self.isTooLong else {
            self.report("limit-bytes", "the text is longer than \(DefinitionLimits.bytes) bytes", at: start)
            return nil
        }
        guard !self.mayHideExplosiveKeys() else {
            let message: Message = "aliases inside of keys are refused"
            self.report("limit-aliases", message, at: start, hint: "keys are strings; write them out")
            return nil
        }
        do {
            let parser = try Parser(yaml: self.text, resolver: .basic, constructor: .default, encoding: .utf8)
            guard let node = try parser.singleRoot() else {
                self.report("empty", "there is no definition in this text", at: start)
                return nil
            }
            return self.convert(node, path: "", depth: 0)
        } catch let error as YamlError {
            self.report(error)
        } catch {
            self.report("yaml-syntax", Message(verbatim: "\(error)"), at: start)
        }
        return nil
    }

    private mutating func report(
        _ code: String, _ message: Message, at position: Position, hint: Message? = nil, path: String = ""
    ) {
        guard self.diagnostics.count < DefinitionLimits.diagnostics else { return }
        let diagnostic = Diagnostic(
            .error, code, message, hint: hint, file: self.file, position: position, path: path)
        if !self.diagnostics.contains(diagnostic) { self.diagnostics.append(diagnostic) }
    }

    // MARK: Nodes

    private mutating func convert(_ node: Node, path: String, depth: Int) -> Syntax? {
        let position = Self.position(node.mark)
        self.nodes += 1
        guard self.nodes <= DefinitionLimits.nodes else {
            if self.nodes == DefinitionLimits.nodes + 1 {
                let message: Message =
                    "with its aliases expanded the text has more than \(DefinitionLimits.nodes) nodes"
                self.report("limit-nodes", message, at: position, path: path)
            }
            return nil
        }
        guard depth <= DefinitionLimits.textDepth else {
            let message: Message = "maps and lists are nested deeper than \(DefinitionLimits.textDepth)"
            self.report("limit-depth", message, at: position, path: path)
            return nil
        }
        self.refuseTag(at: position, path: path)
        switch node {
        case .scalar(let scalar): return self.convert(scalar, at: position, path: path)
        case .sequence(let sequence):
            var elements: [Syntax] = []
            for (index, element) in sequence.enumerated() {
                guard let converted = self.convert(element, path: "\(path)[\(index)]", depth: depth + 1) else {
                    return nil
                }
                elements.append(converted)
            }
            return Syntax(content: .list(elements), position: position, path: path)
        case .mapping(let mapping):
            guard let entries = self.convert(mapping, path: path, depth: depth) else { return nil }
            return Syntax(content: .map(entries), position: position, path: path)
        case .alias: return nil
        }
    }

    private mutating func convert(_ scalar: Node.Scalar, at position: Position, path: String) -> Syntax {
        var content = Syntax.Content.string
        if scalar.style == .plain {
            if let resolved = Self.resolve(scalar.string) {
                content = resolved
            } else {
                let message: Message = "no value can hold the number \(scalar.string)"
                let hint: Message = "integers have 64 bits, other numbers are finite; quote it to have a string"
                self.report("number-range", message, at: position, hint: hint, path: path)
            }
        }
        if scalar.string.unicodeScalars.contains("\0") {
            self.report("unstorable-string", "a string cannot hold U+0000", at: position, path: path)
        }
        return Syntax(content: content, text: scalar.string, position: position, path: path)
    }

    private mutating func convert(_ mapping: Node.Mapping, path: String, depth: Int) -> [Syntax.Entry]? {
        var entries: [Syntax.Entry] = []
        var merged: [Syntax.Entry] = []
        var indices: [String: Int] = [:]
        for (key, value) in mapping {
            let keyPosition = Self.position(key.mark)
            self.refuseTag(at: keyPosition, path: path)
            guard case .scalar(let scalar) = key else {
                self.report("key-not-string", "keys are strings", at: keyPosition, path: path)
                continue
            }
            let isMerge = scalar.string == "<<" && scalar.style == .plain
            let childPath = isMerge ? path : path.isEmpty ? scalar.string : "\(path).\(scalar.string)"
            guard let converted = self.convert(value, path: childPath, depth: depth + 1) else { return nil }
            if isMerge {
                merged += self.mergedEntries(converted)
            } else if indices[scalar.string] != nil {
                let message: Message = "the key '\(scalar.string)' occurs twice in this map"
                self.report("duplicate-key", message, at: keyPosition, path: path)
            } else {
                indices[scalar.string] = entries.count
                entries.append(Syntax.Entry(key: scalar.string, keyPosition: keyPosition, value: converted))
            }
        }
        // A map's own entries win, then the earlier of the merged ones (YAML merge key).
        for entry in merged where indices[entry.key] == nil {
            indices[entry.key] = entries.count
            entries.append(entry)
        }
        return entries
    }

    private mutating func mergedEntries(_ syntax: Syntax) -> [Syntax.Entry] {
        var entries: [Syntax.Entry] = []
        for map in syntax.oneOrMany {
            if let own = map.entries {
                entries += own
            } else {
                let message: Message = "'<<' merges a map or a list of maps, not \(map.kind)"
                self.report("merge-not-map", message, at: map.position, path: map.path)
            }
        }
        return entries
    }

    private mutating func refuseTag(at position: Position, path: String) {
        guard self.source.scalar(at: self.source.content(from: position)) == "!" else { return }
        self.report("tag", "tags are not part of this language", at: position, path: path)
    }

    private static func position(_ mark: Mark?) -> Position {
        mark.map { Position(line: $0.line, column: $0.column) } ?? Position(line: 1, column: 1)
    }

    // MARK: What the parser refuses

    private mutating func report(_ error: YamlError) {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            if problem.hasPrefix("but found another document") {
                self.report("second-document", "a definition is one YAML document", at: Self.position(mark))
                return
            }
            let place = Self.position(mark)
            let begun = context.map { Self.position($0.mark) }
            if let found = MisreadText(self.source, upTo: place).explanation(of: problem, at: place, begun: begun) {
                self.report("yaml-syntax", found.message, at: found.position, hint: found.hint)
                return
            }
            let message = Message(verbatim: [context?.text, problem].compactMap(\.self).joined(separator: ": "))
            self.report("yaml-syntax", message, at: place, hint: Self.hint(for: problem))
        case .reader(let problem, let offset, _, _):
            let before = self.text.unicodeScalars.prefix(offset ?? 0)
            let lastBreak = before.lastIndex(of: "\n").map { before.index(after: $0) } ?? before.startIndex
            let line = before.reduce(1) { $1 == "\n" ? $0 + 1 : $0 }
            let column = before.distance(from: lastBreak, to: before.endIndex) + 1
            self.report("yaml-syntax", Message(verbatim: problem), at: Position(line: line, column: column))
        case .duplicatedKeysInMapping(let duplicates, let context):
            // Each is looked for in the lines below; a few say as much as all.
            for key in duplicates.prefix(DefinitionLimits.repeatedKeys) {
                let first = Self.position(context.mark)
                let message: Message = "the key '\(key)' occurs twice in the map that begins near line \(first.line)"
                self.report("duplicate-key", message, at: self.repetition(of: key, after: first))
            }
        default:
            self.report("yaml-syntax", Message(verbatim: error.description), at: Position(line: 1, column: 1))
        }
    }

    private static func hint(for problem: String) -> Message? {
        if problem.contains("mapping values are not allowed") {
            return "quote a text that contains ': ', or write it under '>-'"
        }
        if problem.contains("cannot start any token") {
            return "quote a text that begins with a character that has a meaning in YAML"
        }
        return nil
    }

    /// The parser names only the first place of a repeated key; the second is the line below with the same beginning.
    private func repetition(of key: String, after first: Position) -> Position {
        var number = first.line + 1
        while let line = self.source.line(number) {
            let rest = String(String.UnicodeScalarView(line.dropFirst(max(0, first.column - 1))))
            let indent = line.prefix(max(0, first.column - 1))
            if indent.allSatisfy({ $0 == " " }), Self.begins(rest, withKey: key) {
                return Position(line: number, column: first.column)
            }
            if let column = line.firstIndex(where: { $0 != " " }), column - line.startIndex + 1 < first.column { break }
            number += 1
        }
        return first
    }

    private static func begins(_ text: String, withKey key: String) -> Bool {
        ["\(key):", "\"\(key)\":", "'\(key)':", "\(key) :"].contains { text.hasPrefix($0) }
    }

    // MARK: Before the parser

    private static let harmlessAliases = 24

    /// The parser hashes keys, aliases in them expanded, before anything here can count them. A text that could make that
    /// explode has many aliases and a key that is not a scalar; no honest definition has both.
    private func mayHideExplosiveKeys() -> Bool {
        guard self.text.utf8.count(where: { $0 == UInt8(ascii: "*") }) > Self.harmlessAliases else { return false }
        var aliases = 0
        var hasComplexKey = false
        var isInAlias = false
        var wasAlias = false
        var previous: Unicode.Scalar = "\n"
        // The last character that is not a blank.
        var last: Unicode.Scalar = "\n"
        for scalar in self.text.unicodeScalars {
            let isBlank = scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r"
            let isNameLetter =
                scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "_-".contains(Character(scalar))
            if previous == "*", isNameLetter {
                aliases += 1
                isInAlias = true
            } else if isInAlias, !isNameLetter {
                isInAlias = false
                wasAlias = true
            }
            if scalar == ":", wasAlias || last == "]" || last == "}" { hasComplexKey = true }
            if previous == "?", isBlank { hasComplexKey = true }
            if !isBlank {
                last = scalar
                wasAlias = false
            }
            previous = scalar
        }
        return hasComplexKey && aliases > Self.harmlessAliases
    }

    /// JSON writes characters beyond the first plane as two escapes, which YAML refuses.
    private static func joiningSurrogates(_ text: String) -> String {
        guard text.utf8.first(where: { $0 > 0x20 }) == 0x7B, text.contains("\\u") else { return text }
        let bytes = Array(text.utf8)
        var joined: [UInt8] = []
        joined.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            if bytes[index] == 0x5C, index + 1 < bytes.count {
                if let high = Self.escape(bytes, at: index), (0xD800...0xDBFF).contains(high),
                    let low = Self.escape(bytes, at: index + 6), (0xDC00...0xDFFF).contains(low),
                    let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
                {
                    joined += Array(String(Character(scalar)).utf8)
                    index += 12
                } else {
                    joined += bytes[index...(index + 1)]
                    index += 2
                }
            } else {
                joined.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: joined, as: UTF8.self)
    }

    private static func escape(_ bytes: [UInt8], at index: Int) -> UInt32? {
        guard index + 6 <= bytes.count, bytes[index] == 0x5C, bytes[index + 1] == 0x75 else { return nil }
        return UInt32(String(decoding: bytes[(index + 2)..<(index + 6)], as: UTF8.self), radix: 16)
    }
}
