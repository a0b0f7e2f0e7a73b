import Values

/// What the data of a document can be, from their first values and everything that is assigned to them.
struct DataKinds {
    private(set) var kinds: [String: ScriptExpression.Kind] = [:]

    /// Data that depend on each other in longer chains are not known.
    private static let rounds = 10

    /// `literals`: the first values of the items, nil for those that are computed, or null.
    init(of items: [XMLElement], _ literals: [Tree?], in root: XMLElement) {
        var sources: [(name: String, tree: ScriptTree?)] = []
        for (item, literal) in zip(items, literals) {
            guard let name = item["id"] else { continue }
            if let kind = literal.map(Self.kind), kind != .null {
                self.add(kind, to: name)
            } else if literal == nil, let source = item["expr"] {
                sources.append((name, ScriptTree(source)))
            } else {
                // What nobody gave a value yet gets it from elsewhere.
                self.add(.unknown, to: name)
            }
        }
        self.collect(root, into: &sources)
        var rounds = 0
        while self.spread(sources) {
            rounds += 1
            if rounds == Self.rounds {
                for source in sources { self.kinds[source.name] = .unknown }
                break
            }
        }
        for (name, kind) in self.kinds where kind == .undetermined { self.kinds[name] = .unknown }
    }

    private mutating func add(_ kind: ScriptExpression.Kind, to name: String) {
        self.kinds[name] = self.kinds[name, default: .undetermined].joined(kind)
    }

    /// Whether anything changed.
    private mutating func spread(_ sources: [(name: String, tree: ScriptTree?)]) -> Bool {
        let before = self.kinds
        let expression = ScriptExpression(resolve: { $0 }, path: { $0 }, kind: { before[$0] ?? .undetermined })
        for source in sources {
            self.add(source.tree.map { expression.kind(of: $0) } ?? .unknown, to: source.name)
        }
        return self.kinds != before
    }

    private mutating func collect(_ element: XMLElement, into sources: inout [(name: String, tree: ScriptTree?)]) {
        for child in element.elements where child.name != "scxml" {
            switch child.name {
            case "assign":
                if let name = child["location"] { sources.append((name, child["expr"].flatMap { ScriptTree($0) })) }
            case "foreach":
                if let name = child["item"] { self.add(.unknown, to: name) }
                if let name = child["index"] { self.add(.int, to: name) }
            default: break
            }
            self.collect(child, into: &sources)
        }
    }

    private static func kind(of literal: Tree) -> ScriptExpression.Kind {
        switch literal {
        case .list: return .list
        case .map: return .map
        case .scalar(let value):
            switch value {
            case .bool: return .bool
            case .int: return .int
            case .double: return .double
            case .string: return .string
            default: return .null
            }
        }
    }
}
