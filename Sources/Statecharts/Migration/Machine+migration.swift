import Values

// Moving instances to another version. A migration is an event like others: `admin.migrate`, whose data names the version
// and maps the states that neither path nor `renamedFrom` finds. So a history with a migration replays: with the old
// chart before it, with the new one from it on.
extension Machine {
    /// The event that moves an instance to this machine's version.
    ///
    /// `map`: paths of the old version → paths of the new one; an empty path means that the state ends here.
    public static func migration(to version: Int, map: [String: String] = [:], by actor: Actor = Actor()) -> Event {
        var data = ValueMap()
        if !map.isEmpty { data["map"] = .map(ValueMap(map.map { (.string($0.key), .string($0.value)) })) }
        data["version"] = .int(Int64(version))
        return Event("admin.migrate", data: .map(data), origin: .administration, by: actor)
    }

    /// The version that an `admin.migrate` names; nil: it names none.
    public static func version(of migration: Event) -> Int? {
        guard migration.origin == .administration, migration.type == "admin.migrate",
            let version = migration.data["version"]?.int, version > 0
        else { return nil }
        return Int(exactly: version)
    }

    /// The step of a migration to this machine's version, from the one that ran the instance so far. Refused when its
    /// plan has errors.
    public func migrate(
        _ snapshot: Snapshot, _ event: Event, from old: Machine, in surroundings: Surroundings
    ) -> Step {
        self.migration(of: snapshot, event, from: old, in: surroundings).step
    }

    /// What ``migrate(_:_:from:in:)`` would do, all that follows at once included. Changes nothing.
    public func plan(
        _ snapshot: Snapshot, _ event: Event, from old: Machine, in surroundings: Surroundings
    ) -> MigrationPlan {
        self.migration(of: snapshot, event, from: old, in: surroundings).plan
    }

    private func migration(
        of snapshot: Snapshot, _ event: Event, from old: Machine, in surroundings: Surroundings
    ) -> (step: Step, plan: MigrationPlan) {
        var migration = Migration(of: snapshot, event, from: old.index, to: self.index, in: surroundings)
        let step = migration.run()
        return (step, migration.plan)
    }
}

extension Event {
    /// The map of an `admin.migrate`; nil: the data is none.
    var migrationMap: [String: String]? {
        guard let written = self.data["map"], !written.isNull else { return [:] }
        guard let entries = written.map?.entries else { return nil }
        var map: [String: String] = [:]
        for entry in entries {
            guard case .string(let source) = entry.key else { return nil }
            switch entry.value {
            case .string(let target): map[source] = target
            case .null: map[source] = ""
            default: return nil
            }
        }
        return map
    }
}
