import Values

/// Simple ECMAScript expressions, as they stand in SCXML, to CEL. ECMAScript converts values as it goes (`'n' + 1`, `1 * 1.5`,
/// `if (x)`), CEL never does: here the conversions are written where the types are known, and what depends on types that
/// are not known is not simple, or is said to be assumed.
struct ScriptExpression {
    /// What a value is when it is computed.
    enum Kind: Equatable {
        /// Nothing is known yet of data that are computed from each other.
        case undetermined
        case null, bool, int, double, string, list, map
        /// An int or a double.
        case number
        case unknown

        var isNumeric: Bool { self == .int || self == .double || self == .number }

        func joined(_ other: Kind) -> Kind {
            if self == other || other == .undetermined { return self }
            if self == .undetermined { return other }
            return self.isNumeric && other.isNumeric ? .number : .unknown
        }
    }

    struct Translation {
        var text: String
        var kind: Kind
        /// It holds as long as the values have the types that its operators and literals suggest.
        var isAssumed = false
        fileprivate var rank = Rank.member
    }

    /// How close CEL's operators bind.
    fileprivate enum Rank: Int { case conditional, or, and, relation, sum, product, unary, member }

    /// What a name of the script is here: `context.x` for data, a loop's name for itself; nil: not known.
    var resolve: (String) -> String?
    /// The path of a state that has this id.
    var path: (String) -> String?
    /// What is known of the data of this name.
    var kind: (String) -> Kind = { _ in .unknown }

    /// nil: not simple. A condition is true of the values that ECMAScript takes for true.
    func translated(_ source: String, isCondition: Bool = false) -> Translation? {
        guard let tree = ScriptTree(source) else { return nil }
        let found = isCondition ? self.condition(tree) : self.value(tree)
        return found.flatMap { ExpressionText.isValid($0.text) ? $0 : nil }
    }

    func kind(of tree: ScriptTree) -> Kind { self.value(tree)?.kind ?? .unknown }

    // MARK: Values

    private func value(_ tree: ScriptTree) -> Translation? {
        switch tree {
        case .int(let digits): return Translation(text: digits, kind: .int)
        case .double(let digits): return Translation(text: digits, kind: .double)
        case .string(let text): return Translation(text: ExpressionText.literal(.string(text)), kind: .string)
        case .name(let name): return self.name(name)
        case .list(let elements): return self.list(elements)
        case .object(let entries): return self.object(entries)
        case .member(let operand, let name): return self.member(operand, name)
        case .index(let operand, let index): return self.index(operand, index)
        case .inState(let id):
            return self.path(id).map { Translation(text: "inState(\(Value.string($0).json))", kind: .bool) }
        case .not(let operand): return self.condition(operand).map { self.negated($0) }
        case .negative(let operand): return self.negative(operand)
        case .binary(let symbol, let left, let right): return self.binary(symbol, left, right)
        case .conditional(let test, let value, let otherwise):
            guard let test = self.condition(test), let value = self.value(value), let otherwise = self.value(otherwise)
            else { return nil }
            let parts = [test.text(atLeast: .or), value.text(atLeast: .or), otherwise.text]
            return Translation(
                text: "\(parts[0]) ? \(parts[1]) : \(parts[2])", kind: value.kind.joined(otherwise.kind),
                isAssumed: test.isAssumed || value.isAssumed || otherwise.isAssumed, rank: .conditional)
        }
    }

    private func name(_ name: String) -> Translation? {
        switch name {
        case "true", "false": return Translation(text: name, kind: .bool)
        case "null", "undefined": return Translation(text: "null", kind: .null)
        case "_sessionid": return Translation(text: "instance.id", kind: .string)
        case "_name": return Translation(text: "instance.workflow", kind: .string)
        default: return self.resolve(name).map { Translation(text: $0, kind: self.kind(name)) }
        }
    }

    private func list(_ elements: [ScriptTree]) -> Translation? {
        let parts = elements.compactMap { self.value($0) }
        guard parts.count == elements.count else { return nil }
        let text = parts.map(\.text).joined(separator: ", ")
        return Translation(text: "[\(text)]", kind: .list, isAssumed: parts.contains(where: \.isAssumed))
    }

