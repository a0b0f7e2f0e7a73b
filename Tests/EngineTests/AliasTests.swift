import Statecharts
import TestSupport
import Testing
import Values

@testable import Engine

@Suite(.migratedSchema, .timeLimit(.minutes(5))) struct AliasTests {
    private var admin: Actor { EngineFixture.admin }

    /// Three versions of one workflow.
    private func deploy(on engine: Orchestrator) async throws {
        for state in ["one", "two", "three"] {
            try await EngineFixture.deploy(
                "workflow: moving\ninitial: \(state)\nstates: {\(state): {}}\n", on: engine)
        }
    }

    private func start(_ version: Int? = nil, on engine: Orchestrator) async throws -> [String] {
        try await engine.start("moving", version: version, key: nil, data: .null, id: nil, by: self.admin).states
    }

    @Test func `an alias names a version until it is moved`() async throws {
        try await EngineFixture.with { engine in
            try await self.deploy(on: engine)
            try await engine.setAlias("stable", of: "moving", to: 1, by: self.admin)
            #expect(try await engine.aliases(of: "moving", by: self.admin) == ["latest": 3, "stable": 1])
            try await engine.setAlias("stable", of: "moving", to: 2, by: self.admin)
            let stable = try await engine.version("stable", of: "moving", by: self.admin)
            #expect(try await self.start(stable, on: engine) == ["two"])
            #expect(try await self.start(on: engine) == ["three"])
        }
    }

    /// Instances started with the highest version, whatever `latest` named.
    @Test func `instances start with the latest version, which can be an older one again`() async throws {
        try await EngineFixture.with { engine in
            try await self.deploy(on: engine)
            try await engine.setAlias("latest", of: "moving", to: 2, by: self.admin)
            #expect(try await self.start(3, on: engine) == ["three"])
            #expect(try await self.start(on: engine) == ["two"])
            try await EngineFixture.with { other in
                let states = try await self.start(on: other)
                #expect(states == ["two"])
            }
            #expect(try await engine.workflow("moving", version: nil, by: self.admin).version == 2)
            try await EngineFixture.deploy("workflow: moving\ninitial: four\nstates: {four: {}}\n", on: engine)
            #expect(try await self.start(on: engine) == ["four"])
        }
    }

    @Test(arguments: [("stable", 9), ("7", 1), ("", 1), ("a b", 1)])
    func `an alias is a name, of a version that is there`(alias: String, version: Int) async throws {
        try await EngineFixture.with { engine in
            try await self.deploy(on: engine)
            await #expect(throws: EngineError.self) {
                try await engine.setAlias(alias, of: "moving", to: version, by: self.admin)
            }
            await #expect(throws: EngineError.self) {
                try await engine.setAlias("stable", of: "moving", to: 1, by: Actor(user: "eve", roles: []))
            }
            #expect(try await engine.aliases(of: "moving", by: self.admin) == ["latest": 3])
        }
    }
}
