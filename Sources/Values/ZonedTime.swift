// FoundationEssentials knows only GMT.
import Foundation

/// A time zone: a place of the IANA database, or a fixed distance from UTC.
public struct Zone: Sendable, Hashable {
    private enum Rule: Sendable, Hashable {
        case fixed(Int)
        case place(TimeZone)
    }

    /// As it was given: `Asia/Shanghai`, `+08:00`.
    public let identifier: String
    private let rule: Rule

    public static let utc = Zone(offset: 0)

    /// Seconds east of UTC.
    public init(offset: Int) {
        let minutes = abs(offset) / 60
        let digits = [minutes / 600, minutes / 60 % 10, minutes % 60 / 10, minutes % 10].map(String.init)
        self.identifier =
            offset == 0 ? "UTC" : "\(offset < 0 ? "-" : "+")\(digits[0])\(digits[1]):\(digits[2])\(digits[3])"
        self.rule = .fixed(offset)
    }

    /// A name of the IANA database, `UTC`, or `±hh:mm` (the sign may be absent); nil for any other text.
    public init?(_ identifier: String) {
        self.identifier = identifier
        var scanner = DigitScanner(identifier)
        let isNegative = scanner.take("-")
        if !isNegative { _ = scanner.take("+") }
        if let offset = scanner.hoursAndMinutes(), scanner.isAtEnd {
            self.rule = .fixed(isNegative ? -offset : offset)
        } else if identifier == "UTC" || identifier == "Z" {
            self.rule = .fixed(0)
        } else if identifier.utf8.allSatisfy(Self.canBeInName), let zone = TimeZone(identifier: identifier) {
            self.rule = .place(zone)
        } else {
            return nil
        }
    }

    private static func canBeInName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "_"), UInt8(ascii: "-"),
            UInt8(ascii: "+"):
            true
        default: false
        }
    }

    /// Seconds east of UTC at this instant.
    public func offset(at instant: Timestamp) -> Int {
        switch self.rule {
        case .fixed(let offset): offset
        case .place(let zone):
            zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant.seconds)))
        }
    }

    /// What the clock and the calendar on the wall show at this instant.
    public func civilTime(at instant: Timestamp) -> CivilTime {
        CivilTime(instant, offset: self.offset(at: instant))
    }

    /// The instant at which clocks here show this time. A time that clocks skip is moved forward by the gap (02:30
    /// becomes 03:30); of a time that they show twice the first is taken. Stops at the ends of years 0001 and 9999.
    public func timestamp(of civil: CivilTime) -> Timestamp {
        let local = civil.secondsSinceEpoch
        let nanoseconds = Int32(clamping: civil.nanosecond)
        func instant(_ offset: Int) -> Timestamp {
            Timestamp(seconds: local - Int64(offset), nanoseconds: nanoseconds)
        }
        // No zone changes its clocks twice within these two days around.
        let before = self.offset(at: Timestamp(seconds: local - 86_400))
        let after = self.offset(at: Timestamp(seconds: local + 86_400))
        if before == after || self.offset(at: instant(before)) == before { return instant(before) }
        if self.offset(at: instant(after)) == after { return instant(after) }
        return instant(before)
    }

    /// Adds the calendar parts to the date on the wall, largest first and the day of the month clamped, then the
    /// parts of the day as exact time. Stops at the ends of years 0001 and 9999.
    public func adding(_ duration: ISODuration, to instant: Timestamp) -> Timestamp {
        guard duration.hasCalendarParts else { return instant + duration.timeOfDay }
        let civil = self.civilTime(at: instant)
            .adding(years: duration.years, months: duration.months, days: duration.days)
        return self.timestamp(of: civil) + duration.timeOfDay
    }
}