    private func object(_ entries: [(key: String, value: ScriptTree)]) -> Translation? {
        let parts = entries.compactMap { entry in
            self.value(entry.value).map { (ExpressionText.literal(.string(entry.key)), $0) }
        }
        guard parts.count == entries.count else { return nil }
        let text = parts.map { "\($0.0): \($0.1.text)" }.joined(separator: ", ")
        return Translation(text: "{\(text)}", kind: .map, isAssumed: parts.contains { $0.1.isAssumed })
    }

    private func member(_ operand: ScriptTree, _ name: String) -> Translation? {
        if case .name("_event") = operand {
            switch name {
            case "name": return Translation(text: "event.type", kind: .string)
            case "data": return Translation(text: "event.data", kind: .unknown)
            default: return nil
            }
        }
        guard let operand = self.value(operand) else { return nil }
        let isLength = name == "length"
        return Translation(
            text: operand.text(atLeast: .member) + (isLength ? ".size()" : ".\(name)"),
            kind: isLength ? .int : .unknown,
            isAssumed: operand.isAssumed)
    }

    private func index(_ operand: ScriptTree, _ index: ScriptTree) -> Translation? {
        guard let operand = self.value(operand), let index = self.value(index) else { return nil }
        return Translation(
            text: "\(operand.text(atLeast: .member))[\(index.text)]", kind: .unknown,
            isAssumed: operand.isAssumed || index.isAssumed)
    }

    private func negative(_ operand: ScriptTree) -> Translation? {
        guard let operand = self.value(operand), operand.kind.mayBeNumeric else { return nil }
        return Translation(
            text: "-" + operand.text(atLeast: .member), kind: operand.kind,
            isAssumed: operand.isAssumed || operand.kind == .unknown, rank: .unary)
    }

    // MARK: Conditions

    /// True of what ECMAScript takes for true; nil: that depends on a type that is not known.
    private func condition(_ tree: ScriptTree) -> Translation? {
        switch tree {
        case .not(let operand): return self.condition(operand).map { self.negated($0) }
        case .binary("&&", let left, let right), .binary("||", let left, let right):
            guard case .binary(let symbol, _, _) = tree, let left = self.condition(left),
                let right = self.condition(right)
            else { return nil }
            return self.joined(left, symbol, right, .bool, symbol == "&&" ? .and : .or)
        default: break
        }
        guard let value = self.value(tree) else { return nil }
        let other: String
        switch value.kind {
        case .bool: return value
        case .undetermined: return Translation(text: value.text, kind: .bool)
        case .int, .number: other = "0"
        case .double: other = "0.0"
        case .string: other = "''"
        case .null, .list, .map, .unknown: return nil
        }
        return self.joined(value, "!=", Translation(text: other, kind: value.kind), .bool, .relation)
    }

    private func negated(_ condition: Translation) -> Translation {
        Translation(
            text: "!" + condition.text(atLeast: .member), kind: .bool, isAssumed: condition.isAssumed, rank: .unary)
    }

    // MARK: Operators

    private func binary(_ symbol: String, _ left: ScriptTree, _ right: ScriptTree) -> Translation? {
        switch symbol {
        case "&&", "||":
            // Of other values it is one of the two, not a boolean.
            guard let first = self.value(left), let second = self.value(right), first.kind.mayBeBool,
                second.kind.mayBeBool
            else { return nil }
            return self.joined(first, symbol, second, .bool, symbol == "&&" ? .and : .or)
        case "==", "!=", "===", "!==": return self.equality(symbol, left, right)
        case "<", "<=", ">", ">=":
            guard let first = self.value(left), let second = self.value(right),
                let isAssumed = Self.comparable(first.kind, second.kind)
            else { return nil }
            return self.joined(first, symbol, second, .bool, .relation, isAssumed: isAssumed)
        default: return self.arithmetic(symbol, left, right)
        }
    }

    /// Whether two values are ordered alike only if their types are what is assumed; nil: they are not.
    private static func comparable(_ left: Kind, _ right: Kind) -> Bool? {
        if left.isNumeric && right.isNumeric || left == .string && right == .string { return false }
        let kinds = [left, right]
        if kinds.contains(.undetermined) { return false }
        return kinds.contains(.unknown) && kinds.allSatisfy { $0 == .unknown || $0.isNumeric || $0 == .string }
            ? true : nil
    }

