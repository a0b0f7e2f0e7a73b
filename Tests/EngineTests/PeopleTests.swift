import Postgres
import Statecharts
import TestSupport
import Testing
import Values

@testable import Engine

@Suite(.migratedSchema) struct PeopleTests {
    private let admin = EngineFixture.admin

    private static func code(_ body: () async throws -> Void) async -> EngineError.Code? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? EngineError)?.code
        }
    }

    @Test func `the first user holds every role that workflows name`() async throws {
        try await EngineFixture.with { engine in
            try await engine.bootstrap(user: "root")
            try await EngineFixture.deploy(Samples.roles, on: engine)
            let secret = try await engine.createToken(user: "root", label: "", expiresInDays: nil, by: self.admin)
                .secret

            let actor = try await engine.authenticate(secret)
            #expect(actor?.user == "root")
            let roles = actor?.roles ?? []
            for role in ["admin", "pm", "expert", "director", "reader", "worker"] { #expect(roles.contains(role)) }
        }
    }

    @Test func `there is one first user only`() async throws {
        try await EngineFixture.with { engine in
            try await engine.bootstrap(user: "root")
            try await engine.bootstrap(user: "eve")
            #expect(try await engine.users(by: self.admin).map(\.name) == ["root"])
        }
    }

    @Test func `roles that are given replace those held, and nil leaves them`() async throws {
        try await EngineFixture.with { engine in
            try await engine.saveUser("bob", display: "Bob", roles: ["pm", "expert"], isDisabled: nil, by: self.admin)
            try await engine.saveUser("bob", display: nil, roles: nil, isDisabled: nil, by: self.admin)
            #expect(try await engine.roles(of: "bob") == ["expert", "pm"])
            try await engine.saveUser("bob", display: nil, roles: ["pm"], isDisabled: nil, by: self.admin)
            let bob = try await engine.users(by: Actor(user: "bob")).first
            #expect(bob?.roles == ["pm"] && bob?.display == "Bob" && bob?.isDisabled == false)
        }
    }

    @Test func `a disabled user's token is nobody's`() async throws {
        try await EngineFixture.with { engine in
            try await engine.saveUser("bob", display: nil, roles: ["pm"], isDisabled: nil, by: self.admin)
            let token = try await engine.createToken(user: "bob", label: "ci", expiresInDays: 1, by: self.admin)
            #expect(try await engine.authenticate(token.secret) == Actor(user: "bob", roles: ["pm"]))
            try await engine.saveUser("bob", display: nil, roles: nil, isDisabled: true, by: self.admin)
            #expect(try await engine.authenticate(token.secret) == nil)
        }
    }

    @Test func `a revoked token is nobody's, and only its owner or an administrator revokes it`() async throws {
        try await EngineFixture.with { engine in
            try await engine.saveUser("bob", display: nil, roles: [], isDisabled: nil, by: self.admin)
            let token = try await engine.createToken(
                user: "bob", label: "ci", expiresInDays: nil, by: Actor(user: "bob"))
            #expect(try await engine.authenticate(token.secret)?.user == "bob")
            let eve = await Self.code { try await engine.revokeToken(token.view.id, by: Actor(user: "eve")) }
            #expect(eve == .notFound)
            try await engine.revokeToken(token.view.id, by: Actor(user: "bob"))
            #expect(try await engine.authenticate(token.secret) == nil)
        }
    }

    @Test func `the database holds no secret`() async throws {
        try await EngineFixture.with { engine in
            try await engine.saveUser("bob", display: nil, roles: [], isDisabled: nil, by: self.admin)
            let secret = try await engine.createToken(user: "bob", label: "", expiresInDays: nil, by: self.admin).secret
            #expect(secret.utf8.count == 43)
            let rows = try await engine.pool.query(
                Statement("select count(*) from token where strpos(token::text, $1) > 0", [.text(secret)]))
            #expect(try rows.only.get(0, as: Int.self) == 0)
        }
    }

    @Test func `a sign-in link works once, and its session until it is signed out`() async throws {
        try await EngineFixture.with { engine in
            try await engine.bootstrap(user: "root")
            let link = try await engine.createSignInLink(user: "root")
            #expect(try await engine.authenticate(link) == nil)
            let session = try await engine.signIn(link: link)
            #expect(try await engine.authenticate(session)?.user == "root")
            #expect(await Self.code { _ = try await engine.signIn(link: link) } == .unauthorized)
            try await engine.signOut(session: session)
            #expect(try await engine.authenticate(session) == nil)
        }
    }

    @Test func `an expired link or token is of no use, and is swept away a day later`() async throws {
        try await EngineFixture.with { engine in
            try await engine.bootstrap(user: "root")
            let link = try await engine.createSignInLink(user: "root")
            let token = try await engine.createToken(user: "root", label: "", expiresInDays: 1, by: self.admin)
            _ = try await engine.pool.query(
                Statement("update token set expires_at = clock_timestamp() - interval '2 days'"))
            #expect(await Self.code { _ = try await engine.signIn(link: link) } == .unauthorized)
            #expect(try await engine.authenticate(token.secret) == nil)
            // The engine's own janitor may have been faster, so what counts is that nothing is left.
            _ = try await Janitor(pool: engine.pool, ambient: .system, logger: .silent).sweep()
            let left = try await engine.pool.query(Statement("select count(*) from token")).only
            #expect(try left.get(0, as: Int64.self) == 0)
        }
    }

    @Test(arguments: ["", "a b", "über", String(repeating: "x", count: 129), "a\0b"])
    func `a name that is none is refused`(name: String) async throws {
        try await EngineFixture.with { engine in
            let code = await Self.code {
                try await engine.saveUser(name, display: nil, roles: nil, isDisabled: nil, by: self.admin)
            }
            #expect(code == .invalid)
        }
    }

    @Test func `only administrators save users, make tokens for others and see them`() async throws {
        try await EngineFixture.with { engine in
            try await engine.saveUser("bob", display: nil, roles: [], isDisabled: nil, by: self.admin)
            try await engine.saveUser("eve", display: nil, roles: [], isDisabled: nil, by: self.admin)
            let eve = Actor(user: "eve", roles: ["pm"])
            let save = await Self.code {
                try await engine.saveUser("eve", display: nil, roles: ["admin"], isDisabled: nil, by: eve)
            }
            let token = await Self.code {
                _ = try await engine.createToken(user: "bob", label: "", expiresInDays: nil, by: eve)
            }
            #expect(save == .forbidden && token == .forbidden)
            #expect(try await engine.users(by: eve).map(\.name) == ["eve"])
            #expect(await Self.code { _ = try await engine.users(by: Actor()) } == .unauthorized)
        }
    }
}

@Suite struct SecretTests {
    @Test(arguments: [([], ""), ([0xFB], "-w"), ([0xFF, 0xFF], "__8"), ([1, 2, 3], "AQID")] as [([UInt8], String)])
    func `bytes are written in base64url without padding`(bytes: [UInt8], text: String) {
        #expect(Secret.base64URL(bytes) == text)
    }

    @Test func `an emptied cache keeps no answer that was asked for before`() {
        let cache = Authentications()
        let now = ContinuousClock.now
        let asked = cache.find([1], at: now)
        cache.empty()
        cache.keep(Actor(user: "bob"), for: [1], generation: asked.generation, at: now)
        #expect(cache.find([1], at: now).actor == nil)
    }

    @Test func `an answer is kept for some seconds`() {
        let cache = Authentications()
        let now = ContinuousClock.now
        cache.keep(Actor(user: "bob"), for: [1], generation: 0, at: now)
        #expect(cache.find([1], at: now + .seconds(4)).actor?.user == "bob")
        #expect(cache.find([1], at: now + .seconds(5)).actor == nil)
    }
}
