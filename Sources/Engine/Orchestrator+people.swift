import Postgres
import SQL
package import Statecharts
import Values

/// How long secrets live.
enum SecretLifetime {
    static let link = Duration.seconds(15 * 60)
    static let session = Duration.seconds(30 * 24 * 3600)
    /// What a token may be given at most.
    static let tokenDays = 3650
}

extension Orchestrator {
    /// Administrators see everybody, others themselves.
    package func users(by actor: Actor) async throws -> [UserView] {
        let only = Access.isAdmin(actor) ? nil : try Access.requireUser(actor)
        return try await self.users(named: only)
    }

    private func users(named name: String?) async throws -> [UserView] {
        let rows = try await self.query(Statement(SQL.listUsers, [.text(name)]))
        return try rows.map { row in
            let (name, display, isDisabled, roles) = try row.decode(String.self, String.self, Bool.self, [String].self)
            return UserView(name: name, display: display, roles: roles, isDisabled: isDisabled)
        }
    }

    /// The roles somebody holds; nil: no such user.
    func roles(of user: String) async throws -> [String]? {
        try await self.users(named: user).first?.roles
    }

    /// Work is given to people who can sign in.
    func requireEnabled(_ user: String) async throws {
        func refusal(_ en: String, _ zh: String) -> EngineError {
            EngineError(
                .invalid, "“\(user)” cannot be given work.", fields: [.init(pointer: "/user", en: en, zh: zh)])
        }
        guard let found = try await self.users(named: user).first else {
            throw refusal("there is no user “\(user)”", "没有用户“\(user)”")
        }
        if found.isDisabled { throw refusal("user “\(user)” is disabled", "用户“\(user)”已停用") }
    }

    /// Creates or changes a user; what is nil stays as it is, roles that are given replace those held.
    package func saveUser(
        _ name: String, display: String?, roles: [String]?, isDisabled: Bool?, by actor: Actor
    ) async throws {
        try Access.requireAdmin(actor)
        var errors: [Refusal.FieldError] = []
        if !Self.isName(name, longest: 128, extra: "._@-") {
            errors.append(
                .init(
                    pointer: "/name", en: "Letters, digits and . _ @ - only, at most 128",
                    zh: "只能含字母、数字和 . _ @ -，最长 128"))
        }
        for role in roles ?? [] where !Self.isName(role, longest: 64, extra: "._-") {
            errors.append(
                .init(
                    pointer: "/roles", en: "\(role): letters, digits and . _ - only, at most 64",
                    zh: "\(role)：只能含字母、数字和 . _ -，最长 64"))
        }
        if let display, display.utf8.count > 1024 || display.utf8.contains(0) {
            errors.append(.init(pointer: "/display", en: "At most 1024 bytes", zh: "最长 1024 字节"))
        }
        guard errors.isEmpty else { throw EngineError(.invalid, "This user cannot be saved.", fields: errors) }
        if isDisabled == true, actor.user == name {
            throw EngineError(.refused, "Nobody can disable themselves.")
        }
        var statements = [
            Statement(SQL.saveUser, [.text(name), .text(display), .bool(isDisabled)])
        ]
        if let roles {
            statements.append(Statement(SQL.saveRoles, [.texts(roles)]))
            statements.append(Statement(SQL.takeRoles, [.text(name), .texts(roles)]))
            statements.append(Statement(SQL.giveRoles, [.text(name), .texts(roles)]))
        }
        try await self.transact(statements)
        self.authentications.empty()
    }

    /// Creates the bootstrap user if there is none; it holds every role that deployed workflows name.
    package func bootstrap(user: String) async throws {
        guard Self.isName(user, longest: 128, extra: "._@-") else {
            throw EngineError(.invalid, "“\(user)” is not a name: letters, digits and . _ @ - only, at most 128.")
        }
        try await self.transact([
            Statement(SQL.saveRoles, [.texts([Access.adminRole, Access.workerRole])]),
            Statement(SQL.bootstrapUser, [.text(user)]),
        ])
        self.authentications.empty()
    }

    static func isName(_ text: String, longest: Int, extra: String) -> Bool {
        let bytes = text.utf8
        guard !bytes.isEmpty, bytes.count <= longest else { return false }
        return bytes.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: extra.utf8.contains(byte)
            }
        }
    }
}
