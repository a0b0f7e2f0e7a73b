/// An ISO 8601 duration as written, calendar parts apart: `P1Y2M3W4DT5H6M7.5S`. All parts share the sign.
public struct ISODuration: Sendable, Hashable {
    public var years = 0
    public var months = 0
    /// Weeks count seven.
    public var days = 0
    public var hours = 0
    public var minutes = 0
    public var seconds = 0
    public var nanoseconds = 0
    public init() {}

    /// Whether what it lasts depends on the date and the zone.
    public var hasCalendarParts: Bool { self.years != 0 || self.months != 0 || self.days != 0 }
    public var isZero: Bool { self == ISODuration() }

    /// Hours and less.
    public var timeOfDay: Duration {
        .seconds(self.hours) * 3600 + .seconds(self.minutes) * 60 + .seconds(self.seconds)
            + .nanoseconds(self.nanoseconds)
    }

    /// The same parts, each with the other sign.
    public static prefix func - (duration: ISODuration) -> ISODuration {
        var result = ISODuration()
        for part in Self.parts { result[keyPath: part.path] = 0 &- duration[keyPath: part.path] }
        result.nanoseconds = 0 &- duration.nanoseconds
        return result
    }
}

/// Why a text is not an ISO 8601 duration, and where (UTF-8 offset).
public struct ISODurationError: Error, Sendable, Hashable {
    public let message: String
    public let offset: Int

    public init(message: String, offset: Int) {
        self.message = message
        self.offset = offset
    }
}

extension ISODuration: CustomStringConvertible {
    private struct Part: Sendable {
        let letter: Unicode.Scalar
        let path: any WritableKeyPath<ISODuration, Int> & Sendable
        var factor = 1
        var isTime = false
    }

    private static let parts = [
        Part(letter: "Y", path: \.years), Part(letter: "M", path: \.months),
        Part(letter: "W", path: \.days, factor: 7), Part(letter: "D", path: \.days),
        Part(letter: "H", path: \.hours, isTime: true), Part(letter: "M", path: \.minutes, isTime: true),
        Part(letter: "S", path: \.seconds, isTime: true),
    ]

    /// Parts in order, each at most once; seconds may have a fraction of up to nine digits; a sign may come first.
    public init(_ text: some StringProtocol) throws(ISODurationError) {
        self.init()
        var scanner = DigitScanner(text)
        let isNegative = scanner.take("-")
        if !isNegative { _ = scanner.take("+") }
        guard scanner.take("P") else { throw Self.mistake("a duration begins with P, as in P6M or PT15M", scanner) }
        var parts = Self.parts[...]
        var isTime = false
        var isEmpty = true
        while !scanner.isAtEnd {
            if !isTime, scanner.take("T") {
                isTime = true
                isEmpty = true
                continue
            }
            try self.read(&parts, from: &scanner, isTime: isTime)
            isEmpty = false
        }
        if isEmpty { throw Self.mistake("expected a number and a unit, as in P6M or PT15M", scanner) }
        if isNegative { self = -self }
    }

    private mutating func read(
        _ parts: inout ArraySlice<Part>, from scanner: inout DigitScanner<[UInt8]>, isTime: Bool
    ) throws(ISODurationError) {
        let start = scanner
        guard let number = scanner.number() else {
            throw Self.mistake("expected a number of at most 15 digits", scanner)
        }
        var fraction: Int?
        if scanner.take(".") || scanner.take(",") {
            fraction = scanner.fraction()
            if fraction == nil { throw Self.mistake("expected one to nine digits", scanner) }
        }
        while let part = parts.popFirst() {
            guard part.isTime == isTime, scanner.take(part.letter) else { continue }
            if let fraction {
                guard part.letter == "S" else { throw Self.mistake("only seconds can have a fraction", start) }
                self.nanoseconds = fraction
            }
            // 15 digits times 7 and added once more stay far below the limit of Int.
            self[keyPath: part.path] += number * part.factor
            return
        }
        throw Self.mistake("expected one of Y M W D, or after T one of H M S, in this order", scanner)
    }

    private static func mistake(_ message: String, _ scanner: DigitScanner<[UInt8]>) -> ISODurationError {
        ISODurationError(message: message, offset: scanner.offset)
    }

    /// The canonical form, weeks as days: `P6M`, `P1DT2.5S`, `-PT15M`, `PT0S`.
    public var description: String {
        let isNegative =
            self.nanoseconds < 0 || Self.parts.contains { self[keyPath: $0.path] < 0 }
        var date = ""
        var time = ""
        for part in Self.parts where part.factor == 1 {
            let number = self[keyPath: part.path].magnitude
            if part.letter == "S", self.nanoseconds != 0 {
                let text = (Duration.seconds(number) + .nanoseconds(Int64(clamping: self.nanoseconds.magnitude)))
                    .secondsText
                time += text.dropLast() + "S"
            } else if number != 0 {
                if part.isTime { time += "\(number)\(part.letter)" } else { date += "\(number)\(part.letter)" }
            }
        }
        if date.isEmpty, time.isEmpty { return "PT0S" }
        return (isNegative ? "-P" : "P") + date + (time.isEmpty ? "" : "T" + time)
    }
}
