import Values

extension Delay {
    /// `{at: …}`: it follows the context.
    var isMoving: Bool {
        if case .at = self { true } else { false }
    }

    /// Reads a sum of literal terms: `PT15M`, `5 workdays`, `P6M + 10 workdays`. Names in `delays` are not known here.
    public static func terms(_ text: String) -> [Term]? {
        var terms: [Term] = []
        for part in text.split(separator: "+", omittingEmptySubsequences: false) {
            guard let term = Term(part) else { return nil }
            terms.append(term)
        }
        return terms
    }
}

extension Delay.Term {
    /// `P6M`, `5 workdays`, `1 workday`; a negative one begins with `-`.
    public init?(_ text: some StringProtocol) {
        if let count = Self.workdays(in: text) {
            self = .workdays(count)
            return
        }
        let words = text.split(separator: " ")
        guard words.count == 1, let duration = try? ISODuration(words[0]) else { return nil }
        self = .iso(duration)
    }

    /// The n of `n workdays`.
    static func workdays(in text: some StringProtocol) -> Int? {
        let words = text.split(separator: " ")
        return words.count == 2 && (words[1] == "workday" || words[1] == "workdays") ? Int(words[0]) : nil
    }
}
