public import Values

/// A member of an object schema, as a form or a command line shows it.
public struct Field: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable {
        case string, integer, number, boolean, object, array
        /// The schema does not say.
        case any
    }

    /// A value to choose, from `enum`, `const`, or `oneOf`/`anyOf` of `{const: …, title: …}`.
    public struct Option: Sendable, Hashable {
        public var value: Value
        public var title: LocalText?
        /// What a form sends for it.
        public var text: String
    }

    public var name: String
    public var title: LocalText?
    public var description: LocalText?
    public var kind: Kind
    public var isRequired = false
    /// null is a value too.
    public var isNullable = false
    public var options: [Option] = []
    public var format: String?
    public var minimum: Value?
    public var exclusiveMinimum: Value?
    public var maximum: Value?
    public var exclusiveMaximum: Value?
    public var multipleOf: Value?
    public var minLength: Int?
    public var maxLength: Int?
    public var minItems: Int?
    public var maxItems: Int?
    public var pattern: String?
    /// `x-multiline`, or room for more than 200 characters.
    public var isMultiline = false
    public var isReadOnly = false
    public var isWriteOnly = false
    public var isDeprecated = false
    public var `default`: Value?
    /// The fields of an object.
    public var fields: [Field] = []
    /// What a list holds: one field without a name, or none when the schema does not say.
    public var items: [Field] = []
    /// The schema's `x-…` keys: `x-unit`, `x-order`.
    public var hints: [String: Value] = [:]

    /// The title in the language, else the name.
    public func label(_ language: String) -> String { self.title?[language] ?? self.name }
}

extension Field {
    /// Of a flattened schema, without the fields and items in it.
    init(name: String, _ schema: ValueMap) {
        self.name = name
        self.title = LocalText(schema["title"])
        self.description = LocalText(schema["description"])
        self.options = Self.options(schema)
        self.kind = Self.kind(schema, self.options)
        let types = schema["type"].map { $0.list ?? [$0] } ?? []
        self.isNullable = types.contains(.string("null"))
        self.format = schema["format"]?.string
        self.minimum = schema["minimum"]
        self.exclusiveMinimum = schema["exclusiveMinimum"]
        self.maximum = schema["maximum"]
        self.exclusiveMaximum = schema["exclusiveMaximum"]
        self.multipleOf = schema["multipleOf"]
        self.minLength = Self.count(schema["minLength"])
        self.maxLength = Self.count(schema["maxLength"])
        self.minItems = Self.count(schema["minItems"])
        self.maxItems = Self.count(schema["maxItems"])
        self.pattern = schema["pattern"]?.string
        self.isReadOnly = schema["readOnly"]?.bool ?? false
        self.isWriteOnly = schema["writeOnly"]?.bool ?? false
        self.isDeprecated = schema["deprecated"]?.bool ?? false
        self.default = schema["default"]
        for entry in schema.entries where entry.key.text.hasPrefix("x-") { self.hints[entry.key.text] = entry.value }
        let isText = self.kind == .string && self.options.isEmpty && self.format == nil
        self.isMultiline = self.hints["x-multiline"]?.bool ?? (isText && (self.maxLength ?? 0) > 200)
    }

    /// What it costs to read the schema: texts by language, and values to choose from.
    static func weight(_ schema: ValueMap) -> Int {
        ["title", "description", "type", "enum", "const", "oneOf", "anyOf"].reduce(0) { $0 + (schema[$1]?.weight ?? 0) }
    }

    private static func count(_ value: Value?) -> Int? {
        guard case .int(let count)? = value?.canonicalNumber else { return nil }
        return Int(count)
    }

    private static func options(_ schema: ValueMap) -> [Option] {
        if let list = schema["enum"]?.list { return list.map { Option(value: $0, title: nil, text: $0.formText) } }
        if let value = schema["const"] { return [Option(value: value, title: nil, text: value.formText)] }
        for keyword in ["oneOf", "anyOf"] {
            guard let list = schema[keyword]?.list else { continue }
            let options = list.compactMap { choice in
                choice["const"].map { Option(value: $0, title: LocalText(choice["title"]), text: $0.formText) }
            }
            if options.count == list.count { return options }
        }
        return []
    }

    private static func kind(_ schema: ValueMap, _ options: [Option]) -> Kind {
        if let type = schema["type"] {
            let names = Set((type.list ?? [type]).compactMap(\.string)).subtracting(["null"])
            if names == ["integer", "number"] { return .number }
            return names.count == 1 ? names.first.flatMap(Kind.init(rawValue:)) ?? .any : .any
        }
        if !options.isEmpty {
            let kinds = Set(options.map { Self.kind(of: $0.value) })
            return kinds == [.integer, .number] ? .number : kinds.count == 1 ? kinds.first ?? .any : .any
        }
        let signs: [(Kind, [String])] = [
            (.object, ["properties", "required"]), (.array, ["items", "prefixItems"]),
            (.string, ["format", "pattern", "minLength", "maxLength"]),
            (.number, ["minimum", "maximum", "multipleOf"]),
        ]
        return signs.first { $0.1.contains { schema[$0] != nil } }?.0 ?? .any
    }

    private static func kind(of value: Value) -> Kind {
        switch value {
        case .string: .string
        case .int, .uint: .integer
        case .double: .number
        case .bool: .boolean
        case .list: .array
        case .map: .object
        default: .any
        }
    }
}

extension Value {
    /// How a form writes it.
    fileprivate var formText: String {
        switch self {
        case .string(let text): text
        case .int(let value): String(value)
        case .uint(let value): String(value)
        case .double(let value): value.description
        case .bool(let value): value ? "true" : "false"
        case .null: "null"
        default: self.json
        }
    }
}
