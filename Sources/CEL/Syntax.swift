import Values

/// The syntax tree of an expression, macros expanded.
///
/// Chains of operators of one rank are one node, however long, so that depth is what an author nests.
struct Syntax: Sendable {
    indirect enum Kind: Sendable {
        case literal(Value)
        /// `isRooted`: written with a dot in front, which neither loop names nor the container answer.
        case name(String, isRooted: Bool)
        case select(Syntax, field: String, isOptional: Bool)
        /// `has(a.b)`.
        case has(Syntax, field: String, isOptional: Bool)
        case index(Syntax, Syntax, isOptional: Bool)
        case call(target: Syntax?, function: String, arguments: [Syntax])
        case not(Syntax)
        case negate(Syntax)
        case chain(Syntax, [Link])
        case and([Syntax])
        case or([Syntax])
        case conditional([Branch], otherwise: Syntax)
        case list([Element])
        case map([Entry])
        case message(type: String, [Entry])
        case comprehension(Comprehension)
        case bind(name: String, value: Syntax, body: Syntax)
        /// `cel.block`: each value sees those before it.
        case block(names: [String], values: [Syntax], body: Syntax)
        case optionalMap(Syntax, name: String, body: Syntax, isFlat: Bool)
    }

    /// An operator and its right operand.
    struct Link: Sendable {
        let operation: Operation
        let operand: Syntax
        let offset: Int
    }

    struct Branch: Sendable {
        let condition: Syntax
        let value: Syntax
    }

    struct Element: Sendable {
        let value: Syntax
        let isOptional: Bool
    }

    struct Entry: Sendable {
        let key: Syntax
        let value: Syntax
        let isOptional: Bool
    }

    struct Comprehension: Sendable {
        enum Kind: Sendable {
            case all, exists, existsOne, transformList, transformMap, transformMapEntry, sortBy
        }

        let kind: Kind
        let range: Syntax
        /// Element of a list or key of a map; with ``second``, index or key.
        let first: String
        let second: String?
        let filter: Syntax?
        let body: Syntax
    }

    let kind: Kind
    /// Of what an error about this node points at: the operator of an operation, the name of a call.
    let offset: Int
    /// Nodes on the longest way down, this one included.
    let height: Int
}

/// A binary operator.
enum Operation: String, Sendable {
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case contained = "in"
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case remainder = "%"
}

extension Syntax.Kind {
    /// The nodes right below.
    var children: [Syntax] {
        switch self {
        case .literal, .name: []
        case .select(let operand, _, _), .has(let operand, _, _), .not(let operand), .negate(let operand): [operand]
        case .index(let operand, let index, _): [operand, index]
        case .call(let target, _, let arguments): (target.map { [$0] } ?? []) + arguments
        case .chain(let first, let links): [first] + links.map(\.operand)
        case .and(let operands), .or(let operands): operands
        case .conditional(let branches, let otherwise):
            branches.flatMap { [$0.condition, $0.value] } + [otherwise]
        case .list(let elements): elements.map(\.value)
        case .map(let entries), .message(_, let entries): entries.flatMap { [$0.key, $0.value] }
        case .comprehension(let loop): [loop.range, loop.body] + (loop.filter.map { [$0] } ?? [])
        case .bind(_, let value, let body): [value, body]
        case .block(_, let values, let body): values + [body]
        case .optionalMap(let operand, _, let body, _): [operand, body]
        }
    }
}
