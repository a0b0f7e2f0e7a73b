import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// The outermost layer: chooses the language, turns errors into problems or error pages, counts, adds security headers.
struct Door: RouterMiddleware {
    typealias Context = RequestScope

    let defaultLanguage: Language
    let isSecure: Bool
    let metrics: Metrics
    let pages: Pages

    func handle(
        _ request: Request, context: RequestScope, next: @concurrent (Request, RequestScope) async throws -> Response
    ) async throws -> Response {
        var scope = context
        let asked = Form(encoded: request.uri.query ?? "")["lang"].flatMap { Language(tag: $0) }
        scope.language = asked ?? self.language(of: request)
        var response: Response
        do {
            response = try await next(request, scope)
        } catch {
            response = self.answer(to: error, request: request, scope: scope)
        }
        if let asked {
            response.setCookie(
                Cookie(
                    name: "silian_lang", value: asked.rawValue, maxAge: 31_536_000, path: "/", secure: self.isSecure,
                    httpOnly: true, sameSite: .lax))
        }
        self.secure(&response)
        self.metrics.count(
            method: request.method.rawValue, route: scope.endpointPath ?? "unknown", status: response.status.code)
        return response
    }

    private func language(of request: Request) -> Language {
        request.cookies["silian_lang"].flatMap { Language(tag: $0.value) }
            ?? request.headers[.acceptLanguage].flatMap { Language(accepting: $0) } ?? self.defaultLanguage
    }

    private func answer(to error: any Error, request: Request, scope: RequestScope) -> Response {
        let problem: Problem
        if let known = Problem(error) {
            problem = known
        } else if error is CancellationError {
            problem = Problem(.serviceUnavailable, "unavailable", .problemUnavailable)
        } else {
            scope.logger.error(
                "request failed", metadata: ["path": "\(request.uri.path)", "error": "\(String(reflecting: error))"])
            problem = Problem(.internalServerError, "internal-error", .problemInternal)
        }
        let wantsPage = request.headers[.accept]?.contains("text/html") == true
        guard wantsPage, !request.uri.path.hasPrefix("/api/") else {
            return problem.response(path: request.uri.path, language: scope.language)
        }
        if problem.status == .unauthorized, request.method == .get { return Response.redirect(to: "/sign-in") }
        return self.pages.error(problem, language: scope.language)
    }

    private func secure(_ response: inout Response) {
        if response.headers[.contentSecurityPolicy] == nil {
            response.headers[.contentSecurityPolicy] =
                "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
                + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        }
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[.frameOptions] = "DENY"
        if response.headers[.referrerPolicy] == nil { response.headers[.referrerPolicy] = "same-origin" }
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
    }
}

extension Response {
    /// After a form was accepted (RFC 9110, 15.4.4).
    static func redirect(to path: String) -> Response {
        Response(status: .seeOther, headers: [.location: path])
    }

    static func html(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "text/html; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    static func text(_ text: String, status: HTTPResponse.Status = .ok, type: String = "text/plain") -> Response {
        Response(
            status: status, headers: [.contentType: "\(type); charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// Its colours stand in the picture itself, which the pages' policy would forbid.
    static func svg(_ text: String) -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: "image/svg+xml; charset=utf-8",
                .contentSecurityPolicy: "default-src 'none'; style-src 'unsafe-inline'",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
