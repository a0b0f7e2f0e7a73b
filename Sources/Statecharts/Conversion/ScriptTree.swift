/// A simple expression of ECMAScript as a tree: names, members, literals, comparisons, logic and sums. Calls, divisions,
/// assignments and what else is program code are no part of it.
indirect enum ScriptTree: Sendable {
    case name(String)
    case int(String)
    case double(String)
    case string(String)
    case list([ScriptTree])
    case object([(key: String, value: ScriptTree)])
    case member(ScriptTree, String)
    case index(ScriptTree, ScriptTree)
    /// `In('state')`.
    case inState(String)
    case not(ScriptTree)
    case negative(ScriptTree)
    case binary(String, ScriptTree, ScriptTree)
    case conditional(ScriptTree, ScriptTree, ScriptTree)

    private enum Limits {
        static let bytes = 4_096
        static let depth = 50
    }

    /// nil: it is not simple.
    init?(_ source: String) {
        guard source.utf8.count <= Limits.bytes, let tokens = ScriptToken.tokens(source) else { return nil }
        var parser = ScriptParser(tokens: tokens[...], depth: Limits.depth)
        guard let tree = parser.conditional(), parser.tokens.isEmpty else { return nil }
        self = tree
    }

    var isUndefined: Bool {
        guard case .name(let name) = self else { return false }
        return name == "null" || name == "undefined"
    }
}

enum ScriptToken: Equatable {
    case name(String)
    case number(String)
    case string(String)
    case symbol(String)

    private static let symbols = [
        "===", "!==", "==", "!=", "<=", ">=", "&&", "||", "<", ">", "+", "-", "*", "%", "!", "?", ":", "(", ")", "[",
        "]", "{", "}", ",", ".",
    ]

    static func tokens(_ source: String) -> [Self]? {
        var tokens: [Self] = []
        var rest = Array(source)[...]
        while let first = rest.first {
            if first.isWhitespace {
                rest.removeFirst()
            } else if first == "'" || first == "\"" {
                guard let text = Self.string(&rest) else { return nil }
                tokens.append(.string(text))
            } else if first.isASCII, first.isNumber {
                let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0.isLetter) }
                guard Self.isNumber(String(digits)) else { return nil }
                tokens.append(.number(String(digits)))
                rest = rest.dropFirst(digits.count)
            } else if first.isLetter || first == "_" || first == "$" {
                let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "$" }
                tokens.append(.name(String(name)))
                rest = rest.dropFirst(name.count)
            } else {
                guard let symbol = Self.symbols.first(where: { rest.starts(with: Array($0)) }) else { return nil }
                rest = rest.dropFirst(symbol.count)
                // `++`, `--`, `=>` and the like are code.
                if symbol == "+" || symbol == "-", rest.first.map({ String($0) }) == symbol { return nil }
                if symbol == "*", rest.first == "*" { return nil }
                tokens.append(.symbol(symbol))
            }
        }
        return tokens
    }

    /// A decimal integer of 64 bits, or a fraction. A zero before other digits has meanings of its own.
    private static func isNumber(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isNumber) }) else { return false }
        if parts[0].count > 1, parts[0].first == "0" { return false }
        return parts.count == 2 || Int64(text) != nil
    }

    private static func string(_ rest: inout ArraySlice<Character>) -> String? {
        guard let quote = rest.popFirst() else { return nil }
        var text = ""
        while let character = rest.popFirst() {
            if character == quote { return text }
            guard character == "\\" else {
                text.append(character)
                continue
            }
            switch rest.popFirst() {
            case "n": text.append("\n")
            case "t": text.append("\t")
            case "'": text.append("'")
            case "\"": text.append("\"")
            case "\\": text.append("\\")
            default: return nil
            }
        }
        return nil
    }
}

/// Recursive descent after ECMAScript's precedence, in which comparisons bind closer than equality.
private struct ScriptParser {
    var tokens: ArraySlice<ScriptToken>
    var depth: Int

    private mutating func take(_ symbol: String) -> Bool {
        guard self.tokens.first == .symbol(symbol) else { return false }
        self.tokens.removeFirst()
        return true
    }

