import Values

@testable import Statecharts

/// The places of a definition's text at which mistakes are made.
struct Outline {
    /// An entry of a map, or an element of a list.
    struct Spot {
        /// nil: an element of a list.
        var key: String?
        var keyPosition: Position?
        var value: Syntax
        /// Keys from the top, elements of lists left out.
        var keys: [String]
        /// The keys above, joined.
        var container: String
        /// The state that it belongs to.
        var state: String
        /// How many are in the same map or list.
        var siblings: Int
        /// The map or list above is written in one line.
        var parent: Position

        var line: Int { (self.keyPosition ?? self.value.position).line }
        private var above: String { self.keys.dropLast().last ?? "" }
        /// The key of a list that it is an element of.
        private var owner: String { self.key ?? self.keys.last ?? "" }

        var isInState: Bool {
            self.key != nil && (self.state.isEmpty ? self.keys.count == 1 : self.container == self.state)
        }
        var isState: Bool { self.key != nil && self.above == "states" }
        var isLiteral: Bool { self.keys.contains { ["context", "schema", "form", "meta", "title"].contains($0) } }

        var isTransition: Bool {
            guard !self.isLiteral else { return false }
            if self.key == nil {
                let isList =
                    ["onDone", "onError", "always"].contains(self.owner) || ["on", "after"].contains(self.above)
                return isList && self.value.entries != nil
            }
            if self.above == "on" || self.above == "after" { return self.value.list == nil }
            return ["onDone", "onError", "always"].contains(self.key ?? "") && self.value.list == nil
        }

        var isTarget: Bool {
            guard !self.isLiteral, self.value.string != nil else { return false }
            if self.owner == "target" { return true }
            return ["on", "after"].contains(self.above) && self.key != nil
                || ["onDone", "onError", "always"].contains(self.owner)
        }

        var isNamedByKey: Bool { ["on", "after", "events"].contains(self.above) && self.key != nil }
        var isEvent: Bool {
            guard !self.isLiteral else { return false }
            if self.key != nil, self.above == "on" || self.keys.count == 2 && self.above == "events" { return true }
            return self.key == "event" && self.value.isScalar && ["raise", "send"].contains(self.above)
        }

        var isRole: Bool { self.key == nil && self.keys.last == "roles" && self.value.isScalar }
        var isPeople: Bool {
            ["for", "candidates", "to", "start", "read", "admin"].contains(self.key ?? "") && self.value["roles"] != nil
        }

        var isDelay: Bool {
            guard !self.isLiteral, self.key != nil else { return false }
            if self.above == "after" { return true }
            return self.value.isScalar
                && (["delay", "timeout", "first", "lease"].contains(self.key ?? "") || self.above == "delays")
        }

        var isExpression: Bool {
            guard !self.isLiteral, self.value.isScalar else { return false }
            if ["guard", "if", "in", "at", "assignee", "users"].contains(self.owner) { return true }
            if self.keys.first == "let", self.keys.count == 2 { return true }
            return self.keys.contains { ["assign", "input", "data", "output"].contains($0) }
                && !["form", "outcomes"].contains { self.keys.contains($0) }
        }

        var isLanguageKey: Bool {
            guard let key, !self.keys.dropLast().contains(where: { ["context", "meta"].contains($0) }) else {
                return false
            }
            return Self.languageKeys.contains(key)
                && !["states", "on", "events", "properties", "let", "assign", "input", "data"].contains(self.above)
        }

        private static let languageKeys: Set<String> = [
            "workflow", "title", "description", "calendar", "schema", "context", "search", "events", "access", "let",
            "delays", "actions", "actors", "initial", "states", "on", "always", "entry", "exit", "invoke", "onDone",
            "onError", "type", "tags", "output", "after", "history", "target", "guard", "reenter", "id", "src", "input",
            "timeout", "candidates", "assignee", "form", "outcomes", "topic", "retry", "attempts", "first", "factor",
            "assign", "raise", "send", "cancel", "notify", "log", "if", "else", "forEach", "roles", "users", "for",
            "confirm", "event", "delay", "to", "subject", "body", "required", "properties", "minimum", "maximum",
            "additionalProperties", "minLength", "maxLength", "items", "enum", "message", "workflow", "distinctFrom",
        ]
    }

