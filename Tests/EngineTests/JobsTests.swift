import Postgres
import Statecharts
import Synchronization
import TestSupport
import Testing
import Values

@testable import Engine

@Suite(.migratedSchema) struct JobsTests {
    private let admin = EngineFixture.admin
    private let worker = Actor(roles: ["worker"], worker: "w1")

    private static func code(_ body: () async throws -> Void) async -> EngineError.Code? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? EngineError)?.code
        }
    }

    private func start(_ source: String, on engine: Orchestrator) async throws -> InstanceID {
        let deployment = try await engine.deploy(source, file: "test.yaml", by: self.admin)
        return try await engine.start(
            deployment.workflow, version: nil, key: nil, data: .null, id: nil, by: self.admin
        ).instance
    }

    private func acquire(
        on engine: Orchestrator, worker: String = "w1", lease: Double = 60, wait: Double = 10
    ) async throws -> AcquiredJob? {
        try await engine.acquire(
            topics: [("things", lease)], worker: worker, max: 1, waitSeconds: wait, by: self.worker
        ).first
    }

    @Test func `a leased job is nobody else's, and its result moves the instance`() async throws {
        try await EngineFixture.with { engine in
            let id = try await self.start(Samples.work, on: engine)
            let job = try #require(try await self.acquire(on: engine))
            #expect(job.instance == id && job.attempt == 1 && job.workflow == "work")
            #expect(job.name == "job" && job.path == "a" && job.input == ["x": 1])
            #expect(try await self.acquire(on: engine, worker: "w2", wait: 0) == nil)

            let answer = try await engine.complete(
                job: job.id, worker: "w1", attempt: 1, result: ["n": 7], by: self.worker)
            #expect(answer.states == ["b"])
            let view = try await engine.instance(id, by: self.admin)
            #expect(view.snapshot.context["n"] == 7 && view.jobs.isEmpty)
            let history = try await engine.history(id, after: 1, limit: 10, by: self.admin)
            #expect(history.first?.by.worker == "w1" && history.first?.origin == .result)
        }
    }

    /// The topic named first got every worker for as long as it had jobs.
    @Test func `a topic's backlog does not starve another one of the same priority`() async throws {
        let turns = Mutex<UInt64>(0)
        var ambient = Ambient.system
        ambient.random = {
            turns.withLock { turn in
                turn += 1
                return turn
            }
        }
        try await EngineFixture.with(ambient: ambient) { engine in
            let others = Samples.work.replacing("topic: things", with: "topic: others")
                .replacing("workflow: work", with: "workflow: others")
            for _ in 0..<4 {
                _ = try await self.start(Samples.work, on: engine)
                _ = try await self.start(others, on: engine)
            }
            var topics: Set<String> = []
            for _ in 0..<4 {
                let jobs = try await engine.acquire(
                    topics: [("things", 60), ("others", 60)], worker: "w1", max: 1, waitSeconds: 10, by: self.worker)
                topics.formUnion(jobs.map(\.topic))
            }
            #expect(topics == ["things", "others"])
        }
    }

    @Test func `completing twice gives the first answer, with another result the lease is lost`() async throws {
        try await EngineFixture.with { engine in
            _ = try await self.start(Samples.work, on: engine)
            let job = try #require(try await self.acquire(on: engine))
            let first = try await engine.complete(
                job: job.id, worker: "w1", attempt: 1, result: ["n": 7], by: self.worker)
            let second = try await engine.complete(
                job: job.id, worker: "w1", attempt: 1, result: ["n": 7], by: self.worker)
            #expect(second.isRepeated && second.seq == first.seq)
            let other = await Self.code {
                _ = try await engine.complete(
                    job: job.id, worker: "w1", attempt: 1, result: ["n": 8], by: self.worker)
            }
            #expect(other == .refused)
        }
    }

    @Test func `who lost the lease can change nothing`() async throws {
        try await EngineFixture.with { engine in
            _ = try await self.start(Samples.work, on: engine)
            let lost = try #require(try await self.acquire(on: engine, lease: 0.001))
            let held = try #require(try await self.acquire(on: engine, worker: "w2"))
            #expect(held.id == lost.id && held.attempt == 2)

            let complete = await Self.code {
                _ = try await engine.complete(job: lost.id, worker: "w1", attempt: 1, result: .null, by: self.worker)
            }
            let heartbeat = await Self.code {
                _ = try await engine.heartbeat(job: lost.id, worker: "w1", attempt: 1, lease: 60, by: self.worker)
            }
            let fail = await Self.code {
                try await engine.fail(
                    job: lost.id, worker: "w1", attempt: 1, message: "", isFinal: true, retryInSeconds: nil,
                    by: self.worker)
            }
            #expect([complete, heartbeat, fail] == [.refused, .refused, .refused])
            let isCancelled = try await engine.heartbeat(
                job: held.id, worker: "w2", attempt: 2, lease: 60, by: self.worker)
            #expect(!isCancelled)
        }
    }

    @Test func `a failure is tried again until attempts are used up, then the definition handles it`() async throws {
        try await EngineFixture.with { engine in
            let id = try await self.start(Samples.work, on: engine)
            for attempt in 1...2 {
                let job = try #require(try await self.acquire(on: engine))
                #expect(job.attempt == attempt)
                try await engine.fail(
                    job: job.id, worker: "w1", attempt: attempt, message: "broken", isFinal: false,
                    retryInSeconds: nil, code: "E\(attempt)", by: self.worker)
                let left = try await engine.instance(id, by: self.admin).jobs
                #expect(left.map(\.failure) == (attempt == 1 ? ["broken"] : []))
            }
            let view = try await engine.instance(id, by: self.admin)
            #expect(view.snapshot.active == ["failed"] && view.snapshot.context["code"] == "E2")
        }
    }

    @Test func `a final failure is not tried again`() async throws {
        try await EngineFixture.with { engine in
            let id = try await self.start(Samples.work, on: engine)
            let job = try #require(try await self.acquire(on: engine))
            try await engine.fail(
                job: job.id, worker: "w1", attempt: 1, message: "no", isFinal: true, retryInSeconds: nil,
                by: self.worker)
            #expect(try await engine.instance(id, by: self.admin).snapshot.active == ["failed"])
        }
    }

    @Test func `an unhandled failure is an incident, and a retry closes it with fresh attempts`() async throws {
        try await EngineFixture.with { engine in
            let id = try await self.start(Samples.fragile, on: engine)
            let job = try #require(try await self.acquire(on: engine))
            try await engine.fail(
                job: job.id, worker: "w1", attempt: 1, message: "no", isFinal: false, retryInSeconds: nil,
                by: self.worker)
            let incident = try #require(try await engine.incidents(limit: 10, cursor: nil, by: self.admin).rows.first)
            #expect(incident.instance == id && incident.job == job.id)
            #expect(try await engine.job(job.id, by: self.admin).state == "parked")
            #expect(try await engine.list(ListingRequest(), by: self.admin).rows.first?.incidents == 1)

            try await engine.retry(job: job.id, by: self.admin)
            #expect(try await engine.incidents(limit: 10, cursor: nil, by: self.admin).rows.isEmpty)
            #expect(try await engine.list(ListingRequest(), by: self.admin).rows.first?.incidents == 0)
            let again = try #require(try await self.acquire(on: engine))
            #expect(again.id == job.id && again.attempt == 2)
            _ = try await engine.complete(job: job.id, worker: "w1", attempt: 2, result: .null, by: self.worker)
            #expect(try await engine.instance(id, by: self.admin).snapshot.active == ["b"])
        }
    }

    @Test func `cancelling a job ends it as an error, and its worker hears of it`() async throws {
        try await EngineFixture.with { engine in
            let id = try await self.start(Samples.work, on: engine)
            let job = try #require(try await self.acquire(on: engine))
            try await engine.cancel(job: job.id, by: self.admin)
            let view = try await engine.instance(id, by: self.admin)
            #expect(view.snapshot.active == ["failed"] && view.snapshot.context["code"] == "cancelled")
            let isCancelled = try await engine.heartbeat(
                job: job.id, worker: "w1", attempt: 1, lease: 60, by: self.worker)
            #expect(isCancelled)
        }
    }

    @Test func `leases that run out again and again use the attempts up`() async throws {
        try await EngineFixture.with { engine in
            let id = try await self.start(Samples.work, on: engine)
            for _ in 1...2 { #expect(try await self.acquire(on: engine, lease: 0.001) != nil) }
            let none = try await self.acquire(on: engine, wait: 0.2)
            #expect(none == nil)
            let view = try await engine.instance(id, by: self.admin)
            #expect(view.snapshot.active == ["failed"] && view.snapshot.context["code"] == "lease")
        }
    }

    @Test func `a waiting worker is woken by work`() async throws {
        try await EngineFixture.with { engine in
            async let waiting = self.acquire(on: engine, wait: 30)
            _ = try await self.start(Samples.work, on: engine)
            #expect(try await waiting != nil)
        }
    }

    @Test func `leases given back are due at once and cost no attempt`() async throws {
        try await EngineFixture.with { engine in
            _ = try await self.start(Samples.work, on: engine)
            for _ in 1...4 {
                let job = try #require(try await self.acquire(on: engine))
                try await engine.returnLeases([job], worker: "w1")
            }
            let job = try #require(try await self.acquire(on: engine))
            #expect(job.attempt == 5)
        }
    }

    @Test(arguments: ["timer", "signal", "start", ""])
    func `the engine's own topics are not for workers`(topic: String) async throws {
        try await EngineFixture.with { engine in
            let topics = topic.isEmpty ? [] : [(topic: topic, lease: 60.0)]
            let code = await Self.code {
                _ = try await engine.acquire(topics: topics, worker: "w", max: 1, waitSeconds: 0, by: self.admin)
            }
            #expect(code == .invalid)
        }
    }

    @Test func `work is for workers of its topic`() async throws {
        try await EngineFixture.with { engine in
            _ = try await self.start(Samples.work, on: engine)
            let topics = [(topic: "things", lease: 60.0)]
            let stranger = await Self.code {
                _ = try await engine.acquire(
                    topics: topics, worker: "w", max: 1, waitSeconds: 0, by: Actor(user: "eve", roles: ["worker.other"])
                )
            }
            #expect(stranger == .forbidden)
            let own = Actor(user: "bob", roles: ["worker.things"])
            let jobs = try await engine.acquire(topics: topics, worker: "w", max: 1, waitSeconds: 0, by: own)
            let job = try #require(jobs.first)
            let other = await Self.code {
                _ = try await engine.complete(
                    job: job.id, worker: "w", attempt: 1, result: .null, by: Actor(roles: ["worker.other"]))
            }
            #expect(other == .forbidden)
            _ = try await engine.complete(job: job.id, worker: "w", attempt: 1, result: ["n": 1], by: own)
        }
    }

    @Test func `a result that is too large is refused`() async throws {
        try await EngineFixture.with { engine in
            _ = try await self.start(Samples.work, on: engine)
            let job = try #require(try await self.acquire(on: engine))
            let code = await Self.code {
                _ = try await engine.complete(
                    job: job.id, worker: "w1", attempt: 1, result: .string(String(repeating: "x", count: 300_000)),
                    by: self.worker)
            }
            #expect(code == .tooLarge)
        }
    }

    /// They came by the time for which they had been due.
    @Test func `urgent jobs come first, of any topic, then those that are due longest`() async throws {
        let source = """
            workflow: urgencies
            initial: a
            states:
              a:
                type: parallel
                states:
                  b: {invoke: {id: slow, src: worker, topic: things, priority: 3}}
                  c: {invoke: {id: usual, src: worker, topic: things}}
                  d: {invoke: {id: urgent, src: worker, topic: others, priority: 0}}
                  e: {invoke: {id: first, src: worker, topic: things, priority: 0}}
            """
        var ambient = Ambient.system
        // The topic that is named first comes first.
        ambient.random = { UInt64.random(in: 0...(.max / 2)) * 2 }
        try await EngineFixture.with(ambient: ambient) { engine in
            let ids = [try await self.start(source, on: engine), try await self.start(source, on: engine)]
            var names: [String] = []
            var instances: [InstanceID] = []
            for max in [1, 2, 3, 2] {
                let jobs = try await engine.acquire(
                    topics: [("things", 60), ("others", 60)], worker: "w1", max: max, waitSeconds: 0, by: self.worker)
                names += jobs.map(\.name)
                instances += jobs.map(\.instance)
            }
            #expect(names == ["first", "urgent", "first", "urgent", "usual", "usual", "slow", "slow"])
            #expect(instances == [0, 0, 1, 1, 0, 1, 0, 1].map { ids[$0] })
        }
    }
}
