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

    static func didYouMean(_ name: String, among known: some Sequence<String>) -> String? {
        self.suggestion(for: name, among: known).map { "did you mean '\($0)'?" }
    }

    private static func nearness(_ wanted: [Unicode.Scalar], _ letters: [Unicode.Scalar]) -> Int? {
        if abs(wanted.count - letters.count) <= 2 {
            let distance = Self.distance(wanted, letters)
            if distance <= 2, distance * 2 <= max(wanted.count, letters.count) { return distance }
        }
        let shorter = min(wanted.count, letters.count)
        if shorter >= 3, wanted.prefix(shorter).elementsEqual(letters.prefix(shorter)) { return 3 }
        return nil
    }

    /// Optimal string alignment: insertions, deletions, replacements and swaps of neighbours.
    private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var before: [Int] = []
        var above = Array(0...right.count)
        for row in 0..<left.count {
            var current = [row + 1]
            current.reserveCapacity(right.count + 1)
            for column in 0..<right.count {
                let cost = left[row] == right[column] ? 0 : 1
                var value = min(above[column + 1] + 1, current[column] + 1, above[column] + cost)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    value = min(value, before[column - 1] + 1)
                }
                current.append(value)
            }
            before = above
            above = current
        }
        return above[right.count]
    }
}
