package import Logging

/// One session with the server. Any task may use it at any time; what they ask is answered in order.
///
///     let connection = try await Connection.connect(to: options, logger: logger)
///     let rows = try await connection.query(Statement("select $1::int4", [.int4(1)]))
///     let results = try await connection.pipeline([.begin, insert, update, .commit])
///     await connection.close()
///
/// A pipeline goes out in one round trip, whatever its size in either direction. Its statements are prepared on first
/// use, in the same round trip. An error ends it: the statements behind the failing one are not executed, and a
/// transaction that the pipeline itself began is rolled back.
package final class Connection: Sendable {
    /// What becomes of a pipeline whose task is cancelled.
    package enum Cancellation: Sendable {
        /// It runs, and its results are returned.
        case ignored
        /// Not sent yet: it never is. Sent: it runs, and its results are returned.
        case beforeSending
        /// Also a running statement is interrupted; for reads.
        case interrupting
    }

    package static func connect(
        to options: ConnectionOptions, logger: Logger
    ) async throws(PostgresError)
        -> Connection
    { throw PostgresError(.closed, "to be written") }

    /// All results, one for each statement. Throws the first error, with the statement's index.
    ///
    /// After `timeout` the connection is given up, as nothing else makes sure that the session ends.
    package func pipeline(
        _ statements: [Statement], timeout: Duration? = nil, cancellation: Cancellation = .beforeSending
    ) async throws(PostgresError) -> [Rows] { throw PostgresError(.closed, "to be written") }

    package func query(
        _ statement: Statement, timeout: Duration? = nil, cancellation: Cancellation = .beforeSending
    ) async throws(PostgresError) -> Rows { throw PostgresError(.closed, "to be written") }

    /// Runs several statements separated by semicolons, without parameters or results, such as a migration.
    package func execute(script: String, timeout: Duration? = nil) async throws(PostgresError) {}

    /// BEGIN, the body, COMMIT; ROLLBACK when the body throws.
    package func withTransaction<Value: Sendable>(
        _ body: (Connection) async throws -> Value
    ) async throws -> Value { throw PostgresError(.closed, "to be written") }

    /// Lets the running pipelines end, then says goodbye.
    package func close() async {}

    package var isClosed: Bool { true }
}
