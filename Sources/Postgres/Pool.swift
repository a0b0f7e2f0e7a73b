package import Logging
import Synchronization

/// A bounded number of connections, lent to one task at a time, first come, first served.
///
///     let pool = Pool(options: options, logger: logger)
///     let results = try await pool.withConnection { try await $0.pipeline([.begin, insert, .commit]) }
///     await pool.close()
///
/// Nothing connects before the first request. A connection that broke is replaced when it is needed; attempts are
/// spaced by exponential back-off with jitter, and requests wait for them until their time limit.
package final class Pool: Sendable {
    package struct Limits: Sendable {
        package var connections = 8
        /// Requests that wait; one more is refused.
        package var waiting = 10_000
        /// For a connection to come free, or to be made.
        package var timeout: Duration = .seconds(10)
        /// A connection unused for so long is tried before it is lent.
        package var checkAfter: Duration = .seconds(30)
        /// A connection unused for so long is closed.
        package var closeAfter: Duration = .seconds(600)
        /// For the trial of a connection.
        package var checkTimeout: Duration = .seconds(2)

        package init() {}
    }

    private typealias Waiter = CheckedContinuation<Result<Lease, PostgresError>, Never>

    private struct Lease: Sendable {
        let id: PoolStateMachine.ConnectionID
        let connection: Connection
        let needsCheck: Bool
    }

    private struct State {
        var machine: PoolStateMachine
        var connections: [PoolStateMachine.ConnectionID: Connection] = [:]
        var waiters: [PoolStateMachine.RequestID: Waiter] = [:]
        var closeWaiters: [CheckedContinuation<Void, Never>] = []
        /// Why the last attempt to connect failed.
        var refusal: PostgresError?

        func lease(_ grant: PoolStateMachine.Grant) -> Lease? {
            self.connections[grant.connection].map {
                Lease(id: grant.connection, connection: $0, needsCheck: grant.needsCheck)
            }
        }
    }

    private struct Afterwards {
        var resumptions: [(Waiter, Result<Lease, PostgresError>)] = []
        var closed: [Connection] = []
        var connectAfter: Duration?
        var closeWaiters: [CheckedContinuation<Void, Never>] = []
    }

    private let options: ConnectionOptions
    private let limits: Limits
    private let logger: Logger
    private let state: Mutex<State>

    package init(options: ConnectionOptions, limits: Limits = Limits(), logger: Logger) {
        self.options = options
        self.limits = limits
        self.logger = logger
        self.state = Mutex(State(machine: PoolStateMachine(limits: limits)))
    }

    /// `timeout` is for getting the connection, not for the body. A transaction left open is rolled back.
    package func withConnection<Value>(
        timeout: Duration? = nil, _ body: (Connection) async throws -> Value
    ) async throws -> Value {
        let lease = try await self.lease(within: timeout ?? self.limits.timeout)
        do {
            let value = try await body(lease.connection)
            await self.release(lease)
            return value
        } catch {
            await self.release(lease)
            throw error
        }
    }

    package func withTransaction<Value>(
        timeout: Duration? = nil, _ body: (Connection) async throws -> Value
    ) async throws -> Value {
        try await self.withConnection(timeout: timeout) { try await $0.withTransaction(body) }
    }

    package func pipeline(_ statements: [Statement], timeout: Duration? = nil) async throws -> [Rows] {
        try await self.withConnection { try await $0.pipeline(statements, timeout: timeout) }
    }

    /// For reads: interrupted when the task is cancelled.
    package func query(_ statement: Statement, timeout: Duration? = nil) async throws -> Rows {
        try await self.withConnection {
            try await $0.query(statement, timeout: timeout, cancellation: .interrupting)
        }
    }

    /// Refuses new requests and those that wait, waits for what is lent, and closes all.
    package func close() async {
        self.modify { state, after in
            let chores = state.machine.closed()
            self.perform(chores, &state, &after)
        }
        await withCheckedContinuation { waiter in
            self.modify { state, after in
                state.closeWaiters.append(waiter)
                self.perform(PoolStateMachine.Chores(), &state, &after)
            }
        }
    }

    // MARK: Lending

    private func lease(within timeout: Duration) async throws(PostgresError) -> Lease {
        let deadline = ContinuousClock.now + timeout
        while true {
            let lease = try await self.nextLease(until: deadline)
            guard !(await self.isAlive(lease)) else { return lease }
            self.giveBack(lease, isUsable: false)
        }
    }

    private func isAlive(_ lease: Lease) async -> Bool {
        guard lease.connection.isUsable else { return false }
        guard lease.needsCheck else { return true }
        do {
            _ = try await lease.connection.pipeline([], timeout: self.limits.checkTimeout, cancellation: .ignored)
            return true
        } catch {
            self.logger.info("a connection died unused", metadata: ["error": "\(error)"])
            return false
        }
    }

    private func nextLease(until deadline: ContinuousClock.Instant) async throws(PostgresError) -> Lease {
        let id = self.state.withLock { $0.machine.nextID() }
        if let answer = self.request(id, waiter: nil) { return try answer.get() }
        let answer = await withTaskGroup(of: Void.self) { group in
            group.addTask {
                // Cancelled when the answer has come; the waiting task's own cancellation is handled below.
                guard (try? await ContinuousClock().sleep(until: deadline)) != nil else { return }
                self.abandon(id, .timeout)
            }
            defer { group.cancelAll() }
            return await withTaskCancellationHandler {
                await withCheckedContinuation { waiter in
                    if let answer = self.request(id, waiter: waiter) { waiter.resume(returning: answer) }
                }
            } onCancel: {
                self.abandon(id, .cancelled)
            }
        }
        return try answer.get()
    }

    /// Returns the answer unless there is need to wait; without a waiter, nothing is asked that would have to wait.
    private func request(
        _ id: PoolStateMachine.RequestID, waiter: Waiter?
    ) -> Result<Lease, PostgresError>? {
        self.modify { state, after in
            if waiter == nil, !state.machine.canLendNow { return nil }
            if Task.isCancelled { return .failure(PostgresError(.cancelled, "the task was cancelled")) }
            let (action, chores) = state.machine.requested(id, now: .now)
            self.perform(chores, &state, &after)
            switch action {
            case .lend(let grant): return state.lease(grant).map { .success($0) }
            case .refuse(.closed): return .failure(PostgresError(.closed, "the pool is closed"))
            case .refuse(let code): return .failure(PostgresError(code, "too many requests wait for a connection"))
            case .wait:
                state.waiters[id] = waiter
                return nil
            }
        }
    }

    private func abandon(_ id: PoolStateMachine.RequestID, _ code: PostgresError.Code) {
        self.modify { state, after in
            guard state.machine.abandoned(id), let waiter = state.waiters.removeValue(forKey: id) else { return }
            var error = PostgresError(code, "no connection came free")
            if code == .timeout, let refusal = state.refusal { error = refusal }
            after.resumptions.append((waiter, .failure(error)))
        }
    }

    private func release(_ lease: Lease) async {
        var isUsable = lease.connection.isUsable
        if isUsable, lease.connection.isInTransaction {
            isUsable = (try? await lease.connection.rollBack()) != nil
        }
        self.giveBack(lease, isUsable: isUsable)
    }

    private func giveBack(_ lease: Lease, isUsable: Bool) {
        self.modify { state, after in
            let chores = state.machine.released(lease.id, isUsable: isUsable, now: .now)
            self.perform(chores, &state, &after)
        }
    }

    // MARK: Connecting

    /// In a thread of its own, as waiting and connecting would block.
    private func connect(after delay: Duration) {
        Session.startDetached(self.options, after: delay, logger: self.logger) { result in
            let (unwanted, wasRefused) = self.modify { state, after -> (Session?, Bool) in
                let chores: PoolStateMachine.Chores
                let wasRefused = state.refusal != nil
                switch result {
                case .success(let session):
                    guard !state.machine.isClosed else { return (session, wasRefused) }
                    let id = state.machine.nextID()
                    state.refusal = nil
                    state.connections[id] = Connection(session: session)
                    chores = state.machine.connected(id, now: .now)
                case .failure(let error):
                    state.refusal = error
                    chores = state.machine.connectFailed(now: .now, jitter: .random(in: 0...1))
                }
                self.perform(chores, &state, &after)
                return (nil, wasRefused)
            }
            unwanted?.close()
            self.report(result, wasRefused: wasRefused)
        }
    }

    /// Once when it begins and once when it ends: attempts follow each other closely.
    private func report(_ result: Result<Session, PostgresError>, wasRefused: Bool) {
        switch result {
        case .success where wasRefused: self.logger.notice("connected to the database again")
        case .success: break
        case .failure(let error):
            self.logger.log(
                level: wasRefused ? .debug : .warning, "cannot connect to the database",
                metadata: ["error": "\(error.debugDescription)"])
        }
    }

    private func perform(_ chores: PoolStateMachine.Chores, _ state: inout State, _ after: inout Afterwards) {
        after.connectAfter = after.connectAfter ?? chores.connectAfter
        after.closed += chores.close.compactMap { state.connections.removeValue(forKey: $0) }
        for (id, grant) in chores.lend {
            guard let waiter = state.waiters.removeValue(forKey: id), let lease = state.lease(grant) else { continue }
            after.resumptions.append((waiter, .success(lease)))
        }
        for id in chores.refuse {
            guard let waiter = state.waiters.removeValue(forKey: id) else { continue }
            after.resumptions.append((waiter, .failure(PostgresError(.closed, "the pool is closed"))))
        }
        if state.machine.isDone {
            after.closeWaiters += state.closeWaiters
            state.closeWaiters = []
        }
    }

    private func modify<Value>(_ change: (inout State, inout Afterwards) -> Value) -> Value {
        var after = Afterwards()
        let value = self.state.withLock { state in change(&state, &after) }
        for (waiter, result) in after.resumptions { waiter.resume(returning: result) }
        for connection in after.closed { connection.startClosing() }
        for waiter in after.closeWaiters { waiter.resume() }
        if let delay = after.connectAfter { self.connect(after: delay) }
        return value
    }
}
