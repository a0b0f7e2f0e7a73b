import Values

/// The vocabulary.
extension SchemaCompiler {
    static let annotations: Set<String> = [
        "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "$comment", "$schema",
        "$id", "contentEncoding", "contentMediaType",
    ]

    /// Keywords that mean something only together; `groups` reads them.
    static let grouped: Set<String> = [
        "properties", "patternProperties", "additionalProperties", "prefixItems", "items", "contains", "minContains",
        "maxContains", "if", "then", "else",
    ]

    private static let others: Set<String> = [
        "type", "enum", "const", "multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum",
        "maxLength", "minLength", "pattern", "format", "maxItems", "minItems", "uniqueItems", "maxProperties",
        "minProperties", "required", "dependentRequired", "dependentSchemas", "propertyNames", "allOf", "anyOf",
        "oneOf", "not", "$ref", "$anchor", "$dynamicRef", "$dynamicAnchor", "$defs",
    ]

    static let known: [String] = (annotations.union(grouped).union(others)).sorted()

    static let refused: [String: String] = [
        "$recursiveRef": "it is of draft 2019-09; use '$ref'", "$recursiveAnchor": "it is of draft 2019-09",
        "$vocabulary": "the vocabulary is fixed", "contentSchema": "contents are not decoded",
        "unevaluatedProperties": "use 'additionalProperties'", "unevaluatedItems": "use 'items' after 'prefixItems'",
        "definitions": "it is of an older draft; use '$defs'",
        "dependencies": "it is of an older draft; use 'dependentRequired' or 'dependentSchemas'",
        "additionalItems": "it is of an older draft; use 'items' after 'prefixItems'",
        "id": "it is of an older draft; use '$id'",
    ]

    // MARK: Annotations

    mutating func annotation(_ keyword: String, _ value: Value, at pointer: String, isRoot: Bool) {
        switch keyword {
        case "title", "description":
            if let mistake = LocalText.mistake(in: value) { self.mistake("'\(keyword)' \(mistake)", at: pointer) }
        case "deprecated", "readOnly", "writeOnly":
            if value.bool == nil { self.expect("true or false", value, keyword, at: pointer) }
        case "examples":
            if value.list == nil { self.expect("a list", value, keyword, at: pointer) }
        case "$schema":
            let accepted = [
                "https://json-schema.org/draft/2020-12/schema", "https://json-schema.org/draft/2020-12/schema#",
            ]
            if !accepted.contains(value.string ?? "") { self.expect("'\(accepted[0])'", value, keyword, at: pointer) }
        case "$id":
            if value.string == nil { self.expect("a string", value, keyword, at: pointer) }
            if !isRoot { self.mistake("'$id' is only for the whole schema; use '$anchor'", at: pointer) }
        case "$comment", "contentEncoding", "contentMediaType":
            if value.string == nil { self.expect("a string", value, keyword, at: pointer) }
        default: break
        }
    }

    /// The author's own keys; those that forms read have a shape.
    mutating func hint(_ keyword: String, _ value: Value, at pointer: String) {
        switch keyword {
        case "x-unit":
            if let mistake = LocalText.mistake(in: value) { self.mistake("'\(keyword)' \(mistake)", at: pointer) }
        case "x-order":
            if !value.isNumber { self.expect("a number", value, keyword, at: pointer) }
        case "x-multiline":
            if value.bool == nil { self.expect("true or false", value, keyword, at: pointer) }
        default: break
        }
    }

    func found(_ value: Value) -> String { Phrase(describing: value).en }

    mutating func expect(_ what: String, _ value: Value, _ keyword: String, at pointer: String) {
        self.mistake("'\(keyword)' is \(what); found \(self.found(value))", at: pointer)
    }

    // MARK: Numbers

    /// Nil for other keywords; empty after a mistake.
    mutating func limit(_ keyword: String, _ value: Value, at pointer: String) -> [Check]? {
        if let bound = Check.Bound(rawValue: keyword) {
            guard value.isNumber else {
                self.expect("a number", value, keyword, at: pointer)
                return []
            }
            return [.bound(bound, value)]
        }
        if keyword == "multipleOf" {
            guard value.isNumber, Value.int(0).isLess(than: value) else {
                self.expect("a number above 0", value, keyword, at: pointer)
                return []
            }
            return [.multiple(value)]
        }
        let make: (Int) -> Check
        switch keyword {
        case "minLength": make = Check.minLength
        case "maxLength": make = Check.maxLength
        case "minItems": make = Check.minItems
        case "maxItems": make = Check.maxItems
        case "minProperties": make = Check.minProperties
        case "maxProperties": make = Check.maxProperties
        default: return nil
        }
        return self.count(value, keyword, at: pointer).map { [make($0)] } ?? []
    }

