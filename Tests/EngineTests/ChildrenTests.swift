import Postgres
import Statecharts
import TestSupport
import Testing
import Values

@testable import Engine

/// Children with a key, which may be taken, and which may be started and left in one step.
@Suite(.migratedSchema, .timeLimit(.minutes(5))) struct ChildrenTests {
    private var admin: Actor { EngineFixture.admin }

    /// The second invocation is done at once, since it is one for each element of nothing: the state is left in the
    /// step that starts the child.
    private static let hasty = """
        workflow: hasty
        events: {back: {}}
        initial: active
        states:
          active:
            initial: work
            states:
              work:
                invoke:
                  - {id: child, src: workflow, workflow: counter, key: "'X'", onDone: done, onError: done}
                  - {id: none, src: worker, topic: things, forEach: {in: "[]", as: x}, onDone: "#left"}
              done: {}
              before: {type: history, keep: true}
          left: {id: left, on: {back: active.before}}
        """

    private static let key = InstanceID(workflow: "counter", key: "X")

    private func start(_ source: String, on engine: Orchestrator) async throws -> InstanceID {
        let deployment = try await engine.deploy(source, file: "test.yaml", by: self.admin)
        return try await engine.start(
            deployment.workflow, version: nil, key: nil, data: .null, id: nil, by: self.admin
        ).instance
    }

    /// Until the engine has nothing to do any more.
    private func settle(_ engine: Orchestrator) async throws {
        let deadline = ContinuousClock.now + .seconds(10)
        while try await engine.pool.query(Statement("select 1 from job")).first != nil {
            try #require(ContinuousClock.now < deadline)
            let mark = engine.wakeups.mark()
            await engine.wakeups.wait(
                topics: Set(JobRow.engineTopics), before: nil, since: mark, timeout: .milliseconds(20))
        }
    }

    /// Its cancellation went to another id, so that it ran for nobody.
    @Test func `a child with a key that is left in the step that starts it never runs`() async throws {
        try await EngineFixture.with { engine in
            try await EngineFixture.deploy(Sample.counter, on: engine)
            let id = try await self.start(
                Self.hasty.replacing("      before: {type: history, keep: true}\n", with: "").replacing(
                    "active.before", with: "active"), on: engine)
            #expect(try await engine.instance(id, by: self.admin).snapshot.active == ["left"])
            try await self.settle(engine)
            await #expect(throws: EngineError.self) { try await engine.instance(Self.key, by: self.admin) }
            #expect(try await engine.verify(id).difference == nil)
        }
    }

    /// The key had an instance before, and the cancellation of the child that it kept from starting ended it.
    @Test func `who has a child's key is not cancelled with it`() async throws {
        try await EngineFixture.with { engine in
            try await EngineFixture.deploy(Sample.counter, on: engine)
            _ = try await engine.start("counter", version: nil, key: "X", data: .null, id: nil, by: self.admin)
            _ = try await self.start(
                Self.hasty.replacing("      before: {type: history, keep: true}\n", with: "").replacing(
                    "active.before", with: "active"), on: engine)
            try await self.settle(engine)
            let other = try await engine.instance(Self.key, by: self.admin).snapshot
            #expect(other.status == .active && other.seq == 1)
        }
    }

    @Test func `a child with a key that is put on hold in the step that starts it goes on afterwards`() async throws {
        try await EngineFixture.with { engine in
            try await EngineFixture.deploy(Sample.counter, on: engine)
            let id = try await self.start(Self.hasty, on: engine)
            _ = try await EngineFixture.eventually(engine, Self.key) { $0.snapshot.status == .suspended }
            _ = try await engine.send("back", data: .null, to: id, ifSeq: nil, id: nil, by: self.admin)
            _ = try await EngineFixture.eventually(engine, Self.key) { $0.snapshot.status == .active }
            _ = try await engine.send("stop", data: .null, to: Self.key, ifSeq: nil, id: nil, by: self.admin)
            _ = try await EngineFixture.eventually(engine, id) { $0.snapshot.active == ["active.done"] }
            #expect(try await engine.verify(id).difference == nil)
        }
    }
}
