import Values

// Names that macros bind.
extension Checker {
    mutating func comprehension(_ loop: Syntax.Comprehension, at offset: Int) -> ValueType {
        let range = self.type(of: loop.range)
        guard self.demands([.list, .map], of: range) else {
            self.report(
                .noSuchOverload, "a value of type \(range) is no list or map to go through", at: offset,
                length: loop.kind.name.utf8.count)
            return loop.kind.result
        }
        let depth = self.locals.count
        defer { self.locals.removeSubrange(depth...) }
        let (keys, values, elements) = self.parts(ofRange: range)
        if let second = loop.second {
            self.locals.append((loop.first, self.join(range.kinds.contains(.list) ? .int : .never, keys)))
            self.locals.append((second, self.join(elements, values)))
        } else {
            self.locals.append((loop.first, self.join(elements, keys)))
        }
        let first = self.locals[depth].type
        if let filter = loop.filter { self.flag(filter, "the condition of \(loop.kind.name)()", at: offset) }
        switch loop.kind {
        case .all, .exists, .existsOne:
            self.flag(loop.body, "\(loop.kind.name)()", at: offset)
            return .bool
        case .transformList: return .list(of: self.type(of: loop.body))
        case .transformMap:
            let value = self.type(of: loop.body)
            return .map(of: value, keys: first.kinds.intersection(.keys))
        case .transformMapEntry: return self.entries(of: loop.body, at: offset)
        case .sortBy:
            let key = self.type(of: loop.body)
            self.order(key, "sortBy", at: loop.body.start)
            if !self.demands(.list, of: range) {
                self.report(.noSuchOverload, "sortBy() sorts a list, not \(range)", at: offset, length: 6)
            }
            return .list(of: elements)
        }
    }

    /// Keys and values of maps, elements of lists.
    private mutating func parts(ofRange range: ValueType) -> (keys: ValueType, values: ValueType, ValueType) {
        guard range.kinds.contains(.map) else { return (.never, .never, range.element) }
        guard let members = range.members else { return (ValueType(.keys), .dyn, range.element) }
        guard self.charge(members.fields.count) else { return (.dyn, .dyn, .dyn) }
        return (ValueType(members.keys), self.values(of: members), range.element)
    }

    private mutating func entries(of body: Syntax, at offset: Int) -> ValueType {
        let type = self.type(of: body)
        guard self.demands(.map, of: type) else {
            self.report(
                .noSuchOverload, "transformMapEntry() makes a map an element, not \(type)", at: body.start, length: 1)
            return .map
        }
        return type.only(.map)
    }

    /// What sorting asks of its keys: one type, and no NaN in it.
    mutating func order(_ type: ValueType, _ user: String, at offset: Int) {
        if !type.kinds.isEmpty, !type.kinds.isOne || type.kinds == .double { self.isCertain = false }
        guard !self.demands(Self.ordered, of: type) else { return }
        self.report(.noSuchOverload, "\(user)() has no order for \(type)", at: offset, length: 1)
    }

    mutating func bind(_ names: [String], _ values: [Syntax], _ body: Syntax) -> ValueType {
        let depth = self.locals.count
        defer { self.locals.removeSubrange(depth...) }
        for (name, value) in zip(names, values) { self.locals.append((name, self.type(of: value))) }
        return self.type(of: body)
    }

    mutating func optionalMap(
        _ operand: Syntax, _ name: String, _ body: Syntax, isFlat: Bool, at offset: Int
    ) -> ValueType {
        let user = isFlat ? "optFlatMap()" : "optMap()"
        let content = self.content(of: self.type(of: operand), user, at: offset)
        self.locals.append((name, content))
        defer { self.locals.removeLast() }
        let type = self.type(of: body)
        guard isFlat else { return .optional(of: type) }
        return .optional(of: self.content(of: type, user, at: body.start))
    }
}

extension Syntax.Comprehension.Kind {
    fileprivate var name: String {
        switch self {
        case .all: "all"
        case .exists: "exists"
        case .existsOne: "existsOne"
        case .transformList: "map"
        case .transformMap: "transformMap"
        case .transformMapEntry: "transformMapEntry"
        case .sortBy: "sortBy"
        }
    }

    /// When nothing more is known.
    fileprivate var result: ValueType {
        switch self {
        case .all, .exists, .existsOne: .bool
        case .transformList, .sortBy: .list
        case .transformMap, .transformMapEntry: .map
        }
    }
}
