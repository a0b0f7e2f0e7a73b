import Postgres
import Statecharts
import TestSupport
import Testing
import Values

@testable import Engine

/// Stored definitions that this program cannot compile, as another version of it may have deployed them; and such as cost
/// much to ask.
@Suite(.migratedSchema, .timeLimit(.minutes(5))) struct BrokenDefinitionTests {
    private let admin = EngineFixture.admin

    private func run(_ script: String) async throws {
        let owner = try await Connection.connect(to: try FreshSchema.options, logger: .silent)
        try await owner.execute(script: script)
        await owner.close()
    }

    private func incidents(on engine: Orchestrator, count: Int) async throws -> [IncidentView] {
        let deadline = ContinuousClock.now + .seconds(10)
        while true {
            let found = try await engine.incidents(limit: 10, cursor: nil, by: self.admin).rows
            if found.count == count { return found }
            try #require(ContinuousClock.now < deadline, "\(found)")
            await Task.yield()
        }
    }

    /// Read again and again without end, it kept a server busy.
    @Test func `what is due for an instance whose definition does not compile is parked`() async throws {
        let id = try await self.startCounter()
        try await self.run(
            """
            create table kept as select source from workflow where name = 'counter';
            update workflow set source = 'x' where name = 'counter';
            insert into job (instance_id, slot, id, topic, due_at, name, payload)
            select id, slot, 's', 'signal', now(), 'go', '{"data": null}' from instance;
            """)
        try await EngineFixture.with { engine in
            let incident = try #require(try await self.incidents(on: engine, count: 1).first)
            #expect(incident.instance == id && incident.workflow == "counter" && incident.job == "s")
            #expect(incident.message.contains("does not compile"))

            try await self.run("update workflow set source = (select source from kept) where name = 'counter'")
            _ = try await engine.resolve(id, set: [:], skip: false, by: self.admin)
            let view = try await EngineFixture.eventually(engine, id) { $0.jobs.isEmpty }
            #expect(view.snapshot.context["n"] == 1)
        }
    }

    @Test func `what does not compile hides nothing else`() async throws {
        let id = try await self.startCounter()
        try await self.run("update workflow set source = 'x' where name = 'counter'")
        try await EngineFixture.with { engine in
            try await EngineFixture.deploy(Sample.timer, on: engine)
            let other = try await engine.start("timer", version: nil, key: nil, data: .null, id: nil, by: self.admin)
            let somebody = Actor(user: "wu", roles: ["author"])
            #expect(try await engine.workflows(by: somebody).map(\.name) == ["timer"])
            #expect(try await engine.list(ListingRequest(), by: somebody).rows.map(\.id) == [other.instance])
            #expect(try await engine.list(ListingRequest(), by: self.admin).rows.count == 2)
            #expect(try await engine.incidents(limit: 10, cursor: nil, by: somebody).rows.isEmpty)
            let broken = await #expect(throws: EngineError.self) { try await engine.instance(id, by: self.admin) }
            #expect(broken?.detail.contains("does not compile") == true)
        }
    }

    /// By a server that is gone.
    private func startCounter() async throws -> InstanceID {
        var id: InstanceID?
        try await EngineFixture.with { engine in
            try await EngineFixture.deploy(Sample.counter, on: engine)
            id = try await engine.start("counter", version: nil, key: nil, data: .null, id: nil, by: self.admin)
                .instance
        }
        return try #require(id)
    }

    /// Each mention was evaluated anew: twelve times twelve times twelve …
    @Test func `names made of names are evaluated once each`() throws {
        let lets = (0..<30).map { "  l\($0): \(Array(repeating: "l\($0 + 1)", count: 12).joined(separator: " && "))\n" }
        let text = """
            workflow: w
            context: {x: true}
            access: {read: {users: "l0 ? ['a'] : []"}}
            let:
            \(lets.joined())  l30: context.x
            events: {go: {}}
            states: {a: {on: {go: b}}, b: {type: final}}

            """
        let (compiled, diagnostics) = Definition.compile(text, file: "w.yaml")
        let chart = try #require(compiled, "\(diagnostics)")
        let now = Timestamp(seconds: 1_800_000_000)
        let step = Machine(chart).start(
            Snapshot.Facts(id: "i", workflow: "w", startedAt: now), data: .null,
            in: Surroundings(now: now, calendar: WorkCalendar(name: "default")))
        let snapshot = try #require(step.next)
        #expect(Access.mayRead(snapshot, of: chart, Actor(user: "a")))
        #expect(!Access.mayRead(snapshot, of: chart, Actor(user: "b")))
    }
}
