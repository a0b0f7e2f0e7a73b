/// The values of `format` that are checked.
enum Format: String, CaseIterable, Sendable {
    case date
    case dateTime = "date-time"
    case time
    case duration
    case email
    case uri
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
        case .email: return Self.isEmail(text)
        case .uri: return scanner.uri()
        case .uuid, .instance:
            for (index, length) in [8, 4, 4, 4, 12].enumerated() {
                if index > 0, !scanner.take("-") { return false }
                guard scanner.hexDigits(length) else { return false }
            }
            return scanner.isAtEnd
        case .document: return scanner.hexDigits(64) && scanner.isAtEnd
        }
    }

    /// RFC 5321's mailbox without quoted local parts and address literals.
    private static func isEmail(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2, (1...64).contains(parts[0].count), (1...253).contains(parts[1].count) else {
            return false
        }
        let marks = Set("!#$%&'*+-/=?^_`{|}~".utf8)
        let atoms = parts[0].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let labels = parts[1].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return atoms.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0.isLetterOrDigit || marks.contains($0) } }
            && labels.allSatisfy { label in
                (1...63).contains(label.count) && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
                    && label.allSatisfy { $0.isLetterOrDigit || $0 == UInt8(ascii: "-") }
            }
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    fileprivate var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }
    fileprivate var isLetterOrDigit: Bool { self.isDigit || self.isLetter }
    fileprivate var isHexDigit: Bool { self.isDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self | 0x20) }
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

    /// RFC 3986, with a scheme.
    mutating func uri() -> Bool {
        guard self.rest.first?.isLetter == true, let colon = self.rest.firstIndex(of: UInt8(ascii: ":")) else {
            return false
        }
        let schemeMarks = Set("+-.".utf8)
        guard self.rest[..<colon].allSatisfy({ $0.isLetterOrDigit || schemeMarks.contains($0) }) else { return false }
        var afterScheme = self.rest[self.rest.index(after: colon)...]
        let parts = afterScheme.split(separator: UInt8(ascii: "#"), omittingEmptySubsequences: false)
        guard parts.count <= 2, !afterScheme.isEmpty else { return false }

        if afterScheme.starts(with: "//".utf8) {
            let ends = Set("/?#".utf8)
            let authority = afterScheme.dropFirst(2).prefix { !ends.contains($0) }
            guard Self.isAuthority(authority) else { return false }
            afterScheme = afterScheme[authority.endIndex...]
        }
        return Self.isEscaped(afterScheme, marks: Set("-._~!$&'()*+,;=:@/?#".utf8))
    }

    private static func isAuthority(_ text: Substring.UTF8View) -> Bool {
        let marks = Set("-._~!$&'()*+,;=".utf8)
        var host = text
        if let at = text.lastIndex(of: UInt8(ascii: "@")) {
            guard Self.isEscaped(text[..<at], marks: marks.union(":".utf8)) else { return false }
            host = text[text.index(after: at)...]
        }
        if host.first == UInt8(ascii: "[") {
            guard let close = host.firstIndex(of: UInt8(ascii: "]")) else { return false }
            let address = host[host.index(after: host.startIndex)..<close]
            let addressMarks = Set(":.".utf8)
            guard !address.isEmpty, address.allSatisfy({ $0.isHexDigit || addressMarks.contains($0) }) else {
                return false
            }
            host = host[host.index(after: close)...]
        } else {
            let name = host.prefix { $0 != UInt8(ascii: ":") }
            guard Self.isEscaped(name, marks: marks) else { return false }
            host = host[name.endIndex...]
        }
        return host.isEmpty || host.first == UInt8(ascii: ":") && host.dropFirst().allSatisfy(\.isDigit)
    }

    private static func isEscaped(_ text: Substring.UTF8View, marks: Set<UInt8>) -> Bool {
        var rest = text
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%") {
                guard rest.popFirst()?.isHexDigit == true, rest.popFirst()?.isHexDigit == true else { return false }
            } else if !byte.isLetterOrDigit, !marks.contains(byte) {
                return false
            }
        }
        return true
    }
}
