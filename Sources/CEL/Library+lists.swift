import Values

extension Library {
    /// `[0, 1, …, n - 1]`.
    @Sendable static func range(_ run: inout Run, _ arguments: Arguments) throws(EvaluationError) -> Value? {
        guard case .int(let count) = arguments[0] else { return nil }
        try run.charge(max(0, Int(clamping: count)))
        return .list((0..<max(0, count)).map { .int($0) })
    }

    @Sendable static func slice(_ run: inout Run, _ arguments: Arguments) throws(EvaluationError) -> Value? {
        guard case (.list(let elements), .int(let start), .int(let end)) = (arguments[0], arguments[1], arguments[2])
        else { return nil }
        guard start >= 0, start <= end, end <= elements.count else {
            throw EvaluationError(
                .indexOutOfRange, "slice(\(start), \(end)) is out of range of a list of \(elements.count)")
        }
        try run.charge(elements: Int(end - start))
        return .list(Array(elements[Int(start)..<Int(end)]))
    }

    /// One level, or as many as are asked for.
    @Sendable static func flatten(_ run: inout Run, _ arguments: Arguments) throws(EvaluationError) -> Value? {
        guard case .list(let elements) = arguments[0] else { return nil }
        var depth: Int64 = 1
        if arguments.count == 2 {
            guard case .int(let levels) = arguments[1] else { return nil }
            depth = levels
        }
        guard depth >= 0 else { throw EvaluationError(.invalidArgument, "flatten() by a negative number of levels") }
        var result: [Value] = []
        try self.flatten(elements, depth, into: &result, &run)
        return .list(result)
    }

    private static func flatten(
        _ elements: [Value], _ depth: Int64, into result: inout [Value], _ run: inout Run
    ) throws(EvaluationError) {
        for element in elements {
            try run.charge()
            if depth > 0, case .list(let inner) = element {
                try self.flatten(inner, depth - 1, into: &result, &run)
            } else {
                result.append(element)
            }
        }
    }

    /// The first of those that are equal.
    @Sendable static func distinct(_ run: inout Run, _ arguments: Arguments) throws(EvaluationError) -> Value? {
        guard case .list(let elements) = arguments[0] else { return nil }
        var simple: Set<Value> = []
        var compound: [Value] = []
        var result: [Value] = []
        for element in elements {
            try run.charge()
            if let representative = element.representative {
                if simple.insert(representative).inserted { result.append(element) }
                continue
            }
            var isKnown = false
            for other in compound {
                try run.charge()
                isKnown = try equals(other, element, &run)
                if isKnown { break }
            }
            if !isKnown {
                compound.append(element)
                result.append(element)
            }
        }
        return .list(result)
    }

    @Sendable static func sort(_ run: inout Run, _ arguments: Arguments) throws(EvaluationError) -> Value? {
        guard case .list(let elements) = arguments[0] else { return nil }
        return .list(try sortedOrder(of: elements, &run).map { elements[$0] })
    }

    @Sendable static func first(_ run: inout Run, _ arguments: Arguments) -> Value? {
        guard case .list(let elements) = arguments[0] else { return nil }
        return .optional(OptionalValue(elements.first))
    }

    @Sendable static func last(_ run: inout Run, _ arguments: Arguments) -> Value? {
        guard case .list(let elements) = arguments[0] else { return nil }
        return .optional(OptionalValue(elements.last))
    }

    /// Of a list or a string.
    @Sendable static func reverse(_ run: inout Run, _ arguments: Arguments) throws(EvaluationError) -> Value? {
        switch arguments[0] {
        case .list(let elements):
            try run.charge(elements: elements.count)
            return .list(elements.reversed())
        case .string(let text):
            try run.charge(bytes: text.utf8.count)
            return .string(String(String.UnicodeScalarView(text.unicodeScalars.reversed())))
        default: return nil
        }
    }
}

extension Value {
    /// The same for values that CEL holds for equal; nil for those that are compared part by part, and NaN, which
    /// equals nothing.
    fileprivate var representative: Value? {
        switch self {
        case .double(let number) where number.isNaN: nil
        case .int, .uint, .double: self.integer.map { .int($0) } ?? self.unsignedInteger.map { .uint($0) } ?? self
        case .list, .map, .optional: nil
        default: self
        }
    }
}
