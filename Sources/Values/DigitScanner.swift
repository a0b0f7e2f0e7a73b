/// Reads the fixed forms that dates, times and durations are made of.
struct DigitScanner<Bytes: RandomAccessCollection<UInt8>> where Bytes.Index == Int {
    private let bytes: Bytes
    private(set) var offset = 0

    /// The bytes' first index is 0.
    init(_ bytes: Bytes) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { self.offset == self.bytes.endIndex }
    var byte: UInt8? { self.isAtEnd ? nil : self.bytes[self.offset] }

    mutating func take(_ letter: Unicode.Scalar) -> Bool {
        guard let byte = self.byte, UInt32(byte) == letter.value else { return false }
        self.offset += 1
        return true
    }

    private mutating func digit() -> Int? {
        guard let byte = self.byte, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        self.offset += 1
        return Int(byte - UInt8(ascii: "0"))
    }

    /// Exactly this many digits.
    mutating func number(digits: Int) -> Int? {
        var number = 0
        for _ in 0..<digits {
            guard let digit = self.digit() else { return nil }
            number = number * 10 + digit
        }
        return number
    }

    /// One digit or more; nil without a digit or past 15 of them, which every Int holds.
    mutating func number() -> Int? {
        guard var number = self.digit() else { return nil }
        var count = 1
        while let digit = self.digit() {
            count += 1
            guard count <= 15 else { return nil }
            number = number * 10 + digit
        }
        return number
    }

    /// One to nine digits after a point, as billionths.
    mutating func fraction() -> Int? {
        guard var number = self.digit() else { return nil }
        var count = 1
        while let digit = self.digit() {
            count += 1
            guard count <= 9 else { return nil }
            number = number * 10 + digit
        }
        for _ in count..<9 { number *= 10 }
        return number
    }

    /// RFC 3339's `Z` or `±hh:mm`, in seconds.
    mutating func zoneOffset() -> Int? {
        if self.take("Z") || self.take("z") { return 0 }
        let isNegative = self.take("-")
        guard isNegative || self.take("+"), let offset = self.hoursAndMinutes() else { return nil }
        return isNegative ? -offset : offset
    }

    /// `hh:mm`, in seconds.
    mutating func hoursAndMinutes() -> Int? {
        guard let hours = self.number(digits: 2), hours < 24, self.take(":"), let minutes = self.number(digits: 2),
            minutes < 60
        else { return nil }
        return hours * 3600 + minutes * 60
    }
}

extension DigitScanner<[UInt8]> {
    init(_ text: some StringProtocol) {
        self.init(Array(text.utf8))
    }
}
