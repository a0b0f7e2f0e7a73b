import Values

extension Library {
    @Sendable static func bool(_ run: inout Run, _ arguments: Arguments) throws(EvaluationError) -> Value? {
        switch arguments[0] {
        case .bool: return arguments[0]
        case .string("1"), .string("t"), .string("T"), .string("true"), .string("TRUE"), .string("True"):
            return .bool(true)
        case .string("0"), .string("f"), .string("F"), .string("false"), .string("FALSE"), .string("False"):
            return .bool(false)
        case .string: throw self.refusal(arguments[0], "bool")
        default: return nil
        }
    }

    @Sendable static func int(_ run: inout Run, _ arguments: Arguments) throws(EvaluationError) -> Value? {
        switch arguments[0] {
        case .int: return arguments[0]
        case .uint(let number):
            guard let int = Int64(exactly: number) else { throw self.refusal(arguments[0], "int") }
            return .int(int)
        case .double(let number):
            // Both ends are refused, as a double near them is not the number that was meant.
            guard number.magnitude < 0x1p63 else { throw self.refusal(arguments[0], "int") }
            return .int(Int64(number))
        case .string(let text):
            guard let int = Int64(text) else { throw self.refusal(arguments[0], "int") }
            return .int(int)
        case .timestamp(let timestamp): return .int(timestamp.seconds)
        case .duration(let duration): return .int(duration.components.seconds)
        default: return nil
        }
    }

    @Sendable static func uint(_ run: inout Run, _ arguments: Arguments) throws(EvaluationError) -> Value? {
        switch arguments[0] {
        case .uint: return arguments[0]
        case .int(let number):
            guard let uint = UInt64(exactly: number) else { throw self.refusal(arguments[0], "uint") }
            return .uint(uint)
        case .double(let number):
            guard number >= 0, number < 0x1p64 else { throw self.refusal(arguments[0], "uint") }
            return .uint(UInt64(number))
        case .string(let text):
            guard !text.utf8.starts(with: "+".utf8), let uint = UInt64(text) else {
                throw self.refusal(arguments[0], "uint")
            }
            return .uint(uint)
        default: return nil
        }
    }

    @Sendable static func double(_ run: inout Run, _ arguments: Arguments) throws(EvaluationError) -> Value? {
        switch arguments[0] {
        case .double: return arguments[0]
        case .int(let number): return .double(Double(number))
        case .uint(let number): return .double(Double(number))
        case .string(let text):
            // "Infinity" is a double; a number that rounds to it is none.
            guard let number = Double(text),
                !number.isInfinite || !text.utf8.contains(where: { (0x30...0x39).contains($0) })
            else { throw self.refusal(arguments[0], "double") }
            return .double(number)
        default: return nil
        }
    }

    @Sendable static func string(_ run: inout Run, _ arguments: Arguments) throws(EvaluationError) -> Value? {
        switch arguments[0] {
        case .string: return arguments[0]
        case .bool(let flag): return .string(flag ? "true" : "false")
        case .int(let number): return .string(String(number))
        case .uint(let number): return .string(String(number))
        case .double(let number): return .string(number.celText)
        case .bytes(let bytes):
            try run.charge(bytes: bytes.count)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw EvaluationError(.invalidArgument, "the bytes are not valid UTF-8")
            }
            return .string(text)
        case .timestamp(let timestamp): return .string(timestamp.description)
        case .duration(let duration): return .string(duration.secondsText)
        case .type(let name): return .string(name)
        case .null, .list, .map, .optional: return nil
        }
    }

    @Sendable static func bytes(_ run: inout Run, _ arguments: Arguments) throws(EvaluationError) -> Value? {
        switch arguments[0] {
        case .bytes: return arguments[0]
        case .string(let text):
            try run.charge(bytes: text.utf8.count)
            return .bytes(Array(text.utf8))
        default: return nil
        }
    }

    private static func refusal(_ value: Value, _ type: String) -> EvaluationError {
        let isText = if case .string = value { true } else { false }
        return EvaluationError(
            isText ? .invalidArgument : .overflow,
            isText ? "\(value.shown) cannot be read as \(type)" : "\(value.shown) does not fit into \(type)")
    }
}

// MARK: Encoders

extension Library {
    @Sendable static func base64Encode(_ run: inout Run, _ arguments: Arguments) throws(EvaluationError) -> Value? {
        guard case .bytes(let bytes) = arguments[0] else { return nil }
        try run.charge(bytes: bytes.count * 2)
        return .string(Base64.encode(bytes))
    }

    @Sendable static func base64Decode(_ run: inout Run, _ arguments: Arguments) throws(EvaluationError) -> Value? {
        guard case .string(let text) = arguments[0] else { return nil }
        try run.charge(bytes: text.utf8.count)
        guard let bytes = Base64.decode(text) else {
            throw EvaluationError(.invalidArgument, "\(arguments[0].shown) is not base64")
        }
        return .bytes(bytes)
    }
}

extension Double {
    /// Shortest digits that read back as this number; an exponent only for very large and very small ones: `2`,
    /// `0.5`, `6.02214e+23`, `NaN`, `+Inf`.
    var celText: String {
        if self.isNaN { return "NaN" }
        if self.isInfinite { return self < 0 ? "-Inf" : "+Inf" }
        let magnitude = self.magnitude
        if magnitude == 0 || magnitude >= 1e-4 && magnitude < 1e21 {
            let plain = self.plainDecimal
            return plain.hasSuffix(".0") ? String(plain.dropLast(2)) : plain
        }
        let text = self.description
        guard let mark = text.utf8.firstIndex(of: UInt8(ascii: "e")) else { return text }
        let mantissa = text[..<mark]
        let exponent = Int(text[text.utf8.index(after: mark)...]) ?? 0
        let digits = String(exponent.magnitude)
        let sign = exponent < 0 ? "-" : "+"
        return
            "\(mantissa.hasSuffix(".0") ? mantissa.dropLast(2) : mantissa)e\(sign)\(digits.utf8.count < 2 ? "0" : "")\(digits)"
    }
}
