/// Names that are given once each.
struct UniqueNames {
    private var taken: Set<String>
    /// What the next of a base gets behind it: many of one base take one try each.
    private var next: [String: Int] = [:]

    init(taken: some Sequence<String> = []) { self.taken = Set(taken) }

    /// The name itself, or with the first number that makes it another: `name_2`.
    mutating func unique(_ base: String) -> String {
        if self.taken.insert(base).inserted { return base }
        var number = self.next[base] ?? 2
        while !self.taken.insert("\(base)_\(number)").inserted { number += 1 }
        self.next[base] = number + 1
        return "\(base)_\(number)"
    }
}
