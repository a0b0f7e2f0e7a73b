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

    func viewer(_ call: Call) -> Viewer {
        Viewer(
            actor: call.actor, language: call.language, zone: self.zone, csrf: call.session?.csrfToken ?? "",
            formID: RandomID.next(), path: Self.pagePath(call.request), query: call.query,
            flash: call.request.cookies[Flash.cookieName].flatMap { Flash(rawValue: $0.value) })
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
        let viewer = self.shell.viewer(call)
        let view = WorkflowsPage(try await self.shell.orchestrator.workflows(by: call.actor), for: viewer)
        return self.shell.pages.page(viewer.phrase(.boards), view, .workflows, for: viewer)
    }

    func board(_ call: Call) async throws -> Response {
        let orchestrator = self.shell.orchestrator
        let viewer = self.shell.viewer(call)
        let workflow = try await orchestrator.workflow(call.parameter("name"), version: nil, by: call.actor)
        let all = try await orchestrator.workflows(by: call.actor)
        var request = ListingRequest()
        request.workflow = workflow.name
        request.text = call.query.filled("q")
        if call.query["view"] == "list" {
            request.status = call.query.filled("status").flatMap { Snapshot.Status(rawValue: $0) }
            request.cursor = call.query.filled("cursor")
            let page = try await orchestrator.list(request, by: call.actor)
            let view = ListPage(workflow, among: all, page: page, request: request, for: viewer)
            return self.shell.pages.page(workflow.shownTitle(in: call.language), view, .list, for: viewer)
        }
        request.limit = min(Self.cardLimit, orchestrator.limits.listRows)
        request.status = .active
        let active = try await orchestrator.list(request, by: call.actor)
        request.status = .suspended
        let suspended = try await orchestrator.list(request, by: call.actor)
        let view = BoardPage(
            workflow, among: all, rows: active.rows + suspended.rows,
            isCut: active.next != nil || suspended.next != nil, search: request.text ?? "", for: viewer)
        return self.shell.pages.page(workflow.shownTitle(in: call.language), view, .board, for: viewer)
    }

    func startForm(_ call: Call) async throws -> Response {
        let workflow = try await self.shell.orchestrator.workflow(
            call.parameter("name"), version: nil, by: call.actor)
        return self.startPage(workflow, form: nil, problem: nil, call)
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
            return self.startPage(workflow, form: call.form, problem: Problem(error), call)
        } catch let problem as Problem where problem.status == .unprocessableContent {
            return self.startPage(workflow, form: call.form, problem: problem, call)
        }
    }

    private func startPage(_ workflow: WorkflowView, form: Form?, problem: Problem?, _ call: Call) -> Response {
        let viewer = self.shell.viewer(call)
        let fields = FormView(
            workflow.chart.schema?.source, values: workflow.chart.contextDefaults, form: form,
            errors: problem?.errors ?? [], prefix: "start", for: viewer)
        let view = StartPage(workflow, form: fields, problem: problem, for: viewer)
        return self.shell.pages.page(view.heading, view, .start, for: viewer, status: problem?.status ?? .ok)
    }
}

/// `/tasks`, `/notices`, `/incidents`: what waits for people.
struct InboxRoutes: Sendable {
    let shell: PageShell

    func tasks(_ call: Call) async throws -> Response {
        let viewer = self.shell.viewer(call)
        var request = TaskRequest()
        request.user = call.actor.user
        request.cursor = call.query.filled("cursor")
        let page = try await self.shell.orchestrator.tasks(request, by: call.actor)
        let view = TasksPage(page, workflowTitles: try await self.shell.workflowTitles(for: call), for: viewer)
        return self.shell.pages.page(viewer.phrase(.tasks), view, .tasks, for: viewer)
    }

    func task(_ call: Call) async throws -> Response {
        let task = try await self.shell.orchestrator.task(call.parameter("id"), by: call.actor)
        return self.taskPage(task, attempt: nil, call)
    }

    private func taskPage(_ task: TaskView, attempt: (form: Form, problem: Problem)?, _ call: Call) -> Response {
        let viewer = self.shell.viewer(call)
        let view = TaskPage(task, attempt: attempt, for: viewer)
        return self.shell.pages.page(
            view.taskTitle, view, .task, for: viewer, status: attempt?.problem.status ?? .ok)
    }

    func perform(_ call: Call) async throws -> Response {
        let orchestrator = self.shell.orchestrator
        let id = call.parameter("id")
        let task = try await orchestrator.task(id, by: call.actor)
        do {
            let (verb, flash) = try self.verb(call, of: task)
            _ = try await orchestrator.perform(verb, on: id, id: call.commandID, by: call.actor)
            let isOver = flash == .submitted || flash == .assigned
            return .redirect(to: isOver ? "/tasks" : "/tasks/\(Form.encode(id))", flash: flash)
        } catch let error as EngineError where PageShell.shownInForm(error) {
            return self.taskPage(task, attempt: (call.form, Problem(error)), call)
        } catch let problem as Problem where problem.status == .unprocessableContent {
            return self.taskPage(task, attempt: (call.form, problem), call)
        }
    }

    private func verb(_ call: Call, of task: TaskView) throws -> (TaskVerb, Flash) {
        switch call.parameter("verb") {
        case "claim": return (.claim, .claimed)
        case "release": return (.release, .released)
        case "assign":
            guard let user = call.form["user"]?.trimmingWhitespace(), !user.isEmpty else {
                throw JSONObject.mistake("/user", "a user name", "用户名")
            }
            return (.assign(user: user), .assigned)
        case "submit":
            var data = try FormView.data(of: call.form, schema: task.form)
            if let outcome = call.form.filled("outcome"), case .map(var members) = data {
                members["outcome"] = .string(outcome)
                data = .map(members)
            }
            return (.submit(data: data), .submitted)
        default: throw Problem.notFound("")
        }
    }

    func notices(_ call: Call) async throws -> Response {
        let viewer = self.shell.viewer(call)
        let view = NoticesPage(
            try await self.shell.orchestrator.notices(limit: 100, by: call.actor), for: viewer)
        return self.shell.pages.page(viewer.phrase(.notices), view, .notices, for: viewer)
    }

    func readNotice(_ call: Call) async throws -> Response {
        try await self.shell.orchestrator.markRead(notice: call.parameter("id"), by: call.actor)
        return .redirect(to: "/notices")
    }

    func incidents(_ call: Call) async throws -> Response {
        let viewer = self.shell.viewer(call)
        let page = try await self.shell.orchestrator.incidents(
            limit: 50, cursor: call.query.filled("cursor"), by: call.actor)
        let view = IncidentsPage(page, workflowTitles: try await self.shell.workflowTitles(for: call), for: viewer)
        return self.shell.pages.page(viewer.phrase(.incidents), view, .incidents, for: viewer)
    }
}
