/// A set of state ids that iterates in document order. The first 64 states need no allocation.
struct StateSet: Sendable, Hashable {
    private var low: UInt64 = 0
    /// Without trailing zeros, so that equal sets are equal values.
    private var high: [UInt64] = []

    init() {}

    init(_ states: [Chart.State], where fits: (Chart.State) -> Bool) {
        for state in states where fits(state) { self.insert(state.id) }
    }

    static func == (left: StateSet, right: StateSet) -> Bool { left.low == right.low && left.high == right.high }

    /// Most have only the first 64.
    func hash(into hasher: inout Hasher) {
        hasher.combine(self.low)
        if !self.high.isEmpty { hasher.combine(self.high) }
    }

    var isEmpty: Bool { self.low == 0 && self.high.isEmpty }

    func contains(_ id: Int) -> Bool {
        if id < 64 { return self.low & (1 << UInt64(id)) != 0 }
        let word = id / 64 - 1
        return word < self.high.count && self.high[word] & (1 << UInt64(id % 64)) != 0
    }

    mutating func insert(_ id: Int) {
        if id < 64 {
            self.low |= 1 << UInt64(id)
            return
        }
        let word = id / 64 - 1
        while self.high.count <= word { self.high.append(0) }
        self.high[word] |= 1 << UInt64(id % 64)
    }

    mutating func remove(_ id: Int) {
        if id < 64 {
            self.low &= ~(1 << UInt64(id))
            return
        }
        let word = id / 64 - 1
        guard word < self.high.count else { return }
        self.high[word] &= ~(1 << UInt64(id % 64))
        while self.high.last == 0 { self.high.removeLast() }
    }

    mutating func formUnion(_ other: StateSet) {
        self.low |= other.low
        for (word, bits) in other.high.enumerated() {
            if word < self.high.count { self.high[word] |= bits } else { self.high.append(bits) }
        }
    }

    func union(_ other: StateSet) -> StateSet {
        var result = self
        result.formUnion(other)
        return result
    }

    func subtracting(_ other: StateSet) -> StateSet {
        var result = self
        result.low &= ~other.low
        for word in result.high.indices where word < other.high.count { result.high[word] &= ~other.high[word] }
        while result.high.last == 0 { result.high.removeLast() }
        return result
    }

    func intersection(_ other: StateSet) -> StateSet {
        var result = self
        result.low &= other.low
        for word in result.high.indices { result.high[word] &= word < other.high.count ? other.high[word] : 0 }
        while result.high.last == 0 { result.high.removeLast() }
        return result
    }

    func isDisjoint(with other: StateSet) -> Bool {
        guard self.low & other.low == 0 else { return false }
        for (left, right) in zip(self.high, other.high) where left & right != 0 { return false }
        return true
    }

    /// The members in the closed range of ids.
    func members(from first: Int, through last: Int) -> StateSet {
        var result = StateSet()
        guard first <= last else { return result }
        result.low = self.low & Self.mask(0, first, last)
        guard last >= 64, !self.high.isEmpty else { return result }
        result.high = Array(self.high.prefix(last / 64))
        for word in result.high.indices { result.high[word] &= Self.mask(word + 1, first, last) }
        while result.high.last == 0 { result.high.removeLast() }
        return result
    }

    /// Whether no member is in the closed range of ids.
    func isEmpty(from first: Int, through last: Int) -> Bool {
        guard first <= last else { return true }
        if self.low & Self.mask(0, first, last) != 0 { return false }
        let begin = Swift.max(first / 64, 1)
        let end = Swift.min(last / 64, self.high.count)
        return begin > end || (begin...end).allSatisfy { self.high[$0 - 1] & Self.mask($0, first, last) == 0 }
    }

    /// The bits of a word that stand for ids in the closed range.
    private static func mask(_ word: Int, _ first: Int, _ last: Int) -> UInt64 {
        let low = Swift.max(first - word * 64, 0)
        let high = Swift.min(last - word * 64, 63)
        guard low <= high else { return 0 }
        return (UInt64.max << UInt64(low)) & (UInt64.max >> UInt64(63 - high))
    }
}

extension StateSet: Sequence {
    struct Iterator: IteratorProtocol {
        fileprivate var bits: UInt64
        fileprivate var word = -1
        fileprivate let high: [UInt64]

        mutating func next() -> Int? {
            while self.bits == 0 {
                self.word += 1
                guard self.word < self.high.count else { return nil }
                self.bits = self.high[self.word]
            }
            let bit = self.bits.trailingZeroBitCount
            self.bits &= self.bits - 1
            return (self.word + 1) * 64 + bit
        }
    }

    func makeIterator() -> Iterator { Iterator(bits: self.low, high: self.high) }
}

extension StateSet {
    /// The members, the last in document order first.
    var descending: [Int] {
        var members: [Int] = []
        members.reserveCapacity(self.low.nonzeroBitCount)
        for word in self.high.indices.reversed() {
            Self.append(self.high[word], from: (word + 1) * 64, to: &members)
        }
        Self.append(self.low, from: 0, to: &members)
        return members
    }

    private static func append(_ bits: UInt64, from first: Int, to members: inout [Int]) {
        var bits = bits
        while bits != 0 {
            let bit = 63 - bits.leadingZeroBitCount
            members.append(first + bit)
            bits &= ~(1 << UInt64(bit))
        }
    }
}
