import Engine
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Postgres
import Statecharts
import TestSupport
import Testing
import Values

@testable import Web

/// A web server over an orchestrator on the schema of the running test.
struct TestServer: Sendable {
    let client: any TestClientProtocol
    let web: WebServer
    let orchestrator: Orchestrator
    /// Of the bootstrap user.
    let token: String

    var bearer: HTTPFields { [.authorization: "Bearer \(self.token)"] }

    struct Browser: Sendable {
        var session: Session
        var headers: HTTPFields { [.cookie: "\(Session.cookieName)=\(self.session.secret)"] }
    }

    static func migrate(_ options: ConnectionOptions) async throws {
        _ = try await Migrator(options: options, logger: .silent).migrate()
    }

    static func run(_ body: @escaping @Sendable (TestServer) async throws -> Void) async throws {
        let options = try FreshSchema.options
        let pool = Pool(options: options, logger: .silent)
        let orchestrator = Orchestrator(pool: pool, connection: options, logger: .silent)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await orchestrator.run() }
            try await orchestrator.bootstrap(user: "admin")
            let token = try await orchestrator.createToken(
                user: "admin", label: "test", expiresInDays: 1,
                by: Actor(user: "admin", roles: ["admin"]))
            let web = try WebServer(orchestrator, logger: .silent)
            do {
                try await web.application().test(.router) { client in
                    try await body(
                        TestServer(client: client, web: web, orchestrator: orchestrator, token: token.secret))
                }
            } catch {
                group.cancelAll()
                await pool.close()
                throw error
            }
            group.cancelAll()
        }
        await pool.close()
    }

    func signIn(user: String = "admin") async throws -> Browser {
        let link = try await self.orchestrator.createSignInLink(user: user)
        return Browser(session: Session(secret: try await self.orchestrator.signIn(link: link)))
    }

    func post(
        _ path: String, _ body: String, type: String = "application/json", headers: HTTPFields = [:]
    ) async throws -> TestResponse {
        try await self.send(.post, path, body, type: type, headers: headers)
    }

    func put(_ path: String, _ body: String) async throws -> TestResponse { try await self.send(.put, path, body) }

    private func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: String, type: String = "application/json",
        headers: HTTPFields = [:]
    ) async throws -> TestResponse {
        var all = self.bearer
        all[.contentType] = type
        for field in headers { all[field.name] = field.value }
        return try await self.client.execute(uri: path, method: method, headers: all, body: ByteBuffer(string: body))
    }

    func get(_ path: String) async throws -> TestResponse {
        try await self.client.execute(uri: path, method: .get, headers: self.bearer)
    }
}

extension TestResponse {
    var json: Value { get throws { try Value(json: self.body.readableBytesView) } }
}
