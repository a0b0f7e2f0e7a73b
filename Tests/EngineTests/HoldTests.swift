import Statecharts
import TestSupport
import Testing
import Values

@testable import Engine

/// Due dates of tasks, and states on hold.
@Suite(.migratedSchema) struct HoldTests {
    private let admin = EngineFixture.admin
    private let worker = Actor(roles: ["worker"], worker: "w1")

    private static let project = """
        workflow: project
        context: {sum: null, plan: null}
        events: {hold: {}, back: {}, plan: {}}
        initial: active
        states:
          active:
            on:
              hold: held
              plan: {actions: {assign: {plan: event.data}}}
            states:
              work:
                invoke:
                  - {id: sums, src: worker, topic: things, onDone: {actions: {assign: {sum: event.data.n}}}, onError: work}
                  - {id: report, src: human, candidates: {roles: [author]}, due: P30D, roll: none}
                  - {id: planned, src: human, candidates: {roles: [author]}, due: {at: context.plan}}
              before: {type: history, keep: true}
          held: {on: {back: active.before}}
        """

    private func acquire(on engine: Orchestrator, wait: Double) async throws -> AcquiredJob? {
        try await engine.acquire(
            topics: [("things", 60)], worker: "w1", max: 1, waitSeconds: wait, by: self.worker
        ).first
    }

    private func inbox(on engine: Orchestrator) async throws -> [String: TaskView] {
        var request = TaskRequest()
        request.user = "wu"
        let tasks = try await engine.tasks(request, by: Actor(user: "wu", roles: ["author"])).rows
        return Dictionary(tasks.map { ($0.name, $0) }) { first, _ in first }
    }

    private func start(on engine: Orchestrator) async throws -> InstanceID {
        try await EngineFixture.deploy(Self.project, on: engine)
        return try await engine.start("project", version: nil, key: nil, data: .null, id: nil, by: self.admin).instance
    }

    private func send(_ event: String, _ data: Value = .null, to id: InstanceID, on engine: Orchestrator) async throws {
        _ = try await engine.send(event, data: data, to: id, ifSeq: nil, id: nil, by: self.admin)
    }

    @Test func `an inbox shows when a task is due`() async throws {
        try await EngineFixture.with { engine in
            let id = try await self.start(on: engine)
            let started = try await engine.instance(id, by: self.admin).snapshot.facts.startedAt
            let due = try await self.inbox(on: engine)["report"]?.dueAt
            #expect(due?.seconds == started.seconds + 30 * 86_400)
            #expect(try await self.inbox(on: engine)["planned"]?.dueAt == nil)

            try await self.send("plan", "2031-05-01T00:00:00Z", to: id, on: engine)

            #expect(try await self.inbox(on: engine)["planned"]?.dueAt == Timestamp("2031-05-01T00:00:00Z"))
        }
    }

