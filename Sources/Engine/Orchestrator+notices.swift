import Postgres
import SQL
package import Statecharts
import Values

extension Orchestrator {
    /// The actor's newest messages.
    package func notices(limit: Int, by actor: Actor) async throws -> [NoticeView] {
        let user = try Access.requireUser(actor)
        let rows = try await self.query(
            Statement(SQL.listNotices, [.text(user), .texts(actor.roles), .int4(Int32(self.rows(limit)))]))
        return try rows.map { try NoticeView($0) }
    }

    package func markRead(notice: String, by actor: Actor) async throws {
        let user = try Access.requireUser(actor)
        guard let instance = InstanceID(of: notice),
            try await self.write(
                Statement(
                    SQL.markNoticeRead,
                    [
                        .text(user), .texts(actor.roles), .uuid(instance.uuid), .int2(instance.slot), .text(notice),
                    ])
            ).only.get(0, as: Bool.self)
        else { throw EngineError(.notFound, "There is no message \(notice) for you.") }
    }
}
