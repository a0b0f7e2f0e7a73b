import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Values

/// A caller of the HTTP API, and of the command line with the token file of the data directory.
struct Client: Sendable {
    let server: Server
    private let token: String

    /// Lives as long as the process. What is refused is not tried again: that is for the tests to do.
    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        configuration.timeout.connect = .seconds(10)
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// As `admin`.
    init(_ server: Server) throws {
        self.server = server
        self.token = try server.folder.token
    }

    private init(_ server: Server, token: String) {
        self.server = server
        self.token = token
    }

    /// As somebody else, whom this makes or changes.
    func user(_ name: String, roles: String) async throws -> Client {
        _ = try await self.json("users", name, "--roles", roles)
        let created = try await self.json("tokens", "--create", "--user", name, "--label", "test")
        guard let secret = created.first?["secret"]?.string else { throw Server.Trouble(description: "\(created)") }
        return Client(self.server, token: secret)
    }

    func request(
        _ method: HTTPMethod, _ path: String, _ body: [UInt8]? = nil, headers: [(String, String)] = []
    ) async throws -> (status: Int, type: String, body: Value) {
        var request = HTTPClientRequest(url: self.server.address + path)
        request.method = method
        request.headers.add(name: "Authorization", value: "Bearer \(self.token)")
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        let response = try await Self.http.execute(request, timeout: .seconds(60))
        let bytes = Array(try await response.body.collect(upTo: 16 << 20).readableBytesView)
        return (
            Int(response.status.code), response.headers.first(name: "Content-Type") ?? "",
            (try? Value(json: bytes)) ?? .null
        )
    }

    func get(_ path: String) async throws -> Value { try await self.expected(self.request(.GET, path)) }

    func post(_ path: String, _ body: Value) async throws -> Value {
        try await self.expected(self.request(.POST, path, body.jsonBytes))
    }

    private func expected(_ answer: (status: Int, type: String, body: Value)) throws -> Value {
        guard (200..<300).contains(answer.status) else {
            throw Server.Trouble(description: "\(answer.status): \(answer.body.json)")
        }
        return answer.body
    }

    /// A command that finds this server and its token by the environment.
    func command(_ arguments: String...) async throws -> Program.Ended {
        try await Program.run(arguments, settings: self.settings)
    }

    /// One JSON document, or a line for each row.
    func json(_ arguments: String...) async throws -> [Value] {
        let ended = try await Program.run(arguments + ["--json"], settings: self.settings)
        guard ended.code == 0 else { throw Server.Trouble(description: "\(arguments): \(ended.all)") }
        return try ended.output.split(separator: "\n").map { try Value(json: String($0)) }
    }

    var settings: [String: String] {
        self.credentials.merging(["SILIAN_DATA": self.server.folder.path]) { own, _ in own }
    }

    /// For programs other than ours.
    var credentials: [String: String] { ["SILIAN_URL": self.server.address, "SILIAN_TOKEN": self.token] }
}
