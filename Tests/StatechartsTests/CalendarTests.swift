import Statecharts
import Testing
import Values

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
