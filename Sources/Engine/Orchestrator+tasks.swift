import Postgres
import SQL
package import Statecharts
package import Values

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

    /// One task with what its instance knows about it: for those who see it in a list, have a seat in its vote, or may
    /// read the instance.
    package func task(_ id: String, by actor: Actor) async throws -> TaskView {
        guard let instance = InstanceID(of: id) else { throw EngineError(.notFound, "There is no task \(id).") }
        let found = try await self.query([
            Statement(SQL.findTask, [.uuid(instance.uuid), .int2(instance.slot), .text(id)]), Self.reading([instance]),
        ])
        guard let row = found[0].first, let holder = found[1].first else {
            throw EngineError(.notFound, "There is no task \(id).")
        }
        var task = try TaskView(row)
        let read = try await self.decode(holder)
        if let open = read.snapshot.invocations.first(where: { $0.id == id }) {
            task.open = TaskView.Open(open, of: read, for: actor)
        }
        guard task.isVisible(to: actor) || read.mayRead(actor) else {
            throw EngineError(.forbidden, "This task is somebody else's.")
        }
        return task
    }

    /// What is in the actor's own inbox; of each kind a thousand count at most.
    package func inboxCount(by actor: Actor) async throws -> InboxCount {
        let user = try Access.requireUser(actor)
        let now = Parameter.timestamptz(self.ambient.now().microsecondsSinceEpoch)
        let row = try await self.query(
            Statement(SQL.countInbox, [.text(user), .texts(actor.roles), now, .int4(1_000)])
        ).first
        guard let (open, overdue) = try row?.decode(Int.self, Int.self) else { return InboxCount(open: 0, overdue: 0) }
        return InboxCount(open: open, overdue: overdue)
    }

    /// The earliest planned end of an active state or open task, of those instances that the actor may read.
    package func dueDates(of instances: [InstanceID], by actor: Actor) async throws -> [InstanceID: Timestamp] {
        var dates: [InstanceID: Timestamp] = [:]
        try await self.eachReadable(instances) { id, read in
            if read.mayRead(actor) { dates[id] = read.snapshot.earliestDue }
        }
        return dates
    }
}

extension TaskView.Open {
    fileprivate init(_ open: Snapshot.OpenInvocation, of instance: ReadInstance, for reader: Actor) {
        if case .task(let task) = open.kind { self.owner = task.owner }
        self.remindAt = instance.snapshot.timers.filter { $0.reminds(of: open.id) }.map(\.due).min()
        self.vote = VoteView(open, of: instance, for: reader)
        self.mayAdminister = instance.mayAdminister(reader)
    }
}

extension Snapshot {
    fileprivate var earliestDue: Timestamp? {
        let tasks = self.invocations.compactMap { open in
            if case .task(let task) = open.kind { task.dueAt } else { nil }
        }
        return (tasks + self.due.values).min()
    }
}

extension Snapshot.OpenTimer {
    fileprivate func reminds(of task: String) -> Bool {
        guard case .task(let invocation) = self.kind else { return false }
        return invocation == task && self.event.hasPrefix("remind.")
    }
}

extension TaskView {
    /// To those who have it, could have it or had it, and to administrators.
    package func isVisible(to actor: Actor) -> Bool {
        if Access.isAdmin(actor) || self.candidateRoles.contains(where: actor.roles.contains) { return true }
        guard let user = actor.user else { return false }
        // A task for nobody in particular is for everybody.
        if self.state == "open", self.candidateRoles.isEmpty, self.candidateUsers.isEmpty { return true }
        let hasSeat = self.open?.vote?.members.contains { $0.user == user || $0.owner == user } ?? false
        return hasSeat || self.assignee == user || self.closedBy == user || self.candidateUsers.contains(user)
    }
}
