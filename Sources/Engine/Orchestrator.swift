package import Logging
package import Postgres
import ServiceLifecycle

/// Durable execution of statecharts on one database: everything that the web server, the command line and workers may ask.
///
/// Every entry takes the ``Actor`` it acts for. `run()` keeps the duties going (committer, pump, workers, wake-ups); without
/// it nothing is answered. Entries are in `Orchestrator+….swift`, by subject.
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

    /// `pool` and `connection` lead to the same database and schema; the connection is for the listener. Both stay the caller's:
    /// close the pool after `run()` has returned.
    package init(
        pool: Pool, connection: ConnectionOptions, limits: Limits = Limits(), ambient: Ambient = .system, logger: Logger
    ) {
        self.limits = limits
        self.pool = pool
        self.connection = connection
        self.ambient = ambient
        self.logger = logger
        self.wakeups = Wakeups(notifySeconds: limits.notifySeconds, ambient: ambient, logger: logger)
        self.definitions = Definitions(
            load: { _, _ in nil }, newest: { _ in nil }, calendar: { _ in nil }, ambient: ambient)
    }

    /// Runs the duties until graceful shutdown: then no new commands are taken, the batch in flight ends, leases are given back.
    package func run() async throws {}

    /// The one way to change an instance: answers when the transaction has ended.
    func submit(_ command: Command) async throws -> Answer {
        throw EngineError(.unavailable, "not built yet")
    }
}
