import Engine
import Statecharts
import Values

/// The in-app inbox of messages.
struct NoticesPage: Sendable {
    struct Row: Sendable {
        var subject: String
        var body: String?
        var linkAddress: String
        var at: TimeText
        var isUnread: Bool
        var readAddress: String
    }

    var t: PhraseBook
    var csrf: String
    var notices: [Row]
    var isBlank: Bool

    init(_ notices: [NoticeView], for viewer: Viewer) {
        self.t = viewer.t
        self.csrf = viewer.csrf
        self.notices = notices.map { notice in
            let link = notice.link.text(in: viewer.language) ?? ""
            return Row(
                subject: notice.subject.text(in: viewer.language) ?? "",
                body: notice.body.text(in: viewer.language).flatMap { $0.isEmpty ? nil : $0 },
                linkAddress: Self.isSafe(link) ? link : "/instances/\(notice.instance)", at: viewer.time(notice.at),
                isUnread: !notice.isRead, readAddress: "/notices/\(Form.encode(notice.id))/read")
        }
        self.isBlank = notices.isEmpty
    }

    /// A link comes from a workflow's data: no `javascript:`, and nothing that only looks like our own address.
    static func isSafe(_ link: String) -> Bool {
        if link.hasPrefix("/") { return !link.hasPrefix("//") && !link.hasPrefix("/\\") }
        return link.hasPrefix("https://") || link.hasPrefix("http://")
    }
}

/// What got stuck, for those who put it right.
struct IncidentsPage: Sendable {
    struct Row: Sendable {
        var instanceAddress: String
        var resolveAddress: String
        var workflow: String
        var message: String
        var code: String
        var openedAt: TimeText
        var job: String?
        var formKey: String
    }

    var t: PhraseBook
    var csrf: String
    var formID: String
    var incidents: [Row]
    var isBlank: Bool
    var nextAddress: String?

    init(_ page: Page<IncidentView>, workflowTitles: [String: String], for viewer: Viewer) {
        self.t = viewer.t
        self.csrf = viewer.csrf
        self.formID = viewer.formID
        self.incidents = page.rows.map {
            Row(
                instanceAddress: "/instances/\($0.instance)", resolveAddress: "/instances/\($0.instance)/resolve",
                workflow: workflowTitles[$0.workflow] ?? $0.workflow, message: $0.message, code: $0.code,
                openedAt: viewer.time($0.openedAt), job: $0.job, formKey: $0.id)
        }
        self.isBlank = page.rows.isEmpty
        self.nextAddress = page.next.map { "?cursor=\(Form.encode($0))" }
    }
}
