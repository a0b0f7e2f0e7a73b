package import Logging
package import Postgres
import SQL
import ServiceLifecycle
import Values

/// Durable execution of statecharts on one database: everything that the web server, the command line and workers may
/// ask.
///
/// Every entry takes the ``Actor`` it acts for. `run()` keeps the duties going (committer, pump, wake-ups, janitor);
/// without it nothing is answered. Entries are in `Orchestrator+….swift`, by subject.
package final class Orchestrator: Service {
    package let limits: Limits
    package let pool: Pool
    package let definitions: Definitions
    /// Who waits for work is told here; whoever writes due jobs says so here.
    package let wakeups: Wakeups
    package let ambient: Ambient
    let authentications = Authentications()
    let logger: Logger
    let connection: ConnectionOptions
    let store: Store
    private let pump: Pump
    private let committer: Committer

    /// `pool` and `connection` lead to the same database and schema; the connection is for the listener. Both stay the
    /// caller's: close the pool after `run()` has returned.
    package init(
        pool: Pool, connection: ConnectionOptions, limits: Limits = Limits(), ambient: Ambient = .system, logger: Logger
    ) {
        self.limits = limits
        self.pool = pool
        self.connection = connection
        self.ambient = ambient
        self.logger = logger
        self.wakeups = Wakeups(notifySeconds: limits.notifySeconds, ambient: ambient, logger: logger)
        let store = Store.postgres(pool: pool, limits: limits)
        let definitions = Definitions(
            load: store.definition, alias: store.alias, calendar: store.calendar, ambient: ambient)
        let pump = Pump(store: store, wakeups: self.wakeups, limits: limits, logger: logger)
        self.store = store
        self.definitions = definitions
        self.pump = pump
        self.committer = Committer(
            store: store, definitions: definitions, wakeups: self.wakeups, limits: limits, ambient: ambient,
            logger: logger, onWoken: { pump.finished($0, hasMore: $1) })
    }

    /// Runs the duties until graceful shutdown: then no new commands are taken, the batch in flight ends, leases are
    /// given back.
    package func run() async throws {
        let committer = self.committer
        await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await withDiscardingTaskGroup { group in
                    group.addTask { await self.wakeups.run(pool: self.pool, options: self.connection) }
                    group.addTask { await self.pump.run { committer.submit(wake: $0) } }
                    group.addTask { await Janitor(pool: self.pool, ambient: self.ambient, logger: self.logger).run() }
                    await committer.run()
                    group.cancelAll()
                }
            } onGracefulShutdown: {
                committer.close()
            }
        } onCancel: {
            committer.close()
        }
    }

    /// The one way to change an instance: answers when the transaction has ended.
    func submit(_ command: Command) async throws -> Answer { try await self.committer.submit(command) }

    /// Why it is not ready; empty: it is. Answers within ``Limits/readinessSeconds``.
    ///
    /// When the last batch could not be committed, and no other failed for ``Limits/troubleSeconds``, something is
    /// written: perhaps nobody sends commands to a server that is not ready, so that none would find out that it goes
    /// again.
    package func readiness() async -> [String] {
        let deadline = ContinuousClock.now + .seconds(self.limits.readinessSeconds)
        do {
            try await self.probe([Statement(SQL.clock)], until: deadline)
        } catch {
            return ["the database cannot be reached"]
        }
        guard let troubledAt = self.committer.troubledAt else { return [] }
        let isRecent = (self.ambient.now() - troubledAt).seconds < self.limits.troubleSeconds
        if isRecent { return ["nothing can be committed"] }
        do {
            try await self.probe([.begin, Statement(SQL.checkWrites), .commit], until: deadline)
        } catch {
            return ["nothing can be committed"]
        }
        self.committer.forget(troubleOf: troubledAt)
        return []
    }

    private func probe(_ statements: [Statement], until deadline: ContinuousClock.Instant) async throws {
        try await self.pool.withConnection(timeout: deadline - .now) { connection in
            _ = try await connection.pipeline(statements, timeout: deadline - .now, cancellation: .interrupting)
        }
    }
}
