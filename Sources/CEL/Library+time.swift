import Values

extension Library {
    @Sendable static func timestamp(_ run: inout Run, _ arguments: Arguments) throws(EvaluationError) -> Value? {
        switch arguments[0] {
        case .timestamp: return arguments[0]
        case .int(let seconds): return .timestamp(try inRange(Timestamp(exactlySeconds: seconds)))
        case .string(let text):
            guard let timestamp = Timestamp(text) else {
                throw EvaluationError(
                    .invalidArgument, "\(arguments[0].shown) is no RFC 3339 time such as \"2026-02-13T08:00:00Z\"")
            }
            return .timestamp(timestamp)
        default: return nil
        }
    }

    @Sendable static func duration(_ run: inout Run, _ arguments: Arguments) throws(EvaluationError) -> Value? {
        switch arguments[0] {
        case .duration: return arguments[0]
        case .int(let seconds): return .duration(try inRange(.seconds(seconds)))
        case .string(let text):
            guard let duration = Duration(celText: text) else {
                throw EvaluationError(
                    .invalidArgument, "\(arguments[0].shown) is no duration such as \"1h30m\" or \"2.5s\"")
            }
            return .duration(try inRange(duration))
        default: return nil
        }
    }

    /// `t.getHours()`, `t.getHours("Asia/Shanghai")`, and of some parts `d.getHours()`.
    static func accessor(
        _ part: @escaping @Sendable (CivilTime) -> Int, ofDuration: (@Sendable (Duration) -> Int64)? = nil
    ) -> Body {
        { (run: inout Run, arguments: Arguments) throws(EvaluationError) -> Value? in
            switch arguments[0] {
            case .timestamp(let timestamp):
                // Looking up a place and its offset is slow beside everything else.
                if arguments.count == 2 { try run.charge(10) }
                let zone = arguments.count == 2 ? try self.zone(arguments[1]) : .utc
                return zone.map { .int(Int64(part($0.civilTime(at: timestamp)))) }
            case .duration(let duration):
                guard let ofDuration, arguments.count == 1 else { return nil }
                return .int(ofDuration(duration))
            default: return nil
            }
        }
    }

    private static func zone(_ value: Value) throws(EvaluationError) -> Zone? {
        guard case .string(let name) = value else { return nil }
        guard let zone = Zone(name) else {
            throw EvaluationError(.invalidArgument, "there is no time zone \(value.shown)")
        }
        return zone
    }
}

extension Duration {
    /// Numbers with units, as `1h30m`, `-1.5h`, `250ms`; `0` needs none.
    init?(celText text: String) {
        var rest = Array(text.utf8)[...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
        guard !rest.isEmpty else { return nil }
        var total: Int128 = 0
        if rest.elementsEqual("0".utf8) { rest = [] }
        while !rest.isEmpty {
            guard let part = Self.part(&rest) else { return nil }
            total += part
            // Far outside of any range, and far inside of the type.
            guard total < 1 << 100 else { return nil }
        }
        let nanoseconds = isNegative ? -total : total
        let (seconds, remainder) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        guard let seconds = Int64(exactly: seconds) else { return nil }
        self = .seconds(seconds) + .nanoseconds(Int64(remainder))
    }

    /// A number and its unit, in nanoseconds.
    private static func part(_ rest: inout ArraySlice<UInt8>) -> Int128? {
        var number: Int128 = 0
        var scale: Int128 = 1
        var digits = 0
        var isFraction = false
        while let byte = rest.first, byte == UInt8(ascii: ".") && !isFraction || (0x30...0x39).contains(byte) {
            rest.removeFirst()
            guard byte != UInt8(ascii: ".") else {
                isFraction = true
                continue
            }
            digits += 1
            // Digits of a fraction past a thousandth of a nanosecond count no more.
            if isFraction, scale >= 1_000_000_000_000_000 { continue }
            guard digits <= 18 || isFraction else { return nil }
            number = number * 10 + Int128(byte - 0x30)
            if isFraction { scale *= 10 }
        }
        guard digits > 0 else { return nil }
        for (unit, nanoseconds) in Self.units where rest.starts(with: unit.utf8) {
            rest.removeFirst(unit.utf8.count)
            return number * nanoseconds / scale
        }
        return nil
    }

    /// Longer names first, as `m` begins `ms`.
    private static let units: [(String, Int128)] = [
        ("ns", 1), ("us", 1_000), ("\u{B5}s", 1_000), ("\u{3BC}s", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000),
        ("m", 60_000_000_000), ("h", 3_600_000_000_000),
    ]
}