    /// A non-negative integer, perhaps written `2.0`.
    mutating func count(_ value: Value, _ keyword: String, at pointer: String) -> Int? {
        if case .int(let number) = value.canonicalNumber, number >= 0 { return Int(number) }
        self.expect("an integer of at least 0", value, keyword, at: pointer)
        return nil
    }

    // MARK: Assertions

    mutating func assertion(_ keyword: String, _ value: Value, at pointer: String) -> [Check]? {
        switch keyword {
        case "type": return self.types(value, at: pointer).map { [.types($0)] } ?? []
        case "const": return [.constant(ExactValue(value))]
        case "enum":
            guard let list = value.list, !list.isEmpty else {
                self.expect("a list of at least one value", value, keyword, at: pointer)
                return []
            }
            return [.options(Check.Options(set: Set(list.map { ExactValue($0) }), list: list))]
        case "pattern": return self.pattern(value.string, value, keyword, at: pointer).map { [.pattern($0)] } ?? []
        case "format":
            if let format = value.string.flatMap(Format.init(rawValue:)) { return [.format(format)] }
            let names = Format.allCases.map(\.rawValue)
            let hint = value.string.map { self.hint($0, among: names) } ?? ""
            let list = names.joined(separator: ", ")
            self.mistake("'format' is one of \(list); found \(self.found(value))\(hint)", at: pointer)
            return []
        case "uniqueItems":
            guard let isOn = value.bool else {
                self.expect("true or false", value, keyword, at: pointer)
                return []
            }
            return isOn ? [.unique] : []
        case "required": return self.names(value, keyword, at: pointer).map { [.required($0)] } ?? []
        case "dependentRequired":
            return [
                .dependentRequired(
                    self.members(value, keyword, at: pointer).compactMap { name, value, pointer in
                        self.names(value, keyword, at: pointer).map { (name, $0) }
                    })
            ]
        default: return nil
        }
    }

    private mutating func types(_ value: Value, at pointer: String) -> TypeSet? {
        let known = TypeSet.names.map(\.name)
        let list = value.list ?? [value]
        var types: TypeSet = []
        for element in list {
            guard let name = element.string, let type = TypeSet(name: name) else {
                let hint = element.string.map { self.hint($0, among: known) } ?? ""
                self.mistake(
                    "'type' is one of \(known.joined(separator: ", ")); found \(self.found(element))\(hint)",
                    at: pointer)
                return nil
            }
            if !types.insert(type).inserted { self.mistake("'type' names \(name) twice", at: pointer) }
        }
        if list.isEmpty { self.mistake("'type' names no type", at: pointer) }
        return types
    }

    mutating func pattern(_ source: String?, _ value: Value, _ keyword: String, at pointer: String) -> Pattern? {
        guard let source else {
            self.expect("a string", value, keyword, at: pointer)
            return nil
        }
        if let known = self.patterns[.string(source)] { return known }
        guard self.patternSize <= ValidationLimits.patterns else {
            self.mistake(
                "the patterns before this one come to more than \(ValidationLimits.patterns) instructions; "
                    + "use fewer, or smaller counts in '{ }'", at: pointer)
            return nil
        }
        do {
            let pattern = try Pattern(source, .ecmaScript)
            self.patternSize += max(ValidationLimits.onePattern, pattern.size)
            self.patterns[.string(source)] = pattern
            return pattern
        } catch {
            self.mistake(
                "'\(Phrase.shorten(source))' is not a pattern: \(error.message) (at byte \(error.offset))", at: pointer)
            return nil
        }
    }

    private mutating func names(_ value: Value, _ keyword: String, at pointer: String) -> [String]? {
        let names = value.list?.compactMap(\.string)
        guard let names, names.count == value.list?.count else {
            self.expect("a list of names", value, keyword, at: pointer)
            return nil
        }
        if Set(names).count < names.count { self.mistake("'\(keyword)' has a name twice", at: pointer) }
        return names
    }

    /// The members of an object, each with its pointer; none after a mistake.
    mutating func members(_ value: Value, _ keyword: String, at pointer: String) -> [(String, Value, String)] {
        guard let map = value.map else {
            self.expect("an object", value, keyword, at: pointer)
            return []
        }
        return map.entries.map { ($0.key.text, $0.value, pointer + "/" + JSONPointer.escape($0.key.text)) }
    }
}
