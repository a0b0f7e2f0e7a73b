import Logging
import ServiceLifecycle
import Values

/// One job in this process, from its lease to its report.
struct LeasedWork: Sendable {
    let job: AcquiredJob
    let topic: Workers.Topic
    let workers: Workers

    private enum Outcome: Sendable {
        case done(Value)
        case failed(WorkFailure)
        /// Cancelled, or taken over by somebody else.
        case lost
        /// Shutdown did not wait any longer.
        case interrupted
    }

    func run() async {
        let outcome = await withTaskGroup(of: Outcome.self) { group in
            group.addTask { await self.work() }
            group.addTask { await self.keepLease() }
            group.addTask { await self.untilDrained() }
            let first = await group.next() ?? .interrupted
            group.cancelAll()
            return first
        }
        // The report is owed even when this task is cancelled.
        await Task { await self.report(outcome) }.value
    }

    private func work() async -> Outcome {
        do {
            return .done(try await self.topic.work(self.job).asJSON())
        } catch let failure as WorkFailure {
            return .failed(failure)
        } catch let error as JSONError {
            return .failed(WorkFailure("result", "the result is not JSON: \(error.message)", isFinal: true))
        } catch {
            if Task.isCancelled { return .interrupted }
            return .failed(WorkFailure("failed", "\(error)", isFinal: false))
        }
    }

    /// Renews the lease three times in its length, so that one that fails does no harm.
    private func keepLease() async -> Outcome {
        let orchestrator = self.workers.orchestrator
        let first = self.job.leaseUntil.since(orchestrator.ambient.now()).seconds
        var interval = max(0.5, min(first, self.topic.leaseSeconds) / 3)
        while true {
            do {
                try await orchestrator.ambient.sleep(.seconds(interval))
                let isCancelled = try await orchestrator.heartbeat(
                    job: self.job.id, worker: self.workers.name, attempt: self.job.attempt,
                    lease: self.topic.leaseSeconds, by: self.workers.actor)
                if isCancelled { return .lost }
                interval = max(0.5, self.topic.leaseSeconds / 3)
            } catch let error as EngineError where error.code == .refused {
                return .lost
            } catch {
                if Task.isCancelled { return .interrupted }
                self.log("a lease could not be renewed", error)
            }
        }
    }

    private func untilDrained() async -> Outcome {
        do {
            try await gracefulShutdown()
            try await self.workers.orchestrator.ambient.sleep(.seconds(self.workers.drainSeconds))
        } catch {
            // Cancelled, which has the same outcome.
        }
        return .interrupted
    }

    // MARK: Reports

    /// How often an unreachable database is tried; then the lease runs out, and the job is done again.
    private static let reports = 5

    private func report(_ outcome: Outcome) async {
        for attempt in 1...Self.reports {
            do {
                return try await self.tell(outcome)
            } catch let error as EngineError where error.code == .unavailable && attempt < Self.reports {
                try? await self.workers.orchestrator.ambient.sleep(.seconds(attempt))
            } catch {
                return self.log("a job's report was not taken", error)
            }
        }
    }

    private func tell(_ outcome: Outcome) async throws {
        switch outcome {
        case .done(let result): try await self.complete(result)
        case .failed(let failure): try await self.fail(failure)
        case .interrupted: try await self.workers.orchestrator.returnLeases([self.job], worker: self.workers.name)
        case .lost: break
        }
    }

    private func complete(_ result: Value) async throws {
        do {
            _ = try await self.workers.orchestrator.complete(
                job: self.job.id, worker: self.workers.name, attempt: self.job.attempt, result: result,
                by: self.workers.actor)
        } catch let error as EngineError where error.code == .tooLarge {
            try await self.fail(WorkFailure("tooLarge", error.detail, isFinal: true))
        }
    }

    private func fail(_ failure: WorkFailure) async throws {
        try await self.workers.orchestrator.fail(
            job: self.job.id, worker: self.workers.name, attempt: self.job.attempt, message: failure.message,
            isFinal: failure.isFinal, retryInSeconds: failure.retryInSeconds, code: failure.code,
            by: self.workers.actor)
    }

    private func log(_ message: String, _ error: any Error) {
        self.workers.logger.warning(
            "\(message)",
            metadata: ["job": "\(self.job.id)", "topic": "\(self.job.topic)", "error": "\(error)"])
    }
}
