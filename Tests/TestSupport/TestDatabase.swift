import EmbeddedPostgres
import Foundation
import Logging
import Postgres

/// The database of a test process: `TEST_DATABASE_URL`, or a throw-away cluster that all tests share.
///
/// The cluster ends with the process, however that ends.
package actor TestDatabase {
    package static let shared = TestDatabase()

    private var starting: Task<String, any Error>?
    private var cluster: Cluster?

    /// For libpq.
    package func target() async throws -> String {
        if let starting { return try await starting.value }
        let starting = Task { try await self.start() }
        self.starting = starting
        return try await starting.value
    }

    private func start() async throws -> String {
        let environment = ProcessInfo.processInfo.environment
        if let url = environment["TEST_DATABASE_URL"], !url.isEmpty { return url }
        let cluster = try await Cluster.start(
            .temporary(), environment: environment, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        self.cluster = cluster
        return cluster.target
    }
}
