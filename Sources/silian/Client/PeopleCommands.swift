import ArgumentParser
import NIOHTTP1
import Values

struct UsersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "users", abstract: "List users, or create and change one.",
        discussion: """
            Examples:
              silian users
              silian users user1 --roles pm,tm --display "User 1"
              silian users user1 --link          a one-time sign-in link; other options are saved first
              silian users user1 --disable
            """)

    @Argument(help: "Name of one user.") var name: String?
    @Option(help: "All of the user's roles, separated by commas.") var roles: String?
    @Option(help: "Name to show.") var display: String?
    @Flag(help: "Shut the user out.") var disable = false
    @Flag(help: "Let the user in again.") var enable = false
    @Flag(help: "Print a one-time sign-in link.") var link = false
    @OptionGroup var client: ClientOptions

    mutating func validate() throws {
        if self.disable && self.enable { throw ValidationError("Say either --disable or --enable.") }
    }

    func run() async throws {
        let api = self.client.client()
        guard let name else { return try await self.list(api) }
        let path = "/api/users/\(APIClient.segment(name))"
        var body = ValueMap()
        body["roles"] = self.roles.map { .list($0.split(separator: ",").map { .string(String($0)) }) }
        body["display"] = self.display.map { .string($0) }
        if self.disable || self.enable { body["disabled"] = .bool(self.disable) }
        if !body.isEmpty || !self.link {
            let response = try await api.request(.PUT, path, body: Value.map(body).jsonBytes)
            // With a link, that is all of standard output.
            if self.link {
                Console.error("Saved \(name).")
            } else if self.client.output.json {
                try Console.json(response.body)
            } else {
                try Console.out("Saved \(name).")
            }
        }
        guard self.link else { return }
        let response = try await api.post("\(path)/link")
        try Console.out(self.client.output.json ? response.body.json : response.body["url"]?.string ?? "")
    }

    private func list(_ api: APIClient) async throws {
        let rows = try await api.get("/api/users")["items"]?.list ?? []
        if self.client.output.json { return try rows.forEach(Console.json) }
        var table = Table(header: ["USER", "NAME", "ROLES", "STATE"])
        table.rows = rows.map { row in
            [
                row["name"]?.string ?? "", row["display"]?.string ?? "", Printing.names(row["roles"]),
                row["disabled"]?.bool == true ? "disabled" : "active",
            ]
        }
        try Console.out(table.rendered())
    }
}

struct TokensCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokens", abstract: "List API tokens, create one, or revoke one.",
        discussion: """
            Examples:
              silian tokens
              silian tokens --create --user worker --label "lab importer" --days 90
              silian tokens --revoke ID
            """)

    @Flag(help: "Create a token; its secret is printed once.") var create = false
    @Option(help: "Whose token.") var user: String?
    @Option(help: "What it is for.") var label = ""
    @Option(help: "Days until it expires; never when absent.") var days: Int?
    @Option(help: "Id of a token to revoke.") var revoke: String?
    @OptionGroup var client: ClientOptions

    mutating func validate() throws {
        if self.create && self.user == nil { throw ValidationError("--create needs --user.") }
    }

    func run() async throws {
        let api = self.client.client()
        if self.create {
            var body: ValueMap = ValueMap([
                (.string("user"), .string(self.user ?? "")), (.string("label"), .string(self.label)),
            ])
            body["expiresInDays"] = self.days.map { .int(Int64($0)) }
            let response = try await api.post("/api/tokens", .map(body))
            return try Console.out(self.client.output.json ? response.body.json : response.body["secret"]?.string ?? "")
        }
        if let id = self.revoke {
            _ = try await api.request(.DELETE, "/api/tokens/\(APIClient.segment(id))")
            return try Console.out("Revoked \(id).")
        }
        let rows = try await api.get("/api/tokens")["items"]?.list ?? []
        if self.client.output.json { return try rows.forEach(Console.json) }
        guard !rows.isEmpty else { return try Console.out("No token. Create one: silian tokens --create --user NAME") }
        var table = Table(header: ["ID", "USER", "LABEL", "CREATED", "EXPIRES"])
        table.rows = rows.map { row in ["id", "user", "label", "createdAt", "expiresAt"].map { row[$0]?.string ?? "-" }
        }
        try Console.out(table.rendered())
    }
}
