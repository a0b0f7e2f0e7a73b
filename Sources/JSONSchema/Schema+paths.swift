public import Values

/// What a schema says of a place, without a value at hand.
extension Schema {
    /// The subschema of the member at the path, references and `allOf` merged into it; `true` where anything may be, nil
    /// where nothing can. In a list, a step is an index or `*`.
    public func property(at path: [String]) -> Value? {
        var current = self.source
        var budget = ValidationLimits.sayings
        for step in path {
            guard let next = self.child(step, of: current, &budget) else { return nil }
            current = next
        }
        guard current.map != nil else { return current }
        return .map(self.compiled.flatten(current, &budget))
    }

    /// Beyond the budget anything may be.
    private func child(_ step: String, of source: Value, _ budget: inout Int) -> Value? {
        guard source.map != nil else { return Self.possible(source) }
        let schema = self.compiled.flatten(source, &budget)
        guard budget > 0 else { return true }
        let types = schema["type"].map { Set(($0.list ?? [$0]).compactMap(\.string)) }
        if types?.contains("object") ?? true, let found = schema["properties"]?[step] {
            return Self.possible(found)
        }
        if types?.contains("array") ?? (schema["items"] != nil || schema["prefixItems"] != nil),
            let index = step == "*" ? Int.max : Int(step)
        {
            let prefix = schema["prefixItems"]?.list ?? []
            let found = prefix.indices.contains(index) ? prefix[index] : schema["items"] ?? true
            return Self.possible(found)
        }
        guard types?.contains("object") ?? true else { return nil }
        for entry in schema["patternProperties"]?.map?.entries ?? [] {
            guard let pattern = self.compiled.patterns[entry.key] else { continue }
            guard let isMatch = pattern.matches(step, budget: &budget) else { return true }
            if isMatch { return Self.possible(entry.value) }
        }
        for keyword in ["anyOf", "oneOf"] {
            guard let branches = schema[keyword]?.list else { continue }
            let found = branches.compactMap { self.child(step, of: $0, &budget) }
            if found.isEmpty { return nil }
            if found.contains(true) { continue }
            return found.count == 1 ? found[0] : ["anyOf": .list(found)]
        }
        return Self.possible(schema["additionalProperties"] ?? true)
    }

    /// Nil for the schema `false`.
    private static func possible(_ schema: Value) -> Value? {
        if schema == false { return Optional.none }
        return schema
    }
}

extension CompiledSchema {
    /// The schema with what its `$ref` and `allOf` say merged in; what is nearer wins, `properties` and `required` add up.
    ///
    /// The budget is in things said, the same one again when it is said again; when it is spent the rest is left out.
    func flatten(_ source: Value, _ budget: inout Int) -> ValueMap {
        guard let map = source.map else { return ValueMap() }
        if self.parts(of: map).isEmpty {
            budget -= 1 + map.count
            return map
        }
        var sayings = Sayings()
        self.gather(map, depth: 0, &sayings, &budget)
        return sayings.merged
    }

    private func parts(of map: ValueMap) -> [Value] {
        let targets = ["$dynamicRef", "$ref"].compactMap { map[$0]?.string.flatMap { self.references[$0] } }
        return targets.map { self.nodes[$0].source } + (map["allOf"]?.list ?? [])
    }

    private func gather(_ map: ValueMap, depth: Int, _ sayings: inout Sayings, _ budget: inout Int) {
        guard budget > 0, depth < ValidationLimits.depth else { return }
        for part in self.parts(of: map) {
            if let inner = part.map { self.gather(inner, depth: depth + 1, &sayings, &budget) }
        }
        budget -= 1 + sayings.add(map)
    }
}

/// What the parts of a schema say, what is nearer later.
private struct Sayings {
    private static let references: Set = ["$ref", "$dynamicRef", "allOf", "$defs", "$anchor", "$dynamicAnchor"]

    private var entries: [ValueMap.Entry] = []
    private var properties: [ValueMap.Entry] = []
    private var required: [Value] = []

    /// How much there was.
    mutating func add(_ map: ValueMap) -> Int {
        var cost = map.count
        for entry in map.entries where !Self.references.contains(entry.key.text) {
            self.entries.append(entry)
            switch entry.key {
            case .string("properties"):
                for property in entry.value.map?.entries ?? [] {
                    self.properties.append(property)
                    cost += 1 + property.key.text.utf8.count / 16
                }
            case .string("required"):
                for name in entry.value.list ?? [] {
                    self.required.append(name)
                    cost += name.weight
                }
            default: break
            }
        }
        return cost
    }

    var merged: ValueMap {
        var merged = ValueMap(self.entries)
        if merged["properties"] != nil { merged["properties"] = .map(ValueMap(self.properties)) }
        var seen: Set<Value> = []
        if merged["required"] != nil { merged["required"] = .list(self.required.filter { seen.insert($0).inserted }) }
        return merged
    }
}
