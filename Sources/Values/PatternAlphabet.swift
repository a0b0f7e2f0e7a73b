/// The scalars of a pattern, grouped into classes: two scalars of one class are in the same sets of the pattern.
struct PatternAlphabet: Sendable {
    /// What an assertion wants to know of a neighbour.
    enum Kind: UInt8, Sendable {
        /// The text begins or ends here.
        case edge
        case newline
        case word
        case other
    }

    let count: Int
    /// By class; all `.other` for a pattern without assertions.
    let kinds: [Kind]
    private let ascii: [UInt16]
    /// The first scalar of each run of one class, ascending; the runs cover everything.
    private let starts: [UInt32]
    private let classes: [UInt16]
    /// By set, a bit for each class.
    private let members: [UInt64]
    private let words: Int

    init(_ sets: [PatternSet], distinguishesKinds: Bool) {
        let all = distinguishesKinds ? sets + [.newline, .word] : sets
        var changes: [(at: UInt32, set: Int)] = []
        for (index, set) in all.enumerated() {
            for range in set.ranges {
                changes.append((range.lowerBound, index))
                if range.upperBound < PatternSet.last { changes.append((range.upperBound + 1, index)) }
            }
        }
        changes.sort { $0.at < $1.at }

        // A bit for each set that holds the position.
        var active = [UInt64](repeating: 0, count: (all.count + 63) / 64)
        var known: [[UInt64]: UInt16] = [:]
        var starts: [UInt32] = []
        var classes: [UInt16] = []
        var position: UInt32 = 0
        func close() {
            let number = known[active] ?? UInt16(known.count)
            known[active] = number
            if classes.last != number {
                starts.append(position)
                classes.append(number)
            }
        }
        for change in changes {
            if change.at > position { close() }
            position = change.at
            active[change.set / 64] ^= 1 << UInt64(change.set % 64)
        }
        close()

        self.count = known.count
        self.words = (known.count + 63) / 64
        self.starts = starts
        self.classes = classes
        var kinds = [Kind](repeating: .other, count: known.count)
        var members = [UInt64](repeating: 0, count: sets.count * self.words)
        for (owners, number) in known {
            for set in all.indices where owners[set / 64] >> UInt64(set % 64) & 1 == 1 {
                if set < sets.count {
                    members[set * self.words + Int(number) / 64] |= 1 << (number % 64)
                } else {
                    kinds[Int(number)] = set == sets.count ? .newline : .word
                }
            }
        }
        self.kinds = kinds
        self.members = members
        self.ascii = (0..<128).map { Self.find($0, in: starts, classes) }
    }

    @inline(__always)
    func number(of scalar: Unicode.Scalar) -> Int {
        let value = scalar.value
        return value < 128 ? Int(self.ascii[Int(value)]) : Int(Self.find(value, in: self.starts, self.classes))
    }

    @inline(__always)
    func contains(set: Int32, class number: Int) -> Bool {
        self.members[Int(set) * self.words + number / 64] >> UInt64(number % 64) & 1 == 1
    }

    private static func find(_ scalar: UInt32, in starts: [UInt32], _ classes: [UInt16]) -> UInt16 {
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= scalar { low = middle } else { high = middle }
        }
        return classes[low]
    }
}
