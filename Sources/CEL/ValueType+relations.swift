public import Values

extension ValueType {
    /// All values of both.
    public func joined(with other: ValueType) -> ValueType {
        let kinds = self.kinds.union(other.kinds)
        if self.parts === other.parts || other.kinds.isEmpty { return ValueType(kinds, parts: self.parts) }
        if self.kinds.isEmpty { return other }
        if self.isDyn || other.isDyn { return .dyn }
        let parts = Parts(
            strings: Self.joined(self, other, .string, \.strings) { $0.joined(with: $1) },
            element: Self.joined(self, other, .list, \.element) { $0.joined(with: $1).unlessDyn },
            members: Self.joined(self, other, .map, \.members) { $0.joined(with: $1) },
            content: Self.joined(self, other, .optional, \.content) { $0.joined(with: $1).unlessDyn })
        return ValueType(kinds, parts: parts)
    }

    /// All values of all of them.
    public static func joined(_ types: [ValueType]) -> ValueType {
        // Two by two, so that a large type is not copied once for each of the others.
        var types = types
        while types.count > 1 {
            types = stride(from: 0, to: types.count, by: 2).map { index in
                index + 1 < types.count ? types[index].joined(with: types[index + 1]) : types[index]
            }
        }
        return types.first ?? .never
    }

    private var unlessDyn: ValueType? { self.isDyn ? nil : self }

    /// Of one side what the other cannot have, and where both can, what both say.
    private static func joined<Part>(
        _ left: ValueType, _ right: ValueType, _ kind: Kinds, _ part: KeyPath<Parts, Part?>,
        _ join: (Part, Part) -> Part?
    ) -> Part? {
        guard left.kinds.contains(kind) else { return right.parts?[keyPath: part] }
        guard right.kinds.contains(kind) else { return left.parts?[keyPath: part] }
        guard let a = left.parts?[keyPath: part], let b = right.parts?[keyPath: part] else { return nil }
        return join(a, b)
    }

    /// The type of a value, as closely as can be said.
    public init(of value: Value) {
        switch value {
        case .null: self = .null
        case .bool: self = .bool
        case .int: self = .int
        case .uint: self = .uint
        case .double: self = .double
        case .string(let text): self = .string([text], isDeclared: false)
        case .bytes: self = .bytes
        case .timestamp: self = .timestamp
        case .duration: self = .duration
        case .type: self = .type
        case .list(let elements):
            self = .list(of: .joined(elements.map { ValueType(of: $0) }))
        case .map(let map):
            var members = Members(keys: [], fields: [:], rest: nil, isDeclared: false)
            for entry in map.entries { members.add(entry.key.value, ValueType(of: entry.value)) }
            self.init(.map, parts: Parts(members: members))
        case .optional(let optional): self = .optional(of: optional.value.map { ValueType(of: $0) } ?? .never)
        }
    }

    /// Whether a value is one of these.
    public func contains(_ value: Value) -> Bool {
        guard self.kinds.contains(Kinds(of: value)) else { return false }
        switch value {
        case .string(let text): return self.strings?.values.contains(text) ?? true
        case .list(let elements): return elements.allSatisfy { self.element.contains($0) }
        case .optional(let optional): return optional.value.map { self.content.contains($0) } ?? true
        case .map(let map):
            guard let members = self.members else { return true }
            return map.entries.allSatisfy { entry in
                guard members.keys.contains(Kinds(of: entry.key.value)) else { return false }
                guard case .string(let name) = entry.key, let field = members.fields[name] else {
                    return members.rest?.contains(entry.value) ?? false
                }
                return field.contains(entry.value)
            }
        default: return true
        }
    }
}

extension ValueType.Kinds {
    public init(of value: Value) {
        self =
            switch value {
            case .null: .null
            case .bool: .bool
            case .int: .int
            case .uint: .uint
            case .double: .double
            case .string: .string
            case .bytes: .bytes
            case .list: .list
            case .map: .map
            case .timestamp: .timestamp
            case .duration: .duration
            case .type: .type
            case .optional: .optional
            }
    }

    var isOne: Bool { self.rawValue.nonzeroBitCount == 1 }
}

extension ValueType.Strings {
    func joined(with other: Self) -> Self? {
        let values = self.values.union(other.values)
        return values.count > Self.limit ? nil : Self(values: values, isDeclared: self.isDeclared || other.isDeclared)
    }
}

