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
        var best: (name: String, distance: Int)?
        for candidate in known where abs(candidate.utf8.count - name.utf8.count) <= limit * 4 {
            let distance = self.distance(name.lowercased(), candidate.lowercased())
            if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.name
    }

    /// Insertions, deletions, substitutions and swaps of neighbours.
    private static func distance(_ left: String, _ right: String) -> Int {
        let a = Array(left.unicodeScalars)
        let b = Array(right.unicodeScalars)
        var before: [Int] = []
        var last = Array(0...b.count)
        for i in 0..<a.count {
            var row = [i + 1]
            for j in 0..<b.count {
                var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, before[j - 1] + 1) }
                row.append(cost)
            }
            (before, last) = (last, row)
        }
        return last[b.count]
    }
}
