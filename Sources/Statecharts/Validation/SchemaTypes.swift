import CEL
import JSONSchema
import Values

/// What a JSON Schema says of the values in expressions. What it says otherwise than by types, members and enumerations
/// does not count: a type holds at least what the schema allows.
struct SchemaTypes {
    private let schema: Schema
    private var budget = 20_000

    static func type(of schema: Schema) -> ValueType {
        var types = SchemaTypes(schema: schema)
        return types.type(of: schema.source, depth: 0)
    }

    private init(schema: Schema) {
        self.schema = schema
    }

    private static let json: ValueType.Kinds = [.null, .bool, .int, .double, .string, .list, .map]

    private mutating func type(of part: Value, depth: Int) -> ValueType {
        self.budget -= 1
        guard self.budget > 0, depth < 20, let schema = self.schema.merged(part).map else { return .dyn }
        let kinds = Self.kinds(of: schema)
        if let constants = schema["enum"]?.list ?? schema["const"].map({ [$0] }) {
            return Self.enumeration(constants, kinds)
        }
        let own = self.structure(of: schema, kinds, depth)
        for keyword in ["anyOf", "oneOf"] {
            guard let branches = schema[keyword]?.list else { continue }
            let union = ValueType.joined(branches.map { self.type(of: $0, depth: depth + 1) })
            let common = kinds.intersection(union.kinds)
            return own.map { $0.only(common).opened } ?? union.only(common)
        }
        return own ?? (kinds == Self.json ? .dyn : ValueType(kinds))
    }

    private static func kinds(of schema: ValueMap) -> ValueType.Kinds {
        guard let type = schema["type"] else { return Self.json }
        return (type.list ?? [type]).reduce(into: []) { kinds, name in
            switch name.string {
            case "null": kinds.insert(.null)
            case "boolean": kinds.insert(.bool)
            case "integer": kinds.insert(.int)
            // As it was written: with a fraction or without.
            case "number": kinds.formUnion([.int, .double])
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
            result = others.joined(with: .object(fields, rest: self.rest(of: schema, depth)))
        } else if kinds.contains(.map) {
            result = kinds == .map ? .map : others.joined(with: .map)
        }
        guard kinds.contains(.list) else { return result }
        let hasItems = schema["items"] != nil && schema["prefixItems"] == nil
        let list = hasItems ? ValueType.list(of: self.type(of: schema["items"] ?? true, depth: depth + 1)) : .list
        return (result ?? others).joined(with: list)
    }

    /// What members hold that are not named; nil when there are none.
    private mutating func rest(of schema: ValueMap, _ depth: Int) -> ValueType? {
        guard let additional = schema["additionalProperties"], schema["patternProperties"] == nil else { return .dyn }
        if additional.bool == false { return nil }
        return additional.map == nil ? .dyn : self.type(of: additional, depth: depth + 1)
    }
}
