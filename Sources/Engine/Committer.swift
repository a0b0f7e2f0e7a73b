import Logging
import Statecharts
import Synchronization
import Values

/// The one writer of instances: gathers what waits into batches, and answers when their transactions have ended.
///
/// Batching is natural: while a batch commits, the next one gathers. At one user a batch holds one command; under load,
/// hundreds.
final class Committer: Sendable {
    private let inbox: Mutex<Inbox>
    /// When a batch last could not be committed.
    private let trouble = Mutex<Timestamp?>(nil)
    private let lastTicket = Atomic<UInt64>(0)
    let store: Store
    let definitions: Definitions
    let wakeups: Wakeups
    let snapshots: SnapshotCache
    let limits: Limits
    let ambient: Ambient
    let logger: Logger
    /// What became of the pump's wakes.
    private let onWoken: @Sendable (_ instance: InstanceID, _ hasMore: Bool) -> Void

    init(
        store: Store, definitions: Definitions, wakeups: Wakeups, limits: Limits, ambient: Ambient, logger: Logger,
        onWoken: @escaping @Sendable (InstanceID, Bool) -> Void
    ) {
        self.store = store
        self.definitions = definitions
        self.wakeups = wakeups
        self.snapshots = SnapshotCache(bytes: limits.cachedBytes)
        self.limits = limits
        self.ambient = ambient
        self.logger = logger
        self.onWoken = onWoken
        self.inbox = Mutex(Inbox(limits: limits))
    }

    /// When the last batch could not be committed, until one is; nil: all is well.
    var troubledAt: Timestamp? { self.trouble.withLock { $0 } }

    /// Answers when the command's transaction has ended. Cancelled before it is taken, it is not done; afterwards it
    /// is, and nobody hears the answer.
    func submit(_ command: Command) async throws -> Answer {
        var command = command
        command.request = command.requestHash
        let deadline = ContinuousClock.now + .seconds(self.limits.commandSeconds)
        let ticket = self.makeTicket()
        let item = Inbox.Item(ticket: ticket, command: command, weight: command.weight, deadline: deadline)
        return try await withTaskCancellationHandler {
            try Task.checkCancellation()
            return try await withCheckedThrowingContinuation { caller in self.add(item, caller) }
        } onCancel: {
            self.inbox.withLock { $0.cancel(ticket) }?.resume(throwing: CancellationError())
        }
    }

    /// The pump's: nobody waits. False: no room.
    func submit(wake instance: InstanceID) -> Bool {
        let command = Command(instance: instance, action: .wake, by: Actor(), isBulk: true)
        let item = Inbox.Item(
            ticket: self.makeTicket(), command: command, weight: command.weight, deadline: nil)
        switch self.inbox.withLock({ $0.add(item, caller: nil) }) {
        case .waiting: return true
        case .handed(let handover):
            handover.writer.resume(returning: handover.taken)
            return true
        case .refused: return false
        }
    }

    private func makeTicket() -> UInt64 { self.lastTicket.add(1, ordering: .relaxed).newValue }

    private func add(_ item: Inbox.Item, _ caller: Inbox.Caller) {
        switch self.inbox.withLock({ $0.add(item, caller: caller) }) {
        case .waiting: break
        case .handed(let handover): handover.writer.resume(returning: handover.taken)
        case .refused(let error): caller.resume(throwing: error)
        }
    }

    // MARK: Running

    /// Commits until ``close()``.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.expire() }
            await withTaskGroup(of: Void.self) { writers in
                for _ in 0..<self.limits.writers {
                    writers.addTask { await self.write() }
                }
            }
            group.cancelAll()
        }
    }

    /// Takes no new commands; those in a batch are answered, the others refused.
    func close() {
        let (callers, writers) = self.inbox.withLock { $0.close() }
        for caller in callers { caller.resume(throwing: Self.stopping) }
        for writer in writers { writer.resume(returning: nil) }
    }

    private func write() async {
        await withDiscardingTaskGroup { group in
            while let taken = await self.next() {
                let postponed = await self.commit(taken.items)
                let (handovers, callers) = self.inbox.withLock { $0.finish(taken, postponed: postponed) }
                self.hand(handovers)
                for caller in callers { caller.resume(throwing: Self.stopping) }
                var instances = Set<InstanceID>()
                for item in postponed where instances.insert(item.command.instance).inserted {
                    group.addTask { await self.release(item) }
                }
            }
        }
    }

    private func next() async -> Inbox.Taken? {
        await withCheckedContinuation { writer in
            switch self.inbox.withLock({ $0.next(writer) }) {
            case .taken(let taken): writer.resume(returning: taken)
            case .end: writer.resume(returning: nil)
            case .wait: break
            }
        }
    }

    private func hand(_ handovers: [Inbox.Handover]) {
        for (writer, taken) in handovers { writer.resume(returning: taken) }
    }

    /// 5 ms, then twice as long each time, up to a second: a frozen process delays only what it holds.
    private func release(_ item: Inbox.Item) async {
        let milliseconds = min(1000, 5 << min(item.postponements, 8))
        try? await self.ambient.sleep(.milliseconds(milliseconds))
        self.hand(self.inbox.withLock { $0.release(item.command.instance) })
    }

    private func expire() async {
        while !Task.isCancelled {
            do { try await self.ambient.sleep(.seconds(1)) } catch { return }
            self.expire(at: .now)
        }
    }

    func expire(at now: ContinuousClock.Instant) {
        let callers = self.inbox.withLock { $0.expire(at: now) }
        for caller in callers { caller.resume(throwing: Self.late) }
    }

    // MARK: Answers

    static var late: EngineError {
        EngineError(.unavailable, "The database did not answer in time.", retryAfterSeconds: 5)
    }

    private static var stopping: EngineError {
        EngineError(.unavailable, "The server is stopping.", retryAfterSeconds: 1)
    }

    func answer(_ items: [Inbox.Item], with result: (Int) -> Result<Answer, any Error>) {
        let callers = self.inbox.withLock { $0.callers(of: items) }
        for (place, caller) in callers.enumerated() {
            if let caller {
                caller.resume(with: result(place))
            } else if case .wake = items[place].command.action {
                self.onWoken(items[place].command.instance, false)
            }
        }
    }

    func woken(_ instance: InstanceID, hasMore: Bool) { self.onWoken(instance, hasMore) }

    func noteTrouble() {
        let now = self.ambient.now()
        self.trouble.withLock { $0 = now }
    }

    func noteSuccess() { self.trouble.withLock { $0 = nil } }

    /// Something else could be written since then.
    func forget(troubleOf time: Timestamp) { self.trouble.withLock { if $0 == time { $0 = nil } } }
}
