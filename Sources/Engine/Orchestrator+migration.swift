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
        let event = try self.migration(to: to, map: map, by: actor)
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
        var part: [InstanceID] = []
        var bytes = 0
        for (place, row) in rows.prefix(limit).enumerated() {
            part.append(InstanceID(try row.get(0, as: PostgresUUID.self)))
            bytes += try row.get(1, as: Int.self)
            guard bytes >= self.limits.readBytes || place == min(limit, rows.count) - 1 else { continue }
            plans += try await self.plans(part, event, from: from, to: target)
            (part, bytes) = ([], 0)
        }
        return Page(rows: plans, next: rows.count > limit ? plans.last?.id.description : nil)
    }

    /// In the order of `ids`. What cannot be read is an error of that instance.
    private func plans(
        _ ids: [InstanceID], _ event: Event, from version: Int, to target: Definitions.Compiled
    ) async throws -> [InstancePlan] {
        var plans: [InstanceID: InstancePlan] = [:]
        for row in try await self.query(Self.reading(ids)) {
            let id = InstanceID(try row.get(0, as: PostgresUUID.self))
            do {
                plans[id] = self.plan(id, try await self.decode(row), event, to: target)
            } catch let error as EngineError {
                throw error
            } catch {
                plans[id] = InstancePlan(unreadable: id, from: version, to: target.version, "\(error)")
            }
        }
        return ids.compactMap { plans[$0] }
    }

    /// What the migration of one instance would do. Changes nothing.
    package func plan(
        _ instance: InstanceID, to version: Int, map: [String: String], by actor: Actor
    ) async throws -> InstancePlan {
        let event = try self.migration(to: version, map: map, by: actor)
        let found = try await self.readable(instance, by: actor)
        let target = try await self.definitions.get(found.snapshot.facts.workflow, version: version)
        return self.plan(instance, found, event, to: target)
    }

    private func plan(
        _ id: InstanceID, _ found: ReadInstance, _ event: Event, to target: Definitions.Compiled
    ) -> InstancePlan {
        let surroundings = Surroundings(now: self.ambient.now(), calendar: target.calendar)
        let plan = target.machine.plan(found.snapshot, event, from: found.compiled.machine, in: surroundings)
        return InstancePlan(id: id, seq: found.snapshot.seq, plan: plan)
    }

    /// Moves one instance, in one transaction: planned again under its lock, and refused when the plan has errors.
    package func migrate(
        _ instance: InstanceID, to version: Int, map: [String: String], ifSeq: Int64?, id: String? = nil,
        by actor: Actor
    ) async throws -> Answer {
        guard version > 0 else { throw EngineError(.notFound, "There is no version \(version).") }
        let event = try self.migration(to: version, map: map, by: actor)
        return try await self.submit(
            Command(instance: instance, action: .event(event, ifSeq: ifSeq), by: actor, id: id))
    }

    private func migration(to version: Int, map: [String: String], by actor: Actor) throws(EngineError) -> Event {
        guard map.count <= Self.mapEntries else {
            throw EngineError(.tooLarge, "A map has at most \(Self.mapEntries) states.")
        }
        let event = Machine.migration(to: version, map: map, by: actor)
        try self.check(event.data)
        return event
    }
}

/// What migrating one instance would do.
package struct InstancePlan: Sendable {
    package var id: InstanceID
    /// The plan is of the instance at this seq; 0: it cannot be read.
    package var seq: Int64
    package var plan: MigrationPlan
}

extension InstancePlan {
    fileprivate init(unreadable id: InstanceID, from: Int, to: Int, _ reason: String) {
        var plan = MigrationPlan(from: from, to: to, active: [])
        plan.findings.append(
            MigrationPlan.Finding(
                severity: .error, code: "unreadable", subject: id.description,
                en: "its stored state cannot be read: \(reason)", zh: "无法读取实例的存储状态：\(reason)"))
        self.init(id: id, seq: 0, plan: plan)
    }
}
