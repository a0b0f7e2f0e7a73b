import ArgumentParser
import Engine
import Foundation
import Logging
import Postgres

/// How a command that opens the database finds it.
struct DatabaseOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("libpq connection string (or DATABASE_URL); else the data directory's.", valueName: "url"))
    var database: String?

    @Option(help: ArgumentHelp("Data directory of a local server (or SILIAN_DATA).", valueName: "dir"))
    var dataDir: String?

    var directory: DataDirectory { DataDirectory(option: self.dataDir) }

    /// What the person asked for; nil: an embedded cluster. Environment variables of libpq count when PGHOST or PGSERVICE is set.
    var explicit: String? {
        let environment = ProcessInfo.processInfo.environment
        if let url = self.database ?? environment["DATABASE_URL"], !url.isEmpty { return url }
        return environment["PGHOST"] != nil || environment["PGSERVICE"] != nil ? "" : nil
    }

    /// For commands that do not start a cluster.
    func connectionString() throws -> String {
        if let explicit { return explicit }
        guard let stored = self.directory.connection() else {
            throw Failure.unreachable(
                """
                No database: \(self.directory.connectionFile) cannot be read. \
                Start the server with 'silian serve', or name a database with --database or DATABASE_URL.
                """)
        }
        return stored
    }
}

extension DatabaseOptions {
    /// Opens the database for one command; says plainly when that is not possible.
    func withPool<Result: Sendable>(_ body: (Pool, Logger) async throws -> Result) async throws -> Result {
        var logger = Logger(label: "silian", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = .error
        let options = ConnectionOptions(target: try self.connectionString())
        let pool = Pool(options: options, logger: logger)
        do {
            // A pool would try for a while; a person wants to know at once.
            await (try Connection.connect(to: options, logger: logger)).close()
            let result = try await body(pool, logger)
            await pool.close()
            return result
        } catch let error as PostgresError {
            await pool.close()
            throw Failure.unreachable(
                "The database cannot be used: \(error.message.isEmpty ? "\(error)" : error.message)")
        } catch let error as EngineError {
            await pool.close()
            throw error.code == .unavailable ? Failure.unreachable(error.detail) : Failure.refused(error.detail)
        } catch {
            await pool.close()
            throw error
        }
    }
}
