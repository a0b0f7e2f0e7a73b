import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

/// A server on this machine that answers as a test wants.
enum LoopbackServer {
    /// What arrived.
    struct Request: Sendable {
        var method: String
        var headers: [String: String]
        var body: String
    }

    struct Answer: Sendable {
        var status = 200
        var headers: [String: String] = [:]
        var body = ""
    }

    /// Runs one while the body runs, which gets its address.
    static func with(
        _ answer: @escaping @Sendable (Request) async throws -> Answer,
        _ body: @escaping @Sendable (String) async throws -> Void
    ) async throws {
        let (ports, found) = AsyncStream.makeStream(of: Int.self)
        let router = Router()
        for method in [HTTPRequest.Method.get, .post, .put] {
            for path: RouterPath in ["/", "/**"] {
                router.on(path, method: method) { request, _ in try await Self.response(to: request, answer) }
            }
        }
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in found.yield(channel.localAddress?.port ?? 0) },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await application.run() }
            for await port in ports {
                try await body("http://127.0.0.1:\(port)")
                break
            }
            tasks.cancelAll()
        }
    }

    private static func response(
        to request: Hummingbird.Request, _ answer: @Sendable (Request) async throws -> Answer
    ) async throws -> Response {
        let body = try await request.body.collect(upTo: 1 << 20)
        var headers: [String: String] = [:]
        for field in request.headers { headers[field.name.canonicalName] = field.value }
        let said = try await answer(
            Request(method: request.method.rawValue, headers: headers, body: String(buffer: body)))
        var fields = HTTPFields()
        for (name, value) in said.headers {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        return Response(
            status: HTTPResponse.Status(code: said.status), headers: fields,
            body: ResponseBody(byteBuffer: ByteBuffer(string: said.body)))
    }
}
