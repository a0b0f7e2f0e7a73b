import Logging
import Synchronization
import Values

/// Turns due timers, signals and starts into commands. It reads without locks: what is read twice dies on the row's
/// lock.
final class Pump: Sendable {
    private let inFlight = Mutex<Set<InstanceID>>([])
    private let store: Store
    private let wakeups: Wakeups
    private let limits: Limits
    private let logger: Logger

    /// Rows of one topic that one look reads.
    private static let page = 1_000
    private static let progress = "#pump"

    init(store: Store, wakeups: Wakeups, limits: Limits, logger: Logger) {
        self.store = store
        self.wakeups = wakeups
        self.limits = limits
        self.logger = logger
    }

    /// The committer is done with a wake.
    func finished(_ instance: InstanceID, hasMore: Bool) {
        let left = self.inFlight.withLock { instances in
            instances.remove(instance)
            return instances.count
        }
        // The last one: more than a page may be due.
        if hasMore || left == 0 || left == self.limits.pumpInstances / 2 { self.wakeups.announceHere(Self.progress) }
    }

    func run(submit: @Sendable (InstanceID) -> Bool) async {
        while !Task.isCancelled {
            let mark = self.wakeups.mark()
            var wait = Duration.seconds(
                self.wakeups.isListening ? self.limits.pumpSeconds : self.limits.pumpSecondsWithoutListener)
            var before: Timestamp?
            do {
                let look = try await self.look(submit)
                if let now = look.now, let next = look.next {
                    wait = min(wait, .microseconds(max(0, next.microsecondsSinceEpoch - now.microsecondsSinceEpoch)))
                    before = next
                }
            } catch {
                self.logger.warning("due jobs cannot be read", metadata: ["error": "\(error)"])
                wait = .seconds(1)
            }
            await self.wakeups.wait(
                topics: Set(JobRow.engineTopics + [Self.progress, WakeupsStateMachine.newWaiter]),
                before: before ?? Self.never, since: mark, timeout: wait)
        }
    }

    private static let never = Timestamp(seconds: 253_402_300_799)

    /// Submits what is due; says when the next job is.
    private func look(_ submit: (InstanceID) -> Bool) async throws -> (now: Timestamp?, next: Timestamp?) {
        let others = self.wakeups.watch()
        let topics =
            JobRow.engineTopics.map { QueueHead.Topic(name: $0, limit: Self.page) }
            + others.map { QueueHead.Topic(name: $0, limit: 1) }
        let found = try await self.store.queueHeads(topics)
        guard let now = found.now else { return (nil, nil) }
        var next: Timestamp?
        for head in found.heads {
            if head.dueAt > now {
                next = next.map { min($0, head.dueAt) } ?? head.dueAt
            } else if others.contains(head.topic) {
                self.wakeups.announceDue(head, now: now)
            } else {
                self.submit(head.key.instance, submit)
            }
        }
        return (now, next)
    }

    private func submit(_ instance: InstanceID, _ submit: (InstanceID) -> Bool) {
        let isNew = self.inFlight.withLock { instances in
            instances.count < self.limits.pumpInstances && instances.insert(instance).inserted
        }
        guard isNew else { return }
        if !submit(instance) { _ = self.inFlight.withLock { $0.remove(instance) } }
    }
}
