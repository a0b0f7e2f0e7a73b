import Values

extension Diagnostic {
    /// The nearest of the known names, if one is near enough to be what was meant: an edit distance of at most two
    /// (and no more than half of the name), or one a prefix of the other.
    static func suggestion(for name: String, among known: some Sequence<String>) -> String? {
        let wanted = Array(name.lowercased().unicodeScalars)
        guard !wanted.isEmpty, wanted.count <= 128 else { return nil }
        var best: (distance: Int, name: String)?
        for candidate in known where candidate != name {
            let letters = Array(candidate.lowercased().unicodeScalars)
            guard let distance = Self.nearness(wanted, letters) else { continue }
            if let found = best, (found.distance, found.name) <= (distance, candidate) { continue }
            best = (distance, candidate)
        }
        return best?.name
    }

    static func didYouMean(_ name: String, among known: some Sequence<String>) -> Message? {
        self.suggestion(for: name, among: known).map { "did you mean '\($0)'?" }
    }

    private static func nearness(_ wanted: [Unicode.Scalar], _ letters: [Unicode.Scalar]) -> Int? {
        if abs(wanted.count - letters.count) <= 2 {
            let distance = EditDistance.between(wanted, letters)
            if distance <= 2, distance * 2 <= max(wanted.count, letters.count) { return distance }
        }
        let shorter = min(wanted.count, letters.count)
        if shorter >= 3, wanted.prefix(shorter).elementsEqual(letters.prefix(shorter)) { return 3 }
        return nil
    }
}
