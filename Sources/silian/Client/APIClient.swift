import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Values

/// The HTTP API, as commands see it: JSON in, JSON out, problems as failures.
struct APIClient {
    var url: String
    var token: String?
    var language = Language.en

    /// Lives as long as the process. A server that refuses the connection is reported at once, not tried again.
    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration.singletonConfiguration
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.timeout.connect = .seconds(10)
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    struct Response {
        var status: Int
        var body: Value
        var headers: [String: String]
    }

    func get(_ path: String, query: [(String, String?)] = []) async throws -> Value {
        try await self.request(.GET, path + Self.encoded(query)).body
    }

    func post(_ path: String, _ body: Value = .null, headers: [(String, String)] = []) async throws -> Response {
        try await self.request(.POST, path, body: body.jsonBytes, headers: headers)
    }

    func request(
        _ method: HTTPMethod, _ path: String, body: [UInt8]? = nil, contentType: String = "application/json",
        headers: [(String, String)] = []
    ) async throws -> Response {
        var request = HTTPClientRequest(url: self.url + path)
        request.method = method
        request.headers.add(name: "Accept", value: "application/json, application/problem+json, text/plain")
        request.headers.add(name: "Accept-Language", value: self.language.rawValue)
        if let token = self.token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body {
            request.headers.add(name: "Content-Type", value: contentType)
            request.body = .bytes(body)
        }
        let status: Int
        let bytes: [UInt8]
        var found: [String: String] = [:]
        do {
            let response = try await Self.http.execute(request, timeout: .seconds(120))
            status = Int(response.status.code)
            for header in response.headers { found[header.name.lowercased()] = header.value }
            bytes = Array(try await response.body.collect(upTo: 64 * 1024 * 1024).readableBytesView)
        } catch {
            throw Failure.unreachable(
                "Cannot reach the server at \(self.url) (\(Self.reason(error))). Start it with 'silian serve', or name another with --server."
            )
        }
        let isJSON = found["content-type"]?.contains("json") ?? false
        let value = isJSON ? (try? Value(json: bytes)) ?? .null : .string(String(decoding: bytes, as: UTF8.self))
        guard (200..<300).contains(status) else { throw self.failure(status: status, problem: value) }
        return Response(status: status, body: value, headers: found)
    }

    /// Percent-encodes one path segment.
    static func segment(_ text: String) -> String {
        var allowed = CharacterSet.alphanumerics
        allowed.insert(charactersIn: "-._~")
        return text.addingPercentEncoding(withAllowedCharacters: allowed) ?? text
    }

    private static func encoded(_ query: [(String, String?)]) -> String {
        let pairs = query.compactMap { name, value in value.map { "\(self.segment(name))=\(self.segment($0))" } }
        return pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&")
    }

    private static func reason(_ error: any Error) -> String {
        if let error = error as? HTTPClientError { return error.shortDescription }
        if let error = error as? IOError { return unsafe String(cString: strerror(error.errnoCode)).lowercased() }
        if let error = error as? NIOConnectionError {
            return error.connectionErrors.isEmpty ? "no address" : "connection refused"
        }
        return "\(error)"
    }

    /// RFC 9457 problem → what a person reads.
    private func failure(status: Int, problem: Value) -> Failure {
        var lines = [problem["detail"]?.string ?? problem["title"]?.string ?? "The server answered \(status)."]
        for error in problem["errors"]?.list ?? [] {
            lines.append("  \(error["pointer"]?.string ?? ""): \(error["message"]?.string ?? "")")
        }
        for diagnostic in problem["diagnostics"]?.list ?? [] {
            let place = "\(diagnostic["line"]?.int ?? 0):\(diagnostic["column"]?.int ?? 0)"
            let severity = self.language.severity(diagnostic["severity"]?.string ?? "")
            lines.append(
                "  \(diagnostic["file"]?.string ?? ""):\(place): \(severity): \(Printing.message(diagnostic))")
            if let hint = diagnostic["hint"]?.string { lines.append("    \(hint)") }
        }
        for candidate in problem["candidates"]?.list ?? [] {
            let guardText = candidate["guard"]?.string ?? ""
            let operands = (candidate["operands"]?.list ?? []).map {
                "\($0["expression"]?.string ?? "") is \(($0["value"] ?? .null).json)"
            }
            let details = operands.isEmpty ? "" : " (" + operands.joined(separator: ", ") + ")"
            lines.append("  in \(candidate["state"]?.string ?? "?"): needs \(guardText)\(details)")
        }
        if status == 401 {
            lines.append("  Set SILIAN_TOKEN, or run on the machine of the server as its user.")
        }
        return Failure(exitCode: status == 503 || status == 502 ? 3 : 1, message: lines.joined(separator: "\n"))
    }
}
