import Statecharts
import Values

/// What the row of a signal carries beside its event's name.
struct SignalPayload: Sendable {
    var data: Value
    /// Of a result: the receiver's open invocation.
    var invocation: String?
    /// Wait until then for the receiver to exist.
    var until: Timestamp?
    var isAdministration = false
    /// Whose result it is, when it was kept for later.
    var worker: String?

    init(
        data: Value, invocation: String? = nil, until: Timestamp? = nil, isAdministration: Bool = false,
        worker: String? = nil
    ) {
        self.data = data
        self.invocation = invocation
        self.until = until
        self.isAdministration = isAdministration
        self.worker = worker
    }

    init?(_ text: String) {
        guard let value = try? Value(json: text) else { return nil }
        self.data = value["data"] ?? .null
        self.invocation = value["invocation"]?.string
        self.until = value["until"]?.int.map { Timestamp(microsecondsSinceEpoch: $0) }
        self.isAdministration = value["administration"]?.bool ?? false
        self.worker = value["worker"]?.string
    }

    var text: String {
        var map = ValueMap()
        if self.isAdministration { map["administration"] = true }
        map["data"] = self.data
        if let invocation { map["invocation"] = .string(invocation) }
        if let until { map["until"] = .int(until.microsecondsSinceEpoch) }
        if let worker { map["worker"] = .string(worker) }
        return Value.map(map).json
    }

    func event(_ row: JobRow) -> Event {
        let by = self.worker.map { Actor(worker: $0) } ?? Actor(instance: row.sender?.instance.description)
        let origin: Event.Origin =
            if self.isAdministration { .administration } else if self.invocation != nil { .result } else { .signal }
        return Event(
            row.name ?? "", data: self.data, origin: origin, by: by,
            reference: self.isAdministration ? nil : self.invocation)
    }
}

/// What the start job of a child carries.
struct StartPayload: Sendable {
    var workflow: String
    var version: Int?
    var key: String?
    var input: Value
    var invocation: String
    var depth: Int16
    var definition: Definitions.Reference { Definitions.Reference(workflow: self.workflow, version: self.version) }

    init(workflow: String, version: Int?, key: String?, input: Value, invocation: String, depth: Int16) {
        self.workflow = workflow
        self.version = version
        self.key = key
        self.input = input
        self.invocation = invocation
        self.depth = depth
    }

    init?(_ text: String) {
        guard let value = try? Value(json: text), let workflow = value["workflow"]?.string,
            let invocation = value["invocation"]?.string
        else { return nil }
        self.workflow = workflow
        self.version = value["version"]?.int.map { Int($0) }
        self.key = value["key"]?.string
        self.input = value["input"] ?? .null
        self.invocation = invocation
        self.depth = Int16(truncatingIfNeeded: value["depth"]?.int ?? 0)
    }

    var text: String {
        var map = ValueMap()
        map["depth"] = .int(Int64(self.depth))
        map["input"] = self.input
        map["invocation"] = .string(self.invocation)
        if let key { map["key"] = .string(key) }
        if let version { map["version"] = .int(Int64(version)) }
        map["workflow"] = .string(self.workflow)
        return Value.map(map).json
    }
}
