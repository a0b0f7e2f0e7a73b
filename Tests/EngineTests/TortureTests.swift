import Postgres
import Statecharts
import Synchronization
import TestSupport
import Testing
import Values

@testable import Engine

/// Real databases, several at once.
@Suite(.migratedSchema, .timeLimit(.minutes(2))) struct TortureTests {
    private var admin: Actor { EngineFixture.admin }

    /// Two servers on one database, callers that use both, retries with the same ids.
    @Test func `two orchestrators on one database lose and repeat nothing`() async throws {
        let counts = Counts()
        try await EngineFixture.with { one in
            try await EngineFixture.with { two in
                try await EngineFixture.deploy(Sample.counter, on: one)
                var ids: [InstanceID] = []
                for _ in 0..<8 {
                    ids.append(
                        try await one.start("counter", version: nil, key: nil, data: .null, id: nil, by: self.admin)
                            .instance)
                }
                let instances = ids
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for caller in 0..<24 {
                        group.addTask { @Sendable in
                            for event in 0..<20 {
                                let id = instances[(caller * 7 + event * 3) % instances.count]
                                let engine = (caller + event) % 2 == 0 ? one : two
                                let name = "\(caller).\(event)"
                                _ = try await engine.send(
                                    "go", data: .null, to: id, ifSeq: nil, id: name, by: self.admin)
                                let again = try await two.send(
                                    "go", data: .null, to: id, ifSeq: nil, id: name, by: self.admin)
                                #expect(again.isRepeated)
                                counts.add(id)
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                for id in instances {
                    let expected = counts.count(id)
                    let view = try await two.instance(id, by: self.admin)
                    #expect(view.snapshot.context["n"] == .int(Int64(expected)))
                    #expect(view.snapshot.seq == Int64(expected + 1))
                    let verified = try await one.verify(id)
                    #expect(verified.difference == nil && verified.rows == expected + 1)
                }
            }
        }
    }

    /// Each keeps the snapshot of its last step, which the other one's step makes stale.
    @Test func `a server sees what another one did to an instance that it knows`() async throws {
        try await EngineFixture.with { one in
            try await EngineFixture.with { two in
                try await EngineFixture.deploy(Sample.counter, on: one)
                let id = try await one.start("counter", version: nil, key: nil, data: .null, id: nil, by: self.admin)
                    .instance
                for turn in 1...6 as ClosedRange<Int64> {
                    let engine = turn % 2 == 0 ? one : two
                    let answer = try await engine.send("go", data: .null, to: id, ifSeq: turn, id: nil, by: self.admin)
                    #expect(answer.seq == turn + 1)
                }
                _ = try await one.send("stop", data: .null, to: id, ifSeq: nil, id: nil, by: self.admin)
                await #expect(throws: EngineError.self) {
                    try await two.send("go", data: .null, to: id, ifSeq: nil, id: nil, by: self.admin)
                }
                let view = try await two.instance(id, by: self.admin)
                #expect(view.snapshot.context["n"] == 6)
                #expect(try await two.verify(id).difference == nil)
            }
        }
    }

    @Test func `two pumps deliver each signal once`() async throws {
        try await EngineFixture.with { one in
            try await EngineFixture.with { two in
                try await EngineFixture.deploy(Sample.sender, on: one)
                var ids: [InstanceID] = []
                for _ in 0..<4 {
                    ids.append(
                        try await one.start("sender", version: nil, key: nil, data: .null, id: nil, by: self.admin)
                            .instance)
                }
                let instances = ids
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for (place, sender) in instances.enumerated() {
                        group.addTask {
                            for n in 0..<25 {
                                let receiver = instances[(place + 1) % instances.count]
                                let data: Value = ["to": .string(receiver.description), "n": .int(Int64(n))]
                                _ = try await (n % 2 == 0 ? one : two).send(
                                    "tell", data: data, to: sender, ifSeq: nil, id: nil, by: self.admin)
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                for id in instances {
                    let view = try await EngineFixture.eventually(one, id) {
                        $0.snapshot.context["answers"]?.list?.count ?? 0 >= 25
                    }
                    #expect(view.snapshot.context["answers"] == .list((0..<25).map { .int($0) }))
                    #expect(view.jobs.isEmpty)
                }
            }
        }
    }

    @Test func `a command that the database refuses fails alone`() async throws {
        try await EngineFixture.with { engine in
            try await EngineFixture.deploy(Sample.counter, on: engine)
            let owner = try await Connection.connect(to: try FreshSchema.options, logger: .silent)
            try await owner.execute(script: "alter table history add check (event <> 'stop')")
            await owner.close()
            var ids: [InstanceID] = []
            for _ in 0..<20 {
                ids.append(
                    try await engine.start("counter", version: nil, key: nil, data: .null, id: nil, by: self.admin)
                        .instance
                )
            }
            let instances = ids
            let outcomes = await withTaskGroup(of: (Int, Bool).self) { group in
                for (place, id) in instances.enumerated() {
                    group.addTask {
                        let event = place % 5 == 0 ? "stop" : "go"
                        let answer = try? await engine.send(
                            event, data: .null, to: id, ifSeq: nil, id: nil, by: self.admin)
                        return (place, answer != nil)
                    }
                }
                return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            for place in instances.indices { #expect(outcomes[place] == (place % 5 != 0), "\(place)") }
        }
    }

    @Test func `an instance that a frozen session holds delays only itself`() async throws {
        try await EngineFixture.with { engine in
            try await EngineFixture.deploy(Sample.counter, on: engine)
            let held = try await engine.start("counter", version: nil, key: nil, data: .null, id: nil, by: self.admin)
                .instance
            let free = try await engine.start("counter", version: nil, key: nil, data: .null, id: nil, by: self.admin)
                .instance
            let holder = try await Connection.connect(to: try FreshSchema.options, logger: .silent)
            try await holder.execute(script: "begin; select from instance where id = '\(held)' for update")
            try await withThrowingTaskGroup(of: Int64.self) { group in
                group.addTask {
                    try await engine.send("go", data: .null, to: held, ifSeq: nil, id: nil, by: self.admin).seq
                }
                for _ in 0..<5 {
                    _ = try await engine.send("go", data: .null, to: free, ifSeq: nil, id: nil, by: self.admin)
                }
                try await holder.execute(script: "rollback")
                #expect(try await group.next() == 2)
            }
            await holder.close()
        }
    }

    @Test func `a broken connection neither loses nor repeats an event`() async throws {
        try await EngineFixture.with { engine in
            try await EngineFixture.deploy(Sample.counter, on: engine)
            let id = try await engine.start("counter", version: nil, key: nil, data: .null, id: nil, by: self.admin)
                .instance
            let killer = try await Connection.connect(to: try FreshSchema.options, logger: .silent)
            let schema = try #require(try FreshSchema.options.searchPath)
            let sent = try await withThrowingTaskGroup(of: Int.self) { group in
                group.addTask {
                    for n in 0..<200 {
                        _ = try await engine.send("go", data: .null, to: id, ifSeq: nil, id: "\(n)", by: self.admin)
                    }
                    return 200
                }
                for _ in 0..<10 {
                    try await killer.execute(
                        script: """
                            select pg_sleep(0.02);
                            select pg_terminate_backend(pid) from pg_stat_activity
                            where pid <> pg_backend_pid() and application_name = 'silian'
                              and pid in (select pid from pg_locks l join pg_class c on c.oid = l.relation
                                          join pg_namespace n on n.oid = c.relnamespace where n.nspname = '\(schema)')
                            """)
                }
                return try await group.next()
            }
            await killer.close()
            let view = try await engine.instance(id, by: self.admin)
            #expect(view.snapshot.context["n"] == .int(Int64(sent ?? 0)))
            #expect(try await engine.verify(id).difference == nil)
        }
    }
}

private final class Counts: Sendable {
    private let counts = Mutex<[InstanceID: Int]>([:])
    func add(_ id: InstanceID) { self.counts.withLock { $0[id, default: 0] += 1 } }
    func count(_ id: InstanceID) -> Int { self.counts.withLock { $0[id, default: 0] } }
}
