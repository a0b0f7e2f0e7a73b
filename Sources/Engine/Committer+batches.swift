import Logging
import Statecharts
import Synchronization
import Values

// One batch: what is done about each way in which a transaction can end.
extension Committer {
    /// Returns what another transaction holds.
    func commit(_ items: [Inbox.Item]) async -> [Inbox.Item] {
        var postponed: [Inbox.Item] = []
        var left = items
        // What needs a definition that is not compiled here yet is stepped again when it is.
        while !left.isEmpty {
            let needs = await self.commit(left, parking: nil, postponed: &postponed)
            left = await self.define(needs, postponed: &postponed)
        }
        return postponed
    }

    /// An item that is to be tried again when a definition is loaded; nil: when those before it are.
    private typealias Need = (item: Inbox.Item, definition: Definitions.Reference?)

    private func commit(
        _ items: [Inbox.Item], parking: EngineError?, postponed: inout [Inbox.Item]
    ) async -> [Need] {
        var items = items
        var tries = 0
        while !items.isEmpty {
            let kept = Kept()
            do {
                let batch = try await self.execute(items, parking, kept)
                self.noteSuccess()
                return self.settle(batch, items, &postponed)
            } catch .unknown {
                if let batch = kept.batch.withLock({ $0 }), await self.wasCommitted(batch) {
                    self.noteSuccess()
                    return self.settle(batch, items, &postponed)
                }
            } catch .data(let state, let message) {
                self.logger.error(
                    "the database refused data", metadata: ["state": "\(state)", "message": "\(message)"])
                return await self.isolate(items, postponed: &postponed)
            } catch .duplicate {
                if tries > 5 { return await self.isolate(items, postponed: &postponed) }
            } catch .fatal(let message) {
                self.logger.critical("a batch failed", metadata: ["error": "\(message)"])
                let error = EngineError(.internalError, "The database refused the change; see the server's log.")
                self.answer(items) { _ in .failure(error) }
                return []
            } catch {
                self.noteTrouble()
                self.logger.warning("a batch is tried again", metadata: ["error": "\(error)", "try": "\(tries)"])
            }
            tries += 1
            await self.pause(after: tries)
            items = self.inTime(items)
        }
        return []
    }

    private func execute(
        _ items: [Inbox.Item], _ parking: EngineError?, _ kept: Kept
    ) async throws(StoreError) -> Batch {
        let id = InstanceID(at: self.ambient.now(), random: (self.ambient.random(), self.ambient.random()))
        let commands = items.map(\.command)
        var request = BatchRequest(commands, batch: id)
        // Taken out: a batch that fails leaves nothing behind, and is run again on what it loads.
        let known = self.snapshots.take(request.instances)
        request.known = known.mapValues(\.hash)
        let definitions = self.definitions
        let lookup = BatchBuilder.Lookup(
            version: { definitions.cached($0, version: $1) }, latest: { definitions.cachedLatest($0) },
            failures: items.reduce(into: [:]) { if !$1.failures.isEmpty { $0.merge($1.failures) { $1 } } })
        let limits = self.limits
        return try await self.store.execute(request) { loaded in
            let batch = BatchBuilder.decide(
                commands, batch: id, loaded: loaded, known: known, definitions: lookup, limits: limits,
                parking: parking)
            kept.batch.withLock { $0 = batch }
            return batch
        }
    }

    /// The batch as it was decided, for when its outcome is unknown.
    private final class Kept: Sendable {
        let batch = Mutex<Batch?>(nil)
    }

    // MARK: Afterwards

    private func settle(_ batch: Batch, _ items: [Inbox.Item], _ postponed: inout [Inbox.Item]) -> [Need] {
        var needs: [Need] = []
        var answered: [Inbox.Item] = []
        var results: [Result<Answer, any Error>] = []
        answered.reserveCapacity(items.count)
        results.reserveCapacity(items.count)
        for (item, result) in zip(items, batch.results) {
            switch result {
            case .answer(let answer):
                answered.append(item)
                results.append(.success(answer))
            case .error(let error):
                answered.append(item)
                results.append(.failure(error))
            case .woken(let hasMore): self.woken(item.command.instance, hasMore: hasMore)
            case .locked:
                postponed.append(item.postponed())
            case .needs(let workflow, let version):
                needs.append((item, Definitions.Reference(workflow: workflow, version: version)))
            case .behind: needs.append((item, nil))
            }
        }
        self.snapshots.put(batch.snapshots)
        self.answer(answered) { results[$0] }
        self.wakeups.announce(batch.due, now: batch.now)
        for (instance, level, message) in batch.logs {
            self.logger.log(
                level: Logger.Level(rawValue: level) ?? .info, "\(message)", metadata: ["instance": "\(instance)"])
        }
        return needs
    }

