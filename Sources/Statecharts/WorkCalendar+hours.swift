public import Values

extension WorkCalendar {
    /// Hours of the day in which people work; calendars have no hours of their own.
    static let workingHours = 9..<18

    /// Seconds between two times that fall into the working hours of working days.
    public func workingSeconds(from start: Timestamp, to end: Timestamp) -> Int64 {
        guard start < end else { return 0 }
        let zone = Zone(self.zone) ?? .utc
        // Longer ago is long enough for everybody.
        let first = max(start, Timestamp(seconds: end.seconds - 40 * 86_400))
        var day = zone.civilTime(at: first).daysSinceEpoch
        let last = zone.civilTime(at: end).daysSinceEpoch
        var seconds: Int64 = 0
        while day <= last {
            let date = CivilTime(daysSinceEpoch: day)
            if self.isWorkday(year: date.year, month: date.month, day: date.day) {
                let midnight = zone.timestamp(of: date).seconds
                let opens = midnight + Int64(Self.workingHours.lowerBound) * 3600
                let closes = midnight + Int64(Self.workingHours.upperBound) * 3600
                seconds += max(0, min(end.seconds, closes) - max(first.seconds, opens))
            }
            day += 1
        }
        return seconds
    }
}
