import Values

/// Who waits for what, and what others have to be told. Methods return whom to resume once the lock is released.
struct WakeupsStateMachine {
    struct Waiter {
        let topics: Set<String>
        let before: Timestamp?
        let continuation: CheckedContinuation<Void, Never>
    }

    private(set) var generation: UInt64 = 0
    var isListening = false
    private var announced: [String: UInt64] = [:]
    private var announcedAll: UInt64 = 0
    private var waiters: [UInt64: Waiter] = [:]
    private var cancelled: Set<UInt64> = []
    private var nextID: UInt64 = 0
    private var watched: Set<String> = []
    private var announcedHeads: [String: String] = [:]
    private static let watchedTopics = 1_000
    private var shared: [String: Timestamp] = [:]
    private var sender: CheckedContinuation<Void, Never>?
    private var isSenderCancelled = false

    /// A look-out for topics itself looks for them.
    static let newWaiter = "#waiter"

    mutating func makeID() -> UInt64 {
        self.nextID += 1
        return self.nextID
    }

    mutating func watch(except engineTopics: [String]) -> Set<String> {
        let awaited = self.waiters.values.reduce(into: Set<String>()) { $0.formUnion($1.topics) }
        if self.watched.count > Self.watchedTopics { self.watched = [] }
        self.watched.formUnion(awaited.filter { !$0.hasPrefix("#") && !engineTopics.contains($0) })
        self.announcedHeads = self.announcedHeads.filter { self.watched.contains($0.key) }
        return self.watched
    }

    mutating func announceDue(_ head: QueueHead, now: Timestamp) -> [CheckedContinuation<Void, Never>] {
        let name = "\(head.key.id) \(head.dueAt)"
        guard self.announcedHeads[head.topic] != name else { return [] }
        self.announcedHeads[head.topic] = name
        return self.announce([head.topic: head.dueAt], now: now)
    }

    mutating func add(_ waiter: Waiter, id: UInt64, since mark: UInt64) -> [CheckedContinuation<Void, Never>] {
        let missed =
            self.announcedAll > mark || waiter.topics.contains { self.announced[$0, default: 0] > mark }
        guard self.cancelled.remove(id) == nil, !missed else { return [waiter.continuation] }
        self.waiters[id] = waiter
        // The pump looks out for topics that others wait for, so it has to know of a new one.
        guard waiter.before == nil, !waiter.topics.isSubset(of: self.watched) else { return [] }
        self.generation += 1
        self.announced[Self.newWaiter] = self.generation
        return self.take { $0.topics.contains(Self.newWaiter) }
    }

    mutating func cancel(_ id: UInt64) -> CheckedContinuation<Void, Never>? {
        if let waiter = self.waiters.removeValue(forKey: id) { return waiter.continuation }
        self.cancelled.insert(id)
        return nil
    }

    /// The waiter is gone; a cancellation that came after its wake-up is of no interest.
    mutating func forget(_ id: UInt64) { self.cancelled.remove(id) }

    mutating func announce(_ due: [String: Timestamp], now: Timestamp) -> [CheckedContinuation<Void, Never>] {
        self.generation += 1
        for topic in due.keys { self.announced[topic] = self.generation }
        return self.take { waiter in
            waiter.topics.contains { topic in due[topic].map { $0 <= waiter.before ?? now } ?? false }
        }
    }

    /// What another process announced; nil: anything.
    mutating func receive(_ due: [String: Timestamp]?, now: Timestamp) -> [CheckedContinuation<Void, Never>] {
        if let due { return self.announce(due, now: now) }
        self.generation += 1
        self.announcedAll = self.generation
        return self.take { _ in true }
    }

    mutating func listening() -> [CheckedContinuation<Void, Never>] {
        self.isListening = true
        return self.receive(nil, now: Timestamp(seconds: 0))
    }

    private mutating func take(_ isWoken: (Waiter) -> Bool) -> [CheckedContinuation<Void, Never>] {
        var continuations: [CheckedContinuation<Void, Never>] = []
        for (id, waiter) in self.waiters where isWoken(waiter) {
            continuations.append(waiter.continuation)
            self.waiters[id] = nil
        }
        return continuations
    }

    mutating func share(_ due: [String: Timestamp]) -> CheckedContinuation<Void, Never>? {
        self.shared.merge(due) { min($0, $1) }
        defer { self.sender = nil }
        return self.sender
    }

    mutating func takeShared() -> [String: Timestamp] {
        defer { self.shared = [:] }
        return self.shared
    }

    mutating func waitForShared(_ continuation: CheckedContinuation<Void, Never>) -> CheckedContinuation<Void, Never>? {
        guard self.shared.isEmpty, !self.isSenderCancelled else { return continuation }
        self.sender = continuation
        return nil
    }

    mutating func cancelShared() -> CheckedContinuation<Void, Never>? {
        self.isSenderCancelled = true
        defer { self.sender = nil }
        return self.sender
    }
}
