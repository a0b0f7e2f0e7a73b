import Postgres
import SQL
import Statecharts
import Values

extension Orchestrator {
    private static let verifyRows: Int32 = 1_000

    /// Replays the history and compares. What is written meanwhile is read to its end.
    package func verify(_ instance: InstanceID) async throws -> Verification {
        let keys: [Parameter] = [.int2s([instance.slot]), .uuid(instance.uuid)]
        guard let row = try await self.query(Statement(SQL.verifyInstance, keys)).first else {
            throw EngineError(.notFound, "There is no instance \(instance).")
        }
        let stored = try StoredInstance(verifying: row, id: instance)
        let snapshot = try stored.decoded()
        let first = snapshot.facts.startVersion ?? stored.version
        let compiled = try await self.definitions.get(stored.workflow, version: first)
        var verifier = Verifier(
            instance, compiled, stored: snapshot, calendars: try await self.calendars())
        var after: Int64 = 0
        while after < snapshot.seq {
            let rows = try await self.query(
                Statement(
                    SQL.verifyHistory, keys + [.int8(after), .int8(snapshot.seq), .int4(Self.verifyRows)]))
            guard !rows.isEmpty else { break }
            for row in rows {
                let entry = try HistoryEntry(row, of: instance)
                if let version = entry.migratesTo {
                    verifier.target = try await self.target(stored.workflow, version)
                }
                if let difference = verifier.check(entry) {
                    return Verification(instance: instance, rows: verifier.rows, difference: difference)
                }
                after = entry.seq
            }
        }
        return Verification(
            instance: instance, rows: verifier.rows,
            difference: verifier.compare(with: snapshot, hash: stored.hash))
    }

    /// What a row migrates to; nil: there is no such version, which is a difference. What cannot be loaded is none.
    private func target(_ workflow: String, _ version: Int) async throws -> Definitions.Compiled? {
        do {
            return try await self.definitions.get(workflow, version: version)
        } catch let error as EngineError where error.code == .notFound {
            return nil
        }
    }

    /// Ids in ascending order, for `verify --all`.
    package func instances(after: InstanceID?, limit: Int) async throws -> [InstanceID] {
        let rows = try await self.query(
            Statement(SQL.instanceIds, [.uuid(after?.uuid), .int4(Int32(clamping: limit))]))
        return try rows.map { InstanceID(try $0.get(0, as: PostgresUUID.self)) }
    }

    private func calendars() async throws -> [[UInt8]: WorkCalendar] {
        var calendars: [[UInt8]: WorkCalendar] = [:]
        for row in try await self.query(Statement(SQL.calendars)) {
            let (name, data, hash) = try row.decode(String.self, [UInt8].self, [UInt8].self)
            calendars[hash] = WorkCalendar(name: name, data: try Value(json: data))
        }
        return calendars
    }
}

extension StoredInstance {
    fileprivate init(verifying row: Row, id: InstanceID) throws {
        self.init(
            id: id, workflow: try row.get(1), version: try row.get(2), depth: try row.get(3), states: try row.get(4),
            context: try row.get(5), snapshot: try row.get(6), hash: try row.get(7))
    }
}

extension HistoryEntry {
    fileprivate init(_ row: Row, of instance: InstanceID) throws {
        self.init(
            instance: instance, seq: try row.get(0), event: try row.get(1), origin: try row.get(2),
            reference: try row.get(3), data: try row.get(4), at: Timestamp(microsecondsSinceEpoch: try row.get(5)),
            actor: try row.get(6), isTaken: try row.get(7, as: String.self) == "taken", transitions: try row.get(8),
            states: try row.get(9), status: try row.get(10), calendar: try row.get(11), semantics: try row.get(12),
            command: try row.get(13), request: try row.get(14), snapshot: try row.get(15), hash: try row.get(16))
    }
}
