import Logging
import Postgres
import SQL

/// Takes away what is of no use any more: expired secrets.
struct Janitor: Sendable {
    private static let interval = Duration.seconds(3600)
    private static let rows: Int32 = 10_000

    let pool: Pool
    let ambient: Ambient
    let logger: Logger

    /// Until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            do {
                _ = try await self.sweep()
            } catch {
                self.logger.warning("expired secrets could not be deleted", metadata: ["error": "\(error)"])
            }
            try? await self.ambient.sleep(Self.interval)
        }
    }

    /// Deletes in chunks; returns how many rows.
    func sweep() async throws -> Int {
        var deleted = 0
        while true {
            let rows = try await self.pool.query(Statement(SQL.deleteExpiredTokens, [.int4(Self.rows)]))
            deleted += rows.affected
            if rows.affected < Int(Self.rows) { return deleted }
        }
    }
}
