import Postgres
import SQL
package import Statecharts
import Values

// Moving running instances to another version of their workflow.
extension Orchestrator {
    /// States that a map names at most.
    private static let mapEntries = 2_000

    /// What a migration of the running instances of one version would do, by id. Changes nothing.
    package func plan(
        _ workflow: String, from: Int, to: Int, map: [String: String], limit: Int, cursor: String?, by actor: Actor
    ) async throws -> Page<InstancePlan> {
        try Access.requireAdmin(actor)
        try self.check(map)
        _ = try await self.definitions.get(workflow, version: from)
        let target = try await self.definitions.get(workflow, version: to)
        let after = cursor.flatMap { InstanceID($0) }
        if cursor != nil, after == nil { throw EngineError(.invalid, "The cursor is not one of this list.") }
        let limit = self.rows(limit)
        let rows = try await self.query(
            Statement(
                SQL.planInstances,
                [.text(workflow), .int4(Int32(clamping: from)), .uuid(after?.uuid), .int4(Int32(limit + 1))]))
        var plans: [InstancePlan] = []
        for row in rows {
            let id = InstanceID(try row.get(0, as: PostgresUUID.self))
            plans.append(self.plan(id, try await self.decode(row), to: target, map: map, by: actor))
        }
        let next = plans.count > limit ? plans[limit - 1].id.description : nil
        return Page(rows: Array(plans.prefix(limit)), next: next)
    }

    /// What the migration of one instance would do. Changes nothing.
    package func plan(
        _ instance: InstanceID, to version: Int, map: [String: String], by actor: Actor
    ) async throws -> InstancePlan {
        try self.check(map)
        let found = try await self.readable(instance, by: actor)
        let target = try await self.definitions.get(found.snapshot.facts.workflow, version: version)
        return self.plan(instance, found, to: target, map: map, by: actor)
    }

    private func plan(
        _ id: InstanceID, _ found: ReadInstance, to target: Definitions.Compiled, map: [String: String],
        by actor: Actor
    ) -> InstancePlan {
        let event = Machine.migration(to: target.version, map: map, by: actor)
        let surroundings = Surroundings(now: self.ambient.now(), calendar: target.calendar)
        let plan = target.machine.plan(found.snapshot, event, from: found.compiled.machine, in: surroundings)
        return InstancePlan(id: id, seq: found.snapshot.seq, plan: plan)
    }

    /// Moves one instance, in one transaction: planned again under its lock, and refused when the plan has errors.
    package func migrate(
        _ instance: InstanceID, to version: Int, map: [String: String], ifSeq: Int64?, by actor: Actor
    ) async throws -> Answer {
        try self.check(map)
        guard version > 0 else { throw EngineError(.notFound, "There is no version \(version).") }
        let event = Machine.migration(to: version, map: map, by: actor)
        return try await self.submit(
            Command(instance: instance, action: .event(event, ifSeq: ifSeq), by: actor))
    }

    private func check(_ map: [String: String]) throws(EngineError) {
        guard map.count <= Self.mapEntries else {
            throw EngineError(.tooLarge, "A map has at most \(Self.mapEntries) states.")
        }
    }
}

/// What migrating one instance would do.
package struct InstancePlan: Sendable {
    package var id: InstanceID
    /// The plan is of the instance at this seq.
    package var seq: Int64
    package var plan: MigrationPlan
}
