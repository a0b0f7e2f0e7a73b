import CEL
import Values

extension Compiler {
    /// A delay (`P6M + 10 workdays`, a name, `{at: …}`).
    ///
    /// `moves`: the timer would have to follow an `{at:}` while its visit lasts.
    mutating func delay(_ syntax: Syntax?, _ scope: Scope, moves: Bool) -> Delay? {
        guard let syntax else { return nil }
        if syntax.entries != nil {
            let fields = self.fields(of: syntax, ["at"], "a delay")
            guard let at = fields["at"] else {
                if fields.written("at") == nil { self.error("missing-key", "this delay has no 'at'", at: syntax) }
                return nil
            }
            return self.expression(at, scope).map { .at($0) }
        }
        switch syntax.content {
        case .int, .double:
            self.refuseNumber(syntax)
            return nil
        case .string: break
        default:
            self.error("bad-delay", "a delay is a string or {at: …}, not \(syntax.kind)", at: syntax)
            return nil
        }
        // Keys are strings even when they look like numbers.
        if !syntax.text.isEmpty, syntax.text.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }) {
            self.refuseNumber(syntax)
            return nil
        }
        let terms = syntax.text.split(separator: "+", omittingEmptySubsequences: false).map { Self.trimmed($0) }
        if terms.count == 1, Self.looksLikeName(terms[0]) { return self.namedDelay(terms[0], syntax, scope, moves) }
        var sum: [Delay.Term] = []
        for term in terms {
            guard let found = self.terms(of: term, in: syntax, scope) else { return nil }
            sum += found
            guard sum.count <= DefinitionLimits.delayTerms else {
                let message: Message =
                    "a delay has more than \(DefinitionLimits.delayTerms) terms, those of its names included"
                self.exceed("delay-terms", message, at: syntax)
                return nil
            }
        }
        return .sum(sum)
    }

    private mutating func refuseNumber(_ syntax: Syntax) {
        var hint: Message = "write a duration, such as PT15M or 3 workdays"
        if let milliseconds = Int64(syntax.text), milliseconds > 0 {
            hint = "milliseconds? write \(DelayText.iso(milliseconds: milliseconds))"
        }
        self.error("bare-number-delay", "'\(syntax.text)' has no unit", at: syntax, hint: hint)
    }

    private static func trimmed(_ text: Substring) -> String {
        var rest = text
        while rest.first == " " { rest.removeFirst() }
        while rest.last == " " { rest.removeLast() }
        return String(rest)
    }

    private static func looksLikeName(_ text: String) -> Bool {
        guard let first = text.first, !first.isNumber else { return false }
        return ISODuration(delay: text) == nil
    }

    private mutating func terms(of text: String, in syntax: Syntax, _ scope: Scope) -> [Delay.Term]? {
        if let duration = ISODuration(delay: text) { return [.iso(duration)] }
        if let count = Delay.Term.workdays(in: text) {
            guard (1...10_000).contains(count) else {
                self.error("bad-delay", "working days are counted from 1 to 10000", at: syntax)
                return nil
            }
            return [.workdays(count)]
        }
        if Self.looksLikeName(text) {
            switch self.namedDelay(text, syntax, scope, false) {
            case .sum(let terms): return terms
            case .at:
                self.error("bad-delay", "'\(text)' is a point in time, which cannot be part of a sum", at: syntax)
            case nil: break
            }
            return nil
        }
        let hint: Message = "ISO 8601 (PT15M, P6M), '5 workdays', a name in 'delays', or a sum of them"
        self.error("bad-delay", "'\(text)' is not a delay", at: syntax, hint: hint)
        return nil
    }

    private mutating func namedDelay(_ name: String, _ syntax: Syntax, _ scope: Scope, _ moves: Bool) -> Delay? {
        guard let entry = self.named.delays.first(where: { $0.key == name }) else {
            let known = self.named.delays.map(\.key)
            let isDuration = name.uppercased().hasPrefix("P") && name.contains { $0.isNumber }
            let code = isDuration ? "bad-delay" : "unknown-delay"
            let message: Message =
                isDuration ? "'\(name)' is not an ISO 8601 duration" : "there is no delay '\(name)' in 'delays'"
            let hint: Message = "ISO 8601 (PT15M, P6M), '5 workdays', a name in 'delays', or a sum of them"
            self.error(code, message, at: syntax, hint: self.near(name, among: known) ?? hint)
            return nil
        }
        self.named.used.insert("delays.\(name)")
        if let compiled = self.named.compiledDelays[name] { return compiled }
        guard !self.named.open.contains("delays.\(name)") else {
            self.error("delay-cycle", "the delay '\(name)' is defined by itself", at: entry.value)
            return nil
        }
        self.named.open.append("delays.\(name)")
        let delay = self.delay(entry.value, Scope(names: self.letNames, roots: Scope.timeless), moves: moves)
        self.named.open.removeLast()
        self.named.compiledDelays[name] = .some(delay)
        return delay
    }

    /// A duration of physical time, without calendar parts: `PT5S`.
    mutating func physicalDuration(_ syntax: Syntax?, _ what: Message) -> ISODuration? {
        guard let syntax, let text = self.literal(syntax, what) else { return nil }
        guard let duration = ISODuration(delay: text) else {
            self.error("bad-delay", "\(what) is an ISO 8601 duration such as PT5S, not '\(text)'", at: syntax)
            return nil
        }
        guard duration.years == 0, duration.months == 0 else {
            self.error("bad-delay", "\(what) has no fixed length with years or months in it", at: syntax)
            return nil
        }
        return duration
    }
}

extension ISODuration {
    /// Without a sign, and with parts that calendars can still add.
    init?(delay text: String) {
        guard text.hasPrefix("P"), let duration = try? ISODuration(text) else { return nil }
        let parts = [
            duration.years, duration.months, duration.days, duration.hours, duration.minutes, duration.seconds,
        ]
        guard parts.allSatisfy({ $0 <= 10_000_000_000 }) else { return nil }
        self = duration
    }
}
