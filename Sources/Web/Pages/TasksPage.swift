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
        var due: DueText?
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
                instanceTitle: task.shownInstance, instanceAddress: "/instances/\(task.instance)",
                workflow: workflowTitles[task.workflow] ?? task.workflow, taskSince: viewer.time(task.createdAt),
                due: task.dueAt.map { viewer.due($0) }, isUrgent: task.priority > 0)
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
