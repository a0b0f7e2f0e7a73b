import Postgres
import Values

/// Where a page ended: the sort key of its last row. Opaque to clients.
struct Cursor: Sendable, Hashable {
    var at: Timestamp
    var instance: InstanceID
    /// Of a task, job or incident.
    var id = ""

    init(at: Timestamp, instance: InstanceID, id: String = "") {
        self.at = at
        self.instance = instance
        self.id = id
    }

    /// nil for nil.
    init?(_ text: String?) throws(EngineError) {
        guard let text else { return nil }
        let parts = text.split(separator: "_", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let microseconds = Int64(parts[0]), let instance = InstanceID(String(parts[1])),
            Self.range.contains(microseconds), parts[2].utf8.count <= 300, !parts[2].utf8.contains(0)
        else { throw EngineError(.invalid, "This cursor is none of ours.") }
        self.init(
            at: Timestamp(microsecondsSinceEpoch: microseconds), instance: instance, id: String(parts[2]))
    }

    /// Years 0001 to 9999.
    private static let range: ClosedRange<Int64> = -62_135_596_800_000_000...253_402_300_799_999_999

    var text: String { "\(self.at.microsecondsSinceEpoch)_\(self.instance)_\(self.id)" }
}

extension InstanceID {
    var uuid: PostgresUUID { PostgresUUID(high: self.high, low: self.low) }

    /// The instance that a task's or job's id begins with: `<instance>.<seq>.<n>`, where a signal may have one part more.
    init?(of id: String) {
        let parts = id.split(separator: ".", omittingEmptySubsequences: false)
        guard id.utf8.count <= 200, parts.count >= 3, !id.utf8.contains(0),
            parts[1...2].allSatisfy({ Int64($0) != nil })
        else { return nil }
        self.init(String(parts[0]))
    }
}

extension Page {
    /// `found` has one row more than the page when there are more.
    init(_ found: [Row], limit: Int, cursor: (Row) -> Cursor) {
        let rows = Array(found.prefix(limit))
        self.init(rows: rows, next: found.count > limit ? rows.last.map { cursor($0).text } : nil)
    }
}
