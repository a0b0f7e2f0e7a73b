/// An instant in UTC, to the nanosecond; years 0001 to 9999 (RFC 3339, and CEL's range).
public struct Timestamp: Sendable, Hashable, Comparable {
    /// Since 1970-01-01T00:00:00Z.
    public let seconds: Int64
    /// 0 to 999,999,999.
    public let nanoseconds: Int32

    public static let min = Timestamp(seconds: -62_135_596_800)
    public static let max = Timestamp(seconds: 253_402_300_799, nanoseconds: 999_999_999)
    public static let epoch = Timestamp(seconds: 0)

    /// Clamps the arguments to the range of the type.
    public init(seconds: Int64, nanoseconds: Int32 = 0) {
        // Spelled out, because Timestamp.min is made here.
        self.seconds = Swift.min(Swift.max(seconds, -62_135_596_800), 253_402_300_799)
        self.nanoseconds = Swift.min(Swift.max(nanoseconds, 0), 999_999_999)
    }

    /// nil outside of years 0001 to 9999.
    public init?(exactlySeconds seconds: Int64, nanoseconds: Int32 = 0) {
        guard (-62_135_596_800...253_402_300_799).contains(seconds), (0...999_999_999).contains(nanoseconds) else {
            return nil
        }
        self.init(seconds: seconds, nanoseconds: nanoseconds)
    }

    /// Clamped to years 0001 to 9999.
    public init(microsecondsSinceEpoch microseconds: Int64) {
        let (seconds, rest) = microseconds.flooredDivision(by: 1_000_000)
        self.init(seconds: seconds, nanoseconds: Int32(rest * 1_000))
    }

    /// Clamped to years 0001 to 9999.
    public init(millisecondsSinceEpoch milliseconds: Int64) {
        let (seconds, rest) = milliseconds.flooredDivision(by: 1_000)
        self.init(seconds: seconds, nanoseconds: Int32(rest * 1_000_000))
    }

    /// What PostgreSQL stores.
    public var microsecondsSinceEpoch: Int64 { self.seconds * 1_000_000 + Int64(self.nanoseconds / 1_000) }
    public var millisecondsSinceEpoch: Int64 { self.seconds * 1_000 + Int64(self.nanoseconds / 1_000_000) }
    public var truncatedToMicroseconds: Timestamp {
        Timestamp(seconds: self.seconds, nanoseconds: self.nanoseconds / 1_000 * 1_000)
    }

    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }
}

extension Timestamp {
    /// nil outside of years 0001 to 9999. What is finer than a nanosecond is dropped.
    public func adding(_ duration: Duration) -> Timestamp? {
        let (seconds, attoseconds) = duration.components
        let nanoseconds = Int64(self.nanoseconds) + attoseconds / 1_000_000_000
        let (carry, rest) = nanoseconds.flooredDivision(by: 1_000_000_000)
        let (sum, overflow) = self.seconds.addingReportingOverflow(seconds)
        let (total, overflowsAgain) = sum.addingReportingOverflow(carry)
        guard !overflow, !overflowsAgain else { return nil }
        return Timestamp(exactlySeconds: total, nanoseconds: Int32(rest))
    }

    /// The time from the earlier instant to this one.
    public func since(_ earlier: Timestamp) -> Duration {
        .seconds(self.seconds - earlier.seconds)
            + .nanoseconds(Int64(self.nanoseconds) - Int64(earlier.nanoseconds))
    }

    /// Stops at the ends of years 0001 and 9999.
    public static func + (instant: Timestamp, duration: Duration) -> Timestamp {
        instant.adding(duration) ?? (duration < .zero ? .min : .max)
    }

    public static func - (instant: Timestamp, duration: Duration) -> Timestamp {
        // -1 × the smallest Duration would overflow.
        instant.adding(.zero - Swift.max(duration, .seconds(-Int64.max))) ?? (duration < .zero ? .max : .min)
    }

    public static func - (later: Timestamp, earlier: Timestamp) -> Duration { later.since(earlier) }
}

extension Timestamp: CustomStringConvertible {
    /// nil when the text is not an RFC 3339 date-time in years 0001 to 9999 (UTC), with at most nine fraction digits.
    public init?(_ text: some StringProtocol) {
        self.init(scanning: DigitScanner(text))
    }

    init?(scanning scanner: DigitScanner<some RandomAccessCollection<UInt8>>) {
        var scanner = scanner
        guard let year = scanner.number(digits: 4), scanner.take("-"), let month = scanner.number(digits: 2),
            scanner.take("-"), let day = scanner.number(digits: 2), scanner.take("T") || scanner.take("t"),
            let hour = scanner.number(digits: 2), scanner.take(":"), let minute = scanner.number(digits: 2),
            scanner.take(":"), let second = scanner.number(digits: 2)
        else { return nil }
        var nanoseconds = 0
        if scanner.take(".") {
            guard let fraction = scanner.fraction() else { return nil }
            nanoseconds = fraction
        }
        guard let offset = scanner.zoneOffset(), scanner.isAtEnd else { return nil }
        let civil = CivilTime(
            year: year, month: month, day: day, hour: hour, minute: minute, second: second, nanosecond: nanoseconds)
        guard civil.isValid else { return nil }
        let seconds = civil.secondsSinceEpoch - Int64(offset)
        guard let timestamp = Timestamp(exactlySeconds: seconds, nanoseconds: Int32(nanoseconds)) else { return nil }
        self = timestamp
    }

    /// RFC 3339 in UTC, the fraction as long as needed: `2026-02-13T08:00:00Z`, `2026-02-13T08:00:00.5Z`.
    public var description: String {
        var text = TextBuffer<32>()
        self.write(to: &text)
        return String(decoding: text.bytes, as: UTF8.self)
    }

    func write<let lineSize: Int>(to text: inout TextBuffer<lineSize>) {
        let civil = CivilTime(self, offset: 0)
        text.append(twoDigits: civil.year / 100)
        text.append(twoDigits: civil.year % 100)
        text.append(UInt8(ascii: "-"))
        text.append(twoDigits: civil.month)
        text.append(UInt8(ascii: "-"))
        text.append(twoDigits: civil.day)
        text.append(UInt8(ascii: "T"))
        text.append(twoDigits: civil.hour)
        text.append(UInt8(ascii: ":"))
        text.append(twoDigits: civil.minute)
        text.append(UInt8(ascii: ":"))
        text.append(twoDigits: civil.second)
        text.append(fractionOf: UInt64(civil.nanosecond))
        text.append(UInt8(ascii: "Z"))
    }
}

extension Duration {
    /// Seconds with the fraction as long as needed, to the nanosecond: `1.5s`, `-0.25s`, `3600s`. It is CEL's
    /// `string(duration)` and protobuf's JSON form.
    public var secondsText: String {
        let (seconds, attoseconds) = self.components
        let nanoseconds = attoseconds / 1_000_000_000
        var text = TextBuffer<32>()
        if seconds < 0 || nanoseconds < 0 { text.append(UInt8(ascii: "-")) }
        text.append(decimal: seconds.magnitude)
        text.append(fractionOf: nanoseconds.magnitude)
        text.append(UInt8(ascii: "s"))
        return String(decoding: text.bytes, as: UTF8.self)
    }
}

extension Int64 {
    func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = self.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
