/// A date and time of day as a clock and a calendar on the wall show it (proleptic Gregorian), without a zone.
public struct CivilTime: Sendable, Hashable, Comparable {
    public var year: Int
    /// 1 to 12.
    public var month: Int
    /// 1 to 31.
    public var day: Int
    public var hour: Int
    public var minute: Int
    public var second: Int
    public var nanosecond: Int

    public init(
        year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0, nanosecond: Int = 0
    ) {
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
        self.nanosecond = nanosecond
    }

    /// What a clock this many seconds east of UTC shows.
    public init(_ timestamp: Timestamp, offset: Int) {
        let (days, second) = (timestamp.seconds + Int64(offset)).flooredDivision(by: 86_400)
        let (year, month, day) = Self.date(daysSinceEpoch: Int(days))
        self.init(
            year: year, month: month, day: day, hour: Int(second) / 3600, minute: Int(second) / 60 % 60,
            second: Int(second) % 60, nanosecond: Int(timestamp.nanoseconds))
    }

    /// Midnight of the day that is this many days after 1970-01-01.
    public init(daysSinceEpoch days: Int) {
        let (year, month, day) = Self.date(daysSinceEpoch: days)
        self.init(year: year, month: month, day: day)
    }

    /// Whether such a date and time of day exists; a leap second does not.
    public var isValid: Bool {
        (1...12).contains(self.month) && (1...Self.days(inMonth: self.month, of: self.year)).contains(self.day)
            && (0...23).contains(self.hour) && (0...59).contains(self.minute) && (0...59).contains(self.second)
            && (0...999_999_999).contains(self.nanosecond)
    }

    public static func < (left: CivilTime, right: CivilTime) -> Bool {
        (left.secondsSinceEpoch, left.nanosecond) < (right.secondsSinceEpoch, right.nanosecond)
    }
}

extension CivilTime {
    /// Days since 1970-01-01.
    public var daysSinceEpoch: Int {
        // Years begin in March, so that the leap day is the last one; 400 of them have 146,097 days.
        let year = self.month <= 2 ? self.year - 1 : self.year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (self.month + (self.month > 2 ? -3 : 9)) + 2) / 5 + self.day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// As if the clock showed UTC.
    public var secondsSinceEpoch: Int64 {
        Int64(self.daysSinceEpoch) * 86_400 + Int64(self.hour * 3600 + self.minute * 60 + self.second)
    }

    /// 0 is Sunday.
    public var dayOfWeek: Int {
        let day = (self.daysSinceEpoch + 4) % 7
        return day < 0 ? day + 7 : day
    }

    /// 1 is 1 January.
    public var dayOfYear: Int {
        self.daysSinceEpoch - CivilTime(year: self.year, month: 1, day: 1).daysSinceEpoch + 1
    }

    public static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The day of the month is clamped: a month after 31 January is 28 or 29 February. Stops at years ±1,000,000.
    public func adding(years: Int = 0, months: Int = 0, days: Int = 0) -> CivilTime {
        let years = years.clamped(to: 1_000_000)
        let months = months.clamped(to: 12_000_000)
        let days = days.clamped(to: 400_000_000)
        var result = self
        let total = (self.year.clamped(to: 1_000_000) + years) * 12 + (self.month - 1) + months
        result.year = (total >= 0 ? total : total - 11) / 12
        result.month = total - result.year * 12 + 1
        result.day = min(self.day, Self.days(inMonth: result.month, of: result.year))
        guard days != 0 else { return result }
        let (year, month, day) = Self.date(daysSinceEpoch: result.daysSinceEpoch + days)
        (result.year, result.month, result.day) = (year, month, day)
        return result
    }

    private static func date(daysSinceEpoch days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}

extension Int {
    fileprivate func clamped(to magnitude: Int) -> Int { Swift.min(Swift.max(self, -magnitude), magnitude) }
}
