import Postgres
import Statecharts
import TestSupport
import Testing
import Values

@testable import Engine

@Suite(.migratedSchema, .timeLimit(.minutes(5))) struct MigrationTests {
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

    /// A definition that another server cannot read was reported as a broken history.
    @Test func `a version that cannot be loaded is an error of the verification, not a difference`() async throws {
        try await EngineFixture.with { engine in
            try await EngineFixture.deploy(Self.first, on: engine)
            let id = try await engine.start("moving", version: nil, key: nil, data: .null, id: nil, by: self.admin)
                .instance
            try await EngineFixture.deploy(Self.second, on: engine)
            _ = try await engine.migrate(id, to: 2, map: [:], ifSeq: nil, by: self.admin)
            _ = try await engine.pool.query(Statement("update workflow set source = 'x' where version = 2"))
            try await EngineFixture.with { other in
                await #expect(throws: EngineError.self) { try await other.verify(id) }
            }
            #expect(try await engine.verify(id).difference == nil)
        }
    }

    /// A page held as many whole instances as it had rows, and failed when one of them could not be read.
    @Test(arguments: [1, 1_000_000]) func `a page is planned in parts, and what cannot be read is an error of its own`(
        bytes: Int
    ) async throws {
        var limits = Limits()
        limits.readBytes = bytes
        try await EngineFixture.with(limits: limits) { engine in
            try await EngineFixture.deploy(Self.first, on: engine)
            var ids: [InstanceID] = []
            for _ in 0..<4 {
                ids.append(
                    try await engine.start("moving", version: nil, key: nil, data: .null, id: nil, by: self.admin)
                        .instance)
            }
            ids.sort()
            try await EngineFixture.deploy(Self.second, on: engine)
            _ = try await engine.pool.query(
                Statement("update instance set snapshot = 'x' where id = $1", [.uuid(ids[1].uuid)]))
            let page = try await engine.plan(
                "moving", from: 1, to: 2, map: [:], limit: 3, cursor: nil, by: self.admin)
            #expect(page.rows.map(\.id) == Array(ids[..<3]))
            #expect(page.rows.map(\.plan.isPossible) == [true, false, true])
            #expect(page.rows[1].plan.findings.map(\.code) == ["unreadable"])
            let rest = try await engine.plan(
                "moving", from: 1, to: 2, map: [:], limit: 3, cursor: page.next, by: self.admin)
            #expect(rest.rows.map(\.id) == [ids[3]] && rest.next == nil)
        }
    }

    /// It went into history with any size.
    @Test func `a map that is too large is refused`() async throws {
        try await EngineFixture.with { engine in
            try await EngineFixture.deploy(Self.first, on: engine)
            let id = try await engine.start("moving", version: nil, key: nil, data: .null, id: nil, by: self.admin)
                .instance
            try await EngineFixture.deploy(Self.second, on: engine)
            let map = ["a": String(repeating: "x", count: 300_000)]
            let error = await #expect(throws: EngineError.self) {
                try await engine.migrate(id, to: 2, map: map, ifSeq: nil, by: self.admin)
            }
            #expect(error?.code == .tooLarge)
        }
    }
}
