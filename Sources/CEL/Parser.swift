import Values

/// Recursive descent (google/cel-spec, "Syntax"); macros are expanded as their calls are read.
struct Parser {
    private let tokens: [Token]
    private var position = 0
    private var nesting = 0
    let options: Options

    static func parse(_ source: String, options: Options) throws(CompileError) -> Syntax {
        guard source.utf8.count <= options.length else {
            throw CompileError(message: "the expression is longer than \(options.length) bytes", offset: options.length)
        }
        var parser = Parser(tokens: try Lexer.tokens(of: source), options: options)
        let syntax = try parser.expression()
        guard parser.token.kind == .end else { throw parser.unexpected("an operator or the end") }
        return syntax
    }

    private init(tokens: [Token], options: Options) {
        self.tokens = tokens
        self.options = options
    }

    var token: Token { self.tokens[self.position] }
    /// Whatever the options say, the recursion must fit into the stack of any thread.
    private var depthLimit: Int { min(self.options.depth, 200) }

    func unexpected(_ expected: Message) -> CompileError {
        for place in [self.position - 1, self.position] where place >= 0 {
            guard self.tokens[place].kind == .identifier("not") else { continue }
            return CompileError(message: "\"not\" is written !", offset: self.tokens[place].offset)
        }
        switch self.token.kind {
        case .identifier("and"): return CompileError(message: "\"and\" is written &&", offset: self.token.offset)
        case .identifier("or"): return CompileError(message: "\"or\" is written ||", offset: self.token.offset)
        case .end:
            return CompileError(message: "expected \(expected), but the expression ends", offset: self.token.offset)
        case .symbol(let symbol):
            return CompileError(message: "expected \(expected), not \(symbol.rawValue)", offset: self.token.offset)
        case .identifier(let name):
            return CompileError(message: "expected \(expected), not \(name)", offset: self.token.offset)
        default: return CompileError(message: "expected \(expected)", offset: self.token.offset)
        }
    }

    mutating func take(_ symbol: Symbol) -> Bool {
        guard self.token.kind == .symbol(symbol) else { return false }
        self.position += 1
        return true
    }

    private mutating func expect(_ symbol: Symbol) throws(CompileError) {
        guard self.take(symbol) else { throw self.unexpected(Message(verbatim: symbol.rawValue)) }
    }

    func node(_ kind: Syntax.Kind, at offset: Int) throws(CompileError) -> Syntax {
        let height = (kind.children.map(\.height).max() ?? 0) + 1
        if height > self.depthLimit { throw self.tooDeep(offset) }
        return Syntax(kind: kind, offset: offset, height: height)
    }

    private func tooDeep(_ offset: Int) -> CompileError {
        CompileError(message: "the expression is nested deeper than \(self.depthLimit) levels", offset: offset)
    }

    /// Expr = ConditionalOr ["?" ConditionalOr ":" Expr]
    mutating func expression() throws(CompileError) -> Syntax {
        self.nesting += 1
        defer { self.nesting -= 1 }
        if self.nesting > self.depthLimit { throw self.tooDeep(self.token.offset) }
        var branches: [Syntax.Branch] = []
        var offset: Int?
        while true {
            let condition = try self.disjunction()
            guard self.token.kind == .symbol(.question) else {
                guard let offset else { return condition }
                return try self.node(.conditional(branches, otherwise: condition), at: offset)
            }
            offset = offset ?? self.token.offset
            self.position += 1
            let value = try self.disjunction()
            try self.expect(.colon)
            branches.append(Syntax.Branch(condition: condition, value: value))
        }
    }

    private mutating func disjunction() throws(CompileError) -> Syntax {
        let first = try self.conjunction()
        let offset = self.token.offset
        var operands = [first]
        while self.take(.or) { operands.append(try self.conjunction()) }
        return operands.count == 1 ? first : try self.node(.or(operands), at: offset)
    }

    private mutating func conjunction() throws(CompileError) -> Syntax {
        let first = try self.chain(rank: 0)
        let offset = self.token.offset
        var operands = [first]
        while self.take(.and) { operands.append(try self.chain(rank: 0)) }
        return operands.count == 1 ? first : try self.node(.and(operands), at: offset)
    }

