import Engine
import Hummingbird
import Statecharts
import Values

/// `/api/me`, `/api/users`, `/api/tokens`, `/api/notices`
struct PeopleAPI: Sendable {
    let orchestrator: Orchestrator
    /// Without a slash at its end.
    let publicURL: String?

    private static let bodyLimit = 65_536

    func me(_ call: Call) async throws -> Response {
        .json(Value.object([("user", .orNull(call.actor.user)), ("roles", .strings(call.actor.roles))]))
    }

    func users(_ call: Call) async throws -> Response {
        .items(try await self.orchestrator.users(by: call.actor).map(\.json))
    }

    func saveUser(_ call: Call) async throws -> Response {
        let body = try await call.request.object(upTo: Self.bodyLimit, keys: ["display", "roles", "disabled"])
        try await self.orchestrator.saveUser(
            call.parameter("name"), display: body.optionalString("display"), roles: body.optionalStrings("roles"),
            isDisabled: body.optionalBool("disabled"), by: call.actor)
        return .noContent()
    }

    /// A one-time address to sign in with; for oneself, or for others by an administrator.
    func createSignInLink(_ call: Call) async throws -> Response {
        let user = call.parameter("name")
        guard call.actor.user == user || call.actor.roles.contains("admin") else {
            throw Problem.forbidden("Only an administrator makes links for others.")
        }
        let secret = try await self.orchestrator.createSignInLink(user: user)
        let base = self.publicURL ?? "http://\(call.request.head.authority ?? "127.0.0.1")"
        return .json(Value.object([("url", .string("\(base)/sign-in/\(Form.encode(secret))"))]), status: .created)
    }

    func tokens(_ call: Call) async throws -> Response {
        .items(try await self.orchestrator.tokens(by: call.actor).map(\.json))
    }

    func createToken(_ call: Call) async throws -> Response {
        let body = try await call.request.object(upTo: Self.bodyLimit, keys: ["user", "label", "expiresInDays"])
        guard let user = try body.optionalString("user") ?? call.actor.user else {
            throw Problem.invalid("Name a user.")
        }
        let token = try await self.orchestrator.createToken(
            user: user, label: body.string("label"), expiresInDays: body.optionalInt("expiresInDays"),
            by: call.actor)
        guard case .map(var members) = token.view.json else { return .json(token.view.json) }
        members["secret"] = .string(token.secret)
        return .json(.map(members), status: .created)
    }

    func revokeToken(_ call: Call) async throws -> Response {
        try await self.orchestrator.revokeToken(call.parameter("id"), by: call.actor)
        return .noContent()
    }

    func notices(_ call: Call) async throws -> Response {
        let notices = try await self.orchestrator.notices(limit: call.limit(), by: call.actor)
        return .items(notices.map(\.json))
    }

    func readNotice(_ call: Call) async throws -> Response {
        try await self.orchestrator.markRead(notice: call.parameter("id"), by: call.actor)
        return .noContent()
    }
}

extension UserView {
    var json: Value {
        Value.object([
            ("name", .string(self.name)),
            ("display", .string(self.display)),
            ("roles", .strings(self.roles)),
            ("disabled", .bool(self.isDisabled)),
        ])
    }
}

extension TokenView {
    var json: Value {
        Value.object([
            ("id", .string(self.id)),
            ("user", .string(self.user)),
            ("label", .string(self.label)),
            ("createdAt", .string(self.createdAt.rfc3339)),
            ("expiresAt", .orNull(self.expiresAt)),
        ])
    }
}

extension NoticeView {
    var json: Value {
        Value.object([
            ("id", .string(self.id)),
            ("instance", .string(self.instance.description)),
            ("subject", .texts(self.subject)),
            ("body", .texts(self.body)),
            ("link", .texts(self.link)),
            ("at", .string(self.at.rfc3339)),
            ("read", .bool(self.isRead)),
        ])
    }
}
