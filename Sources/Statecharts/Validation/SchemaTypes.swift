import CEL
import JSONSchema
import Values

/// What a JSON Schema says of the values in expressions. What it says otherwise than by types, members and enumerations
/// does not count: a type holds at least what the schema allows.
struct SchemaTypes {
    private let schema: Schema
    /// Of `number`.
    private let number: ValueType.Kinds
    /// Members that the schema does not name are doubtful where it says nothing of them.
    private let isListed: Bool
    private var budget = 20_000

    /// Of what expressions see, whose numbers ``Schema/normalised(_:)`` has made.
    static func type(of schema: Schema, isListed: Bool = false) -> ValueType {
        self.type(of: schema, number: .double, isListed: isListed)
    }

    /// Of what may be written: an int becomes a double where a `number` is.
    static func writableType(of schema: Schema) -> ValueType {
        self.type(of: schema, number: [.int, .double], isListed: false)
    }

    private static func type(of schema: Schema, number: ValueType.Kinds, isListed: Bool) -> ValueType {
        var types = SchemaTypes(schema: schema, number: number, isListed: isListed)
        return types.type(of: schema.source, depth: 0)
    }

    private init(schema: Schema, number: ValueType.Kinds, isListed: Bool) {
        self.schema = schema
        self.number = number
        self.isListed = isListed
    }

    private static let json: ValueType.Kinds = [.null, .bool, .int, .double, .string, .list, .map]

    private mutating func type(of part: Value, depth: Int) -> ValueType {
        self.budget -= 1
        guard self.budget > 0, depth < 20, let schema = self.schema.merged(part).map else { return .dyn }
        let kinds = self.kinds(of: schema)
        if let constants = schema["enum"]?.list ?? schema["const"].map({ [$0] }) {
            return Self.enumeration(constants, kinds)
        }
        let own = self.structure(of: schema, kinds, depth)
        for keyword in ["anyOf", "oneOf"] {
            guard let branches = schema[keyword]?.list else { continue }
            let union = ValueType.joined(branches.map { self.type(of: $0, depth: depth + 1) })
            var common = kinds.intersection(union.kinds)
            let numbers: ValueType.Kinds = [.int, .double]
            guard common.isDisjoint(with: numbers), !union.kinds.isDisjoint(with: numbers) else {
                return own.map { $0.only(common).opened } ?? union.only(common)
            }
            // Numbers have the form that the schema itself says.
            common.formUnion(kinds.intersection(numbers))
            return own.map { $0.only(common).opened }
                ?? union.only(common).joined(with: ValueType(common.intersection(numbers)))
        }
        return own ?? (kinds == Self.json ? .dyn : ValueType(kinds))
    }

    private func kinds(of schema: ValueMap) -> ValueType.Kinds {
        guard let type = schema["type"] else { return Self.json }
        let names = type.list ?? [type]
        return names.reduce(into: []) { kinds, name in
            switch name.string {
            case "null": kinds.insert(.null)
            case "boolean": kinds.insert(.bool)
            case "integer": if !names.contains("number") { kinds.insert(.int) }
            case "number": kinds.formUnion(self.number)
            case "string": kinds.insert(.string)
            case "array": kinds.insert(.list)
            case "object": kinds.insert(.map)
            default: kinds = Self.json
            }
        }
    }

    private static func enumeration(_ constants: [Value], _ kinds: ValueType.Kinds) -> ValueType {
        var found: ValueType.Kinds = []
        for constant in constants {
            switch constant {
            case .int, .double: found.formUnion([.int, .double])
            default: found.formUnion(ValueType.Kinds(of: constant))
            }
        }
        let others = ValueType(found.intersection(kinds).subtracting(.string))
        guard found.intersection(kinds).contains(.string) else { return others }
        return ValueType.strings(constants.compactMap(\.string)).joined(with: others)
    }

    /// With what is said of members and elements; nil when nothing is.
    private mutating func structure(
        of schema: ValueMap, _ kinds: ValueType.Kinds, _ depth: Int
    ) -> ValueType? {
        var result: ValueType?
        let others = ValueType(kinds.subtracting([.list, .map]))
        if kinds.contains(.map), schema["properties"] != nil || schema["additionalProperties"] != nil {
            var fields: [String: ValueType] = [:]
            for entry in schema["properties"]?.map?.entries ?? [] {
                guard case .string(let name) = entry.key else { continue }
                fields[name] = self.type(of: entry.value, depth: depth + 1)
            }
            let isListed = self.isListed && !fields.isEmpty && !Self.open.contains { schema[$0] != nil }
            result = others.joined(with: .object(fields, rest: self.rest(of: schema, depth), isListed: isListed))
        } else if kinds.contains(.map) {
            result = kinds == .map ? .map : others.joined(with: .map)
        }
        guard kinds.contains(.list) else { return result }
        let hasItems = schema["items"] != nil && schema["prefixItems"] == nil
        let list = hasItems ? ValueType.list(of: self.type(of: schema["items"] ?? true, depth: depth + 1)) : .list
        return (result ?? others).joined(with: list)
    }

    /// Keywords that say something of other members.
    private static let open = [
        "additionalProperties", "patternProperties", "propertyNames", "then", "else", "dependentSchemas", "anyOf",
        "oneOf",
    ]

    /// What members hold that are not named; nil when there are none.
    private mutating func rest(of schema: ValueMap, _ depth: Int) -> ValueType? {
        guard let additional = schema["additionalProperties"], schema["patternProperties"] == nil else { return .dyn }
        if additional.bool == false { return nil }
        return additional.map == nil ? .dyn : self.type(of: additional, depth: depth + 1)
    }
}
