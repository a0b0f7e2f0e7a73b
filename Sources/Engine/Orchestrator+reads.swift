import Postgres
import SQL
package import Statecharts
import Values

/// An instance as it is read, with what its definition says.
struct ReadInstance: Sendable {
    var snapshot: Snapshot
    var compiled: Definitions.Compiled

    func mayRead(_ actor: Actor) -> Bool { Access.mayRead(self.snapshot, of: self.compiled.chart, actor) }
    func mayAdminister(_ actor: Actor) -> Bool { Access.mayAdminister(self.snapshot, of: self.compiled.chart, actor) }
}

extension Orchestrator {
    /// Parts of one instance that a view shows at most.
    private static let partRows: Int32 = 500

    package func instance(_ id: InstanceID, by actor: Actor) async throws -> InstanceView {
        let parts: [Parameter] = [.uuid(id.uuid), .int2(id.slot), .int4(Self.partRows)]
        let found = try await self.query([
            Self.reading([id]), Statement(SQL.instanceTasks, parts), Statement(SQL.instanceJobs, parts),
            Statement(SQL.instanceChildren, parts), Statement(SQL.instanceIncidents, parts),
        ])
        let instance = try await self.readable(id, in: found[0], actor)
        let snapshot = instance.snapshot
        let workflow = try await self.workflowView(snapshot.facts.workflow, version: snapshot.facts.version)
        let seesPayload = instance.mayAdminister(actor)
        let surroundings = Surroundings(now: self.ambient.now(), calendar: instance.compiled.calendar)
        return InstanceView(
            snapshot: snapshot, workflow: workflow, tasks: try found[1].map { try TaskView($0) },
            jobs: try found[2].map { row in
                var job = try JobView(row)
                if !seesPayload { job.payload = .null }
                return job
            },
            children: try found[3].map { try ChildView($0) }, incidents: try found[4].map { try IncidentView($0) },
            offers: instance.compiled.machine.offers(snapshot, to: actor, in: surroundings))
    }

    /// Oldest first; `after` is a seq.
    package func history(
        _ instance: InstanceID, after: Int64, limit: Int, by actor: Actor
    ) async throws -> [HistoryRow] {
        let rows: [Parameter] = [
            .uuid(instance.uuid), .int2(instance.slot), .int8(after), .int4(Int32(self.rows(limit))),
        ]
        let found = try await self.query([Self.reading([instance]), Statement(SQL.readHistory, rows)])
        _ = try await self.readable(instance, in: found[0], actor)
        return try found[1].map { try HistoryRow($0) }
    }

    /// Somebody who may read it, or an error.
    func readable(_ id: InstanceID, by actor: Actor) async throws -> ReadInstance {
        try await self.readable(id, in: try await self.query(Self.reading([id])), actor)
    }

    /// Somebody who may administer it, or an error.
    func requireAdministrator(of id: InstanceID, _ actor: Actor) async throws {
        if Access.isAdmin(actor) { return }
        guard try await self.readable(id, by: actor).mayAdminister(actor) else {
            throw EngineError(.forbidden, "This is for those who administer the workflow.")
        }
    }

    private func readable(_ id: InstanceID, in rows: Rows, _ actor: Actor) async throws -> ReadInstance {
        guard let row = rows.first else { throw EngineError(.notFound, "There is no instance \(id).") }
        let instance = try await self.decode(row)
        guard instance.mayRead(actor) else {
            throw EngineError(.forbidden, "You may not see instance \(id).")
        }
        return instance
    }

    /// What instances are is asked in parts of bounded size; those that cannot be read are left out.
    func eachReadable(_ ids: [InstanceID], _ body: (InstanceID, ReadInstance) throws -> Void) async throws {
        guard !ids.isEmpty else { return }
        var part: [InstanceID] = []
        var bytes = 0
        let sizes = try await self.query(Statement(SQL.measureInstances, Self.parameters(ids)))
        for (place, row) in sizes.enumerated() {
            part.append(try row.instance(0))
            bytes += try row.get(1, as: Int.self)
            guard bytes >= self.limits.readBytes || place == sizes.count - 1 else { continue }
            for row in try await self.query(Self.reading(part)) {
                let compiled = try await self.definitions.usable(try row.get(1), version: try row.get(2))
                guard let compiled, let snapshot = try? Self.snapshot(row) else { continue }
                try body(try row.instance(0), ReadInstance(snapshot: snapshot, compiled: compiled))
            }
            (part, bytes) = ([], 0)
        }
    }

    static func reading(_ ids: [InstanceID]) -> Statement {
        Statement(SQL.readInstances, Self.parameters(ids))
    }

    private static func parameters(_ ids: [InstanceID]) -> [Parameter] {
        [.uuids(ids.map(\.uuid)), .int2s(Set(ids.map(\.slot)).sorted())]
    }

    func decode(_ row: Row) async throws -> ReadInstance {
        let snapshot = try Self.snapshot(row)
        let compiled = try await self.definitions.get(try row.get(1), version: try row.get(2))
        return ReadInstance(snapshot: snapshot, compiled: compiled)
    }

    private static func snapshot(_ row: Row) throws -> Snapshot {
        try Snapshot(rest: row.get(5), context: row.json(4), active: row.get(3))
    }

    /// What a client asks for, within what a page may have.
    func rows(_ limit: Int) -> Int { min(max(1, limit), self.limits.listRows) }
}
