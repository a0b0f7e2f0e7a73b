import CEL
import Values

// Votes: the verbs on a task whose seats are several people's.
extension Interpreter {
    /// Members are the `users` where everybody of them has a seat, otherwise the first to claim one.
    func ballot(_ votes: Votes, of task: HumanTask) throws(Interruption) -> Ballot {
        let users = task.candidateUsers
        guard let of = votes.of else { return Ballot(seats: users.count, members: users) }
        let value = try self.evaluate(of)
        guard let seats = value.int, (0...1_000).contains(seats) else {
            throw .error(
                Fault(
                    code: .execution, message: "of is a number from 0 to 1000, not \(value.description(limit: 60))",
                    position: votes.need.position))
        }
        guard task.candidateRoles.isEmpty, !users.isEmpty, users.count <= seats else {
            return Ballot(seats: Int(seats))
        }
        return Ballot(seats: users.count, members: users)
    }

    /// Of a vote that is over before it begins.
    func result(of task: HumanTask, _ votes: Votes?) throws(Interruption) -> Value? {
        guard let votes, let ballot = task.ballot, case .closed(let outcome) = try self.verdict(task, votes) else {
            return nil
        }
        return ballot.result(outcome, of: task.outcomes.map(\.value))
    }

    private func verdict(_ task: HumanTask, _ votes: Votes, isDue: Bool = false) throws(Interruption) -> Ballot.Verdict
    {
        guard let ballot = task.ballot else { return .open }
        let outcomes = task.outcomes.map(\.value)
        let depth = self.activation.loopNames.count
        defer { self.activation.loopNames.removeSubrange(depth...) }
        return try ballot.verdict(of: outcomes, close: votes.close, isDue: isDue) { (n, cast) throws(Interruption) in
            self.activation.loopNames.removeSubrange(depth...)
            self.activation.loopNames.append(("n", .int(Int64(n))))
            self.activation.loopNames.append(("cast", .int(Int64(cast))))
            let quorum = try votes.quorum.map { (quorum) throws(Interruption) in try self.number(quorum) }
            return Ballot.Bar(need: try self.number(votes.need), quorum: quorum ?? 0)
        }
    }

    /// A part of a vote is a whole one.
    private func number(_ expression: Expression) throws(Interruption) -> Int {
        self.activation.budget.remaining -= 1
        switch try self.raw(expression) {
        case .int(let value): return Int(clamping: value)
        case .uint(let value): return Int(clamping: value)
        case .double(let value) where value.magnitude < 1e9: return Int(value.rounded(.up))
        case let other:
            throw .error(
                Fault(
                    code: .execution, message: "a number of votes is needed, not \(other.description(limit: 60))",
                    expression: expression.source, position: expression.position))
        }
    }

    /// At its due date a vote with `close: due` is over; nil: it is none.
    mutating func closeDueVote(_ invocation: Snapshot.OpenInvocation, _ event: Event) throws(Interruption) -> Outcome? {
        guard case .task(let task) = invocation.kind, let ballot = task.ballot, let votes = self.votes(of: invocation),
            votes.close == .due
        else { return nil }
        self.enter(invocation.element, of: self.definition(of: invocation)?.forEach)
        let verdict: Ballot.Verdict
        do {
            defer { self.leaveElement() }
            verdict = try self.verdict(task, votes, isDue: true)
        }
        guard case .closed(let outcome) = verdict else { return nil }
        let result = ballot.result(outcome, of: task.outcomes.map(\.value))
        return try self.finish(invocation, event, outcome: outcome, data: result)
    }

    /// Ends those of some votes, opened under new rules, that what was cast decides. Their results are events of the
    /// macrostep that follows.
    mutating func settleVotes(_ ids: Set<String>, by: Actor) throws(Interruption) {
        for invocation in self.snapshot.invocations where ids.contains(invocation.id) {
            guard case .task(let task) = invocation.kind, let ballot = task.ballot,
                let votes = self.votes(of: invocation)
            else { continue }
            self.enter(invocation, self.definition(of: invocation))
            let verdict = try self.verdict(task, votes)
            self.leaveElement()
            defer { self.isInLoop = false }
            guard case .closed(let outcome) = verdict else { continue }
            try self.close(invocation)
            try self.emit(.closeTask(id: invocation.id, reason: .submitted, by: by, outcome: outcome))
            try self.raiseEnd(of: invocation, ballot.result(outcome, of: task.outcomes.map(\.value)))
        }
    }

