import Values

/// Simple ECMAScript expressions, as they stand in SCXML, to CEL: names, members, literals, comparisons, logic and sums. What
/// CEL would compute in another way (divisions, calls, assignments, `typeof`) is left alone.
struct ScriptExpression {
    /// What a name of the script is here: `context.x` for data, a loop's name for itself; nil: not known.
    var resolve: (String) -> String?
    /// The path of a state that has this id.
    var path: (String) -> String?

    /// nil: not simple.
    func translated(_ source: String) -> String? {
        guard source.utf8.count <= 4_096, let tokens = Self.tokens(source).map(Self.withoutTypeof) else { return nil }
        var text = ""
        var index = 0
        while index < tokens.count {
            let previous = index > 0 ? tokens[index - 1] : nil
            guard let piece = self.piece(tokens, &index, after: previous) else { return nil }
            if let separator = Self.separator(after: previous, before: tokens[index]) { text += separator }
            text += piece
            index += 1
        }
        return !text.isEmpty && ExpressionText.isValid(text) ? text : nil
    }

    // MARK: Tokens

    private enum Token: Equatable {
        case name(String)
        case number(String)
        case string(String)
        case symbol(String)
    }

    private static let symbols = [
        "===", "!==", "==", "!=", "<=", ">=", "&&", "||", "<", ">", "+", "-", "*", "%", "!", "?", ":", "(", ")", "[",
        "]",
        "{", "}", ",", ".",
    ]

    private static func tokens(_ source: String) -> [Token]? {
        var tokens: [Token] = []
        var rest = Array(source)[...]
        while let first = rest.first {
            if first.isWhitespace {
                rest.removeFirst()
            } else if first == "'" || first == "\"" {
                guard let text = Self.string(&rest) else { return nil }
                tokens.append(.string(text))
            } else if first.isASCII, first.isNumber {
                let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0.isLetter) }
                guard Int64(String(digits)) != nil || Self.isFraction(String(digits)) else { return nil }
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

    /// `typeof x === 'undefined'` asks for null here. Of members that may be missing CEL says it in another way.
    private static func withoutTypeof(_ tokens: [Token]) -> [Token] {
        guard let start = tokens.firstIndex(of: .name("typeof")) else { return tokens }
        let rest = tokens[(start + 1)...]
        let isData = rest.starts(with: [.name("_event"), .symbol("."), .name("data")])
        let operand = rest.prefix(isData ? 3 : 1)
        let test = rest.dropFirst(operand.count).prefix(2)
        guard test.last == .string("undefined"), let comparison = test.first,
            [.symbol("=="), .symbol("==="), .symbol("!="), .symbol("!==")].contains(comparison)
        else { return tokens }
        let after = Self.withoutTypeof(Array(rest.dropFirst(operand.count + 2)))
        return tokens[..<start] + operand + [comparison, .name("null")] + after
    }

    private static func isFraction(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isNumber) }
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

    // MARK: Pieces

    private func piece(_ tokens: [Token], _ index: inout Int, after previous: Token?) -> String? {
        let next = index + 1 < tokens.count ? tokens[index + 1] : nil
        switch tokens[index] {
        case .number(let digits): return digits
        case .string(let text): return ExpressionText.literal(.string(text))
        case .symbol("==="): return "=="
        case .symbol("!=="): return "!="
        case .symbol(let symbol): return symbol
        case .name(let name):
            if previous == .symbol(".") {
                if next == .symbol("(") { return nil }
                return name == "length" ? "size()" : name
            }
            // The key of an object.
            let isKey = previous == .symbol("{") || previous == .symbol(",")
            if isKey, next == .symbol(":") { return ExpressionText.literal(.string(name)) }
            return self.root(name, tokens, &index)
        }
    }

    private func root(_ name: String, _ tokens: [Token], _ index: inout Int) -> String? {
        switch name {
        case "true", "false", "null": return name
        case "undefined": return "null"
        case "_sessionid": return "instance.id"
        case "_name": return "instance.workflow"
        case "_event":
            guard index + 2 < tokens.count, tokens[index + 1] == .symbol(".") else { return nil }
            switch tokens[index + 2] {
            case .name("name"):
                index += 2
                return "event.type"
            case .name("data"):
                index += 2
                return "event.data"
            default: return nil
            }
        case "In":
            guard index + 3 < tokens.count, tokens[index + 1] == .symbol("("), tokens[index + 3] == .symbol(")"),
                case .string(let id) = tokens[index + 2], let path = self.path(id)
            else { return nil }
            index += 3
            return "inState(\(Value.string(path).json))"
        default:
            if index + 1 < tokens.count, tokens[index + 1] == .symbol("(") { return nil }
            return self.resolve(name)
        }
    }

    private static func separator(after previous: Token?, before token: Token) -> String? {
        guard let previous else { return nil }
        let tight: Set<String> = [".", "(", ")", "[", "]", "!", ",", "{", "}"]
        if case .symbol(let symbol) = previous {
            if symbol == "," { return " " }
            guard tight.contains(symbol) else {
                return " "
            }
            // `) &&`, `] ==`.
            guard [")", "]", "}"].contains(symbol) else { return nil }
        }
        if case .symbol(let symbol) = token, tight.contains(symbol) { return symbol == "!" ? " " : nil }
        return " "
    }
}
