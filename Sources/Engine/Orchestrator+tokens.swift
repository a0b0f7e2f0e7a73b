import Postgres
import SQL
package import Statecharts
import Values

extension Orchestrator {
    /// One's own; administrators see all.
    package func tokens(by actor: Actor) async throws -> [TokenView] {
        let only = Access.isAdmin(actor) ? nil : try Access.requireUser(actor)
        let rows = try await self.query(Statement(SQL.listTokens, [.text(only)]))
        return try rows.map { row in
            let (id, user, label, createdAt, expiresAt) = try row.decode(
                String.self, String.self, String.self, Int64.self, Int64?.self)
            return TokenView(
                id: id, user: user, label: label, createdAt: Timestamp(microsecondsSinceEpoch: createdAt),
                expiresAt: expiresAt.map(Timestamp.init(microsecondsSinceEpoch:)))
        }
    }

    /// The secret is shown once.
    package func createToken(
        user: String, label: String, expiresInDays: Int?, by actor: Actor
    ) async throws -> (view: TokenView, secret: String) {
        if actor.user != user { try Access.requireAdmin(actor) }
        guard label.utf8.count <= 200, !label.utf8.contains(0) else {
            throw EngineError(.invalid, "The label is too long: at most 200 bytes.")
        }
        if let days = expiresInDays, !(1...SecretLifetime.tokenDays).contains(days) {
            throw EngineError(.invalid, "A token lives from 1 to \(SecretLifetime.tokenDays) days.")
        }
        let lifetime = expiresInDays.map { Duration.seconds($0 * 86_400) }
        return try await self.createSecret("api", user: user, label: label, lifetime: lifetime)
    }

    package func revokeToken(_ id: String, by actor: Actor) async throws {
        let owner = Access.isAdmin(actor) ? nil : try Access.requireUser(actor)
        let rows = try await self.write(Statement(SQL.revokeToken, [.text(id), .text(owner)]))
        guard !rows.isEmpty else { throw EngineError(.notFound, "There is no such token.") }
        self.authentications.empty()
    }

    /// A one-time sign-in secret, valid for some minutes.
    package func createSignInLink(user: String) async throws -> String {
        try await self.createSecret("link", user: user, label: "", lifetime: SecretLifetime.link).secret
    }

    /// Trades a sign-in secret for a session secret, once.
    package func signIn(link secret: String) async throws -> String {
        let session = Secret()
        let rows = try await self.write(
            Statement(
                SQL.signIn,
                [
                    .bytea(Secret.hash(secret)), .bytea(session.hash), .text(Secret.identifier()),
                    .float8(SecretLifetime.session.seconds),
                ]))
        guard !rows.isEmpty else {
            throw EngineError(.unauthorized, "This sign-in link is used, too old or unknown. Ask for another one.")
        }
        return session.text
    }

    package func signOut(session secret: String) async throws {
        _ = try await self.write(Statement(SQL.signOut, [.bytea(Secret.hash(secret))]))
        self.authentications.empty()
    }

    /// Whom an API token or session secret belongs to, roles included; nil: nobody. Cached for seconds.
    package func authenticate(_ secret: String) async throws -> Actor? {
        // Ours have 43 characters: nothing else is worth a query.
        guard secret.utf8.count == 43 else { return nil }
        let hash = Secret.hash(secret)
        let known = self.authentications.find(hash, at: .now)
        if let actor = known.actor { return actor }
        let rows = try await self.query(Statement(SQL.authenticate, [.bytea(hash)]))
        guard let row = rows.first else { return nil }
        let (user, roles) = try row.decode(String.self, [String].self)
        let actor = Actor(user: user, roles: roles)
        self.authentications.keep(actor, for: hash, generation: known.generation, at: .now)
        return actor
    }

    private func createSecret(
        _ kind: String, user: String, label: String, lifetime: Duration?
    ) async throws -> (view: TokenView, secret: String) {
        let secret = Secret()
        let id = Secret.identifier()
        let rows = try await self.write(
            Statement(
                SQL.createToken,
                [
                    .bytea(secret.hash), .text(id), .text(kind), .text(user), .text(label), .float8(lifetime?.seconds),
                ]))
        guard let row = rows.first else {
            throw EngineError(.notFound, "There is no user “\(user)”, or they are disabled.")
        }
        let (createdAt, expiresAt) = try row.decode(Int64.self, Int64?.self)
        let view = TokenView(
            id: id, user: user, label: label, createdAt: Timestamp(microsecondsSinceEpoch: createdAt),
            expiresAt: expiresAt.map(Timestamp.init(microsecondsSinceEpoch:)))
        return (view, secret.text)
    }
}
