import Logging
import Statecharts
import Synchronization
import TestSupport
import Testing
import Values

@testable import Engine

/// The committer over the memory store, with commits that fail, and some that nobody knows the outcome of.
@Suite struct SimulationTests {
    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `every event is consumed exactly once, whatever becomes of commits`(seed: UInt64) async throws {
        let simulation = try await Simulation(seed: seed)
        await simulation.run(callers: 12, events: 15)
        try simulation.check()
    }
}

/// Small, seeded, good enough.
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var z = self.state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}

private final class Simulation: Sendable {
    private let random: Mutex<SplitMix64>
    private let memory: MemoryStore
    private let committers: [Committer]
    private let ids: [InstanceID]
    /// Accepted events by instance.
    private let accepted = Mutex<[InstanceID: Int]>([:])
    private let admin = EngineFixture.admin

    init(seed: UInt64) async throws {
        let generator = Shared(SplitMix64(state: seed))
        let faults = MemoryStore.Faults(
            commit: {
                switch generator.next() % 12 {
                case 0: .failed(.transient("40001"))
                case 1: .unknown(isApplied: true)
                case 2: .unknown(isApplied: false)
                case 3: .failed(.duplicate)
                case 4: .failed(.unreachable)
                case 5: .failed(.data(state: "22P05", message: "bad"))
                default: .done
                }
            },
            pause: { for _ in 0..<(generator.next() % 3) { await Task.yield() } })
        let now = Timestamp(seconds: 1_800_000_000)
        let memory = MemoryStore(now: now, faults: faults)
        memory.state.withLock { $0.definitions = ["counter": [Sample.counter]] }
        let ambient = Ambient(now: { now }, random: { generator.next() }, sleep: { _ in await Task.yield() })
        let store = memory.store
        let definitions = Definitions(
            load: store.definition, alias: store.alias, calendar: store.calendar, ambient: ambient)
        self.random = Mutex(SplitMix64(state: seed &+ 1))
        self.memory = memory
        self.committers = (0..<2).map { _ in
            let wakeups = Wakeups(notifySeconds: 1, ambient: ambient, logger: .silent)
            return Committer(
                store: store, definitions: definitions, wakeups: wakeups, limits: Limits(), ambient: ambient,
                logger: .silent, onWoken: { _, _ in })
        }
        _ = try await definitions.get("counter", version: 1)
        self.ids = (0..<6).map { InstanceID(high: UInt64($0), low: UInt64($0) << 62 | UInt64($0)) }
    }

    func run(callers: Int, events: Int) async {
        await withTaskGroup(of: Void.self) { duties in
            for committer in self.committers { duties.addTask { await committer.run() } }
            for id in self.ids { await self.submitUntilAccepted(self.start(id)) }
            await withTaskGroup(of: Void.self) { group in
                for caller in 0..<callers {
                    group.addTask {
                        for event in 0..<events { await self.send("\(caller)-\(event)") }
                    }
                }
            }
            for committer in self.committers { committer.close() }
        }
    }

    private func start(_ id: InstanceID) -> Command {
        Command(
            instance: id, action: .start(Command.Start(workflow: "counter", version: 1, key: nil, data: .null)),
            by: self.admin, id: "start")
    }

    private func send(_ name: String) async {
        let place = self.random.withLock { Int($0.next() % UInt64(self.ids.count)) }
        let id = self.ids[place]
        await self.submitUntilAccepted(
            Command(
                instance: id, action: .event(Event("go", origin: .client, by: self.admin), ifSeq: nil), by: self.admin,
                id: name))
        self.accepted.withLock { $0[id, default: 0] += 1 }
    }

    /// As a client does: with the same Idempotency-Key until there is an answer.
    private func submitUntilAccepted(_ command: Command) async {
        while true {
            let place = self.random.withLock { Int($0.next() % 2) }
            if (try? await self.committers[place].submit(command)) != nil { return }
            await Task.yield()
        }
    }

    func check() throws {
        let state = self.memory.state.withLock { $0 }
        #expect(state.locks.isEmpty)
        for id in self.ids {
            let expected = self.accepted.withLock { $0[id, default: 0] }
            let row = try #require(state.instances[id])
            let history = state.history[id] ?? []
            #expect(history.count == expected + 1)
            #expect(try Value(json: row.context ?? []) == ["n": .int(Int64(expected))])
            #expect(Set(history.compactMap(\.command)).count == history.count)
            var hash = HistoryEntry.noHash
            for entry in history {
                #expect(entry.digest(after: hash) == entry.hash)
                hash = entry.hash
            }
            #expect(row.hash == hash)
        }
    }
}

private final class Shared: Sendable {
    private let generator: Mutex<SplitMix64>
    init(_ generator: SplitMix64) { self.generator = Mutex(generator) }
    func next() -> UInt64 { self.generator.withLock { $0.next() } }
}
