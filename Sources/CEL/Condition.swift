public import Values

/// What an expression says as a condition, as far as its form shows it: for checks of definitions, not for evaluation.
///
///     Condition("context.trl >= 4 && ready")   // all([compare(["context", "trl"], ">=", 4), holds(["ready"])])
public indirect enum Condition: Sendable, Hashable {
    case constant(Bool)
    case all([Condition])
    case any([Condition])
    case not(Condition)
    case compare([String], Comparison, Value)
    /// `path in [literals]`.
    case oneOf([String], [Value])
    /// A name, or a member of one, that is itself the condition.
    case holds([String])
    /// Anything else, written in one way, so that equal conditions are equal.
    case other(String)

    public enum Comparison: String, Sendable, Hashable {
        case equal = "=="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="

        /// With its sides exchanged.
        public var mirrored: Comparison {
            switch self {
            case .equal, .notEqual: self
            case .less: .greater
            case .lessOrEqual: .greaterOrEqual
            case .greater: .less
            case .greaterOrEqual: .lessOrEqual
            }
        }

        public var negated: Comparison {
            switch self {
            case .equal: .notEqual
            case .notEqual: .equal
            case .less: .greaterOrEqual
            case .lessOrEqual: .greater
            case .greater: .lessOrEqual
            case .greaterOrEqual: .less
            }
        }
    }

    /// nil: the text is no expression.
    public init?(_ source: String, options: Options = Options()) {
        guard let syntax = try? Parser.parse(source, options: options) else { return nil }
        self.init(syntax)
    }

    private init(_ syntax: Syntax) {
        switch syntax.kind {
        case .literal(.bool(let value)): self = .constant(value)
        case .and(let operands): self = .all(operands.map(Condition.init))
        case .or(let operands): self = .any(operands.map(Condition.init))
        case .not(let operand): self = .not(Condition(operand))
        case .chain(let first, let links) where links.count == 1:
            self = Condition(first, links[0]) ?? .other(syntax.spelling)
        case .name, .select:
            self = syntax.members.map { .holds($0) } ?? .other(syntax.spelling)
        default: self = .other(syntax.spelling)
        }
    }

    private init?(_ left: Syntax, _ link: Syntax.Link) {
        if link.operation == .contained {
            guard let path = left.members, case .list(let elements) = link.operand.kind else { return nil }
            let literals = elements.compactMap { $0.isOptional ? nil : $0.value.literal }
            guard literals.count == elements.count else { return nil }
            self = .oneOf(path, literals)
            return
        }
        guard let comparison = Comparison(rawValue: link.operation.rawValue) else { return nil }
        if let path = left.members, let literal = link.operand.literal {
            self = .compare(path, comparison, literal)
        } else if let literal = left.literal, let path = link.operand.members {
            self = .compare(path, comparison.mirrored, literal)
        } else {
            return nil
        }
    }
}

extension Syntax {
    /// A name and the members that are selected from it: `context.a.b`.
    fileprivate var members: [String]? {
        switch self.kind {
        case .name(let name, false): [name]
        case .select(let operand, let field, false): operand.members.map { $0 + [field] }
        default: nil
        }
    }

    fileprivate var literal: Value? {
        switch self.kind {
        case .literal(let value): return value
        case .negate(let operand):
            switch operand.kind {
            case .literal(.int(let value)): return value == .min ? nil : .int(-value)
            case .literal(.double(let value)): return .double(-value)
            default: return nil
            }
        default: return nil
        }
    }

    /// The expression in one way of writing it, without regard to blanks and parentheses.
    fileprivate var spelling: String {
        func list(_ nodes: [Syntax]) -> String { nodes.map(\.spelling).joined(separator: ", ") }
        switch self.kind {
        case .literal(let value): return "\(value)"
        case .name(let name, let isRooted): return isRooted ? ".\(name)" : name
        case .select(let operand, let field, let isOptional):
            return "\(operand.spelling).\(isOptional ? "?" : "")\(field)"
        case .has(let operand, let field, let isOptional):
            return "has(\(operand.spelling).\(isOptional ? "?" : "")\(field))"
        case .index(let operand, let index, let isOptional):
            return "\(operand.spelling)[\(isOptional ? "?" : "")\(index.spelling)]"
        case .call(let target, let function, let arguments):
            return "\(target.map { $0.spelling + "." } ?? "")\(function)(\(list(arguments)))"
        case .not(let operand): return "!\(operand.spelling)"
        case .negate(let operand): return "-\(operand.spelling)"
        case .chain(let first, let links):
            return "(" + links.reduce(first.spelling) { "\($0) \($1.operation.rawValue) \($1.operand.spelling)" } + ")"
        case .and(let operands): return "(" + operands.map(\.spelling).joined(separator: " && ") + ")"
        case .or(let operands): return "(" + operands.map(\.spelling).joined(separator: " || ") + ")"
        case .conditional(let branches, let otherwise):
            return "(" + branches.map { "\($0.condition.spelling) ? \($0.value.spelling) : " }.joined()
                + otherwise.spelling + ")"
        case .list(let elements):
            return "[" + elements.map { ($0.isOptional ? "?" : "") + $0.value.spelling }.joined(separator: ", ") + "]"
        case .map(let entries): return Self.spelling(of: entries)
        case .message(let type, let entries): return type + Self.spelling(of: entries)
        case .comprehension(let loop):
            let names = [loop.first, loop.second].compactMap(\.self).joined(separator: ", ")
            let parts = [loop.filter, loop.body].compactMap(\.self)
            return "\(loop.kind)(\(loop.range.spelling), \(names), \(list(parts)))"
        case .bind(let name, let value, let body): return "bind(\(name), \(value.spelling), \(body.spelling))"
        case .block(let names, let values, let body):
            return "block(\(names.joined(separator: ", ")); \(list(values)); \(body.spelling))"
        case .optionalMap(let operand, let name, let body, let isFlat):
            return "\(operand.spelling).\(isFlat ? "optFlatMap" : "optMap")(\(name), \(body.spelling))"
        }
    }

    private static func spelling(of entries: [Entry]) -> String {
        let parts = entries.map { "\($0.isOptional ? "?" : "")\($0.key.spelling): \($0.value.spelling)" }
        return "{" + parts.joined(separator: ", ") + "}"
    }
}
