import Engine
import Foundation
import Statecharts

/// What a start does beside serving: the first user, the local token, the definitions, and the words on the terminal.
struct Opening: Sendable {
    static let user = "admin"

    var orchestrator: Orchestrator
    var directory: DataDirectory
    var publicURL: String?

    func prepare(workflows folders: [String]) async throws {
        try await self.orchestrator.bootstrap(user: Self.user)
        let actor = Actor(user: Self.user, roles: ["admin"])
        let files =
            try folders.isEmpty
            ? []
            : DefinitionFiles.find(folders).map { path in
                DefinitionFile(name: path, text: try DefinitionFiles.text(path))
            }
        for deployment in try await self.deploy(files, by: actor) {
            let note = deployment.isNew ? "deployed" : "unchanged"
            Console.error("Workflow \(deployment.workflow) version \(deployment.version): \(note)")
        }
        try await self.renewToken(by: actor)
    }

    private func deploy(_ files: [DefinitionFile], by actor: Actor) async throws -> [Deployment] {
        do {
            return try await self.orchestrator.deploy(files, by: actor)
        } catch let error as EngineError where !error.diagnostics.isEmpty {
            let mistakes = error.diagnostics.filter { $0.severity == .error }
            let shown = mistakes.map { mistake in
                let text = files.first { $0.name == mistake.file }?.text ?? ""
                return mistake.rendered(in: text, language: Language.chosen(nil).rawValue)
            }
            let names = Set(mistakes.map(\.file)).sorted().joined(separator: ", ")
            throw Failure.refused("\(names) cannot be deployed.\n\n" + shown.joined(separator: "\n\n"))
        }
    }

    /// Of the token for the command line on this machine: other servers of the database have theirs.
    private var label: String {
        let place = "\(ProcessInfo.processInfo.hostName):\(URL(fileURLWithPath: self.directory.path).path)"
        // Of a long path the end tells more.
        return "local command line, " + String(decoding: place.utf8.suffix(160), as: UTF8.self)
    }

    /// The command line on this machine signs in with a token file that only this user can read; each start makes a new one.
    private func renewToken(by actor: Actor) async throws {
        do {
            // A server with a cluster of its own has made it already.
            try FileManager.default.createDirectory(
                atPath: self.directory.path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        } catch {
            Console.error("\(self.directory.path) cannot be made: the command line here needs a SILIAN_TOKEN.")
            return
        }
        let label = self.label
        for token in try await self.orchestrator.tokens(by: actor) where token.label == label {
            try await self.orchestrator.revokeToken(token.id, by: actor)
        }
        let token = try await self.orchestrator.createToken(
            user: Self.user, label: label, expiresInDays: nil, by: actor)
        try self.directory.write(secret: token.secret, to: self.directory.tokenFile)
    }

    func announce(host: String, port: Int) async {
        let shown = host == "0.0.0.0" || host == "::" ? "127.0.0.1" : host
        let address = self.publicURL ?? "http://\(shown.contains(":") ? "[\(shown)]" : shown):\(port)"
        Self.say("\nSilian is running at \(address)")
        do {
            let secret = try await self.orchestrator.createSignInLink(user: Self.user)
            Self.say("Sign in as \(Self.user), once, within 15 minutes: \(address)/sign-in/\(secret)")
        } catch {
            Console.error("No sign-in link could be made: \(error). Make one with: silian users \(Self.user) --link")
        }
        Self.say("Command line: silian show, silian tasks, … Ctrl-C stops the server.\n")
    }

    /// A server goes on, whether or not somebody reads what it says.
    private static func say(_ text: String) { try? Console.out(text) }
}
