import Logging
import Synchronization

/// The shell around ``PipelineStateMachine``: a socket, and a thread that waits for it.
///
/// Who asks sends, in its own thread and without blocking; that saves a change of threads before each round trip. The
/// session's thread sends what the socket did not take at once, receives, and resumes those who wait.
final class Session: Sendable {
    typealias Machine = PipelineStateMachine<ServerResult>
    typealias Outcome = Result<[ServerResult], PostgresError>
    typealias Waiter = CheckedContinuation<Outcome, Never>

    private struct State: ~Copyable {
        var libpq: LibPQ
        var machine: Machine
        var waiters: [Machine.SubmissionID: Waiter] = [:]
        var endWaiters: [CheckedContinuation<Void, Never>] = []
        var wantsToWrite = false
        /// When the thread wakes up by itself.
        var wakesAt: ContinuousClock.Instant?
        var hasEnded = false

        mutating func complete(_ completion: Machine.Completion, _ after: inout Afterwards) {
            guard let waiter = self.waiters.removeValue(forKey: completion.id) else { return }
            after.resumptions.append((waiter, completion.result))
        }
    }

    /// What to do after the lock is given back.
    private struct Afterwards {
        var resumptions: [(Waiter, Outcome)] = []
        var notifications: [(channel: String, payload: String)] = []
        var notices: [String] = []
    }

    /// Handed to libpq before the socket is asked to take it; what is more waits with us, where it costs no copying.
    private static let sendBufferSize = 256 * 1024

    private let state: Mutex<State>
    private let doorbell: Doorbell
    private let logger: Logger
    private let onNotification: @Sendable (String, String) -> Void

    init(
        libpq: consuming LibPQ, doorbell: Doorbell, preparesStatements: Bool, logger: Logger,
        onNotification: @escaping @Sendable (String, String) -> Void
    ) {
        self.doorbell = doorbell
        self.logger = logger
        self.onNotification = onNotification
        self.state = Mutex(State(libpq: libpq, machine: Machine(preparesStatements: preparesStatements)))
    }

    // MARK: For any task

    func submit(
        _ work: Machine.Work, timeout: Duration?, cancellation: Connection.Cancellation
    ) async -> Outcome {
        let id = self.state.withLock { $0.machine.nextID() }
        guard cancellation != .ignored else {
            return await self.submit(work, id: id, timeout: timeout, heedsCancellation: false)
        }
        return await withTaskCancellationHandler {
            await self.submit(work, id: id, timeout: timeout, heedsCancellation: true)
        } onCancel: {
            self.cancel(id, cancellation)
        }
    }

    private func submit(
        _ work: Machine.Work, id: Machine.SubmissionID, timeout: Duration?, heedsCancellation: Bool
    ) async -> Outcome {
        let deadline = timeout.map { ContinuousClock.now + $0 }
        return await withCheckedContinuation { waiter in
            let refusal = self.modify { state, after -> PostgresError? in
                // Asked under the lock: a cancellation that comes later finds the submission.
                if heedsCancellation, Task.isCancelled {
                    return PostgresError(.cancelled, "the task was cancelled")
                }
                switch state.machine.submit(work, id: id, deadline: deadline) {
                case .refuse(let error): return error
                case .feed:
                    state.waiters[id] = waiter
                    self.feed(&state, &after)
                case .wait: state.waiters[id] = waiter
                }
                if let deadline, !state.hasEnded { self.wake(&state, at: deadline) }
                return nil
            }
            if let refusal { waiter.resume(returning: .failure(refusal)) }
        }
    }

    private func cancel(_ id: Machine.SubmissionID, _ cancellation: Connection.Cancellation) {
        let interrupter = self.modify { state, after -> LibPQ.Interrupter? in
            switch state.machine.cancel(id, cancellation) {
            case .none: return nil
            case .complete(let completion):
                state.complete(completion, &after)
                return nil
            case .interrupt:
                let interrupter = state.libpq.makeInterrupter()
                if interrupter == nil { state.machine.interruptEnded() }
                return interrupter
            }
        }
        guard let interrupter else { return }
        let started = SessionThread.start {
            interrupter.interrupt()
            self.interruptEnded()
        }
        if !started { self.interruptEnded() }
    }

    private func interruptEnded() {
        self.modify { state, after in
            state.machine.interruptEnded()
            self.feed(&state, &after)
        }
    }

    var isOpen: Bool { self.state.withLock { $0.machine.isOpen } }
    var isInTransaction: Bool { self.state.withLock { $0.machine.isInTransaction } }

    /// Ends the session when what is under way has ended.
    func close() {
        self.state.withLock { $0.machine.close() }
        self.doorbell.ring()
    }

    func waitUntilEnded() async {
        await withCheckedContinuation { waiter in
            let hasEnded = self.state.withLock { state in
                if !state.hasEnded { state.endWaiters.append(waiter) }
                return state.hasEnded
            }
            if hasEnded { waiter.resume() }
        }
    }

    // MARK: For the session's thread

