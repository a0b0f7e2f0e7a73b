import Values

// Variables, members and elements.
extension Checker {
    /// A name, or a selection.
    mutating func path(_ syntax: Syntax) -> ValueType {
        if let path = syntax.path, path.isRooted || self.local(path.names[0]) == nil { return self.variable(path) }
        switch syntax.kind {
        case .name(let name, _): return self.local(name) ?? .dyn
        case .select(let operand, let field, let isOptional):
            let target = self.type(of: operand)
            let member = self.member(field, of: target, at: syntax.offset)
            guard !isOptional else { return .optional(of: member) }
            return self.wrapped(member, of: target)
        default: return .dyn
        }
    }

    private func local(_ name: String) -> ValueType? { self.locals.last { $0.name == name }?.type }

    private func declared(_ name: String) -> ValueType? { self.names[name] ?? self.declarations.variables[name] }

    /// The longest declared name wins, as in evaluation.
    private mutating func variable(_ path: Syntax.Path) -> ValueType {
        let containers = path.isRooted ? [""] : self.containers
        var found: (type: ValueType, used: Int)?
        for length in stride(from: path.names.count, to: 0, by: -1) where found == nil {
            let name = path.names[..<length].joined(separator: ".")
            for container in containers where found == nil {
                if let type = self.declared(container + name) { found = (type, length) }
            }
        }
        for length in stride(from: path.names.count, to: 0, by: -1) where found == nil {
            let name = path.names[..<length].joined(separator: ".")
            for container in containers where typeNames.contains(container + name) { found = (.type, length) }
        }
        guard let found else {
            let name = path.names[0]
            self.report(
                .undeclaredReference, unknownName(name), at: path.offsets[0], length: name.utf8.count, name: name,
                candidates: (Array(self.names.keys) + self.declarations.variables.keys).sorted())
            return .dyn
        }
        var type = found.type
        for index in found.used..<path.names.count {
            let member = self.member(path.names[index], of: type, at: path.offsets[index])
            type = self.wrapped(member, of: type)
        }
        return type
    }

    var containers: [String] {
        let names = self.options.container.split(separator: ".")
        return stride(from: names.count, through: 0, by: -1).map { count in
            names[..<count].map { $0 + "." }.joined()
        }
    }

    /// A selection from an optional is an optional.
    private func wrapped(_ member: ValueType, of target: ValueType) -> ValueType {
        guard target.kinds.contains(.optional) else { return member }
        if target.isDyn { return .dyn }
        let wrapped = ValueType.optional(of: member)
        return target.kinds.contains(.map) ? member.joined(with: wrapped) : wrapped
    }

    /// What the field holds, in a map or in an optional map.
    mutating func member(_ name: String, of target: ValueType, at offset: Int) -> ValueType {
        if target.isDyn || target.kinds.isEmpty {
            if target.isDyn { self.isCertain = false }
            return target
        }
        var result = ValueType.never
        var isPossible = false
        var missing: ValueType.Members?
        if target.kinds.contains(.map) {
            if let members = target.members {
                if let type = self.known(name, in: members, at: offset) {
                    result = self.join(result, type)
                    isPossible = true
                } else if !members.isDeclared {
                    // Of a literal it may be asked what it has.
                    isPossible = true
                } else {
                    missing = members
                }
            } else {
                (result, isPossible) = (.dyn, true)
            }
        }
        if target.kinds.contains(.optional) {
            let content = target.content
            // Whatever is in an empty optional, its members are there as little as it is.
            if content.kinds.isEmpty || !content.kinds.isDisjoint(with: [.map, .optional]) {
                let inner = self.member(name, of: content, at: offset)
                result = self.join(result, inner)
                isPossible = true
            }
        }
        if !target.kinds.isSubset(of: [.map, .optional]) { self.isCertain = false }
        if isPossible { return result }
        self.refuse(name, of: target, missing, at: offset)
        return .dyn
    }

