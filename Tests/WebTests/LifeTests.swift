import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import TestSupport
import Testing
import Values

@testable import Engine
@testable import Statecharts
@testable import Web

/// The life of an instance through the API and through pages.
@Suite(.freshSchema(prepare: TestServer.migrate), .timeLimit(.minutes(2))) struct LifeTests {
    private func deploy(_ server: TestServer) async throws {
        let response = try await server.post("/api/workflows?file=gate.yaml", Fixture.source, type: "application/yaml")
        #expect(response.status == .created, "\(String(buffer: response.body))")
        try await server.orchestrator.saveUser(
            "admin", display: nil, roles: ["admin", "expert"], isDisabled: nil,
            by: Actor(user: "admin", roles: ["admin"]))
    }

    private func start(_ server: TestServer, title: String = "Battery") async throws -> String {
        let response = try await server.post(
            "/api/instances", #"{"workflow": "gate", "data": {"title": "\#(title)"}}"#)
        #expect(response.status == .created, "\(String(buffer: response.body))")
        return try #require(try response.json["id"]?.string)
    }

    @Test func `a definition is deployed, found again and drawn`() async throws {
        try await TestServer.run { server in
            try await self.deploy(server)

            let again = try await server.post("/api/workflows", Fixture.source, type: "text/yaml")
            let list = try await server.get("/api/workflows")
            let one = try await server.get("/api/workflows/gate/versions/1")
            let diagram = try await server.get("/api/workflows/gate/diagram")
            let picture = try await server.get("/api/workflows/gate/diagram.svg")
            let missing = try await server.get("/api/workflows/gate/versions/7")

            #expect(again.status == .ok)
            #expect(try again.json["isNew"] == false)
            #expect(try list.json["items"]?.list?.count == 1)
            #expect(try one.json["source"] == .string(Fixture.source))
            #expect(String(buffer: diagram.body).contains("stateDiagram-v2"))
            #expect(picture.headers[.contentType] == "image/svg+xml; charset=utf-8")
            #expect(String(buffer: picture.body).hasPrefix("<svg "))
            #expect(missing.status == .notFound)
        }
    }

    @Test func `a definition with mistakes is refused with all of them`() async throws {
        try await TestServer.run { server in
            let path = "/api/workflows?file=bad.yaml"
            let text = "workflow: bad\ninitial: a\nstates:\n  a: {on: {x: nowhere, y: gone}}\n"
            let response = try await server.post(path, text, type: "application/yaml")
            let chinese = try await server.post("\(path)&lang=zh", text, type: "application/yaml")

            #expect(response.status == .unprocessableContent)
            let diagnostics = try #require(try response.json["diagnostics"]?.list)
            #expect(diagnostics.count >= 2)
            #expect(diagnostics.first?["line"] == 4)
            #expect(diagnostics.first?["file"] == "bad.yaml")
            #expect(diagnostics.first?["message"] == "there is no state 'nowhere' here")
            let translated = try chinese.json["diagnostics"]?.list?.first
            #expect(translated?["message"] == "这里没有状态“nowhere”" && translated?["summary"] == nil)
            #expect(translated?["hint"]?.string?.hasPrefix("目标是") == true)
        }
    }

    @Test func `an instance starts, takes events with a fence, refuses and tells why`() async throws {
        try await TestServer.run { server in
            try await self.deploy(server)
            let id = try await self.start(server, title: "ab")
            let path = "/api/instances/\(id)"

            let view = try await server.get(path)
            let refused = try await server.post("\(path)/events", #"{"event": "gate.requested"}"#)
            let unknown = try await server.post("\(path)/events", #"{"event": "gate.requestd"}"#)
            let stale = try await server.post(
                "\(path)/events", #"{"event": "withdrawn", "data": {"reason": "late"}}"#, headers: [.ifMatch: "\"9\""])
            let wrong = try await server.post("\(path)/events", #"{"event": "withdrawn", "data": {}}"#)
            let sent = try await server.post(
                "\(path)/events", #"{"event": "withdrawn", "data": {"reason": "late"}}"#, headers: [.ifMatch: "\"1\""])

            #expect(view.headers[.eTag] == "\"1\"")
            #expect(try view.json["states"] == ["preparing"])
            #expect(refused.status == .conflict)
            #expect(try refused.json["candidates"]?.list?.first?["guard"] == "context.title.size() > 3")
            #expect(unknown.status == .unprocessableContent)
            #expect(stale.status == .preconditionFailed)
            #expect(wrong.status == .unprocessableContent)
            #expect(try wrong.json["errors"]?.list?.first?["pointer"]?.string?.hasPrefix("/") == true)
            #expect(sent.status == .ok)
            #expect(try sent.json["status"] == "done")
            let history = try await server.get("\(path)/history")
            #expect(try history.json["items"]?.list?.compactMap { $0["event"]?.string }.last == "withdrawn")
        }
    }

    @Test func `the same key gives the first answer, with another body 422`() async throws {
        try await TestServer.run { server in
            try await self.deploy(server)
            let key: HTTPFields = [try #require(HTTPField.Name("Idempotency-Key")): "k1"]
            let body = #"{"workflow": "gate", "data": {"title": "Battery"}}"#

            let first = try await server.post("/api/instances", body, headers: key)
            let second = try await server.post("/api/instances", body, headers: key)
            let other = try await server.post(
                "/api/instances", #"{"workflow": "gate", "data": {"title": "Other"}}"#, headers: key)

            #expect(first.status == .created)
            #expect(second.status == .ok)
            #expect(try first.json["id"] == second.json["id"])
            #expect(first.headers[.location] == second.headers[.location])
            #expect(other.status == .unprocessableContent)
        }
    }

    @Test func `a list goes on where its link leads`() async throws {
        try await TestServer.run { server in
            try await self.deploy(server)
            for number in 1...3 { _ = try await self.start(server, title: "Battery \(number)") }

            let first = try await server.get("/api/instances?workflow=gate&limit=2")
            let link = try #require(first.headers[values: .link].first)
            let address = link.drop { $0 != "<" }.dropFirst().prefix { $0 != ">" }
            let second = try await server.get(String(address))

            #expect(link.hasSuffix(#"rel="next""#))
            #expect(try first.json["items"]?.list?.count == 2)
            #expect(try second.json["items"]?.list?.count == 1)
            #expect(second.headers[.link] == nil)
        }
    }

    @Test func `a person starts, moves on and decides by forms alone`() async throws {
        try await TestServer.run { server in
            try await self.deploy(server)
            let browser = try await server.signIn()

            let wrong = try await browser.submit("/workflows/gate/new", ["f.title": "", "f.score": "300"], to: server)
            #expect(wrong.status == .unprocessableContent)
            #expect(String(buffer: wrong.body).contains(#"value="300""#))
            let started = try await browser.submit("/workflows/gate/new", ["f.title": "石墨烯电池"], to: server)
            let address = try #require(started.headers[.location])
            let board = try await browser.page("/workflows/gate", of: server)
            #expect(board.contains("石墨烯电池"))
            let instance = try await browser.page(address, of: server)
            #expect(instance.contains("/events/gate.requested"))

            let requested = try await browser.submit("\(address)/events/gate.requested", [:], to: server)
            #expect(requested.status == .seeOther)
            let inbox = try await browser.page("/tasks", of: server)
            let task = try #require(inbox.firstMatch(of: /href="(\/tasks\/[^"]+)"/)).output.1
            let missing = try await browser.submit("\(task)/submit", ["outcome": "pass"], to: server)
            #expect(missing.status == .unprocessableContent)
            _ = try await browser.submit("\(task)/claim", [:], to: server)
            let decided = try await browser.submit("\(task)/submit", ["f.score": "88", "outcome": "pass"], to: server)
            #expect(decided.status == .seeOther, "\(String(buffer: decided.body))")

            let id = try #require(address.split(separator: "/").last)
            let view = try await server.get("/api/instances/\(id)")
            #expect(try view.json["status"] == "done")
        }
    }

    @Test func `an event that asks for confirmation is sent only after it`() async throws {
        try await TestServer.run { server in
            try await self.deploy(server)
            let browser = try await server.signIn()
            let id = try await self.start(server)
            let path = "/instances/\(id)/events/withdrawn"

            let asked = try await browser.submit(path, ["f.reason": "too \"late\""], to: server)
            let before = try await server.get("/api/instances/\(id)")
            let confirmed = try await browser.submit(
                path, ["f.reason": "too \"late\"", "_confirmed": "1"], to: server)
            let after = try await server.get("/api/instances/\(id)")

            #expect(asked.status == .ok)
            #expect(String(buffer: asked.body).contains(#"href="/instances/\#(id)?lang=zh""#))
            #expect(String(buffer: asked.body).contains(#"name="f.reason" value="too &quot;late&quot;""#))
            #expect(String(buffer: asked.body).contains("<dd>too &quot;late&quot;</dd>"))
            #expect(try before.json["status"] == "active")
            #expect(confirmed.status == .seeOther)
            #expect(try after.json["status"] == "done")
        }
    }

    @Test func `pages are there for everybody who signed in`() async throws {
        try await TestServer.run { server in
            try await self.deploy(server)
            let browser = try await server.signIn()

            for path in [
                "/workflows", "/workflows/gate", "/workflows/gate?view=list", "/workflows/gate/new", "/tasks",
                "/notices", "/incidents",
            ] {
                let html = try await browser.page(path, of: server)
                #expect(html.contains("</html>"), "\(path)")
            }
        }
    }

    @Test func `a worker that waits for no job gets an empty list`() async throws {
        try await TestServer.run { server in
            try await self.deploy(server)

            let response = try await server.post(
                "/api/jobs/acquire", #"{"topics": [{"topic": "x", "lease": 10}], "worker": "w", "max": 5, "wait": 0}"#)

            #expect(response.status == .ok, "\(String(buffer: response.body))")
            #expect(try response.json == [])
        }
    }
}

extension TestServer.Browser {
    /// Sends a form of a page: with the session's token.
    func submit(
        _ path: some StringProtocol, _ fields: [String: String], to server: TestServer
    ) async throws -> TestResponse {
        var headers = self.headers
        headers[.contentType] = "application/x-www-form-urlencoded"
        headers[.accept] = "text/html"
        let all = fields.merging(["_csrf": self.session.csrfToken]) { first, _ in first }
        let body = all.map { "\($0.key)=\(Form.encode($0.value))" }.joined(separator: "&")
        return try await server.client.execute(
            uri: String(path), method: .post, headers: headers, body: ByteBuffer(string: body))
    }

    func page(_ path: String, of server: TestServer) async throws -> String {
        var headers = self.headers
        headers[.accept] = "text/html"
        let response = try await server.client.execute(uri: path, method: .get, headers: headers)
        #expect(response.status == .ok, "\(path): \(String(buffer: response.body))")
        return String(buffer: response.body)
    }
}
