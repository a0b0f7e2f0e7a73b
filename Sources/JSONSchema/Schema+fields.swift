public import Values

/// What forms need.
extension Schema {
    /// The members of an object schema: by `x-order`, then in the order of `required`, then by name.
    public var fields: [Field] {
        var budget = ValidationLimits.sayings
        return self.fields(of: self.compiled.flatten(self.source, &budget), depth: 0, &budget)
    }

    private func fields(of schema: ValueMap, depth: Int, _ budget: inout Int) -> [Field] {
        guard depth < 8, let properties = schema["properties"]?.map else { return [] }
        let required = schema["required"]?.list?.compactMap(\.string) ?? []
        budget -= required.count
        let places = Dictionary(required.enumerated().map { ($1, $0) }, uniquingKeysWith: min)
        let fields = properties.entries.compactMap { entry -> Field? in
            guard entry.value != false else { return nil }
            var field = self.field(entry.key.text, entry.value, depth: depth, &budget)
            field?.isRequired = places[entry.key.text] != nil
            return field
        }
        return fields.enumerated().sorted { left, right in
            let (a, b) = (left.element, right.element)
            let (orderA, orderB) = (a.hints["x-order"], b.hints["x-order"])
            if let orderA, let orderB, orderA.isLess(than: orderB) || orderB.isLess(than: orderA) {
                return orderA.isLess(than: orderB)
            }
            if (orderA == nil) != (orderB == nil) { return orderA != nil }
            return (places[a.name] ?? .max, left.offset) < (places[b.name] ?? .max, right.offset)
        }.map(\.element)
    }

    /// Nil when the budget is spent.
    private func field(_ name: String, _ source: Value, depth: Int, _ budget: inout Int) -> Field? {
        guard budget > 0 else { return nil }
        let schema = self.compiled.flatten(source, &budget)
        budget -= ValidationLimits.oneField + Field.weight(schema)
        guard budget > 0 else { return nil }
        var field = Field(name: name, schema)
        if field.kind == .object { field.fields = self.fields(of: schema, depth: depth + 1, &budget) }
        if field.kind == .array, let items = schema["items"], items.map != nil, depth < 8 {
            field.items = self.field("", items, depth: depth + 1, &budget).map { [$0] } ?? []
        }
        return field
    }

    /// Makes a typed value of what a form sent, and validates it.
    ///
    /// An empty or missing text is an absent member (null where that is the only way to fill a required one). A member of
    /// an object is `address.city`, or the whole object is JSON; a list is JSON, or a line for each item. Names that the
    /// schema does not know stay strings, and it says whether they may be there. A check box must send `false` as well.
    public func coerce(_ text: [String: String]) -> (Value, [Violation]) {
        var coercion = Coercion(text: text)
        let known = coercion.object(self.fields, prefix: "", pointer: "")
        let others = text.filter { !coercion.used.contains($0.key) }.map {
            ValueMap.Entry(key: .string($0.key), value: .string($0.value))
        }
        let value = Value.map(ValueMap(known.entries + others))
        let wrong = Set(coercion.violations.map(\.pointer))
        return (value, coercion.violations + self.validate(value).filter { !wrong.contains($0.pointer) })
    }
}

private struct Coercion {
    let text: [String: String]
    var used: Set<String> = []
    var violations: [Violation] = []
    private var steps = ValidationLimits.steps
    /// In the order of their bytes.
    private lazy var names = self.text.keys.sorted { $0.utf8Order(to: $1) < 0 }

    init(text: [String: String]) { self.text = text }

    mutating func object(_ fields: [Field], prefix: String, pointer: String) -> ValueMap {
        var pairs: [(ValueMap.Key, Value)] = []
        for field in fields {
            let name = prefix + field.name
            let place = pointer + "/" + JSONPointer.escape(field.name)
            var value: Value?
            if let text = self.text[name] {
                self.used.insert(name)
                value = self.value(text, field, at: place)
            }
            if value == nil, !field.fields.isEmpty, self.hasMember(of: name) {
                let members = self.object(field.fields, prefix: name + ".", pointer: place)
                if field.isRequired || !members.isEmpty { value = .map(members) }
            }
            if let value { pairs.append((.string(field.name), value)) }
        }
        return ValueMap(pairs)
    }

