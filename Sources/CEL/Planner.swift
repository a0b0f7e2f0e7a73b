import Values

/// Turns syntax into nodes: gives loop names their slots, finds functions, and notes what the program refers to.
struct Planner {
    private struct Local {
        let name: String
        let slot: Int
    }

    private let options: Options
    private var locals: [Local] = []
    private(set) var slotCount = 0
    private(set) var references = References()

    init(options: Options) {
        self.options = options
    }

    mutating func plan(_ syntax: Syntax) throws(CompileError) -> any Node {
        switch syntax.kind {
        case .literal(let value): return LiteralNode(value: value)
        case .name, .select: return try self.path(syntax)
        case .has(let operand, let field, let isOptional):
            self.note(
                selection: Syntax(
                    kind: .select(operand, field: field, isOptional: isOptional), offset: syntax.offset,
                    height: syntax.height))
            return HasNode(operand: try self.planQuietly(operand), field: Field(field, at: syntax.offset))
        case .index(let operand, let index, let isOptional):
            self.note(selection: syntax)
            let isNoted = syntax.selections != nil
            return IndexNode(
                operand: isNoted ? try self.planQuietly(operand) : try self.plan(operand),
                index: try self.plan(index), isOptional: isOptional, offset: syntax.offset)
        case .call(let target, let function, let arguments):
            return try self.call(target, function, arguments, at: syntax.offset)
        case .not(let operand): return NotNode(operand: try self.plan(operand), offset: syntax.offset)
        case .negate(let operand): return NegateNode(operand: try self.plan(operand), offset: syntax.offset)
        case .chain(let first, let links): return try self.chain(first, links)
        case .and(let operands):
            return LogicNode(operands: try self.plan(operands), decides: false, offset: syntax.offset)
        case .or(let operands):
            return LogicNode(operands: try self.plan(operands), decides: true, offset: syntax.offset)
        case .conditional(let branches, let otherwise):
            return try self.conditional(branches, otherwise, at: syntax.offset)
        case .list(let elements): return try self.list(elements, at: syntax.offset)
        case .map(let entries): return try self.map(entries, at: syntax.offset)
        case .message(let type, _):
            throw CompileError(message: "there is no message type \(type)", offset: syntax.offset)
        case .comprehension(let loop): return try self.comprehension(loop, at: syntax.offset)
        case .bind(let name, let value, let body): return try self.bind([name], [value], body)
        case .block(let names, let values, let body): return try self.bind(names, values, body)
        case .optionalMap(let operand, let name, let body, let isFlat):
            let target = try self.plan(operand)
            let depth = self.locals.count
            let slot = self.declare(name)
            defer { self.locals.removeSubrange(depth...) }
            return OptionalMapNode(
                operand: target, slot: slot, body: try self.plan(body), isFlat: isFlat, offset: syntax.offset)
        }
    }

    private mutating func plan(_ syntax: [Syntax]) throws(CompileError) -> [any Node] {
        var nodes: [any Node] = []
        for part in syntax { nodes.append(try self.plan(part)) }
        return nodes
    }

    /// What ``plan(_:)`` gives, for a part that is noted already as a part of something longer.
    private mutating func planQuietly(_ syntax: Syntax) throws(CompileError) -> any Node {
        guard syntax.selections != nil else { return try self.plan(syntax) }
        let noted = self.references.paths
        let node = try self.plan(syntax)
        self.references.paths = noted
        return node
    }

    private mutating func chain(_ first: Syntax, _ links: [Syntax.Link]) throws(CompileError) -> any Node {
        let left = try self.plan(first)
        if links.count == 1 {
            return BinaryNode(
                left: left, operation: links[0].operation, right: try self.plan(links[0].operand),
                offset: links[0].offset)
        }
        var planned: [ChainNode.Link] = []
        for link in links {
            let operand = try self.plan(link.operand)
            planned.append(.init(operation: link.operation, operand: operand, offset: link.offset))
        }
        return ChainNode(first: left, links: planned)
    }

    private mutating func conditional(
        _ branches: [Syntax.Branch], _ otherwise: Syntax, at offset: Int
    ) throws(CompileError) -> any Node {
        var planned: [ConditionalNode.Branch] = []
        for branch in branches {
            planned.append(.init(condition: try self.plan(branch.condition), value: try self.plan(branch.value)))
        }
        return ConditionalNode(branches: planned, otherwise: try self.plan(otherwise), offset: offset)
    }

    private mutating func list(_ elements: [Syntax.Element], at offset: Int) throws(CompileError) -> any Node {
        var planned: [ListNode.Element] = []
        for element in elements {
            planned.append(.init(node: try self.plan(element.value), isOptional: element.isOptional))
        }
        let literals = planned.compactMap { $0.isOptional ? nil : ($0.node as? LiteralNode)?.value }
        if literals.count == planned.count { return LiteralNode(value: .list(literals)) }
        return ListNode(elements: planned, offset: offset)
    }