    /// Loads what is needed. Returns the items to be tried again. Nobody waits for a wake: without its definition what is
    /// due is parked, and when that cannot be told now, it is tried again later.
    private func define(_ needs: [Need], postponed: inout [Inbox.Item]) async -> [Inbox.Item] {
        var again: [Inbox.Item] = []
        for (item, definition) in needs {
            guard let definition else {
                again.append(item)
                continue
            }
            do {
                _ = try await self.definitions.get(definition.workflow, version: definition.version)
                again.append(item)
            } catch {
                if (error as? EngineError)?.code != .notFound {
                    self.logger.error("a definition cannot be loaded", metadata: ["error": "\(error)"])
                }
                switch (item.command.action, error as? EngineError) {
                case (.wake, let error?): again.append(item.without(definition, error))
                case (.wake, nil): postponed.append(item.postponed())
                default: self.answer([item]) { _ in .failure(error) }
                }
            }
        }
        return again
    }

    // MARK: When it went wrong

    /// Halves the batch until the culprit stands alone, which is answered and parked.
    private func isolate(_ items: [Inbox.Item], postponed: inout [Inbox.Item]) async -> [Need] {
        if items.count == 1 {
            let error = EngineError(.invalid, "The database cannot store this.")
            if case .wake = items[0].command.action {
                return await self.commit(items, parking: error, postponed: &postponed)
            }
            if items[0].command.job != nil {
                return await self.commit(items, parking: error, postponed: &postponed)
            }
            self.answer(items) { _ in .failure(error) }
            return []
        }
        let middle = items.count / 2
        let first = await self.commit(Array(items[..<middle]), parking: nil, postponed: &postponed)
        let second = await self.commit(Array(items[middle...]), parking: nil, postponed: &postponed)
        return first + second
    }

    /// Looks under the lock of one of its instances. Without history nothing of it needs to be known: it is run again.
    private func wasCommitted(_ batch: Batch) async -> Bool {
        guard let row = batch.updated.first?.id ?? batch.inserted.first?.id else { return false }
        var tries = 0
        while true {
            do {
                return try await self.store.isCommitted(batch.id, row)
            } catch {
                self.noteTrouble()
                self.logger.warning("the outcome of a batch is unknown", metadata: ["error": "\(error)"])
                tries += 1
                await self.pause(after: tries)
                if Task.isCancelled { return false }
            }
        }
    }

    /// At once, then 10 ms, doubled up to a second, with jitter.
    private func pause(after tries: Int) async {
        guard tries > 1 else { return }
        let milliseconds = Double(min(1000, 5 << min(tries, 8)))
        let chance = Double(self.ambient.random() >> 11) / Double(1 << 53)
        try? await self.ambient.sleep(.milliseconds(milliseconds * (0.5 + chance)))
    }

    /// Those whose time is not over; the others are told. Cancelled tasks try nothing again.
    private func inTime(_ items: [Inbox.Item]) -> [Inbox.Item] {
        let now = ContinuousClock.now
        self.expire(at: now)
        let isOver = Task.isCancelled
        let late = items.filter { item in isOver || item.deadline.map { $0 <= now } ?? false }
        guard !late.isEmpty else { return items }
        self.answer(late) { _ in .failure(Self.late) }
        let tickets = Set(late.map(\.ticket))
        return items.filter { !tickets.contains($0.ticket) }
    }
}

extension BatchRequest {
    init(_ commands: [Command], batch: InstanceID) {
        self.init(batch: batch, instances: Set(commands.map(\.instance)).sorted())
        for command in commands {
            if let key = command.storedID { self.commands.append(key) }
            switch command.action {
            case .wake: self.wakes.append(command.instance)
            case .start: if command.isFresh { self.fresh.insert(command.instance) }
            case .event:
                if let job = command.job { self.jobs.append(JobKey(instance: command.instance, id: job.id)) }
            }
        }
        self.wakes = Set(self.wakes).sorted()
    }
}
