import Values

extension Schema {
    /// Keywords that are right and say nothing where they stand, as another one beside them leaves them nothing to look at:
    /// `minimum` of a string, `if` without `then` and `else`. Values are checked all the same.
    public var doubts: [SchemaError.Mistake] {
        var doubts: [SchemaError.Mistake] = []
        Self.collect(self.source, at: "", into: &doubts)
        return doubts
    }

    /// The types whose values a keyword looks at.
    private static let subjects: [(types: [String], keywords: Set<String>)] = [
        (
            ["integer", "number"],
            ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]
        ),
        (
            ["string"],
            ["minLength", "maxLength", "pattern", "format", "contentEncoding", "contentMediaType"]
        ),
        (
            ["array"],
            [
                "items", "prefixItems", "contains", "minContains", "maxContains", "minItems", "maxItems", "uniqueItems",
            ]
        ),
        (
            ["object"],
            [
                "properties", "patternProperties", "additionalProperties", "required", "minProperties", "maxProperties",
                "propertyNames", "dependentRequired", "dependentSchemas",
            ]
        ),
    ]

    private static func collect(_ source: Value, at pointer: String, into doubts: inout [SchemaError.Mistake]) {
        guard let map = source.map, doubts.count < ValidationLimits.mistakes else { return }
        let types = map["type"].map { ($0.list ?? [$0]).compactMap(\.string) }
        for entry in map.entries {
            let keyword = entry.key.text
            let place = pointer + "/" + JSONPointer.escape(keyword)
            if let types, let subject = Self.subjects.first(where: { $0.keywords.contains(keyword) }),
                !subject.types.contains(where: types.contains)
            {
                let article = ["integer", "array", "object"].contains(subject.types[0]) ? "an" : "a"
                let message =
                    "'\(keyword)' says nothing of \(types.joined(separator: " or ")): it is of \(article) \(subject.types[0])"
                doubts.append(.init(pointer: place, message: message, isOfKey: true))
            }
            Self.collect(subschemasOf: keyword, entry.value, at: place, into: &doubts)
        }
        if map["if"] != nil, map["then"] == nil, map["else"] == nil {
            let message = "'if' means nothing without 'then' or 'else'"
            doubts.append(.init(pointer: pointer + "/if", message: message, isOfKey: true))
        }
    }

    private static func collect(
        subschemasOf keyword: String, _ value: Value, at place: String, into doubts: inout [SchemaError.Mistake]
    ) {
        switch keyword {
        case "properties", "patternProperties", "dependentSchemas", "$defs":
            for entry in value.map?.entries ?? [] {
                Self.collect(entry.value, at: place + "/" + JSONPointer.escape(entry.key.text), into: &doubts)
            }
        case "allOf", "anyOf", "oneOf", "prefixItems":
            for (index, part) in (value.list ?? []).enumerated() {
                Self.collect(part, at: "\(place)/\(index)", into: &doubts)
            }
        case "additionalProperties", "items", "contains", "not", "propertyNames", "if", "then", "else":
            Self.collect(value, at: place, into: &doubts)
        default: break
        }
    }
}
