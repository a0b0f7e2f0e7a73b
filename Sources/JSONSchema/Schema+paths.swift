public import Values

/// What a schema says of a place, without a value at hand.
extension Schema {
    /// The subschema of the member at the path, references and `allOf` merged into it; `true` where anything may be, nil
    /// where nothing can. In a list, a step is an index or `*`.
    public func property(at path: [String]) -> Value? {
        var current = self.source
        var budget = ValidationLimits.parts
        for step in path {
            guard let next = self.child(step, of: current, &budget) else { return nil }
            current = next
        }
        guard current.map != nil else { return current }
        return .map(self.flatten(current))
    }

    /// Beyond the budget anything may be.
    private func child(_ step: String, of source: Value, _ budget: inout Int) -> Value? {
        guard source.map != nil else { return Self.possible(source) }
        budget -= 1
        guard budget > 0 else { return true }
        let schema = self.flatten(source)
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
            budget -= 1
            guard budget > 0 else { return true }
            var steps = PatternLimits.steps
            if self.compiled.patterns[entry.key]?.matches(step, steps: &steps) != false {
                return Self.possible(entry.value)
            }
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

    func flatten(_ source: Value) -> ValueMap { self.compiled.flatten(source) }
}

extension CompiledSchema {
    /// The schema with what its `$ref` and `allOf` say merged in; what is nearer wins, `properties` and `required` add up.
    func flatten(_ source: Value) -> ValueMap {
        var budget = 1000
        return self.flatten(source, &budget)
    }

    private func flatten(_ source: Value, _ budget: inout Int) -> ValueMap {
        guard let map = source.map else { return ValueMap() }
        budget -= 1
        var parts = map["allOf"]?.list ?? []
        for keyword in ["$ref", "$dynamicRef"] {
            guard let reference = map[keyword]?.string, let target = self.references[reference] else { continue }
            parts.insert(self.nodes[target].source, at: 0)
        }
        if parts.isEmpty { return map }
        var merged = ValueMap()
        for part in parts where budget > 0 { merged.merge(self.flatten(part, &budget)) }
        var own = map
        for keyword in ["$ref", "$dynamicRef", "allOf", "$defs", "$anchor", "$dynamicAnchor"] { own[keyword] = nil }
        merged.merge(own)
        return merged
    }
}

extension ValueMap {
    fileprivate mutating func merge(_ other: ValueMap) {
        for entry in other.entries {
            switch (entry.key.text, self[entry.key], entry.value) {
            case ("properties", .map(var properties)?, .map(let more)):
                for property in more.entries { properties[property.key] = property.value }
                self[entry.key] = .map(properties)
            case ("required", .list(let names)?, .list(let more)):
                self[entry.key] = .list(names + more.filter { !names.contains($0) })
            default: self[entry.key] = entry.value
            }
        }
    }
}
