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
        let viewer = try await self.shell.viewer(call)
        let view = try await self.shell.orchestrator.instance(call.instanceID(), by: call.actor)
        let last = view.snapshot.seq
        let before = call.query.filled("before").flatMap { Int64($0) } ?? last
        let end = min(max(before, 1), last)
        let after = max(end - Int64(HistoryPage.size), 0)
        let rows = try await self.shell.orchestrator.history(
            call.instanceID(), after: max(after - 1, 0), limit: HistoryPage.size + 1, by: call.actor)
        let history = HistoryPage(
            rows: rows.filter { $0.seq <= end }, after: after, isEarlier: end < last, tasks: view.tasks)
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
                return try await self.shell.confirm(
                    call, lead: Phrase.confirmLead.text(in: call.language, ["event": title]), back: "/instances/\(id)",
                    data: data, schema: offer.schema)
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

    func suspend(_ call: Call) async throws -> Response {
        _ = try await self.shell.orchestrator.suspend(
            call.instanceID(), id: call.commandID, by: call.actor)
        return .redirect(to: "/instances/\(try call.instanceID())", flash: .sent)
    }

    func resume(_ call: Call) async throws -> Response {
        _ = try await self.shell.orchestrator.resume(
            call.instanceID(), id: call.commandID, by: call.actor)
        return .redirect(to: "/instances/\(try call.instanceID())", flash: .sent)
    }

    func cancel(_ call: Call) async throws -> Response {
        let id = try call.instanceID()
        guard call.form["_confirmed"] != nil else {
            let view = try await self.shell.orchestrator.instance(id, by: call.actor)
            let title = view.shownTitle(in: call.language)
            return try await self.shell.confirm(
                call, lead: Phrase.confirmCancel.text(in: call.language, ["title": title]), back: "/instances/\(id)")
        }
        _ = try await self.shell.orchestrator.cancel(id, id: call.commandID, by: call.actor)
        return .redirect(to: "/instances/\(id)", flash: .sent)
    }

    func resolve(_ call: Call) async throws -> Response {
        let id = try call.instanceID()
        let skips = call.form["how"] == "skip"
        if skips, call.form["_confirmed"] == nil {
            return try await self.shell.confirm(
                call, lead: Phrase.confirmSkip.text(in: call.language), back: "/instances/\(id)")
        }
        _ = try await self.shell.orchestrator.resolve(
            id, set: [:], skip: skips, id: call.commandID, by: call.actor)
        return .redirect(to: "/instances/\(id)", flash: .resolved)
    }
}
