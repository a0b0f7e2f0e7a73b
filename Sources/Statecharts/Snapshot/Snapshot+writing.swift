public import Values

// Keys are written in the order of their UTF-8: equal snapshots give equal bytes. Absent and empty parts are left out.

extension Snapshot {
    /// Canonical JSON of all of it.
    public var json: [UInt8] {
        var writer = JSONWriter(capacity: 1024)
        self.extras.content.write(self, to: &writer, isWhole: true)
        return writer.bytes
    }

    /// ``json`` without the context and the active states, which the engine keeps in columns of their own.
    public var restJSON: [UInt8] {
        var writer = JSONWriter(capacity: 1024)
        self.extras.content.write(self, to: &writer, isWhole: false)
        return writer.bytes
    }
}

extension Snapshot.Extras {
    /// Of all that a snapshot is, these are the parts.
    fileprivate func write(_ snapshot: Snapshot, to writer: inout JSONWriter, isWhole: Bool) {
        writer.beginObject()
        if isWhole {
            writer.member("active")
            writer.write(snapshot.active)
        }
        writer.write("actors", self.actors) { $0.write($1) }
        if isWhole {
            writer.member("context")
            writer.write(snapshot.context)
        }
        writer.write("due", self.due) { $0.write($1) }
        writer.member("facts")
        writer.write(json: snapshot.factsJSON)
        writer.write("history", self.history) { $0.write($1) }
        writer.write("invocations", self.invocations) { $1.write(to: &$0) }
        writer.member("lastAt")
        writer.write(snapshot.lastAt)
        writer.write("loops", self.loops) { $1.write(to: &$0) }
        writer.write("output", self.output) { $0.write($1) }
        writer.write("parked", self.parked) { $1.write(to: &$0) }
        writer.write("results", self.results) { writer, results in writer.write(results) { $0.write($1) } }
        writer.member("seq")
        writer.write(snapshot.seq)
        writer.write("spent", self.spent)
        writer.member("status")
        writer.write(snapshot.status.rawValue)
        writer.write("suspendedAt", self.suspendedAt) { $0.write($1) }
        writer.write("timers", self.timers) { $1.write(to: &$0) }
        writer.write("visits", snapshot.visits)
        writer.endObject()
    }
}

extension JSONWriter {
    mutating func write<Member>(
        _ name: StaticString, _ member: Member?, _ write: (inout JSONWriter, Member) -> Void
    ) {
        guard let member else { return }
        self.member(name)
        write(&self, member)
    }

    mutating func write(_ name: StaticString, _ text: String?) {
        self.write(name, text) { $0.write($1) }
    }

    /// Nothing when empty.
    mutating func write(_ name: StaticString, _ texts: [String]) {
        guard !texts.isEmpty else { return }
        self.member(name)
        self.write(texts)
    }

    /// Nothing when empty.
    mutating func write(_ name: StaticString, _ texts: Set<String>) {
        if !texts.isEmpty { self.write(name, texts.sorted()) }
    }

    /// Nothing when empty.
    mutating func write<Element>(
        _ name: StaticString, _ elements: [Element], _ write: (inout JSONWriter, Element) -> Void
    ) {
        guard !elements.isEmpty else { return }
        self.member(name)
        self.beginArray()
        for element in elements { write(&self, element) }
        self.endArray()
    }

    /// Nothing when empty.
    mutating func write<Member>(
        _ name: StaticString, _ members: [String: Member], _ write: (inout JSONWriter, Member) -> Void
    ) {
        guard !members.isEmpty else { return }
        self.member(name)
        self.write(members, write)
    }

    fileprivate mutating func write(_ name: StaticString, _ visits: VisitTable) {
        guard !visits.isEmpty else { return }
        self.member(name)
        self.beginObject()
        for (path, visit) in visits {
            self.key(path)
            visit.write(to: &self)
        }
        self.endObject()
    }

    fileprivate mutating func write<Member>(
        _ members: [String: Member], _ write: (inout JSONWriter, Member) -> Void
    ) {
        self.beginObject()
        for (key, member) in members.sorted(by: { $0.key.utf8Order(to: $1.key) < 0 }) {
            self.key(key)
            write(&self, member)
        }
        self.endObject()
    }
}

extension Snapshot.Facts: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id")
        writer.write(self.id)
        writer.write("key", self.key)
        writer.write("parent", self.parent) { writer, parent in
            writer.beginObject()
            writer.write("instance", parent.instance)
            writer.write("invocation", parent.invocation)
            writer.endObject()
        }
        if let startVersion = self.startVersion {
            writer.member("startVersion")
            writer.write(Int64(startVersion))
        }
        writer.member("startedAt")
        writer.write(self.startedAt)
        writer.member("startedBy")
        self.startedBy.write(to: &writer)
        writer.member("version")
        writer.write(Int64(self.version))
        writer.write("workflow", self.workflow)
        writer.endObject()
    }
}

