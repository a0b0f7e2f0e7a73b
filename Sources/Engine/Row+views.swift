import Postgres
import Statecharts
import Values

// The columns in which the statements under sql/queries return each kind of row.

extension TaskView {
    init(_ row: Row) throws {
        let outcomes = try row.json(12).list ?? []
        self.init(
            id: try row.get(1), instance: try row.instance(0), workflow: try row.get(2), name: try row.get(3),
            path: try row.get(4), title: try row.texts(5), state: try row.get(6), assignee: try row.get(7),
            candidateRoles: try row.get(8), candidateUsers: try row.get(9), priority: try row.get(10),
            form: try row.optionalJSON(11),
            outcomes: outcomes.compactMap { outcome in
                outcome["value"]?.string.map { HumanTask.Outcome(value: $0, title: outcome["title"]?.texts ?? [:]) }
            },
            input: try row.json(13), createdAt: try row.timestamp(14), closedAt: try row.optionalTimestamp(15),
            closedBy: try row.get(16), outcome: try row.get(17), instanceTitle: try row.get(18),
            dueAt: try row.optionalTimestamp(19))
    }
}

extension JobView {
    init(_ row: Row) throws {
        self.init(
            id: try row.get(1), instance: try row.instance(0), topic: try row.get(2), state: try row.get(3),
            priority: try row.get(4), dueAt: try row.optionalTimestamp(5), attempt: try row.get(6),
            worker: try row.get(7), failure: try row.get(8), payload: try row.json(9))
    }
}

extension ChildView {
    init(_ row: Row) throws {
        self.init(
            id: try row.instance(0), invocation: try row.get(1), workflow: try row.get(2), state: try row.get(3))
    }
}

extension IncidentView {
    init(_ row: Row) throws {
        self.init(
            id: try row.get(1), instance: try row.instance(0), workflow: try row.get(2), job: try row.get(3),
            code: try row.get(4), message: try row.get(5), detail: try row.json(6), openedAt: try row.timestamp(7))
    }
}

extension NoticeView {
    init(_ row: Row) throws {
        self.init(
            id: try row.get(1), instance: try row.instance(0), subject: try row.texts(2), body: try row.texts(3),
            link: try row.texts(4), at: try row.timestamp(5), isRead: try row.get(6))
    }
}

extension ListingRow {
    init(_ row: Row) throws {
        let status: String = try row.get(4)
        guard let status = Snapshot.Status(rawValue: status) else {
            throw EngineError(.internalError, "An instance is stored with the status \(status).")
        }
        self.init(
            id: try row.instance(0), workflow: try row.get(1), version: try row.get(2), key: try row.get(3),
            status: status, title: try row.get(5), tags: try row.get(6), states: try row.get(7),
            fields: try row.json(8), incidents: try row.get(9), startedAt: try row.timestamp(10),
            changedAt: try row.timestamp(11))
    }
}

extension HistoryRow {
    init(_ row: Row) throws {
        let origin: String = try row.get(2)
        let actor: String = try row.get(6)
        let outcome: String = try row.get(7)
        let hash: [UInt8] = try row.get(10)
        guard let origin = HistoryCoding.origin(origin), let by = HistoryCoding.actor(actor) else {
            throw EngineError(.internalError, "A history row is stored in an unknown form.")
        }
        self.init(
            seq: try row.get(0), event: try row.get(1), origin: origin, reference: try row.get(3),
            data: try row.json(4), at: try row.timestamp(5), by: by, isHandled: outcome == "taken",
            transitions: HistoryCoding.transitions(try row.get(8)), states: try row.get(9), hash: hash.hexadecimal)
    }
}

extension [UInt8] {
    /// Lower case.
    var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: self.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
