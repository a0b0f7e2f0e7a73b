/// What waits to be committed, and which instances are in a batch. A pure state machine: methods return whom to resume
/// once the lock is released, and each continuation is taken out once.
struct Inbox {
    typealias Caller = CheckedContinuation<Answer, any Error>
    typealias Writer = CheckedContinuation<Taken?, Never>

    /// A class, since a command has many parts and goes through many hands.
    final class Item: Sendable {
        let ticket: UInt64
        let command: Command
        let weight: Int
        /// nil: the pump's, which asks again by itself.
        let deadline: ContinuousClock.Instant?
        /// Times that another transaction held the instance.
        let postponements: Int
        /// Definitions that cannot be had, and why.
        let failures: Definitions.Failures

        init(
            ticket: UInt64, command: Command, weight: Int, deadline: ContinuousClock.Instant?, postponements: Int = 0,
            failures: Definitions.Failures = [:]
        ) {
            self.ticket = ticket
            self.command = command
            self.weight = weight
            self.deadline = deadline
            self.postponements = postponements
            self.failures = failures
        }

        func postponed() -> Item {
            Item(
                ticket: self.ticket, command: self.command, weight: self.weight, deadline: self.deadline,
                postponements: self.postponements + 1, failures: self.failures)
        }

        func without(_ definition: Definitions.Reference, _ error: EngineError) -> Item {
            Item(
                ticket: self.ticket, command: self.command, weight: self.weight, deadline: self.deadline,
                postponements: self.postponements,
                failures: self.failures.merging([definition: error]) { $1 })
        }
    }

    /// A batch's commands: the instances in it are in no other batch until ``finish(_:postponed:)``.
    struct Taken: Sendable {
        let number: Int
        let items: [Item]
    }

    /// A writer that was idle, and what it shall do.
    typealias Handover = (writer: Writer, taken: Taken)

    private struct Lane {
        /// 0: postponed.
        var batch: Int
        /// Later commands of the same instance, in order.
        var waiting: [Item] = []
    }

    private let limits: Limits
    private var people = Queue<Item>()
    private var bulk = Queue<Item>()
    private var lanes: [InstanceID: Lane] = [:]
    private var callers: [UInt64: Caller] = [:]
    private var idle: [Writer] = []
    private var lastBatch = 0
    /// Those that were not taken yet.
    private(set) var count = 0
    private(set) var isClosed = false

    init(limits: Limits) { self.limits = limits }

    // MARK: Coming in

    enum Admission {
        case waiting
        case handed(Handover)
        case refused(EngineError)
    }

    mutating func add(_ item: Item, caller: Caller?) -> Admission {
        guard !self.isClosed else {
            return .refused(EngineError(.unavailable, "The server is stopping.", retryAfterSeconds: 1))
        }
        guard self.count < self.limits.inboxCommands else {
            return .refused(EngineError(.unavailable, "Too many commands are waiting.", retryAfterSeconds: 1))
        }
        if let caller { self.callers[item.ticket] = caller }
        self.count += 1
        if self.lanes[item.command.instance] != nil {
            self.lanes[item.command.instance]?.waiting.append(item)
            return .waiting
        }
        self.enqueue(item)
        return self.handover().map { .handed($0) } ?? .waiting
    }

    /// Nobody waits for the answer any more: what was not taken yet is not done.
    mutating func cancel(_ ticket: UInt64) -> Caller? { self.callers.removeValue(forKey: ticket) }

    private mutating func enqueue(_ item: Item) {
        if item.command.isBulk { self.bulk.append(item) } else { self.people.append(item) }
    }

    // MARK: Going out

    enum Next {
        case taken(Taken)
        case wait
        case end
    }

    mutating func next(_ writer: Writer) -> Next {
        if let taken = self.take() { return .taken(taken) }
        if self.isClosed { return .end }
        self.idle.append(writer)
        return .wait
    }

    private mutating func handover() -> Handover? {
        guard let writer = self.idle.popLast() else { return nil }
        guard let taken = self.take() else {
            self.idle.append(writer)
            return nil
        }
        return (writer, taken)
    }

    /// People first, but bulk work that waits gets up to half.
    private mutating func take() -> Taken? {
        guard !self.people.isEmpty || !self.bulk.isEmpty else { return nil }
        self.lastBatch += 1
        let most = self.limits.batchCommands
        var items: [Item] = []
        items.reserveCapacity(min(most, self.people.count + self.bulk.count))
        var bytes = 0
        let share = max(most - most / 2, most - self.bulk.count)
        self.fill(&items, &bytes, from: \.people, upTo: share)
        self.fill(&items, &bytes, from: \.bulk, upTo: most)
        return items.isEmpty ? nil : Taken(number: self.lastBatch, items: items)
    }

