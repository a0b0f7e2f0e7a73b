import Engine
import HTTPTypes
import Hummingbird
import NIOCore
import Statecharts
import Values

/// Why a request was not done, as RFC 9457 has it.
struct Problem: Error, Sendable {
    /// Kebab case; `type` is `/problems/<code>`.
    var code: String
    var status: HTTPResponse.Status
    var title: Phrase
    var detail: String
    /// The detail in Chinese, where there is one.
    var zh: String?
    var errors: [Refusal.FieldError] = []
    var candidates: [Refusal.Candidate] = []
    var diagnostics: [Diagnostic] = []
    var retryAfterSeconds: Int?
    /// Where in the body its text stops being JSON.
    var offset: Int?
    var headers = HTTPFields()

    init(_ status: HTTPResponse.Status, _ code: String, _ title: Phrase, _ detail: String = "") {
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
    }

    static func invalid(_ detail: String, _ errors: [Refusal.FieldError] = []) -> Problem {
        var problem = Problem(.unprocessableContent, "invalid", .problemInvalid, detail)
        problem.errors = errors
        return problem
    }

    static func notFound(_ detail: String) -> Problem { Problem(.notFound, "not-found", .problemNotFound, detail) }

    static func forbidden(_ detail: String) -> Problem { Problem(.forbidden, "forbidden", .problemForbidden, detail) }

    static func unauthorized(_ detail: String) -> Problem {
        var problem = Problem(.unauthorized, "unauthorized", .problemUnauthorized, detail)
        problem.headers[.wwwAuthenticate] = #"Bearer realm="silian""#
        return problem
    }

    static func tooLarge(limit: Int) -> Problem {
        var problem = Problem(
            .contentTooLarge, "too-large", .problemTooLarge, "The body is larger than \(limit) bytes.")
        problem.headers[.connection] = "close"
        return problem
    }

    static func unsupportedMediaType(_ accepted: String) -> Problem {
        var problem = Problem(
            .unsupportedMediaType, "unsupported-media-type", .problemMediaType, "Send \(accepted).")
        problem.headers[.accept] = accepted
        return problem
    }

    static func methodNotAllowed(allowed: [HTTPRequest.Method]) -> Problem {
        let methods = allowed.map(\.rawValue).sorted().joined(separator: ", ")
        var problem = Problem(
            .methodNotAllowed, "method-not-allowed", .problemMethod, "This address takes \(methods).")
        problem.headers[.allow] = methods
        return problem
    }
}

extension Problem {
    /// nil: an error that nobody foresaw, whose text is not for outsiders.
    init?(_ error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let error as EngineError: self.init(error)
        case let error as JSONError: self.init(error)
        case is NIOTooManyBytesError: self.init(.contentTooLarge, "too-large", .problemTooLarge)
        case let error as HTTPError where error.status == .notFound: self = .notFound("")
        case let error as any HTTPResponseError where error.status.code < 500:
            self.init(error.status, "refused", .problemBadRequest, "The request cannot be understood.")
        default: return nil
        }
    }

    init(_ error: JSONError) {
        self.init(.badRequest, "not-json", .problemJSON, "\(error.message) (byte \(error.offset)).")
        self.offset = error.offset
    }

    init(_ error: EngineError) {
        let (status, title): (HTTPResponse.Status, Phrase) =
            switch error.code {
            case .notFound: (.notFound, .problemNotFound)
            case .forbidden: (.forbidden, .problemForbidden)
            case .unauthorized: (.unauthorized, .problemUnauthorized)
            case .refused: (.conflict, .problemRefused)
            case .preconditionFailed: (.preconditionFailed, .problemPrecondition)
            case .invalid: (.unprocessableContent, .problemInvalid)
            case .tooLarge: (.contentTooLarge, .problemTooLarge)
            case .tooMany: (.tooManyRequests, .problemTooMany)
            case .failed: (.unprocessableContent, .problemFailed)
            case .unavailable: (.serviceUnavailable, .problemUnavailable)
            case .internalError: (.internalServerError, .problemInternal)
            }
        self.init(status, Self.kebab(error.code.rawValue), title, error.detail)
        self.zh = error.zh
        self.errors = error.fields
        self.candidates = error.candidates
        self.diagnostics = error.diagnostics
        self.retryAfterSeconds = error.retryAfterSeconds
        if error.code == .unauthorized { self.headers[.wwwAuthenticate] = #"Bearer realm="silian""# }
    }

    private static func kebab(_ camel: String) -> String {
        camel.map { $0.isUppercase ? "-\($0.lowercased())" : String($0) }.joined()
    }
}

extension Problem {
    func detail(in language: Language) -> String { language == .zh ? self.zh ?? self.detail : self.detail }

    func json(path: String, language: Language) -> Value {
        Value.object([
            ("type", .string("/problems/\(self.code)")),
            ("title", .string(self.title.text(in: language))),
            ("status", .int(Int64(self.status.code))),
            ("detail", self.detail.isEmpty ? nil : .string(self.detail(in: language))),
            ("instance", .string(path)),
            ("errors", self.errors.isEmpty ? nil : .list(self.errors.map { $0.json(in: language) })),
            ("candidates", self.candidates.isEmpty ? nil : .list(self.candidates.map(\.json))),
            ("diagnostics", self.diagnostics.isEmpty ? nil : .list(self.diagnostics.map { $0.json(in: language) })),
            ("retryAfter", self.retryAfterSeconds.map { .int(Int64($0)) }),
            ("offset", self.offset.map { .int(Int64($0)) }),
        ])
    }

    func response(path: String, language: Language) -> Response {
        var headers = self.headers
        headers[.contentType] = "application/problem+json"
        headers[.contentLanguage] = language.tag
        if let seconds = self.retryAfterSeconds { headers[.retryAfter] = String(seconds) }
        let body = self.json(path: path, language: language).jsonBytes
        return Response(status: self.status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}