    private func votes(of invocation: Snapshot.OpenInvocation) -> Votes? {
        guard case .human(let human)? = self.definition(of: invocation)?.source else { return nil }
        return human.votes
    }
}

// MARK: Verbs

extension Interpreter {
    /// What a verb found and changed.
    private enum Ruling {
        case refused(Outcome)
        case unchanged
        case changed(Ballot)
    }

    mutating func vote(
        _ place: Int, _ task: HumanTask, _ ballot: Ballot, _ event: Event
    ) throws(Interruption) -> Outcome {
        let invocation = self.snapshot.invocations[place]
        guard let votes = self.votes(of: invocation) else { return self.refuse(.gone, "the vote is not open") }
        self.enter(invocation.element, of: self.definition(of: invocation)?.forEach)
        defer { self.leaveElement() }
        let ruling: Ruling
        switch event.type {
        case "task.claim": ruling = self.claimSeat(place, task, ballot, event.by)
        case "task.submit", "task.abstain": ruling = try self.castVote(place, task, ballot, votes, event)
        case "task.withdraw": ruling = self.withdraw(task, ballot, event.by)
        case "task.add": ruling = try self.addVoter(task, ballot, event)
        case "task.remove": ruling = try self.removeVoter(ballot, event)
        case "task.release", "task.assign", "task.delegate", "task.resolve", "task.recuse":
            ruling = try self.manageSeat(task, ballot, event)
        default:
            return self.refuse(.unknownEvent(suggestion: nil), "\(event.type) is no verb of a task")
        }
        switch ruling {
        case .refused(let outcome): return outcome
        case .unchanged: return .taken
        case .changed(let ballot):
            if event.type == "task.resolve" { self.recordActor(event.by, in: invocation.name) }
            return try self.settle(place, task, ballot, votes, event)
        }
    }

    private mutating func settle(
        _ place: Int, _ task: HumanTask, _ ballot: Ballot, _ votes: Votes, _ event: Event
    ) throws(Interruption) -> Outcome {
        var task = task
        task.ballot = ballot
        guard case .closed(let outcome) = try self.verdict(task, votes) else { return try self.change(place, task) }
        self.leaveElement()
        let result = ballot.result(outcome, of: task.outcomes.map(\.value))
        return try self.finish(self.snapshot.invocations[place], event, outcome: outcome, data: result)
    }

    private func claimSeat(_ place: Int, _ task: HumanTask, _ ballot: Ballot, _ by: Actor) -> Ruling {
        guard let user = by.user else { return .refused(self.refuse(.forbidden, "only a person can claim a seat")) }
        guard ballot.seat(of: by) == nil else { return .unchanged }
        guard self.isCandidate(by, place, task) else {
            return .refused(self.refuseOthers(place, task))
        }
        if let refusal = self.refusal(of: by, task, ballot) { return .refused(refusal) }
        guard !ballot.removed.contains(where: { by.isUser($0) }) else {
            return .refused(self.refuse(.forbidden, "\(user) was removed from the vote"))
        }
        guard ballot.freeSeats > 0 else { return .refused(self.refuse(.notNow, "no seat is free")) }
        guard !task.isSequential || ballot.isTurn(of: ballot.members.count) else {
            return .refused(self.refuse(.notNow, "the one before has not voted yet"))
        }
        var ballot = ballot
        ballot.members.append(Ballot.Member(user: user))
        return .changed(ballot)
    }

    /// Why somebody cannot have a seat that is not theirs already.
    private func refusal(of actor: Actor, _ task: HumanTask, _ ballot: Ballot) -> Outcome? {
        let users = [actor.user, actor.onBehalfOf].compactMap(\.self)
        if let user = users.first(where: { ballot.recused.contains($0) }) {
            return self.refuse(.forbidden, "\(user) is recused")
        }
        if let user = users.first(where: { ballot.isMember($0) }) {
            return self.refuse(.notNow, "\(user) has a seat already")
        }
        return self.mustDiffer(actor, task)
    }

