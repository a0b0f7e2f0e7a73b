import Values

/// Keywords that hold subschemas.
extension SchemaCompiler {
    /// Nil for other keywords; empty after a mistake.
    mutating func applicator(
        _ keyword: String, _ value: Value, in schema: SchemaKeywords, at pointer: String
    ) -> [Check]? {
        switch keyword {
        case "allOf": return [.all(self.list(value, keyword, in: schema, at: pointer))]
        case "anyOf": return [.any(self.list(value, keyword, in: schema, at: pointer))]
        case "oneOf": return [.one(self.list(value, keyword, in: schema, at: pointer))]
        case "not": return [.not(self.node(value, at: pointer, depth: schema.depth + 1))]
        case "propertyNames": return [.names(self.node(value, at: pointer, depth: schema.depth + 1))]
        case "dependentSchemas": return [.dependentSchemas(self.named(value, keyword, in: schema, at: pointer))]
        case "$defs":
            _ = self.named(value, keyword, in: schema, at: pointer)
            return []
        default: return nil
        }
    }

    /// Keywords that mean something only together.
    mutating func groups(_ schema: SchemaKeywords) -> [Check] {
        [self.objectMembers(schema), self.arrayItems(schema), self.containment(schema), self.condition(schema)]
            .compactMap(\.self)
    }

    private mutating func list(
        _ value: Value, _ keyword: String, in schema: SchemaKeywords, at pointer: String
    ) -> [Int] {
        guard let list = value.list, !list.isEmpty else {
            self.expect("a list of at least one schema", value, keyword, at: pointer)
            return []
        }
        return list.enumerated().map { index, element in
            self.node(element, at: "\(pointer)/\(index)", depth: schema.depth + 1)
        }
    }

    private mutating func named(
        _ value: Value, _ keyword: String, in schema: SchemaKeywords, at pointer: String
    ) -> [(name: String, node: Int)] {
        self.members(value, keyword, at: pointer).map { name, value, pointer in
            (name, self.node(value, at: pointer, depth: schema.depth + 1))
        }
    }

    /// The subschema under the keyword, if there is one.
    private mutating func child(_ keyword: String, _ schema: SchemaKeywords) -> Int? {
        schema.map[keyword].map { self.node($0, at: schema.pointer(to: keyword), depth: schema.depth + 1) }
    }

    private mutating func objectMembers(_ schema: SchemaKeywords) -> Check? {
        var members = Check.Members()
        var isUsed = false
        if let value = schema.map["properties"] {
            isUsed = true
            members.ordered = self.named(value, "properties", in: schema, at: schema.pointer(to: "properties"))
        }
        if let value = schema.map["patternProperties"] {
            isUsed = true
            let pointer = schema.pointer(to: "patternProperties")
            for (source, value, pointer) in self.members(value, "patternProperties", at: pointer) {
                let node = self.node(value, at: pointer, depth: schema.depth + 1)
                if let pattern = self.pattern(source, value, "patternProperties", at: pointer) {
                    members.patterns.append((pattern, node))
                }
            }
        }
        members.additional = self.child("additionalProperties", schema)
        return isUsed || members.additional != nil ? .members(members) : nil
    }

    private mutating func arrayItems(_ schema: SchemaKeywords) -> Check? {
        var prefix: [Int] = []
        if let value = schema.map["prefixItems"] {
            prefix = self.list(value, "prefixItems", in: schema, at: schema.pointer(to: "prefixItems"))
        }
        if schema.map["items"]?.list != nil {
            self.mistake("'items' is one schema; a list of schemas is 'prefixItems'", at: schema.pointer(to: "items"))
            return nil
        }
        let rest = self.child("items", schema)
        return rest == nil && prefix.isEmpty ? nil : .items(prefix: prefix, rest: rest)
    }

    private mutating func containment(_ schema: SchemaKeywords) -> Check? {
        var counts: [Int?] = []
        for keyword in ["minContains", "maxContains"] {
            let value = schema.map[keyword]
            counts.append(value.flatMap { self.count($0, keyword, at: schema.pointer(to: keyword)) })
            if value != nil, schema.map["contains"] == nil {
                self.mistake(
                    "'\(keyword)' means nothing without 'contains'", at: schema.pointer(to: keyword), isOfKey: true)
            }
        }
        guard let node = self.child("contains", schema) else { return nil }
        return .contains(node, least: counts[0] ?? 1, most: counts[1])
    }

    private mutating func condition(_ schema: SchemaKeywords) -> Check? {
        let test = self.child("if", schema)
        let then = self.child("then", schema)
        let otherwise = self.child("else", schema)
        guard let test else {
            for keyword in ["then", "else"] where schema.map[keyword] != nil {
                self.mistake(
                    "'\(keyword)' means nothing without 'if'", at: schema.pointer(to: keyword), isOfKey: true)
            }
            return nil
        }
        return .condition(test, then: then, otherwise: otherwise)
    }
}
