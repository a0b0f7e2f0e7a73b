public import Values

/// Why a value is not a stored snapshot.
public struct SnapshotError: Error, Sendable, Hashable {
    /// JSON Pointer.
    public var pointer: String
    public var message: String
}

extension Snapshot {
    /// Reads what ``encoded()`` wrote.
    public init(decoding value: Value) throws(SnapshotError) {
        let fields = Fields(value, "")
        try self.init(
            decoding: value, context: fields.value("context") ?? .null, active: try fields.strings("active"))
    }

    /// Reads what ``rest`` wrote, with the parts that are stored apart.
    public init(decoding rest: Value, context: Value, active: [String]) throws(SnapshotError) {
        let fields = Fields(rest, "")
        self.init(
            facts: try Facts(fields.member("facts")), seq: try fields.int("seq"), lastAt: try fields.time("lastAt"),
            active: active, context: context)
        guard let status = Status(rawValue: try fields.string("status")) else {
            throw fields.error("status", "unknown")
        }
        self.status = status
        for (path, member) in fields.entries("history") { self.history[path] = try member.strings() }
        for (path, member) in fields.entries("actors") { self.actors[path] = try member.strings() }
        for (path, member) in fields.entries("visits") {
            guard let pair = member.value.list, pair.count == 2, let count = pair[0].int, let text = pair[1].string,
                let time = Timestamp(text)
            else { throw member.error("", "expected [count, time]") }
            self.visits[path] = Visit(count: Int(count), enteredAt: time)
        }
        for (path, member) in fields.entries("results") {
            self.results[path] = [:]
            for (name, result) in member.entries() { self.results[path]?[name] = result.value }
        }
        for element in fields.elements("timers") { self.timers.append(try OpenTimer(element)) }
        for element in fields.elements("invocations") { self.invocations.append(try OpenInvocation(element)) }
        self.spent = Set(try fields.strings("spent"))
        self.suspendedAt = try fields.optionalTime("suspendedAt")
        self.output = fields.value("output")
    }
}

/// A map being read; knows where it stands.
private struct Fields {
    let value: Value
    let pointer: String

    init(_ value: Value, _ pointer: String) {
        self.value = value
        self.pointer = pointer
    }

    func error(_ key: String, _ message: String) -> SnapshotError {
        SnapshotError(pointer: key.isEmpty ? self.pointer : "\(self.pointer)/\(key)", message: message)
    }

    func value(_ key: String) -> Value? { self.value[key] }

    func member(_ key: String) -> Fields { Fields(self.value[key] ?? .null, "\(self.pointer)/\(key)") }

    func string(_ key: String) throws(SnapshotError) -> String {
        guard let text = self.value[key]?.string else { throw self.error(key, "expected a string") }
        return text
    }

    func int(_ key: String) throws(SnapshotError) -> Int64 {
        guard let number = self.value[key]?.int else { throw self.error(key, "expected an integer") }
        return number
    }

    func optionalTime(_ key: String) throws(SnapshotError) -> Timestamp? {
        guard let value = self.value[key] else { return nil }
        guard let text = value.string, let time = Timestamp(text) else { throw self.error(key, "expected a time") }
        return time
    }

    func time(_ key: String) throws(SnapshotError) -> Timestamp {
        guard let time = try self.optionalTime(key) else { throw self.error(key, "expected a time") }
        return time
    }

    /// Absent: empty.
    func strings(_ key: String) throws(SnapshotError) -> [String] {
        self.value[key] == nil ? [] : try self.member(key).strings()
    }

    func strings() throws(SnapshotError) -> [String] {
        var strings: [String] = []
        for element in self.value.list ?? [] {
            guard let text = element.string else { throw self.error("", "expected strings") }
            strings.append(text)
        }
        return strings
    }

    func entries(_ key: String) -> [(String, Fields)] { self.member(key).entries() }

