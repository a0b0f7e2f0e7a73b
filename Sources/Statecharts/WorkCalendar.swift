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
    private static let horizon = 100_000

    /// UTC when the name is not known; `validate` reports it.
    private var place: Zone { Zone(self.zone) ?? .utc }

    public func isWorkday(year: Int, month: Int, day: Int) -> Bool {
        self.isWorkday(CivilTime(year: year, month: month, day: day))
    }

    private func isWorkday(_ day: CivilTime) -> Bool {
        if !self.exceptions.isEmpty, let exception = self.exceptions[day.dateText] { return exception }
        return !self.weekend.contains(day.dayOfWeek == 0 ? 7 : day.dayOfWeek)
    }

    /// Adds the terms left to right: calendar parts and working days on the wall's date, the day of the month clamped,
    /// the rest as exact time. nil when there are not so many working days, or the time is out of range.
    public func adding(_ terms: [Delay.Term], to start: Timestamp) -> Timestamp? {
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
                guard let later = self.addingWorkdays(count, to: time) else { return nil }
                time = later
            }
        }
        return time
    }

    /// The same time of day on the nth working day strictly after, or before.
    private func addingWorkdays(_ count: Int, to start: Timestamp) -> Timestamp? {
        guard count != 0 else { return start }
        let place = self.place
        var civil = place.civilTime(at: start)
        var left = count.magnitude
        for _ in 0..<Self.horizon {
            civil = civil.adding(days: count > 0 ? 1 : -1)
            if self.isWorkday(civil) { left -= 1 }
            if left == 0 { return place.timestamp(of: civil) }
        }
        return nil
    }

    /// The same time of day on the next or previous working day, where a time is on a day off. nil: there is none.
    public func rolling(_ time: Timestamp, _ roll: Deadline.Roll) -> Timestamp? {
        guard roll != .none, !self.isWorkday(self.place.civilTime(at: time)) else { return time }
        return self.addingWorkdays(roll == .next ? 1 : -1, to: time)
    }

    /// The n for which `n workdays` leads from the day of one time to that of the other: working days after the first
    /// day up to and including the second; negative when the second is earlier.
    public func workdays(from start: Timestamp, to end: Timestamp) -> Int {
        let place = self.place
        let last = place.civilTime(at: end).daysSinceEpoch
        var day = place.civilTime(at: start).daysSinceEpoch
        let step = last >= day ? 1 : -1
        var count = 0
        while day != last {
            day += step
            if self.isWorkday(CivilTime(daysSinceEpoch: day)) { count += step }
        }
        return count
    }

    /// The beginning of a day `yyyy-MM-dd` in this zone.
    public func midnight(of date: String) -> Timestamp? {
        let parts = date.split(separator: "-", omittingEmptySubsequences: false)
        guard date.utf8.count == 10, parts.count == 3, let year = Int(parts[0]), let month = Int(parts[1]),
            let day = Int(parts[2])
        else { return nil }
        let civil = CivilTime(year: year, month: month, day: day)
        guard civil.isValid else { return nil }
        return self.place.timestamp(of: civil)
    }
}

extension CivilTime {
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
