import Logging
import Postgres

// Reads and small administration go to the pool directly; what changes an instance goes through `submit(_:)`.
extension Orchestrator {
    /// A read: ends when the task is cancelled.
    func query(_ statement: Statement) async throws -> Rows {
        try await self.translating { try await self.pool.query(statement) }
    }

    /// Several reads in one round trip.
    func query(_ statements: [Statement]) async throws -> [Rows] {
        try await self.translating { try await self.pool.pipeline(statements) }
    }

    /// A change in one statement: once sent, it runs to its end.
    func write(_ statement: Statement) async throws -> Rows {
        let results = try await self.translating { try await self.pool.pipeline([statement]) }
        guard let rows = results.first else { throw EngineError(.internalError, "The database gave no answer.") }
        return rows
    }

    /// Several changes in one transaction and one round trip.
    func transact(_ statements: [Statement]) async throws {
        _ = try await self.translating { try await self.pool.pipeline([.begin] + statements + [.commit]) }
    }

    private func translating<Answer>(_ body: () async throws -> sending Answer) async throws -> sending Answer {
        do {
            return try await body()
        } catch let error as PostgresError {
            throw self.translate(error)
        }
    }

    /// Says to the caller what concerns them, and the rest to the log.
    func translate(_ error: PostgresError) -> any Error {
        switch error.code {
        case .cancelled: return CancellationError()
        case .poolExhausted:
            return EngineError(.unavailable, "Too many requests wait for the database.", retryAfterSeconds: 1)
        case .connectionRefused, .connectionLost, .timeout, .closed:
            self.logger.warning("the database cannot be reached", metadata: ["error": "\(error.debugDescription)"])
            return EngineError(.unavailable, "The database cannot be reached.", retryAfterSeconds: 1)
        case .server(let state) where error.isRetryable || state == .queryCancelled:
            self.logger.warning("a statement was interrupted", metadata: ["error": "\(error.debugDescription)"])
            return EngineError(.unavailable, "The database is busy.", retryAfterSeconds: 1)
        case .server, .protocol, .decoding:
            self.logger.error("a statement failed", metadata: ["error": "\(error.debugDescription)"])
            return EngineError(.internalError, "The database refused a statement; see the server's log.")
        }
    }
}
