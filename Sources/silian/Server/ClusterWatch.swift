import EmbeddedPostgres
import Logging
import ServiceLifecycle
import Synchronization

/// The PostgreSQL of this process. When it ends under us (killed, out of memory, stopped by hand), it is started again;
/// meanwhile commands wait for a connection, and are refused with 503 when that takes too long.
final class ClusterWatch: Service {
    private static let interval: Duration = .seconds(1)
    private static let longestPause: Duration = .seconds(30)

    private let configuration: Cluster.Configuration
    private let environment: [String: String]
    private let logger: Logger
    private let current: Mutex<Cluster>

    init(_ configuration: Cluster.Configuration, environment: [String: String], logger: Logger) async throws {
        self.configuration = configuration
        self.environment = environment
        self.logger = logger
        self.current = Mutex(try await Cluster.start(configuration, environment: environment, logger: logger))
    }

    private var cluster: Cluster { self.current.withLock { $0 } }

    /// The same after each start.
    var target: String { self.cluster.target }

    /// Watches until graceful shutdown.
    func run() async throws {
        var pause = Self.interval
        while true {
            do {
                try await cancelWhenGracefulShutdown { [pause] in try await Task.sleep(for: pause) }
            } catch {
                return
            }
            pause = self.cluster.isRunning ? Self.interval : await self.restart(after: pause)
        }
    }

    func stop() async throws { try await self.cluster.stop() }

    /// Returns how long to wait before the next look.
    private func restart(after pause: Duration) async -> Duration {
        self.logger.error("PostgreSQL has ended: it is started again")
        let (old, configuration, environment, logger) = (
            self.cluster, self.configuration, self.environment, self.logger
        )
        // A task of its own, which is not cancelled with us: a server that is half started would be left behind.
        let start = Task {
            // Gives the ownership of the directory back; the server has ended already.
            try await old.stop()
            return try await Cluster.start(configuration, environment: environment, logger: logger)
        }
        do {
            let new = try await start.value
            self.current.withLock { $0 = new }
            self.logger.notice("PostgreSQL runs again", metadata: ["pid": "\(new.processID)"])
            return Self.interval
        } catch {
            self.logger.critical("PostgreSQL cannot be started", metadata: ["error": "\(error)"])
            return min(pause * 2, Self.longestPause)
        }
    }
}
