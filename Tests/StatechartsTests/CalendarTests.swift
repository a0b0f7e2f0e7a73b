import Testing
import Values

@testable import Statecharts

@Suite struct CalendarTests {
    /// Spring Festival 2026: 15 to 23 February off, the Saturdays 14 and 28 February worked.
    static let china: WorkCalendar = {
        var exceptions: [String: Bool] = ["2026-02-14": true, "2026-02-28": true]
        for day in 15...23 { exceptions["2026-02-\(day)"] = false }
        return WorkCalendar(name: "cn", exceptions: exceptions)
    }()

    static let sums: [(String, String, String)] = [
        ("2026-02-13T02:00:00Z", "1 workday", "2026-02-14T02:00:00Z"),
        ("2026-02-13T02:00:00Z", "2 workdays", "2026-02-24T02:00:00Z"),
        ("2026-02-24T02:00:00Z", "-2 workdays", "2026-02-13T02:00:00Z"),
        ("2026-02-13T02:00:00Z", "0 workdays", "2026-02-13T02:00:00Z"),
        ("2026-01-31T02:00:00Z", "P1M", "2026-02-28T02:00:00Z"),
        ("2026-01-31T02:00:00Z", "P1M + 1 workday", "2026-03-02T02:00:00Z"),
        // 23:30 UTC is the next morning in Shanghai.
        ("2026-02-12T23:30:00Z", "1 workday", "2026-02-13T23:30:00Z"),
        ("2026-02-13T02:00:00Z", "PT36H", "2026-02-14T14:00:00Z"),
    ]

    @Test(arguments: sums)
    func `delays are added in the calendar's zone`(start: String, delay: String, end: String) throws {
        let time = try #require(Timestamp(start))
        let terms = try #require(Delay.terms(delay))

        #expect(Self.china.adding(terms, to: time)?.description == end)
    }

    @Test(arguments: [
        ("2026-02-13T02:00:00Z", "2026-02-24T01:00:00Z", 2), ("2026-02-24T02:00:00Z", "2026-02-13T01:00:00Z", -2),
        ("2026-03-02T01:00:00Z", "2026-03-02T15:00:00Z", 0), ("2026-03-06T01:00:00Z", "2026-03-09T01:00:00Z", 1),
    ])
    func `working days between two times are those that a delay counts`(start: String, end: String, count: Int) throws {
        let (start, end) = (try #require(Timestamp(start)), try #require(Timestamp(end)))

        #expect(Self.china.workdays(from: start, to: end) == count)
    }

    /// The count is arithmetic, the sum looks for the day.
    @Test(arguments: [WorkCalendar.default, china, WorkCalendar(name: "few", weekend: [1, 2, 3, 4, 5, 6])])
    func `counting is the inverse of adding`(calendar: WorkCalendar) throws {
        for count in [1, 2, 5, 6, 7, 13, 40, 400, 5_000] {
            for signed in [count, -count] {
                let end = try #require(calendar.adding([.workdays(signed)], to: Specimen.monday))
                #expect(calendar.workdays(from: Specimen.monday, to: end) == signed)
                // One day less is one working day less: it was the first with so many.
                let before = try #require(end.adding(.seconds(count == signed ? -86_400 : 86_400)))
                #expect(calendar.workdays(from: Specimen.monday, to: before) == signed - signed.signum())
            }
        }
    }

    @Test func `working days of all time are counted at once`() throws {
        let start = try #require(Timestamp("0001-01-01T00:00:00Z"))
        let end = try #require(Timestamp("9999-12-30T00:00:00Z"))
        let days = Int((end.seconds - start.seconds) / 86_400)

        #expect(WorkCalendar(name: "always", weekend: []).workdays(from: start, to: end) == days)
        #expect(WorkCalendar(name: "never", weekend: [1, 2, 3, 4, 5, 6, 7]).workdays(from: start, to: end) == 0)
        let china = Self.china.workdays(from: start, to: end)
        let plain = WorkCalendar(name: "plain").workdays(from: start, to: end)
        // Nine days off, of which six are working days elsewhere, and two Saturdays worked.
        #expect(china == plain - 6 + 2)
    }

    @Test(arguments: [(2, false), (12, true)])
    func `days that a function looks at are charged`(calls: Int, isTooMuch: Bool) throws {
        // Each looks for a day until it gives up.
        let guards = Array(repeating: "addDelay(now, '1 workday') > now", count: calls).joined(separator: " || ")
        let text = """
            states:
              a: {on: {go: [{guard: "\(guards)", target: b}, {target: c}]}}
              b: {}
              c: {}
            """
        let never = WorkCalendar(name: "never", weekend: [1, 2, 3, 4, 5, 6, 7])
        var item = try Specimen(text) {
            $0.calendar = never
            $0.ignoresUnhandledErrors = true
        }
        #expect(item.send("go").fault?.code == (isTooMuch ? .limit : nil))
        #expect(item.active == [isTooMuch ? "a" : "c"])
    }

    @Test func `a calendar without working days ends the search`() throws {
        let never = WorkCalendar(name: "never", weekend: [1, 2, 3, 4, 5, 6, 7])

        #expect(never.adding([.workdays(1)], to: Specimen.monday) == nil)
    }

    @Test(arguments: ["2026-2-1", "2026-02-30", "x", "2026-02-01T00:00:00Z"])
    func `a date is a day that exists`(text: String) {
        #expect(Self.china.midnight(of: text) == nil)
        #expect(Self.china.midnight(of: "2026-02-13")?.description == "2026-02-12T16:00:00Z")
    }

    @Test func `a calendar survives its text and equal ones have equal text`() {
        #expect(WorkCalendar(decoding: Self.china.encoded()) == Self.china)
        var other = WorkCalendar(name: "cn")
        for (day, isWorkday) in Self.china.exceptions.sorted(by: { $0.key > $1.key }) {
            other.exceptions[day] = isWorkday
        }
        #expect(other.encoded().json == Self.china.encoded().json)
    }

    static let spans: [(String, String, Int64)] = [
        ("2026-03-02T01:00:00Z", "2026-03-02T05:00:00Z", 4 * 3600),
        ("2026-03-02T05:00:00Z", "2026-03-02T01:00:00Z", 0),
        ("2026-03-02T09:00:00Z", "2026-03-03T02:00:00Z", 2 * 3600),
        ("2026-03-06T08:00:00Z", "2026-03-09T03:00:00Z", 4 * 3600),
        ("2026-03-07T01:00:00Z", "2026-03-08T20:00:00Z", 0),
        ("2020-01-01T00:00:00Z", "2026-03-02T01:30:00Z", 28 * 9 * 3600),
    ]

    @Test(arguments: spans)
    func `working hours are nine to six of working days`(start: String, end: String, seconds: Int64) throws {
        let (start, end) = (try #require(Timestamp(start)), try #require(Timestamp(end)))

        #expect(WorkCalendar.default.workingSeconds(from: start, to: end) == seconds)
    }
}
