import Engine
import Statecharts
import Values

/// One task: what it is about, its form, its outcomes, and its vote if it is one.
struct TaskPage: Sendable {
    struct Outcome: Sendable {
        var outcomeValue: String
        var outcomeTitle: String
    }

    var t: PhraseBook
    var csrf: String
    var formID: String
    var address: String
    var taskTitle: String
    var taskState: String
    var instanceTitle: String
    var instanceAddress: String
    var createdAt: TimeText
    var due: DueText?
    var remindAt: TimeText?
    var assignee: String?
    var owner: String?
    var candidates: String
    var isClosed: Bool
    var closedBy: String?
    var closedAt: TimeText?
    var closedOutcome: String?
    /// Why there is nothing to fill in.
    var otherText: String?
    var claimTitle: String
    var releaseTitle: String
    var mayClaim: Bool
    var mayRelease: Bool
    var mayAssign: Bool
    var mayDelegate: Bool
    var mayHandOver: Bool
    var maySubmit: Bool
    var mayAbstain: Bool
    var mayRecuse: Bool
    var mayWithdraw: Bool
    var mayNudge: Bool
    /// Set: what was delegated to the viewer can be returned.
    var returnTitle: String?
    var hasForm: Bool
    var vote: VoteSection?
    var rows: [ValueRows.Row]
    var hasInput: Bool
    var form: FormView
    var outcomes: [Outcome]
    var hasOutcomes: Bool
    var problem: ErrorView?

    init(_ task: TaskView, attempt: (form: Form, problem: Problem)? = nil, for viewer: Viewer) {
        let rights = TaskRights(task, for: viewer)
        self.t = viewer.t
        self.csrf = viewer.csrf
        self.formID = viewer.formID
        self.address = "/tasks/\(Form.encode(task.id))"
        self.taskTitle = task.shownTitle(in: viewer.language)
        self.isClosed = task.closedAt != nil
        let isVote = task.open?.vote != nil
        self.taskState = isVote && !self.isClosed ? viewer.phrase(.vote) : task.shownState(viewer)
        self.instanceTitle = task.shownInstance
        self.instanceAddress = "/instances/\(task.instance)"
        self.createdAt = viewer.time(task.createdAt)
        self.due = task.dueAt.map { viewer.due($0, isOver: task.closedAt != nil) }
        self.remindAt = task.open?.remindAt.map(viewer.time)
        self.assignee = task.assignee
        self.owner = task.open?.owner
        self.candidates = task.shownCandidates
        self.closedBy = task.closedBy
        self.closedAt = task.closedAt.map(viewer.time)
        self.closedOutcome = task.outcome.map { task.shownOutcome($0, in: viewer.language) }
        self.otherText = rights.text(for: viewer)
        self.claimTitle = viewer.phrase(isVote ? .takeSeat : .claim)
        self.releaseTitle = viewer.phrase(isVote ? .releaseSeat : .release)
        self.mayClaim = rights.mayClaim
        self.mayRelease = rights.mayRelease
        self.mayAssign = rights.mayAssign
        self.mayDelegate = rights.mayDelegate
        self.mayHandOver = rights.mayAssign || rights.mayDelegate
        self.maySubmit = rights.maySubmit
        self.mayAbstain = rights.maySubmit && isVote
        self.mayRecuse = rights.vote?.mayManage ?? false
        self.mayWithdraw = rights.vote?.mayWithdraw ?? false
        self.mayNudge = rights.isOpen && !rights.isMine
        self.returnTitle = rights.returnsTo.map { viewer.phrase(.returnTo, ["user": $0]) }
        self.hasForm = rights.maySubmit || rights.returnsTo != nil
        self.vote = task.open?.vote.flatMap { vote in
            rights.vote.map { VoteSection(vote, rights: $0, of: task, for: viewer) }
        }
        self.rows = ValueRows(task.input, schema: nil, for: viewer).rows
        self.hasInput = !self.rows.isEmpty && !task.input.isNull
        let form = FormView(
            task.form, values: task.input, form: attempt?.form, errors: attempt?.problem.errors ?? [], prefix: "task",
            for: viewer)
        self.form = form
        self.outcomes = task.outcomes.map {
            Outcome(outcomeValue: $0.value, outcomeTitle: $0.title.text(in: viewer.language) ?? $0.value)
        }
        self.hasOutcomes = !self.outcomes.isEmpty
        let shown = self.hasForm ? form.pointers : []
        self.problem = attempt.map { ErrorView($0.problem, language: viewer.language, shown: shown) }
    }
}

