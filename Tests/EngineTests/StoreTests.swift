import Postgres
import Statecharts
import Synchronization
import TestSupport
import Testing
import Values

@testable import Engine

/// One suite for both stores: what a batch writes is found again.
@Suite(.migratedSchema) struct StoreTests {
    enum Kind: String, Sendable, CaseIterable { case memory, postgres }

    private static let limits = Limits()
    private static let id = InstanceID(workflow: "w", key: "k")
    private static let other = InstanceID(workflow: "w", key: "l")

    private static func with(_ kind: Kind, _ body: (Store) async throws -> Void) async throws {
        switch kind {
        case .memory: try await body(MemoryStore(now: Timestamp(seconds: 1_900_000_000)).store)
        case .postgres:
            let pool = Pool(options: try FreshSchema.options, logger: .silent)
            try await body(Store.postgres(pool: pool, limits: Self.limits))
            await pool.close()
        }
    }

    private static func request(
        _ batch: UInt64, _ instances: [InstanceID] = [id], wakes: [InstanceID] = [], commands: [JobKey] = []
    ) -> BatchRequest {
        BatchRequest(
            batch: InstanceID(high: batch, low: 1), instances: instances.sorted(), wakes: wakes, commands: commands)
    }

    private static func entry(_ seq: Int64, command: String? = nil) -> HistoryEntry {
        var entry = HistoryEntry(
            instance: id, seq: seq, event: "go", origin: "client", data: "null", at: Timestamp(seconds: 5), actor: "{}",
            isTaken: true, transitions: #"[["a","b"]]"#, states: ["a", "b.c"], status: "active", semantics: 1,
            command: command, request: command.map { _ in [1, 2] })
        entry.hash = entry.digest(after: HistoryEntry.noHash)
        return entry
    }

    private static func row(_ seq: Int64, context: String? = #"{"x": 1}"#) -> InstanceRow {
        InstanceRow(
            id: id, workflow: "w", version: 3, key: "k", status: .active, seq: seq, lastAt: Timestamp(seconds: 5),
            states: ["a", "b.c"], context: context.map { Array($0.utf8) }, snapshot: #"{"seq":1}"#, depth: 2,
            hash: HistoryEntry.noHash)
    }

    private static func create(_ store: Store, _ change: (inout Batch) -> Void = { _ in }) async throws {
        var batch = Batch(id: InstanceID(high: 1, low: 1))
        batch.inserted = [Self.row(1)]
        batch.history = [Self.entry(1, command: "c")]
        change(&batch)
        let written = batch
        _ = try await store.execute(Self.request(1)) { _ in written }
    }

    private static func look(_ store: Store, _ request: BatchRequest) async throws -> Loaded {
        let seen = Seen()
        _ = try await store.execute(request) { loaded in
            seen.loaded.withLock { $0 = loaded }
            return Batch(id: request.batch)
        }
        return try #require(seen.loaded.withLock { $0 })
    }

    @Test(arguments: Kind.allCases) func `a new instance is found again`(kind: Kind) async throws {
        try await Self.with(kind) { store in
            #expect(try await Self.look(store, Self.request(9)).instances.isEmpty)
            try await Self.create(store)
            let loaded = try await Self.look(
                store, Self.request(9, commands: [JobKey(instance: Self.id, id: "c")]))
            let found = try #require(loaded.instances[Self.id])
            #expect(found.workflow == "w" && found.version == 3 && found.depth == 2 && found.states == ["a", "b.c"])
            #expect(try Value(json: found.context) == ["x": 1])
            let prior = try #require(loaded.commands[JobKey(instance: Self.id, id: "c")])
            #expect(prior.request == [1, 2] && prior.answer.seq == 1 && prior.answer.isHandled)
            #expect(prior.answer.transitions == [Trace.Taken(source: "a", targets: ["b"])])
        }
    }

