package import Logging
package import Postgres
import SQL
package import Statecharts
import Synchronization
import Values

/// Measures how many transitions the engine commits, with callers in this process, in a schema of its own.
package struct LoadTest: Sendable {
    package struct Plan: Sendable {
        package var instances = 2_000
        package var callers = 512
        package var seconds = 10.0
        /// Before it counts.
        package var warmUpSeconds = 1.0
        package init() {}
    }

    package struct Measurement: Sendable {
        package var count: Int
        package var perSecond: Double
        package var p50Milliseconds: Double
        package var p99Milliseconds: Double

        /// Of the latencies of commands that were answered in so many seconds.
        init(latencies: [Duration], seconds: Double) {
            let sorted = latencies.map { $0 / .milliseconds(1) }.sorted()
            self.count = sorted.count
            self.perSecond = Double(sorted.count) / seconds
            self.p50Milliseconds = sorted.isEmpty ? 0 : sorted[sorted.count / 2]
            self.p99Milliseconds = sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, sorted.count * 99 / 100)]
        }
    }

    private let options: ConnectionOptions
    private let limits: Limits
    private let logger: Logger
    private let actor = Actor(user: "bench", roles: ["admin"])

    /// Two states and a counter: a transition changes states and context.
    private static let workflow = """
        workflow: bench
        context: {n: 0}
        events: {go: {}}
        initial: a
        states:
          a: {on: {go: {target: b, actions: [{assign: {n: context.n + 1}}]}}}
          b: {on: {go: {target: a, actions: [{assign: {n: context.n + 1}}]}}}
        """

    package init(options: ConnectionOptions, limits: Limits = Limits(), logger: Logger) {
        self.options = options
        self.limits = limits
        self.logger = logger
    }

    /// What a measurement works on: a running engine with instances, in a schema of its own that goes with it.
    package struct Stage: Sendable {
        package var engine: Orchestrator
        package var instances: [InstanceID]
        /// Leads to the schema.
        package var options: ConnectionOptions
        package var actor: Actor
        let pool: Pool

        /// Events sent to random instances by callers in this process, each of whom waits for the answer.
        package func transitions(_ plan: Plan) async throws -> Measurement {
            try await self.measure(plan) { random in
                let id = self.instances[Int(random % UInt64(self.instances.count))]
                _ = try await self.engine.send("go", data: .null, to: id, ifSeq: nil, id: nil, by: self.actor)
            }
        }

        /// New instances.
        package func starts(_ plan: Plan) async throws -> Measurement {
            try await self.measure(plan) { _ in
                _ = try await self.engine.start(
                    "bench", version: nil, key: nil, data: .null, id: nil, by: self.actor)
            }
        }

        /// Clears away what was written so far, so that each measurement begins alike.
        package func settle() async throws {
            _ = try await self.pool.query(Statement(SQL.vacuum, isPrepared: false))
            // Only a superuser may: elsewhere a checkpoint comes when it comes.
            _ = try? await self.pool.query(Statement(SQL.checkpoint, isPrepared: false))
        }

        /// Rows for the baseline to change: copies of the first instance, with ids that a pgbench script can make.
        package func copyInstances(_ count: Int) async throws {
            guard let first = self.instances.first else { return }
            let id = PostgresUUID(high: first.high, low: first.low)
            _ = try await self.pool.query(
                Statement(SQL.copyInstance, [.uuid(id), .int4(Int32(clamping: count))], isPrepared: false))
        }
    }

    /// Starts `instances` and gives the stage to the body.
    package func onStage<Answer: Sendable>(
        instances: Int, _ body: @Sendable (Stage) async throws -> Answer
    ) async throws -> Answer {
        try await self.withEngine { engine, pool, options in
            let ids = try await self.start(instances, on: engine)
            return try await body(
                Stage(engine: engine, instances: ids, options: options, actor: self.actor, pool: pool))
        }
    }

    // MARK: Surroundings

    private func withEngine<Answer: Sendable>(
        _ body: @Sendable (Orchestrator, Pool, ConnectionOptions) async throws -> Answer
    ) async throws -> Answer {
        var options = self.options
        options.searchPath = "bench_\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
        let owner = try await Connection.connect(to: options, logger: self.logger)
        try await owner.execute(script: SQL.createSchema)
        let result = await self.result { try await self.run(options, body) }
        try await owner.execute(script: SQL.dropSchema)
        await owner.close()
        return try result.get()
    }

    private func run<Answer: Sendable>(
        _ options: ConnectionOptions,
        _ body: @Sendable (Orchestrator, Pool, ConnectionOptions) async throws -> Answer
    ) async throws -> Answer {
        try await Migrator(options: options, logger: self.logger).migrate()
        let pool = Pool(options: options, logger: self.logger)
        let engine = Orchestrator(pool: pool, connection: options, limits: self.limits, logger: self.logger)
        let result = await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await engine.run() }
            let result = await self.result {
                _ = try await engine.deploy(Self.workflow, file: "bench.yaml", by: self.actor)
                return try await body(engine, pool, options)
            }
            group.cancelAll()
            return result
        }
        await pool.close()
        return try result.get()
    }

    private func result<Answer: Sendable>(_ body: () async throws -> Answer) async -> Result<Answer, any Error> {
        do {
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }

    private func start(_ count: Int, on engine: Orchestrator) async throws -> [InstanceID] {
        try await withThrowingTaskGroup(of: InstanceID.self) { group in
            for _ in 0..<count {
                group.addTask {
                    try await engine.start("bench", version: nil, key: nil, data: .null, id: nil, by: self.actor)
                        .instance
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }
}

extension LoadTest.Stage {
    /// Callers that do one thing after the other until the time is over.
    package func measure(
        _ plan: LoadTest.Plan, _ body: @escaping @Sendable (_ random: UInt64) async throws -> Void
    ) async throws -> LoadTest.Measurement {
        let begin = ContinuousClock.now + .seconds(plan.warmUpSeconds)
        let end = begin + .seconds(plan.seconds)
        // What began in time counts, and so does the time that its answer took.
        let (latencies, last) = try await withThrowingTaskGroup(of: ([Duration], ContinuousClock.Instant).self) {
            group in
            for _ in 0..<plan.callers {
                group.addTask {
                    // Not the system's at each step: asking the kernel would be measured too.
                    var random = UInt64.random(in: 0...UInt64.max)
                    var latencies: [Duration] = []
                    var now = ContinuousClock.now
                    while now < end {
                        random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                        try await body(random >> 32)
                        let after = ContinuousClock.now
                        if now >= begin { latencies.append(after - now) }
                        now = after
                    }
                    return (latencies, now)
                }
            }
            return try await group.reduce(into: ([Duration](), end)) { sum, part in
                sum.0 += part.0
                sum.1 = max(sum.1, part.1)
            }
        }
        return LoadTest.Measurement(latencies: latencies, seconds: (last - begin) / .seconds(1))
    }
}