    /// Relations (rank 0), sums (1) and products (2), each from left to right.
    private mutating func chain(rank: Int) throws(CompileError) -> Syntax {
        if rank == 3 { return try self.unary() }
        let first = try self.chain(rank: rank + 1)
        var links: [Syntax.Link] = []
        while let operation = self.operation(rank: rank) {
            let offset = self.token.offset
            self.position += 1
            links.append(Syntax.Link(operation: operation, operand: try self.chain(rank: rank + 1), offset: offset))
        }
        guard let link = links.first else { return first }
        return try self.node(.chain(first, links), at: link.offset)
    }

    private func operation(rank: Int) -> Operation? {
        switch (self.token.kind, rank) {
        case (.identifier("in"), 0): .contained
        case (.symbol(.equal), 0), (.symbol(.notEqual), 0), (.symbol(.less), 0), (.symbol(.lessOrEqual), 0),
            (.symbol(.greater), 0), (.symbol(.greaterOrEqual), 0), (.symbol(.plus), 1), (.symbol(.minus), 1),
            (.symbol(.times), 2), (.symbol(.divide), 2), (.symbol(.remainder), 2):
            self.symbolText.flatMap(Operation.init(rawValue:))
        default: nil
        }
    }

    private var symbolText: String? {
        guard case .symbol(let symbol) = self.token.kind else { return nil }
        return symbol.rawValue
    }

    private mutating func unary() throws(CompileError) -> Syntax {
        let offset = self.token.offset
        var nots = 0
        while self.take(.not) { nots += 1 }
        if nots > 0 {
            var operand = try self.member()
            for _ in 0..<nots { operand = try self.node(.not(operand), at: offset) }
            return operand
        }
        var minuses = 0
        while self.token.kind == .symbol(.minus) {
            // The last minus before a number is the sign of the literal.
            switch self.tokens[self.position + 1].kind {
            case .int, .double:
                self.position += 1
                var operand = try self.members(of: try self.negativeNumber(at: offset))
                for _ in 0..<minuses { operand = try self.node(.negate(operand), at: offset) }
                return operand
            default:
                self.position += 1
                minuses += 1
            }
        }
        var operand = try self.member()
        for _ in 0..<minuses { operand = try self.node(.negate(operand), at: offset) }
        return operand
    }

    private mutating func negativeNumber(at offset: Int) throws(CompileError) -> Syntax {
        switch self.token.kind {
        case .double(let number):
            self.position += 1
            return try self.node(.literal(.double(-number)), at: offset)
        case .int(let magnitude) where magnitude <= Int64.min.magnitude:
            self.position += 1
            return try self.node(.literal(.int(Int64(truncatingIfNeeded: 0 &- magnitude))), at: offset)
        default: throw CompileError(message: "the integer is outside of the 64-bit range", offset: offset)
        }
    }

    private mutating func member() throws(CompileError) -> Syntax {
        try self.members(of: try self.primary())
    }

    /// Selections, indexes and calls behind a primary expression.
    private mutating func members(of primary: Syntax) throws(CompileError) -> Syntax {
        var operand = primary
        while true {
            if self.take(.dot) {
                operand = try self.selection(of: operand)
            } else if self.token.kind == .symbol(.openBracket) {
                let offset = self.token.offset
                self.position += 1
                let isOptional = self.take(.question)
                let index = try self.expression()
                try self.expect(.closeBracket)
                operand = try self.node(.index(operand, index, isOptional: isOptional), at: offset)
            } else if self.token.kind == .symbol(.openBrace), let type = operand.qualifiedName {
                operand = try self.message(type, at: operand.offset)
            } else {
                return operand
            }
        }
    }

    private mutating func selection(of operand: Syntax) throws(CompileError) -> Syntax {
        let isOptional = self.take(.question)
        let offset = self.token.offset
        let isEscaped: Bool
        let name: String
        switch self.token.kind {
        case .identifier(let text) where !Self.literalWords.contains(text): (name, isEscaped) = (text, false)
        case .escapedIdentifier(let text): (name, isEscaped) = (text, true)
        default: throw self.unexpected("a field name after the dot")
        }
        self.position += 1
        if !isOptional, !isEscaped, self.take(.openParenthesis) {
            let arguments = try self.arguments()
            return try self.call(target: operand, function: name, arguments: arguments, at: offset)
        }
        return try self.node(.select(operand, field: name, isOptional: isOptional), at: offset)
    }

    /// Up to the closing parenthesis, the opening one is read.
    private mutating func arguments() throws(CompileError) -> [Syntax] {
        var arguments: [Syntax] = []
        if self.take(.closeParenthesis) { return arguments }
        while true {
            arguments.append(try self.expression())
            if self.take(.closeParenthesis) { return arguments }
            guard self.take(.comma) else { throw self.unexpected(", or )") }
        }
    }

