import Statecharts
import Synchronization
import Values

/// A store without a database, for simulation: the same contract, and a seam for faults.
final class MemoryStore: Sendable {
    /// How a commit ends.
    enum Commit: Sendable {
        case done
        case failed(StoreError)
        /// The connection broke: the client cannot know.
        case unknown(isApplied: Bool)
    }

    struct Faults: Sendable {
        var commit: @Sendable () -> Commit = { .done }
        /// Between the steps of a transaction: gives others a chance to run.
        var pause: @Sendable () async -> Void = {}
    }

    struct State: Sendable {
        var now: Timestamp
        var instances: [InstanceID: InstanceRow] = [:]
        var history: [InstanceID: [HistoryEntry]] = [:]
        var batches: [InstanceID: Set<InstanceID>] = [:]
        var commands: [JobKey: PriorCommand] = [:]
        var jobs: [JobKey: JobRow] = [:]
        var incidents: [JobKey: IncidentRow] = [:]
        var listings: [InstanceID: Listing] = [:]
        var locks: Set<InstanceID> = []
        var definitions: [String: [String]] = [:]
    }

    let state: Mutex<State>
    private let faults: Faults
    private let limits: Limits

    init(now: Timestamp, limits: Limits = Limits(), faults: Faults = Faults()) {
        self.state = Mutex(State(now: now))
        self.faults = faults
        self.limits = limits
    }

    var store: Store {
        Store(
            execute: { (request, decide) async throws(StoreError) in try await self.execute(request, decide) },
            isCommitted: { (batch, instance) async throws(StoreError) in
                self.state.withLock { $0.batches[batch]?.contains(instance) ?? false }
            },
            queueHeads: { (topics) async throws(StoreError) in self.state.withLock { $0.heads(topics) } },
            definition: { workflow, version in
                self.state.withLock { state in
                    guard let versions = state.definitions[workflow], versions.indices.contains(version - 1) else {
                        return nil
                    }
                    return Definitions.Source(workflow: workflow, version: version, text: versions[version - 1])
                }
            },
            alias: { workflow, alias in
                self.state.withLock { alias == Definitions.latest ? $0.definitions[workflow]?.count : nil }
            },
            calendar: { _ in nil })
    }

    private func execute(
        _ request: BatchRequest, _ decide: @Sendable (Loaded) -> Batch
    ) async throws(StoreError) -> Batch {
        var loaded = self.state.withLock { $0.lock(request, limits: self.limits) }
        let held = loaded.unchanged.union(loaded.instances.keys)
        defer { self.state.withLock { $0.locks.subtract(held) } }
        await self.faults.pause()
        loaded.now = self.state.withLock { $0.now }
        let batch = decide(loaded)
        await self.faults.pause()
        switch self.faults.commit() {
        case .done:
            try self.state.withLock { (state) throws(StoreError) in try state.apply(batch) }
            return batch
        case .failed(let error): throw error
        case .unknown(let isApplied):
            if isApplied { try self.state.withLock { (state) throws(StoreError) in try state.apply(batch) } }
            throw .unknown
        }
    }
}

extension MemoryStore.State {
    fileprivate mutating func lock(_ request: BatchRequest, limits: Limits) -> Loaded {
        precondition(request.instances == request.instances.sorted(), "Locks are taken in order of id.")
        var loaded = Loaded(now: self.now)
        for id in request.instances {
            guard let row = self.instances[id] else { continue }
            if self.locks.contains(id) {
                loaded.locked.insert(id)
                continue
            }
            self.locks.insert(id)
            if request.known[id] == row.hash {
                loaded.unchanged.insert(id)
                continue
            }
            loaded.instances[id] = StoredInstance(
                id: id, workflow: row.workflow, version: row.version, depth: row.depth, states: row.states,
                context: row.context ?? [], snapshot: Array(row.snapshot.utf8), hash: row.hash)
        }
        for id in request.wakes where !loaded.locked.contains(id) {
            let due = self.jobs.values.filter { job in
                job.key.instance == id && JobRow.engineTopics.contains(job.topic) && job.parked == nil
                    && job.dueAt <= self.now
            }
            loaded.due[id] = Array(due.sorted { $0.queueOrder < $1.queueOrder }.prefix(limits.drainJobs))
        }
        for key in request.jobs { loaded.jobs[key] = self.jobs[key] }
        for key in request.commands { loaded.commands[key] = self.commands[key] }
        return loaded
    }