    /// Whether a name begins with this one and a full stop, after which comes "/".
    private mutating func hasMember(of name: String) -> Bool {
        var (low, high) = (0, self.names.count)
        while low < high {
            let middle = (low + high) / 2
            if self.names[middle].utf8Order(to: name + ".") < 0 { low = middle + 1 } else { high = middle }
        }
        return low < self.names.count && self.names[low].utf8Order(to: name + "/") < 0
    }

    /// Nil when absent or wrong.
    private mutating func value(_ text: String, _ field: Field, at pointer: @autoclosure () -> String) -> Value? {
        self.steps -= 1 + field.options.count * (1 + text.utf8.count / 256)
        guard self.steps > 0 else {
            if self.violations.last?.keyword != "limit" { self.refuse("limit", .tooLarge, at: pointer()) }
            return nil
        }
        if let option = field.options.first(where: { $0.text.hasSameUTF8(as: text) }) { return option.value }
        let trimmed = text.trimmingSpaces
        if trimmed.isEmpty { return field.isRequired && field.isNullable ? Value.null : Optional.none }
        let value: Value?
        let expected: TypeSet
        switch field.kind {
        case .string, .any: return .string(text.withoutCarriageReturns)
        case .integer: (value, expected) = (Self.integer(trimmed), .integer)
        case .number: (value, expected) = (Self.number(trimmed), .number)
        case .boolean: (value, expected) = (Self.booleans[trimmed.lowercased()].map { .bool($0) }, .boolean)
        case .object: (value, expected) = (try? Value(json: trimmed), .object)
        case .array: return self.list(trimmed, field, at: pointer())
        }
        if value == nil { self.refuse(text, expected, at: pointer()) }
        return value
    }

    private mutating func list(_ text: String, _ field: Field, at pointer: @autoclosure () -> String) -> Value? {
        if text.hasPrefix("[") {
            let value = try? Value(json: text)
            if value == nil { self.refuse(text, .array, at: pointer()) }
            return value
        }
        let item = field.items.first ?? Field(name: "", ValueMap())
        let lines = text.unicodeScalars.split { $0 == "\n" || $0 == "\r" }.map { String($0).trimmingSpaces }
        var values: [Value] = []
        for (index, line) in lines.filter({ !$0.isEmpty }).enumerated() {
            if let value = self.value(line, item, at: "\(pointer())/\(index)") { values.append(value) }
        }
        return .list(values)
    }

    private mutating func refuse(_ text: String, _ expected: TypeSet, at pointer: @autoclosure () -> String) {
        self.refuse(
            "type", .expected(.types(expected), found: Phrase(describing: .string(text))), at: pointer())
    }

    private mutating func refuse(
        _ keyword: String, _ phrase: @autoclosure () -> Phrase, at pointer: @autoclosure () -> String
    ) {
        guard self.violations.count < ValidationLimits.violations else { return }
        let phrase = phrase()
        self.violations.append(Violation(pointer: pointer(), keyword: keyword, en: phrase.en, zh: phrase.zh))
    }

    private static let booleans = [
        "true": true, "on": true, "yes": true, "1": true, "是": true, "false": false, "off": false, "no": false,
        "0": false, "否": false,
    ]

    private static func integer(_ text: String) -> Value? {
        if let value = Int64(text) { return .int(value) }
        guard case .double(let value)? = Self.number(text) else { return nil }
        return Int64(exactly: value).map { .int($0) }
    }

    private static let numberMarks = ASCIISet("0123456789+-.eE")

    /// Decimal notation only.
    private static func number(_ text: String) -> Value? {
        guard text.utf8.allSatisfy(self.numberMarks.contains), let value = Double(text), value.isFinite else {
            return nil
        }
        return .double(value)
    }
}

extension String {
    fileprivate var trimmingSpaces: String {
        let scalars = self.unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(scalars[first...last])
    }

    /// Browsers send CR LF for a line break.
    fileprivate var withoutCarriageReturns: String {
        guard self.utf8.contains(0x0D) else { return self }
        return String(String.UnicodeScalarView(self.unicodeScalars.filter { $0 != "\r" }))
    }
}
