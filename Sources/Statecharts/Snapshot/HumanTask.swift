public import Values

/// A piece of work in people's inboxes; part of the snapshot, so that its verbs are events.
public struct HumanTask: Sendable, Hashable {
    public var title: [String: String] = [:]
    public var candidateRoles: [String] = []
    public var candidateUsers: [String] = []
    /// Never set in a vote: the seats of ``ballot`` are what people have.
    public var assignee: String?
    /// Who delegated the task to the assignee and gets it back.
    public var owner: String?
    /// The form's JSON Schema as evaluated at the start; nil: no form.
    public var form: Value?
    public var outcomes: [Outcome] = []
    /// Prefills the form.
    public var input: Value = .null
    public var distinctFrom: [String] = []
    public var priority = 0
    public var createdAt: Timestamp
    public var nudgedAt: Timestamp?
    /// Of a task with `votes`.
    public var ballot: Ballot?
    /// The vote goes from one to the next.
    public var isSequential = false
    /// The planned end (`due`).
    public var dueAt: Timestamp?

    public init(createdAt: Timestamp) { self.createdAt = createdAt }

    public struct Outcome: Sendable, Hashable {
        public var value: String
        public var title: [String: String]
        public init(value: String, title: [String: String]) {
            self.value = value
            self.title = title
        }
    }
}

// MARK: Inboxes

extension HumanTask {
    /// Roles whose people could take it now. In a vote: while a seat is free.
    public var inboxRoles: [String] { self.isOpenToCandidates ? self.candidateRoles : [] }

    /// People who could take it now. In a vote: whom it waits for; when that is nobody, those who can withdraw. Empty only
    /// if it is for roles, or for everybody.
    public var inboxUsers: [String] {
        guard let ballot = self.ballot else { return self.candidateUsers }
        var users = ballot.pending(isSequential: self.isSequential)
        if self.isOpenToCandidates { users += self.claimants }
        guard users.isEmpty, self.inboxRoles.isEmpty else { return users }
        return ballot.members.isEmpty ? self.candidateUsers : ballot.members.map(\.user)
    }

    /// Named candidates who may still claim a seat of the vote.
    var claimants: [String] {
        guard let ballot = self.ballot else { return [] }
        return self.candidateUsers.filter {
            !ballot.isMember($0) && !ballot.recused.contains($0) && !ballot.removed.contains($0)
        }
    }

    private var isOpenToCandidates: Bool {
        guard let ballot = self.ballot else { return true }
        guard ballot.freeSeats > 0 else { return false }
        return !self.isSequential || ballot.pending(isSequential: true).isEmpty
    }
}
