import Postgres
import Statecharts
import Values

// JSON columns as values. What is stored was written by us: another shape is a fault of ours, not of the caller.
extension Row {
    func json(_ column: Int) throws -> Value {
        try Value(json: try self.get(column, as: [UInt8].self))
    }

    func optionalJSON(_ column: Int) throws -> Value? {
        self.isNull(column) ? nil : try self.json(column)
    }

    /// Texts by language tag.
    func texts(_ column: Int) throws -> [String: String] { try self.json(column).texts }

    func timestamp(_ column: Int) throws -> Timestamp {
        Timestamp(microsecondsSinceEpoch: try self.get(column))
    }

    func optionalTimestamp(_ column: Int) throws -> Timestamp? {
        let microseconds: Int64? = try self.get(column)
        return microseconds.map(Timestamp.init(microsecondsSinceEpoch:))
    }

    func instance(_ column: Int) throws -> InstanceID {
        let id: PostgresUUID = try self.get(column)
        return InstanceID(high: id.high, low: id.low)
    }
}

extension Value {
    /// A map of texts; what is none is left out.
    var texts: [String: String] {
        guard let map = self.map else { return [:] }
        var texts: [String: String] = [:]
        for entry in map.entries {
            if case .string(let key) = entry.key, let text = entry.value.string { texts[key] = text }
        }
        return texts
    }
}
