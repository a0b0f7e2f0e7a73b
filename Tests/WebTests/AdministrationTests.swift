import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Synchronization
import TestSupport
import Testing
import Values

@testable import Engine
@testable import Statecharts
@testable import Web

/// Administering instances through the API: fenced by `If-Match`, once by `Idempotency-Key`.
@Suite(.freshSchema(prepare: TestServer.migrate), .timeLimit(.minutes(2))) struct AdministrationTests {
    private func start(_ server: TestServer) async throws -> String {
        _ = try await server.post("/api/workflows", Fixture.source, type: "text/yaml")
        let started = try await server.post(
            "/api/instances", #"{"workflow": "gate", "data": {"title": "Battery"}}"#)
        return "/api/instances/" + (try #require(try started.json["id"]?.string))
    }

    private static let verbs = [
        ("suspend", ""), ("cancel", ""), ("resolve", #"{"set": {"score": 5}}"#), ("migrate", #"{"version": 2}"#),
    ]

    @Test(arguments: Self.verbs) func `the same key administers once`(verb: String, body: String) async throws {
        try await TestServer.run { server in
            let path = try await self.start(server)
            _ = try await server.post("/api/workflows", Fixture.source + "\n", type: "text/yaml")
            let key: HTTPFields = [.idempotencyKey: "k1"]

            let first = try await server.post("\(path)/\(verb)", body, headers: key)
            let again = try await server.post("\(path)/\(verb)", body, headers: key)

            #expect(first.status == .ok, "\(String(buffer: first.body))")
            #expect(again.status == .ok, "\(String(buffer: again.body))")
            #expect(try again.json["repeated"] == true)
            #expect(try again.json["seq"] == first.json["seq"])
        }
    }

    @Test(arguments: Self.verbs) func `a stale seq administers nothing`(verb: String, body: String) async throws {
        try await TestServer.run { server in
            let path = try await self.start(server)
            _ = try await server.post("/api/workflows", Fixture.source + "\n", type: "text/yaml")

            let stale = try await server.post("\(path)/\(verb)", body, headers: [.ifMatch: "\"9\""])
            let fresh = try await server.post("\(path)/\(verb)", body, headers: [.ifMatch: "\"1\""])

            #expect(stale.status == .preconditionFailed)
            #expect(fresh.status == .ok, "\(String(buffer: fresh.body))")
        }
    }

    @Test func `definitions that invoke each other are deployed together`() async throws {
        @Sendable func definition(_ name: String, invoking child: String) -> Value {
            let text = """
                workflow: \(name)
                states: {a: {invoke: {src: workflow, workflow: \(child), onDone: b}}, b: {type: final}}

                """
            return ["file": .string("\(name).yaml"), "source": .string(text)]
        }
        let both = Value.list([definition("one", invoking: "two"), definition("two", invoking: "one")]).json
        try await TestServer.run { server in
            let alone = try await server.post(
                "/api/workflows", definition("one", invoking: "two")["source"]?.string ?? "", type: "text/yaml")
            let together = try await server.post("/api/workflows", both)
            let again = try await server.post("/api/workflows", both)
            let wrong = try await server.post("/api/workflows", #"[{"file": "a.yaml"}]"#)

            #expect(alone.status == .unprocessableContent)
            #expect(try alone.json["diagnostics"]?.list?.map { $0["code"] } == ["unknown-workflow"])
            #expect(together.status == .created, "\(String(buffer: together.body))")
            #expect(try together.json["items"]?.list?.map { $0["workflow"] } == ["one", "two"])
            #expect(again.status == .ok)
            #expect(wrong.status == .unprocessableContent)
        }
    }

    @Test func `an alias names a version, for starts and to look it up`() async throws {
        try await TestServer.run { server in
            for source in [Fixture.source, Fixture.source + "\n"] {
                _ = try await server.post("/api/workflows", source, type: "text/yaml")
            }
            let start = #"{"workflow": "gate", "version": "stable", "data": {"title": "Battery"}}"#

            let unknown = try await server.post("/api/instances", start)
            let moved = try await server.put("/api/workflows/gate/aliases/stable", #"{"version": 1}"#)
            let nowhere = try await server.put("/api/workflows/gate/aliases/stable", #"{"version": 9}"#)
            let number = try await server.put("/api/workflows/gate/aliases/7", #"{"version": 1}"#)
            let started = try await server.post("/api/instances", start)
            let workflow = try await server.get("/api/workflows/gate")
            let named = try await server.get("/api/workflows/gate/versions/stable")

            #expect(unknown.status == .notFound)
            #expect(moved.status == .ok)
            #expect(nowhere.status == .notFound)
            #expect(number.status == .unprocessableContent)
            #expect(started.status == .created)
            let id = try #require(try started.json["id"]?.string)
            #expect(try await server.get("/api/instances/\(id)").json["version"] == 1)
            #expect(try workflow.json["aliases"] == ["latest": 2, "stable": 1])
            #expect(try named.json["version"] == 1)
        }
    }

    @Test func `pictures are laid out once, one at a time`() async throws {
        let laidOut = Atomic(0)
        let running = Atomic(0)
        let most = Atomic(0)
        let drawings = Drawings { chart, language in
            most.max(running.add(1, ordering: .relaxed).newValue, ordering: .relaxed)
            laidOut.add(1, ordering: .relaxed)
            defer { running.subtract(1, ordering: .relaxed) }
            return SVG.Base(chart, language: language.rawValue)
        }
        var workflows: [WorkflowView] = []
        for version in 1...3 {
            var workflow = try Fixture.workflow()
            workflow.version = version
            workflows.append(workflow)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for workflow in workflows + workflows + workflows {
                group.addTask { _ = try await drawings.picture(of: workflow, in: .zh) }
            }
            try await group.waitForAll()
        }
        #expect(laidOut.load(ordering: .relaxed) == 3)
        #expect(most.load(ordering: .relaxed) == 1)

        await withTaskGroup(of: Void.self) { group in
            group.cancelAll()
            let workflow = workflows[0]
            group.addTask {
                await #expect(throws: CancellationError.self) { try await drawings.picture(of: workflow, in: .en) }
            }
        }
        #expect(laidOut.load(ordering: .relaxed) == 3)
    }

    @Test func `so many pictures are kept`() async throws {
        let drawings = Drawings()
        var workflow = try Fixture.workflow()
        for version in 1...Drawings.limit + 1 {
            workflow.version = version
            _ = try await drawings.picture(of: workflow, in: .zh)
        }

        #expect(drawings.known(Drawings.Key(workflow: "gate", version: 1, language: .zh)) == nil)
        #expect(drawings.known(Drawings.Key(workflow: "gate", version: 2, language: .zh)) != nil)
        #expect(drawings.known(Drawings.Key(workflow: "gate", version: 2, language: .en)) == nil)
    }
}
