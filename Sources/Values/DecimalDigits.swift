/// A decimal number as it is read: significand × 10^exponent, as far as 64 bits hold it.
struct DecimalDigits {
    var significand: UInt64 = 0
    var exponent = 0
    /// Whether every digit is in ``significand``.
    var isExact = true

    @inline(__always) mutating func append(_ digit: UInt8) {
        if self.significand < 1_844_674_407_370_955_161 {
            self.significand = self.significand &* 10 &+ UInt64(digit)
        } else {
            let (product, overflow) = self.significand.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
            if overflow || carry { self.isExact = false } else { self.significand = sum }
        }
    }

    func int64(negative: Bool) -> Int64? {
        guard self.isExact else { return nil }
        guard negative else { return Int64(exactly: self.significand) }
        return self.significand <= Int64.min.magnitude ? Int64(truncatingIfNeeded: 0 &- self.significand) : nil
    }

    /// The double, where one multiplication or division of two exact doubles gives it correctly rounded.
    var exactDouble: Double? {
        guard self.isExact, self.significand <= 1 << 53, abs(self.exponent) <= 22 else { return nil }
        let power = powersOfTen[abs(self.exponent)]
        return self.exponent < 0 ? Double(self.significand) / power : Double(self.significand) * power
    }
}

/// Those that a double holds exactly.
private let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
]
