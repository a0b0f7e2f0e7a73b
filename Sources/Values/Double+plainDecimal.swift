extension Double {
    /// The shortest digits that read back as this number, with a fraction and without an exponent: `0.00001`, `5.0`.
    public var plainDecimal: String {
        let text = self.description
        guard self.isFinite, let mark = text.utf8.firstIndex(of: UInt8(ascii: "e")) else { return text }
        let isNegative = text.utf8.first == UInt8(ascii: "-")
        let digits = text[..<mark].filter { $0.isNumber }
        let pointAfter = 1 + (Int(text[text.utf8.index(after: mark)...]) ?? 0)
        let plain: String
        if pointAfter <= 0 {
            plain = "0." + String(repeating: "0", count: -pointAfter) + digits
        } else if pointAfter >= digits.count {
            plain = digits + String(repeating: "0", count: pointAfter - digits.count) + ".0"
        } else {
            plain = "\(digits.prefix(pointAfter)).\(digits.dropFirst(pointAfter))"
        }
        return isNegative ? "-" + plain : plain
    }
}
