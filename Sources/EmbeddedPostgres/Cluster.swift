import Foundation
package import Logging
import Synchronization
import SystemPackage

/// A PostgreSQL server of our own, on a Unix socket.
///
///     let cluster = try await Cluster.start(.standard(environment), environment: environment, logger: logger)
///     let options = ConnectionOptions(target: cluster.target)
///     …
///     try await cluster.stop()
///
/// The server runs in a session of its own: Ctrl-C does not reach it, and it survives our crash. The next start then
/// adopts it. While one process owns the cluster, others may use it too; only the owner stops it.
package final class Cluster: Sendable {
    package struct Configuration: Sendable {
        /// Holds `data`, with the server's log, and `socket`.
        package var directory: String
        package var database = "silian"
        package var user = "silian"
        /// Settings for the server's command line, such as `["max_connections": "200"]`.
        package var settings: [String: String] = [:]
        /// Crash recovery after a power loss may take its time.
        package var startTimeout: Duration = .seconds(300)
        package var stopTimeout: Duration = .seconds(30)
        /// Ends, and is removed, with the process that started it; a crash of the machine would damage its data.
        package var isTemporary = false

        package init(directory: String) { self.directory = directory }

        /// `/var/lib/silian` for root, else below `$XDG_DATA_HOME` or `~/.local/share`.
        package static func standard(_ environment: [String: String]) -> Configuration {
            guard geteuid() != 0 else { return Configuration(directory: "/var/lib/silian") }
            if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") {
                return Configuration(directory: data + "/silian")
            }
            return Configuration(directory: (environment["HOME"] ?? NSHomeDirectory()) + "/.local/share/silian")
        }

        /// In a new directory below `/tmp`. Unless it is to be durable, a commit waits for no disk.
        package static func temporary(isDurable: Bool = false) -> Configuration {
            var configuration = Configuration(directory: "/tmp/silian-\(getpid())-\(UInt32.random(in: 0...UInt32.max))")
            configuration.isTemporary = true
            guard !isDurable else { return configuration }
            configuration.settings = [
                "fsync": "off", "full_page_writes": "off", "shared_buffers": "64MB", "max_connections": "500",
            ]
            return configuration
        }
    }

    /// For libpq: `host=… port=… dbname=… user=…`.
    package let target: String
    /// Whether this process started or adopted the server; else another process owns it.
    package let isOwner: Bool
    package let processID: Int32

    private let directory: DataDirectory
    private let configuration: Configuration
    private let ownership: Ownership?
    private let lifeline: Mutex<FileDescriptor?>

    private init(
        _ postmaster: Postmaster, _ directory: DataDirectory, _ configuration: Configuration, _ ownership: Ownership?,
        _ lifeline: FileDescriptor?
    ) {
        self.target = [
            "host=\(Self.quoted(postmaster.socketDirectory))", "port=\(postmaster.port)",
            "dbname=\(Self.quoted(configuration.database))", "user=\(Self.quoted(configuration.user))",
        ].joined(separator: " ")
        self.processID = postmaster.pid
        self.isOwner = ownership != nil
        self.directory = directory
        self.configuration = configuration
        self.ownership = ownership
        self.lifeline = Mutex(lifeline)
    }

    deinit {
        self.letGo()
    }

    /// Starts the server, or adopts the one that runs on this directory already; makes the data when there is none.
    package static func start(
        _ configuration: Configuration, environment: [String: String], logger: Logger
    ) async throws -> Cluster {
        let directory = DataDirectory(
            base: configuration.directory, user: try ServerUser.current(), isTemporary: configuration.isTemporary)
        do {
            return try await Self.start(in: directory, configuration, environment: environment, logger: logger)
        } catch {
            if directory.isTemporary { try? FileManager.default.removeItem(atPath: directory.base) }
            throw error
        }
    }

    private static func start(
        in directory: DataDirectory, _ configuration: Configuration, environment: [String: String], logger: Logger
    ) async throws -> Cluster {
        try directory.checkSocketPath(port: Launch.port)
        let major = try directory.major()
        let installation = try await Installation.find(major: major, environment: environment)
        try directory.prepare()
        let launch = Launch(
            directory: directory, installation: installation, configuration: configuration, logger: logger)
        let deadline = ContinuousClock.now + configuration.startTimeout
        while true {
            let ownership = try Ownership(of: directory)
            if let postmaster = try await launch.adopt(isOwner: ownership != nil, until: deadline) {
                return Cluster(postmaster, directory, configuration, ownership, nil)
            }
            guard let ownership else {
                // Another process is about to start it.
                try await launch.pause(until: deadline)
                continue
            }
            if try directory.major() == nil {
                logger.info("making a database", metadata: ["directory": "\(directory.base)"])
                try await directory.initialize(
                    installation, superuser: configuration.user, database: configuration.database,
                    settings: Launch.initialSettings)
            }
            let (postmaster, lifeline) = try await launch.start(until: deadline)
            return Cluster(postmaster, directory, configuration, ownership, lifeline)
        }
    }

    /// Whether the server's process is there.
    package var isRunning: Bool {
        guard let postmaster = Postmaster(pidFileIn: self.directory.data) else { return false }
        return postmaster.pid == self.processID && postmaster.isAlive
    }

    /// Rolls back what is open and stops the server, if this process owns it. Does nothing when it has stopped.
    package func stop() async throws {
        guard self.isOwner else { return }
        if self.isRunning { try await Launch.stop(self.processID, within: self.configuration.stopTimeout) }
        self.ownership?.release()
        self.letGo()
        if self.configuration.isTemporary { try? FileManager.default.removeItem(atPath: self.directory.base) }
    }

    private func letGo() {
        self.lifeline.withLock { lifeline in
            try? lifeline?.close()
            lifeline = nil
        }
    }

    private static func quoted(_ value: String) -> String {
        "'" + value.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
    }
}
