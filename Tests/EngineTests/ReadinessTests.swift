import Postgres
import Statecharts
import Synchronization
import TestSupport
import Testing
import Values

@testable import Engine

/// Whether a server can be sent commands.
@Suite(.migratedSchema, .timeLimit(.minutes(5))) struct ReadinessTests {
    private var admin: Actor { EngineFixture.admin }

    /// It was, as soon as all who had waited for the full disk were told so.
    @Test func `nothing can be committed until something was`() async throws {
        let isFull = Mutex(true)
        let now = Timestamp(seconds: 1_800_000_000)
        let memory = MemoryStore(
            now: now, faults: MemoryStore.Faults(commit: { isFull.withLock { $0 } ? .failed(.full) : .done }))
        memory.state.withLock { $0.definitions = ["counter": [Sample.counter]] }
        let ambient = Ambient(now: { now }, random: { 7 }, sleep: { _ in await Task.yield() })
        let store = memory.store
        let definitions = Definitions(
            load: store.definition, alias: store.alias, calendar: store.calendar, ambient: ambient)
        var limits = Limits()
        limits.commandSeconds = 0.01
        let committer = Committer(
            store: store, definitions: definitions,
            wakeups: Wakeups(notifySeconds: 1, ambient: ambient, logger: .silent), limits: limits, ambient: ambient,
            logger: .silent, onWoken: { _, _ in })
        let command = Command(
            instance: InstanceID(high: 1, low: 1),
            action: .start(Command.Start(workflow: "counter", version: 1, key: nil, data: .null)), by: self.admin)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await committer.run() }
            let late = await #expect(throws: EngineError.self) { try await committer.submit(command) }
            #expect(late?.code == .unavailable)
            #expect(committer.troubledAt == now)
            isFull.withLock { $0 = false }
            while (try? await committer.submit(command)) == nil {}
            #expect(committer.troubledAt == nil)
            committer.close()
        }
    }

    /// It was ready as soon as anything could be written, and commands were sent to it in vain.
    @Test func `a server that could not commit is ready some time later, if it can write`() async throws {
        var limits = Limits()
        limits.commandSeconds = 0.2
        limits.readinessSeconds = 10
        let clock = Mutex(Timestamp(seconds: 1_800_000_000))
        var ambient = Ambient.system
        ambient.now = { clock.withLock { $0 } }
        try await EngineFixture.with(limits: limits, ambient: ambient) { engine in
            let owner = try await Connection.connect(to: try FreshSchema.options, logger: .silent)
            try await EngineFixture.deploy(Sample.counter, on: engine)
            #expect(await engine.readiness() == [])
            try await owner.execute(
                script: """
                    create function refuse() returns trigger language plpgsql as $$
                    begin raise exception 'full' using errcode = '53100'; end $$;
                    create trigger full_disk before insert on history execute function refuse();
                    """)
            for _ in 0..<2 {
                clock.withLock { $0 = $0 + .seconds(3600) }
                let late = await #expect(throws: EngineError.self) {
                    try await engine.start("counter", version: nil, key: nil, data: .null, id: nil, by: self.admin)
                }
                #expect(late?.code == .unavailable)
                #expect(await engine.readiness() == ["nothing can be committed"])
            }
            try await owner.execute(script: "drop trigger full_disk on history")
            #expect(await engine.readiness() == ["nothing can be committed"])
            clock.withLock { $0 = $0 + .seconds(limits.troubleSeconds) }
            #expect(await engine.readiness() == [])
            await owner.close()
        }
    }
}
