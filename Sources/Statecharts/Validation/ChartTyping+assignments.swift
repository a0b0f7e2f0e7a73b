import CEL
import Values

extension ChartTyping {
    /// What an `assign` writes against the schema of the context. Another `assign` of the same step may repair it, so that
    /// these are doubts.
    mutating func checkAssignment(_ syntax: Syntax) {
        for entry in syntax.entries ?? [] {
            let path = entry.key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            let key = Place(syntax: Syntax(content: .null, position: entry.keyPosition, path: entry.value.path))
            guard let wanted = self.wanted(path, at: key) else { continue }
            let type = self.asJSON(self.type(of: entry.value))
            guard !wanted.isDyn, type.relation(to: wanted) == .disjoint else { continue }
            self.reportMismatch(entry, type, wanted)
        }
    }

    /// What the schema says of a path; nil when that is nothing, or when it was reported.
    private mutating func wanted(_ path: [String], at key: Place) -> ValueType? {
        var type = self.writableContext
        for (index, name) in path.enumerated() {
            func shown() -> String { path[..<index].joined(separator: ".") }
            guard type.kinds.contains(.map) else {
                self.report(
                    "assign-type", "the schema says that '\(shown())' is \(type), which has no '\(name)'",
                    severity: .warning, at: key)
                return nil
            }
            guard let field = type.field(name) else {
                // At the top this is reported with all names of the context.
                guard index > 0 else { return nil }
                self.report(
                    "closed-schema", "the context's schema allows no '\(name)' in '\(shown())'", severity: .warning,
                    name: name, candidates: type.fieldNames, at: key)
                return nil
            }
            type = field
        }
        return type
    }

    private mutating func reportMismatch(_ entry: Syntax.Entry, _ type: ValueType, _ wanted: ValueType) {
        let place = Place(syntax: entry.value)
        guard let known = wanted.knownStrings, let given = type.knownStrings?.first else {
            self.report(
                "assign-type", "the schema says that '\(entry.key)' is \(wanted), and this is \(type)",
                hint: Self.advice(type, wanted), severity: .warning, at: place)
            return
        }
        let list = known.prefix(12).map { "'\($0)'" }.joined(separator: ", ")
        self.report(
            "assign-type", "the schema allows no '\(given)' for '\(entry.key)'",
            hint: "one of \(list)\(known.count > 12 ? ", …" : "")", severity: .warning, name: given, candidates: known,
            at: place)
    }

    private static func advice(_ type: ValueType, _ wanted: ValueType) -> Message? {
        if wanted.kinds.contains(.map), type.kinds == .map || type.kinds == .list { return nil }
        if wanted.kinds.contains(.string), !type.kinds.isDisjoint(with: [.int, .double, .bool]) {
            return "string(x) makes a text of it"
        }
        if type.kinds == .string, !wanted.kinds.isDisjoint(with: [.int, .double]) {
            return "int(x) and double(x) read a number"
        }
        return nil
    }

    /// Data as it is written: strings are expressions, whose types are known by now.
    func type(of syntax: Syntax) -> ValueType {
        switch syntax.content {
        case .null, .bool, .int, .double: return ValueType(of: syntax.value)
        case .string: return self.beginnings[syntax.position].flatMap { self.known(at: $0) } ?? .dyn
        case .list(let elements):
            return .list(of: .joined(elements.map { self.type(of: $0) }))
        case .map(let entries):
            var fields: [String: ValueType] = [:]
            for entry in entries { fields[entry.key] = self.type(of: entry.value) }
            return .literal(fields)
        }
    }
}