/// What somebody may do with a task: which buttons are worth showing. The engine decides when they are pressed.
private struct TaskRights {
    let task: TaskView
    let user: String?
    let isClosed: Bool
    let isCandidate: Bool
    let isAdministrator: Bool
    /// Nobody else can act on it now.
    let isMine: Bool
    let vote: VoteRights?
    /// Who delegated the task, or the seat, to the viewer.
    let returnsTo: String?

    init(_ task: TaskView, for viewer: Viewer) {
        let user = viewer.actor.user
        self.task = task
        self.user = user
        self.isClosed = task.closedAt != nil
        let isForAll = task.candidateRoles.isEmpty && task.candidateUsers.isEmpty
        self.isCandidate =
            user != nil
            && (isForAll || task.candidateRoles.contains(where: viewer.actor.roles.contains)
                || task.candidateUsers.contains { $0 == user })
        self.isAdministrator = task.open?.mayAdminister ?? viewer.isAdmin
        let (isCandidate, isAdministrator) = (self.isCandidate, self.isAdministrator)
        self.vote = task.open?.vote.map {
            VoteRights($0, isCandidate: isCandidate, isAdministrator: isAdministrator, user: user)
        }
        let isAssignee = task.assignee != nil && task.assignee == user
        let waiting = task.open?.vote.map { $0.free == 0 ? $0.members.filter(\.isNext) : [] } ?? []
        self.isMine = isAssignee || (!waiting.isEmpty && waiting.allSatisfy { $0.user == user })
        if let vote = self.vote {
            self.returnsTo = vote.mayResolve ? vote.seat?.owner : nil
        } else {
            self.returnsTo = isAssignee ? task.open?.owner : nil
        }
    }

    var isOpen: Bool { !self.isClosed && self.task.state != "parked" }
    private var isFree: Bool { self.isOpen && self.task.assignee == nil && self.isCandidate }
    private var isHeld: Bool { self.isOpen && self.isMine && self.returnsTo == nil }

    /// The viewer's, while somebody else has it.
    private var hasDelegated: Bool { self.isOpen && self.user != nil && self.task.open?.owner == self.user }

    var mayClaim: Bool { self.vote?.maySeat ?? self.isFree }
    var mayRelease: Bool { self.vote?.isOpen ?? (self.isOpen && (self.isMine || self.hasDelegated)) }
    var maySubmit: Bool { self.vote?.mayVote ?? (self.isFree || self.isHeld) }

    var mayAssign: Bool {
        self.vote?.mayManage
            ?? (self.isHeld || self.hasDelegated || (self.isOpen && self.isAdministrator && self.returnsTo == nil))
    }

    var mayDelegate: Bool {
        self.vote?.mayManage ?? ((self.isHeld || self.isFree) && self.task.open?.owner == nil)
    }

    /// Why there is nothing to do; nil: there is.
    func text(for viewer: Viewer) -> String? {
        guard !self.isClosed else { return nil }
        if let owner = self.returnsTo { return viewer.phrase(.taskDelegated, ["user": owner]) }
        if let vote = self.vote { return self.text(of: vote, for: viewer) }
        if self.task.state == "parked" { return viewer.phrase(.parked) }
        if let assignee = self.task.assignee, !self.isMine { return viewer.phrase(.taskOther, ["user": assignee]) }
        return self.maySubmit ? nil : self.others(for: viewer)
    }

    /// nil: nobody in particular.
    private func others(for viewer: Viewer) -> String? {
        let people = self.task.shownCandidates
        return people.isEmpty ? nil : viewer.phrase(.taskForOthers, ["people": people])
    }

    private func text(of vote: VoteRights, for viewer: Viewer) -> String? {
        if let lent = vote.lent { return viewer.phrase(.youDelegated, ["user": lent.user]) }
        if let seat = vote.seat, seat.castAt != nil {
            guard let outcome = seat.outcome else { return viewer.phrase(.youAbstained) }
            return viewer.phrase(.youVoted, ["outcome": self.task.shownOutcome(outcome, in: viewer.language)])
        }
        if vote.seat != nil, !vote.mayVote { return viewer.phrase(.youWait) }
        return vote.mayVote ? nil : self.others(for: viewer)
    }
}

extension TaskView {
    func shownOutcome(_ value: String, in language: Language) -> String {
        self.outcomes.first { $0.value == value }?.title.text(in: language) ?? value
    }

    /// An instance without a title is called by its workflow.
    var shownInstance: String {
        self.instanceTitle.isEmpty
            ? "\(self.workflow) \(self.instance.description.prefix(8))" : self.instanceTitle
    }

    var shownCandidates: String { (self.candidateUsers + self.candidateRoles).joined(separator: ", ") }
}