    private mutating func fill(
        _ items: inout [Item], _ bytes: inout Int, from queue: WritableKeyPath<Inbox, Queue<Item>>, upTo most: Int
    ) {
        while items.count < most, bytes < self.limits.batchBytes, let item = self[keyPath: queue].popFirst() {
            let instance = item.command.instance
            if item.deadline != nil, self.callers[item.ticket] == nil {
                self.count -= 1
            } else if let lane = self.lanes[instance], lane.batch != self.lastBatch {
                self.lanes[instance]?.waiting.append(item)
            } else {
                self.lanes[instance] = Lane(batch: self.lastBatch)
                self.count -= 1
                bytes += item.weight
                items.append(item)
            }
        }
    }

    // MARK: The end of a batch

    mutating func callers(of items: [Item]) -> [Caller?] { items.map { self.callers.removeValue(forKey: $0.ticket) } }

    /// Its instances are free again, but for those of the postponed items, which wait in order for ``release(_:)``.
    /// Once closed, nothing is tried again: the callers of postponed items are to be told.
    mutating func finish(_ taken: Taken, postponed: [Item]) -> (handovers: [Handover], refused: [Caller]) {
        if self.isClosed { return ([], self.callers(of: postponed).compactMap(\.self)) }
        let held = Dictionary(grouping: postponed, by: \.command.instance)
        for instance in Set(taken.items.map(\.command.instance)) {
            guard let lane = self.lanes.removeValue(forKey: instance) else { continue }
            if let items = held[instance] {
                self.count += items.count
                self.lanes[instance] = Lane(batch: 0, waiting: items + lane.waiting)
            } else {
                for next in lane.waiting { self.enqueue(next) }
            }
        }
        return (self.handovers(), [])
    }

    /// Postponed commands of this instance may be tried again.
    mutating func release(_ instance: InstanceID) -> [Handover] {
        guard let lane = self.lanes[instance], lane.batch == 0 else { return [] }
        self.lanes[instance] = nil
        for item in lane.waiting { self.enqueue(item) }
        return self.handovers()
    }

    private mutating func handovers() -> [Handover] {
        var handovers: [Handover] = []
        while let handover = self.handover() { handovers.append(handover) }
        return handovers
    }

    /// Callers whose time is over before their command was taken.
    mutating func expire(at now: ContinuousClock.Instant) -> [Caller] {
        guard self.count > 0 else { return [] }
        var expired: [Caller] = []
        for item in self.people + self.bulk + self.lanes.values.flatMap(\.waiting) {
            guard let deadline = item.deadline, deadline <= now else { continue }
            if let caller = self.callers.removeValue(forKey: item.ticket) { expired.append(caller) }
        }
        return expired
    }

    /// Takes nothing more; what is in a batch ends. Returns whose commands were not taken, and the writers to be ended.
    mutating func close() -> (callers: [Caller], writers: [Writer]) {
        self.isClosed = true
        var left: [Caller] = []
        for item in self.people + self.bulk + self.lanes.values.flatMap(\.waiting) {
            if let caller = self.callers.removeValue(forKey: item.ticket) { left.append(caller) }
        }
        self.people = Queue()
        self.bulk = Queue()
        for instance in self.lanes.keys { self.lanes[instance]?.waiting = [] }
        self.count = 0
        defer { self.idle = [] }
        return (left, self.idle)
    }
}

/// First in, first out.
struct Queue<Element> {
    private var elements: [Element] = []
    private var head = 0

    var count: Int { self.elements.count - self.head }
    var isEmpty: Bool { self.count == 0 }

    mutating func append(_ element: Element) { self.elements.append(element) }

    mutating func popFirst() -> Element? {
        guard self.head < self.elements.count else { return nil }
        let element = self.elements[self.head]
        self.head += 1
        if self.head == self.elements.count {
            self.elements.removeAll(keepingCapacity: true)
            self.head = 0
        } else if self.head > 4096, self.head * 2 > self.elements.count {
            self.elements.removeFirst(self.head)
            self.head = 0
        }
        return element
    }

    static func + (left: Self, right: Self) -> [Element] { left.rest + right.rest }
    static func + (left: [Element], right: Self) -> [Element] { left + right.rest }
    private var rest: ArraySlice<Element> { self.elements[self.head...] }
}

private func + <Element>(left: ArraySlice<Element>, right: ArraySlice<Element>) -> [Element] {
    Array(left) + Array(right)
}
