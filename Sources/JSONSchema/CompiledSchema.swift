import Values

/// A schema as the validator reads it: nodes that refer to each other by index, the root first.
final class CompiledSchema: Sendable {
    let nodes: [SchemaNode]
    /// Where each text of a `$ref` leads.
    let references: [String: Int]
    /// By how they are written.
    let patterns: [ValueMap.Key: Pattern]

    init(nodes: [SchemaNode], references: [String: Int], patterns: [ValueMap.Key: Pattern]) {
        self.nodes = nodes
        self.references = references
        self.patterns = patterns
    }

    var patternSize: Int { self.patterns.values.reduce(0) { $0 + max(ValidationLimits.onePattern, $1.size) } }
}

struct SchemaNode: Sendable {
    /// As written; references can lead here from anywhere.
    var source: Value
    var checks: [Check] = []
}

/// One keyword, or keywords that only work together.
enum Check: Sendable {
    /// The schema `false`.
    case never
    case types(TypeSet)
    case options(Options)
    case constant(ExactValue)
    case multiple(Value)
    case bound(Bound, Value)
    case minLength(Int)
    case maxLength(Int)
    case pattern(Pattern)
    case format(Format)
    case minItems(Int)
    case maxItems(Int)
    case unique
    case items(prefix: [Int], rest: Int?)
    case contains(Int, least: Int, most: Int?)
    case minProperties(Int)
    case maxProperties(Int)
    case required([String])
    case dependentRequired([(name: String, needed: [String])])
    case dependentSchemas([(name: String, node: Int)])
    case members(Members)
    case names(Int)
    case all([Int])
    case any([Int])
    case one([Int])
    case not(Int)
    case condition(Int, then: Int?, otherwise: Int?)
    case reference(Int)

    struct Options: Sendable {
        var set: Set<ExactValue>
        var list: [Value]
    }

    struct Members: Sendable {
        /// In key order, as a value's members are.
        var ordered: [(name: String, node: Int)] = []
        var patterns: [(pattern: Pattern, node: Int)] = []
        var additional: Int?
    }

    enum Bound: String, Sendable {
        case minimum, exclusiveMinimum, maximum, exclusiveMaximum
    }
}

/// The types that a `type` keyword admits.
struct TypeSet: OptionSet, Sendable, Hashable {
    let rawValue: UInt8

    static let null = TypeSet(rawValue: 1)
    static let boolean = TypeSet(rawValue: 2)
    static let integer = TypeSet(rawValue: 4)
    static let number = TypeSet(rawValue: 8)
    static let string = TypeSet(rawValue: 16)
    static let array = TypeSet(rawValue: 32)
    static let object = TypeSet(rawValue: 64)

    static let names: [(name: String, type: TypeSet)] = [
        ("string", .string), ("integer", .integer), ("number", .number), ("boolean", .boolean), ("object", .object),
        ("array", .array), ("null", .null),
    ]

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init?(name: String) {
        guard let known = Self.names.first(where: { $0.name == name }) else { return nil }
        self = known.type
    }

    func admits(_ value: Value) -> Bool {
        switch value {
        case .null: self.contains(.null)
        case .bool: self.contains(.boolean)
        case .int, .uint: !self.isDisjoint(with: [.integer, .number])
        case .double(let number): self.contains(.number) || self.contains(.integer) && number == number.rounded()
        case .string: self.contains(.string)
        case .list: self.contains(.array)
        case .map: self.contains(.object)
        case .bytes, .timestamp, .duration, .type, .optional: false
        }
    }
}