    @Test func `a task on hold leaves the inbox and comes back`() async throws {
        try await EngineFixture.with { engine in
            let id = try await self.start(on: engine)
            let task = try #require(try await self.inbox(on: engine)["report"])
            _ = try await engine.perform(
                .claim, on: task.id, id: nil, by: Actor(user: "wu", roles: ["author"]))

            try await self.send("hold", to: id, on: engine)

            #expect(try await self.inbox(on: engine).isEmpty)
            let parked = try await engine.task(task.id, by: self.admin)
            #expect(parked.state == "parked" && parked.assignee == "wu")
            await #expect(throws: EngineError.self) {
                try await engine.perform(.submit(data: .null), on: task.id, id: nil, by: Actor(user: "wu"))
            }
            try await self.send("back", to: id, on: engine)
            let back = try #require(try await self.inbox(on: engine)["report"])
            #expect(back.id == task.id && back.state == "claimed")
            #expect(try #require(back.dueAt) > (try #require(task.dueAt)))
        }
    }

    @Test func `a job on hold is nobody's until it goes on`() async throws {
        try await EngineFixture.with { engine in
            let id = try await self.start(on: engine)
            try await self.send("hold", to: id, on: engine)
            #expect(try await self.acquire(on: engine, wait: 0) == nil)
            _ = try await engine.suspend(id, by: self.admin)
            _ = try await engine.resume(id, by: self.admin)
            #expect(try await self.acquire(on: engine, wait: 0) == nil)

            try await self.send("back", to: id, on: engine)

            let job = try #require(try await self.acquire(on: engine, wait: 10))
            _ = try await engine.complete(
                job: job.id, worker: "w1", attempt: job.attempt, result: ["n": 7], by: self.worker)
            #expect(try await engine.instance(id, by: self.admin).snapshot.context["sum"] == 7)
        }
    }

    @Test func `a result that comes while the job is on hold is kept`() async throws {
        try await EngineFixture.with { engine in
            let id = try await self.start(on: engine)
            let job = try #require(try await self.acquire(on: engine, wait: 10))
            try await self.send("hold", to: id, on: engine)
            await #expect(throws: EngineError.self) {
                try await engine.heartbeat(job: job.id, worker: "w1", attempt: 1, lease: 60, by: self.worker)
            }

            _ = try await engine.complete(job: job.id, worker: "w1", attempt: 1, result: ["n": 7], by: self.worker)

            let held = try await engine.instance(id, by: self.admin)
            #expect(held.snapshot.context["sum"] == .null && held.jobs.isEmpty)
            try await self.send("back", to: id, on: engine)
            _ = try await EngineFixture.eventually(engine, id) { $0.snapshot.context["sum"] == 7 }
        }
    }

    private func report(_ job: AcquiredJob, isFinal: Bool, on engine: Orchestrator) async throws {
        try await engine.fail(
            job: job.id, worker: "w1", attempt: job.attempt, message: "broken", isFinal: isFinal, retryInSeconds: 0,
            by: self.worker)
    }

    /// It was refused, and nobody heard of it.
    @Test func `a failure for good that comes while the job is on hold is kept`() async throws {
        try await EngineFixture.with { engine in
            let id = try await self.start(on: engine)
            let job = try #require(try await self.acquire(on: engine, wait: 10))
            try await self.send("hold", to: id, on: engine)

            try await self.report(job, isFinal: true, on: engine)

            #expect(try await engine.instance(id, by: self.admin).jobs.isEmpty)
            try await self.send("back", to: id, on: engine)
            let view = try await EngineFixture.eventually(engine, id) { $0.jobs.isEmpty }
            #expect(!view.snapshot.invocations.contains { $0.name == "sums" } && view.incidents.isEmpty)
        }
    }

    @Test func `an attempt that fails while the job is on hold is tried again when it goes on`() async throws {
        try await EngineFixture.with { engine in
            let id = try await self.start(on: engine)
            let job = try #require(try await self.acquire(on: engine, wait: 10))
            try await self.send("hold", to: id, on: engine)

            try await self.report(job, isFinal: false, on: engine)

            let held = try await engine.job(job.id, by: self.admin)
            #expect(held.state == "parked" && held.worker == nil)
            #expect(try await self.acquire(on: engine, wait: 0) == nil)
            try await self.send("back", to: id, on: engine)
            #expect(try await self.acquire(on: engine, wait: 10)?.attempt == 2)
        }
    }

    /// A worker got it, though its state was left.
    @Test func `a job on hold cannot be tried again before its state goes on`() async throws {
        try await EngineFixture.with { engine in
            let id = try await self.start(on: engine)
            let job = try #require(try await engine.instance(id, by: self.admin).jobs.first).id
            try await self.send("hold", to: id, on: engine)

            let error = await #expect(throws: EngineError.self) { try await engine.retry(job: job, by: self.admin) }

            #expect(error?.code == .refused)
            #expect(try await self.acquire(on: engine, wait: 0) == nil)
        }
    }

    @Test func `a failed job of a state on hold is tried again only when the state goes on`() async throws {
        try await EngineFixture.with { engine in
            try await EngineFixture.deploy(
                Self.project.replacing(", onError: work}", with: ", retry: {attempts: 1}}"), on: engine)
            let id = try await engine.start("project", version: nil, key: nil, data: .null, id: nil, by: self.admin)
                .instance
            let job = try #require(try await self.acquire(on: engine, wait: 10))
            try await self.report(job, isFinal: true, on: engine)
            #expect(try await engine.instance(id, by: self.admin).incidents.count == 1)
            try await self.send("hold", to: id, on: engine)

            let error = await #expect(throws: EngineError.self) { try await engine.retry(job: job.id, by: self.admin) }
            #expect(error?.code == .refused)
            _ = try await engine.resolve(id, set: [:], skip: false, by: self.admin)

            #expect(try await engine.instance(id, by: self.admin).incidents.isEmpty)
            #expect(try await self.acquire(on: engine, wait: 0) == nil)
            try await self.send("back", to: id, on: engine)
            #expect(try await self.acquire(on: engine, wait: 10)?.attempt == 2)
        }
    }

    /// Its row was made due, and stayed so when its cancellation came to nothing.
    @Test func `a job on hold can be cancelled`() async throws {
        try await EngineFixture.with { engine in
            let id = try await self.start(on: engine)
            let job = try #require(try await engine.instance(id, by: self.admin).jobs.first).id
            try await self.send("hold", to: id, on: engine)
            try await engine.cancel(job: job, by: self.admin)
            #expect(try await engine.instance(id, by: self.admin).jobs.isEmpty)
            try await self.send("back", to: id, on: engine)
            _ = try await EngineFixture.eventually(engine, id) { $0.jobs.isEmpty }
        }
    }
}
