import Logging
import Postgres
import SQL
package import Statecharts

// Names of versions. `latest` is what instances start with when no version is asked for; a deployment of new content
// moves it there.
extension Orchestrator {
    /// Moves an alias to a version, or makes it. What runs keeps its version.
    package func setAlias(_ alias: String, of workflow: String, to version: Int, by actor: Actor) async throws {
        try Access.requireAdmin(actor)
        // A number would be taken for a version.
        guard Self.isName(alias, longest: 64, extra: "._-"), Int(alias) == nil else {
            throw EngineError(.invalid, "“\(alias)” is not an alias: letters, digits and . _ - only, at most 64.")
        }
        let rows = try await self.write(
            Statement(SQL.setAlias, [.text(workflow), .text(alias), .int4(Int32(clamping: version))]))
        guard !rows.isEmpty else {
            throw EngineError(.notFound, "There is no version \(version) of workflow \(workflow).")
        }
        if alias == Definitions.latest { self.definitions.note(latest: version, of: workflow) }
        self.logger.info(
            "an alias was moved",
            metadata: [
                "workflow": "\(workflow)", "alias": "\(alias)", "version": "\(version)", "by": "\(actor.user ?? "")",
            ])
    }

    /// Alias → version.
    package func aliases(of workflow: String, by actor: Actor) async throws -> [String: Int] {
        _ = try Access.requireUser(actor)
        var aliases: [String: Int] = [:]
        for row in try await self.query(Statement(SQL.listAliases, [.text(workflow)])) {
            aliases[try row.get(0)] = try row.get(1, as: Int.self)
        }
        return aliases
    }

    /// The version that an alias names now; a number names itself.
    package func version(_ alias: String, of workflow: String, by actor: Actor) async throws -> Int {
        if let number = Int(alias) { return number }
        guard let version = try await self.aliases(of: workflow, by: actor)[alias] else {
            throw EngineError(.notFound, "Workflow \(workflow) has no alias \(alias).")
        }
        return version
    }
}
