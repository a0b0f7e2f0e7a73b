import Values

extension Checker {
    mutating func call(
        _ target: Syntax?, _ function: String, _ arguments: [Syntax], at offset: Int
    ) -> ValueType {
        if let target, let path = target.path, path.isRooted || !self.isLocal(path.names[0]) {
            let name = (path.names + [function]).joined(separator: ".")
            for container in path.isRooted ? [""] : self.containers {
                guard self.isGlobal(container + name) else { continue }
                return self.apply(container + name, arguments, isMember: false, at: path.offsets[0])
            }
        }
        let isRooted = function.hasPrefix(".")
        let name = isRooted ? String(function.dropFirst()) : function
        guard let target else {
            for container in isRooted ? [""] : self.containers where self.isGlobal(container + name) {
                return self.apply(container + name, arguments, isMember: false, at: offset)
            }
            return self.unknown(arguments)
        }
        if !self.options.functions.contains(name), name == "or" || name == "orValue", arguments.count == 1 {
            return self.alternative(target, arguments[0], unwraps: name == "orValue", at: offset)
        }
        return self.apply(name, [target] + arguments, isMember: true, at: offset)
    }

    private func isLocal(_ name: String) -> Bool { self.locals.contains { $0.name == name } }

    private func isGlobal(_ name: String) -> Bool {
        self.options.functions.contains(name) || Library.globals[name] != nil
    }

    private mutating func unknown(_ arguments: [Syntax]) -> ValueType {
        for argument in arguments { _ = self.type(of: argument) }
        self.isCertain = false
        return .dyn
    }

    private mutating func apply(
        _ name: String, _ arguments: [Syntax], isMember: Bool, at offset: Int
    ) -> ValueType {
        if self.options.functions.contains(name) {
            guard let overloads = self.declarations.functions[name] else { return self.unknown(arguments) }
            let signatures = overloads.map { overload in
                Signature(parameters: overload.parameters, result: .fixed(overload.result))
            }
            return self.resolve(name, signatures, arguments, isMember: isMember, at: offset)
        }
        let table = isMember ? LibraryTypes.members : LibraryTypes.globals
        guard let signatures = table[name] else { return self.unknown(arguments) }
        return self.resolve(name, signatures, arguments, isMember: isMember, at: offset)
    }

    /// Of the overloads that some of the arguments' values fit: the results of all together.
    private mutating func resolve(
        _ name: String, _ signatures: [Signature], _ arguments: [Syntax], isMember: Bool, at offset: Int
    ) -> ValueType {
        let types = arguments.map { self.type(of: $0) }
        var results: [ValueType] = []
        var isCovered = false
        for signature in signatures where signature.takes(types.count) {
            var isPossible = true
            var isContained = true
            for (index, type) in types.enumerated() where isPossible {
                guard self.charge(type.size) else { return .dyn }
                switch type.relation(to: signature.parameter(index)) {
                case .disjoint: isPossible = false
                case .overlapping: isContained = false
                case .contained: break
                }
            }
            guard isPossible else { continue }
            switch signature.result {
            case .fixed(let type): results.append(type)
            case .computed(let compute):
                // What it is made of is copied at most.
                guard self.charge(types.reduce(0) { $0 + $1.size }) else { return .dyn }
                let result = compute(types)
                results.append(result.type)
                if !result.isCertain { isContained = false }
            }
            if isContained {
                isCovered = true
                break
            }
        }
        if !isCovered { self.isCertain = false }
        guard results.isEmpty else { return self.join(results) }
        self.refuse(name, signatures, types, arguments, isMember: isMember, at: offset)
        return .dyn
    }

    private mutating func refuse(
        _ name: String, _ signatures: [Signature], _ types: [ValueType], _ arguments: [Syntax], isMember: Bool,
        at offset: Int
    ) {
        let fitting = signatures.filter { $0.takes(types.count) }
        // The argument that no overload takes, if it is one.
        let culprit = types.indices.first { index in
            fitting.allSatisfy { types[index].relation(to: $0.parameter(index)) == .disjoint }
        }
        let short = name.split(separator: ".").last.map(String.init) ?? name
        let shown = isMember ? ".\(short)()" : "\(name)()"
        guard let culprit, let wanted = fitting.first?.parameter(culprit) else {
            let list = types.map(\.description).joined(separator: ", ")
            self.report(.noSuchOverload, "\(shown) does not take (\(list))", at: offset, length: short.utf8.count)
            return
        }
        let all = fitting.dropFirst().reduce(wanted) { $0.joined(with: $1.parameter(culprit)) }
        let message: Message =
            isMember && culprit == 0
            ? "\(types[culprit]) has no function \(shown): it is one of \(all)"
            : "\(shown) takes \(all), and this is \(types[culprit])"
        let place = isMember && culprit == 0 ? offset : arguments[culprit].start
        self.report(
            .noSuchOverload, message, at: place, length: isMember && culprit == 0 ? short.utf8.count : 1,
            hint: Self.conversion(from: types[culprit], to: all))
    }

    /// `or` and `orValue`.
    private mutating func alternative(
        _ target: Syntax, _ alternative: Syntax, unwraps: Bool, at offset: Int
    ) -> ValueType {
        let user = unwraps ? "orValue()" : "or()"
        let content = self.content(of: self.type(of: target), user, at: offset)
        let other = self.type(of: alternative)
        if unwraps { return self.join(content, other) }
        return .optional(of: self.join(content, self.content(of: other, user, at: alternative.start)))
    }
}

/// One way to call a function of the library.
struct Signature: Sendable {
    enum Result: Sendable {
        case fixed(ValueType)
        /// Of the arguments' types; not certain where it depends on more than them.
        case computed(@Sendable ([ValueType]) -> (type: ValueType, isCertain: Bool))
    }

    let parameters: [ValueType]
    /// The last parameter may stand for several arguments.
    var isVariadic = false
    let result: Result

    func takes(_ count: Int) -> Bool {
        self.isVariadic ? count >= self.parameters.count : count == self.parameters.count
    }

    func parameter(_ index: Int) -> ValueType {
        self.parameters[min(index, self.parameters.count - 1)]
    }
}