    let text: String
    let lines: [String]
    private(set) var all: [Spot] = []

    init?(_ text: String) {
        var reader = DefinitionReader(text, file: "outline")
        guard let root = reader.read() else { return nil }
        self.text = text
        self.lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        self.collect(root, keys: [], state: "")
    }

    private mutating func collect(_ node: Syntax, keys: [String], state: String) {
        for entry in node.entries ?? [] {
            let path = keys + [entry.key]
            self.all.append(
                Spot(
                    key: entry.key, keyPosition: entry.keyPosition, value: entry.value, keys: path,
                    container: keys.joined(separator: "."), state: state, siblings: node.entries?.count ?? 0,
                    parent: node.position))
            let isState = keys.last == "states" && !keys.contains { ["context", "schema", "form"].contains($0) }
            self.collect(entry.value, keys: path, state: isState ? path.joined(separator: ".") : state)
        }
        for element in node.list ?? [] {
            self.all.append(
                Spot(
                    key: nil, keyPosition: nil, value: element, keys: keys, container: keys.joined(separator: "."),
                    state: state, siblings: node.list?.count ?? 0, parent: node.position))
            self.collect(element, keys: keys, state: state)
        }
    }

    func spots(_ fits: (Spot) -> Bool) -> [Spot] { self.all.filter(fits) }

    // MARK: Words of expressions

    /// Identifiers outside of strings.
    static func names(_ expression: String) -> [Substring] {
        self.words(expression) { $0.isLetter || $0 == "_" }.filter {
            $0.count > 2 && !["true", "false", "null"].contains($0)
        }
    }

    static func numbers(_ expression: String) -> [Substring] { self.words(expression) { $0.isNumber } }

    private static func words(_ text: String, _ begins: (Character) -> Bool) -> [Substring] {
        var found: [Substring] = []
        var quote: Character?
        var index = text.startIndex
        while index < text.endIndex {
            let character = text[index]
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "\"" || character == "'" {
                quote = character
            } else if character.isLetter || character.isNumber || character == "_" {
                let word = text[index...].prefix {
                    $0.isLetter || $0.isNumber || $0 == "_" || ($0 == "." && character.isNumber)
                }
                if begins(character) { found.append(word) }
                index = word.endIndex
                continue
            }
            index = text.index(after: index)
        }
        return found
    }

    // MARK: Changes

    static func replacing(in text: String, _ position: Position?, _ old: String, _ new: String) -> String? {
        guard let position, !old.isEmpty else { return nil }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.indices.contains(position.line - 1) else { return nil }
        let line = Array(lines[position.line - 1].unicodeScalars)
        var start = position.column - 1
        guard start < line.count else { return nil }
        if line[start] == "\"" || line[start] == "'" { start += 1 }
        let letters = Array(old.unicodeScalars)
        guard start + letters.count <= line.count, Array(line[start..<(start + letters.count)]) == letters else {
            return nil
        }
        var changed = String.UnicodeScalarView(line[..<start])
        changed += Array(new.unicodeScalars)
        changed += line[(start + letters.count)...]
        lines[position.line - 1] = String(changed)
        return lines.joined(separator: "\n")
    }

    func replacing(_ position: Position?, _ old: String, _ new: String) -> String? {
        Self.replacing(in: self.text, position, old, new)
    }

    /// A scalar in one line, quoted as it needs to be.
    func replacingScalar(_ node: Syntax, with expression: String) -> String? {
        let escaped = expression.map { $0 == "'" ? "''" : String($0) }.joined()
        return self.replacingScalar(node, withText: "'\(escaped)'")
    }

    func replacingScalar(_ node: Syntax, withText written: String) -> String? {
        guard let extent = self.scalarExtent(of: node) else { return nil }
        return self.replacing(extent, written)
    }
}
