import Postgres
import SQL
import Statecharts
import Values

/// The first round trip of a batch: what it locks and looks at. Statements without keys are not sent.
struct LoadPipeline {
    private enum Part { case instances, due, jobs, commands, clock }

    private let parts: [Part]
    let statements: [Statement]

    init(_ request: BatchRequest, limits: Limits) {
        var parts: [Part] = []
        var statements: [Statement] = []
        if !request.instances.isEmpty {
            parts.append(.instances)
            let known = Parameter.byteas(request.instances.map { request.known[$0] })
            statements.append(Statement(SQL.loadInstances, Parameter.keys(request.instances) + [known]))
        }
        if !request.wakes.isEmpty {
            parts.append(.due)
            statements.append(
                Statement(SQL.loadDue, Parameter.keys(request.wakes) + [.int4(Int32(clamping: limits.drainJobs))]))
        }
        for (part, text, keys) in [
            (Part.jobs, SQL.loadJobs, request.jobs), (Part.commands, SQL.loadCommands, request.commands),
        ] where !keys.isEmpty {
            parts.append(part)
            statements.append(Statement(text, Parameter.keys(keys.map(\.instance)) + [.texts(keys.map(\.id))]))
        }
        parts.append(.clock)
        statements.append(Statement(SQL.clock))
        self.parts = parts
        self.statements = statements
    }

    func read(_ answers: ArraySlice<Rows>) throws -> Loaded {
        var loaded = Loaded(now: Timestamp(seconds: 0))
        for (part, rows) in zip(self.parts, answers) {
            switch part {
            case .instances: try Self.readInstances(rows, &loaded)
            case .due: try Self.readDue(rows, &loaded)
            case .jobs: try Self.readJobs(rows, &loaded)
            case .commands: try Self.readCommands(rows, &loaded)
            case .clock: loaded.now = Timestamp(microsecondsSinceEpoch: try rows.only.get(0))
            }
        }
        return loaded
    }

    private static func readInstances(_ rows: Rows, _ loaded: inout Loaded) throws {
        loaded.instances.reserveCapacity(rows.count)
        for row in rows {
            let id = InstanceID(try row.get(0, as: PostgresUUID.self))
            if try row.get(2) {
                loaded.unchanged.insert(id)
                continue
            }
            loaded.instances[id] = StoredInstance(
                id: id, workflow: try row.get(3), version: try row.get(4), depth: try row.get(5),
                states: try row.get(6), context: try row.get(7), snapshot: try row.get(8), hash: try row.get(1))
        }
    }

    private static func readDue(_ rows: Rows, _ loaded: inout Loaded) throws {
        for row in rows {
            let instance = InstanceID(try row.get(0, as: PostgresUUID.self))
            var job = JobRow(
                key: JobKey(instance: instance, id: try row.get(1)), topic: try row.get(2),
                dueAt: Timestamp(microsecondsSinceEpoch: try row.get(3)))
            job.name = try row.get(4)
            job.path = try row.get(5)
            job.payload = try row.get(6)
            if let sender = try row.get(7, as: PostgresUUID?.self) {
                job.sender = JobRow.Sender(
                    instance: InstanceID(sender), seq: try row.get(8, as: Int64?.self) ?? 0,
                    n: try row.get(9, as: Int32?.self) ?? 0)
            }
            loaded.due[instance, default: []].append(job)
        }
    }

    private static func readJobs(_ rows: Rows, _ loaded: inout Loaded) throws {
        for row in rows {
            let key = JobKey(instance: InstanceID(try row.get(0, as: PostgresUUID.self)), id: try row.get(1))
            var job = JobRow(key: key, topic: try row.get(2), dueAt: Timestamp(seconds: 0))
            if try row.get(3, as: String.self) == "parked" { job.parked = .suspended }
            job.attempt = try row.get(4)
            job.worker = try row.get(5)
            job.name = try row.get(6)
            job.path = try row.get(7)
            loaded.jobs[key] = job
        }
    }

    private static func readCommands(_ rows: Rows, _ loaded: inout Loaded) throws {
        for row in rows {
            let instance = InstanceID(try row.get(0, as: PostgresUUID.self))
            let answer = Answer(
                instance: instance, seq: try row.get(3), states: try row.get(4),
                status: Snapshot.Status(rawValue: try row.get(5)) ?? .active,
                transitions: HistoryCoding.transitions(try row.get(6)),
                isHandled: try row.get(7, as: String.self) == "taken",
                isRepeated: true)
            loaded.commands[JobKey(instance: instance, id: try row.get(1))] = PriorCommand(
                request: try row.get(2), answer: answer)
        }
    }
}

extension Parameter {
    /// The distinct slots, then the instances' ids and their slots: how every statement on existing rows begins.
    static func keys(_ instances: [InstanceID]) -> [Parameter] {
        [.int2s(instances.slots)] + Self.newKeys(instances)
    }

    static func newKeys(_ instances: [InstanceID]) -> [Parameter] {
        [.uuids(instances.map(\.uuid)), .int2s(instances.map(\.slot))]
    }
}
