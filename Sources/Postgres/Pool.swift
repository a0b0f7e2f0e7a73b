package import Logging

/// A bounded number of connections, lent to one task at a time, first come, first served.
///
/// Nothing connects before the first request. A connection that broke is replaced when it is needed; attempts are
/// spaced by exponential back-off with jitter, and requests wait for them until their time limit.
package final class Pool: Sendable {
    package struct Limits: Sendable {
        package var connections = 8
        /// For a connection to come free, or to be made.
        package var waiting = 10_000
        package var timeout: Duration = .seconds(10)
        /// A connection unused for so long is tried before it is lent.
        package var checkAfter: Duration = .seconds(30)
        /// A connection unused for so long is closed.
        package var closeAfter: Duration = .seconds(600)
        package init() {}
    }

    package init(options: ConnectionOptions, limits: Limits = Limits(), logger: Logger) {}

    /// `timeout` is for getting the connection, not for the body.
    package func withConnection<Value>(
        timeout: Duration? = nil, _ body: (Connection) async throws -> sending Value
    ) async throws -> sending Value { throw PostgresError(.closed, "to be written") }

    package func withTransaction<Value: Sendable>(
        timeout: Duration? = nil, _ body: (Connection) async throws -> Value
    ) async throws -> Value { throw PostgresError(.closed, "to be written") }

    package func pipeline(_ statements: [Statement], timeout: Duration? = nil) async throws -> [Rows] {
        try await self.withConnection { try await $0.pipeline(statements, timeout: timeout) }
    }

    package func query(_ statement: Statement, timeout: Duration? = nil) async throws -> Rows {
        try await self.withConnection { try await $0.query(statement, timeout: timeout, cancellation: .interrupting) }
    }

    /// Refuses new requests, waits for what is lent, closes all.
    package func close() async {}
}
