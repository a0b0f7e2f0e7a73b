import Engine
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Postgres
import TestSupport
import Testing
import Values

@testable import Web

/// Routes with a real orchestrator on an empty database.
@Suite(.freshSchema(prepare: TestServer.migrate), .timeLimit(.minutes(2))) struct RouteTests {
    @Test(arguments: ["/api/nothing", "/nothing", "/api/instances/1/2/3/4", "/assets/../style.css"])
    func `an unknown address is a 404 problem`(path: String) async throws {
        try await TestServer.run { server in
            let response = try await server.client.execute(uri: path, method: .get)

            #expect(response.status == .notFound)
            #expect(response.headers[.contentType] == "application/problem+json")
            #expect(try response.json["status"] == 404)
        }
    }

    @Test func `a method that an address does not take is a 405 problem that names the others`() async throws {
        try await TestServer.run { server in
            let response = try await server.client.execute(uri: "/api/workflows", method: .delete)

            #expect(response.status == .methodNotAllowed)
            #expect(response.headers[.allow] == "GET, HEAD, POST")
        }
    }

    @Test(arguments: ["/api/workflows", "/api/instances/x", "/api/me", "/api/jobs"])
    func `without a token every read is a 401 problem`(path: String) async throws {
        try await TestServer.run { server in
            let response = try await server.client.execute(uri: path, method: .get)

            #expect(response.status == .unauthorized)
            #expect(response.headers[.wwwAuthenticate]?.hasPrefix("Bearer") == true)
        }
    }

    @Test func `every route but the listed ones needs somebody who signed in`() async throws {
        try await TestServer.run { server in
            let open = server.web.routes.all.filter { if case .open = $0.action { true } else { false } }

            #expect(
                Set(open.map(\.path)) == [
                    "/healthz", "/readyz", "/metrics", "/assets/:file", "/sign-in", "/sign-in/:secret",
                    "/schemas/workflow.json",
                ])
            for route in server.web.routes.all where !open.contains(where: { $0.path == route.path }) {
                let path = route.path.replacing(":", with: "x")
                let response = try await server.client.execute(uri: path, method: route.method)
                #expect(response.status == .unauthorized, "\(route.method) \(route.path)")
            }
        }
    }

    @Test func `a page sends people who are not signed in to the sign-in page`() async throws {
        try await TestServer.run { server in
            let response = try await server.client.execute(
                uri: "/tasks", method: .get, headers: [.accept: "text/html,*/*"])

            #expect(response.status == .seeOther)
            #expect(response.headers[.location] == "/sign-in")
        }
    }

    @Test func `a wrong token is refused though the session would do`() async throws {
        try await TestServer.run { server in
            let session = try await server.signIn()
            var headers = session.headers
            headers[.authorization] = "Bearer \(String(repeating: "x", count: 43))"

            let response = try await server.client.execute(uri: "/api/me", method: .get, headers: headers)

            #expect(response.status == .unauthorized)
        }
    }

    @Test func `who calls is told`() async throws {
        try await TestServer.run { server in
            let response = try await server.client.execute(uri: "/api/me", method: .get, headers: server.bearer)

            #expect(response.status == .ok)
            #expect(try response.json["user"] == "admin")
            #expect(try response.json["roles"]?.list?.contains("admin") == true)
        }
    }

    @Test func `a body that is not JSON is a 400 problem that says where`() async throws {
        try await TestServer.run { server in
            let response = try await server.post("/api/instances", #"{"workflow": "a", }"#)

            #expect(response.status == .badRequest)
            #expect(try response.json["offset"] == 18)
        }
    }

    @Test func `another media type is a 415 problem`() async throws {
        try await TestServer.run { server in
            let response = try await server.post("/api/instances", "workflow=a", type: "text/plain")

            #expect(response.status == .unsupportedMediaType)
            #expect(response.headers[.accept] == "application/json")
        }
    }

    @Test(arguments: [true, false])
    func `a body past the limit is a 413 problem`(saysItsLength: Bool) async throws {
        try await TestServer.run { server in
            var headers = server.bearer
            headers[.contentType] = "application/yaml"
            let body = ByteBuffer(repeating: UInt8(ascii: "#"), count: 1024 * 1024 + 1)

            let response: TestResponse
            if saysItsLength {
                response = try await server.client.execute(
                    uri: "/api/workflows", method: .post, headers: headers, body: body)
            } else {
                headers[.contentLength] = "10"
                response = try await server.client.execute(
                    uri: "/api/workflows", method: .post, headers: headers, body: body)
            }

            #expect(response.status == .contentTooLarge)
            #expect(response.headers[.connection] == "close")
        }
    }

    /// The database refuses such a text, and a batch that has it was run again in halves.
    @Test(arguments: ["/api/tasks?role=%00", "/api/tasks/%00", "/tasks/1.1?a%00", "/api/workflows/a%00b"])
    func `an address with U+0000 is not understood`(path: String) async throws {
        try await TestServer.run { server in
            let refused = try await server.get(path)
            let other = try await server.get(path.replacing("%00", with: "%2500"))

            #expect(refused.status == .badRequest)
            #expect(other.status != .badRequest && other.status != .internalServerError)
        }
    }

    @Test func `a form with U+0000 is not understood`() async throws {
        try await TestServer.run { server in
            let browser = try await server.signIn()
            func post(_ form: String) async throws -> HTTPResponse.Status {
                var headers = browser.headers
                headers[.contentType] = "application/x-www-form-urlencoded"
                let body = "_csrf=\(Form.encode(browser.session.csrfToken))&\(form)"
                return try await server.client.execute(
                    uri: "/workflows/none/new", method: .post, headers: headers, body: ByteBuffer(string: body)
                ).status
            }
            #expect(try await post("_id=%00") == .badRequest)
            #expect(try await post("f.title=a%00b") == .badRequest)
            #expect(try await post("_id=1") == .notFound)
        }
    }

    @Test func `a member that nobody knows is a 422 problem with its pointer`() async throws {
        try await TestServer.run { server in
            let response = try await server.post("/api/instances", #"{"workflow": "a", "dta": {}}"#)

            #expect(response.status == .unprocessableContent)
            #expect(try response.json["errors"]?.list?.first?["pointer"] == "/dta")
        }
    }

    @Test(arguments: [
        ("/api/tasks?colour=red", 422), ("/api/instances?limit=0", 422), ("/api/instances?status=odd", 422),
        ("/api/jobs?instance=x", 422), ("/api/instances/no-uuid", 404),
    ])
    func `a query that cannot be answered is refused`(path: String, status: Int) async throws {
        try await TestServer.run { server in
            let response = try await server.client.execute(uri: path, method: .get, headers: server.bearer)

            #expect(response.status.code == status)
        }
    }

    @Test func `health is open, and readiness tells what is missing`() async throws {
        try await TestServer.run { server in
            let live = try await server.client.execute(uri: "/healthz", method: .get)
            let ready = try await server.client.execute(uri: "/readyz", method: .get)
            let metrics = try await server.client.execute(uri: "/metrics", method: .get)

            #expect(live.status == .ok)
            #expect([.ok, .serviceUnavailable].contains(ready.status))
            #expect(
                String(buffer: metrics.body).contains(
                    #"silian_http_requests_total{method="GET",route="/healthz",status="200"} 1"#))
        }
    }

    @Test func `answers forbid what a page does not need`() async throws {
        try await TestServer.run { server in
            let response = try await server.client.execute(uri: "/sign-in", method: .get)

            #expect(response.headers[.contentSecurityPolicy]?.contains("default-src 'none'") == true)
            #expect(response.headers[.xContentTypeOptions] == "nosniff")
            #expect(response.headers[.cacheControl] == "no-store")
        }
    }

    @Test func `the language of a request is remembered`() async throws {
        try await TestServer.run { server in
            let asked = try await server.client.execute(uri: "/sign-in?lang=zh", method: .get)
            let cookie = try #require(asked.headers[values: .setCookie].first)
            let later = try await server.client.execute(
                uri: "/sign-in", method: .get, headers: [.cookie: String(cookie.prefix { $0 != ";" })])
            let accepting = try await server.client.execute(
                uri: "/api/nothing", method: .get, headers: [.acceptLanguage: "zh-CN"])

            #expect(String(buffer: asked.body).contains(#"<html lang="zh-CN">"#))
            #expect(String(buffer: later.body).contains("登录"))
            #expect(try accepting.json["title"] == "未找到")
        }
    }

    @Test func `assets are kept by browsers`() async throws {
        try await TestServer.run { server in
            let response = try await server.client.execute(uri: "/assets/style.css", method: .get)

            #expect(response.status == .ok)
            #expect(response.headers[.cacheControl]?.contains("immutable") == true)
        }
    }
}
