import Engine
import Statecharts
import Values

/// The task inbox: what is mine, and what I could claim.
struct TasksPage: Sendable {
    struct Row: Sendable {
        var taskAddress: String
        var taskTitle: String
        var instanceTitle: String
        var instanceAddress: String
        var workflow: String
        var taskSince: TimeText
        var isUrgent: Bool
    }

    var t: PhraseBook
    var csrf: String
    var mine: [Row]
    var hasMine: Bool
    var claimable: [Row]
    var hasClaimable: Bool
    var isBlank: Bool
    var nextAddress: String?

    init(_ page: Page<TaskView>, workflowTitles: [String: String], for viewer: Viewer) {
        func row(_ task: TaskView) -> Row {
            Row(
                taskAddress: "/tasks/\(Form.encode(task.id))", taskTitle: task.shownTitle(in: viewer.language),
                instanceTitle: task.instanceTitle, instanceAddress: "/instances/\(task.instance)",
                workflow: workflowTitles[task.workflow] ?? task.workflow, taskSince: viewer.time(task.createdAt),
                isUrgent: task.priority > 0)
        }
        let open = page.rows.filter { $0.closedAt == nil }
        self.t = viewer.t
        self.csrf = viewer.csrf
        self.mine = open.filter { $0.assignee == viewer.actor.user && $0.assignee != nil }.map(row)
        self.hasMine = !self.mine.isEmpty
        self.claimable = open.filter { $0.assignee == nil }.map(row)
        self.hasClaimable = !self.claimable.isEmpty
        self.isBlank = self.mine.isEmpty && self.claimable.isEmpty
        self.nextAddress = page.next.map { "?cursor=\(Form.encode($0))" }
    }
}

/// One task: what it is about, its form, its outcomes.
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
    var assignee: String?
    var candidates: String
    var isClosed: Bool
    var closedBy: String?
    var closedAt: TimeText?
    var closedOutcome: String?
    var otherText: String?
    var mayClaim: Bool
    var mayRelease: Bool
    var mayAssign: Bool
    var maySubmit: Bool
    var rows: [ValueRows.Row]
    var hasInput: Bool
    var form: FormView
    var outcomes: [Outcome]
    var hasOutcomes: Bool
    var problem: ErrorView?

    init(_ task: TaskView, attempt: (form: Form, problem: Problem)? = nil, for viewer: Viewer) {
        let user = viewer.actor.user
        let isMine = task.assignee != nil && task.assignee == user
        self.t = viewer.t
        self.csrf = viewer.csrf
        self.formID = viewer.formID
        self.address = "/tasks/\(Form.encode(task.id))"
        self.taskTitle = task.shownTitle(in: viewer.language)
        self.taskState = task.shownState(viewer)
        self.instanceTitle = task.instanceTitle
        self.instanceAddress = "/instances/\(task.instance)"
        self.createdAt = viewer.time(task.createdAt)
        self.assignee = task.assignee
        self.candidates = (task.candidateUsers + task.candidateRoles).joined(separator: ", ")
        self.isClosed = task.closedAt != nil
        self.closedBy = task.closedBy
        self.closedAt = task.closedAt.map(viewer.time)
        self.closedOutcome = task.outcome.map { value in
            task.outcomes.first { $0.value == value }?.title.text(in: viewer.language) ?? value
        }
        let isOthers = task.assignee != nil && !isMine
        self.otherText =
            isOthers && !self.isClosed
            ? Phrase.taskOther.text(in: viewer.language, ["user": task.assignee ?? ""]) : nil
        self.mayClaim = !self.isClosed && task.assignee == nil
        self.mayRelease = !self.isClosed && isMine
        self.mayAssign = !self.isClosed && (isMine || viewer.isAdmin)
        self.maySubmit = !self.isClosed && !isOthers
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
        self.problem = attempt.map { ErrorView($0.problem, language: viewer.language, shown: form.pointers) }
    }
}
