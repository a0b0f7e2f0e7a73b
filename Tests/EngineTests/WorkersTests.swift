import Postgres
import ServiceLifecycle
import Statecharts
import Synchronization
import TestSupport
import Testing
import Values

@testable import Engine

@Suite(.migratedSchema) struct WorkersTests {
    private let admin = EngineFixture.admin

    private func start(on engine: Orchestrator) async throws -> InstanceID {
        try await EngineFixture.deploy(Samples.work, on: engine)
        return try await engine.start("work", version: nil, key: nil, data: .null, id: nil, by: self.admin).instance
    }

    /// Runs workers while the body runs.
    private func with(
        _ engine: Orchestrator, drainSeconds: Double = 0, leaseSeconds: Double = 60,
        work: @escaping @Sendable (AcquiredJob) async throws -> Value, _ body: () async throws -> Void
    ) async throws {
        let topic = Workers.Topic("things", leaseSeconds: leaseSeconds, work: work)
        let workers = Workers(engine, name: "pool", topics: [topic], drainSeconds: drainSeconds, logger: .silent)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await workers.run() }
            try await body()
            group.cancelAll()
        }
    }

    @Test func `work's value is the result`() async throws {
        try await EngineFixture.with { engine in
            let id = try await self.start(on: engine)
            try await self.with(engine, work: { job in ["n": job.input["x"] ?? .null] }) {
                let view = try await EngineFixture.eventually(engine, id) { $0.snapshot.active == ["b"] }
                #expect(view.snapshot.context["n"] == 1)
            }
        }
    }

    @Test func `a final failure reaches the definition at once, with its code`() async throws {
        try await EngineFixture.with { engine in
            let id = try await self.start(on: engine)
            try await self.with(engine, work: { _ in throw WorkFailure("E7", "no", isFinal: true) }) {
                let view = try await EngineFixture.eventually(engine, id) { $0.snapshot.active == ["failed"] }
                #expect(view.snapshot.context["code"] == "E7" && view.snapshot.seq == 2)
            }
        }
    }

    @Test func `other errors are tried again`() async throws {
        struct Broken: Error {}
        let attempts = Mutex<[Int]>([])
        try await EngineFixture.with { engine in
            let id = try await self.start(on: engine)
            let work: @Sendable (AcquiredJob) async throws -> Value = { job in
                attempts.withLock { $0.append(job.attempt) }
                throw Broken()
            }
            try await self.with(engine, work: work) {
                let view = try await EngineFixture.eventually(engine, id) { $0.snapshot.active == ["failed"] }
                #expect(view.snapshot.context["code"] == "failed")
            }
        }
        #expect(attempts.withLock { $0 } == [1, 2])
    }

    @Test func `work that is interrupted gives its lease back`() async throws {
        try await EngineFixture.with { engine in
            let id = try await self.start(on: engine)
            let (started, began) = AsyncStream.makeStream(of: Void.self)
            let work: @Sendable (AcquiredJob) async throws -> Value = { _ in
                began.yield()
                try await Task.sleep(for: .seconds(600))
                return .null
            }
            try await self.with(engine, work: work) {
                for await _ in started { break }
            }
            let job = try #require(try await engine.instance(id, by: self.admin).jobs.first)
            // The other slot may have leased it once more before it heard of the end, and given it back too.
            #expect(job.state == "waiting" && job.worker == nil && job.attempt >= 1)
        }
    }

    @Test func `a job that is cancelled cancels the work`() async throws {
        try await EngineFixture.with { engine in
            _ = try await self.start(on: engine)
            let (started, began) = AsyncStream.makeStream(of: String.self)
            let (cancelled, ended) = AsyncStream.makeStream(of: Bool.self)
            let work: @Sendable (AcquiredJob) async throws -> Value = { job in
                began.yield(job.id)
                do {
                    try await Task.sleep(for: .seconds(600))
                } catch {
                    ended.yield(true)
                }
                return .null
            }
            try await self.with(engine, leaseSeconds: 1.5, work: work) {
                for await job in started {
                    try await engine.cancel(job: job, by: self.admin)
                    break
                }
                for await isCancelled in cancelled {
                    #expect(isCancelled)
                    break
                }
            }
        }
    }
}
