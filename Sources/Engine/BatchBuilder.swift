import Statecharts
import Values

/// Decides what a batch writes: steps each command on what was loaded, and collects rows and answers. Pure.
struct BatchBuilder {
    let loaded: Loaded
    /// Of the instances that were found unchanged.
    let known: [InstanceID: SnapshotCache.Entry]
    let limits: Limits
    let definitions: Lookup
    var batch: Batch
    var working: [InstanceID: Working] = [:]
    private var accepted: [JobKey: PriorCommand] = [:]
    /// Instances of which a command needs a definition first: those after it wait, so that their order stays.
    private var needy: Set<InstanceID> = []
    /// Of the last row: commands of one actor often come together.
    private var lastActor: (actor: Actor, text: String)?

    /// Definitions that are at hand; those that cannot be had are in `failures`.
    struct Lookup: Sendable {
        var version: @Sendable (_ workflow: String, _ version: Int) -> Definitions.Compiled?
        var latest: @Sendable (_ workflow: String) -> Definitions.Compiled?
        var failures: Definitions.Failures = [:]
    }

    /// An instance as the steps of this batch have left it. A class, since a snapshot has many parts.
    final class Working {
        /// Another one after a migration.
        var compiled: Definitions.Compiled
        /// nil: it is new.
        let original: Original?
        let depth: Int16
        var snapshot: Snapshot
        var hash: [UInt8]
        var isChanged = false
        /// Of the stored JSON, and of the context in it.
        var bytes: Int
        var contextBytes: Int

        /// What of the stored snapshot the new one is compared with.
        struct Original {
            let version: Int
            let status: Snapshot.Status
            let active: [String]
            let context: Value
        }

        init(
            compiled: Definitions.Compiled, original: Original?, depth: Int16, snapshot: Snapshot, hash: [UInt8],
            bytes: Int = 0, contextBytes: Int = 0
        ) {
            self.bytes = bytes
            self.contextBytes = contextBytes
            self.compiled = compiled
            self.original = original
            self.depth = depth
            self.snapshot = snapshot
            self.hash = hash
        }
    }

    init(
        batch: InstanceID, loaded: Loaded, known: [InstanceID: SnapshotCache.Entry], definitions: Lookup, limits: Limits
    ) {
        self.known = known
        self.batch = Batch(id: batch)
        self.batch.now = loaded.now
        self.loaded = loaded
        self.definitions = definitions
        self.limits = limits
        self.working.reserveCapacity(loaded.instances.count + loaded.unchanged.count)
    }

    /// In this order; of one instance's commands each sees what the one before it left. `parks`: the database refused
    /// what the (only) command gave, so it is parked without being stepped.
    static func decide(
        _ commands: [Command], batch: InstanceID, loaded: Loaded, known: [InstanceID: SnapshotCache.Entry],
        definitions: Lookup, limits: Limits, parking: EngineError? = nil
    ) -> Batch {
        var builder = BatchBuilder(
            batch: batch, loaded: loaded, known: known, definitions: definitions, limits: limits)
        builder.batch.results.reserveCapacity(commands.count)
        builder.batch.history.reserveCapacity(commands.count)
        for command in commands {
            let result = parking.map { builder.park(command, for: $0) } ?? builder.run(command)
            builder.batch.results.append(result)
        }
        builder.finish()
        return builder.batch
    }

    private mutating func run(_ command: Command) -> CommandResult {
        let id = command.instance
        if self.loaded.locked.contains(id) { return .locked }
        if self.needy.contains(id) { return .behind }
        if let key = command.storedID {
            if let prior = self.loaded.commands[key] ?? self.accepted[key] { return Self.repeated(prior, command) }
        }
        let result: CommandResult
        switch command.action {
        case .start(let start): result = self.start(start, command)
        case .event(let event, let ifSeq): result = self.event(event, ifSeq, command)
        case .wake: result = self.wake(id)
        }
        if case .needs = result { self.needy.insert(id) }
        if let key = command.storedID, case .answer(let answer) = result {
            self.accepted[key] = PriorCommand(request: command.request, answer: answer)
        }
        return result
    }

    private static func repeated(_ prior: PriorCommand, _ command: Command) -> CommandResult {
        guard prior.request == command.request else {
            return .error(EngineError(.invalid, "This Idempotency-Key was used for another request."))
        }
        var answer = prior.answer
        answer.isRepeated = true
        return .answer(answer)
    }

    // MARK: Instances