    func entries() -> [(String, Fields)] {
        (self.value.map?.entries ?? []).compactMap { entry in
            guard case .string(let key) = entry.key else { return nil }
            return (key, Fields(entry.value, "\(self.pointer)/\(key)"))
        }
    }

    func elements(_ key: String) -> [Fields] {
        (self.value[key]?.list ?? []).enumerated().map { Fields($0.element, "\(self.pointer)/\(key)/\($0.offset)") }
    }

    func texts(_ key: String) -> [String: String] {
        var texts: [String: String] = [:]
        for (language, text) in self.entries(key) { texts[language] = text.value.string }
        return texts
    }
}

extension Snapshot.Facts {
    fileprivate init(_ fields: Fields) throws(SnapshotError) {
        self.init(
            id: try fields.string("id"), workflow: try fields.string("workflow"),
            version: Int(try fields.int("version")), key: fields.value("key")?.string,
            startedAt: try fields.time("startedAt"),
            startedBy: Actor(decoding: fields.value("startedBy") ?? .null))
        if fields.value("parent") != nil {
            let parent = fields.member("parent")
            self.parent = Snapshot.Parent(
                instance: try parent.string("instance"), invocation: try parent.string("invocation"))
        }
    }
}

extension Actor {
    /// Reads what ``encoded`` wrote; unknown members are not looked at.
    public init(decoding value: Value) {
        self.init(
            user: value["user"]?.string, roles: value["roles"]?.list?.compactMap(\.string) ?? [],
            onBehalfOf: value["onBehalfOf"]?.string, worker: value["worker"]?.string,
            instance: value["instance"]?.string)
    }
}

extension Snapshot.OpenTimer {
    fileprivate init(_ fields: Fields) throws(SnapshotError) {
        let kind: Kind
        if let state = fields.value("after")?.string {
            kind = .after(state: state)
        } else if let data = fields.value("raise") {
            kind = .raise(data: data)
        } else if fields.value("send") != nil {
            kind = .send(
                to: try SignalTarget(fields.member("send")), data: fields.value("data") ?? .null,
                ttl: try fields.optionalTime("ttl"))
        } else {
            kind = .timeout(invocation: try fields.string("timeout"))
        }
        self.init(
            id: try fields.string("id"), kind: kind, event: try fields.string("event"),
            sendID: fields.value("sendID")?.string, due: try fields.time("due"))
    }
}

extension SignalTarget {
    fileprivate init(_ fields: Fields) throws(SnapshotError) {
        if let id = fields.value("instance")?.string {
            self = .instance(id)
        } else {
            self = .key(workflow: try fields.string("workflow"), key: try fields.string("key"))
        }
    }
}

extension Snapshot.OpenInvocation {
    fileprivate init(_ fields: Fields) throws(SnapshotError) {
        let kind: Kind
        if fields.value("task") != nil {
            kind = .task(try HumanTask(fields.member("task")))
        } else if let instance = fields.value("child")?.string {
            kind = .child(instance: instance, detached: fields.value("detached")?.bool ?? false)
        } else {
            kind = .job(topic: try fields.string("job"))
        }
        self.init(
            id: try fields.string("id"), name: try fields.string("name"), state: try fields.string("state"), kind: kind)
    }
}

extension HumanTask {
    fileprivate init(_ fields: Fields) throws(SnapshotError) {
        self.init(createdAt: try fields.time("createdAt"))
        self.title = fields.texts("title")
        self.candidateRoles = try fields.strings("roles")
        self.candidateUsers = try fields.strings("users")
        self.assignee = fields.value("assignee")?.string
        self.form = fields.value("form")
        for element in fields.elements("outcomes") {
            self.outcomes.append(Outcome(value: try element.string("value"), title: element.texts("title")))
        }
        self.input = fields.value("input") ?? .null
        self.distinctFrom = try fields.strings("distinctFrom")
        self.priority = Int(fields.value("priority")?.int ?? 0)
    }
}
