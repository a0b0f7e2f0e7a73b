import Postgres
import SQL
package import Statecharts
import Values

extension Orchestrator {
    /// Tasks that the actor may see: their own inbox, or what the request narrows it to.
    ///
    /// Oldest first; with closed ones, newest first. Somebody else's inbox is for administrators.
    package func tasks(_ request: TaskRequest, by actor: Actor) async throws -> Page<TaskView> {
        let limit = self.rows(request.limit)
        let cursor = try Cursor(request.cursor)
        let position: [Parameter] = [
            .timestamptz(cursor?.at.microsecondsSinceEpoch), .uuid(cursor?.instance.uuid), .text(cursor?.id),
            .int4(Int32(limit + 1)),
        ]
        let roles = try await self.inboxRoles(request.user, actor)
        let statement: Statement
        if let user = request.user, request.role == nil, request.instance == nil, !request.includesClosed {
            statement = Statement(SQL.inboxTasks, [.text(user), .texts(roles)] + position)
        } else {
            statement = Statement(
                SQL.listTasks,
                [
                    .text(request.user), .texts(roles), .text(request.role), .uuid(request.instance?.uuid),
                    .int2(request.instance?.slot), .bool(request.includesClosed), .bool(Access.isAdmin(actor)),
                    .text(actor.user), .texts(actor.roles),
                ] + position)
        }
        let views = try await self.query(statement).map { try TaskView($0) }
        return Page(views, limit: limit) { Cursor(at: $0.createdAt, instance: $0.instance, id: $0.id) }
    }

    private func inboxRoles(_ user: String?, _ actor: Actor) async throws -> [String] {
        let reader = try Access.isAdmin(actor) ? actor.user : Access.requireUser(actor)
        guard let user else { return [] }
        if user == reader { return actor.roles }
        try Access.requireAdmin(actor)
        guard let roles = try await self.roles(of: user) else {
            throw EngineError(.notFound, "There is no user “\(user)”.")
        }
        return roles
    }

    package func task(_ id: String, by actor: Actor) async throws -> TaskView {
        guard let instance = InstanceID(of: id),
            let row = try await self.query(
                Statement(SQL.findTask, [.uuid(instance.uuid), .int2(instance.slot), .text(id)])
            ).first
        else { throw EngineError(.notFound, "There is no task \(id).") }
        let task = try TaskView(row)
        guard task.isVisible(to: actor) else { throw EngineError(.forbidden, "This task is somebody else's.") }
        return task
    }
}

extension TaskView {
    /// To those who have it, could have it or had it, and to administrators.
    package func isVisible(to actor: Actor) -> Bool {
        if Access.isAdmin(actor) || self.candidateRoles.contains(where: actor.roles.contains) { return true }
        guard let user = actor.user else { return false }
        // A task for nobody in particular is for everybody.
        if self.state == "open", self.candidateRoles.isEmpty, self.candidateUsers.isEmpty { return true }
        return self.assignee == user || self.closedBy == user || self.candidateUsers.contains(user)
    }
}
