import Values

extension Library {
    /// `"%s is %.2f".format(["x", 1.5])` (google/cel-spec, extension library "strings").
    @Sendable static func format(_ run: inout Run, _ arguments: Arguments) throws(EvaluationError) -> Value? {
        guard case (.string(let template), .list(let values)) = (arguments[0], arguments[1]) else { return nil }
        try run.charge(bytes: template.utf8.count)
        var rest = Array(template.utf8)[...]
        var output: [UInt8] = []
        var used = 0
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                output.append(byte)
                continue
            }
            if rest.first == UInt8(ascii: "%") {
                rest.removeFirst()
                output.append(byte)
                continue
            }
            let clause = try Clause(&rest)
            guard used < values.count else {
                throw EvaluationError(.invalidArgument, "format() has no value number \(used + 1)")
            }
            let text = try clause.text(of: values[used], &run)
            used += 1
            try run.charge(bytes: text.utf8.count)
            output.append(contentsOf: text.utf8)
        }
        return .string(String(decoding: output, as: UTF8.self))
    }
}

/// What follows a percent sign.
private struct Clause {
    let letter: UInt8
    let precision: Int

    init(_ rest: inout ArraySlice<UInt8>) throws(EvaluationError) {
        var precision = 6
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            let digits = rest.prefix { (0x30...0x39).contains($0) }
            rest = rest.dropFirst(digits.count)
            guard let number = Int(String(decoding: digits, as: UTF8.self)), number <= 1000 else {
                throw EvaluationError(.invalidArgument, "format() takes a precision of at most 1000")
            }
            precision = number
        }
        guard let letter = rest.popFirst(), "sdfeboxX".utf8.contains(letter) else {
            throw EvaluationError(.invalidArgument, "format() knows %s, %d, %f, %e, %b, %o, %x and %X")
        }
        self.letter = letter
        self.precision = precision
    }

    func text(of value: Value, _ run: inout Run) throws(EvaluationError) -> String {
        let text: String? =
            switch self.letter {
            case UInt8(ascii: "s"): try plain(value, &run)
            case UInt8(ascii: "d"): self.decimal(value)
            case UInt8(ascii: "f"): try self.number(value, &run)?.fixed(digits: self.precision)
            case UInt8(ascii: "e"): try self.number(value, &run)?.scientific(digits: self.precision)
            case UInt8(ascii: "b"): self.based(2, value)
            case UInt8(ascii: "o"): self.based(8, value)
            case UInt8(ascii: "x"): try self.hexadecimal(value, uppercase: false, &run)
            default: try self.hexadecimal(value, uppercase: true, &run)
            }
        guard let text else {
            let letter = Character(Unicode.Scalar(self.letter))
            throw EvaluationError(.noSuchOverload, "format() has no %\(letter) for \(value.typeName)")
        }
        return text
    }

    private func decimal(_ value: Value) -> String? {
        switch value {
        case .int(let number): String(number)
        case .uint(let number): String(number)
        case .double(let number) where !number.isFinite: number.formatted
        default: nil
        }
    }

    private func number(_ value: Value, _ run: inout Run) throws(EvaluationError) -> Double? {
        // A double can have a thousand digits before it is rounded.
        try run.charge(20 + self.precision / 8)
        return switch value {
        case .int(let number): Double(number)
        case .uint(let number): Double(number)
        case .double(let number): number
        default: nil
        }
    }

    private func based(_ radix: Int, _ value: Value) -> String? {
        switch value {
        case .int(let number): String(number, radix: radix)
        case .uint(let number): String(number, radix: radix)
        case .bool(let flag) where radix == 2: flag ? "1" : "0"
        default: nil
        }
    }

    private func hexadecimal(
        _ value: Value, uppercase: Bool, _ run: inout Run
    ) throws(EvaluationError) -> String? {
        let bytes: [UInt8]
        switch value {
        case .int(let number): return String(number, radix: 16, uppercase: uppercase)
        case .uint(let number): return String(number, radix: 16, uppercase: uppercase)
        case .string(let text): bytes = Array(text.utf8)
        case .bytes(let content): bytes = content
        default: return nil
        }
        try run.charge(bytes: bytes.count * 2)
        return bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: uppercase) }.joined()
    }
}

/// `%s`; nil for what has no text.
private func plain(_ value: Value, _ run: inout Run) throws(EvaluationError) -> String? {
    try run.charge()
    switch value {
    case .null: return "null"
    case .bool(let flag): return flag ? "true" : "false"
    case .int(let number): return String(number)
    case .uint(let number): return String(number)
    case .double(let number): return number.formatted
    case .string(let text): return text
    case .bytes(let bytes): return String(decoding: bytes, as: UTF8.self)
    case .timestamp(let timestamp): return timestamp.description
    case .duration(let duration): return duration.secondsText
    case .type(let name): return name
    case .list(let elements):
        var texts: [String] = []
        for element in elements {
            guard let text = try plain(element, &run) else { return nil }
            try run.charge(bytes: text.utf8.count)
            texts.append(text)
        }
        return "[\(texts.joined(separator: ", "))]"
    case .map(let map):
        var texts: [(key: String, value: String)] = []
        for entry in map.entries {
            guard let key = try plain(entry.key.value, &run), let text = try plain(entry.value, &run) else {
                return nil
            }
            try run.charge(bytes: key.utf8.count + text.utf8.count)
            texts.append((key, text))
        }
        texts.sort { $0.key.utf8Order(to: $1.key) < 0 }
        return "{\(texts.map { "\($0.key): \($0.value)" }.joined(separator: ", "))}"
    case .optional: return nil
    }
}

