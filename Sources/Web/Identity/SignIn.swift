import Engine
import Hummingbird

/// Signing in by a one-time link. The link only shows a button, so that a preview of the message it came in does not use it up.
struct SignIn: Sendable {
    let orchestrator: Orchestrator
    let pages: Pages
    let isSecure: Bool

    func explain(_ visit: Visit) async throws -> Response {
        Self.confidential(self.pages.signIn(secret: nil, isSpent: false, language: visit.language))
    }

    func confirm(_ visit: Visit) async throws -> Response {
        Self.confidential(
            self.pages.signIn(secret: visit.parameter("secret"), isSpent: false, language: visit.language))
    }

    func enter(_ visit: Visit) async throws -> Response {
        try Identity.refuseOtherSites(visit.request)
        do {
            let secret = try await self.orchestrator.signIn(link: visit.parameter("secret"))
            var response = Response.redirect(to: "/")
            response.setCookie(Session(secret: secret).cookie(isSecure: self.isSecure || visit.isForwardedTLS))
            return Self.confidential(response)
        } catch let error as EngineError where [.notFound, .unauthorized, .refused, .invalid].contains(error.code) {
            return Self.confidential(self.pages.signIn(secret: nil, isSpent: true, language: visit.language))
        }
    }

    func leave(_ call: Call) async throws -> Response {
        if let session = call.session { try await self.orchestrator.signOut(session: session.secret) }
        var response = Response.redirect(to: "/sign-in")
        response.setCookie(Session.expiredCookie(isSecure: self.isSecure || call.visit.isForwardedTLS))
        return response
    }

    /// The address holds a secret: it must not go to other sites in `Referer`.
    private static func confidential(_ response: Response) -> Response {
        var response = response
        response.headers[.referrerPolicy] = "no-referrer"
        return response
    }
}

extension Visit {
    /// A proxy in front says that the browser came by TLS. Only ever makes a cookie stricter.
    var isForwardedTLS: Bool { self.request.headers[.forwardedProto] == "https" }
}