    /// Runs until the session is closed or lost.
    func run() {
        var readiness = Doorbell.Readiness()
        while true {
            let next = self.modify { state, after -> (socket: Int32, forWriting: Bool, ContinuousClock.Instant?)? in
                if readiness.isReadable { self.receive(&state, &after) }
                if readiness.isWritable || readiness.isReadable { self.feed(&state, &after) }
                self.checkTime(&state, &after)
                guard !state.machine.isDone else { return nil }
                return (state.libpq.socket, state.wantsToWrite, state.wakesAt)
            }
            guard let next else { break }
            readiness = self.doorbell.wait(socket: next.socket, forWriting: next.forWriting, until: next.2)
        }
        let waiters = self.modify { state, after in
            self.lose(PostgresError(.closed, "the connection is closed"), &state, &after)
            state.libpq.finish()
            state.hasEnded = true
            return state.endWaiters
        }
        waiters.forEach { $0.resume() }
    }

    private func receive(_ state: inout State, _ after: inout Afterwards) {
        let isAlive = state.libpq.consumeInput()
        // An end that belongs to nothing is skipped, but not for ever.
        var strayEnds = 0
        while state.machine.expectsAnswer, strayEnds < 3, !state.libpq.isBusy {
            switch state.libpq.receive() {
            case .answer(let result): state.machine.answerReceived(result, isRollback: result.tag == "ROLLBACK")
            case .error(let error, let isStalePlan): state.machine.errorReceived(error, isStalePlan: isStalePlan)
            case .skipped: state.machine.skipReceived()
            case .unexpected(let what): return self.lose(PostgresError(.protocol, what), &state, &after)
            case .sync: self.finishMessage(&state, &after)
            case .end:
                strayEnds += 1
                guard state.machine.isEndDue else { continue }
                strayEnds = 0
                self.finishMessage(&state, &after)
            }
        }
        while let notification = state.libpq.nextNotification() { after.notifications.append(notification) }
        after.notices += state.libpq.takeNotices()
        if !isAlive || state.libpq.isBroken {
            self.lose(PostgresError(.connectionLost, state.libpq.errorMessage), &state, &after)
        }
    }

    private func finishMessage(_ state: inout State, _ after: inout Afterwards) {
        if state.machine.isScriptRunning, !state.libpq.resumePipelining() {
            return self.lose(PostgresError(.protocol, state.libpq.errorMessage), &state, &after)
        }
        guard let completion = state.machine.endReceived(transaction: state.libpq.transaction) else { return }
        state.complete(completion, &after)
    }

    private func checkTime(_ state: inout State, _ after: inout Afterwards) {
        guard let wakesAt = state.wakesAt, wakesAt <= .now else { return }
        switch state.machine.timePassed(now: .now) {
        case .none: break
        case .complete(let completions): completions.forEach { state.complete($0, &after) }
        case .close(let error): self.lose(error, &state, &after)
        }
        state.wakesAt = state.machine.nextDeadline
    }

    // MARK: For both

    /// Sends until nothing is left, or the socket takes no more.
    private func feed(_ state: inout State, _ after: inout Afterwards) {
        while true {
            switch state.libpq.flush() {
            case .all: break
            case .partly:
                if !state.wantsToWrite {
                    state.wantsToWrite = true
                    self.doorbell.ring()
                }
                return
            case .failed: return self.lose(PostgresError(.connectionLost, state.libpq.errorMessage), &state, &after)
            }
            state.wantsToWrite = false
            guard state.machine.hasMessages else { return }
            var size = 0
            while size < Self.sendBufferSize, let message = state.machine.nextMessage() {
                size += message.size
                guard state.libpq.send(message) else {
                    return self.lose(PostgresError(.connectionLost, state.libpq.errorMessage), &state, &after)
                }
            }
        }
    }

    private func lose(_ error: PostgresError, _ state: inout State, _ after: inout Afterwards) {
        for completion in state.machine.connectionLost(error) { state.complete(completion, &after) }
        self.doorbell.ring()
    }

    /// The thread is told only when it would sleep too long.
    private func wake(_ state: inout State, at deadline: ContinuousClock.Instant) {
        if let wakesAt = state.wakesAt, wakesAt <= deadline { return }
        state.wakesAt = deadline
        self.doorbell.ring()
    }

    private func modify<Value>(_ change: (inout State, inout Afterwards) -> Value) -> Value {
        var after = Afterwards()
        let value = self.state.withLock { state in change(&state, &after) }
        for notice in after.notices { self.logger.debug("\(notice)") }
        for (waiter, outcome) in after.resumptions { waiter.resume(returning: outcome) }
        for (channel, payload) in after.notifications { self.onNotification(channel, payload) }
        return value
    }
}

extension PipelineMessage {
    /// About what it takes on the wire.
    fileprivate var size: Int {
        switch self {
        case .prepare(_, let text, _), .script(let text): 64 + text.utf8.count
        case .execute(_, let parameters): parameters.reduce(64) { $0 + 4 + ($1.bytes?.count ?? 0) }
        case .executeUnprepared(let text, let parameters):
            parameters.reduce(64 + text.utf8.count) { $0 + 4 + ($1.bytes?.count ?? 0) }
        case .sync: 8
        }
    }
}