    fileprivate mutating func apply(_ batch: Batch) throws(StoreError) {
        guard batch.inserted.allSatisfy({ self.instances[$0.id] == nil }) else { throw .duplicate }
        for entry in batch.history {
            guard entry.seq == Int64(self.history[entry.instance]?.count ?? 0) + 1 else { throw .duplicate }
            self.history[entry.instance, default: []].append(entry)
            self.batches[batch.id, default: []].insert(entry.instance)
            if let command = entry.command {
                let answer = Answer(
                    instance: entry.instance, seq: entry.seq, states: entry.states,
                    status: Snapshot.Status(rawValue: entry.status) ?? .active,
                    transitions: HistoryCoding.transitions(entry.transitions), isHandled: entry.isTaken,
                    isRepeated: true)
                self.commands[JobKey(instance: entry.instance, id: command)] = PriorCommand(
                    request: entry.request, answer: answer)
            }
        }
        for row in batch.updated + batch.inserted {
            var row = row
            row.context = row.context ?? self.instances[row.id]?.context
            self.instances[row.id] = row
        }
        for listing in batch.listings { self.listings[listing.instance] = listing }
        self.applyJobs(batch)
    }

    private mutating func applyJobs(_ batch: Batch) {
        for release in batch.releases {
            for key in self.jobs.keys where key.instance == release.instance {
                switch (self.jobs[key]?.parked, release.kind) {
                case (.suspended, .resumed), (.failed, .retried):
                    self.jobs[key]?.parked = release.held.contains(key) ? .held : nil
                    self.jobs[key]?.dueAt = self.now
                case (.failed, .skipped): self.jobs[key] = nil
                default: break
                }
            }
            if release.kind != .resumed {
                self.incidents = self.incidents.filter { $0.key.instance != release.instance }
            }
        }
        for incident in batch.incidents { self.incidents[incident.key] = incident }
        for key in batch.deletedJobs { self.jobs[key] = nil }
        for (key, parking) in batch.parkedJobs where parking != .held || self.jobs[key]?.parked == nil {
            self.jobs[key]?.parked = parking
        }
        for (key, due) in batch.postponedJobs { self.jobs[key]?.dueAt = due }
        for (key, job) in batch.jobs { self.jobs[key] = job }
        for (key, place) in batch.relocated {
            self.jobs[key]?.name = place.name
            self.jobs[key]?.path = place.path
        }
        for key in batch.resumedJobs where self.jobs[key]?.parked == .held {
            self.jobs[key]?.parked = nil
            self.jobs[key]?.dueAt = self.now
            self.jobs[key]?.worker = nil
        }
        for row in batch.inserted {
            for key in self.jobs.keys where key.instance == row.id && self.jobs[key]?.topic == JobRow.signal {
                self.jobs[key]?.dueAt = self.now
            }
        }
    }

    fileprivate func heads(_ topics: [QueueHead.Topic]) -> QueueHeads {
        let heads = topics.flatMap { topic in
            self.jobs.values.filter { $0.topic == topic.name && $0.parked == nil }
                .sorted { ($0.dueAt, $0.key) < ($1.dueAt, $1.key) }.prefix(topic.limit)
                .map { QueueHead(topic: topic.name, key: $0.key, dueAt: $0.dueAt) }
        }
        return QueueHeads(now: self.now, heads: heads)
    }
}

extension JobRow {
    /// As the statement orders them: by topic, signals by sender.
    fileprivate var queueOrder: (String, Sender, JobKey) {
        (
            self.topic, self.sender ?? Sender(instance: InstanceID(high: .max, low: .max), seq: .max, n: .max), self.key
        )
    }
}
