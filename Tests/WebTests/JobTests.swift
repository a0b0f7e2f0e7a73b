import HTTPTypes
import Hummingbird
import HummingbirdTesting
import TestSupport
import Testing
import Values

@testable import Web

/// Workers, by the API alone.
@Suite(.freshSchema(prepare: TestServer.migrate), .timeLimit(.minutes(2))) struct JobTests {
    private static let source = """
        workflow: check
        title: {en: Check, zh: 检查}
        events: {again: {title: {en: Again, zh: 重做}}}
        initial: running
        states:
          running:
            invoke:
              id: work
              src: worker
              topic: work
              input: {number: 7}
              retry: {attempts: 2, first: PT1H}
              onDone: {target: over, actions: [{assign: {answer: event.data.answer}}]}
            on: {again: {target: running, reenter: true}}
          over: {type: final}
        """

    private func start(_ server: TestServer) async throws -> String {
        let deployed = try await server.post("/api/workflows", Self.source, type: "application/yaml")
        #expect(deployed.status == .created, "\(String(buffer: deployed.body))")
        let started = try await server.post("/api/instances", #"{"workflow": "check"}"#)
        return try #require(try started.json["id"]?.string)
    }

    private func acquire(_ server: TestServer) async throws -> Value {
        let acquired = try await server.post(
            "/api/jobs/acquire", #"{"topics": [{"topic": "work", "lease": 60}], "worker": "w", "max": 1, "wait": 5}"#)
        #expect(acquired.status == .ok, "\(String(buffer: acquired.body))")
        return try #require(try acquired.json.list?.first)
    }

    @Test func `a worker acquires, keeps, completes; a lost lease is 409`() async throws {
        try await TestServer.run { server in
            let id = try await self.start(server)
            let job = try await self.acquire(server)
            let path = "/api/jobs/\(try #require(job["id"]?.string))"

            let beat = try await server.post("\(path)/heartbeat", #"{"worker": "w", "attempt": 1, "lease": 60}"#)
            let stranger = try await server.post("\(path)/complete", #"{"worker": "x", "attempt": 1, "result": {}}"#)
            let done = try await server.post(
                "\(path)/complete", #"{"worker": "w", "attempt": 1, "result": {"answer": 42}}"#)

            #expect(job["input"] == ["number": 7] && job["attempt"] == 1 && job["topic"] == "work")
            #expect(try beat.json == ["cancelled": false])
            #expect(stranger.status == .conflict)
            #expect(done.status == .ok, "\(String(buffer: done.body))")
            let view = try await server.get("/api/instances/\(id)")
            #expect(try view.json["status"] == "done")
            #expect(try view.json["context"]?["answer"] == 42)
        }
    }

    @Test func `what failed for good is an incident that an administrator skips on a page`() async throws {
        try await TestServer.run { server in
            let id = try await self.start(server)
            let job = try await self.acquire(server)

            let failed = try await server.post(
                "/api/jobs/\(try #require(job["id"]?.string))/fail",
                #"{"worker": "w", "attempt": 1, "message": "the <press> is broken", "final": true}"#)
            let incidents = try await server.get("/api/incidents")
            let browser = try await server.signIn()
            let page = try await browser.page("/incidents", of: server)
            let instance = try await browser.page("/instances/\(id)", of: server)
            let asked = try await browser.submit("/instances/\(id)/resolve", ["how": "skip"], to: server)
            #expect(asked.status == .ok)
            let skipped = try await browser.submit(
                "/instances/\(id)/resolve", ["how": "skip", "_confirmed": "1"], to: server)
            let after = try await server.get("/api/incidents")

            #expect(failed.status == .noContent, "\(String(buffer: failed.body))")
            #expect(try incidents.json["items"]?.list?.count == 1)
            #expect(try incidents.json["items"]?.list?.first?["instance"] == .string(id))
            #expect(page.contains("the &lt;press&gt; is broken"))
            #expect(instance.contains("/instances/\(id)/resolve"))
            #expect(skipped.status == .seeOther, "\(String(buffer: skipped.body))")
            #expect(try after.json["items"] == [])
        }
    }

    @Test func `jobs are listed by topic and shown with what they are given`() async throws {
        try await TestServer.run { server in
            _ = try await self.start(server)

            let listed = try await server.get("/api/jobs?topic=work")
            let id = try #require(try listed.json["items"]?.list?.first?["id"]?.string)
            let one = try await server.get("/api/jobs/\(id)")
            let missing = try await server.get("/api/jobs/\(id)9")

            #expect(try one.json["state"] == "waiting")
            #expect(try one.json["payload"]?["input"] == ["number": 7])
            #expect(missing.status == .notFound)
        }
    }
}
