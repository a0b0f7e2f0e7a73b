import Values

// MARK: Numbers

extension Library {
    /// Of numbers, or of one list of numbers.
    @Sendable static func greatest(_ run: inout Run, _ arguments: Arguments) throws(EvaluationError) -> Value? {
        try self.extreme(of: arguments, .after, &run)
    }

    @Sendable static func least(_ run: inout Run, _ arguments: Arguments) throws(EvaluationError) -> Value? {
        try self.extreme(of: arguments, .before, &run)
    }

    private static func extreme(
        of arguments: Arguments, _ wanted: Order, _ run: inout Run
    ) throws(EvaluationError) -> Value? {
        guard arguments.count == 1, case .list(let elements) = arguments[0] else {
            return try self.extreme(among: arguments, wanted, &run)
        }
        guard !elements.isEmpty else {
            throw EvaluationError(.invalidArgument, "an empty list has no greatest and no least")
        }
        return try self.extreme(among: elements.span, wanted, &run)
    }

    private static func extreme(
        among numbers: Span<Value>, _ wanted: Order, _ run: inout Run
    ) throws(EvaluationError) -> Value? {
        try run.charge(elements: numbers.count)
        var best = numbers[0]
        for index in numbers.indices {
            guard let order = Order.numbers(numbers[index], best) else { return nil }
            if order == wanted { best = numbers[index] }
        }
        return best
    }

    @Sendable static func ceil(_ run: inout Run, _ arguments: Arguments) -> Value? { rounded(arguments, .up) }
    @Sendable static func floor(_ run: inout Run, _ arguments: Arguments) -> Value? { rounded(arguments, .down) }
    @Sendable static func trunc(_ run: inout Run, _ arguments: Arguments) -> Value? { rounded(arguments, .towardZero) }
    @Sendable static func round(_ run: inout Run, _ arguments: Arguments) -> Value? {
        rounded(arguments, .toNearestOrAwayFromZero)
    }

    private static func rounded(_ arguments: Arguments, _ rule: FloatingPointRoundingRule) -> Value? {
        guard case .double(let number) = arguments[0] else { return nil }
        return .double(number.rounded(rule))
    }

    @Sendable static func abs(_ run: inout Run, _ arguments: Arguments) throws(EvaluationError) -> Value? {
        switch arguments[0] {
        case .int(.min): throw EvaluationError(.overflow, "the absolute value of \(Int64.min) does not fit into int")
        case .int(let number): return .int(Swift.abs(number))
        case .uint: return arguments[0]
        case .double(let number): return .double(number.magnitude)
        default: return nil
        }
    }

    @Sendable static func sign(_ run: inout Run, _ arguments: Arguments) -> Value? {
        switch arguments[0] {
        case .int(let number): .int(number.signum())
        case .uint(let number): .uint(number == 0 ? 0 : 1)
        case .double(let number): .double(number.isNaN || number == 0 ? number : number < 0 ? -1 : 1)
        default: nil
        }
    }

    @Sendable static func isNaN(_ run: inout Run, _ arguments: Arguments) -> Value? {
        guard case .double(let number) = arguments[0] else { return nil }
        return .bool(number.isNaN)
    }

    @Sendable static func isInf(_ run: inout Run, _ arguments: Arguments) -> Value? {
        guard case .double(let number) = arguments[0] else { return nil }
        return .bool(number.isInfinite)
    }

    @Sendable static func isFinite(_ run: inout Run, _ arguments: Arguments) -> Value? {
        guard case .double(let number) = arguments[0] else { return nil }
        return .bool(number.isFinite)
    }

    @Sendable static func sqrt(_ run: inout Run, _ arguments: Arguments) -> Value? {
        switch arguments[0] {
        case .int(let number): .double(Double(number).squareRoot())
        case .uint(let number): .double(Double(number).squareRoot())
        case .double(let number): .double(number.squareRoot())
        default: nil
        }
    }
}

