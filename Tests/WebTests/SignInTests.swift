import Engine
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import TestSupport
import Testing
import Values

@testable import Web

@Suite(.freshSchema(prepare: TestServer.migrate), .timeLimit(.minutes(2))) struct SignInTests {
    @Test func `looking at a link does not use it up, pressing the button does`() async throws {
        try await TestServer.run { server in
            let secret = try await server.orchestrator.createSignInLink(user: "admin")

            for _ in 0..<2 {
                let page = try await server.client.execute(uri: "/sign-in/\(secret)", method: .get)
                #expect(page.status == .ok)
                #expect(page.headers[.referrerPolicy] == "no-referrer")
            }
            let entered = try await server.client.execute(uri: "/sign-in/\(secret)", method: .post)
            let again = try await server.client.execute(uri: "/sign-in/\(secret)", method: .post)

            #expect(entered.status == .seeOther)
            let cookie = try #require(entered.headers[.setCookie])
            #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && !cookie.contains("Secure"))
            #expect(again.status == .gone)
            #expect(again.headers[.setCookie] == nil)
        }
    }

    @Test func `behind TLS the cookie is secure`() async throws {
        try await TestServer.run { server in
            let secret = try await server.orchestrator.createSignInLink(user: "admin")
            let proto = try #require(HTTPField.Name("X-Forwarded-Proto"))

            let entered = try await server.client.execute(
                uri: "/sign-in/\(secret)", method: .post, headers: [proto: "https"])

            #expect(entered.headers[.setCookie]?.contains("Secure") == true)
        }
    }

    @Test func `another site cannot sign a browser in`() async throws {
        try await TestServer.run { server in
            let secret = try await server.orchestrator.createSignInLink(user: "admin")
            let site = try #require(HTTPField.Name("Sec-Fetch-Site"))

            let refused = try await server.client.execute(
                uri: "/sign-in/\(secret)", method: .post, headers: [site: "cross-site"])
            let origin = try await server.client.execute(
                uri: "/sign-in/\(secret)", method: .post, headers: [.origin: "https://evil.example"])

            #expect(refused.status == .forbidden)
            #expect(origin.status == .forbidden)
        }
    }

    @Test func `a form without the session's token changes nothing`() async throws {
        try await TestServer.run { server in
            let session = try await server.signIn()
            let other = try await server.signIn()
            var headers = session.headers
            headers[.contentType] = "application/x-www-form-urlencoded"

            for body in ["", "_csrf=", "_csrf=\(other.session.csrfToken)"] {
                let refused = try await server.client.execute(
                    uri: "/sign-out", method: .post, headers: headers, body: ByteBuffer(string: body))
                #expect(refused.status == .forbidden)
            }
            let still = try await server.client.execute(uri: "/api/me", method: .get, headers: session.headers)
            #expect(still.status == .ok)
        }
    }

    @Test func `signing out ends the session`() async throws {
        try await TestServer.run { server in
            let session = try await server.signIn()
            var headers = session.headers
            headers[.contentType] = "application/x-www-form-urlencoded"

            let out = try await server.client.execute(
                uri: "/sign-out", method: .post, headers: headers,
                body: ByteBuffer(string: "_csrf=\(session.session.csrfToken)"))
            let after = try await server.client.execute(uri: "/api/me", method: .get, headers: session.headers)

            #expect(out.status == .seeOther)
            #expect(after.status == .unauthorized)
        }
    }

    @Test func `a program with a session must show the token in a header`() async throws {
        try await TestServer.run { server in
            let session = try await server.signIn()
            var headers = session.headers
            headers[.contentType] = "application/json"
            let body = ByteBuffer(string: #"{"label": "cli"}"#)

            let refused = try await server.client.execute(
                uri: "/api/tokens", method: .post, headers: headers, body: body)
            headers[try #require(HTTPField.Name("X-CSRF-Token"))] = session.session.csrfToken
            let made = try await server.client.execute(uri: "/api/tokens", method: .post, headers: headers, body: body)

            #expect(refused.status == .forbidden)
            #expect(made.status == .created)
            #expect(try made.json["secret"]?.string?.isEmpty == false)
        }
    }

    @Test func `a link for others is made by administrators only`() async throws {
        try await TestServer.run { server in
            let made = try await server.post("/api/users/admin/link", "")

            #expect(made.status == .created)
            #expect(try made.json["url"]?.string?.contains("/sign-in/") == true)
        }
    }
}
