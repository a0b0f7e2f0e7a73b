import Values

// The operators, and what is said of operands that do not fit.
extension Checker {
    mutating func operation(
        _ operation: Operation, _ left: ValueType, _ right: ValueType, at offset: Int
    ) -> ValueType {
        guard self.charge() else { return .dyn }
        switch operation {
        case .equal, .notEqual:
            self.compare(operation, left, right, at: offset)
            return .bool
        case .contained:
            self.search(left, in: right, at: offset)
            return .bool
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            self.relate(operation, left, right, at: offset)
            return .bool
        case .add, .subtract, .multiply, .divide, .remainder:
            return self.calculate(operation, left, right, at: offset)
        }
    }

    // MARK: Comparing

    private mutating func compare(_ operation: Operation, _ left: ValueType, _ right: ValueType, at offset: Int) {
        guard self.charge(min(left.size, right.size)) else { return }
        switch left.equality(with: right) {
        case .possible: break
        case .never:
            self.report(
                .noSuchOverload, "\(left) and \(right) are never equal", at: offset, length: 2,
                hint: Self.reconciliation(left, right))
        case .neverTheSameText: self.reportText(left, right, at: offset)
        }
    }

    private mutating func reportText(_ left: ValueType, _ right: ValueType, at offset: Int) {
        guard let a = left.strings, let b = right.strings else { return }
        let (wanted, known) = a.isDeclared && !b.isDeclared ? (b, a) : (a, b)
        let text = wanted.values.sorted().first ?? ""
        let values = known.values.sorted()
        let list = values.prefix(12).map { "\"\($0)\"" }.joined(separator: ", ")
        self.report(
            .neverEqual, "this is never \(Value.string(text).shown)", at: offset, length: 2,
            hint: "it is one of \(list)\(values.count > 12 ? ", …" : "")", name: text, candidates: values)
    }

    private mutating func search(_ left: ValueType, in right: ValueType, at offset: Int) {
        guard self.demands([.list, .map], of: right) else {
            let hint: Message? = right.kinds == .string ? "text.contains(part) looks into a string" : nil
            self.report(
                .noSuchOverload, "in looks into a list or a map, not into \(right)", at: offset, length: 2, hint: hint)
            return
        }
        guard right.kinds == .list else {
            guard right.kinds == .map, let keys = right.members?.keys, keys.isOne else { return }
            if left.equality(with: ValueType(keys)) == .never {
                self.report(
                    .noSuchOverload, "no key of this map is \(left): its keys are \(ValueType(keys))", at: offset,
                    length: 2)
            }
            return
        }
        guard self.charge(min(left.size, right.size)) else { return }
        switch left.equality(with: right.element) {
        case .possible: break
        case .never:
            self.report(
                .noSuchOverload, "no element of \(right) is \(left)", at: offset, length: 2,
                hint: Self.reconciliation(left, right.element))
        case .neverTheSameText: self.reportText(left, right.element, at: offset)
        }
    }

    static let ordered: ValueType.Kinds = [
        .bool, .int, .uint, .double, .string, .bytes, .timestamp, .duration,
    ]

    private mutating func relate(_ operation: Operation, _ left: ValueType, _ right: ValueType, at offset: Int) {
        let result = self.pairs(left, right) { a, b in
            if a == b, Self.ordered.contains(a) { return .bool }
            let areNumbers = ValueType.Kinds.numbers.contains(a) && ValueType.Kinds.numbers.contains(b)
            return areNumbers ? .bool : nil
        }
        guard result == nil else { return }
        self.report(
            .noSuchOverload, "\(operation.rawValue) does not compare \(left) with \(right)", at: offset,
            length: operation.rawValue.utf8.count, hint: Self.reconciliation(left, right))
    }

    // MARK: Calculating

    private mutating func calculate(
        _ operation: Operation, _ left: ValueType, _ right: ValueType, at offset: Int
    ) -> ValueType {
        let kinds = self.pairs(left, right) { Self.result(of: operation, $0, $1) }
        guard let kinds else {
            self.report(
                .noSuchOverload, "\(operation.rawValue) is not defined for \(left) and \(right)", at: offset,
                length: 1, hint: Self.calculationHint(operation, left, right))
            return .dyn
        }
        guard kinds.contains(.list), left.kinds != .all || right.kinds != .all else { return ValueType(kinds) }
        let elements = self.join(left.element, right.element)
        return ValueType(kinds, parts: ValueType.Parts(element: elements.isDyn ? nil : elements))
    }

