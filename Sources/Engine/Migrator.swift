package import Logging
package import Postgres
import SQL
import Synchronization
package import Values

/// Brings a schema forward, one migration a transaction, one migrating process at a time.
///
/// The schema is the first of the connection's search path; it must exist.
package struct Migrator: Sendable {
    package struct Migration: Sendable {
        package var version: Int
        package var name: String
        package var sql: String
    }

    package struct Applied: Sendable {
        package var version: Int
        package var name: String
        package var at: Timestamp
    }

    package struct Status: Sendable {
        package var applied: [Applied]
        package var pending: [Migration]
        package var isCurrent: Bool { self.pending.isEmpty }
    }

    /// The database was migrated by a newer server.
    package struct TooNew: Error, Sendable {
        package var version: Int
    }

    package static let migrations: [Migration] = SQL.migrations.enumerated().map { place, migration in
        Migration(version: place + 1, name: migration.name, sql: migration.text)
    }

    private let options: ConnectionOptions
    private let logger: Logger

    package init(options: ConnectionOptions, logger: Logger) {
        self.options = options
        self.logger = logger
    }

    /// Applies what is missing; returns what it applied.
    @discardableResult
    package func migrate() async throws -> [Migration] {
        try await self.withConnection { connection in
            let done = Mutex<[Migration]>([])
            var isDone = false
            while !isDone {
                // The lock is the transaction's, so that a pooler or a lost connection cannot leave it behind.
                isDone = try await connection.withTransaction { connection in
                    _ = try await connection.query(Statement(SQL.lockMigrations))
                    try await connection.execute(script: SQL.createSchemaVersion)
                    guard let next = try await self.status(connection).pending.first else { return true }
                    try await connection.execute(script: next.sql)
                    _ = try await connection.query(
                        Statement(
                            SQL.insertSchemaVersion, [.int4(Int32(clamping: next.version)), .text(next.name)]))
                    self.logger.info("migrated", metadata: ["version": "\(next.version)", "name": "\(next.name)"])
                    done.withLock { $0.append(next) }
                    return false
                }
            }
            return done.withLock { $0 }
        }
    }

    package func status() async throws -> Status {
        try await self.withConnection { connection in
            let row = try await connection.query(Statement(SQL.findSchemaVersion)).only
            guard try row.get(0, as: Bool.self) else { return Status(applied: [], pending: Self.migrations) }
            return try await self.status(connection)
        }
    }

    /// What migrating would run.
    package func sql() async throws -> String {
        try await self.status().pending.map { "-- \($0.version) \($0.name)\n\n\($0.sql)" }.joined(separator: "\n")
    }

    private func status(_ connection: Connection) async throws -> Status {
        var applied: [Applied] = []
        for row in try await connection.query(Statement(SQL.listSchemaVersions)) {
            let (version, name, at) = try row.decode(Int.self, String.self, Int64.self)
            applied.append(
                Applied(version: version, name: name, at: Timestamp(microsecondsSinceEpoch: at)))
        }
        let last = applied.last?.version ?? 0
        guard last <= Self.migrations.count else { throw TooNew(version: last) }
        return Status(applied: applied, pending: Array(Self.migrations.dropFirst(last)))
    }

    private func withConnection<Answer>(
        _ body: (Connection) async throws -> sending Answer
    ) async throws -> sending Answer {
        let connection = try await Connection.connect(to: self.options, logger: self.logger)
        do {
            let answer = try await body(connection)
            await connection.close()
            return answer
        } catch {
            await connection.close()
            throw error
        }
    }
}
