import Postgres
import SQL
package import Statecharts
import Values

extension Orchestrator {
    /// What is stuck, newest first: of workflows that the actor administers by role.
    package func incidents(limit: Int, cursor: String?, by actor: Actor) async throws -> Page<IncidentView> {
        let limit = self.rows(limit)
        let after = try Cursor(cursor)
        let isAdmin = Access.isAdmin(actor)
        let administered = isAdmin ? [] : try await self.administered(by: actor)
        guard isAdmin || !administered.isEmpty else { return Page(rows: []) }
        let rows = try await self.query(
            Statement(
                SQL.listIncidents,
                [
                    .bool(isAdmin), .texts(administered.map(\.workflow)),
                    .int4s(administered.map { Int32(clamping: $0.version) }),
                    .timestamptz(after?.at.microsecondsSinceEpoch), .uuid(after?.instance.uuid), .text(after?.id),
                    .int4(Int32(limit + 1)),
                ]))
        return Page(try rows.map { try IncidentView($0) }, limit: limit) {
            Cursor(at: $0.openedAt, instance: $0.instance, id: $0.id)
        }
    }

    private func administered(by actor: Actor) async throws -> [Definitions.Version] {
        guard !actor.roles.isEmpty else { return [] }
        var versions: [Definitions.Version] = []
        for row in try await self.query(Statement(SQL.listVersions, [.text(nil)])) {
            let (workflow, version) = try row.decode(String.self, Int.self)
            let people = try await self.definitions.usable(workflow, version: version)?.chart.access.admin
            if people?.roles.contains(where: actor.roles.contains) == true {
                versions.append(Definitions.Version(workflow: workflow, version: version))
            }
        }
        return versions
    }
}