    /// The results of all pairs of operands that have one; nil if none has.
    private mutating func pairs(
        _ left: ValueType, _ right: ValueType,
        _ result: (ValueType.Kinds, ValueType.Kinds) -> ValueType.Kinds?
    ) -> ValueType.Kinds? {
        if left.kinds.isEmpty || right.kinds.isEmpty { return [] }
        var results: ValueType.Kinds = []
        for a in left.kinds.each {
            for b in right.kinds.each {
                if let kind = result(a, b) { results.formUnion(kind) } else { self.isCertain = false }
            }
        }
        return results.isEmpty ? nil : results
    }

    private static func result(
        of operation: Operation, _ left: ValueType.Kinds, _ right: ValueType.Kinds
    ) -> ValueType.Kinds? {
        if left == right {
            switch (operation, left) {
            case (_, .int), (_, .uint): return left
            case (.remainder, .double): return nil
            case (_, .double): return left
            case (.add, .string), (.add, .bytes), (.add, .list), (.add, .duration), (.subtract, .duration): return left
            case (.subtract, .timestamp): return .duration
            default: return nil
            }
        }
        switch (operation, left, right) {
        case (.add, .timestamp, .duration), (.add, .duration, .timestamp), (.subtract, .timestamp, .duration):
            return .timestamp
        default: return nil
        }
    }

    // MARK: Advice

    static func reconciliation(_ left: ValueType, _ right: ValueType) -> Message? {
        let kinds = left.kinds.union(right.kinds)
        if kinds == [.string, .timestamp] {
            return "JSON has no timestamps: timestamp(text) reads one, date(text) a day"
        }
        if kinds.contains(.string), !kinds.isDisjoint(with: .numbers) {
            return "string(x) makes a text of a number, int(x) and double(x) read one"
        }
        if kinds.contains(.duration), !kinds.isDisjoint(with: [.numbers, .string]) {
            return "duration(\"36h\") makes a duration"
        }
        return nil
    }

    private static func calculationHint(_ operation: Operation, _ left: ValueType, _ right: ValueType) -> Message? {
        let kinds = left.kinds.union(right.kinds)
        if kinds.isSubset(of: .numbers) {
            if operation == .remainder { return "% is for whole numbers" }
            return "numbers of different types are not mixed: write 2.0 for 2, or double(x)"
        }
        if operation == .add, kinds.contains(.string), !kinds.isDisjoint(with: [.numbers, .bool]) {
            return "string(x) makes a text of a number"
        }
        if kinds.contains(.timestamp), !kinds.isDisjoint(with: [.numbers, .string]) {
            return "duration(\"36h\") makes a duration, timestamp(text) reads a time"
        }
        return nil
    }

    /// How a value becomes one of the type that is asked for.
    static func conversion(from type: ValueType, to wanted: ValueType) -> Message? {
        if wanted.kinds == .bool { return type.kinds == .string ? "compare it: == \"…\"" : "compare it with something" }
        if wanted.kinds.contains(.timestamp), type.kinds.contains(.string) {
            return "JSON has no timestamps: timestamp(text) reads one, date(text) a day"
        }
        if wanted.kinds.contains(.string), !type.kinds.isDisjoint(with: [.numbers, .bool]) {
            return "string(x) makes a text of it"
        }
        if wanted.kinds.contains(.list), !wanted.kinds.contains(.map), type.kinds != .null { return "[x] is a list" }
        return nil
    }
}

extension ValueType.Kinds {
    /// One by one.
    var each: [ValueType.Kinds] {
        if self.isOne { return [self] }
        var rest = self.rawValue
        var kinds: [ValueType.Kinds] = []
        while rest != 0 {
            kinds.append(ValueType.Kinds(rawValue: rest & (~rest &+ 1)))
            rest &= rest &- 1
        }
        return kinds
    }
}
