public import Values

/// Which days are working days, and in which zone days begin. An immutable value; ``encoded()`` is what its hash is
/// taken over.
public struct WorkCalendar: Sendable, Hashable {
    public var name: String
    /// IANA name.
    public var zone: String
    /// 1 Monday … 7 Sunday.
    public var weekend: Set<Int>
    /// Days that differ from the rule, `yyyy-MM-dd` → is a working day.
    public var exceptions: [String: Bool]

    public init(
        name: String, zone: String = "Asia/Shanghai", weekend: Set<Int> = [6, 7], exceptions: [String: Bool] = [:]
    ) {
        self.name = name
        self.zone = zone
        self.weekend = weekend
        self.exceptions = exceptions
    }

    /// Monday to Friday, Asia/Shanghai.
    public static let `default` = WorkCalendar(name: "default")
}

// MARK: Counting

extension WorkCalendar {
    /// A search for working days ends after so many days: a calendar may have none.
    static let horizon = 100_000

    /// UTC when the name is not known.
    private var place: Zone { Zone(self.zone) ?? .utc }

    public func isWorkday(year: Int, month: Int, day: Int) -> Bool {
        self.isWorkday(CivilTime(year: year, month: month, day: day))
    }

    private func isWorkday(_ day: CivilTime) -> Bool {
        if !self.exceptions.isEmpty, let exception = self.exceptions[day.dateText] { return exception }
        return !self.isWeekend(day)
    }

    private func isWeekend(_ day: CivilTime) -> Bool { self.weekend.contains(day.dayOfWeek == 0 ? 7 : day.dayOfWeek) }

    /// Adds the terms left to right: calendar parts and working days on the wall's date, the day of the month clamped,
    /// the rest as exact time. nil when there are not so many working days, or the time is out of range.
    public func adding(_ terms: [Delay.Term], to start: Timestamp) -> Timestamp? {
        var days = Self.horizon
        return self.adding(terms, to: start, days: &days)
    }

    /// `days`: how many may still be looked at in search of working days.
    func adding(_ terms: [Delay.Term], to start: Timestamp, days: inout Int) -> Timestamp? {
        var time = start
        for term in terms {
            switch term {
            case .iso(let duration):
                if duration.hasCalendarParts {
                    time = self.place.adding(duration, to: time)
                } else {
                    guard let later = time.adding(duration.timeOfDay) else { return nil }
                    time = later
                }
            case .workdays(let count):
                guard let later = self.addingWorkdays(count, to: time, days: &days) else { return nil }
                time = later
            }
        }
        return time
    }

    /// The same time of day on the nth working day strictly after, or before.
    private func addingWorkdays(_ count: Int, to start: Timestamp, days: inout Int) -> Timestamp? {
        guard count != 0 else { return start }
        let place = self.place
        var civil = place.civilTime(at: start)
        var left = Int(clamping: count.magnitude)
        while left > 0 {
            // So many working days take at least as many days; where they take no more, the last of them is one.
            let jump = min(left, days)
            guard jump > 0 else { return nil }
            days -= jump
            let day = civil.daysSinceEpoch
            left -= self.workdays(in: count > 0 ? day + 1..<day + 1 + jump : day - jump..<day)
            civil = civil.adding(days: count > 0 ? jump : -jump)
        }
        return place.timestamp(of: civil)
    }

    /// The same time of day on the next or previous working day, where a time is on a day off. nil: there is none.
    public func rolling(_ time: Timestamp, _ roll: Deadline.Roll) -> Timestamp? {
        guard roll != .none, !self.isWorkday(self.place.civilTime(at: time)) else { return time }
        var days = Self.horizon
        return self.addingWorkdays(roll == .next ? 1 : -1, to: time, days: &days)
    }

    /// The n for which `n workdays` leads from the day of one time to that of the other: working days after the first
    /// day up to and including the second; negative when the second is earlier.
    public func workdays(from start: Timestamp, to end: Timestamp) -> Int {
        let first = self.place.civilTime(at: start).daysSinceEpoch
        let last = self.place.civilTime(at: end).daysSinceEpoch
        return last >= first ? self.workdays(in: first + 1..<last + 1) : -self.workdays(in: last..<first)
    }

    /// Days since 1970-01-01. In a long time whole weeks have as many working days each, but for the exceptions.
    private func workdays(in days: Range<Int>) -> Int {
        guard days.count > max(7, self.exceptions.count) else {
            return days.count { self.isWorkday(CivilTime(daysSinceEpoch: $0)) }
        }
        let isRegular = { (day: Int) in !self.isWeekend(CivilTime(daysSinceEpoch: day)) }
        let weeks = days.count / 7
        var count = weeks * days.prefix(7).count(where: isRegular)
        count += days.dropFirst(weeks * 7).count(where: isRegular)
        for (text, isWorkday) in self.exceptions {
            guard let day = CivilTime(date: text)?.daysSinceEpoch, days.contains(day) else { continue }
            if isWorkday != isRegular(day) { count += isWorkday ? 1 : -1 }
        }
        return count
    }

    /// The beginning of a day `yyyy-MM-dd` in this zone.
    public func midnight(of date: String) -> Timestamp? {
        CivilTime(date: date).map { self.place.timestamp(of: $0) }
    }
}

extension CivilTime {
    /// nil: there is no day `yyyy-MM-dd`.
    fileprivate init?(date: String) {
        let parts = date.split(separator: "-", omittingEmptySubsequences: false)
        guard date.utf8.count == 10, parts.count == 3, let year = Int(parts[0]), let month = Int(parts[1]),
            let day = Int(parts[2])
        else { return nil }
        self.init(year: year, month: month, day: day)
        guard self.isValid else { return nil }
    }

    /// `yyyy-MM-dd`
    fileprivate var dateText: String {
        func padded(_ number: Int, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return "\(padded(self.year, 4))-\(padded(self.month, 2))-\(padded(self.day, 2))"
    }
}

// MARK: Text

extension WorkCalendar {
    /// Canonical: equal calendars give equal text.
    public func encoded() -> Value {
        var exceptions = ValueMap()
        for (day, isWorkday) in self.exceptions { exceptions[day] = .bool(isWorkday) }
        return [
            "name": .string(self.name), "zone": .string(self.zone),
            "weekend": .list(self.weekend.sorted().map { .int(Int64($0)) }), "exceptions": .map(exceptions),
        ]
    }

    public init?(decoding value: Value) {
        guard let name = value["name"]?.string else { return nil }
        self.init(name: name)
        if let zone = value["zone"]?.string { self.zone = zone }
        if let weekend = value["weekend"]?.list { self.weekend = Set(weekend.compactMap { $0.int.map { Int($0) } }) }
        for entry in value["exceptions"]?.map?.entries ?? [] {
            if case .string(let day) = entry.key, case .bool(let isWorkday) = entry.value {
                self.exceptions[day] = isWorkday
            }
        }
    }
}
