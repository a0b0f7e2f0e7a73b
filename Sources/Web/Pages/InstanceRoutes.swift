import Engine
import HTTPTypes
import Hummingbird
import Statecharts
import Values

/// `/instances`: one instance, sending it events, administering it.
struct InstanceRoutes: Sendable {
    let shell: PageShell

    func instance(_ call: Call) async throws -> Response {
        try await self.page(call, attempt: nil)
    }

    private func page(_ call: Call, attempt: InstancePage.Attempt?) async throws -> Response {
        let viewer = self.shell.viewer(call)
        let view = try await self.shell.orchestrator.instance(call.instanceID(), by: call.actor)
        let last = view.snapshot.seq
        let before = call.query.filled("before").flatMap { Int64($0) } ?? last
        let end = min(max(before, 1), last)
        let after = max(end - Int64(HistoryPage.size), 0)
        let rows = try await self.shell.orchestrator.history(
            call.instanceID(), after: max(after - 1, 0), limit: HistoryPage.size + 1, by: call.actor)
        var request = TaskRequest()
        request.instance = try call.instanceID()
        request.includesClosed = true
        request.limit = 200
        let history = HistoryPage(
            rows: rows.filter { $0.seq <= end }, after: after, isEarlier: end < last,
            tasks: try await self.shell.orchestrator.tasks(request, by: call.actor).rows)
        let page = InstancePage(view, history: history, attempt: attempt, for: viewer)
        return self.shell.pages.page(
            page.instanceTitle, page, .instance, for: viewer, status: attempt?.problem.status ?? .ok)
    }

    func send(_ call: Call) async throws -> Response {
        let id = try call.instanceID()
        let event = call.parameter("event")
        let view = try await self.shell.orchestrator.instance(id, by: call.actor)
        let offer = view.offers.first { $0.event == event }
        do {
            let data = try FormView.data(of: call.form, schema: offer?.schema)
            if let offer, offer.confirm, offer.isEnabled, call.form["_confirmed"] == nil {
                let title = offer.title.text(in: call.language) ?? event
                return self.confirm(
                    call, lead: Phrase.confirmLead.text(in: call.language, ["event": title]), data: data,
                    schema: offer.schema)
            }
            _ = try await self.shell.orchestrator.send(
                event, data: data, to: id, ifSeq: nil, id: call.commandID, by: call.actor)
            return .redirect(to: "/instances/\(id)", flash: .sent)
        } catch let error as EngineError where PageShell.shownInForm(error) {
            let attempt = InstancePage.Attempt(event: event, form: call.form, problem: Problem(error))
            return try await self.page(call, attempt: attempt)
        } catch let problem as Problem where problem.status == .unprocessableContent {
            return try await self.page(
                call, attempt: InstancePage.Attempt(event: event, form: call.form, problem: problem))
        }
    }

    private func confirm(_ call: Call, lead: String, data: Value = .null, schema: Value? = nil) -> Response {
        let viewer = self.shell.viewer(call)
        let rows = data.isNull ? [] : ValueRows(data, schema: schema, for: viewer).rows
        let page = ConfirmPage(
            lead: lead, action: call.request.uri.path, backAddress: "/instances/\(call.parameter("id"))",
            form: call.form, rows: rows, for: viewer)
        return self.shell.pages.page(viewer.phrase(.confirmTitle), page, .confirm, for: viewer)
    }

    func suspend(_ call: Call) async throws -> Response {
        _ = try await self.shell.orchestrator.suspend(call.instanceID(), by: call.actor)
        return .redirect(to: "/instances/\(try call.instanceID())", flash: .sent)
    }

    func resume(_ call: Call) async throws -> Response {
        _ = try await self.shell.orchestrator.resume(call.instanceID(), by: call.actor)
        return .redirect(to: "/instances/\(try call.instanceID())", flash: .sent)
    }

    func cancel(_ call: Call) async throws -> Response {
        let id = try call.instanceID()
        guard call.form["_confirmed"] != nil else {
            let view = try await self.shell.orchestrator.instance(id, by: call.actor)
            return self.confirm(
                call,
                lead: Phrase.confirmCancel.text(in: call.language, ["title": view.shownTitle(in: call.language)]))
        }
        _ = try await self.shell.orchestrator.cancel(id, by: call.actor)
        return .redirect(to: "/instances/\(id)", flash: .sent)
    }

    func resolve(_ call: Call) async throws -> Response {
        let id = try call.instanceID()
        _ = try await self.shell.orchestrator.resolve(
            id, set: [:], skip: call.form["how"] == "skip", by: call.actor)
        return .redirect(to: "/instances/\(id)", flash: .resolved)
    }
}
