import Values

/// The operators of the standard library (google/cel-spec, "List of Standard Definitions").
enum Operators {
    @inline(__always)
    static func apply(
        _ operation: Operation, _ left: Value, _ right: Value, _ run: inout Run, at offset: Int
    ) throws(EvaluationError) -> Value {
        // What most operands are comes first.
        switch (left, right) {
        case (.int(let a), .int(let b)):
            if let result = self.compare(operation, a, b) { return .bool(result) }
            if let result = try self.calculate(operation, a, b, at: offset) { return .int(result) }
        case (.uint(let a), .uint(let b)):
            if let result = self.compare(operation, a, b) { return .bool(result) }
            if let result = try self.calculate(operation, a, b, at: offset) { return .uint(result) }
        case (.double(let a), .double(let b)):
            if let result = self.compare(operation, a, b) { return .bool(result) }
            if let result = self.calculate(operation, a, b) { return .double(result) }
        default: break
        }
        return try self.applyAny(operation, left, right, &run, at: offset)
    }

    /// nil: the operator is no comparison.
    private static func compare<Number: Comparable>(_ operation: Operation, _ a: Number, _ b: Number) -> Bool? {
        switch operation {
        case .equal: a == b
        case .notEqual: a != b
        case .less: a < b
        case .lessOrEqual: a <= b
        case .greater: a > b
        case .greaterOrEqual: a >= b
        case .contained, .add, .subtract, .multiply, .divide, .remainder: nil
        }
    }

    /// nil: no such overload.
    @inline(__always)
    private static func calculate<Number: FixedWidthInteger>(
        _ operation: Operation, _ a: Number, _ b: Number, at offset: Int
    ) throws(EvaluationError) -> Number? {
        let (result, overflow): (Number, Bool)
        switch operation {
        case .add: (result, overflow) = a.addingReportingOverflow(b)
        case .subtract: (result, overflow) = a.subtractingReportingOverflow(b)
        case .multiply: (result, overflow) = a.multipliedReportingOverflow(by: b)
        case .divide, .remainder:
            guard b != 0 else {
                let message = operation == .divide ? "division by zero" : "remainder by zero"
                throw EvaluationError(.divisionByZero, message, offset: offset)
            }
            (result, overflow) =
                operation == .divide ? a.dividedReportingOverflow(by: b) : a.remainderReportingOverflow(dividingBy: b)
        case .contained, .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: return nil
        }
        guard overflow else { return result }
        throw EvaluationError(
            .overflow, "\(a) \(operation.rawValue) \(b) does not fit into \(Number.isSigned ? "int" : "uint")",
            offset: offset)
    }

    private static func calculate(_ operation: Operation, _ a: Double, _ b: Double) -> Double? {
        switch operation {
        case .add: a + b
        case .subtract: a - b
        case .multiply: a * b
        case .divide: a / b
        default: nil
        }
    }

    private static func applyAny(
        _ operation: Operation, _ left: Value, _ right: Value, _ run: inout Run, at offset: Int
    ) throws(EvaluationError) -> Value {
        switch operation {
        case .equal: return .bool(try equals(left, right, &run))
        case .notEqual: return .bool(!(try equals(left, right, &run)))
        case .contained: return .bool(try self.contains(right, left, &run, at: offset))
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            return .bool(try self.relate(operation, left, right, at: offset))
        case .add, .subtract, .multiply, .divide, .remainder:
            do throws(EvaluationError) {
                if let value = try self.calculate(operation, left, right, &run) { return value }
            } catch {
                throw error.at(offset)
            }
            throw noOverload(operation.rawValue, [left, right], offset)
        }
    }

    private static func contains(
        _ container: Value, _ value: Value, _ run: inout Run, at offset: Int
    ) throws(EvaluationError) -> Bool {
        switch container {
        case .list(let elements):
            let elements = elements.span
            for index in elements.indices {
                try run.charge()
                if try equals(elements[index], value, &run) { return true }
            }
            return false
        case .map(let map): return map.value(for: value) != nil
        default: throw noOverload("in", [value, container], offset)
        }
    }

    private static func relate(
        _ operation: Operation, _ left: Value, _ right: Value, at offset: Int
    ) throws(EvaluationError) -> Bool {
        guard let order = Order(left, right) else { throw noOverload(operation.rawValue, [left, right], offset) }
        return switch operation {
        case .less: order == .before
        case .lessOrEqual: order == .before || order == .same
        case .greater: order == .after
        default: order == .after || order == .same
        }
    }

    /// nil: no such overload.
    private static func calculate(
        _ operation: Operation, _ left: Value, _ right: Value, _ run: inout Run
    ) throws(EvaluationError) -> Value? {
        switch operation {
        case .add: try self.add(left, right, &run)
        case .subtract: try self.subtract(left, right)
        default: nil
        }
    }

    private static func add(_ left: Value, _ right: Value, _ run: inout Run) throws(EvaluationError) -> Value? {
        switch (left, right) {
        case (.string(let a), .string(let b)):
            try run.charge(bytes: a.utf8.count + b.utf8.count)
            return .string(a + b)
        case (.bytes(let a), .bytes(let b)):
            try run.charge(bytes: a.count + b.count)
            return .bytes(a + b)
        case (.list(let a), .list(let b)):
            try run.charge(elements: a.count + b.count)
            return .list(a + b)
        case (.timestamp(let instant), .duration(let duration)), (.duration(let duration), .timestamp(let instant)):
            return .timestamp(try inRange(instant.adding(duration)))
        case (.duration(let a), .duration(let b)): return .duration(try inRange(a + b))
        default: return nil
        }
    }

    private static func subtract(_ left: Value, _ right: Value) throws(EvaluationError) -> Value? {
        switch (left, right) {
        case (.timestamp(let a), .timestamp(let b)): .duration(try inRange(a.since(b)))
        case (.timestamp(let instant), .duration(let duration)):
            .timestamp(try inRange(instant.adding(.zero - duration)))
        case (.duration(let a), .duration(let b)): .duration(try inRange(a - b))
        default: nil
        }
    }
}

/// Timestamps are in years 0001 to 9999.
func inRange(_ timestamp: Timestamp?) throws(EvaluationError) -> Timestamp {
    guard let timestamp else { throw EvaluationError(.overflow, "the timestamp is outside of years 0001 to 9999") }
    return timestamp
}

/// Durations are what 64 bits of nanoseconds hold (google/cel-spec, "Overflow").
func inRange(_ duration: Duration) throws(EvaluationError) -> Duration {
    guard duration <= .nanoseconds(Int64.max), duration >= .nanoseconds(Int64.min) else {
        throw EvaluationError(.overflow, "the duration is longer than 290 years")
    }
    return duration
}
