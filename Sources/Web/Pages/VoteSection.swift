import Engine
import Statecharts
import Values

/// A vote on its task's page: the seats, who has voted, what is needed, and what the viewer may do.
struct VoteSection: Sendable {
    struct Seat: Sendable {
        var seatUser: String
        /// Whose seat it is, while it is delegated.
        var seatOwner: String?
        var isOwn: Bool
        var seatState: String
        var isCast: Bool
        var seatOutcome: String?
        var seatAt: TimeText?
        var mayRemove: Bool
        /// The user that `remove` names.
        var removeName: String
        /// Each form has an id of its own.
        var seatKey: Int
    }

    struct Fact: Sendable {
        var factName: String
        var factValue: String
        var factHint: String?
    }

    var facts: [Fact]
    var seats: [Seat]
    var hasSeats: Bool
    var mayAdd: Bool
    var mayRemoveFree: Bool

    init(_ vote: VoteView, rights: VoteRights, of task: TaskView, for viewer: Viewer) {
        self.facts = Self.facts(vote, viewer)
        self.seats = vote.members.enumerated().map { place, member in
            Seat(
                seatUser: member.user, seatOwner: member.owner.map { viewer.phrase(.seatOf, ["user": $0]) },
                isOwn: member.user == viewer.actor.user, seatState: Self.state(member, viewer),
                isCast: member.castAt != nil,
                seatOutcome: member.outcome.map { task.shownOutcome($0, in: viewer.language) },
                seatAt: member.castAt.map(viewer.time), mayRemove: rights.mayRemove(member), removeName: member.user,
                seatKey: place)
        }
        self.hasSeats = !self.seats.isEmpty
        self.mayAdd = rights.mayAdd
        self.mayRemoveFree = rights.isAdministrator && vote.free > 0
    }

    private static func state(_ member: VoteView.Member, _ viewer: Viewer) -> String {
        if member.isAbstention { return viewer.phrase(.seatAbstained) }
        if member.castAt != nil { return viewer.phrase(.seatVoted) }
        return viewer.phrase(member.isNext ? .seatWaiting : .seatLater)
    }

    private static func facts(_ vote: VoteView, _ viewer: Viewer) -> [Fact] {
        func fact(_ name: Phrase, _ value: String, hint: Phrase? = nil) -> Fact {
            Fact(factName: viewer.phrase(name), factValue: value, factHint: hint.map(viewer.phrase))
        }
        var facts = [fact(.votesCast, "\(vote.cast) / \(vote.seats)")]
        if vote.abstained > 0 { facts.append(fact(.abstentions, String(vote.abstained))) }
        if vote.free > 0 { facts.append(fact(.seatsFree, String(vote.free))) }
        if let bar = vote.bar {
            facts.append(fact(.votesNeeded, String(max(1, bar.need)), hint: .votesNeededHint))
            if bar.quorum > 0 { facts.append(fact(.quorum, String(bar.quorum))) }
        }
        let end: Phrase =
            switch vote.close {
            case .early: .voteEndsEarly
            case .due: .voteEndsDue
            case .all: .voteEndsAll
            }
        facts.append(fact(.voteEnds, viewer.phrase(end)))
        if vote.isSequential { facts.append(fact(.voteOrder, viewer.phrase(.voteSequential))) }
        if !vote.recused.isEmpty { facts.append(fact(.recusedPeople, vote.recused.joined(separator: ", "))) }
        return facts
    }
}

/// What somebody may do in a vote: which buttons are worth showing. The engine decides when they are pressed.
struct VoteRights: Sendable {
    let user: String?
    let isAdministrator: Bool
    /// The viewer's own, or one delegated to the viewer.
    let seat: VoteView.Member?
    /// The viewer's, while somebody else has it.
    let lent: VoteView.Member?
    let maySeat: Bool
    let mayWithdraw: Bool

    init(_ vote: VoteView, isCandidate: Bool, isAdministrator: Bool, user: String?) {
        self.user = user
        self.isAdministrator = isAdministrator
        let place = vote.members.firstIndex { $0.user == user }
        self.seat = place.map { vote.members[$0] }
        self.lent = vote.members.first { $0.owner == user && user != nil }
        let isNext = !vote.isSequential || vote.members.allSatisfy { $0.castAt != nil }
        self.maySeat =
            self.seat == nil && self.lent == nil && isCandidate && vote.free > 0 && isNext
            && !vote.recused.contains { $0 == user }
        let later = place.map { vote.members[($0 + 1)...] } ?? []
        self.mayWithdraw =
            self.seat?.castAt != nil && (!vote.isSequential || later.allSatisfy { $0.castAt == nil })
    }

    /// Who has not voted yet may still change hands.
    var isOpen: Bool { self.seat.map { $0.castAt == nil } ?? false }
    var mayResolve: Bool { self.isOpen && self.seat?.owner != nil }
    var mayManage: Bool { self.isOpen && self.seat?.owner == nil }
    var mayVote: Bool { self.maySeat || (self.mayManage && self.seat?.isNext == true) }
    var mayAdd: Bool { self.isAdministrator || self.seat != nil }

    func mayRemove(_ member: VoteView.Member) -> Bool {
        member.castAt == nil && (self.isAdministrator || (member.addedBy == self.user && self.user != nil))
    }
}

extension Viewer {
    func phrase(_ phrase: Phrase, _ values: [String: String]) -> String { phrase.text(in: self.language, values) }
}