    private mutating func map(_ entries: [Syntax.Entry], at offset: Int) throws(CompileError) -> any Node {
        var planned: [MapNode.Entry] = []
        for entry in entries {
            planned.append(
                .init(
                    key: try self.plan(entry.key), value: try self.plan(entry.value), isOptional: entry.isOptional))
        }
        return MapNode(entries: planned, offset: offset)
    }
}

// MARK: Names

extension Planner {
    private func local(_ name: String) -> Local? { self.locals.last { $0.name == name } }

    private mutating func declare(_ name: String) -> Int {
        // Each has a slot of its own, so that nothing is lost when loops are nested.
        let slot = self.slotCount
        self.slotCount += 1
        self.locals.append(Local(name: name, slot: slot))
        return slot
    }

    private mutating func path(_ syntax: Syntax) throws(CompileError) -> any Node {
        self.note(selection: syntax)
        if let path = syntax.path {
            if !path.isRooted, let local = self.local(path.names[0]) {
                return LocalNode(slot: local.slot, selection: path.selection(from: 1), steps: path.names.count)
            }
            guard !path.names[0].hasPrefix("@") else {
                throw CompileError(message: "no cel.block() around this", offset: syntax.offset)
            }
            return self.variable(path)
        }
        guard case .select(let operand, let field, let isOptional) = syntax.kind else {
            throw CompileError(message: "expected a name", offset: syntax.offset)
        }
        return SelectNode(
            operand: try self.planQuietly(operand), field: Field(field, at: syntax.offset), isOptional: isOptional)
    }

    private func variable(_ path: Syntax.Path) -> any Node {
        let containers = path.isRooted ? [""] : self.containers
        var readings: [PathNode.Reading] = []
        for length in stride(from: path.names.count, to: 0, by: -1) {
            let name = path.names[..<length].joined(separator: ".")
            let selection = path.selection(from: length)
            for container in containers { readings.append(.init(name: container + name, selection: selection)) }
        }
        return PathNode(
            name: path.names[0], selection: path.selection(from: 1), readings: readings,
            hasContainer: containers.count > 1, steps: path.names.count, offset: path.offsets[0])
    }

    /// Prefixes that a name may stand for, the innermost first: for a.b they are `a.b.`, `a.` and none.
    private var containers: [String] {
        let names = self.options.container.split(separator: ".")
        return stride(from: names.count, through: 0, by: -1).map { count in
            names[..<count].map { $0 + "." }.joined()
        }
    }

    /// Notes the longest run of literal selections from a free name.
    private mutating func note(selection syntax: Syntax) {
        guard let path = syntax.selections, path.isRooted || self.local(path.names[0]) == nil else { return }
        self.references.paths.append(References.Path(names: path.names, offset: path.offsets[0]))
    }
}

extension Syntax {
    /// A name and its selections.
    struct Path {
        var names: [String]
        var offsets: [Int]
        let isRooted: Bool

        /// Of the names from an index on.
        fileprivate func selection(from start: Int) -> Selection {
            zip(self.names, self.offsets).dropFirst(start).reversed().reduce(.nothing) {
                .field(Field($1.0, at: $1.1), then: $0)
            }
        }
    }

    /// Of plain selections alone.
    var path: Path? {
        switch self.kind {
        case .name(let name, let isRooted): return Path(names: [name], offsets: [self.offset], isRooted: isRooted)
        case .select(let operand, let field, false):
            guard var path = operand.path else { return nil }
            path.names.append(field)
            path.offsets.append(self.offset)
            return path
        default: return nil
        }
    }

    /// Optional selections too, and indices that are literal texts: `a["b"]` is `a.b`.
    fileprivate var selections: Path? {
        switch self.kind {
        case .index(let operand, let index, _):
            guard case .literal(.string(let field)) = index.kind, var path = operand.selections else { return nil }
            path.names.append(field)
            path.offsets.append(self.offset)
            return path
        case .select(let operand, let field, _):
            guard var path = operand.selections else { return nil }
            path.names.append(field)
            path.offsets.append(self.offset)
            return path
        default: return self.path
        }
    }
}

// MARK: Macros

extension Planner {
    private mutating func comprehension(
        _ loop: Syntax.Comprehension, at offset: Int
    ) throws(CompileError) -> any Node {
        let range = try self.plan(loop.range)
        let depth = self.locals.count
        defer { self.locals.removeSubrange(depth...) }
        let first = self.declare(loop.first)
        let second = loop.second.map { self.declare($0) }
        var filter: (any Node)?
        if let condition = loop.filter { filter = try self.plan(condition) }
        return ComprehensionNode(
            kind: loop.kind, range: range, first: first, second: second, filter: filter,
            body: try self.plan(loop.body), offset: offset)
    }

