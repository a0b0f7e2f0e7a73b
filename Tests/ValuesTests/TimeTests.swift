import Testing
import Values

@Suite struct TimeTests {
    @Test(arguments: 0..<200)
    func `a timestamp reads back as printed`(seed: UInt64) {
        var random = SplitMix64(state: seed)
        let timestamp = random.timestamp()
        #expect(Timestamp(timestamp.description) == timestamp)
        #expect(
            Timestamp(microsecondsSinceEpoch: timestamp.microsecondsSinceEpoch) == timestamp.truncatedToMicroseconds)
        let civil = CivilTime(timestamp, offset: 0)
        #expect(civil.secondsSinceEpoch == timestamp.seconds)
    }

    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0, 0), ("2009-02-13T23:31:30Z", 1_234_567_890, 0),
        ("0001-01-01T00:00:00Z", -62_135_596_800, 0),
        ("9999-12-31T23:59:59.999999999Z", 253_402_300_799, 999_999_999),
        ("2026-02-13T08:00:00.25+08:00", 1_770_940_800, 250_000_000),
        ("1969-12-31T23:59:59.5-00:00", -1, 500_000_000), ("2024-02-29t00:00:00z", 1_709_164_800, 0),
    ])
    func `RFC 3339 texts are read`(text: String, seconds: Int64, nanoseconds: Int32) {
        #expect(Timestamp(text) == Timestamp(seconds: seconds, nanoseconds: nanoseconds))
    }

    @Test(arguments: [
        "", "2026-02-13", "2026-02-13T08:00:00", "2026-02-30T00:00:00Z", "2025-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
        "2026-01-01T24:00:00Z", "2026-01-01T00:00:60Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00.1234567890Z",
        "2026-01-01T00:00:00Zx", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00", "0000-01-01T00:00:00Z",
        "2026-01-01T00:00:00+24:00", "2026-01-01 00:00:00Z", "２026-01-01T00:00:00Z",
    ])
    func `texts that are no RFC 3339 time are refused`(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test func `adding a duration carries nanoseconds and stops at the ends of time`() {
        let start = Timestamp(seconds: 10, nanoseconds: 500_000_000)
        #expect(start + .milliseconds(700) == Timestamp(seconds: 11, nanoseconds: 200_000_000))
        #expect(start - .milliseconds(700) == Timestamp(seconds: 9, nanoseconds: 800_000_000))
        #expect(start - (start + .milliseconds(-700)) == .milliseconds(700))
        #expect(Timestamp.max.adding(.nanoseconds(1)) == nil)
        #expect(Timestamp.max + .seconds(Int64.max) == .max)
        #expect(Timestamp.min - .seconds(Int64.max) == .min)
        #expect(Timestamp.max - .seconds(Int64.min) == .max)
    }

    @Test(arguments: [
        ("P6M", "P6M"), ("PT15M", "PT15M"), ("P1DT2.5S", "P1DT2.5S"), ("P2W", "P14D"),
        ("-P1Y2M3DT4H5M6,007S", "-P1Y2M3DT4H5M6.007S"),
        ("P0D", "PT0S"), ("+PT90M", "PT90M"), ("P1W2D", "P9D"), ("PT0.000000001S", "PT0.000000001S"),
    ])
    func `an ISO duration prints in canonical form`(text: String, printed: String) throws {
        let duration = try ISODuration(text)
        #expect(duration.description == printed)
        #expect(try ISODuration(printed) == duration)
    }

    @Test(arguments: [
        ("", 0), ("P", 1), ("6M", 0), ("PT", 2), ("P1DT", 4), ("P1H", 2), ("PT1D", 3), ("P1M1Y", 4), ("P1D1D", 4),
        ("P1.5D", 1),
        ("P-1D", 1), ("PT1", 3), ("P99999999999999999999D", 17), ("p1d", 0), ("PT1.S", 4),
    ])
    func `texts that are no ISO duration are refused`(text: String, offset: Int) {
        let error = #expect(throws: ISODurationError.self) { try ISODuration(text) }
        #expect(error?.offset == offset)
    }

    @Test(arguments: [
        ("2024-02-29", 4, 60), ("2026-11-22", 0, 326), ("1969-12-31", 3, 365), ("0001-01-01", 1, 1),
        ("2000-12-31", 0, 366),
    ])
    func `dates know their day of the week and year`(date: String, dayOfWeek: Int, dayOfYear: Int) throws {
        let civil = CivilTime(try #require(Timestamp(date + "T12:00:00Z")), offset: 0)
        #expect(civil.dayOfWeek == dayOfWeek)
        #expect(civil.dayOfYear == dayOfYear)
        #expect(CivilTime(daysSinceEpoch: civil.daysSinceEpoch).day == civil.day)
    }

    @Test(arguments: [
        ("America/New_York", "2026-03-08T02:30:00", "2026-03-08T07:30:00Z"),  // skipped: 03:30 EDT
        ("America/New_York", "2026-11-01T01:30:00", "2026-11-01T05:30:00Z"),  // shown twice: the first
        ("America/New_York", "2026-03-08T03:00:00", "2026-03-08T07:00:00Z"),
        ("Asia/Shanghai", "2026-02-13T00:00:00", "2026-02-12T16:00:00Z"),
        ("+08:00", "2026-02-13T00:00:00", "2026-02-12T16:00:00Z"),
        ("-02:30", "2026-02-13T00:00:00", "2026-02-13T02:30:00Z"),
        ("UTC", "2026-02-13T00:00:00", "2026-02-13T00:00:00Z"),
        ("Pacific/Apia", "2011-12-30T12:00:00", "2011-12-30T22:00:00Z"),  // a day that did not exist there
    ])
    func `a time on the wall has an instant`(zone: String, wall: String, instant: String) throws {
        let zone = try #require(Zone(zone))
        let civil = CivilTime(try #require(Timestamp(wall + "Z")), offset: 0)
        #expect(zone.timestamp(of: civil).description == instant)
    }

    @Test(arguments: [
        ("P1M", "2026-01-31T09:00:00Z", "UTC", "2026-02-28T09:00:00Z"),
        ("P1Y", "2024-02-29T09:00:00Z", "UTC", "2025-02-28T09:00:00Z"),
        ("-P1M", "2026-03-31T09:00:00Z", "UTC", "2026-02-28T09:00:00Z"),
        ("P1M1D", "2026-01-31T09:00:00Z", "UTC", "2026-03-01T09:00:00Z"),
        ("P1D", "2026-03-07T14:00:00Z", "America/New_York", "2026-03-08T13:00:00Z"),
        ("PT24H", "2026-03-07T14:00:00Z", "America/New_York", "2026-03-08T14:00:00Z"),
        ("P1M", "2026-01-30T20:00:00Z", "Asia/Shanghai", "2026-02-27T20:00:00Z"),
        ("P14M", "2025-12-01T00:00:00Z", "UTC", "2027-02-01T00:00:00Z"),
        ("P999999999999999Y", "2025-12-01T00:00:00Z", "UTC", "9999-12-31T23:59:59Z"),
    ])
    func `calendar parts are added on the wall`(duration: String, from: String, zone: String, to: String) throws {
        let start = try #require(Timestamp(from))
        #expect(try #require(Zone(zone)).adding(try ISODuration(duration), to: start).description == to)
    }

    @Test(arguments: ["Mars/Olympus", "", "+8", "+25:00", "8:00", "Asia/Shang hai", "../etc/passwd"])
    func `an unknown zone is refused`(identifier: String) {
        #expect(Zone(identifier) == nil)
    }
}
