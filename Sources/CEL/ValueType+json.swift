extension ValueType {
    /// What the values become when they are stored as JSON: times and bytes are strings, an empty optional is null.
    public var asJSON: ValueType {
        if self.isJSON { return self }
        var kinds = self.kinds.intersection([.null, .bool, .int, .string, .list, .map])
        var strings = self.strings
        if !self.kinds.isDisjoint(with: [.bytes, .timestamp, .duration]) {
            kinds.insert(.string)
            strings = nil
        }
        if self.kinds.contains(.uint) { kinds.insert(.int) }
        // 2.0 is an integer to a schema.
        if self.kinds.contains(.double) { kinds.formUnion([.int, .double]) }
        let element = self.kinds.contains(.list) ? self.parts?.element?.asJSON : nil
        let type = ValueType(kinds, parts: Parts(strings: strings, element: element, members: self.members?.asJSON))
        return self.kinds.contains(.optional) ? type.joined(with: self.content.asJSON).joined(with: .null) : type
    }

    var isJSON: Bool {
        if self.isDyn { return true }
        let isInJSON = self.kinds.isSubset(of: [.null, .bool, .int, .double, .string, .list, .map])
        let areNumbers = !self.kinds.contains(.double) || self.kinds.contains(.int)
        return isInJSON && areNumbers && self.parts?.isJSON ?? true
    }

    /// What a list holds.
    public var elements: ValueType { self.element }

    /// What a map holds under a name; nil: there is no such name.
    public func field(_ name: String) -> ValueType? {
        guard let members = self.members else { return self.kinds.contains(.map) ? .dyn : nil }
        return members.fields[name] ?? members.rest
    }

    /// Names of a map's known members.
    public var fieldNames: [String] { self.members.map { $0.fields.keys.sorted() } ?? [] }

    /// The only strings that there are, if they are known.
    public var knownStrings: [String]? { self.strings?.values.sorted() }

    /// A map with one more known member, or another of the name.
    public func with(_ name: String, _ type: ValueType) -> ValueType {
        guard self.kinds.contains(.map) else { return self }
        var members = self.members ?? Members(keys: .string, fields: [:], rest: .dyn, isDeclared: true)
        members.fields[name] = type
        return ValueType(
            self.kinds,
            parts: Parts(
                strings: self.strings, element: self.parts?.element, members: members, content: self.parts?.content))
    }

    /// A map whose other members may be anything.
    public var opened: ValueType {
        guard var members = self.members else { return self }
        members.rest = .dyn
        members.isListed = false
        return ValueType(
            self.kinds,
            parts: Parts(
                strings: self.strings, element: self.parts?.element, members: members, content: self.parts?.content))
    }

    /// The same, where asking a map for what it has not is a mistake, though the map came from a literal.
    public var declared: ValueType {
        guard var members = self.members else { return self }
        members.isDeclared = true
        members.fields = members.fields.mapValues(\.declared)
        return ValueType(
            self.kinds,
            parts: Parts(
                strings: self.strings, element: self.parts?.element, members: members, content: self.parts?.content))
    }

    /// A map as a literal with these entries gives it.
    public static func literal(_ fields: [String: ValueType]) -> ValueType {
        let members = Members(keys: fields.isEmpty ? [] : .string, fields: fields, rest: nil, isDeclared: false)
        return ValueType(.map, parts: Parts(members: members))
    }
}

extension ValueType.Members {
    fileprivate var asJSON: Self {
        Self(
            keys: self.keys.isEmpty ? [] : .string, fields: self.fields.mapValues(\.asJSON), rest: self.rest?.asJSON,
            isDeclared: self.isDeclared, isListed: self.isListed)
    }
}
