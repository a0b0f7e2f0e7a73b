public import Values

/// The JSON Schema (2020-12) of the definition language, for editors and other programs. The keys of each map are those
/// that the compiler knows, from the same tables.
///
/// A definition that fits it may still have mistakes that only the compiler sees: names, expressions, reachability.
public enum DefinitionSchema {
    /// The whole schema.
    public static let json: Value = {
        var schema = Self.map("workflow", Keys.root, Self.root, required: ["workflow", "states"]).map ?? ValueMap()
        schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
        schema["title"] = "Workflow"
        schema["description"] = .string(
            "A workflow is a statechart: states, the events that move between them, and the work done in them.")
        schema["$defs"] = .map(ValueMap(Self.definitions.map { (.string($0.key), $0.value) }))
        return .map(schema)
    }()

    typealias Keys = Compiler.Keys
    typealias Shapes = [String: Value]

    static var definitions: [String: Value] {
        var all = Self.basics.merging(Self.parts) { $1 }
        all["event"] = Self.nullable(Self.map("An event that people or clients may send.", Keys.event, Self.event))
        all["people"] = Self.map("Any that match.", Keys.people, Self.people)
        all["access"] = Self.map("Who may do what.", Keys.access, Self.access)
        all["state"] = Self.nullable(Self.map("A state; `null` is one without keys.", Keys.state, Self.state))
        all["initial"] = Self.any([
            Self.reference("targets"),
            Self.map("Targets, and actions on the way.", Keys.initial, Self.initial, required: ["target"]),
        ])
        Self.addTransitions(to: &all)
        Self.addActions(to: &all)
        Self.addInvocations(to: &all)
        return all
    }

    // MARK: Transitions

    private static func addTransitions(to all: inout [String: Value]) {
        let map = Self.map("A transition.", Keys.transition, Self.transition)
        let listed = Self.map(
            "A transition with its event.", Keys.transition + ["event"], Self.transition, required: ["event"])
        all["transition"] = Self.any([Self.reference("target"), map])
        all["transitions"] = Self.oneOrMany(Self.reference("transition"), "A target, a map, or a list tried in order.")
        let byEvent = Self.values(
            of: Self.reference("transitions"), names: Self.reference("descriptor"), "Event → transitions.")
        all["on"] = Self.any([
            byEvent, Self.list(of: listed, "Transitions with their events, tried in document order."),
        ])
    }

    // MARK: Actions

    private static func addActions(to all: inout [String: Value]) {
        var shapes: Shapes = [:]
        for (name, keys) in Keys.actions {
            guard !keys.isEmpty else {
                shapes[name] = Self.actions[name]
                continue
            }
            let own = Self.actionKeys[name] ?? [:]
            shapes[name] = Self.map(
                Self.actionTexts[name] ?? "", keys, own, required: Self.requiredActionKeys[name] ?? [])
        }
        var one = Self.map("One action.", Keys.actions.map(\.name), shapes).map ?? ValueMap()
        one["minProperties"] = 1
        one["maxProperties"] = 1
        let condition = Self.map(
            "Actions under a condition.", Keys.conditional, Self.conditional, required: ["if"])
        all["action"] = Self.any([
            Self.describe(["type": "string", "minLength": 1], "The name of an entry in `actions`."), .map(one),
            condition,
        ])
        all["actions"] = Self.oneOrMany(Self.reference("action"), "Actions, in order.")
        all["blocks"] = Self.any([
            Self.reference("actions"),
            Self.list(of: Self.reference("actions"), "Several blocks: an error ends its own only."),
        ])
    }

    // MARK: Invocations

