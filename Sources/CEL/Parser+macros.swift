import Values

extension Parser {
    /// A call, or what its macro stands for.
    func call(
        target: Syntax?, function: String, arguments: [Syntax], at offset: Int
    ) throws(CompileError) -> Syntax {
        if self.options.macros {
            if let target {
                if case .name("cel", false) = target.kind,
                    let expansion = try self.celMacro(function, arguments, at: offset)
                {
                    return expansion
                }
                if let expansion = try self.memberMacro(target, function, arguments, at: offset) { return expansion }
            } else if function == "has", arguments.count == 1 {
                guard case .select(let operand, let field, let isOptional) = arguments[0].kind else {
                    throw CompileError(message: "has() takes a selection, as in has(context.title)", offset: offset)
                }
                return try self.node(.has(operand, field: field, isOptional: isOptional), at: arguments[0].offset)
            }
        }
        return try self.node(.call(target: target, function: function, arguments: arguments), at: offset)
    }

    private func memberMacro(
        _ target: Syntax, _ function: String, _ arguments: [Syntax], at offset: Int
    ) throws(CompileError) -> Syntax? {
        switch (function, arguments.count) {
        case ("all", 2), ("all", 3): return try self.loop(.all, target, arguments, names: arguments.count - 1, offset)
        case ("exists", 2), ("exists", 3):
            return try self.loop(.exists, target, arguments, names: arguments.count - 1, offset)
        case ("exists_one", 2), ("existsOne", 2), ("existsOne", 3), ("exists_one", 3):
            return try self.loop(.existsOne, target, arguments, names: arguments.count - 1, offset)
        case ("map", 2), ("map", 3): return try self.loop(.transformList, target, arguments, names: 1, offset)
        case ("filter", 2):
            let name = try self.simpleName(arguments[0])
            let element = try self.node(.name(name, isRooted: false), at: arguments[0].offset)
            return try self.loop(.transformList, target, arguments + [element], names: 1, offset)
        case ("transformList", 3), ("transformList", 4):
            return try self.loop(.transformList, target, arguments, names: 2, offset)
        case ("transformMap", 3), ("transformMap", 4):
            return try self.loop(.transformMap, target, arguments, names: 2, offset)
        case ("transformMapEntry", 3), ("transformMapEntry", 4):
            return try self.loop(.transformMapEntry, target, arguments, names: 2, offset)
        case ("sortBy", 2): return try self.loop(.sortBy, target, arguments, names: 1, offset)
        case ("optMap", 2), ("optFlatMap", 2):
            let name = try self.simpleName(arguments[0])
            return try self.node(
                .optionalMap(target, name: name, body: arguments[1], isFlat: function == "optFlatMap"), at: offset)
        default: return nil
        }
    }

    /// Arguments: one or two names, a filter if there is one more, the body.
    private func loop(
        _ kind: Syntax.Comprehension.Kind, _ range: Syntax, _ arguments: [Syntax], names: Int, _ offset: Int
    ) throws(CompileError) -> Syntax {
        let first = try self.simpleName(arguments[0])
        let second = names == 2 ? try self.simpleName(arguments[1]) : nil
        if first == second {
            throw CompileError(message: "the two names must differ", offset: arguments[1].offset)
        }
        let rest = arguments[names...]
        guard let body = rest.last else { throw CompileError(message: "expected an expression", offset: offset) }
        let comprehension = Syntax.Comprehension(
            kind: kind, range: range, first: first, second: second, filter: rest.count == 2 ? rest.first : nil,
            body: body)
        return try self.node(.comprehension(comprehension), at: offset)
    }

    private func celMacro(
        _ function: String, _ arguments: [Syntax], at offset: Int
    ) throws(CompileError) -> Syntax? {
        switch (function, arguments.count) {
        case ("bind", 3):
            let name = try self.simpleName(arguments[0])
            return try self.node(.bind(name: name, value: arguments[1], body: arguments[2]), at: offset)
        case ("block", 2):
            guard case .list(let elements) = arguments[0].kind, !elements.contains(where: \.isOptional) else {
                throw CompileError(message: "cel.block() takes a list of values first", offset: offset)
            }
            let names = elements.indices.map { "@index\($0)" }
            return try self.node(
                .block(names: names, values: elements.map(\.value), body: arguments[1]), at: offset)
        case ("index", 1), ("iterVar", 2), ("accuVar", 2):
            let numbers = arguments.compactMap { argument -> Int64? in
                guard case .literal(.int(let number)) = argument.kind, number >= 0 else { return nil }
                return number
            }
            guard numbers.count == arguments.count else {
                throw CompileError(message: "cel.\(function)() takes literal numbers", offset: offset)
            }
            // No name of the source contains @.
            let name = (["@" + function] + numbers.map(String.init)).joined(separator: function == "index" ? "" : ":")
            return try self.node(.name(name, isRooted: false), at: offset)
        default: return nil
        }
    }

    private func simpleName(_ argument: Syntax) throws(CompileError) -> String {
        guard case .name(let name, false) = argument.kind else {
            throw CompileError(message: "expected a name for the loop, not an expression", offset: argument.offset)
        }
        return name
    }
}