    /// Were nothing ever found unchanged, every batch would fetch what this process has in memory.
    @Test(arguments: Kind.allCases) func `what is known by its hash is locked but not loaded`(kind: Kind) async throws {
        try await Self.with(kind) { store in
            try await Self.create(store)
            var request = Self.request(9)
            request.known = [Self.id: HistoryEntry.noHash]
            let known = try await Self.look(store, request)
            #expect(known.unchanged == [Self.id] && known.instances.isEmpty && known.locked.isEmpty)
            request.known = [Self.id: [UInt8](repeating: 1, count: 32)]
            let changed = try await Self.look(store, request)
            #expect(changed.unchanged.isEmpty && changed.instances[Self.id] != nil)
        }
    }

    @Test(arguments: Kind.allCases) func `an update keeps a context that it does not name`(kind: Kind) async throws {
        try await Self.with(kind) { store in
            try await Self.create(store)
            var batch = Batch(id: InstanceID(high: 2, low: 1))
            batch.updated = [Self.row(2, context: nil)]
            batch.history = [Self.entry(2)]
            let written = batch
            _ = try await store.execute(Self.request(2)) { _ in written }
            let found = try await Self.look(store, Self.request(9)).instances[Self.id]
            #expect(try Value(json: found?.context ?? []) == ["x": 1])
        }
    }