    /// `==` converts a number and a text, or a boolean, into one another; `===` does not.
    private func equality(_ symbol: String, _ left: ScriptTree, _ right: ScriptTree) -> Translation? {
        guard let first = self.value(left), let second = self.value(right) else { return nil }
        let isStrict = symbol.count == 3
        let isExact =
            isStrict || left.isUndefined || right.isUndefined || first.kind == second.kind && first.kind != .unknown
            || first.kind.isNumeric && second.kind.isNumeric || Self.isWord(left) || Self.isWord(right)
            || first.kind == .undetermined || second.kind == .undetermined
        let isKnown = first.kind != .unknown && second.kind != .unknown
        let areAlike = first.kind.isAlike(second.kind)
        // Types that are known and differ.
        guard areAlike || !isKnown else { return nil }
        return self.joined(
            first, String(symbol.prefix(2)), second, .bool, .relation, isAssumed: !isExact && !isKnown)
    }

    /// A text that is no number equals nothing but itself, whatever it is compared with.
    private static func isWord(_ tree: ScriptTree) -> Bool {
        guard case .string(let text) = tree else { return false }
        return text.contains { $0.isLetter } && Double(text) == nil && !text.lowercased().hasPrefix("0")
    }

    private func arithmetic(_ symbol: String, _ left: ScriptTree, _ right: ScriptTree) -> Translation? {
        guard let first = self.value(left), let second = self.value(right) else { return nil }
        let rank: Rank = symbol == "*" || symbol == "%" ? .product : .sum
        let kinds = [first.kind, second.kind]
        if kinds.contains(.undetermined) {
            let isText = symbol == "+" && kinds.contains(.string)
            return self.joined(first, symbol, second, isText ? .string : .undetermined, rank)
        }
        if symbol == "+", kinds.contains(.string) {
            guard let first = self.text(first), let second = self.text(second) else { return nil }
            return self.joined(first, symbol, second, .string, rank)
        }
        guard kinds.allSatisfy(\.mayBeNumeric) else { return nil }
        let isAssumed = kinds.contains(.unknown)
        if kinds == [.int, .int] || isAssumed && !kinds.contains(.double) && !kinds.contains(.number) {
            let kind: Kind = isAssumed ? .unknown : .int
            return self.joined(first, symbol, second, kind, rank, isAssumed: isAssumed)
        }
        // CEL has a remainder of integers only.
        guard symbol != "%" else { return nil }
        // An unknown one may be a text, which `+` would join.
        let isAmbiguous = isAssumed && symbol == "+"
        return self.joined(
            self.double(first, left), symbol, self.double(second, right), .double, rank, isAssumed: isAmbiguous)
    }

    /// As an operand of a sum of texts.
    private func text(_ value: Translation) -> Translation? {
        switch value.kind {
        case .string: return value
        case .null: return Translation(text: "'null'", kind: .string)
        case .list, .map: return nil
        // CEL has no text for null, lists and maps.
        default:
            let isAssumed = value.isAssumed || value.kind == .unknown
            return Translation(text: "string(\(value.text))", kind: .string, isAssumed: isAssumed)
        }
    }

    private func double(_ value: Translation, _ tree: ScriptTree) -> Translation {
        switch tree {
        case .int(let digits): return Translation(text: digits + ".0", kind: .double)
        case .double: return value
        case .binary where value.kind == .double: return value
        default: return Translation(text: "double(\(value.text))", kind: .double, isAssumed: value.isAssumed)
        }
    }

    private func joined(
        _ left: Translation, _ symbol: String, _ right: Translation, _ kind: Kind, _ rank: Rank, isAssumed: Bool = false
    ) -> Translation {
        // CEL reads operators of one rank from left to right.
        let next = Rank(rawValue: rank.rawValue + 1) ?? .member
        return Translation(
            text: "\(left.text(atLeast: rank)) \(symbol) \(right.text(atLeast: next))", kind: kind,
            isAssumed: isAssumed || left.isAssumed || right.isAssumed, rank: rank)
    }
}

extension ScriptExpression.Translation {
    /// In parentheses if it binds less closely than is asked for.
    fileprivate func text(atLeast rank: ScriptExpression.Rank) -> String {
        self.rank.rawValue >= rank.rawValue ? self.text : "(\(self.text))"
    }
}

extension ScriptExpression.Kind {
    fileprivate var mayBeNumeric: Bool { self.isNumeric || self == .unknown || self == .undetermined }

    fileprivate var mayBeBool: Bool { self == .bool || self == .undetermined }

    fileprivate func isAlike(_ other: Self) -> Bool {
        self == other || self.isNumeric && other.isNumeric || self == .null || other == .null || self == .undetermined
            || other == .undetermined
    }
}
