package import Logging
import Synchronization

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

    private let session: Session
    private let isCondemned = Atomic<Bool>(false)

    init(session: Session) {
        self.session = session
    }

    deinit {
        self.session.close()
    }

    package static func connect(
        to options: ConnectionOptions, logger: Logger
    ) async throws(PostgresError)
        -> Connection
    {
        try await self.connect(to: options, logger: logger) { _, _ in }
    }

    static func connect(
        to options: ConnectionOptions, logger: Logger,
        onNotification: @escaping @Sendable (_ channel: String, _ payload: String) -> Void
    ) async throws(PostgresError) -> Connection {
        let session = try await Session.start(options, logger: logger, onNotification: onNotification)
        return Connection(session: session)
    }

    /// All results, one for each statement. Throws the first error, with the statement's index.
    ///
    /// After `timeout` the connection is given up, as nothing else makes sure that the session ends.
    package func pipeline(
        _ statements: [Statement], timeout: Duration? = nil, cancellation: Cancellation = .beforeSending
    ) async throws(PostgresError) -> [Rows] {
        let outcome = await self.session.submit(
            .statements(statements), timeout: timeout, cancellation: cancellation)
        let results = try self.unwrap(outcome)
        return zip(results, statements).map { Rows(result: $0, statement: $1.text) }
    }

    package func query(
        _ statement: Statement, timeout: Duration? = nil, cancellation: Cancellation = .beforeSending
    ) async throws(PostgresError) -> Rows {
        let results = try await self.pipeline([statement], timeout: timeout, cancellation: cancellation)
        guard let rows = results.first else { throw PostgresError(.protocol, "the statement has no result") }
        return rows
    }

    /// Runs several statements separated by semicolons, without parameters or results, such as a migration.
    package func execute(script: String, timeout: Duration? = nil) async throws(PostgresError) {
        _ = try self.unwrap(
            await self.session.submit(.script(script), timeout: timeout, cancellation: .beforeSending))
    }

    /// BEGIN, the body, COMMIT; ROLLBACK when the body throws.
    package func withTransaction<Value>(
        _ body: (Connection) async throws -> Value
    ) async throws -> Value {
        _ = try await self.query(.begin)
        let value: Value
        do {
            value = try await body(self)
        } catch {
            try? await self.rollBack()
            throw error
        }
        _ = try await self.query(.commit, cancellation: .ignored)
        return value
    }

    /// Lets the running pipelines end, then says goodbye.
    package func close() async {
        self.session.close()
        await self.session.waitUntilEnded()
    }

    package var isClosed: Bool { !self.session.isOpen }

    /// Returns when the connection was closed, by whomever.
    package func waitUntilClosed() async { await self.session.waitUntilEnded() }

    /// Whether it may be lent again: open, and not known to be of no use.
    var isUsable: Bool { self.session.isOpen && !self.isCondemned.load(ordering: .relaxed) }
    var isInTransaction: Bool { self.session.isInTransaction }

    /// As ``close()``, without waiting for it.
    func startClosing() { self.session.close() }

    func rollBack() async throws(PostgresError) {
        _ = try await self.pipeline([.rollback], timeout: .seconds(10), cancellation: .ignored)
    }

    private func unwrap(_ outcome: Session.Outcome) throws(PostgresError) -> [ServerResult] {
        switch outcome {
        case .success(let results): return results
        case .failure(let error):
            if error.condemnsConnection { self.isCondemned.store(true, ordering: .relaxed) }
            throw error
        }
    }
}
