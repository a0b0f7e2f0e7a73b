import Statecharts
import Testing
import Values

/// The rules of closing, against what every possible course of the vote would give.
@Suite struct BallotTests {
    static let outcomes = ["a", "b", "c"]

    struct Rule: CustomTestStringConvertible, Sendable {
        var name: String
        var bar: @Sendable (Int, Int) -> Ballot.Bar
        var testDescription: String { self.name }

        init(_ name: String, _ bar: @escaping @Sendable (Int, Int) -> Ballot.Bar) {
            self.name = name
            self.bar = bar
        }
    }

    /// Two outcomes can never both have enough.
    static let majorities = [
        Rule("more than half of the seats") { n, _ in .init(need: n / 2 + 1) },
        Rule("more than half of the casts") { _, cast in .init(need: cast / 2 + 1) },
        Rule("two thirds of the casts, two thirds present") { n, cast in
            .init(need: (2 * cast + 2) / 3, quorum: (2 * n + 2) / 3)
        },
        Rule("all") { n, _ in .init(need: n) },
        Rule("all who cast, two at least") { _, cast in .init(need: cast, quorum: 2) },
        Rule("more than anybody can have") { n, _ in .init(need: n + 1) },
        Rule("a quorum that shrinks") { n, cast in .init(need: n / 2 + 1, quorum: n - cast / 2) },
    ]

    static let others = [
        Rule("one is enough") { _, _ in .init(need: 1) },
        Rule("two are enough") { _, _ in .init(need: 2) },
        Rule("a third of the casts") { _, cast in .init(need: (cast + 2) / 3) },
        Rule("nothing is needed") { _, _ in .init(need: 0) },
        Rule("fewer the more there are") { n, cast in .init(need: n + 1 - cast) },
        Rule("only with everybody") { n, _ in .init(need: 1, quorum: n) },
    ]

    /// nil: abstained.
    static func ballot(_ seats: Int, _ casts: [String?]) -> Ballot {
        var ballot = Ballot(seats: seats)
        for (place, outcome) in casts.enumerated() {
            let cast = Ballot.Cast(by: Actor(user: "u\(place)"), at: .epoch, outcome: outcome)
            ballot.members.append(.init(user: "u\(place)", cast: cast))
        }
        return ballot
    }

    /// Every way in which so many can act.
    static func courses(_ count: Int) -> [[String?]] {
        guard count > 0 else { return [[]] }
        return Self.courses(count - 1).flatMap { course in
            (Self.outcomes.map { $0 as String? } + [nil]).map { course + [$0] }
        }
    }

    /// The rule said once more, plainly.
    static func winner(_ n: Int, _ casts: [String?], _ rule: Rule) -> String? {
        let voted = casts.compactMap(\.self)
        let bar = rule.bar(n, voted.count)
        guard voted.count >= bar.quorum else { return nil }
        let counts = Self.outcomes.map { outcome in voted.count { $0 == outcome } }
        guard let most = counts.max(), most > 0, most >= bar.need, counts.count(where: { $0 == most }) == 1 else {
            return nil
        }
        return counts.firstIndex(of: most).map { Self.outcomes[$0] }
    }

    @Test(arguments: majorities, 0...4)
    func `where only one can have enough an early vote closes exactly when every course gives one result`(
        rule: Rule, seats: Int
    ) {
        for acted in 0...seats {
            for casts in Self.courses(acted) {
                let results = Set(Self.courses(seats - acted).map { Self.winner(seats, casts + $0, rule) })
                let expected: Ballot.Verdict =
                    results.count == 1 ? .closed(outcome: results.first ?? nil) : .open

                let verdict = Self.ballot(seats, casts).verdict(of: Self.outcomes, close: .early) { rule.bar($0, $1) }

                #expect(verdict == expected, "\(seats) seats, \(casts)")
            }
        }
    }

    @Test(arguments: others + majorities, 0...4)
    func `an early vote closes when the leader stays above the bar or nobody can win`(rule: Rule, seats: Int) {
        for acted in 0...seats {
            for casts in Self.courses(acted) {
                let left = Self.courses(seats - acted)
                let now = Self.winner(seats, casts, rule)
                let voted = casts.compactMap(\.self).count
                let lead = casts.count { $0 == now }
                let stays = left.map { voted + $0.compactMap(\.self).count }.allSatisfy { later in
                    let bar = rule.bar(seats, later)
                    return lead >= bar.need && later >= bar.quorum
                }
                let isHopeless = left.allSatisfy { Self.winner(seats, casts + $0, rule) == nil }
                let isOver = acted == seats
                let expected: Ballot.Verdict =
                    if isOver || (now != nil && stays) { .closed(outcome: now) } else if isHopeless {
                        .closed(outcome: nil)
                    } else { .open }

                let verdict = Self.ballot(seats, casts).verdict(of: Self.outcomes, close: .early) { rule.bar($0, $1) }

                #expect(verdict == expected, "\(seats) seats, \(casts)")
            }
        }
    }

    @Test(arguments: others + majorities, 1...4)
    func `other votes close when all have acted or at the due date`(rule: Rule, seats: Int) {
        for acted in 0...seats {
            for casts in Self.courses(acted) {
                let ballot = Self.ballot(seats, casts)
                let winner = Ballot.Verdict.closed(outcome: Self.winner(seats, casts, rule))
                func verdict(_ close: Ballot.Close, _ isDue: Bool) -> Ballot.Verdict {
                    ballot.verdict(of: Self.outcomes, close: close, isDue: isDue) { rule.bar($0, $1) }
                }

                #expect(verdict(.all, false) == (acted == seats ? winner : .open))
                #expect(verdict(.due, false) == .open)
                #expect(verdict(.due, true) == winner)
            }
        }
    }

    @Test func `a veto decides against any majority`() {
        var ballot = Self.ballot(5, ["a", "a", "b"])
        ballot.members[2].cast?.isVeto = true
        func verdict(_ close: Ballot.Close) -> Ballot.Verdict {
            ballot.verdict(of: Self.outcomes, close: close) { n, _ in .init(need: n / 2 + 1) }
        }

        #expect(verdict(.early) == .closed(outcome: "b"))
        #expect(verdict(.all) == .open)
        ballot.seats = 3
        #expect(verdict(.all) == .closed(outcome: "b"))
    }

    @Test func `a vote without seats has no winner`() {
        for close in Ballot.Close.allCases {
            let verdict = Ballot(seats: 0).verdict(of: Self.outcomes, close: close) { _, _ in .init(need: 0) }
            #expect(verdict == .closed(outcome: nil))
        }
    }

    @Test func `a rule that cannot be evaluated is an error`() {
        struct Broken: Error {}

        #expect(throws: Broken.self) {
            try Ballot(seats: 1).verdict(of: Self.outcomes, close: .early) { (_, _) throws(Broken) in throw Broken() }
        }
    }
}
