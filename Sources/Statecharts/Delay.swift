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
        let words = text.split(separator: " ")
        if words.count == 2, words[1] == "workday" || words[1] == "workdays", let count = Int(words[0]) {
            self = .workdays(count)
        } else if words.count == 1, let duration = try? ISODuration(words[0]) {
            self = .iso(duration)
        } else {
            return nil
        }
    }
}
