import Statecharts
import TestSupport
import Testing
import Values

@testable import Engine

@Suite(.migratedSchema, .timeLimit(.minutes(1))) struct MigrationTests {
    private var admin: Actor { EngineFixture.admin }

    private static let first = """
        workflow: moving
        context: {n: 0}
        events: {go: {}, back: {}}
        initial: a
        states:
          a:
            invoke:
              id: look
              src: human
              title: Look
              candidates: {roles: [admin]}
              onDone: b
            on: {go: {target: b, actions: [{assign: {n: context.n + 1}}]}}
            after: {P1D: b}
          b: {on: {back: a, go: end}}
          end: {type: final}
        """

    /// The first state has another name and counts otherwise.
    private static let second = first.replacing("initial: a", with: "initial: start")
        .replacing("  a:\n", with: "  start:\n    renamedFrom: [a]\n").replacing("back: a", with: "back: start")
        .replacing("n + 1}", with: "n + 10}")

    @Test func `an instance moves to another version with its task and timer, and its history verifies`() async throws {
        try await EngineFixture.with { engine in
            try await EngineFixture.deploy(Self.first, on: engine)
            let id = try await engine.start("moving", version: nil, key: nil, data: .null, id: nil, by: self.admin)
                .instance
            for event in ["go", "back"] {
                _ = try await engine.send(event, data: .null, to: id, ifSeq: nil, id: nil, by: self.admin)
            }
            try await EngineFixture.deploy(Self.second, on: engine)
            let before = try await engine.instance(id, by: self.admin)
            let task = try #require(before.snapshot.invocations.first?.id)

            let plan = try await engine.plan(id, to: 2, map: [:], by: self.admin)
            #expect(plan.plan.isPossible && plan.plan.active == ["start"], "\(plan)")
            #expect(try await engine.instance(id, by: self.admin).snapshot.seq == 3, "Planning changes nothing.")
            let answer = try await engine.migrate(id, to: 2, map: [:], ifSeq: 3, by: self.admin)
            #expect(answer.seq == 4 && answer.states == ["start"])

            let after = try await engine.instance(id, by: self.admin)
            #expect(after.snapshot.facts.version == 2 && after.snapshot.context["n"] == 1)
            #expect(after.snapshot.invocations.map(\.id) == [task])
            #expect(after.snapshot.timers.map(\.due) == before.snapshot.timers.map(\.due))
            _ = try await engine.send("go", data: .null, to: id, ifSeq: nil, id: nil, by: self.admin)
            #expect(try await engine.instance(id, by: self.admin).snapshot.context["n"] == 11)
            let verified = try await engine.verify(id)
            #expect(verified.difference == nil && verified.rows == 5)
        }
    }

    @Test func `a version that has no place for the instance is refused, and nothing changes`() async throws {
        try await EngineFixture.with { engine in
            try await EngineFixture.deploy(Self.first, on: engine)
            let id = try await engine.start("moving", version: nil, key: nil, data: .null, id: nil, by: self.admin)
                .instance
            try await EngineFixture.deploy(
                Self.second.replacing("    renamedFrom: [a]\n", with: ""), on: engine)
            #expect(try await !engine.plan(id, to: 2, map: [:], by: self.admin).plan.isPossible)
            await #expect(throws: EngineError.self) {
                try await engine.migrate(id, to: 2, map: [:], ifSeq: nil, by: self.admin)
            }
            let view = try await engine.instance(id, by: self.admin)
            #expect(view.snapshot.facts.version == 1 && view.snapshot.seq == 1)
            #expect(
                try await engine.migrate(id, to: 2, map: ["a": "start"], ifSeq: nil, by: self.admin).states == ["start"]
            )
        }
    }
}