    private mutating func castVote(
        _ place: Int, _ task: HumanTask, _ ballot: Ballot, _ votes: Votes, _ event: Event
    ) throws(Interruption) -> Ruling {
        var ballot = ballot
        if ballot.seat(of: event.by) == nil {
            let claimed = self.claimSeat(place, task, ballot, event.by)
            guard case .changed(let seated) = claimed else { return claimed }
            ballot = seated
        }
        guard let seat = ballot.seat(of: event.by) else { return .refused(self.refuse(.notYours, "you have no seat")) }
        if let refusal = self.mustDiffer(event.by, task) { return .refused(refusal) }
        guard ballot.members[seat].owner == nil else {
            return .refused(self.refuse(.notNow, "the seat is delegated: resolve it"))
        }
        guard ballot.members[seat].cast == nil else {
            return .refused(self.refuse(.notNow, "you have voted: withdraw it first"))
        }
        guard !task.isSequential || ballot.isTurn(of: seat) else {
            return .refused(self.refuse(.notNow, "it is not your turn"))
        }
        var cast = Ballot.Cast(by: event.by, at: self.now, outcome: nil)
        if event.type == "task.submit" {
            var data = event.data
            if let refusal = self.check(&data, of: self.snapshot.invocations[place], task) {
                return .refused(.refused(refusal))
            }
            cast.outcome = data["outcome"]?.string
            var fields = data.map ?? ValueMap()
            if task.form?["properties"]?["outcome"] == nil { fields["outcome"] = nil }
            cast.data = .map(fields)
            if let veto = votes.veto, veto.outcome == cast.outcome {
                cast.isVeto = try self.isOne(event.by, of: veto.by)
            }
        }
        ballot.members[seat].cast = cast
        self.recordActor(event.by, in: self.snapshot.invocations[place].name)
        return .changed(ballot)
    }

    private func withdraw(_ task: HumanTask, _ ballot: Ballot, _ by: Actor) -> Ruling {
        guard let seat = ballot.seat(of: by) else { return .refused(self.refuse(.notYours, "you have no seat")) }
        guard ballot.members[seat].cast != nil else {
            return .refused(self.refuse(.notNow, "nothing was submitted yet"))
        }
        guard !task.isSequential || ballot.members[(seat + 1)...].allSatisfy({ $0.cast == nil }) else {
            return .refused(self.refuse(.notNow, "the next one has voted"))
        }
        var ballot = ballot
        ballot.members[seat].cast = nil
        return .changed(ballot)
    }

    /// By a voter or an administrator.
    private func addVoter(_ task: HumanTask, _ ballot: Ballot, _ event: Event) throws(Interruption) -> Ruling {
        guard let user = Self.user(event, "user") else { return .refused(Self.userMissing) }
        let isAdministrator = try self.isAdministrator(event.by)
        guard isAdministrator || ballot.seat(of: event.by) != nil else {
            return .refused(self.refuse(.forbidden, "a voter or an administrator can add voters"))
        }
        if let refusal = self.refusal(of: Actor(user: user), task, ballot) { return .refused(refusal) }
        guard ballot.seats < 1_000 else { return .refused(self.refuse(.notNow, "a vote has at most 1000 seats")) }
        var ballot = ballot
        ballot.removed.removeAll { $0 == user }
        // A free seat that nobody could claim is taken before there is another one.
        let isLost = ballot.freeSeats > 0 && task.candidateRoles.isEmpty && task.claimants.isEmpty
        if !isLost { ballot.seats += 1 }
        ballot.members.append(Ballot.Member(user: user, addedBy: event.by.user))
        return .changed(ballot)
    }

