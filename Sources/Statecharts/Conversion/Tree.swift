import Values

/// Data whose maps keep the order in which they were written: in a definition the order of states counts.
indirect enum Tree: Sendable, Equatable {
    case scalar(Value)
    case list([Tree])
    case map([Entry])

    struct Entry: Sendable, Equatable {
        var key: String
        var value: Tree
    }

    init(_ syntax: Syntax) {
        switch syntax.content {
        case .list(let elements): self = .list(elements.map { Tree($0) })
        case .map(let entries): self = .map(entries.map { Entry(key: $0.key, value: Tree($0.value)) })
        default: self = .scalar(syntax.value)
        }
    }

    static func string(_ text: String) -> Tree { .scalar(.string(text)) }

    /// A map of those entries that are there.
    static func entries(_ entries: [(String, Tree?)]) -> Tree {
        .map(entries.compactMap { key, value in value.map { Entry(key: key, value: $0) } })
    }

    /// One element stands for itself.
    static func oneOrMany(_ elements: [Tree]) -> Tree? {
        elements.count > 1 ? .list(elements) : elements.first
    }

    subscript(key: String) -> Tree? {
        guard case .map(let entries) = self else { return nil }
        return entries.first { $0.key == key }?.value
    }

    var text: String? {
        guard case .scalar(let value) = self else { return nil }
        return value.string
    }

    var list: [Tree]? {
        guard case .list(let elements) = self else { return nil }
        return elements
    }

    var entries: [Entry]? {
        guard case .map(let entries) = self else { return nil }
        return entries
    }

    var isEmpty: Bool {
        switch self {
        case .scalar: false
        case .list(let elements): elements.isEmpty
        case .map(let entries): entries.isEmpty
        }
    }

    /// JSON in the order of writing. Indented: short lists and maps stay on one line.
    func json(indented: Bool = false) -> String {
        var text = ""
        self.print(into: &text, level: indented ? 0 : nil)
        return text
    }

    private func print(into text: inout String, level: Int?) {
        switch self {
        case .scalar(let value): text += value.json
        case .list(let elements):
            Self.print("[", "]", elements.count, into: &text, level: level, isFlat: self.isShort) {
                index, text, inner in
                elements[index].print(into: &text, level: inner)
            }
        case .map(let entries):
            Self.print("{", "}", entries.count, into: &text, level: level, isFlat: self.isShort) { index, text, inner in
                text += Value.string(entries[index].key).json + (level == nil ? ":" : ": ")
                entries[index].value.print(into: &text, level: inner)
            }
        }
    }

    private static func print(
        _ opening: String, _ closing: String, _ count: Int, into text: inout String, level: Int?, isFlat: Bool,
        element: (Int, inout String, Int?) -> Void
    ) {
        text += opening
        for index in 0..<count {
            if let level, !isFlat {
                text += (index > 0 ? "," : "") + "\n" + String(repeating: "  ", count: level + 1)
            } else if index > 0 {
                text += level == nil ? "," : ", "
            }
            element(index, &text, level.map { $0 + (isFlat ? 0 : 1) })
        }
        if let level, !isFlat, count > 0 { text += "\n" + String(repeating: "  ", count: level) }
        text += closing
    }

    private var isShort: Bool { self.weight(upTo: 60) <= 60 }

    /// About the characters that it takes; stops counting past the limit.
    private func weight(upTo limit: Int) -> Int {
        switch self {
        case .scalar(let value):
            if let text = value.string { return text.utf8.count + 4 }
            return 8
        case .list(let elements):
            var sum = 2
            for element in elements where sum <= limit { sum += 2 + element.weight(upTo: limit) }
            return sum
        case .map(let entries):
            var sum = 2
            for entry in entries where sum <= limit {
                sum += entry.key.utf8.count + 6 + entry.value.weight(upTo: limit)
            }
            return sum
        }
    }
}