    enum Found {
        case present
        case absent
        case needs(workflow: String, version: Int)
        case broken(EngineError)
    }

    /// Makes the instance available in ``working``.
    mutating func find(_ id: InstanceID) -> Found {
        if self.working[id] != nil { return .present }
        if self.loaded.unchanged.contains(id), let entry = self.known[id] {
            self.working[id] = Working(entry)
            return .present
        }
        guard let stored = self.loaded.instances[id] else { return .absent }
        guard let compiled = self.definitions.version(stored.workflow, stored.version) else {
            let wanted = Definitions.Reference(workflow: stored.workflow, version: stored.version)
            if let failure = self.definitions.failures[wanted] { return .broken(failure) }
            return .needs(workflow: stored.workflow, version: stored.version)
        }
        do {
            let snapshot = try stored.decoded(compiled)
            self.working[id] = Working(
                compiled: compiled, original: Working.Original(snapshot), depth: stored.depth, snapshot: snapshot,
                hash: stored.hash, bytes: stored.snapshot.count + stored.context.count,
                contextBytes: stored.context.count)
            return .present
        } catch {
            return .broken(EngineError(.internalError, "The stored state of \(id) cannot be read: \(error)"))
        }
    }

    func surroundings(_ compiled: Definitions.Compiled, after last: Timestamp? = nil) -> Surroundings {
        Surroundings(now: max(self.loaded.now, last ?? self.loaded.now), calendar: compiled.calendar)
    }

    // MARK: Steps

    /// Steps an instance that was found; when the step carries a snapshot, it and its effects are in the batch. nil: it
    /// was not found.
    mutating func step(_ id: InstanceID, _ event: Event, command: Command? = nil) -> Step? {
        guard let current = self.working[id] else { return nil }
        let target = self.target(of: event, current)
        let compiled = target ?? current.compiled
        let surroundings = self.surroundings(compiled, after: current.snapshot.lastAt)
        let step = (target?.machine).map {
            $0.migrate(current.snapshot, event, from: current.compiled.machine, in: surroundings)
        }
        let taken = (step ?? compiled.machine.step(current.snapshot, event, in: surroundings)).withKeyedChildren()
        if taken.next != nil {
            current.compiled = compiled
            self.accept(id, taken, of: current, event, command)
        }
        return taken
    }

    private mutating func text(_ actor: Actor) -> String {
        if let last = self.lastActor, last.actor == actor { return last.text }
        let text = HistoryCoding.text(actor)
        self.lastActor = (actor, text)
        return text
    }

    mutating func accept(
        _ id: InstanceID, _ step: Step, of current: Working, _ event: Event, _ command: Command?
    ) {
        if let next = step.next { current.snapshot = next }
        current.isChanged = true
        let seq = current.snapshot.seq
        var entry = HistoryEntry(
            instance: id, seq: seq, event: event.type, origin: HistoryCoding.text(event.origin),
            reference: event.reference, data: event.data.json, at: current.snapshot.lastAt, actor: self.text(event.by),
            isTaken: step.outcome == .taken, transitions: HistoryCoding.text(step.trace.taken),
            states: current.snapshot.active, status: current.snapshot.status.rawValue,
            calendar: current.compiled.calendarHash, semantics: Int16(Machine.semantics),
            command: command?.storedID?.id, request: command?.request)
        if seq % self.limits.snapshotEvery == 0 {
            entry.snapshot = String(decoding: current.snapshot.json, as: UTF8.self)
        }
        entry.hash = entry.digest(after: current.hash)
        current.hash = entry.hash
        self.batch.history.append(entry)
        self.working[id] = current
        for effect in step.effects { self.apply(effect, of: id, current) }
    }

    func answer(_ id: InstanceID, _ step: Step) -> CommandResult {
        guard step.next != nil, let working = self.working[id] else { return .error(EngineError(step.outcome)) }
        return .answer(
            Answer(
                instance: id, seq: working.snapshot.seq, states: working.snapshot.active,
                status: working.snapshot.status,
                transitions: step.trace.taken, isHandled: step.outcome == .taken, isRepeated: false))
    }

    /// As things are, for what was accepted earlier or changes nothing now.
    func standing(_ id: InstanceID, isRepeated: Bool) -> CommandResult {
        guard let snapshot = self.working[id]?.snapshot else {
            return .error(EngineError(.notFound, "There is no instance \(id)."))
        }
        return .answer(
            Answer(
                instance: id, seq: snapshot.seq, states: snapshot.active, status: snapshot.status, transitions: [],
                isHandled: isRepeated, isRepeated: isRepeated))
    }

