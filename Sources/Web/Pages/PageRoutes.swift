import Engine
import HTTPTypes
import Hummingbird
import JSONSchema
import Statecharts
import Values

/// What all pages share: the engine, the layout, the viewer.
struct PageShell: Sendable {
    let orchestrator: Orchestrator
    let pages: Pages
    let zone: Zone
    private let counts = InboxCounts()

    init(orchestrator: Orchestrator, pages: Pages, zone: Zone) {
        self.orchestrator = orchestrator
        self.pages = pages
        self.zone = zone
    }

    func viewer(_ call: Call) async throws -> Viewer {
        let now = self.orchestrator.ambient.now()
        let flash = call.request.cookies[Flash.cookieName].flatMap { Flash(rawValue: $0.value) }
        var inbox: InboxCount?
        if call.actor.user != nil {
            let isAnew = flash != nil || call.request.method == .post
            inbox = try await self.counts.count(for: call.actor, at: now, isAnew: isAnew) {
                try await self.orchestrator.inboxCount(by: call.actor)
            }
        }
        return Viewer(
            actor: call.actor, language: call.language, zone: self.zone, csrf: call.session?.csrfToken ?? "",
            formID: RandomID.next(), path: Self.pagePath(call.request), query: call.query,
            flash: flash, now: now, inbox: inbox)
    }

    /// Asks once more before something that cannot be taken back.
    func confirm(
        _ call: Call, lead: String, back: String, data: Value = .null, schema: Value? = nil
    ) async throws -> Response {
        let viewer = try await self.viewer(call)
        let rows = data.isNull ? [] : ValueRows(data, schema: schema, for: viewer).rows
        let page = ConfirmPage(
            lead: lead, action: call.request.uri.path, backAddress: back, form: call.form, rows: rows, for: viewer)
        return self.pages.page(viewer.phrase(.confirmTitle), page, .confirm, for: viewer)
    }

    /// The page that a form is on: its own address takes POST only.
    static func pagePath(_ request: Request) -> String {
        let parts = request.uri.path.split(separator: "/")
        guard request.method == .post, parts.count > 2, ["instances", "tasks"].contains(parts[0]) else {
            return request.uri.path
        }
        return "/\(parts[0])/\(parts[1])"
    }

    /// Refusals that a form can show beside its fields; anything else is the error page's.
    static func shownInForm(_ error: EngineError) -> Bool {
        switch error.code {
        case .refused, .invalid, .failed, .preconditionFailed, .tooLarge, .forbidden: true
        case .notFound, .unauthorized, .tooMany, .unavailable, .internalError: false
        }
    }

    func workflowTitles(for call: Call) async throws -> [String: String] {
        let workflows = try await self.orchestrator.workflows(by: call.actor)
        return Dictionary(
            workflows.map { ($0.name, $0.shownTitle(in: call.language)) }, uniquingKeysWith: { first, _ in first })
    }
}

/// An id for a form, so that a double click sends it once.
enum RandomID {
    static func next() -> String {
        String(UInt64.random(in: .min ... .max), radix: 36) + String(UInt64.random(in: .min ... .max), radix: 36)
    }
}

/// `/`, `/workflows`: boards, lists, starting something new.
struct BoardRoutes: Sendable {
    let shell: PageShell

    private static let cardLimit = 200

    func home(_ call: Call) async throws -> Response {
        let workflows = try await self.shell.orchestrator.workflows(by: call.actor)
        guard workflows.count == 1, let only = workflows.first else { return .redirect(to: "/workflows") }
        return .redirect(to: "/workflows/\(only.name)")
    }

    func workflows(_ call: Call) async throws -> Response {
        let viewer = try await self.shell.viewer(call)
        let view = WorkflowsPage(try await self.shell.orchestrator.workflows(by: call.actor), for: viewer)
        return self.shell.pages.page(viewer.phrase(.boards), view, .workflows, for: viewer)
    }

    func board(_ call: Call) async throws -> Response {
        let orchestrator = self.shell.orchestrator
        let viewer = try await self.shell.viewer(call)
        let workflow = try await orchestrator.workflow(call.parameter("name"), version: nil, by: call.actor)
        let all = try await orchestrator.workflows(by: call.actor)
        var request = ListingRequest()
        request.workflow = workflow.name
        request.text = call.query.filled("q")
        if call.query["view"] == "list" {
            request.status = call.query.filled("status").flatMap { Snapshot.Status(rawValue: $0) }
            request.cursor = call.query.filled("cursor")
            let page = try await orchestrator.list(request, by: call.actor)
            let dues = try await orchestrator.dueDates(
                of: page.rows.filter(\.isAlive).map(\.id), by: call.actor)
            let view = ListPage(workflow, among: all, page: page, dues: dues, request: request, for: viewer)
            return self.shell.pages.page(workflow.shownTitle(in: call.language), view, .list, for: viewer)
        }
        request.limit = min(Self.cardLimit, orchestrator.limits.listRows)
        request.status = .active
        let active = try await orchestrator.list(request, by: call.actor)
        request.status = .suspended
        let suspended = try await orchestrator.list(request, by: call.actor)
        let rows = active.rows + suspended.rows
        let view = BoardPage(
            workflow, among: all, rows: rows, dues: try await orchestrator.dueDates(of: rows.map(\.id), by: call.actor),
            isCut: active.next != nil || suspended.next != nil, search: request.text ?? "", for: viewer)
        return self.shell.pages.page(workflow.shownTitle(in: call.language), view, .board, for: viewer)
    }

    func startForm(_ call: Call) async throws -> Response {
        let workflow = try await self.shell.orchestrator.workflow(
            call.parameter("name"), version: nil, by: call.actor)
        return try await self.startPage(workflow, form: nil, problem: nil, call)
    }

    func start(_ call: Call) async throws -> Response {
        let orchestrator = self.shell.orchestrator
        let workflow = try await orchestrator.workflow(call.parameter("name"), version: nil, by: call.actor)
        do {
            let data = try FormView.data(of: call.form, schema: workflow.chart.schema?.source)
            let answer = try await orchestrator.start(
                workflow.name, version: nil, key: nil, data: data, id: call.commandID, by: call.actor)
            return .redirect(to: "/instances/\(answer.instance)", flash: .started)
        } catch let error as EngineError where PageShell.shownInForm(error) {
            return try await self.startPage(workflow, form: call.form, problem: Problem(error), call)
        } catch let problem as Problem where problem.status == .unprocessableContent {
            return try await self.startPage(workflow, form: call.form, problem: problem, call)
        }
    }

    private func startPage(
        _ workflow: WorkflowView, form: Form?, problem: Problem?, _ call: Call
    ) async throws -> Response {
        let viewer = try await self.shell.viewer(call)
        let fields = FormView(
            workflow.chart.schema?.source, values: workflow.chart.contextDefaults, form: form,
            errors: problem?.errors ?? [], prefix: "start", for: viewer)
        let view = StartPage(workflow, form: fields, problem: problem, for: viewer)
        return self.shell.pages.page(view.heading, view, .start, for: viewer, status: problem?.status ?? .ok)
    }
}
