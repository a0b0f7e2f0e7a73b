package import Logging
import ServiceLifecycle
import Statecharts
package import Values

/// The workers in this process: for each topic some jobs at a time, leased by the protocol that remote workers use.
///
///     let workers = Workers(orchestrator, name: "host-1", topics: [
///         Workers.Topic("http") { job in try await http.run(job) }
///     ], logger: logger)
///
/// A lease is renewed while the work goes on; when it is lost or the job cancelled, the work's task is cancelled. On
/// graceful shutdown nothing new is leased, running work has ``drainSeconds`` to end, and the leases of what is left are
/// given back.
package struct Workers: Service {
    package struct Topic: Sendable {
        package var name: String
        package var leaseSeconds: Double
        package var concurrency: Int
        package var work: @Sendable (AcquiredJob) async throws -> Value

        package init(
            _ name: String, leaseSeconds: Double = 60, concurrency: Int = 16,
            work: @escaping @Sendable (AcquiredJob) async throws -> Value
        ) {
            self.name = name
            self.leaseSeconds = leaseSeconds
            self.concurrency = max(1, concurrency)
            self.work = work
        }
    }

    let orchestrator: Orchestrator
    let name: String
    let topics: [Topic]
    let drainSeconds: Double
    let logger: Logger

    /// `name` tells the workers of different processes apart.
    package init(
        _ orchestrator: Orchestrator, name: String, topics: [Topic], drainSeconds: Double = 20, logger: Logger
    ) {
        self.orchestrator = orchestrator
        self.name = name
        self.topics = topics
        self.drainSeconds = drainSeconds
        self.logger = logger
    }

    package func run() async throws {
        await withDiscardingTaskGroup { group in
            for topic in self.topics { group.addTask { await self.serve(topic) } }
        }
    }

    var actor: Actor { Actor(roles: [Access.workerRole], worker: self.name) }

    private func serve(_ topic: Topic) async {
        let slots = Slots(topic.concurrency)
        await withDiscardingTaskGroup { group in
            while self.mayLease, let free = await slots.free() {
                let jobs = await self.lease(topic, max: free)
                guard self.mayLease else { return await self.giveBack(jobs) }
                for job in jobs {
                    slots.take()
                    group.addTask {
                        await LeasedWork(job: job, topic: topic, workers: self).run()
                        slots.give()
                    }
                }
            }
        }
    }

    private var mayLease: Bool { !Task.isCancelled && !Task.isShuttingDownGracefully }

    /// The leases that came while shutdown began.
    private func giveBack(_ jobs: [AcquiredJob]) async {
        do {
            try await Task { try await self.orchestrator.returnLeases(jobs, worker: self.name) }.value
        } catch {
            self.logger.warning("leases could not be given back", metadata: ["error": "\(error)"])
        }
    }

    /// Waits for jobs; none when it was interrupted.
    private func lease(_ topic: Topic, max: Int) async -> [AcquiredJob] {
        do {
            return try await cancelWhenGracefulShutdown {
                try await self.orchestrator.acquire(
                    topics: [(topic.name, topic.leaseSeconds)], worker: self.name,
                    max: min(max, self.orchestrator.limits.acquireJobs),
                    waitSeconds: self.orchestrator.limits.longPollSeconds, by: self.actor)
            }
        } catch is CancellationError {
            return []
        } catch {
            self.logger.warning("no jobs could be leased", metadata: ["topic": "\(topic.name)", "error": "\(error)"])
            try? await cancelWhenGracefulShutdown { try await self.orchestrator.ambient.sleep(.seconds(2)) }
            return []
        }
    }
}

/// Why work did not succeed, as a worker says it. Any other error is a failure that is tried again.
package struct WorkFailure: Error, Sendable {
    /// What the definition sees as `event.data.code`.
    package var code: String
    package var message: String
    /// Trying again is of no use.
    package var isFinal: Bool
    package var retryInSeconds: Double?

    package init(_ code: String, _ message: String, isFinal: Bool, retryInSeconds: Double? = nil) {
        self.code = code
        self.message = message
        self.isFinal = isFinal
        self.retryInSeconds = retryInSeconds
    }
}