    private static let literalWords: Set<String> = ["true", "false", "null", "in"]
    private static let reservedWords: Set<String> = [
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
        "namespace", "return", "var", "void", "while",
    ]
}

// MARK: Primary expressions

extension Parser {
    private mutating func primary() throws(CompileError) -> Syntax {
        let token = self.token
        switch token.kind {
        case .int(let magnitude):
            guard let number = Int64(exactly: magnitude) else {
                throw CompileError(message: "the integer is outside of the 64-bit range", offset: token.offset)
            }
            return try self.literal(.int(number))
        case .uint(let number): return try self.literal(.uint(number))
        case .double(let number): return try self.literal(.double(number))
        case .string(let text): return try self.literal(.string(text))
        case .bytes(let bytes): return try self.literal(.bytes(bytes))
        case .identifier("true"): return try self.literal(.bool(true))
        case .identifier("false"): return try self.literal(.bool(false))
        case .identifier("null"): return try self.literal(.null)
        case .identifier(let name): return try self.name(name, isRooted: false, at: token.offset)
        case .symbol(.dot):
            self.position += 1
            guard case .identifier(let name) = self.token.kind, !Self.literalWords.contains(name) else {
                throw self.unexpected("a name after the dot")
            }
            return try self.name(name, isRooted: true, at: token.offset)
        case .symbol(.openParenthesis):
            self.position += 1
            let inner = try self.expression()
            try self.expect(.closeParenthesis)
            return inner
        case .symbol(.openBracket): return try self.list()
        case .symbol(.openBrace):
            self.position += 1
            return try self.node(.map(try self.entries(isMessage: false)), at: token.offset)
        case .escapedIdentifier, .symbol, .end: throw self.unexpected("a value")
        }
    }

    private mutating func literal(_ value: Value) throws(CompileError) -> Syntax {
        let offset = self.token.offset
        self.position += 1
        return try self.node(.literal(value), at: offset)
    }

    private mutating func name(_ name: String, isRooted: Bool, at offset: Int) throws(CompileError) -> Syntax {
        if name == "in" || Self.reservedWords.contains(name) {
            throw CompileError(message: "\(name) is a reserved word", offset: self.token.offset)
        }
        self.position += 1
        if self.take(.openParenthesis) {
            let arguments = try self.arguments()
            return try self.call(target: nil, function: isRooted ? "." + name : name, arguments: arguments, at: offset)
        }
        return try self.node(.name(name, isRooted: isRooted), at: offset)
    }

    private mutating func list() throws(CompileError) -> Syntax {
        let offset = self.token.offset
        self.position += 1
        var elements: [Syntax.Element] = []
        while !self.take(.closeBracket) {
            let isOptional = self.take(.question)
            elements.append(Syntax.Element(value: try self.expression(), isOptional: isOptional))
            if self.take(.closeBracket) { break }
            guard self.take(.comma) else { throw self.unexpected(", or ]") }
        }
        return try self.node(.list(elements), at: offset)
    }

    /// Up to the closing brace, the opening one is read.
    private mutating func entries(isMessage: Bool) throws(CompileError) -> [Syntax.Entry] {
        var entries: [Syntax.Entry] = []
        while !self.take(.closeBrace) {
            let isOptional = self.take(.question)
            let key = isMessage ? try self.fieldName() : try self.expression()
            try self.expect(.colon)
            entries.append(Syntax.Entry(key: key, value: try self.expression(), isOptional: isOptional))
            if self.take(.closeBrace) { break }
            guard self.take(.comma) else { throw self.unexpected(", or }") }
        }
        return entries
    }

    private mutating func fieldName() throws(CompileError) -> Syntax {
        switch self.token.kind {
        case .identifier(let name), .escapedIdentifier(let name): return try self.literal(.string(name))
        default: throw self.unexpected("a field name")
        }
    }

    private mutating func message(_ type: String, at offset: Int) throws(CompileError) -> Syntax {
        self.position += 1
        return try self.node(.message(type: type, try self.entries(isMessage: true)), at: offset)
    }
}

extension Syntax {
    /// `a.b.c` of a name and plain selections; nil for anything else.
    var qualifiedName: String? {
        switch self.kind {
        case .name(let name, let isRooted): isRooted ? "." + name : name
        case .select(let operand, let field, false): operand.qualifiedName.map { "\($0).\(field)" }
        default: nil
        }
    }
}