    /// By who added the voter, or an administrator; without a user an administrator takes a free seat away.
    private func removeVoter(_ ballot: Ballot, _ event: Event) throws(Interruption) -> Ruling {
        guard let user = Self.user(event, "user") else {
            guard try self.isAdministrator(event.by) else { return .refused(Self.userMissing) }
            guard ballot.freeSeats > 0 else { return .refused(self.refuse(.notNow, "no seat is free")) }
            var ballot = ballot
            ballot.seats -= 1
            return .changed(ballot)
        }
        guard let seat = ballot.seat(of: user) else { return .refused(self.refuse(.notNow, "\(user) has no seat")) }
        let isAdministrator = try self.isAdministrator(event.by)
        guard isAdministrator || event.by.isUser(ballot.members[seat].addedBy) else {
            return .refused(self.refuse(.forbidden, "only who added a voter or an administrator can remove one"))
        }
        guard ballot.members[seat].cast == nil else { return .refused(self.refuse(.notNow, "\(user) has voted")) }
        var ballot = ballot
        let member = ballot.members.remove(at: seat)
        ballot.removed += [member.user, member.owner].compactMap(\.self)
        ballot.seats -= 1
        return .changed(ballot)
    }

    /// What people do with their own seat, and administrators with a `voter`'s.
    private func manageSeat(_ task: HumanTask, _ ballot: Ballot, _ event: Event) throws(Interruption) -> Ruling {
        let found: Int?
        if let voter = Self.user(event, "voter"), try self.isAdministrator(event.by) {
            found = ballot.members.firstIndex { $0.user == voter || $0.owner == voter }
        } else {
            found = ballot.seat(of: event.by) ?? ballot.members.firstIndex { event.by.isUser($0.owner) }
        }
        guard let seat = found else { return .refused(self.refuse(.notYours, "you have no seat")) }
        var member = ballot.members[seat]
        guard member.cast == nil else { return .refused(self.refuse(.notNow, "the vote is cast: withdraw it first")) }
        let isDelegate = member.owner != nil && event.by.isUser(member.user)
        var ballot = ballot
        switch event.type {
        case "task.release" where isDelegate, "task.resolve":
            guard let owner = member.owner else { return .refused(self.refuse(.notNow, "the seat is not delegated")) }
            guard isDelegate else { return .refused(self.refuse(.notYours, "the seat is delegated to \(member.user)")) }
            (member.user, member.owner) = (owner, nil)
        case _ where isDelegate:
            return .refused(self.refuse(.notYours, "the seat is only delegated to you: resolve or release it"))
        case "task.release":
            ballot.members.remove(at: seat)
            return .changed(ballot)
        case "task.recuse":
            ballot.members.remove(at: seat)
            ballot.recused.append(member.owner ?? member.user)
            ballot.seats -= 1
            return .changed(ballot)
        default:
            guard let user = Self.user(event, "user") else { return .refused(Self.userMissing) }
            if user != member.owner, let refusal = self.refusal(of: Actor(user: user), task, ballot) {
                return .refused(refusal)
            }
            if event.type == "task.delegate" {
                guard member.owner == nil else {
                    return .refused(self.refuse(.notNow, "the seat is delegated already"))
                }
                (member.user, member.owner) = (user, member.user)
            } else {
                (member.user, member.owner) = (user, nil)
            }
        }
        ballot.members[seat] = member
        return .changed(ballot)
    }
}

extension Ballot {
    /// `{outcome, counts, n, cast, submissions}`
    fileprivate func result(_ outcome: String?, of outcomes: [String]) -> Value {
        var counts = ValueMap()
        for (outcome, count) in self.counts(of: outcomes) { counts[outcome] = .int(Int64(count)) }
        let casts = self.members.compactMap(\.cast).filter { $0.outcome != nil }
        let submissions = casts.sorted { $0.at < $1.at }.map { cast -> Value in
            [
                "by": cast.by.value, "at": (try? Value.timestamp(cast.at).asJSON()) ?? .null,
                "outcome": .optionalString(cast.outcome), "data": cast.data,
            ]
        }
        return [
            "outcome": .optionalString(outcome), "counts": .map(counts), "n": .int(Int64(self.seats)),
            "cast": .int(Int64(self.cast)), "submissions": .list(submissions),
        ]
    }
}
