import Engine
import HTTPTypes
import Hummingbird
import Statecharts
import Values

/// `/tasks`, `/notices`, `/incidents`: what waits for people.
struct InboxRoutes: Sendable {
    let shell: PageShell

    func tasks(_ call: Call) async throws -> Response {
        let viewer = try await self.shell.viewer(call)
        var request = TaskRequest()
        request.user = call.actor.user
        request.cursor = call.query.filled("cursor")
        let page = try await self.shell.orchestrator.tasks(request, by: call.actor)
        let view = TasksPage(page, workflowTitles: try await self.shell.workflowTitles(for: call), for: viewer)
        return self.shell.pages.page(viewer.phrase(.tasks), view, .tasks, for: viewer)
    }

    func task(_ call: Call) async throws -> Response {
        let task = try await self.shell.orchestrator.task(call.parameter("id"), by: call.actor)
        return try await self.taskPage(task, attempt: nil, call)
    }

    private func taskPage(
        _ task: TaskView, attempt: (form: Form, problem: Problem)?, _ call: Call
    ) async throws -> Response {
        let viewer = try await self.shell.viewer(call)
        let view = TaskPage(task, attempt: attempt, for: viewer)
        return self.shell.pages.page(
            view.taskTitle, view, .task, for: viewer, status: attempt?.problem.status ?? .ok)
    }

    func perform(_ call: Call) async throws -> Response {
        let orchestrator = self.shell.orchestrator
        let id = call.parameter("id")
        let task = try await orchestrator.task(id, by: call.actor)
        let address = "/tasks/\(Form.encode(id))"
        do {
            let (verb, flash) = try self.verb(call, of: task)
            if let lead = self.lead(call, of: task), call.form["_confirmed"] == nil {
                return try await self.shell.confirm(call, lead: lead, back: address)
            }
            _ = try await orchestrator.perform(verb, on: id, id: call.commandID, by: call.actor)
            let isOver = Self.leaving.contains(call.parameter("verb"))
            return .redirect(to: isOver ? "/tasks" : address, flash: flash)
        } catch let error as EngineError where PageShell.shownInForm(error) {
            return try await self.taskPage(task, attempt: (call.form, Problem(error)), call)
        } catch let problem as Problem where problem.status == .unprocessableContent {
            return try await self.taskPage(task, attempt: (call.form, problem), call)
        }
    }

    /// After these the task is somebody else's business.
    private static let leaving: Set<String> = ["submit", "assign", "delegate", "resolve", "recuse"]

    private func verb(_ call: Call, of task: TaskView) throws -> (TaskVerb, Flash) {
        var said = ValueMap()
        for key in ["user", "reason"] {
            if let text = call.form[key]?.trimmingWhitespace(), !text.isEmpty { said[key] = .string(text) }
        }
        let verb = call.parameter("verb")
        if ["assign", "delegate", "add"].contains(verb), said["user"] == nil {
            throw JSONObject.mistake("/user", "a user name", "用户名")
        }
        func other(_ flash: Flash) -> (TaskVerb, Flash) {
            (.other(verb, data: said.isEmpty ? .null : .map(said)), flash)
        }
        switch verb {
        case "claim": return (.claim, .claimed)
        case "release": return other(.released)
        case "assign": return other(.assigned)
        case "delegate": return other(.delegated)
        case "nudge": return other(.nudged)
        case "add", "remove", "recuse", "abstain", "withdraw": return other(.sent)
        case "resolve":
            said["data"] = try FormView.data(of: call.form, schema: task.form, isPartial: true)
            return other(.returned)
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

    /// What to ask before a verb that cannot be taken back; nil: it can.
    private func lead(_ call: Call, of task: TaskView) -> String? {
        switch call.parameter("verb") {
        case "recuse": return Phrase.confirmRecuse.text(in: call.language)
        case "remove":
            guard let user = call.form.filled("user") else { return Phrase.confirmRemoveSeat.text(in: call.language) }
            return Phrase.confirmRemove.text(in: call.language, ["user": user])
        default: return nil
        }
    }

    func notices(_ call: Call) async throws -> Response {
        let viewer = try await self.shell.viewer(call)
        let view = NoticesPage(
            try await self.shell.orchestrator.notices(limit: 100, by: call.actor), for: viewer)
        return self.shell.pages.page(viewer.phrase(.notices), view, .notices, for: viewer)
    }

    func readNotice(_ call: Call) async throws -> Response {
        try await self.shell.orchestrator.markRead(notice: call.parameter("id"), by: call.actor)
        return .redirect(to: "/notices")
    }

    func incidents(_ call: Call) async throws -> Response {
        let viewer = try await self.shell.viewer(call)
        let page = try await self.shell.orchestrator.incidents(
            limit: 50, cursor: call.query.filled("cursor"), by: call.actor)
        let view = IncidentsPage(page, workflowTitles: try await self.shell.workflowTitles(for: call), for: viewer)
        return self.shell.pages.page(viewer.phrase(.incidents), view, .incidents, for: viewer)
    }
}