    private mutating func bind(
        _ names: [String], _ values: [Syntax], _ body: Syntax
    ) throws(CompileError) -> any Node {
        let depth = self.locals.count
        defer { self.locals.removeSubrange(depth...) }
        var slots: [Int] = []
        var nodes: [any Node] = []
        for (name, value) in zip(names, values) {
            nodes.append(try self.plan(value))
            slots.append(self.declare(name))
        }
        return BindNode(slots: slots, values: nodes, body: try self.plan(body))
    }
}

// MARK: Calls

extension Planner {
    private mutating func call(
        _ target: Syntax?, _ function: String, _ arguments: [Syntax], at offset: Int
    ) throws(CompileError) -> any Node {
        if let target, let node = try self.qualifiedCall(target, function, arguments, at: offset) { return node }
        let isRooted = function.hasPrefix(".")
        let name = isRooted ? String(function.dropFirst()) : function
        guard let target else {
            for container in isRooted ? [""] : self.containers {
                if let node = try self.global(container + name, arguments, at: offset) { return node }
            }
            return try self.unknown(name, arguments, at: offset)
        }
        let all = [target] + arguments
        if self.options.functions.contains(name) { return try self.host(name, all, at: offset) }
        if name == "or" || name == "orValue", arguments.count == 1 {
            return OptionalOrNode(
                operand: try self.plan(target), alternative: try self.plan(arguments[0]), unwraps: name == "orValue",
                offset: offset)
        }
        guard let found = Library.members[name] else { return try self.unknown(name, all, at: offset) }
        return try self.library(found, name, all, written: arguments.count, at: offset)
    }

    /// `math.abs(x)`: a function whose name has dots, if the target is no variable.
    private mutating func qualifiedCall(
        _ target: Syntax, _ function: String, _ arguments: [Syntax], at offset: Int
    ) throws(CompileError) -> (any Node)? {
        guard let path = target.path, path.isRooted || self.local(path.names[0]) == nil else { return nil }
        let name = (path.names + [function]).joined(separator: ".")
        for container in path.isRooted ? [""] : self.containers {
            if let node = try self.global(container + name, arguments, at: path.offsets[0]) { return node }
        }
        return nil
    }

    private mutating func global(
        _ name: String, _ arguments: [Syntax], at offset: Int
    ) throws(CompileError) -> (any Node)? {
        if self.options.functions.contains(name) { return try self.host(name, arguments, at: offset) }
        guard let found = Library.globals[name] else { return nil }
        return try self.library(found, name, arguments, written: arguments.count, at: offset)
    }

    /// `written`: how many of the arguments stand in parentheses; the target of a member call does not.
    private mutating func library(
        _ function: Library.Function, _ name: String, _ arguments: [Syntax], written: Int, at offset: Int
    ) throws(CompileError) -> any Node {
        let nodes = try self.noted(name, arguments, at: offset)
        if function.arity.contains(arguments.count) {
            if name == "matches", case .literal(.string(let source)) = arguments[1].kind {
                return MatchesNode(
                    text: nodes[0], pattern: try self.pattern(source, arguments[1].offset), offset: offset)
            }
            let function = LibraryFunction(name: name, body: function.body, offset: offset)
            return nodes.count == 1
                ? UnaryCallNode(function: function, argument: nodes[0]) : CallNode(function: function, arguments: nodes)
        }
        if self.options.unknownFunctionsFailLate {
            return UnknownCallNode(name: name, arguments: nodes, offset: offset)
        }
        throw CompileError(
            message: written == 1
                ? "no overload of \(name)() takes 1 argument" : "no overload of \(name)() takes \(written) arguments",
            offset: offset)
    }

    private func pattern(_ source: String, _ offset: Int) throws(CompileError) -> Pattern {
        do throws(PatternError) {
            return try Pattern(source)
        } catch {
            throw CompileError(message: "this is no pattern: \(error.message)", offset: offset)
        }
    }

    private mutating func host(
        _ name: String, _ arguments: [Syntax], at offset: Int
    ) throws(CompileError) -> any Node {
        HostCallNode(name: name, arguments: try self.noted(name, arguments, at: offset), offset: offset)
    }

    private mutating func unknown(
        _ name: String, _ arguments: [Syntax], at offset: Int
    ) throws(CompileError) -> any Node {
        guard self.options.unknownFunctionsFailLate else {
            throw CompileError(message: "there is no function \(name)()", offset: offset)
        }
        return UnknownCallNode(name: name, arguments: try self.noted(name, arguments, at: offset), offset: offset)
    }

    private mutating func noted(
        _ name: String, _ arguments: [Syntax], at offset: Int
    ) throws(CompileError) -> [any Node] {
        let literals = arguments.map { argument -> String? in
            guard case .literal(.string(let text)) = argument.kind else { return nil }
            return text
        }
        self.references.calls.append(References.Call(function: name, literals: literals, offset: offset))
        return try self.plan(arguments)
    }
}