extension Snapshot.Visit {
    /// `[count, time]`
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginArray()
        writer.write(Int64(self.count))
        writer.write(self.enteredAt)
        writer.endArray()
    }
}

extension Snapshot.OpenTimer {
    func write(to writer: inout JSONWriter) {
        var after: String?
        var raised: Value?
        var sent: (target: SignalTarget, data: Value, ttl: Timestamp?)?
        var task: String?
        var timeout: String?
        switch self.kind {
        case .after(let state): after = state
        case .task(let invocation): task = invocation
        case .raise(let data): raised = data
        case .send(let target, let data, let ttl): sent = (target, data, ttl)
        case .timeout(let invocation): timeout = invocation
        }
        writer.beginObject()
        writer.write("after", after)
        writer.write("data", sent?.data) { $0.write($1) }
        writer.member("due")
        writer.write(self.due)
        writer.write("event", self.event)
        writer.write("id", self.id)
        writer.write("raise", raised) { $0.write($1) }
        if self.repetition != 0 {
            writer.member("repetition")
            writer.write(Int64(self.repetition))
        }
        writer.write("send", sent?.target) { $1.write(to: &$0) }
        writer.write("sendID", self.sendID)
        writer.write("task", task)
        writer.write("timeout", timeout)
        writer.write("ttl", sent?.ttl) { $0.write($1) }
        writer.endObject()
    }
}

extension Snapshot.OpenInvocation {
    func write(to writer: inout JSONWriter) {
        var child: String?
        var isDetached = false
        var job: String?
        var task: HumanTask?
        switch self.kind {
        case .task(let human): task = human
        case .job(let topic): job = topic
        case .child(let instance, let detached): (child, isDetached) = (instance, detached)
        }
        writer.beginObject()
        writer.write("child", child)
        if isDetached {
            writer.member("detached")
            writer.write(true)
        }
        writer.write("element", self.element) { $1.write(to: &$0) }
        writer.write("id", self.id)
        writer.write("job", job)
        writer.write("name", self.name)
        writer.write("state", self.state)
        writer.write("task", task) { $1.write(to: &$0) }
        writer.endObject()
    }
}

extension Actor: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.write("instance", self.instance)
        writer.write("onBehalfOf", self.onBehalfOf)
        writer.write("roles", self.roles)
        writer.write("user", self.user)
        writer.write("worker", self.worker)
        writer.endObject()
    }
}

extension SignalTarget: JSONWritable {
    /// `{instance}` or `{key, workflow}`.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        switch self {
        case .instance(let id):
            writer.write("instance", id)
        case .key(let workflow, let key):
            writer.write("key", key)
            writer.write("workflow", workflow)
        }
        writer.endObject()
    }
}

extension HumanTask: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.write("assignee", self.assignee)
        writer.write("ballot", self.ballot) { $1.write(to: &$0) }
        writer.member("createdAt")
        writer.write(self.createdAt)
        writer.write("distinctFrom", self.distinctFrom)
        writer.write("dueAt", self.dueAt) { $0.write($1) }
        writer.write("form", self.form) { $0.write($1) }
        if !self.input.isNull {
            writer.member("input")
            writer.write(self.input)
        }
        writer.write("nudgedAt", self.nudgedAt) { $0.write($1) }
        writer.write("outcomes", self.outcomes) { writer, outcome in
            writer.beginObject()
            writer.member("title")
            writer.write(outcome.title) { $0.write($1) }
            writer.write("value", outcome.value)
            writer.endObject()
        }
        writer.write("owner", self.owner)
        if self.priority != 0 {
            writer.member("priority")
            writer.write(Int64(self.priority))
        }
        writer.write("roles", self.candidateRoles)
        if self.isSequential {
            writer.member("sequential")
            writer.write(true)
        }
        writer.write("title", self.title) { $0.write($1) }
        writer.write("users", self.candidateUsers)
        writer.endObject()
    }
}

/// Has one stored form.
public protocol JSONWritable {
    func write(to writer: inout JSONWriter)
}

extension JSONWritable {
    public var json: [UInt8] {
        var writer = JSONWriter()
        self.write(to: &writer)
        return writer.bytes
    }

    /// ``json`` as a value.
    public var encoded: Value { (try? Value(json: self.json)) ?? .null }
}
