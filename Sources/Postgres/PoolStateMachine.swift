/// Who gets a connection, and when one is made or closed.
///
/// Requests are served in order. While the server cannot be reached, one attempt at a time is made, further and further
/// apart.
struct PoolStateMachine {
    typealias RequestID = UInt64
    typealias ConnectionID = UInt64
    typealias Instant = ContinuousClock.Instant

    struct Grant: Equatable {
        let connection: ConnectionID
        /// Unused for so long that it may have died unnoticed.
        let needsCheck: Bool
    }

    enum RequestAction: Equatable {
        case lend(Grant)
        case wait
        case refuse(PostgresError.Code)
    }

    /// What else is to be done after an input.
    struct Chores: Equatable {
        /// A new connection, not before this has passed.
        var connectAfter: Duration?
        var close: [ConnectionID] = []
        var lend: [RequestID: Grant] = [:]
        var refuse: [RequestID] = []
    }

    private struct Idle {
        let connection: ConnectionID
        let since: Instant
    }

    static let firstBackOff: Duration = .milliseconds(50)
    static let longestBackOff: Duration = .seconds(1)

    private let limits: Pool.Limits
    private var lastID: UInt64 = 0
    /// Oldest first; the youngest is lent first, so that the others may age.
    private var idle: [Idle] = []
    private var lent = 0
    private var connecting = 0
    private var waiting: [RequestID] = []
    private var failures = 0
    private var retryAt: Instant?
    private(set) var isClosed = false

    init(limits: Pool.Limits) {
        self.limits = limits
    }

    /// Closed, and everything was given back.
    var isDone: Bool { self.isClosed && self.lent == 0 }
    var connections: Int { self.idle.count + self.lent }

    var canLendNow: Bool { self.isClosed || (self.waiting.isEmpty && !self.idle.isEmpty) }

    mutating func nextID() -> UInt64 {
        self.lastID += 1
        return self.lastID
    }

    mutating func requested(_ id: RequestID, now: Instant) -> (RequestAction, Chores) {
        guard !self.isClosed else { return (.refuse(.closed), Chores()) }
        var chores = Chores()
        self.closeAged(now: now, &chores)
        // Those who wait were first; what is idle is then on its way to them.
        if self.waiting.isEmpty, let idle = self.idle.popLast() {
            self.lent += 1
            return (.lend(self.grant(idle, now: now)), chores)
        }
        guard self.waiting.count < self.limits.waiting else { return (.refuse(.poolExhausted), chores) }
        self.waiting.append(id)
        self.connectIfNeeded(now: now, &chores)
        return (.wait, chores)
    }

    /// The request timed out or its task was cancelled. Returns false when it was already answered.
    mutating func abandoned(_ id: RequestID) -> Bool {
        guard let index = self.waiting.firstIndex(of: id) else { return false }
        self.waiting.remove(at: index)
        return true
    }

    mutating func connected(_ connection: ConnectionID, now: Instant) -> Chores {
        self.connecting -= 1
        self.failures = 0
        self.retryAt = nil
        return self.freed(Idle(connection: connection, since: now), now: now)
    }

    /// `jitter` is between 0 and 1, so that many processes do not come back at the same moment.
    mutating func connectFailed(now: Instant, jitter: Double) -> Chores {
        self.connecting -= 1
        self.failures += 1
        let doubled = Self.firstBackOff * (1 << min(self.failures - 1, 10))
        self.retryAt = now + min(doubled, Self.longestBackOff) * (0.5 + jitter / 2)
        var chores = Chores()
        self.connectIfNeeded(now: now, &chores)
        return chores
    }

    mutating func released(_ connection: ConnectionID, isUsable: Bool, now: Instant) -> Chores {
        self.lent -= 1
        guard isUsable else {
            var chores = Chores(close: [connection])
            self.connectIfNeeded(now: now, &chores)
            return chores
        }
        return self.freed(Idle(connection: connection, since: now), now: now)
    }

    mutating func closed() -> Chores {
        guard !self.isClosed else { return Chores() }
        self.isClosed = true
        let chores = Chores(close: self.idle.map(\.connection), refuse: self.waiting)
        self.idle = []
        self.waiting = []
        return chores
    }

    private mutating func freed(_ idle: Idle, now: Instant) -> Chores {
        var chores = Chores()
        guard !self.isClosed else {
            chores.close = [idle.connection]
            return chores
        }
        guard !self.waiting.isEmpty else {
            self.idle.append(idle)
            self.closeAged(now: now, &chores)
            return chores
        }
        self.lent += 1
        chores.lend[self.waiting.removeFirst()] = self.grant(idle, now: now)
        self.connectIfNeeded(now: now, &chores)
        return chores
    }

    private func grant(_ idle: Idle, now: Instant) -> Grant {
        Grant(connection: idle.connection, needsCheck: idle.since.advanced(by: self.limits.checkAfter) <= now)
    }

    private mutating func closeAged(now: Instant, _ chores: inout Chores) {
        while let oldest = self.idle.first, oldest.since.advanced(by: self.limits.closeAfter) <= now {
            chores.close.append(oldest.connection)
            self.idle.removeFirst()
        }
    }

    private mutating func connectIfNeeded(now: Instant, _ chores: inout Chores) {
        guard !self.isClosed, self.waiting.count > self.connecting,
            self.connections + self.connecting < self.limits.connections,
            self.failures == 0 || self.connecting == 0
        else { return }
        self.connecting += 1
        chores.connectAfter = max(.zero, self.retryAt.map { $0 - now } ?? .zero)
    }
}
