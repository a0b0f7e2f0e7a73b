public import Values

/// A vote in its course: the seats, who has them and what they have cast. Pure; what an outcome needs to win is told by
/// the rules, which are the chart's.
public struct Ballot: Sendable, Hashable {
    /// The `n` of the rules: the seats at the start, less the recused and the removed, with the added.
    public var seats: Int
    /// Who has a seat, in the order in which they got it; never more than ``seats``.
    public var members: [Member] = []
    /// Gave their seats up for good.
    public var recused: [String] = []
    /// Lost their seats; may be added again.
    public var removed: [String] = []

    public init(seats: Int, members: [String] = []) {
        self.seats = seats
        self.members = members.map { Member(user: $0) }
    }

    public struct Member: Sendable, Hashable {
        /// Who acts now: whom the seat is delegated to, while it is.
        public var user: String
        /// Who delegated it and gets it back.
        public var owner: String?
        /// Who added this voter; nil for those that the definition names.
        public var addedBy: String?
        public var cast: Cast?

        public init(user: String, owner: String? = nil, addedBy: String? = nil, cast: Cast? = nil) {
            self.user = user
            self.owner = owner
            self.addedBy = addedBy
            self.cast = cast
        }
    }

    public struct Cast: Sendable, Hashable {
        public var by: Actor
        public var at: Timestamp
        /// nil: abstained.
        public var outcome: String?
        /// The form's fields.
        public var data: Value
        /// Decides, whatever the others say.
        public var isVeto: Bool

        public init(by: Actor, at: Timestamp, outcome: String?, data: Value = .null, isVeto: Bool = false) {
            self.by = by
            self.at = at
            self.outcome = outcome
            self.data = data
            self.isVeto = isVeto
        }
    }

    /// When the vote ends.
    public enum Close: String, Sendable, CaseIterable {
        /// As soon as the result cannot change any more.
        case early
        /// At the task's `due`.
        case due
        /// When everybody has acted.
        case all
    }

    public enum Verdict: Sendable, Hashable {
        case open
        /// nil: nobody won.
        case closed(outcome: String?)
    }

    /// What an outcome must reach when so many have cast.
    public struct Bar: Sendable, Hashable {
        public var need: Int
        public var quorum: Int
        public init(need: Int, quorum: Int = 0) {
            self.need = need
            self.quorum = quorum
        }
    }
}

// MARK: Counting

extension Ballot {
    /// Submissions without abstentions.
    public var cast: Int { self.members.count { $0.cast?.outcome != nil } }

    public var abstained: Int { self.members.count { $0.cast != nil && $0.cast?.outcome == nil } }

    public var freeSeats: Int { max(0, self.seats - self.members.count) }

    /// Of every outcome.
    public func counts(of outcomes: [String]) -> [String: Int] {
        var counts = Dictionary(outcomes.map { ($0, 0) }) { first, _ in first }
        for member in self.members {
            if let outcome = member.cast?.outcome { counts[outcome, default: 0] += 1 }
        }
        return counts
    }

    /// Whether the vote is over, and how. `bar` says what is needed at a number of seats and of casts.
    ///
    /// The largest count that meets `need` wins; on a tie, or without the quorum, nobody. `early`: when the leader has what
    /// is needed for every number of casts that is still possible, or nobody can win any more.
    public func verdict<Failure: Error>(
        of outcomes: [String], close: Close, isDue: Bool = false, _ bar: (_ n: Int, _ cast: Int) throws(Failure) -> Bar
    ) throws(Failure) -> Verdict {
        let cast = self.cast
        // Who abstained will not cast any more.
        let most = max(cast, self.seats - self.abstained)
        let isOver = isDue || self.seats <= 0 || (close != .due && cast == most)
        guard isOver || close == .early else { return .open }
        if let veto = self.members.first(where: { $0.cast?.isVeto ?? false }) {
            return .closed(outcome: veto.cast?.outcome)
        }
        let counts = self.counts(of: outcomes)
        let leader = Self.leader(counts)
        var bars = [try bar(self.seats, cast)]
        if isOver {
            return .closed(outcome: leader.flatMap { bars[0].isMet(by: $0.count, of: cast) ? $0.outcome : nil })
        }
        for later in (cast + 1)...most { bars.append(try bar(self.seats, later)) }
        let possible = zip(cast...most, bars)
        if let leader, possible.allSatisfy({ $1.isMet(by: leader.count, of: $0) }) {
            return .closed(outcome: leader.outcome)
        }
        let canWin = counts.contains { outcome, count in
            let others = counts.filter { $0.key != outcome }.values.max() ?? 0
            // All who have not cast yet cast for it: nothing is better for it.
            return possible.contains { later, bar in
                let reached = count + later - cast
                return reached > others && bar.isMet(by: reached, of: later)
            }
        }
        return canWin ? .open : .closed(outcome: nil)
    }

    /// Has more than any other.
    private static func leader(_ counts: [String: Int]) -> (outcome: String, count: Int)? {
        let most = counts.values.max() ?? 0
        let first = counts.filter { $0.value == most }
        guard most > 0, first.count == 1 else { return nil }
        return first.first.map { ($0.key, $0.value) }
    }
}

extension Ballot.Bar {
    /// Nobody wins without a single vote.
    fileprivate func isMet(by count: Int, of cast: Int) -> Bool { count >= max(1, self.need) && cast >= self.quorum }
}

// MARK: Seats

extension Ballot {
    /// The seat of a person, or of whom the person stands in for.
    func seat(of actor: Actor) -> Int? {
        if let absent = actor.onBehalfOf, let seat = self.seat(of: absent) { return seat }
        return actor.user.flatMap { self.seat(of: $0) }
    }

    func seat(of user: String) -> Int? { self.members.firstIndex { $0.user == user } }

    /// Has a seat, be it delegated for the moment.
    func isMember(_ user: String) -> Bool { self.members.contains { $0.user == user || $0.owner == user } }

    /// One after another: everybody before has acted.
    func isTurn(of seat: Int) -> Bool { self.members[..<seat].allSatisfy { $0.cast != nil } }

    /// Whom the vote waits for now.
    func pending(isSequential: Bool) -> [String] {
        let waiting = self.members.filter { $0.cast == nil }.map(\.user)
        return isSequential ? Array(waiting.prefix(1)) : waiting
    }
}