    private mutating func refuse(
        _ name: String, of target: ValueType, _ missing: ValueType.Members?, at offset: Int
    ) {
        let length = name.utf8.count
        if let missing {
            self.report(
                .noSuchField, "there is no field \(name)", at: offset, length: length, hint: missing.hint, name: name,
                candidates: missing.fields.keys.sorted())
        } else {
            var hint: Message?
            if ["length", "count", "size"].contains(name), target.kinds.isSubset(of: [.list, .string]) {
                hint = target.kinds == .list ? "size(x) counts elements" : "size(x) counts characters"
            } else if target.kinds == .list {
                hint = "an element has: list[0].\(name), list.map(x, x.\(name))"
            }
            self.report(
                .noSuchOverload, "a value of type \(target) has no field \(name)", at: offset, length: length,
                hint: hint)
        }
    }

    /// What a map has under a name; nil: nothing. What others than the fields are is not known, where there are any.
    private mutating func known(_ name: String, in members: ValueType.Members, at offset: Int) -> ValueType? {
        if let type = members.fields[name] { return type }
        guard members.keys.contains(.string), let rest = members.rest else { return nil }
        if members.isListed {
            self.report(
                .unlistedField, "nothing gives a field \(name)", at: offset, length: name.utf8.count,
                hint: members.hint, name: name, candidates: members.fields.keys.sorted())
        }
        return rest
    }

    // MARK: Elements

    mutating func index(_ operand: Syntax, _ index: Syntax, _ isOptional: Bool, at offset: Int) -> ValueType {
        let target = self.type(of: operand)
        let key = self.type(of: index)
        var literal: String?
        if case .literal(.string(let name)) = index.kind { literal = name }
        let element = self.element(of: target, key, literal, at: offset)
        if isOptional { return .optional(of: element) }
        return self.wrapped(element, of: target)
    }

    private mutating func element(
        of target: ValueType, _ key: ValueType, _ literal: String?, at offset: Int
    ) -> ValueType {
        if target.isDyn || target.kinds.isEmpty {
            if target.isDyn { self.isCertain = false }
            return target
        }
        var found: [ValueType] = []
        if target.kinds.contains(.list), key.kinds.isEmpty || !key.kinds.isDisjoint(with: .numbers) {
            found.append(target.element)
        }
        // A double may be no whole number, and an uint too large.
        if target.kinds.contains(.list), !key.kinds.isSubset(of: .int) { self.isCertain = false }
        if target.kinds.contains(.map) {
            switch self.element(ofMap: target, key, literal, at: offset) {
            case .some(let type): found.append(type)
            case nil where literal != nil && target.kinds == .map:
                self.refuse(literal ?? "", of: target, target.members, at: offset)
                return .dyn
            case nil: break
            }
        }
        if target.kinds.contains(.optional) {
            let content = target.content
            if content.kinds.isEmpty || !content.kinds.isDisjoint(with: [.map, .list, .optional]) {
                found.append(self.element(of: content, key, literal, at: offset))
            }
        }
        if !target.kinds.isSubset(of: [.map, .list, .optional]) { self.isCertain = false }
        guard found.isEmpty else { return self.join(found) }
        self.report(
            .noSuchOverload, "a value of type \(target) has no index of type \(key)", at: offset, length: 1)
        return .dyn
    }

    private mutating func element(
        ofMap target: ValueType, _ key: ValueType, _ literal: String?, at offset: Int
    ) -> ValueType? {
        guard let members = target.members else { return .dyn }
        if let literal { return self.known(literal, in: members, at: offset) ?? (members.isDeclared ? nil : .never) }
        // A number finds the key of its value, whatever its type.
        let isNumber = !key.kinds.isDisjoint(with: .numbers) && !members.keys.isDisjoint(with: .numbers)
        guard key.kinds.isEmpty || members.keys.isEmpty || isNumber || !key.kinds.isDisjoint(with: members.keys)
        else { return nil }
        guard self.charge(members.fields.count) else { return .dyn }
        return self.values(of: members)
    }

    mutating func values(of members: ValueType.Members) -> ValueType {
        self.join(Array(members.fields.values) + (members.rest.map { [$0] } ?? []))
    }
}

extension ValueType.Members {
    fileprivate var hint: Message? {
        let known = self.fields.keys.sorted()
        guard !known.isEmpty else { return nil }
        return "there are: \(known.prefix(12).joined(separator: ", "))\(known.count > 12 ? ", …" : "")"
    }
}