    // MARK: The rows of instances

    private mutating func finish() {
        self.batch.updated.reserveCapacity(self.working.count)
        for (id, working) in self.working.sorted(by: { $0.key < $1.key }) where working.isChanged {
            let row = working.row(id)
            working.contextBytes = row.context?.count ?? working.contextBytes
            working.bytes = row.snapshot.utf8.count + working.contextBytes
            if working.original == nil { self.batch.inserted.append(row) } else { self.batch.updated.append(row) }
            if let listing = working.changedListing(id) { self.batch.listings.append(listing) }
        }
        self.batch.snapshots = self.working.compactMap { id, working in working.entry.map { (id, $0) } }
    }
}

extension BatchBuilder.Working.Original {
    fileprivate init(_ snapshot: Snapshot) {
        self.init(
            version: snapshot.facts.version, status: snapshot.status, active: snapshot.active, context: snapshot.context
        )
    }
}

extension BatchBuilder.Working {
    fileprivate convenience init(_ entry: SnapshotCache.Entry) {
        self.init(
            compiled: entry.compiled, original: Original(entry.snapshot), depth: entry.depth, snapshot: entry.snapshot,
            hash: entry.hash, bytes: entry.bytes, contextBytes: entry.contextBytes)
    }

    /// nil: finished, so nothing more will come.
    fileprivate var entry: SnapshotCache.Entry? {
        switch self.snapshot.status {
        case .done, .cancelled: nil
        case .active, .suspended:
            SnapshotCache.Entry(
                compiled: self.compiled, depth: self.depth, snapshot: self.snapshot, hash: self.hash,
                bytes: self.bytes, contextBytes: self.contextBytes)
        }
    }

    fileprivate func row(_ id: InstanceID) -> InstanceRow {
        let facts = self.snapshot.facts
        let isSameContext = self.original.map { $0.context == self.snapshot.context } ?? false
        return InstanceRow(
            id: id, workflow: facts.workflow, version: facts.version, key: facts.key, status: self.snapshot.status,
            seq: self.snapshot.seq, lastAt: self.snapshot.lastAt, states: self.snapshot.active,
            context: isSameContext ? nil : self.snapshot.context.jsonBytes,
            snapshot: String(decoding: self.snapshot.restJSON, as: UTF8.self),
            parent: facts.parent.flatMap { InstanceID($0.instance) }, depth: self.depth, hash: self.hash)
    }

    /// What lists show, when it is not what they show already.
    fileprivate func changedListing(_ id: InstanceID) -> Listing? {
        if let original, self.isListed(as: original) { return nil }
        let facts = self.snapshot.facts
        return Listing(
            instance: id, workflow: facts.workflow, version: facts.version, key: facts.key,
            status: self.snapshot.status, tags: self.compiled.hasTags ? self.tags(self.snapshot.active) : [],
            title: Self.title(self.snapshot.context) ?? facts.key ?? "",
            fields: Value.map(self.fields(self.snapshot.context)).jsonBytes, startedAt: facts.startedAt,
            changedAt: self.snapshot.lastAt)
    }

    private func isListed(as old: Original) -> Bool {
        guard old.version == self.snapshot.facts.version else { return false }
        let (context, active) = (self.snapshot.context, self.snapshot.active)
        let isSameText =
            old.context == context
            || (Self.title(old.context) == Self.title(context) && self.fields(old.context) == self.fields(context))
        return old.status == self.snapshot.status && isSameText
            && (old.active == active || !self.compiled.hasTags || self.tags(old.active) == self.tags(active))
    }

    private static func title(_ context: Value) -> String? { context["title"]?.string }

    private func tags(_ active: [String]) -> [String] { self.compiled.machine.activeTags(active) }

    private func fields(_ context: Value) -> ValueMap {
        var fields = ValueMap()
        for (path, keys) in self.compiled.searchPaths {
            var value: Value? = context
            for key in keys { value = value?[key] }
            if let value { fields[path] = value }
        }
        return fields
    }
}

extension StoredInstance {
    func decoded(_ compiled: Definitions.Compiled? = nil) throws -> Snapshot {
        try Snapshot(
            rest: self.snapshot, context: try Value(json: self.context), active: self.states,
            known: compiled?.machine.texts)
    }
}

extension Trace {
    /// The transitions of all microsteps, in the order in which they were taken.
    var taken: [Taken] { self.microsteps.flatMap(\.transitions) }
}
