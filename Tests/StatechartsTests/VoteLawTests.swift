import Statecharts
import Testing
import Values

/// What holds of a vote whatever people do.
@Suite struct VoteLawTests {
    static let users = ["a", "b", "c", "d", "e"]
    static let verbs = [
        "claim", "release", "assign", "delegate", "resolve", "add", "remove", "recuse", "abstain", "submit", "withdraw",
        "nudge",
    ]
    static let votes = [
        "{of: 3, need: 2}", "{of: 4, need: 'cast / 2 + 1', quorum: 2, close: all}",
        "{of: 3, need: n / 2 + 1, order: sequential}",
        "{of: 5, need: 3, veto: {by: {users: '[\"a\"]'}, outcome: back}}",
    ]

    /// A small generator: equal seeds give equal courses.
    struct Dice {
        var state: UInt64
        mutating func roll(_ sides: Int) -> Int {
            self.state = self.state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((self.state >> 33) % UInt64(sides))
        }
    }

    @Test(arguments: votes, ["{roles: [expert]}", "{users: '[\"a\", \"b\", \"c\"]'}"])
    func `whatever people do a vote keeps its shape and ends once`(votes: String, candidates: String) throws {
        var endings = 0
        for seed in 0..<40 {
            var dice = Dice(state: UInt64(seed) &* 7919 &+ UInt64(votes.utf8.count))
            var item = try VoteTests.specimen(votes, candidates: candidates)
            for _ in 0..<60 where item.active == ["review"] {
                let event = Self.event(&dice)
                let before = item.snapshot
                guard let id = item.snapshot.invocations.first?.id else { break }
                let outcome = item.process(
                    Event(event.verb, data: event.data, origin: .task, by: event.by, reference: id))
                #expect(outcome == .taken || item.snapshot == before, "\(event) gave \(outcome)")
                if case .failed(let fault) = outcome { Issue.record("\(event) failed: \(fault)") }
                #expect(try Snapshot(json: item.snapshot.json) == item.snapshot)
                Self.checkShape(item)
            }
            if item.active == ["decided"] {
                endings += 1
                try Self.checkResult(item)
            }
        }
        #expect(endings > 5)
    }

    private static func event(_ dice: inout Dice) -> (verb: String, data: Value, by: Actor) {
        let user = Self.users[dice.roll(Self.users.count)]
        let verb = Self.verbs[dice.roll(Self.verbs.count)]
        let other = Self.users[dice.roll(Self.users.count)]
        let by = dice.roll(6) == 0 ? VoteTests.admin : VoteTests.expert(user)
        guard verb == "submit" else {
            return ("task.\(verb)", dice.roll(8) == 0 ? .null : ["user": .string(other), "voter": .string(user)], by)
        }
        let outcome = ["pass", "back", "maybe"][dice.roll(3)]
        return ("task.submit", ["outcome": .string(outcome), "score": 1], by)
    }

    private static func checkShape(_ item: Specimen) {
        guard let task = item.task("panel"), let ballot = task.ballot else { return }
        let people = ballot.members.flatMap { [$0.user, $0.owner].compactMap(\.self) }
        #expect(Set(people).count == people.count, "two seats: \(ballot)")
        #expect(ballot.members.count <= ballot.seats)
        #expect(ballot.recused.allSatisfy { !people.contains($0) })
        #expect(ballot.members.allSatisfy { $0.cast == nil || $0.owner == nil })
        #expect(!task.inboxUsers.isEmpty || !task.inboxRoles.isEmpty)
        if task.isSequential {
            let waiting = ballot.members.firstIndex { $0.cast == nil } ?? ballot.members.count
            #expect(ballot.members[waiting...].allSatisfy { $0.cast == nil })
        }
    }

    private static func checkResult(_ item: Specimen) throws {
        let result = try #require(item.context["result"])
        let submissions = result["submissions"]?.list ?? []
        #expect(result["cast"]?.int == Int64(submissions.count))
        #expect((result["n"]?.int ?? 0) >= Int64(submissions.count))
        for outcome in ["pass", "back"] {
            let count = submissions.count { $0["outcome"]?.string == outcome }
            #expect(result["counts"]?[outcome]?.int == Int64(count))
        }
        #expect(item.snapshot.invocations.isEmpty)
        #expect(item.last.effects.map(\.kind) == ["closeTask"])
    }
}
