import Values

/// A node of a definition's text: scalars resolved, aliases expanded, every node with its place.
struct Syntax: Sendable {
    enum Content: Sendable {
        case null
        case bool(Bool)
        case int(Int64)
        case double(Double)
        case string
        case list([Syntax])
        case map([Entry])
    }

    struct Entry: Sendable {
        var key: String
        var keyPosition: Position
        var value: Syntax
    }

    var content: Content
    /// The text of a scalar, resolved or not.
    var text = ""
    var position: Position
    /// `states.review.on`; empty at the top.
    var path: String

    var isNull: Bool {
        guard case .null = self.content else { return false }
        return true
    }

    var string: String? {
        guard case .string = self.content else { return nil }
        return self.text
    }

    var list: [Syntax]? {
        guard case .list(let elements) = self.content else { return nil }
        return elements
    }

    var entries: [Entry]? {
        guard case .map(let entries) = self.content else { return nil }
        return entries
    }

    var isScalar: Bool {
        switch self.content {
        case .list, .map: false
        case .null, .bool, .int, .double, .string: true
        }
    }

    /// The elements of a list, or the node itself.
    var oneOrMany: [Syntax] { self.list ?? [self] }

    subscript(key: String) -> Syntax? { self.entries?.first { $0.key == key }?.value }

    /// What it is called in a message.
    var kind: Message {
        switch self.content {
        case .null: "null"
        case .bool: "a boolean"
        case .int, .double: "a number"
        case .string: "a string"
        case .list: "a list"
        case .map: "a map"
        }
    }

    /// As literal data.
    var value: Value {
        switch self.content {
        case .null: .null
        case .bool(let value): .bool(value)
        case .int(let value): .int(value)
        case .double(let value): .double(value)
        case .string: .string(self.text)
        case .list(let elements): .list(elements.map(\.value))
        case .map(let entries): .map(ValueMap(entries.map { (.string($0.key), $0.value.value) }))
        }
    }

    /// The node that a JSON Pointer names, or the deepest one on the way.
    func node(at pointer: String) -> Syntax {
        var node = self
        for part in pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            let name = Self.unescape(part)
            if let entry = node[name] {
                node = entry
            } else if let elements = node.list, let index = Int(name), elements.indices.contains(index) {
                node = elements[index]
            } else {
                return node
            }
        }
        return node
    }

    /// Where the key stands that a JSON Pointer ends with; nil: it ends with none.
    func keyPosition(at pointer: String) -> Position? {
        guard let slash = pointer.lastIndex(of: "/") else { return nil }
        let name = Self.unescape(pointer[pointer.index(after: slash)...])
        return self.node(at: String(pointer[..<slash])).entries?.first { $0.key == name }?.keyPosition
    }

    private static func unescape(_ part: Substring) -> String {
        var text = ""
        var rest = part[...]
        while let first = rest.popFirst() {
            if first == "~", let next = rest.popFirst() {
                text.append(next == "1" ? "/" : "~")
            } else {
                text.append(first)
            }
        }
        return text
    }
}
