import Values

/// Finds the type of each part of an expression, from its leaves upwards.
///
/// A part is a mistake only when none of the values that its operands can have would do; where some would, the result
/// is theirs, and the whole is no longer certain. What is wrong has the type `dyn`, so that one mistake is reported once.
struct Checker {
    let declarations: Declarations
    let names: [String: ValueType]
    let options: Options
    private(set) var steps: Int
    private(set) var diagnostics: [TypeDiagnostic] = []
    var isCertain = true
    /// Loop names and those of `cel.bind`, the innermost last.
    var locals: [(name: String, type: ValueType)] = []

    static let diagnosticLimit = 20

    init(_ declarations: Declarations, names: [String: ValueType], options: Options, steps: Int) {
        self.declarations = declarations
        self.names = names
        self.options = options
        self.steps = steps
    }

    mutating func check(_ syntax: Syntax, expecting: ValueType?) -> ValueType {
        let type = self.type(of: syntax)
        guard let expecting, self.diagnostics.isEmpty, self.charge(type.size) else { return type }
        if type.relation(to: expecting) == .disjoint {
            self.report(
                .unexpectedType, "\(expecting) is expected here, and this is \(type)", at: 0, length: 1,
                hint: Self.conversion(from: type, to: expecting))
        }
        return type
    }

    // MARK: Accounts

    /// False: there was too much to do, and nothing more is found.
    mutating func charge(_ steps: Int = 1) -> Bool {
        guard steps <= self.steps else {
            self.steps = 0
            self.isCertain = false
            return false
        }
        self.steps -= steps
        return true
    }

    mutating func report(
        _ code: TypeDiagnostic.Code, _ message: Message, at offset: Int, length: Int, hint: Message? = nil,
        name: String? = nil, candidates: [String] = []
    ) {
        guard self.diagnostics.count < Self.diagnosticLimit else { return }
        self.diagnostics.append(
            TypeDiagnostic(
                code: code, message: message, hint: hint, offset: offset, length: length, name: name,
                candidates: candidates))
    }

    mutating func join(_ left: ValueType, _ right: ValueType) -> ValueType {
        // A map that is joined is copied.
        let isCopied = left.kinds.contains(.map) && right.kinds.contains(.map) && left.parts !== right.parts
        guard self.charge(isCopied ? left.size + right.size : 1 + min(left.size, right.size)) else { return .dyn }
        return left.joined(with: right)
    }

    mutating func join(_ types: [ValueType]) -> ValueType {
        var types = types
        while types.count > 1 {
            types = stride(from: 0, to: types.count, by: 2).map { index in
                index + 1 < types.count ? self.join(types[index], types[index + 1]) : types[index]
            }
        }
        return types.first ?? .never
    }

    /// Whether some of the values are of these kinds; certain only if all are.
    mutating func demands(_ kinds: ValueType.Kinds, of type: ValueType) -> Bool {
        if !type.kinds.isSubset(of: kinds) { self.isCertain = false }
        return type.kinds.isEmpty || !type.kinds.isDisjoint(with: kinds)
    }

    // MARK: Parts

    mutating func type(of syntax: Syntax) -> ValueType {
        guard self.charge() else { return .dyn }
        switch syntax.kind {
        case .literal(let value): return ValueType(of: value)
        case .name, .select: return self.path(syntax)
        case .has(let operand, let field, _):
            let target = self.type(of: operand)
            _ = self.member(field, of: target, at: syntax.offset)
            return .bool
        case .index(let operand, let index, let isOptional):
            return self.index(operand, index, isOptional, at: syntax.offset)
        case .call(let target, let function, let arguments):
            return self.call(target, function, arguments, at: syntax.offset)
        case .not(let operand):
            self.flag(operand, "!", at: syntax.offset)
            return .bool
        case .negate(let operand): return self.negation(of: operand, at: syntax.offset)
        case .chain(let first, let links):
            return links.reduce(self.type(of: first)) { left, link in
                let result = self.operation(link.operation, left, self.type(of: link.operand), at: link.offset)
                return link.alwaysFails ? .never : result
            }
        case .and(let operands):
            for operand in operands { self.flag(operand, "&&", at: syntax.offset) }
            return .bool
        case .or(let operands):
            for operand in operands { self.flag(operand, "||", at: syntax.offset) }
            return .bool
        case .conditional(let branches, let otherwise):
            for branch in branches { self.flag(branch.condition, "?:", at: syntax.offset) }
            return self.join((branches.map(\.value) + [otherwise]).map { self.type(of: $0) })
        case .list(let elements): return self.list(elements, at: syntax.offset)
        case .map(let entries): return self.map(entries, at: syntax.offset)
        case .message: return .dyn
        case .comprehension(let loop): return self.comprehension(loop, at: syntax.offset)
        case .bind(let name, let value, let body): return self.bind([name], [value], body)
        case .block(let names, let values, let body): return self.bind(names, values, body)
        case .optionalMap(let operand, let name, let body, let isFlat):
            return self.optionalMap(operand, name, body, isFlat: isFlat, at: syntax.offset)
        }
    }