    @Test(arguments: Kind.allCases) func `an instance that is there already is a duplicate`(kind: Kind) async throws {
        try await Self.with(kind) { store in
            try await Self.create(store)
            await #expect {
                try await Self.create(store)
            } throws: { error in
                if case StoreError.duplicate = error { true } else { false }
            }
        }
    }

    @Test(arguments: Kind.allCases) func `a batch that was committed is known by its id`(kind: Kind) async throws {
        try await Self.with(kind) { store in
            try await Self.create(store)
            #expect(try await store.isCommitted(InstanceID(high: 1, low: 1), Self.id))
            #expect(try await !store.isCommitted(InstanceID(high: 2, low: 1), Self.id))
            #expect(try await !store.isCommitted(InstanceID(high: 1, low: 1), Self.other))
        }
    }

    @Test(arguments: Kind.allCases) func `due jobs come in the order of each sender, others not`(
        kind: Kind
    ) async throws {
        try await Self.with(kind) { store in
            try await Self.create(store) { batch in
                for (place, seq) in [3, 1, 2].enumerated() {
                    let key = JobKey(instance: Self.id, id: "s\(place)")
                    batch.jobs[key] = JobRow(
                        key: key, topic: JobRow.signal, dueAt: Timestamp(seconds: 5), name: "go",
                        sender: JobRow.Sender(instance: Self.other, seq: Int64(seq), n: 0))
                }
                let later = JobKey(instance: Self.id, id: "later")
                batch.jobs[later] = JobRow(key: later, topic: JobRow.timer, dueAt: Timestamp(seconds: 7_000_000_000))
                let parked = JobKey(instance: Self.id, id: "parked")
                batch.jobs[parked] = JobRow(
                    key: parked, topic: JobRow.signal, dueAt: Timestamp(seconds: 5), parked: .failed("x"))
                let work = JobKey(instance: Self.id, id: "work")
                batch.jobs[work] = JobRow(key: work, topic: "work", dueAt: Timestamp(seconds: 5))
            }
            let due = try await Self.look(store, Self.request(9, wakes: [Self.id])).due[Self.id] ?? []
            #expect(due.map(\.key.id) == ["s1", "s2", "s0"])
            #expect(due.first?.sender?.seq == 1 && due.first?.name == "go")
            let heads = try await store.queueHeads([
                .init(name: "timer", limit: 5), .init(name: "signal", limit: 2), .init(name: "work", limit: 5),
            ])
            #expect(heads.heads.filter { $0.topic == "signal" }.count == 2)
            #expect(heads.heads.filter { $0.topic == "timer" }.map(\.key.id) == ["later"])
            #expect(heads.heads.filter { $0.topic == "work" }.map(\.key.id) == ["work"])
        }
    }

    @Test(arguments: Kind.allCases) func `parked jobs go on when they are released`(kind: Kind) async throws {
        try await Self.with(kind) { store in
            let failed = JobKey(instance: Self.id, id: "failed")
            let waiting = JobKey(instance: Self.id, id: "waiting")
            try await Self.create(store) { batch in
                for key in [failed, waiting] {
                    batch.jobs[key] = JobRow(key: key, topic: JobRow.signal, dueAt: Timestamp(seconds: 5))
                }
            }
            var batch = Batch(id: InstanceID(high: 2, low: 1))
            batch.parkedJobs = [failed: .failed("x"), waiting: .suspended]
            let parking = batch
            _ = try await store.execute(Self.request(2)) { _ in parking }
            #expect(try await Self.look(store, Self.request(9, wakes: [Self.id])).due[Self.id]?.count ?? 0 == 0)
            for (kind, expected) in [(Release.Kind.resumed, ["waiting"]), (.retried, ["failed", "waiting"])] {
                var batch = Batch(id: InstanceID(high: 3, low: 1))
                batch.releases = [Release(instance: Self.id, kind: kind, at: Timestamp(seconds: 6), by: nil)]
                let releasing = batch
                _ = try await store.execute(Self.request(3)) { _ in releasing }
                let due = try await Self.look(store, Self.request(9, wakes: [Self.id])).due[Self.id] ?? []
                #expect(due.map(\.key.id) == expected)
            }
        }
    }

    /// Whoever resolves incidents means those that were there: what fails in the same batch was lost, and what went on
    /// was tried for ever.
    @Test(arguments: Kind.allCases, [Release.Kind.skipped, .retried])
    func `what fails in the batch of a resolution stays parked`(kind: Kind, release: Release.Kind) async throws {
        try await Self.with(kind) { store in
            let late = JobKey(instance: Self.id, id: "late")
            try await Self.create(store) { batch in
                batch.jobs[late] = JobRow(key: late, topic: JobRow.signal, dueAt: Timestamp(seconds: 5))
            }
            func due(
                after kind: Release.Kind, _ number: UInt64, _ change: (inout Batch) -> Void = { _ in }
            ) async throws -> [String] {
                var batch = Batch(id: InstanceID(high: number, low: 1))
                batch.releases = [Release(instance: Self.id, kind: kind, at: Timestamp(seconds: 6), by: nil)]
                change(&batch)
                let written = batch
                _ = try await store.execute(Self.request(number)) { _ in written }
                return try await Self.look(store, Self.request(9, wakes: [Self.id])).due[Self.id]?.map(\.key.id) ?? []
            }
            let made = JobKey(instance: Self.id, id: "made")
            #expect(
                try await due(after: release, 2) { batch in
                    batch.parkedJobs = [late: .failed("x")]
                    batch.jobs[made] = JobRow(
                        key: made, topic: JobRow.signal, dueAt: Timestamp(seconds: 5), parked: .failed("y"))
                }.isEmpty)
            #expect(try await due(after: .retried, 3) == ["late", "made"])
        }
    }

    @Test func `an instance that another session holds is not waited for`() async throws {
        try await Self.with(.postgres) { store in
            try await Self.create(store)
            let holder = try await Connection.connect(to: try FreshSchema.options, logger: .silent)
            try await holder.execute(script: "begin; select from instance for update")
            #expect(try await Self.look(store, Self.request(5)).locked == [Self.id])
            try await holder.execute(script: "rollback")
            #expect(try await Self.look(store, Self.request(6)).locked.isEmpty)
            await holder.close()
        }
    }

    @Test func `an instance that another batch holds is not waited for`() async throws {
        let memory = MemoryStore(now: Timestamp(seconds: 1_900_000_000))
        try await Self.create(memory.store)
        memory.state.withLock { _ = $0.locks.insert(Self.id) }
        #expect(try await Self.look(memory.store, Self.request(5)).locked == [Self.id])
    }
}

private final class Seen: Sendable {
    let loaded = Mutex<Loaded?>(nil)
}
