import Logging
import Synchronization

extension Session {
    /// Connects in a new thread, which then serves the session.
    ///
    /// A cancelled task does not wait; its connection, should there be one, is closed at once.
    static func start(
        _ options: ConnectionOptions, logger: Logger,
        onNotification: @escaping @Sendable (String, String) -> Void
    ) async throws(PostgresError) -> Session {
        let answer = Answer()
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                answer.wait(waiter)
                let started = SessionThread.start {
                    do throws(PostgresError) {
                        let session = try Self.connect(options, logger: logger, onNotification: onNotification)
                        if !answer.give(.success(session)) { session.close() }
                        session.run()
                    } catch {
                        _ = answer.give(.failure(error))
                    }
                }
                if !started { _ = answer.give(.failure(Self.lacking("thread"))) }
            }
        } onCancel: {
            _ = answer.give(.failure(PostgresError(.cancelled, "the task was cancelled")))
        }
        return try outcome.get()
    }

    /// The same for a pool: waits, connects, reports, and serves the session, all in a new thread.
    static func startDetached(
        _ options: ConnectionOptions, after delay: Duration, logger: Logger,
        _ report: @escaping @Sendable (Result<Session, PostgresError>) -> Void
    ) {
        let started = SessionThread.start {
            SessionThread.sleep(for: delay)
            do throws(PostgresError) {
                let session = try Self.connect(options, logger: logger) { _, _ in }
                report(.success(session))
                session.run()
            } catch {
                report(.failure(error))
            }
        }
        if !started { report(.failure(Self.lacking("thread"))) }
    }

    private static func connect(
        _ options: ConnectionOptions, logger: Logger,
        onNotification: @escaping @Sendable (String, String) -> Void
    ) throws(PostgresError) -> Session {
        guard let doorbell = Doorbell() else { throw Self.lacking("pipe") }
        return Session(
            libpq: try LibPQ(connecting: options), doorbell: doorbell, preparesStatements: options.preparesStatements,
            logger: logger, onNotification: onNotification)
    }

    private static func lacking(_ what: String) -> PostgresError {
        PostgresError(.connectionRefused, "the system has no \(what) left for a connection")
    }

    /// One outcome for one waiter; whoever gives it first wins.
    private final class Answer: Sendable {
        typealias Outcome = Result<Session, PostgresError>

        private struct State {
            var waiter: CheckedContinuation<Outcome, Never>?
            var outcome: Outcome?
        }

        private let state = Mutex(State())

        func wait(_ waiter: CheckedContinuation<Outcome, Never>) {
            let outcome = self.state.withLock { state in
                if state.outcome == nil { state.waiter = waiter }
                return state.outcome
            }
            if let outcome { waiter.resume(returning: outcome) }
        }

        /// Returns false when there was an outcome already.
        func give(_ outcome: Outcome) -> Bool {
            let (isFirst, waiter) = self.state.withLock { state in
                let isFirst = state.outcome == nil
                if isFirst { state.outcome = outcome }
                defer { state.waiter = nil }
                return (isFirst, state.waiter)
            }
            if isFirst { waiter?.resume(returning: outcome) }
            return isFirst
        }
    }
}
