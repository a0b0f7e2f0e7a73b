import ArgumentParser
import Connectors
import EmbeddedPostgres
import Engine
import Foundation
import Logging
import Postgres
import ServiceLifecycle
import Statecharts
import UnixSignals
import Web

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run the server: HTTP, workers, timers.",
        discussion: """
            Without --database (or DATABASE_URL) it starts a PostgreSQL of its own in the data directory and stops it at the end.

            Examples:
              silian serve --workflows workflows
              silian serve --database 'postgresql://db1,db2/silian?target_session_attrs=read-write' --roles api
            """)

    enum Role: String, ExpressibleByArgument, CaseIterable { case api, worker }

    @OptionGroup var database: DatabaseOptions
    @Option(help: "Address to listen on.") var host = "127.0.0.1"
    @Option(help: "Port to listen on; 0 takes a free one.") var port = 8080
    @Option(help: "Address that links carry, when a proxy stands in front.") var publicUrl: String?
    @Option(
        help: ArgumentHelp("Deploy every definition below this folder at the start; may be repeated.", valueName: "dir")
    )
    var workflows: [String] = []
    @Option(help: "What this process does, separated by commas: api, worker.") var roles = "api,worker"
    @Option(help: "trace, debug, info, notice, warning or error.") var logLevel = "notice"

    func run() async throws {
        let roles = try self.parsedRoles()
        let logger = try self.logger()
        let directory = self.database.directory
        var watch: ClusterWatch?
        do {
            watch = try await self.startCluster(in: directory, logger: logger)
            let target = self.database.explicit ?? watch?.target ?? ""
            if watch != nil { try directory.write(secret: target, to: directory.connectionFile) }
            try await self.serve(target, watch, roles: roles, directory: directory, logger: logger)
        } catch {
            try? await watch?.stop()
            throw Self.explained(error)
        }
        if let watch {
            Console.error("Stopping PostgreSQL …")
            try await watch.stop()
        }
        Console.error("Stopped. Nothing is lost: start again with the same command.")
    }

    private func serve(
        _ target: String, _ watch: ClusterWatch?, roles: Set<Role>, directory: DataDirectory, logger: Logger
    ) async throws {
        var options = ConnectionOptions(target: target)
        options.idleInTransactionTimeout = .seconds(60)
        options.lockTimeout = .seconds(10)
        try await Migrator(options: options, logger: logger).migrate()
        let pool = Pool(options: options, logger: logger)
        do {
            try await self.runServices(on: pool, options, watch, roles: roles, directory: directory, logger: logger)
        } catch {
            await pool.close()
            throw error
        }
        await pool.close()
    }

    private func runServices(
        on pool: Pool, _ options: ConnectionOptions, _ watch: ClusterWatch?, roles: Set<Role>, directory: DataDirectory,
        logger: Logger
    ) async throws {
        let orchestrator = Orchestrator(pool: pool, connection: options, logger: logger)
        let opening = Opening(orchestrator: orchestrator, directory: directory, publicURL: self.publicUrl)
        try await opening.prepare(workflows: self.workflows)
        // Services stop in the reverse order: what asks the orchestrator stops before it.
        var services: [any Service] = (watch.map { [$0] } ?? []) + [orchestrator]
        if roles.contains(.worker) {
            let name = "\(ProcessInfo.processInfo.hostName)-\(ProcessInfo.processInfo.processIdentifier)"
            let http = HTTPWorker()
            services.append(http)
            services.append(Workers(orchestrator, name: name, topics: [http.topic()], logger: logger))
        }
        if roles.contains(.api) {
            let (host, publicURL) = (self.host, self.publicUrl)
            services.append(
                try WebServer(
                    orchestrator: orchestrator, host: host, port: self.port, publicURL: publicURL, logger: logger
                ) {
                    await opening.announce(host: host, port: $0)
                })
        } else {
            Console.error("Workers are running. Ctrl-C stops them.")
        }
        let group = ServiceGroup(
            configuration: .init(
                services: services.map { .init(service: $0) }, gracefulShutdownSignals: [.sigint, .sigterm],
                logger: logger))
        try await group.run()
    }

    private func startCluster(in directory: DataDirectory, logger: Logger) async throws -> ClusterWatch? {
        guard self.database.explicit == nil else { return nil }
        Console.error("Starting PostgreSQL in \(directory.path) …")
        return try await ClusterWatch(
            Cluster.Configuration(directory: directory.path), environment: ProcessInfo.processInfo.environment,
            logger: logger)
    }

    private func parsedRoles() throws -> Set<Role> {
        let names = self.roles.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        return Set(
            try names.map { name in
                guard let role = Role(rawValue: name) else {
                    throw Failure.usage("--roles knows api and worker, not '\(name)'.")
                }
                return role
            })
    }

    private func logger() throws -> Logger {
        guard let level = Logger.Level(rawValue: self.logLevel) else {
            throw Failure.usage("--log-level is trace, debug, info, notice, warning or error, not '\(self.logLevel)'.")
        }
        var logger = Logger(label: "silian", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = level
        return logger
    }

    private static func explained(_ error: any Error) -> any Error {
        switch error {
        case is Failure, is ExitCode: error
        case let error as PostgresError: Failure.unreachable("The database cannot be used: \(error.message)")
        case let error as EngineError: Failure.refused(error.detail)
        case let error as Migrator.TooNew:
            Failure.refused("The database has schema version \(error.version): a newer silian made it. Run that one.")
        default: Failure.refused("\(error)")
        }
    }
}