// MARK: Bits

extension Library {
    @Sendable static func bitAnd(_ run: inout Run, _ arguments: Arguments) -> Value? {
        switch (arguments[0], arguments[1]) {
        case (.int(let a), .int(let b)): .int(a & b)
        case (.uint(let a), .uint(let b)): .uint(a & b)
        default: nil
        }
    }

    @Sendable static func bitOr(_ run: inout Run, _ arguments: Arguments) -> Value? {
        switch (arguments[0], arguments[1]) {
        case (.int(let a), .int(let b)): .int(a | b)
        case (.uint(let a), .uint(let b)): .uint(a | b)
        default: nil
        }
    }

    @Sendable static func bitXor(_ run: inout Run, _ arguments: Arguments) -> Value? {
        switch (arguments[0], arguments[1]) {
        case (.int(let a), .int(let b)): .int(a ^ b)
        case (.uint(let a), .uint(let b)): .uint(a ^ b)
        default: nil
        }
    }

    @Sendable static func bitNot(_ run: inout Run, _ arguments: Arguments) -> Value? {
        switch arguments[0] {
        case .int(let number): .int(~number)
        case .uint(let number): .uint(~number)
        default: nil
        }
    }

    /// 64 and more give 0.
    @Sendable static func bitShiftLeft(_ run: inout Run, _ arguments: Arguments) throws(EvaluationError) -> Value? {
        guard let places = try self.places(arguments[1]) else { return nil }
        return switch arguments[0] {
        case .int(let number): .int(number << places)
        case .uint(let number): .uint(number << places)
        default: nil
        }
    }

    /// Fills with 0, negative numbers included.
    @Sendable static func bitShiftRight(_ run: inout Run, _ arguments: Arguments) throws(EvaluationError) -> Value? {
        guard let places = try self.places(arguments[1]) else { return nil }
        return switch arguments[0] {
        case .int(let number): .int(Int64(bitPattern: UInt64(bitPattern: number) >> places))
        case .uint(let number): .uint(number >> places)
        default: nil
        }
    }

    private static func places(_ value: Value) throws(EvaluationError) -> Int64? {
        guard case .int(let places) = value else { return nil }
        guard places >= 0 else { throw EvaluationError(.invalidArgument, "a shift by a negative number of bits") }
        return min(places, 64)
    }
}

// MARK: Totals

extension Library {
    /// 0 of an empty list; ints, uints and durations stay what they are, int and double together are double.
    @Sendable static func sum(_ run: inout Run, _ arguments: Arguments) throws(EvaluationError) -> Value? {
        guard case .list(let elements) = arguments[0] else { return nil }
        guard var total = elements.first else { return .int(0) }
        guard total.isSummable else { return nil }
        for element in elements.dropFirst() {
            try run.charge()
            guard element.isSummable else { return nil }
            switch (total, element) {
            case (.double(let a), .int(let b)): total = .double(a + Double(b))
            case (.int(let a), .double(let b)): total = .double(Double(a) + b)
            case (.int, .int), (.uint, .uint), (.double, .double), (.duration, .duration):
                total = try Operators.apply(.add, total, element, &run, at: 0)
            default: return nil
            }
        }
        return total
    }

    @Sendable static func average(_ run: inout Run, _ arguments: Arguments) throws(EvaluationError) -> Value? {
        guard case .list(let elements) = arguments[0] else { return nil }
        guard !elements.isEmpty else { throw EvaluationError(.invalidArgument, "an empty list has no average") }
        var total = 0.0
        for element in elements {
            try run.charge()
            switch element {
            case .int(let number): total += Double(number)
            case .uint(let number): total += Double(number)
            case .double(let number): total += number
            default: return nil
            }
        }
        return .double(total / Double(elements.count))
    }
}

extension Value {
    fileprivate var isSummable: Bool {
        switch self {
        case .int, .uint, .double, .duration: true
        default: false
        }
    }
}
