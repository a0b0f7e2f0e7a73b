import CEL
package import Statecharts
package import Values

/// A vote in its course, as far as its reader may see it.
package struct VoteView: Sendable {
    /// Somebody who has a seat.
    package struct Member: Sendable {
        /// Who acts now: whom the seat is delegated to, while it is.
        package var user: String
        package var owner: String?
        package var addedBy: String?
        /// nil: has not cast.
        package var castAt: Timestamp?
        /// nil: has not cast, abstained, or the reader may not see it.
        package var outcome: String?
        package var isAbstention: Bool
        /// Whether it may act: one after another, those before have.
        package var isNext: Bool
    }

    /// The `n` of the rules.
    package var seats: Int
    /// In the order in which they got their seats.
    package var members: [Member]
    package var cast: Int
    package var abstained: Int
    package var recused: [String]
    /// Votes that an outcome needs, and votes that must be cast, when all who still can cast theirs; nil: cannot be told.
    package var bar: Ballot.Bar?
    package var close: Ballot.Close
    package var isSequential: Bool

    package var free: Int { max(0, self.seats - self.members.count) }
}

extension VoteView {
    /// What somebody has cast is seen by themselves, and by those who may read the instance, whose history tells it.
    init?(_ open: Snapshot.OpenInvocation, of instance: ReadInstance, for reader: Actor) {
        guard case .task(let task) = open.kind, let ballot = task.ballot,
            let votes = instance.compiled.chart.votes(of: open)
        else { return nil }
        let seesAll = instance.mayRead(reader)
        self.seats = ballot.seats
        self.members = ballot.members.enumerated().map { place, member in
            let isOwn = reader.user == member.user || reader.user == member.owner
            return Member(
                user: member.user, owner: member.owner, addedBy: member.addedBy, castAt: member.cast?.at,
                outcome: seesAll || isOwn ? member.cast?.outcome : nil,
                isAbstention: (seesAll || isOwn) && member.cast != nil && member.cast?.outcome == nil,
                isNext: member.cast == nil
                    && (!task.isSequential || ballot.members[..<place].allSatisfy { $0.cast != nil }))
        }
        self.cast = ballot.cast
        self.abstained = ballot.abstained
        self.recused = ballot.recused
        self.close = votes.close
        self.isSequential = task.isSequential
        self.bar = votes.bar(
            n: ballot.seats, cast: max(ballot.cast, ballot.seats - ballot.abstained), of: open, instance)
    }
}

extension Chart {
    fileprivate func definition(of open: Snapshot.OpenInvocation) -> Invocation? {
        guard let state = self.statePaths[open.state] else { return nil }
        return self.states[state].invocations.first { $0.id == open.name }
    }

    fileprivate func votes(of open: Snapshot.OpenInvocation) -> Votes? {
        guard case .human(let human)? = self.definition(of: open)?.source else { return nil }
        return human.votes
    }
}

extension Votes {
    fileprivate func bar(
        n: Int, cast: Int, of open: Snapshot.OpenInvocation, _ instance: ReadInstance
    ) -> Ballot.Bar? {
        let chart = instance.compiled.chart
        var added: [String: Value] = ["n": .int(Int64(n)), "cast": .int(Int64(cast))]
        if let element = open.element, let loop = chart.definition(of: open)?.forEach {
            added[loop.item] = element.value
            if let index = loop.index { added[index] = .int(Int64(element.index)) }
        }
        let names = InstanceNames(instance.snapshot, of: chart, adding: added)
        guard let need = self.need.number(in: names) else { return nil }
        guard let quorum = self.quorum else { return Ballot.Bar(need: need) }
        return quorum.number(in: names).map { Ballot.Bar(need: need, quorum: $0) }
    }
}

extension Expression {
    /// A part of a vote is a whole one; nil: no number.
    fileprivate func number(in names: InstanceNames) -> Int? {
        switch names.value(of: self) {
        case .int(let value)?: Int(clamping: value)
        case .uint(let value)?: Int(clamping: value)
        case .double(let value)? where value.magnitude < 1e9: Int(value.rounded(.up))
        default: nil
        }
    }
}
