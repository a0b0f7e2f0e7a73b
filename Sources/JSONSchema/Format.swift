/// The values of `format` that are checked.
enum Format: String, CaseIterable, Sendable {
    /// RFC 3339 full-date.
    case date
    /// RFC 3339. A leap second is one only at 23:59:60 UTC; on which days there was one is not known here.
    case dateTime = "date-time"
    case time
    case duration
    /// RFC 5321, Mailbox; of address literals IPv4 and IPv6.
    case email
    /// RFC 3986 URI: with a scheme.
    case uri
    /// RFC 9562, in its text form, of any version.
    case uuid
    /// The id of an instance: a UUID.
    case instance
    /// The id of a stored document: 64 hexadecimal digits, its SHA-256.
    case document

    func admits(_ text: String) -> Bool {
        var scanner = FormatScanner(text)
        switch self {
        case .date: return scanner.date() && scanner.isAtEnd
        case .time: return scanner.time() && scanner.isAtEnd
        case .dateTime:
            return scanner.date() && (scanner.take("T") || scanner.take("t")) && scanner.time() && scanner.isAtEnd
        case .duration: return scanner.duration() && scanner.isAtEnd
        case .email: return Address.isMailbox(text)
        case .uri: return Address.isURI(text)
        case .uuid, .instance:
            for (index, length) in [8, 4, 4, 4, 12].enumerated() {
                if index > 0, !scanner.take("-") { return false }
                guard scanner.hexDigits(length) else { return false }
            }
            return scanner.isAtEnd
        case .document: return scanner.hexDigits(64) && scanner.isAtEnd
        }
    }
}

extension UInt8 {
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }
    var isLetterOrDigit: Bool { self.isDigit || self.isLetter }
    var isHexDigit: Bool { self.isDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self | 0x20) }
}

private struct FormatScanner {
    private var rest: Substring.UTF8View

    init(_ text: String) { self.rest = text[...].utf8 }

    var isAtEnd: Bool { self.rest.isEmpty }

    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard let first = self.rest.first, UInt32(first) == scalar.value else { return false }
        self.rest.removeFirst()
        return true
    }

    mutating func hexDigits(_ count: Int) -> Bool {
        for _ in 0..<count {
            guard self.rest.popFirst()?.isHexDigit == true else { return false }
        }
        return true
    }

    /// Exactly so many decimal digits.
    private mutating func number(_ count: Int) -> Int? {
        var value = 0
        for _ in 0..<count {
            guard let digit = self.rest.popFirst(), digit.isDigit else { return nil }
            value = value * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return value
    }

    /// How many decimal digits come next; takes them.
    private mutating func digits() -> Int {
        let run = self.rest.prefix { $0.isDigit }
        self.rest = self.rest[run.endIndex...]
        return run.count
    }

    /// RFC 3339 full-date.
    mutating func date() -> Bool {
        guard let year = self.number(4), self.take("-"), let month = self.number(2), self.take("-"),
            let day = self.number(2), (1...12).contains(month)
        else { return false }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...days[month - 1]).contains(day)
    }

    /// RFC 3339 full-time; a leap second is one only at 23:59:60 UTC.
    mutating func time() -> Bool {
        guard let hour = self.number(2), self.take(":"), let minute = self.number(2), self.take(":"),
            let second = self.number(2), hour < 24, minute < 60, second <= 60
        else { return false }
        if self.take("."), self.digits() == 0 { return false }
        var offset = 0
        if !self.take("Z"), !self.take("z") {
            let sign = self.take("+") ? 1 : self.take("-") ? -1 : 0
            guard sign != 0, let hours = self.number(2), self.take(":"), let minutes = self.number(2), hours < 24,
                minutes < 60
            else { return false }
            offset = sign * (hours * 60 + minutes)
        }
        return second < 60 || (hour * 60 + minute - offset + 1440) % 1440 == 1439
    }

    /// ISO 8601, as the definition language writes them: `P1Y2M3W4DT5H6M7.5S`, with an optional sign.
    mutating func duration() -> Bool {
        if !self.take("-") { _ = self.take("+") }
        guard self.take("P") else { return false }
        let hasDate = self.components(["Y", "M", "W", "D"])
        guard self.take("T") else { return hasDate == true }
        return hasDate != nil && self.components(["H", "M", "S"]) == true
    }

    /// Numbers with these units in order; whether there was one, nil when malformed.
    private mutating func components(_ units: [Unicode.Scalar]) -> Bool? {
        var units = units[...]
        var isFilled = false
        while self.rest.first?.isDigit == true {
            _ = self.digits()
            let hasFraction = self.take(".")
            if hasFraction, self.digits() == 0 { return nil }
            var isTaken = false
            while !isTaken, let unit = units.popFirst() { isTaken = self.take(unit) && (!hasFraction || unit == "S") }
            guard isTaken else { return nil }
            isFilled = true
        }
        return isFilled
    }
}
