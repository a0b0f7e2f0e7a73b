import Engine
import HTTPTypes
import Hummingbird
import Statecharts

/// Finds out who calls: a bearer token, else a browser's session, which for requests that change something must also show
/// that they come from one of our pages.
struct Identity: Sendable {
    let orchestrator: Orchestrator

    private static let unsafeMethods: Set<HTTPRequest.Method> = [.post, .put, .patch, .delete]

    func call(_ visit: Visit) async throws -> Call {
        let call = try await self.identify(visit)
        let texts = (visit.query.pairs + call.form.pairs).flatMap { [$0.name, $0.value] } + [visit.decodedPath]
        guard !texts.contains(where: { $0.utf8.contains(0) }) else {
            // Nothing that is stored or asked for has it, and the database refuses it.
            throw Problem(.badRequest, "bad-request", .problemBadRequest, "It contains U+0000.")
        }
        return call
    }

    private func identify(_ visit: Visit) async throws -> Call {
        if let header = visit.request.headers[.authorization] {
            let parts = header.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "bearer" else {
                throw Problem.unauthorized("Authorization is not “Bearer …”.")
            }
            guard let actor = try await self.orchestrator.authenticate(parts[1].trimmingWhitespace()) else {
                throw Problem.unauthorized("The token is not known, has expired or was revoked.")
            }
            return Call(visit: visit, actor: actor, session: nil, form: Form())
        }
        guard let secret = visit.request.cookies[Session.cookieName]?.value, !secret.isEmpty,
            let actor = try await self.orchestrator.authenticate(secret)
        else {
            throw Problem.unauthorized("Sign in, or send a token: Authorization: Bearer ….")
        }
        let session = Session(secret: secret)
        guard Self.unsafeMethods.contains(visit.request.method) else {
            return Call(visit: visit, actor: actor, session: session, form: Form())
        }
        let form = try await self.form(of: visit.request)
        guard let token = visit.request.headers[.csrfToken] ?? form["_csrf"], session.accepts(csrfToken: token) else {
            throw Problem.forbidden("The form has no valid token. Load the page again.")
        }
        return Call(visit: visit, actor: actor, session: session, form: form)
    }

    private func form(of request: Request) async throws -> Form {
        guard request.mediaType == "application/x-www-form-urlencoded" else { return Form() }
        // Text in Chinese triples when it is encoded.
        let body = try await request.bytes(upTo: 3 * self.orchestrator.limits.eventBytes + 16_384)
        return Form(encoded: String(buffer: body))
    }

    /// For a form of people who are not signed in yet: a page of another site must not sign them in as somebody else.
    static func refuseOtherSites(_ request: Request) throws(Problem) {
        let refusal = Problem.forbidden("The request comes from another site.")
        if let site = request.headers[.fetchSite] {
            guard site == "same-origin" || site == "none" else { throw refusal }
        } else if let origin = request.headers[.origin], let host = request.head.authority {
            guard origin.hasSuffix("://" + host) else { throw refusal }
        }
    }
}
