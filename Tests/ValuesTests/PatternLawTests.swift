import Testing

@testable import Values

/// Random patterns against a matcher that is too simple to be wrong: sets of positions, straight from the definition.
@Suite struct PatternLawTests {
    struct Random: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            self.state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = self.state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    private func randomPattern(depth: Int, _ random: inout Random) -> String {
        let leaves = ["a", "b", "c", "[ab]", "[^a]", ".", "\\w", "^", "$", "\\b", "\\B", "中", "(?m:^)", "(?m:$)", "-"]
        guard depth > 0 else { return leaves.randomElement(using: &random) ?? "" }
        let inner = self.randomPattern(depth: depth - 1, &random)
        switch Int.random(in: 0..<9, using: &random) {
        case 0, 1, 2: return inner + self.randomPattern(depth: depth - 1, &random)
        case 3: return "(\(inner)|\(self.randomPattern(depth: depth - 1, &random)))"
        case 4: return "(\(inner))*"
        case 5: return "(\(inner))+?"
        case 6: return "(\(inner)){1,3}"
        case 7: return "(\(inner))?"
        default: return inner
        }
    }

    /// Where the node can end when it begins at a position.
    private func ends(
        _ node: PatternNode, _ sets: [PatternSet], _ text: [Unicode.Scalar], from start: Int
    ) -> Set<Int> {
        switch node {
        case .empty: return [start]
        case .scalar(let set):
            return start < text.count && sets[Int(set)].contains(text[start].value) ? [start + 1] : []
        case .assertion(let assertion):
            func kind(_ index: Int) -> PatternAlphabet.Kind {
                guard text.indices.contains(index) else { return .edge }
                if text[index] == "\n" { return .newline }
                return PatternSet.word.contains(text[index].value) ? .word : .other
            }
            return assertion.holds(kind(start - 1), kind(start)) ? [start] : []
        case .sequence(let nodes):
            return nodes.reduce([start]) { starts, node in Set(starts.flatMap { self.ends(node, sets, text, from: $0) })
            }
        case .choice(let nodes):
            return Set(nodes.flatMap { self.ends($0, sets, text, from: start) })
        case .repetition(let node, let least, let most):
            var all: Set<Int> = least == 0 ? [start] : []
            var now: Set<Int> = [start]
            for count in 1...(most.map { max($0, 1) } ?? least + text.count + 1) where most != 0 {
                now = Set(now.flatMap { self.ends(node, sets, text, from: $0) })
                if count >= least { all.formUnion(now) }
            }
            return all
        }
    }

    @Test(arguments: 0..<20)
    func `a search finds what the definition says`(seed: Int) throws {
        var random = Random(state: UInt64(seed))
        for _ in 0..<25 {
            let source = self.randomPattern(depth: 4, &random)
            let pattern = try Pattern(source)
            var syntax = try PatternSyntax(source, .re2)
            let root = try syntax.parse()
            let program = try PatternProgram(root, of: syntax.sets)
            for _ in 0..<6 {
                let letters: [Unicode.Scalar] = ["a", "b", "c", "中", "\n", "-"]
                let text = (0..<Int.random(in: 0...6, using: &random)).compactMap { _ in
                    letters.randomElement(using: &random)
                }
                let string = String(String.UnicodeScalarView(text))
                let expected = (0...text.count).contains { !self.ends(root, syntax.sets, text, from: $0).isEmpty }

                #expect(pattern.found(in: string) == expected, "\(source) in \(string.debugDescription)")
                var steps = PatternLimits.steps
                #expect(
                    program.search(string, &steps) == expected, "\(source) in \(string.debugDescription), simulated")
            }
        }
    }

    @Test(arguments: 0..<20)
    func `any text is a pattern or refused with a place in it`(seed: Int) {
        var random = Random(state: UInt64(seed) &+ 1000)
        let pieces = [
            "a", "中", "(", ")", "[", "]", "^", "$", "\\", "*", "+", "?", "{2}", "{", "}", "|", "-", "(?i)", "(?:",
            "[:alpha:]",
            "\\p{", "\\pL", "\\x{", "41", "\\Q", "\\E", "\\u", "D83D", "\\b", "\\c", ".", ":", ",", "1000", "(?P<n>",
        ]
        for _ in 0..<60 {
            let source = (0..<Int.random(in: 0..<10, using: &random)).compactMap { _ in
                pieces.randomElement(using: &random)
            }.joined()
            do throws(PatternError) {
                let pattern = try Pattern(source)
                #expect(pattern.cost(of: "a中\n-41") < 200_000)
            } catch {
                #expect((0...source.utf8.count).contains(error.offset), "\(source): \(error.message)")
            }
        }
    }

    @Test func `a category holds the scalars that the standard library says`() throws {
        let letters = try #require(PatternCategories.set(named: "L"))
        let unassigned = try #require(PatternCategories.set(named: "Cn"))
        let privateUse = try #require(PatternCategories.set(named: "Co"))
        let mistakes = stride(from: UInt32(0), through: 0x10FFFF, by: 7).filter { value in
            guard let scalar = Unicode.Scalar(value) else { return false }
            let category = scalar.properties.generalCategory
            let isLetter: Bool =
                switch category {
                case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
                default: false
                }
            return letters.contains(value) != isLetter || unassigned.contains(value) != (category == .unassigned)
                || privateUse.contains(value) != (category == .privateUse)
        }
        #expect(mistakes.isEmpty)
    }

    @Test func `inverting a set twice gives the set`() {
        for name: Substring in ["L", "Nd", "Cn", "Zs"] {
            guard let set = PatternCategories.set(named: name) else { continue }
            #expect(set.inverted.inverted == set)
            #expect(PatternSet(set.ranges + set.inverted.ranges) == .all)
        }
        #expect(PatternSet.all.inverted.ranges.isEmpty)
    }

    @Test func `folding case is idempotent`() {
        for set in [PatternSet.word, PatternSet([0x400...0x42F]), PatternSet(0x3C3)] {
            #expect(set.foldingCase.foldingCase == set.foldingCase)
        }
    }
}
