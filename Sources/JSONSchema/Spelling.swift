import Values

/// Guesses what a mistyped name was meant to be.
enum Spelling {
    /// ` (did you mean 'maximum'?)`, or nothing.
    static func hint(_ name: String, among known: some Sequence<String>) -> String {
        self.nearest(name, among: known).map { "; did you mean '\($0)'?" } ?? ""
    }

    /// The known name at the smallest edit distance, if that is at most a third of the name.
    static func nearest(_ name: String, among known: some Sequence<String>) -> String? {
        let limit = max(1, name.unicodeScalars.count / 3)
        guard name.unicodeScalars.count <= 64 else { return nil }
        let wanted = Array(name.lowercased().unicodeScalars)
        var best: (name: String, distance: Int)?
        for candidate in known where abs(candidate.utf8.count - name.utf8.count) <= limit * 4 {
            let scalars = Array(candidate.lowercased().unicodeScalars)
            guard abs(scalars.count - wanted.count) <= limit else { continue }
            let distance = EditDistance.between(wanted, scalars)
            if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.name
    }
}