extension ValueType.Members {
    func joined(with other: Self) -> Self {
        var fields: [String: ValueType] = [:]
        // Where others may be anything, a name that only one side has says nothing.
        for (name, type) in self.fields {
            if let counterpart = other.fields[name] ?? other.rest {
                let joined = type.joined(with: counterpart)
                if !joined.isDyn || other.fields[name] != nil { fields[name] = joined }
            } else {
                fields[name] = type
            }
        }
        for (name, type) in other.fields where self.fields[name] == nil {
            guard let rest = self.rest else {
                fields[name] = type
                continue
            }
            let joined = type.joined(with: rest)
            if !joined.isDyn { fields[name] = joined }
        }
        let rest = self.rest.map { rest in other.rest.map { rest.joined(with: $0) } ?? rest } ?? other.rest
        return Self(
            keys: self.keys.union(other.keys), fields: fields, rest: rest,
            isDeclared: self.isDeclared && other.isDeclared, isListed: self.isListed && other.isListed)
    }

    /// One more entry of a literal.
    mutating func add(_ key: Value, _ type: ValueType) {
        self.keys.formUnion(ValueType.Kinds(of: key))
        if case .string(let name) = key {
            self.fields[name] = self.fields[name]?.joined(with: type) ?? type
        } else {
            self.rest = self.rest?.joined(with: type) ?? type
        }
    }
}

// MARK: Comparing

extension ValueType {
    public enum Relation: Sendable, Hashable {
        /// No value of the one is a value of the other.
        case disjoint
        case overlapping
        /// Every value is one of the other's.
        case contained
    }

    /// How the values of this type stand to those of another. What a list, a map or an optional holds counts as if it
    /// were there, although the empty list is a list of anything.
    public func relation(to other: ValueType) -> Relation {
        if self.kinds.isEmpty || other.isDyn { return .contained }
        var common = self.kinds.intersection(other.kinds)
        var isContained = common == self.kinds
        if self.parts !== other.parts, let wanted = other.parts {
            for (kind, relation) in self.partRelations(to: wanted, common) {
                if relation == .disjoint { common.remove(kind) }
                if relation != .contained { isContained = false }
            }
        }
        return common.isEmpty ? .disjoint : isContained ? .contained : .overlapping
    }

    private func partRelations(to wanted: Parts, _ common: Kinds) -> [(Kinds, Relation)] {
        var relations: [(Kinds, Relation)] = []
        if common.contains(.list), let element = wanted.element {
            relations.append((.list, self.element.relation(to: element)))
        }
        if common.contains(.optional), let content = wanted.content {
            relations.append((.optional, self.content.relation(to: content)))
        }
        if common.contains(.string), let strings = wanted.strings {
            relations.append((.string, self.strings?.relation(to: strings) ?? .overlapping))
        }
        if common.contains(.map), let members = wanted.members {
            relations.append((.map, self.members?.relation(to: members) ?? .overlapping))
        }
        return relations
    }
}

extension ValueType.Strings {
    fileprivate func relation(to other: Self) -> ValueType.Relation {
        if self.values.isSubset(of: other.values) { return .contained }
        return self.values.isDisjoint(with: other.values) ? .disjoint : .overlapping
    }
}

extension ValueType.Members {
    fileprivate func relation(to other: Self) -> ValueType.Relation {
        var relation = self.keys.isSubset(of: other.keys) ? ValueType.Relation.contained : .overlapping
        for (name, type) in self.fields {
            guard let wanted = other.fields[name] ?? other.rest else { return .disjoint }
            switch type.relation(to: wanted) {
            case .disjoint: return .disjoint
            case .overlapping: relation = .overlapping
            case .contained: break
            }
        }
        // What is not named need not be there.
        guard let rest = self.rest else { return relation }
        let isContained = other.rest.map { rest.relation(to: $0) == .contained } ?? false
        let areNamed = other.fields.allSatisfy { name, wanted in
            self.fields[name] != nil || rest.relation(to: wanted) == .contained
        }
        return isContained && areNamed ? relation : .overlapping
    }
}

/// What is known of two values' equality.
enum Equality {
    case possible
    /// Their types have no value in common.
    case never
    /// They are strings, of which the declared ones have none in common.
    case neverTheSameText
}

extension ValueType {
    /// Everything can be compared with null, and a number with any other.
    func equality(with other: ValueType) -> Equality {
        if self.kinds.isEmpty || other.kinds.isEmpty { return .possible }
        if self.kinds == .null || other.kinds == .null { return .possible }
        if !self.kinds.isDisjoint(with: .numbers), !other.kinds.isDisjoint(with: .numbers) { return .possible }
        let common = self.kinds.intersection(other.kinds)
        if common.isEmpty { return .never }
        if common == .list { return self.element.equality(with: other.element) }
        if common == .string, let a = self.strings, let b = other.strings, a.isDeclared || b.isDeclared {
            return a.values.isDisjoint(with: b.values) ? .neverTheSameText : .possible
        }
        return .possible
    }
}
