import CEL
import Values

/// Names that an expression may begin with.
struct Scope {
    /// Names of `let` and of loops.
    var names: Set<String>
    var roots: Set<String>

    static let all: Set<String> = ["context", "event", "instance", "now"]
    /// What an `{at:}` sees that is evaluated again.
    static let timeless: Set<String> = ["context", "instance"]
    /// Types are values in CEL; the rest are the namespaces of functions.
    static let types: Set<String> = [
        "int", "uint", "double", "bool", "string", "bytes", "list", "map", "null_type", "type", "google",
        "optional_type", "optional", "math", "strings", "base64", "cel",
    ]
    static let functions: Set<String> = [
        "inState", "hasTag", "reached", "visits", "enteredAt", "addDelay", "workdaysBetween", "date",
    ]

    func adding(_ name: String?) -> Scope {
        guard let name else { return self }
        return Scope(names: self.names.union([name]), roots: self.roots)
    }
}

extension Compiler {
    /// A scalar in an expression position. Numbers, booleans and null stand for themselves.
    mutating func expression(_ syntax: Syntax?, _ scope: Scope) -> Expression? {
        guard let syntax else { return nil }
        switch syntax.content {
        case .list, .map:
            let hint: Message = "write it as one expression: \"[1, 2]\", \"{'a': 1}\""
            self.error("expected-expression", "an expression is a string, not \(syntax.kind)", at: syntax, hint: hint)
            return nil
        case .string: return self.expression(syntax.text[...], in: syntax, scope)
        case .null: return self.expression("null", in: syntax, scope)
        case .bool(let value): return self.expression(value ? "true" : "false", in: syntax, scope)
        case .int(let value): return self.expression(Substring(String(value)), in: syntax, scope)
        case .double(let value): return self.expression(Substring("\(value)"), in: syntax, scope)
        }
    }

    /// An expression that is the text of a scalar, or a part of it.
    mutating func expression(_ part: Substring, in syntax: Syntax, _ scope: Scope) -> Expression? {
        let base = syntax.string == nil ? 0 : part.utf8.distance(from: part.base.utf8.startIndex, to: part.startIndex)
        do {
            let program = try Program(String(part), options: Self.options)
            self.checkReferences(program.references, in: syntax, at: base, scope)
            let position = self.position(in: syntax, at: base)
            self.expressionPlaces[position] = ChartTyping.Place(syntax: syntax, base: base, source: String(part))
            return Expression(program: program, position: position)
        } catch {
            self.report(
                .error, "expression-syntax", error.message, at: self.position(in: syntax, at: base + error.offset),
                path: syntax.path,
                hint: Diagnostic.expressionHint(error, in: part, behind: self.source.rest(behind: syntax)))
            return nil
        }
    }

    /// The environment of all expressions.
    static let options: Options = {
        var options = Options()
        options.functions = Scope.functions
        return options
    }()

    func position(in syntax: Syntax, at offset: Int) -> Position {
        guard syntax.string != nil else { return syntax.position }
        return self.source.position(in: syntax.text, at: offset, from: syntax.position)
    }

    // MARK: Names

    private mutating func checkReferences(_ references: References, in syntax: Syntax, at base: Int, _ scope: Scope) {
        for path in references.paths {
            guard let root = path.names.first else { continue }
            if scope.names.contains(root) || scope.roots.contains(root) {
                self.named.used.insert("let.\(root)")
                if root == "context", path.names.count > 1, scope.roots.contains(root) {
                    let position = self.position(in: syntax, at: base + path.offset)
                    self.readFields.append((path.names[1], position, syntax.path))
                }
            } else if !Scope.types.contains(root) {
                let position = self.position(in: syntax, at: base + path.offset)
                self.reportUnknown(root, isPlain: syntax.text == root, scope, at: position, path: syntax.path)
            }
        }
        for call in references.calls { self.checkCall(call, in: syntax, at: base) }
    }

    private mutating func reportUnknown(
        _ name: String, isPlain: Bool, _ scope: Scope, at position: Position, path: String
    ) {
        if Scope.all.contains(name) {
            let message: Message =
                "'\(name)' is not known here; this expression sees \(scope.roots.sorted().joined(separator: ", "))"
            self.report(.error, "unknown-name", message, at: position, path: path)
            return
        }
        let near = self.near(name, among: scope.names.union(scope.roots))
        let literal: Message = "a literal string is written \"'\(name)'\", data is 'context.\(name)'"
        self.report(
            .error, "unknown-name", "there is no name '\(name)' in this expression", at: position, path: path,
            hint: isPlain ? literal : near ?? literal)
    }

    private mutating func checkCall(_ call: References.Call, in syntax: Syntax, at base: Int) {
        guard Scope.functions.contains(call.function) else { return }
        let position = self.position(in: syntax, at: base + call.offset)
        switch call.function {
        case "inState", "reached", "visits", "enteredAt":
            guard call.literals.count == 1, let text = call.literals[0] else { break }
            self.checkStatePath(text, in: call.function, at: position, path: syntax.path)
        case "hasTag":
            guard call.literals.count == 1, let tag = call.literals[0] else { break }
            self.mentionedTags.append((tag, position, syntax.path))
        case "addDelay":
            guard call.literals.count == 2, let text = call.literals[1] else { break }
            let place = Syntax(content: .string, text: text, position: position, path: syntax.path)
            _ = self.delay(place, Scope(names: [], roots: []), moves: false)
        default: break
        }
        let counts = ["addDelay": 2, "workdaysBetween": 2]
        let wanted = counts[call.function] ?? 1
        if call.literals.count != wanted {
            let message: Message =
                wanted == 1 ? "\(call.function) takes one argument" : "\(call.function) takes \(wanted) arguments"
            self.report(.error, "argument-count", message, at: position, path: syntax.path)
        }
    }

    private mutating func checkStatePath(_ text: String, in function: String, at position: Position, path: String) {
        let found = text.hasPrefix("#") ? self.named(String(text.dropFirst())) : self.chart.statePaths[text]
        guard found == nil || text.isEmpty else { return }
        let last = text.split(separator: ".").last.map(String.init) ?? text
        let hint: Message? =
            if text.hasPrefix("#") {
                self.near(String(text.dropFirst()), among: self.chart.stateNames.keys)
            } else if let same = self.chart.states.first(where: { $0.key == last && !$0.path.isEmpty }) {
                "there is '\(same.path)': write the path from the root"
            } else {
                self.near(text, among: self.chart.states.map(\.path).filter { !$0.isEmpty })
            }
        self.report(
            .error, "unknown-state", "\(function) names no state: '\(text)'", at: position, path: path, hint: hint)
    }

    // MARK: Templates

    /// Data whose strings are expressions, built element by element.
    mutating func template(_ syntax: Syntax, _ scope: Scope) -> Template {
        switch syntax.content {
        case .null, .bool, .int, .double: return .constant(syntax.value)
        case .string: return self.expression(syntax, scope).map { .expression($0) } ?? .constant(.null)
        case .list(let elements):
            let built = elements.map { self.template($0, scope) }
            let constants = built.compactMap(\.constant)
            return constants.count == built.count ? .constant(.list(constants)) : .list(built)
        case .map(let entries):
            let built = entries.map { (key: $0.key, value: self.template($0.value, scope)) }
            let constants = built.compactMap { entry in
                entry.value.constant.map { (ValueMap.Key.string(entry.key), $0) }
            }
            return constants.count == built.count ? .constant(.map(ValueMap(constants))) : .map(built)
        }
    }
}

extension Template {
    fileprivate var constant: Value? {
        guard case .constant(let value) = self else { return nil }
        return value
    }
}
