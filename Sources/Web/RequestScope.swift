import Engine
import HTTPTypes
package import Hummingbird
import Logging
import NIOCore
import Statecharts
import Values

/// What one request carries through middleware and handlers.
package struct RequestScope: RequestContext {
    package var coreContext: CoreRequestContextStorage
    var language = Language.en
    /// The language came with this request's query and shall be remembered.
    var setsLanguage = false

    package init(source: Source) { self.coreContext = CoreRequestContextStorage(source: source) }
}

/// A request of somebody who is not, or need not be, signed in.
struct Visit: Sendable {
    let request: Request
    let scope: RequestScope

    var language: Language { self.scope.language }
    var query: Form { Form(encoded: self.request.uri.query ?? "") }

    /// A parameter of the route's path, decoded.
    func parameter(_ name: String) -> String { Self.decode(self.scope.parameters.get(name) ?? "") }

    var decodedPath: String { Self.decode(self.request.uri.path) }

    private static func decode(_ raw: String) -> String {
        raw.contains("%") ? Form.decode(raw.replacing("+", with: "%2B")) : raw
    }
}

/// A request of somebody who signed in. Handlers get their ``Actor`` only from here.
struct Call: Sendable {
    let visit: Visit
    let actor: Actor
    /// nil: an API token.
    let session: Session?
    /// The body, when it is a form.
    let form: Form

    var request: Request { self.visit.request }
    var language: Language { self.visit.language }
    var query: Form { self.visit.query }

    func parameter(_ name: String) -> String { self.visit.parameter(name) }

    /// `Idempotency-Key`, or the id that a page put into its form.
    var commandID: String? {
        get throws {
            guard let id = self.request.headers[.idempotencyKey] ?? self.form.filled("_id") else { return nil }
            guard (1...200).contains(id.utf8.count) else {
                throw Problem.invalid("Idempotency-Key has 1 to 200 bytes.")
            }
            return id
        }
    }

    func instanceID(_ name: String = "id") throws -> InstanceID {
        guard let id = InstanceID(self.parameter(name)) else { throw Problem.notFound("There is no such instance.") }
        return id
    }
}

extension HTTPField.Name {
    // A literal token: the force-free way round the failable initializer.
    private static func named(_ name: String) -> HTTPField.Name { HTTPField.Name(name) ?? .from }

    static let idempotencyKey = Self.named("Idempotency-Key")
    static let csrfToken = Self.named("X-CSRF-Token")
    static let fetchSite = Self.named("Sec-Fetch-Site")
    static let forwardedProto = Self.named("X-Forwarded-Proto")
    static let referrerPolicy = Self.named("Referrer-Policy")
    static let frameOptions = Self.named("X-Frame-Options")
    static let link = Self.named("Link")
}
