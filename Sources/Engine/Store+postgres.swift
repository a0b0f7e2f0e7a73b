import Postgres
import SQL
import Statecharts
import Values

extension Store {
    /// Two round trips a batch: begin, lock and load; write and commit.
    static func postgres(pool: Pool, limits: Limits) -> Store {
        let timeout = Duration.seconds(limits.batchSeconds)
        return Store(
            execute: { (request, decide) async throws(StoreError) in
                try await StoreError.catching {
                    try await pool.withConnection { connection in
                        try await Self.execute(request, decide, on: connection, limits: limits, timeout: timeout)
                    }
                }
            },
            isCommitted: { (batch, instance) async throws(StoreError) in
                try await StoreError.catching {
                    let slots = Parameter.int2s([instance.slot])
                    let rows = try await pool.pipeline(
                        [
                            .begin, Statement(SQL.lockInstance, [slots, .uuid(instance.uuid)]),
                            Statement(SQL.findBatch, [slots, .uuid(instance.uuid), .uuid(batch.uuid)]), .commit,
                        ], timeout: timeout)
                    return try rows[2].only.get(0)
                }
            },
            queueHeads: { (topics) async throws(StoreError) in
                try await StoreError.catching { try await Self.queueHeads(topics, pool) }
            },
            definition: { workflow, version in
                let rows = try await pool.query(
                    Statement(SQL.loadDefinition, [.text(workflow), .int4(Int32(clamping: version))]))
                guard let row = rows.first else { return nil }
                return Definitions.Source(workflow: workflow, version: version, text: try row.get(0))
            },
            alias: { workflow, alias in
                try await pool.query(Statement(SQL.loadAlias, [.text(workflow), .text(alias)])).first?.get(0)
            },
            calendar: { name in try await Self.calendar(name, pool) })
    }

    private static func queueHeads(_ topics: [QueueHead.Topic], _ pool: Pool) async throws -> QueueHeads {
        let rows = try await pool.query(
            Statement(SQL.queueHeads, [.texts(topics.map(\.name)), .int4s(topics.map { Int32(clamping: $0.limit) })]))
        var heads = QueueHeads(now: nil, heads: [])
        heads.heads.reserveCapacity(rows.count)
        for row in rows {
            let (topic, instance, id, due, now) = try row.decode(
                String.self, PostgresUUID.self, String.self, Int64.self, Int64.self)
            heads.now = Timestamp(microsecondsSinceEpoch: now)
            heads.heads.append(
                QueueHead(
                    topic: topic, key: JobKey(instance: InstanceID(instance), id: id),
                    dueAt: Timestamp(microsecondsSinceEpoch: due)))
        }
        return heads
    }

    private static func calendar(_ name: String, _ pool: Pool) async throws -> (calendar: WorkCalendar, hash: [UInt8])?
    {
        guard let row = try await pool.query(Statement(SQL.loadCalendar, [.text(name)])).first else { return nil }
        let (data, hash) = try row.decode([UInt8].self, [UInt8].self)
        return (WorkCalendar(name: name, data: try Value(json: data)), hash)
    }
}

extension WorkCalendar {
    /// `{"zone": "Asia/Shanghai", "weekend": [6, 7], "exceptions": {"2026-10-01": false}}`
    init(name: String, data: Value) {
        self.init(name: name)
        if let zone = data["zone"]?.string { self.zone = zone }
        if let weekend = data["weekend"]?.list { self.weekend = Set(weekend.compactMap { $0.int.map { Int($0) } }) }
        for entry in data["exceptions"]?.map?.entries ?? [] {
            if case .string(let day) = entry.key { self.exceptions[day] = entry.value.bool }
        }
    }
}

// MARK: One batch

extension Store {
    /// READ COMMITTED whatever the database's default: each statement sees what was committed before its locks.
    private static let begin = Statement("BEGIN ISOLATION LEVEL READ COMMITTED")

    /// A transaction that an error leaves open is rolled back by the pool, before anybody hears of the error.
    private static func execute(
        _ request: BatchRequest, _ decide: @Sendable (Loaded) -> Batch, on connection: Connection, limits: Limits,
        timeout: Duration
    ) async throws -> Batch {
        let load = LoadPipeline(request, limits: limits)
        let answers = try await connection.pipeline(
            [Self.begin] + load.statements, timeout: timeout, cancellation: .ignored)
        var loaded = try load.read(answers.dropFirst())
        try await Self.findLocked(request, &loaded, on: connection, timeout: timeout)
        let batch = decide(loaded)
        let end = batch.isEmpty ? [Statement.rollback] : WritePipeline(batch).statements + [.commit]
        _ = try await connection.pipeline(end, timeout: timeout, cancellation: .ignored)
        return batch
    }

    /// Of those that were not locked, which are there but held by somebody else?
    private static func findLocked(
        _ request: BatchRequest, _ loaded: inout Loaded, on connection: Connection, timeout: Duration
    ) async throws {
        let missing = request.instances.filter {
            !loaded.unchanged.contains($0) && loaded.instances[$0] == nil && !request.fresh.contains($0)
        }
        guard !missing.isEmpty else { return }
        let statement = Statement(SQL.findInstances, Parameter.keys(missing))
        for row in try await connection.query(statement, timeout: timeout, cancellation: .ignored) {
            loaded.locked.insert(InstanceID(try row.get(0, as: PostgresUUID.self)))
        }
    }
}

extension StoreError {
    /// What a SQLSTATE means for a batch.
    static func catching<Value: Sendable>(
        _ body: @Sendable () async throws -> Value
    ) async throws(StoreError) -> Value {
        do {
            return try await body()
        } catch let error as StoreError {
            throw error
        } catch let error as PostgresError {
            throw StoreError(error)
        } catch {
            throw .fatal("\(error)")
        }
    }

    init(_ error: PostgresError) {
        if error.isOutcomeUnknown {
            self = .unknown
        } else if let state = error.sqlState {
            switch state {
            case .uniqueViolation: self = .duplicate
            case .diskFull: self = .full
            default:
                if ["22", "23", "54"].contains(state.class) {
                    self = .data(state: state.rawValue, message: error.message)
                } else if error.isRetryable {
                    self = .transient(error.debugDescription)
                } else {
                    self = .fatal(error.debugDescription)
                }
            }
        } else if error.isRetryable || error.code == .timeout || error.code == .connectionRefused {
            self = .unreachable
        } else {
            self = .fatal(error.debugDescription)
        }
    }
}

extension InstanceID {
    init(_ uuid: PostgresUUID) { self.init(high: uuid.high, low: uuid.low) }
}

extension [InstanceID] {
    /// The distinct slots: every statement names them.
    var slots: [Int16] { Array<Int16>(Set(self.map(\.slot))).sorted() }
}
