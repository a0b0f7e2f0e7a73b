import CEL
import Engine
import Values

/// The request that a job of the topic `http` describes, and how its answer is judged.
struct HTTPJob: Sendable {
    var method: String
    var url: String
    var headers: [(name: String, value: String)]
    var body: [UInt8]?
    private var expectation: Program?

    /// `method`, `url`, `headers`, `body` and `expect`, from the job's options; any mistake there is final.
    init(_ job: AcquiredJob, limits: HTTPWorker.Limits) throws(WorkFailure) {
        let options = job.options
        self.method = (options["method"]?.string ?? "GET").uppercased()
        guard !self.method.isEmpty, self.method.utf8.allSatisfy(Self.isTokenByte) else {
            throw Self.mistake("“\(self.method)” is no method")
        }
        self.url = try Self.url(options["url"])
        self.headers = try Self.headers(options["headers"])
        self.body = nil
        if let body = options["body"], !body.isNull { try self.set(body, limits: limits) }
        self.addHeader("Idempotency-Key", job.id)
        self.addHeader("User-Agent", "silian")
        self.addHeader("Accept", "application/json, */*;q=0.5")
        if let source = options["expect"]?.string { self.expectation = try Self.program(source) }
    }

    private static func url(_ value: Value?) throws(WorkFailure) -> String {
        guard let url = value?.string else { throw Self.mistake("`url` is missing") }
        let scheme = url.prefix { $0 != ":" }.lowercased()
        guard scheme == "http" || scheme == "https", url.dropFirst(scheme.count).hasPrefix("://") else {
            throw Self.mistake("only http and https are called, not “\(url.prefix(100))”")
        }
        guard url.utf8.count <= 8192, url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw Self.mistake("`url` is too long, or has spaces or control characters")
        }
        return url
    }

    private static func headers(_ value: Value?) throws(WorkFailure) -> [(name: String, value: String)] {
        guard let value, !value.isNull else { return [] }
        guard let map = value.map else { throw Self.mistake("`headers` is not a map") }
        var headers: [(name: String, value: String)] = []
        for entry in map.entries {
            guard case .string(let name) = entry.key, !name.isEmpty, name.utf8.allSatisfy(Self.isTokenByte) else {
                throw Self.mistake("`headers` has a name that is none")
            }
            guard !["connection", "content-length", "transfer-encoding"].contains(name.lowercased()) else {
                throw Self.mistake("the header \(name) is not for definitions")
            }
            if entry.value.isNull { continue }
            let text = entry.value.string ?? entry.value.json
            guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
                throw Self.mistake("the header \(name) has control characters")
            }
            headers.append((name, text))
        }
        return headers
    }

    /// A text goes as it is, anything else as JSON.
    private mutating func set(_ body: Value, limits: HTTPWorker.Limits) throws(WorkFailure) {
        let bytes = body.string.map { Array($0.utf8) } ?? body.jsonBytes
        guard bytes.count <= limits.requestBytes else {
            throw WorkFailure("tooLarge", "`body` has more than \(limits.requestBytes) bytes", isFinal: true)
        }
        self.body = bytes
        self.addHeader("Content-Type", body.string == nil ? "application/json" : "text/plain; charset=utf-8")
    }

    /// Unless the definition gives it.
    private mutating func addHeader(_ name: String, _ value: String) {
        guard !self.headers.contains(where: { $0.name.lowercased() == name.lowercased() }) else { return }
        self.headers.append((name, value))
    }

    private static func program(_ source: String) throws(WorkFailure) -> Program {
        do {
            return try Program(source)
        } catch {
            throw Self.mistake("`expect`: \(error.message.english)")
        }
    }

    private static func mistake(_ message: String) -> WorkFailure {
        WorkFailure("http.request", message, isFinal: true)
    }

    /// RFC 9110, section 5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}

extension HTTPJob {
    /// What came back.
    struct Response: Sendable {
        var status: Int
        var reason: String
        /// Names in lower case, values of one name joined.
        var headers: [String: String]
        var body: [UInt8]

        init(status: Int, reason: String, headers: [(String, String)], body: [UInt8]) {
            self.status = status
            self.reason = reason
            self.headers = Dictionary(headers.map { ($0.0.lowercased(), $0.1) }) { "\($0), \($1)" }
            self.body = body
        }

        /// `{status, headers, body}`: JSON as such, other text as a string, anything else as base64, nothing as null.
        var value: Value {
            [
                "status": .int(Int64(self.status)), "body": self.content,
                "headers": .map(
                    ValueMap(self.headers.map { (.string($0.key), .string($0.value.replacing("\0", with: ""))) })),
            ]
        }

        private var content: Value {
            guard !self.body.isEmpty else { return .null }
            let kind = (self.headers["content-type"] ?? "").prefix { $0 != ";" }.lowercased()
            if kind.hasSuffix("/json") || kind.hasSuffix("+json"), let json = try? Value(json: self.body) {
                return json
            }
            if let text = String(validating: self.body, as: UTF8.self), !text.utf8.contains(0) { return .string(text) }
            return (try? Value.bytes(self.body).asJSON()) ?? .null
        }

        /// For people who look for the cause.
        var excerpt: String {
            let text = String(decoding: self.body.prefix(500), as: UTF8.self).filter { $0 != "\0" }
            return "\(self.status) \(self.reason)" + (text.isEmpty ? "" : ": \(text)")
        }

        /// Whether the same request may succeed another time.
        var isPassing: Bool { [408, 425, 429].contains(self.status) || self.status >= 500 }

        /// `Retry-After` in seconds; the other form, a date, is not followed.
        var retryAfterSeconds: Double? {
            self.headers["retry-after"].flatMap { Int($0) }.map { Double(max(0, $0)) }
        }
    }

    /// Throws when it is not success.
    func judge(_ response: Response) throws(WorkFailure) {
        if try self.isExpected(response) { return }
        let isSuccess = (200..<300).contains(response.status)
        throw WorkFailure(
            isSuccess ? "http.expect" : "http.\(response.status)",
            isSuccess ? "the answer is not as `expect` wants it: \(response.excerpt)" : response.excerpt,
            isFinal: !isSuccess && !response.isPassing, retryInSeconds: response.retryAfterSeconds)
    }

    private func isExpected(_ response: Response) throws(WorkFailure) -> Bool {
        guard let expectation else { return (200..<300).contains(response.status) }
        do {
            return try expectation.evaluate(Variables(["response": response.value])).bool ?? false
        } catch {
            // An error page has no field of the answer that was hoped for.
            return false
        }
    }
}