extension Double {
    fileprivate var formatted: String {
        if self.isNaN { return "NaN" }
        if self.isInfinite { return self < 0 ? "-Infinity" : "Infinity" }
        return self.celText
    }

    /// With this many digits after the point; a tie goes to the even digit.
    fileprivate func fixed(digits: Int) -> String {
        guard self.isFinite else { return self.formatted }
        var expansion = DecimalExpansion(self.magnitude)
        expansion.round(at: expansion.point + digits)
        let sign = self.sign == .minus ? "-" : ""
        let whole = expansion.text(from: min(0, expansion.point), to: expansion.point)
        let fraction = expansion.text(from: expansion.point, to: expansion.point + digits)
        return sign + (whole.isEmpty ? "0" : whole) + (digits == 0 ? "" : "." + fraction)
    }

    /// One digit before the point, this many after it, and the exponent.
    fileprivate func scientific(digits: Int) -> String {
        guard self.isFinite else { return self.formatted }
        var expansion = DecimalExpansion(self.magnitude)
        expansion.round(at: 1 + digits)
        let exponent = self == 0 ? 0 : expansion.point - 1
        let sign = self.sign == .minus ? "-" : ""
        let text = expansion.text(from: 0, to: 1) + (digits == 0 ? "" : "." + expansion.text(from: 1, to: 1 + digits))
        let size = exponent.magnitude
        return "\(sign)\(text)e\(exponent < 0 ? "-" : "+")\(size < 10 ? "0" : "")\(size)"
    }
}

/// All decimal digits of a double: it is 0.d₀d₁d₂… × 10^point, exactly.
private struct DecimalExpansion {
    /// Without zeros in front; empty for 0.
    private var digits: [UInt8] = []
    private(set) var point = 0

    init(_ number: Double) {
        guard number > 0 else { return }
        let hidden: UInt64 = number.isNormal ? 1 << 52 : 0
        var significand = hidden | number.significandBitPattern
        var exponent = (number.isNormal ? Int(number.exponentBitPattern) - 1023 : -1022) - 52
        while exponent < 0, significand & 1 == 0 {
            significand >>= 1
            exponent += 1
        }
        // significand / 2^k is significand × 5^k / 10^k.
        var whole = Decimal9(significand)
        if exponent < 0 { whole.multiply(by: 5, times: -exponent) } else { whole.multiply(by: 2, times: exponent) }
        self.digits = whole.digits
        self.point = self.digits.count + min(exponent, 0)
    }

    /// Keeps this many digits, which may be none or fewer.
    mutating func round(at count: Int) {
        guard count < self.digits.count else { return }
        guard count >= 0 else {
            self.digits = []
            return
        }
        let next = self.digits[count]
        let isTie = next == 5 && self.digits[(count + 1)...].allSatisfy { $0 == 0 }
        let isOdd = count > 0 && self.digits[count - 1] % 2 == 1
        self.digits.removeSubrange(count...)
        guard next > 5 || next == 5 && (!isTie || isOdd) else { return }
        var index = count - 1
        while index >= 0, self.digits[index] == 9 {
            self.digits[index] = 0
            index -= 1
        }
        if index >= 0 {
            self.digits[index] += 1
        } else {
            self.digits.insert(1, at: 0)
            self.point += 1
        }
    }

    /// Digits by position; zeros where there are none.
    func text(from start: Int, to end: Int) -> String {
        guard start < end else { return "" }
        let letters = (start..<end).map { index in
            UInt8(ascii: "0") + (self.digits.indices.contains(index) ? self.digits[index] : 0)
        }
        return String(decoding: letters, as: UTF8.self)
    }
}

/// A large natural number, nine decimal digits a limb, the lowest first.
private struct Decimal9 {
    private var limbs: [UInt64] = []

    init(_ number: UInt64) {
        var rest = number
        while rest > 0 {
            self.limbs.append(rest % 1_000_000_000)
            rest /= 1_000_000_000
        }
    }

    mutating func multiply(by factor: UInt64, times: Int) {
        var left = times
        while left > 0 {
            // Twelve fives, or twelve twos, are below one limb.
            let step = min(left, 12)
            let product = (0..<step).reduce(UInt64(1)) { product, _ in product * factor }
            var carry: UInt64 = 0
            for index in self.limbs.indices {
                let value = self.limbs[index] * product + carry
                self.limbs[index] = value % 1_000_000_000
                carry = value / 1_000_000_000
            }
            if carry > 0 { self.limbs.append(carry) }
            left -= step
        }
    }

    var digits: [UInt8] {
        var digits: [UInt8] = []
        for limb in self.limbs.reversed() {
            var divisor: UInt64 = 100_000_000
            while divisor > 0 {
                digits.append(UInt8(limb / divisor % 10))
                divisor /= 10
            }
        }
        return Array(digits.drop { $0 == 0 })
    }
}