    /// A condition.
    mutating func flag(_ syntax: Syntax, _ user: Message, at offset: Int) {
        let type = self.type(of: syntax)
        guard !self.demands(.bool, of: type) else { return }
        self.report(
            .noSuchOverload, "\(user) takes bool, and this is \(type)", at: syntax.start, length: 1,
            hint: type.kinds == .string
                ? "compare it: == \"…\"" : type.kinds == .null ? nil : "compare it with something"
        )
    }

    private mutating func negation(of syntax: Syntax, at offset: Int) -> ValueType {
        let type = self.type(of: syntax)
        guard !self.demands([.int, .double], of: type) else { return type.only([.int, .double]) }
        self.report(.noSuchOverload, "- is not defined for \(type)", at: offset, length: 1)
        return .dyn
    }

    private mutating func list(_ elements: [Syntax.Element], at offset: Int) -> ValueType {
        let types = elements.map { element in
            let type = self.type(of: element.value)
            return element.isOptional ? self.content(of: type, "[?]", at: element.value.start) : type
        }
        return .list(of: self.join(types))
    }

    private mutating func map(_ entries: [Syntax.Entry], at offset: Int) -> ValueType {
        var members = ValueType.Members(keys: [], fields: [:], rest: nil, isDeclared: false)
        var others: [ValueType] = []
        for entry in entries {
            let key = self.type(of: entry.key)
            var value = self.type(of: entry.value)
            if entry.isOptional { value = self.content(of: value, "{?:}", at: entry.value.start) }
            if !self.demands(.keys, of: key) {
                self.report(.noSuchOverload, "a map has no keys of type \(key)", at: entry.key.start, length: 1)
            }
            if case .literal(.string(let name)) = entry.key.kind {
                members.add(.string(name), value)
            } else {
                members.keys.formUnion(key.kinds.intersection(.keys))
                others.append(value)
            }
        }
        if !others.isEmpty { members.rest = self.join(others) }
        guard self.charge(members.fields.count) else { return .map }
        return ValueType(.map, parts: ValueType.Parts(members: members))
    }

    /// What an optional holds.
    mutating func content(of type: ValueType, _ user: String, at offset: Int) -> ValueType {
        guard !self.demands(.optional, of: type) else { return type.content }
        self.report(
            .noSuchOverload, "\(user) takes optional, not \(type)", at: offset, length: 1,
            hint: "optional.of(x), or a selection with .?")
        return .dyn
    }
}

extension Syntax.Link {
    /// A division of integers by a literal zero. Of doubles it is infinite, and with those a literal 0 does not mix.
    fileprivate var alwaysFails: Bool {
        guard self.operation == .divide || self.operation == .remainder else { return false }
        switch self.operand.kind {
        case .literal(.int(0)), .literal(.uint(0)): return true
        default: return false
        }
    }
}

extension Syntax {
    /// Where the text of a part begins, as far as the tree says.
    var start: Int {
        switch self.kind {
        case .select(let operand, _, _), .has(let operand, _, _), .index(let operand, _, _): operand.start
        case .chain(let first, _): first.start
        case .and(let operands), .or(let operands): operands.first?.start ?? self.offset
        case .conditional(let branches, _): branches.first?.condition.start ?? self.offset
        case .call(let target?, _, _): target.start
        case .comprehension(let loop): loop.range.start
        case .optionalMap(let operand, _, _, _): operand.start
        default: self.offset
        }
    }
}
