import Logging
import Postgres
import SQL
import Synchronization
package import Values

/// Tells who waits for work that there is some: in this process at once, in others by one NOTIFY in 50 ms at most.
///
/// A wake-up is a hint. Waiters take a ``mark()`` before they look for work and hand it to
/// ``waitForWork(topics:since:timeout:)``, so that nothing announced in between is missed.
package final class Wakeups: Sendable {
    private let state = Mutex(WakeupsStateMachine())
    private let origin: String
    private let notifySeconds: Double
    private let ambient: Ambient
    private let logger: Logger

    init(notifySeconds: Double, ambient: Ambient, logger: Logger) {
        self.origin = String(ambient.random(), radix: 36)
        self.notifySeconds = notifySeconds
        self.ambient = ambient
        self.logger = logger
    }

    package func mark() -> UInt64 { self.state.withLock { $0.generation } }

    /// Returns when a job on one of these topics became due since the mark, when the time is over or the task
    /// cancelled.
    package func waitForWork(topics: [String], since mark: UInt64, timeout: Duration) async {
        await self.wait(topics: Set(topics), before: nil, since: mark, timeout: timeout)
    }

    /// `before`: also for jobs that become due until then.
    func wait(topics: Set<String>, before: Timestamp?, since mark: UInt64, timeout: Duration) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.untilAnnounced(topics: topics, before: before, since: mark) }
            group.addTask { try? await self.ambient.sleep(timeout) }
            await group.next()
            group.cancelAll()
        }
    }

    private func untilAnnounced(topics: Set<String>, before: Timestamp?, since mark: UInt64) async {
        let id = self.state.withLock { $0.makeID() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                let waiter = WakeupsStateMachine.Waiter(topics: topics, before: before, continuation: continuation)
                let wake = self.state.withLock { $0.add(waiter, id: id, since: mark) }
                wake.forEach { $0.resume() }
            }
        } onCancel: {
            self.state.withLock { $0.cancel(id) }?.resume()
        }
        self.state.withLock { $0.forget(id) }
    }

    /// Topics of others that are waited for, now or lately. From now on a new waiter for one of them wakes nobody.
    func watch() -> Set<String> { self.state.withLock { $0.watch(except: JobRow.engineTopics) } }

    /// Wakes waiters of this process only.
    func announceHere(_ topic: String) {
        let now = self.ambient.now()
        let wake = self.state.withLock { $0.announce([topic: now], now: now) }
        wake.forEach { $0.resume() }
    }

    /// A job that others wait for has come due by time alone. The same one is announced once.
    func announceDue(_ head: QueueHead, now: Timestamp) {
        let wake = self.state.withLock { $0.announceDue(head, now: now) }
        wake.forEach { $0.resume() }
    }

    /// Jobs were written: topic → the earliest time at which one of them is due. Call it after the commit.
    package func announce(_ due: [String: Timestamp], now: Timestamp) {
        guard !due.isEmpty else { return }
        let (wake, sender) = self.state.withLock { ($0.announce(due, now: now), $0.share(due)) }
        wake.forEach { $0.resume() }
        sender?.resume()
    }
}

extension Wakeups {
    /// What a NOTIFY carries: the sender, then a line for each topic with the time it is due.
    static func encode(_ due: [String: Timestamp], from origin: String) -> String {
        let lines = due.sorted { $0.key < $1.key }.map { "\($0.value.microsecondsSinceEpoch) \($0.key)" }
        let text = ([origin] + lines).joined(separator: "\n")
        // PostgreSQL takes less than 8000 bytes. Without a list the receivers look at everything.
        return text.utf8.count < 7900 ? text : origin
    }

    static func decode(_ payload: String) -> (origin: String, due: [String: Timestamp]?) {
        let lines = payload.split(separator: "\n", omittingEmptySubsequences: false)
        var due: [String: Timestamp] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, let time = Int64(parts[0]) else { continue }
            due[String(parts[1])] = Timestamp(microsecondsSinceEpoch: time)
        }
        return (lines.first.map(String.init) ?? "", lines.count > 1 ? due : nil)
    }

    func received(_ payload: String, now: Timestamp) {
        let (origin, due) = Self.decode(payload)
        guard origin != self.origin else { return }
        let wake = self.state.withLock { $0.receive(due, now: now) }
        wake.forEach { $0.resume() }
    }

    /// False: nobody tells this process what others write, so look more often.
    var isListening: Bool { self.state.withLock { $0.isListening } }

    /// Sends and receives until the task is cancelled. The channel is the schema's.
    func run(pool: Pool, options: ConnectionOptions) async {
        guard let channel = await self.channel(pool) else { return }
        let listener = Listener(options: options, channels: [channel], logger: self.logger)
        await withDiscardingTaskGroup { group in
            group.addTask { await listener.run() }
            group.addTask { await self.receive(listener.events) }
            group.addTask { await self.send(on: channel, pool: pool) }
        }
    }

    private func channel(_ pool: Pool) async -> String? {
        while !Task.isCancelled {
            do {
                let row = try await pool.query(Statement(SQL.currentSchema)).only
                return "silian_" + (try row.get(0, as: String?.self) ?? "public")
            } catch {
                try? await self.ambient.sleep(.seconds(1))
            }
        }
        return nil
    }

    private func receive(_ events: AsyncStream<Listener.Event>) async {
        for await event in events {
            switch event {
            case .listening, .reconnected:
                let wake = self.state.withLock { $0.listening() }
                wake.forEach { $0.resume() }
            case .notification(_, let payload):
                self.received(payload, now: self.ambient.now())
            }
        }
        self.state.withLock { $0.isListening = false }
    }

    private func send(on channel: String, pool: Pool) async {
        while !Task.isCancelled {
            await self.untilShared()
            let due = self.state.withLock { $0.takeShared() }
            guard !due.isEmpty else { continue }
            do {
                let payload = Self.encode(due, from: self.origin)
                _ = try await pool.query(Statement(SQL.notify, [.text(channel), .text(payload)]))
            } catch {
                self.logger.warning("other processes were not told of new work", metadata: ["error": "\(error)"])
            }
            try? await self.ambient.sleep(.seconds(self.notifySeconds))
        }
    }

    private func untilShared() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                self.state.withLock { $0.waitForShared(continuation) }?.resume()
            }
        } onCancel: {
            self.state.withLock { $0.cancelShared() }?.resume()
        }
    }
}
