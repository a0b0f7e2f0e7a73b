package import Logging
package import ServiceLifecycle
package import Statecharts
package import Values

/// Durable execution of statecharts on one database: everything that the web server, the command line and workers may ask.
///
/// Every entry takes the ``Actor`` it acts for. `run()` keeps the duties going (committer, pump, workers, wake-ups); without
/// it nothing is answered. Entries are in `Orchestrator+….swift`, by subject.
package final class Orchestrator: Service {
    package let limits: Limits
    let logger: Logger

    package init(limits: Limits = Limits(), logger: Logger) {
        self.limits = limits
        self.logger = logger
    }

    /// Runs the duties until graceful shutdown: then no new commands are taken, the batch in flight ends, leases are given back.
    package func run() async throws {}
}

/// Every limit of the shell, by name.
package struct Limits: Sendable {
    package var batchCommands = 200
    package var batchBytes = 4 * 1024 * 1024
    package var inboxCommands = 10_000
    package var writers = 2
    package var commandSeconds = 30.0
    package var eventBytes = 256 * 1024
    package var definitionBytes = 1024 * 1024
    package var treeDepth = 16
    package var longPollSeconds = 60.0
    package var leaseSecondsMax = 86_400.0
    package var acquireJobs = 1_000
    package var listRows = 200
    package var snapshotEvery: Int64 = 256
    package init() {}
}