    mutating func conditional() -> ScriptTree? {
        guard self.depth > 0 else { return nil }
        self.depth -= 1
        defer { self.depth += 1 }
        guard let test = self.binary(0) else { return nil }
        guard self.take("?") else { return test }
        guard let value = self.conditional(), self.take(":"), let otherwise = self.conditional() else { return nil }
        return .conditional(test, value, otherwise)
    }

    private static let operators: [Set<String>] = [
        ["||"], ["&&"], ["==", "!=", "===", "!=="], ["<", "<=", ">", ">="], ["+", "-"], ["*", "%"],
    ]

    private mutating func binary(_ rank: Int) -> ScriptTree? {
        guard rank < Self.operators.count else { return self.unary() }
        guard var left = self.binary(rank + 1) else { return nil }
        var length = 0
        while case .symbol(let symbol)? = self.tokens.first, Self.operators[rank].contains(symbol) {
            self.tokens.removeFirst()
            length += 1
            guard length < self.depth, let right = self.binary(rank + 1) else { return nil }
            left = .binary(symbol, left, right)
        }
        return left
    }

    private mutating func unary() -> ScriptTree? {
        guard self.depth > 0 else { return nil }
        self.depth -= 1
        defer { self.depth += 1 }
        if self.take("!") { return self.unary().map { .not($0) } }
        if self.take("-") { return self.unary().map { .negative($0) } }
        if self.tokens.first == .name("typeof") { return self.typeof() }
        guard let primary = self.primary() else { return nil }
        return self.members(of: primary)
    }

    /// `typeof x` of what may be missing, which only a comparison with `undefined` gives a meaning here: that with null.
    private mutating func typeof() -> ScriptTree? {
        self.tokens.removeFirst()
        guard case .name(let name)? = self.tokens.popFirst() else { return nil }
        var operand = ScriptTree.name(name)
        if name == "_event" {
            guard self.take("."), self.tokens.popFirst() == .name("data") else { return nil }
            operand = .member(operand, "data")
        }
        let comparison = self.tokens.prefix(2)
        guard comparison.last == .string("undefined"), case .symbol(let symbol)? = comparison.first,
            ["==", "===", "!=", "!=="].contains(symbol)
        else { return nil }
        self.tokens = self.tokens.dropFirst(2)
        return .binary(symbol, operand, .name("null"))
    }

    private mutating func members(of primary: ScriptTree) -> ScriptTree? {
        var operand = primary
        var length = 0
        while true {
            length += 1
            guard length < self.depth else { return nil }
            if self.take(".") {
                guard case .name(let name)? = self.tokens.popFirst() else { return nil }
                operand = .member(operand, name)
            } else if self.take("[") {
                guard let index = self.conditional(), self.take("]") else { return nil }
                operand = .index(operand, index)
            } else {
                // A call.
                return self.tokens.first == .symbol("(") ? nil : operand
            }
        }
    }

    private mutating func primary() -> ScriptTree? {
        switch self.tokens.popFirst() {
        case .number(let digits): return digits.contains(".") ? .double(digits) : .int(digits)
        case .string(let text): return .string(text)
        case .name("In"):
            guard self.take("("), case .string(let id)? = self.tokens.popFirst(), self.take(")") else { return nil }
            return .inState(id)
        case .name(let name): return .name(name)
        case .symbol("("):
            guard let inner = self.conditional(), self.take(")") else { return nil }
            return inner
        case .symbol("["):
            var elements: [ScriptTree] = []
            while !self.take("]") {
                guard elements.isEmpty || self.take(","), let element = self.conditional() else { return nil }
                elements.append(element)
            }
            return .list(elements)
        case .symbol("{"): return self.object()
        default: return nil
        }
    }

    private mutating func object() -> ScriptTree? {
        var entries: [(key: String, value: ScriptTree)] = []
        while !self.take("}") {
            guard entries.isEmpty || self.take(","), let token = self.tokens.popFirst() else { return nil }
            let key: String
            switch token {
            case .name(let text), .string(let text): key = text
            case .number, .symbol: return nil
            }
            guard self.take(":"), let value = self.conditional() else { return nil }
            entries.append((key, value))
        }
        return .object(entries)
    }
}
