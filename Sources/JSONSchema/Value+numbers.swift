import Values

/// Exact arithmetic on JSON numbers, which are decimals as written.
extension Value {
    var isNumber: Bool {
        switch self {
        case .int, .uint: true
        case .double(let value): value.isFinite
        default: false
        }
    }

    var isInteger: Bool {
        switch self {
        case .int, .uint: true
        default: false
        }
    }

    /// The same number in the first of int, uint and double that holds it.
    var canonicalNumber: Value {
        switch self {
        case .uint(let value): Int64(exactly: value).map { .int($0) } ?? self
        case .double(let value):
            Int64(exactly: value).map { .int($0) } ?? UInt64(exactly: value).map { .uint($0) } ?? self
        default: self
        }
    }

    /// Both must be numbers.
    func isLess(than other: Value) -> Bool {
        switch (self.canonicalNumber, other.canonicalNumber) {
        case (.int(let a), .int(let b)): a < b
        case (.uint(let a), .uint(let b)): a < b
        case (.int, .uint): true
        case (.uint, .int): false
        case (.double(let a), .double(let b)): a < b
        // What is left as a double has a fraction, or is beyond every integer.
        case (.int(let a), .double(let b)): b > 0x1p63 || b > -0x1p63 && a <= Int64(b.rounded(.down))
        case (.double(let a), .int(let b)): a < -0x1p63 || a < 0x1p63 && Int64(a.rounded(.down)) < b
        case (.uint(let a), .double(let b)): b >= 0x1p64 || b > 0 && a <= UInt64(b.rounded(.down))
        case (.double(let a), .uint(let b)): a < 0 || a < 0x1p64 && UInt64(a.rounded(.down)) < b
        default: false
        }
    }

    /// Whether this is an integer times the divisor, both taken as the decimals that they print as.
    func isMultiple(of divisor: Value) -> Bool {
        guard let number = Decimal(self), let divisor = Decimal(divisor), divisor.digits > 0 else { return false }
        if number.digits == 0 { return true }
        let shift = number.exponent - divisor.exponent
        // The digits do not end in zero, so no further power of ten divides them.
        guard shift >= 0 else { return false }
        // digits × 10^shift modulo the divisor, by squaring.
        func product(_ a: UInt64, _ b: UInt64) -> UInt64 {
            divisor.digits.dividingFullWidth(a.multipliedFullWidth(by: b)).remainder
        }
        var rest = number.digits % divisor.digits
        var power = 10 % divisor.digits
        var left = shift
        while left > 0 {
            if left & 1 == 1 { rest = product(rest, power) }
            power = product(power, power)
            left >>= 1
        }
        return rest == 0
    }
}

/// The magnitude of a number: `digits` × 10^`exponent`, without trailing zeros.
private struct Decimal {
    var digits: UInt64
    var exponent = 0

    init?(_ value: Value) {
        switch value {
        case .int(let value): self.digits = value.magnitude
        case .uint(let value): self.digits = value
        case .double(let value) where value.isFinite:
            self.digits = 0
            self.read(value.description)
        default: return nil
        }
        while self.digits > 0, self.digits.isMultiple(of: 10) {
            self.digits /= 10
            self.exponent += 1
        }
    }

    /// `-12.5e-07`: a double prints at most 17 digits before trailing zeros, so they fit.
    private mutating func read(_ text: String) {
        var isFraction = false
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                self.digits = self.digits &* 10 &+ UInt64(byte - UInt8(ascii: "0"))
                if isFraction { self.exponent -= 1 }
            case UInt8(ascii: "."): isFraction = true
            case UInt8(ascii: "e"):
                self.exponent += Int(String(Substring(rest))) ?? 0
                return
            default: break
            }
        }
    }
}