    /// `src` decides which keys there are.
    private static func addInvocations(to all: inout [String: Value]) {
        var kinds: [(source: String, keys: [String], required: [String])] = [
            ("human", Keys.human, []), ("worker", Keys.worker, ["topic"]), ("workflow", Keys.child, ["workflow"]),
        ]
        for (name, keys) in Keys.topics { kinds.append((name, Keys.job + keys, name == "http" ? ["url"] : [])) }
        var branches: [Value] = []
        for (source, keys, required) in kinds {
            let shapes = Self.invocation.merging(Self.invocations[source] ?? [:]) { $1 }
            all["invoke-\(source)"] = Self.map(
                Self.sourceTexts[source] ?? "", keys, shapes, required: ["src"] + required)
            branches.append([
                "if": ["properties": ["src": ["const": .string(source)]], "required": ["src"]],
                "then": Self.reference("invoke-\(source)"),
            ])
        }
        let everything = Set(kinds.flatMap(\.keys)).sorted()
        let names = kinds.map { Value.string($0.source) }
        branches.append([
            "if": ["properties": ["src": ["not": ["enum": .list(names)]]], "required": ["src"]],
            "then": Self.map(
                "An actor, with what is written beside its name put over it.", everything,
                Dictionary(uniqueKeysWithValues: everything.map { ($0, Self.invocation[$0] ?? .bool(true)) }),
                required: ["src"]),
        ])
        var one = ValueMap()
        one["type"] = "object"
        one["required"] = ["src"]
        one["properties"] = ["src": Self.source(names)]
        one["allOf"] = .list(branches)
        all["invocation"] = Self.any([
            Self.describe(["type": "string", "minLength": 1], "The name of an entry in `actors`."), .map(one),
        ])
        all["retry"] = Self.map("When failed work is tried again.", Keys.retry, Self.retry)
    }

    private static func source(_ names: [Value]) -> Value {
        let known: Value = ["enum": .list(names)]
        let actor: Value = ["type": "string", "minLength": 1]
        return Self.describe(
            ["anyOf": [known, actor]], "What runs: one of these, or the name of an entry in `actors`.")
    }
}

// MARK: Building

extension DefinitionSchema {
    /// A map with these keys and no others. A key without a shape is any value.
    static func map(_ description: String, _ keys: [String], _ shapes: Shapes, required: [String] = []) -> Value {
        var map = ValueMap()
        map["type"] = "object"
        map["description"] = .string(description)
        map["additionalProperties"] = false
        map["properties"] = .map(ValueMap(keys.map { (.string($0), shapes[$0] ?? .bool(true)) }))
        if !required.isEmpty { map["required"] = .list(required.map { .string($0) }) }
        return .map(map)
    }

    /// A map of names that the author gives.
    static func values(of value: Value, names: Value? = nil, _ description: String) -> Value {
        var map = ValueMap()
        map["type"] = "object"
        map["description"] = .string(description)
        map["additionalProperties"] = value
        if let names { map["propertyNames"] = names }
        return .map(map)
    }

    static func reference(_ name: String, _ description: String? = nil) -> Value {
        var map = ValueMap()
        map["$ref"] = .string("#/$defs/\(name)")
        if let description { map["description"] = .string(description) }
        return .map(map)
    }

    static func describe(_ schema: Value, _ description: String) -> Value {
        var map = schema.map ?? ValueMap()
        map["description"] = .string(description)
        return .map(map)
    }

    static func any(_ schemas: [Value]) -> Value { ["anyOf": .list(schemas)] }

    static func nullable(_ schema: Value) -> Value { Self.any([schema, ["type": "null"]]) }

    static func list(of schema: Value, _ description: String) -> Value {
        Self.describe(["type": "array", "items": schema], description)
    }

    static func oneOrMany(_ schema: Value, _ description: String) -> Value {
        Self.describe(Self.any([schema, ["type": "array", "items": schema]]), description)
    }

    static func words(_ words: [String], _ description: String) -> Value {
        Self.describe(["enum": .list(words.map { .string($0) })], description)
    }

    static func flag(_ description: String) -> Value { Self.describe(["type": "boolean"], description) }

    static func integer(_ range: ClosedRange<Int64>, _ description: String) -> Value {
        Self.describe(
            ["type": "integer", "minimum": .int(range.lowerBound), "maximum": .int(range.upperBound)], description)
    }

    static func number(_ range: ClosedRange<Double>, _ description: String) -> Value {
        Self.describe(
            ["type": "number", "minimum": .double(range.lowerBound), "maximum": .double(range.upperBound)], description)
    }
}
