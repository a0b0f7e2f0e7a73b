import JSONSchema
import Statecharts
import Values

/// Data as people read it: labels from the schema, scalars as words, what is deeper as JSON.
struct ValueRows: Sendable {
    struct Row: Sendable {
        var label: String
        var shown: String?
        var code: String?
    }

    var rows: [Row] = []

    private static let rowLimit = 200

    init(_ value: Value, schema: Value?, for viewer: Viewer) {
        self.add(value, schema: schema, label: "", depth: 0, viewer)
    }

    private mutating func add(_ value: Value, schema: Value?, label: String, depth: Int, _ viewer: Viewer) {
        guard self.rows.count < Self.rowLimit else { return }
        if case .map(let map) = value, depth < 3 {
            for (key, value) in Self.ordered(map, schema) {
                let member = schema?["properties"]?[key]
                let name = member?.shownTitle(in: viewer.language) ?? key
                self.add(
                    value, schema: member, label: label.isEmpty ? name : "\(label) › \(name)", depth: depth + 1,
                    viewer)
            }
            return
        }
        if let text = Self.words(value, schema: schema, viewer) {
            let unit = value.isNumber ? schema?["x-unit"]?.shownText(in: viewer.language) : nil
            self.rows.append(Row(label: label, shown: unit.map { "\(text) \($0)" } ?? text, code: nil))
        } else {
            self.rows.append(Row(label: label, shown: nil, code: value.json))
        }
    }

    /// As forms have them: what is required first.
    private static func ordered(_ map: ValueMap, _ schema: Value?) -> [(String, Value)] {
        let names = schema.flatMap { try? Schema($0) }?.fields.map(\.name) ?? []
        let places = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: min)
        let entries = map.entries.compactMap { entry -> (String, Value)? in
            if case .string(let key) = entry.key { (key, entry.value) } else { nil }
        }
        return entries.enumerated().sorted {
            (places[$0.element.0] ?? .max, $0.offset) < (places[$1.element.0] ?? .max, $1.offset)
        }.map(\.element)
    }

    /// nil: too deep for words.
    private static func words(_ value: Value, schema: Value?, _ viewer: Viewer) -> String? {
        switch value {
        case .null: return "–"
        case .bool(let flag): return viewer.phrase(flag ? .yes : .no)
        case .int(let number): return String(number)
        case .double(let number): return number == number.rounded() ? value.json.replacing(".0", with: "") : value.json
        case .string(let text):
            if schema?["format"]?.string == "date-time", let instant = Timestamp(text) {
                return viewer.time(instant).shown
            }
            return text.isEmpty ? "–" : text
        case .list(let items):
            let texts = items.map { item -> String? in
                if case .map = item { return nil }
                if case .list = item { return nil }
                return Self.words(item, schema: schema?["items"], viewer)
            }
            let words = texts.compactMap { $0 }
            guard words.count == texts.count else { return nil }
            return words.isEmpty ? "–" : words.joined(separator: viewer.language == .zh ? "、" : ", ")
        default: return nil
        }
    }
}

extension Value {
    var isNumber: Bool {
        switch self {
        case .int, .uint, .double: true
        default: false
        }
    }

    /// `title` of a schema: a text, or texts by language.
    func shownTitle(in language: Language) -> String? { self["title"]?.shownText(in: language) }

    func shownText(in language: Language) -> String? {
        if let text = self.string { return text }
        guard case .map(let map) = self else { return nil }
        var texts: [String: String] = [:]
        for entry in map.entries {
            if case .string(let tag) = entry.key, let text = entry.value.string { texts[tag] = text }
        }
        return texts.text(in: language)
    }
}
