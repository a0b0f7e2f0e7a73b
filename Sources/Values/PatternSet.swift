/// A set of Unicode scalars: sorted ranges that neither overlap nor touch.
struct PatternSet: Sendable, Hashable {
    private(set) var ranges: [ClosedRange<UInt32>]

    static let last: UInt32 = 0x10FFFF
    static let all = PatternSet([0...Self.last])
    static let newline = PatternSet([0x0A...0x0A])
    static let digit = PatternSet([0x30...0x39])
    static let word = PatternSet([0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])

    /// `\s`: RE2's knows ASCII, without vertical tab; ECMA-262's are its white space and line ends.
    static func space(_ dialect: Pattern.Dialect) -> PatternSet {
        switch dialect {
        case .re2: PatternSet([0x09...0x0A, 0x0C...0x0D, 0x20...0x20])
        case .ecmaScript:
            PatternSet([
                0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029,
                0x202F...0x202F, 0x205F...0x205F, 0x3000...0x3000, 0xFEFF...0xFEFF,
            ])
        }
    }

    /// `.`
    static func noLineEnds(_ dialect: Pattern.Dialect) -> PatternSet {
        switch dialect {
        case .re2: self.newline.inverted
        case .ecmaScript: PatternSet([0x0A...0x0A, 0x0D...0x0D, 0x2028...0x2029]).inverted
        }
    }

    /// Of ranges in any order.
    init(_ ranges: [ClosedRange<UInt32>]) {
        self.ranges = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let before = self.ranges.last, range.lowerBound <= before.upperBound + 1 {
                self.ranges[self.ranges.count - 1] = before.lowerBound...max(before.upperBound, range.upperBound)
            } else {
                self.ranges.append(range)
            }
        }
    }

    init(_ scalar: UInt32) { self.ranges = [scalar...scalar] }

    var isASCII: Bool { (self.ranges.last?.upperBound ?? 0) < 0x80 }

    var inverted: PatternSet {
        var gaps: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in self.ranges {
            if next < range.lowerBound { gaps.append(next...(range.lowerBound - 1)) }
            next = range.upperBound + 1
        }
        if next <= Self.last { gaps.append(next...Self.last) }
        return PatternSet(gaps)
    }

    func contains(_ scalar: UInt32) -> Bool {
        var low = 0
        var high = self.ranges.count
        while low < high {
            let middle = (low + high) / 2
            if self.ranges[middle].upperBound < scalar { low = middle + 1 } else { high = middle }
        }
        return low < self.ranges.count && self.ranges[low].lowerBound <= scalar
    }

    /// With every scalar that differs from a member only in case.
    var foldingCase: PatternSet {
        var added: [ClosedRange<UInt32>] = []
        if self.isASCII {
            for scalar in self.ranges.joined() {
                for other in PatternFolding.asciiOthers(of: scalar) { added.append(other...other) }
            }
        } else if self.ranges.reduce(0, { $0 + $1.count }) < PatternFolding.families.count {
            for scalar in self.ranges.joined() {
                for other in PatternFolding.familyOf[scalar] ?? [] { added.append(other...other) }
            }
        } else {
            for family in PatternFolding.families where family.contains(where: self.contains) {
                for scalar in family { added.append(scalar...scalar) }
            }
        }
        return added.isEmpty ? self : PatternSet(self.ranges + added)
    }
}

/// Simple case folding (Unicode, CaseFolding.txt, status C and S), from the case mappings of the standard library.
enum PatternFolding {
    /// The scalars that fold with an ASCII scalar; two of them are not ASCII: U+017F (s) and U+212A (k).
    static func asciiOthers(of scalar: UInt32) -> [UInt32] {
        switch scalar {
        case 0x4B, 0x6B: [scalar ^ 0x20, 0x212A]
        case 0x53, 0x73: [scalar ^ 0x20, 0x17F]
        case 0x41...0x5A, 0x61...0x7A: [scalar ^ 0x20]
        default: []
        }
    }

    /// Groups of two or more scalars that differ only in case.
    static let families: [[UInt32]] = {
        var byFold: [UInt32: [UInt32]] = [:]
        // No cased scalar lies above U+1FFFF. Dotted capital I and dotless i fold only in Turkic languages.
        for value: UInt32 in 0...0x1FFFF where value != 0x130 && value != 0x131 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let fold = lower(upper(scalar))
            if fold != scalar { byFold[fold.value, default: []].append(value) }
        }
        return byFold.map { [$0.key] + $0.value }
    }()

    static let familyOf: [UInt32: [UInt32]] = Dictionary(
        families.flatMap { family in family.map { ($0, family) } }, uniquingKeysWith: { first, _ in first })

    private static func upper(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        only(scalar.properties.uppercaseMapping) ?? scalar
    }

    private static func lower(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        only(scalar.properties.lowercaseMapping) ?? scalar
    }

    private static func only(_ mapping: String) -> Unicode.Scalar? {
        var scalars = mapping.unicodeScalars.makeIterator()
        guard let first = scalars.next(), scalars.next() == nil else { return nil }
        return first
    }
}
