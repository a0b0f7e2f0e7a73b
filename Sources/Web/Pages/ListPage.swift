import Engine
import Statecharts
import Values

/// The instances of a workflow as a table, finished ones included.
struct ListPage: Sendable {
    struct Row: Sendable {
        var address: String
        var rowTitle: String
        var rowKey: String?
        var rowStatus: String
        var statusClass: String
        var here: String
        var startedAt: TimeText
        var changedAt: TimeText
        var due: DueText?
        var isStuck: Bool
    }

    struct StatusChoice: Sendable {
        var statusValue: String
        var statusTitle: String
        var isSelected: Bool
    }

    var t: PhraseBook
    var head: WorkflowHead
    var statuses: [StatusChoice]
    var rows: [Row]
    var isBlank: Bool
    var nextAddress: String?
    var isLater: Bool

    init(
        _ workflow: WorkflowView, among all: [WorkflowView], page: Page<ListingRow>,
        dues: [InstanceID: Timestamp] = [:], request: ListingRequest, for viewer: Viewer
    ) {
        let search = request.text ?? ""
        self.t = viewer.t
        self.head = WorkflowHead(workflow, among: all, search: search, isList: true, for: viewer)
        self.statuses = [Snapshot.Status.active, .suspended, .done, .cancelled].map {
            StatusChoice(
                statusValue: $0.rawValue, statusTitle: viewer.phrase($0.phrase), isSelected: request.status == $0)
        }
        self.rows = page.rows.map { row in
            Row(
                address: "/instances/\(row.id)", rowTitle: row.shownTitle, rowKey: row.key,
                rowStatus: viewer.phrase(row.status.phrase), statusClass: row.status.rawValue,
                here: row.states.map { workflow.chart.shownPath($0, language: viewer.language) }
                    .joined(separator: " · "),
                startedAt: viewer.time(row.startedAt), changedAt: viewer.time(row.changedAt),
                due: dues[row.id].map { viewer.due($0) }, isStuck: row.incidents > 0)
        }
        self.isBlank = page.rows.isEmpty
        self.isLater = request.cursor != nil
        self.nextAddress = page.next.map { cursor in
            let status = request.status?.rawValue ?? ""
            return "?view=list&q=\(Form.encode(search))&status=\(status)&cursor=\(Form.encode(cursor))"
        }
    }
}

extension Snapshot.Status {
    var phrase: Phrase {
        switch self {
        case .active: .active
        case .suspended: .suspended
        case .done: .done
        case .cancelled: .cancelled
        }
    }
}

/// All workflows, when there is none to show a board of.
struct WorkflowsPage: Sendable {
    struct Row: Sendable {
        var address: String
        var workflowTitle: String
        var name: String
        var version: Int
        var deployedAt: TimeText
    }

    var t: PhraseBook
    var workflows: [Row]
    var isBlank: Bool

    init(_ all: [WorkflowView], for viewer: Viewer) {
        self.t = viewer.t
        self.workflows = all.map {
            Row(
                address: "/workflows/\($0.name)", workflowTitle: $0.shownTitle(in: viewer.language), name: $0.name,
                version: $0.version, deployedAt: viewer.time($0.deployedAt))
        }
        self.isBlank = all.isEmpty
    }
}
