public import Values

extension Snapshot {
    /// Reads ``json``.
    public init(json bytes: [UInt8]) throws(JSONError) {
        try self.init(rest: bytes, context: .null, active: [])
    }

    /// Reads ``restJSON``, with the parts that are stored apart.
    public init(rest bytes: [UInt8], context: Value, active: [String]) throws(JSONError) {
        // What is required comes in any place among the others.
        self = Self.blank
        self.active = active
        self.context = context
        try JSONReader.read(bytes) { (reader) throws(JSONError) in try self.read(&reader) }
    }

    private static let blank = Snapshot(
        facts: Facts(id: "", workflow: "", startedAt: .epoch), seq: 0, lastAt: .epoch, active: [], context: .null)

    private mutating func read(_ reader: inout JSONReader) throws(JSONError) {
        var facts: Facts?
        var seq: Int64?
        var lastAt: Timestamp?
        var status: Status?
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "active": self.active = try reader.strings()
            case "actors": self.actors = try reader.members { (reader) throws(JSONError) in try reader.strings() }
            case "context": self.context = try reader.value()
            case "due": self.due = try reader.members { (reader) throws(JSONError) in try reader.time() }
            case "facts": facts = try Facts(&reader)
            case "history": self.history = try reader.members { (reader) throws(JSONError) in try reader.strings() }
            case "invocations":
                self.invocations = try reader.elements { (reader) throws(JSONError) in try OpenInvocation(&reader) }
            case "lastAt": lastAt = try reader.time()
            case "loops": self.loops = try reader.elements { (reader) throws(JSONError) in try OpenLoop(&reader) }
            case "output": self.output = try reader.value()
            case "parked":
                self.parked = try reader.members { (reader) throws(JSONError) in try ParkedVisit(&reader) }
            case "results":
                self.results = try reader.members { (reader) throws(JSONError) in
                    try reader.members { (reader) throws(JSONError) in try reader.value() }
                }
            case "seq": seq = try reader.int()
            case "spent": self.spent = Set(try reader.strings())
            case "status":
                status = Status(rawValue: try reader.string())
                if status == nil { throw reader.error("unknown status") }
            case "suspendedAt": self.suspendedAt = try reader.time()
            case "timers": self.timers = try reader.elements { (reader) throws(JSONError) in try OpenTimer(&reader) }
            case "visits": self.visits = try VisitTable(&reader)
            default: try reader.skip()
            }
        }
        self.facts = try reader.require(facts, "facts")
        self.seq = try reader.require(seq, "seq")
        self.lastAt = try reader.require(lastAt, "lastAt")
        self.status = try reader.require(status, "status")
    }
}

extension JSONReader {
    mutating func elements<Element>(
        _ element: (inout JSONReader) throws(JSONError) -> Element
    ) throws(JSONError) -> [Element] {
        var elements: [Element] = []
        try self.beginArray()
        while try self.nextElement() { elements.append(try element(&self)) }
        return elements
    }

    mutating func members<Member>(
        _ member: (inout JSONReader) throws(JSONError) -> Member
    ) throws(JSONError) -> [String: Member] {
        var members: [String: Member] = [:]
        try self.beginObject()
        while let key = try self.nextKey() { members[key] = try member(&self) }
        return members
    }

    mutating func texts() throws(JSONError) -> [String: String] {
        try self.members { (reader) throws(JSONError) in try reader.string() }
    }
}

extension Snapshot.Facts {
    fileprivate init(_ reader: inout JSONReader) throws(JSONError) {
        var id: String?
        var workflow: String?
        var version: Int64?
        var startedAt: Timestamp?
        self.init(id: "", workflow: "", startedAt: .epoch)
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "id": id = try reader.string()
            case "key": self.key = try reader.string()
            case "parent": self.parent = try Snapshot.Parent(&reader)
            case "startVersion": self.startVersion = Int(try reader.int())
            case "startedAt": startedAt = try reader.time()
            case "startedBy": try self.startedBy.read(&reader)
            case "version": version = try reader.int()
            case "workflow": workflow = try reader.string()
            default: try reader.skip()
            }
        }
        self.id = try reader.require(id, "facts.id")
        self.workflow = try reader.require(workflow, "facts.workflow")
        self.version = Int(try reader.require(version, "facts.version"))
        self.startedAt = try reader.require(startedAt, "facts.startedAt")
    }
}

extension Snapshot.Parent {
    fileprivate init(_ reader: inout JSONReader) throws(JSONError) {
        var instance: String?
        var invocation: String?
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "instance": instance = try reader.string()
            case "invocation": invocation = try reader.string()
            default: try reader.skip()
            }
        }
        self.init(
            instance: try reader.require(instance, "parent.instance"),
            invocation: try reader.require(invocation, "parent.invocation"))
    }
}

extension VisitTable {
    fileprivate init(_ reader: inout JSONReader) throws(JSONError) {
        self.init()
        try reader.beginObject()
        while let path = try reader.nextKey() {
            let visit = try Snapshot.Visit(&reader)
            if !self.append(path, visit) { self[path] = visit }
        }
    }
}

extension Snapshot.Visit {
    fileprivate init(_ reader: inout JSONReader) throws(JSONError) {
        try reader.beginArray()
        guard try reader.nextElement() else { throw reader.error("expected [count, time]") }
        let count = Int(try reader.int())
        guard try reader.nextElement() else { throw reader.error("expected [count, time]") }
        self.init(count: count, enteredAt: try reader.time())
        guard try !reader.nextElement() else { throw reader.error("expected [count, time]") }
    }
}

extension Actor {
    /// Reads ``json``.
    public init(json bytes: [UInt8]) throws(JSONError) {
        self.init()
        try JSONReader.read(bytes) { (reader) throws(JSONError) in try self.read(&reader) }
    }

    /// Of what people wrote: unknown members are not looked at.
    public init(decoding value: Value) {
        self.init(
            user: value["user"]?.string, roles: value["roles"]?.list?.compactMap(\.string) ?? [],
            onBehalfOf: value["onBehalfOf"]?.string, worker: value["worker"]?.string,
            instance: value["instance"]?.string)
    }

    mutating func read(_ reader: inout JSONReader) throws(JSONError) {
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "instance": self.instance = try reader.string()
            case "onBehalfOf": self.onBehalfOf = try reader.string()
            case "roles": self.roles = try reader.strings()
            case "user": self.user = try reader.string()
            case "worker": self.worker = try reader.string()
            default: try reader.skip()
            }
        }
    }
}

extension Snapshot.OpenTimer {
    init(_ reader: inout JSONReader) throws(JSONError) {
        var id: String?
        var event: String?
        var due: Timestamp?
        var kind: Kind?
        var target: SignalTarget?
        var data = Value.null
        var ttl: Timestamp?
        var sendID: String?
        var repetition = 0
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "after": kind = .after(state: try reader.string())
            case "data": data = try reader.value()
            case "due": due = try reader.time()
            case "event": event = try reader.string()
            case "id": id = try reader.string()
            case "raise": kind = .raise(data: try reader.value())
            case "repetition": repetition = Int(try reader.int())
            case "send": target = try SignalTarget(&reader)
            case "sendID": sendID = try reader.string()
            case "task": kind = .task(invocation: try reader.string())
            case "timeout": kind = .timeout(invocation: try reader.string())
            case "ttl": ttl = try reader.time()
            default: try reader.skip()
            }
        }
        if let target { kind = .send(to: target, data: data, ttl: ttl) }
        self.init(
            id: try reader.require(id, "timer.id"), kind: try reader.require(kind, "timer.after"),
            event: try reader.require(event, "timer.event"), sendID: sendID, due: try reader.require(due, "timer.due"),
            repetition: repetition)
    }
}

extension SignalTarget {
    fileprivate init(_ reader: inout JSONReader) throws(JSONError) {
        var instance: String?
        var workflow: String?
        var businessKey: String?
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "instance": instance = try reader.string()
            case "key": businessKey = try reader.string()
            case "workflow": workflow = try reader.string()
            default: try reader.skip()
            }
        }
        if let instance {
            self = .instance(instance)
        } else {
            self = .key(
                workflow: try reader.require(workflow, "send.workflow"),
                key: try reader.require(businessKey, "send.key"))
        }
    }
}

extension Snapshot.OpenInvocation {
    init(_ reader: inout JSONReader) throws(JSONError) {
        var id: String?
        var name: String?
        var state: String?
        var kind: Kind?
        var child: String?
        var isDetached = false
        var element: Element?
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "child": child = try reader.string()
            case "detached": isDetached = try reader.bool()
            case "element": element = try Element(&reader)
            case "id": id = try reader.string()
            case "job": kind = .job(topic: try reader.string())
            case "name": name = try reader.string()
            case "state": state = try reader.string()
            case "task": kind = .task(try HumanTask(&reader))
            default: try reader.skip()
            }
        }
        if let child { kind = .child(instance: child, detached: isDetached) }
        self.init(
            id: try reader.require(id, "invocation.id"), name: try reader.require(name, "invocation.name"),
            state: try reader.require(state, "invocation.state"), kind: try reader.require(kind, "invocation.job"),
            element: element)
    }
}

extension HumanTask {
    fileprivate init(_ reader: inout JSONReader) throws(JSONError) {
        var createdAt: Timestamp?
        self.init(createdAt: .epoch)
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "assignee": self.assignee = try reader.string()
            case "ballot": self.ballot = try Ballot(&reader)
            case "createdAt": createdAt = try reader.time()
            case "distinctFrom": self.distinctFrom = try reader.strings()
            case "dueAt": self.dueAt = try reader.time()
            case "form": self.form = try reader.value()
            case "input": self.input = try reader.value()
            case "nudgedAt": self.nudgedAt = try reader.time()
            case "outcomes":
                self.outcomes = try reader.elements { (reader) throws(JSONError) in try Outcome(&reader) }
            case "owner": self.owner = try reader.string()
            case "priority": self.priority = Int(try reader.int())
            case "roles": self.candidateRoles = try reader.strings()
            case "sequential": self.isSequential = try reader.bool()
            case "title": self.title = try reader.texts()
            case "users": self.candidateUsers = try reader.strings()
            default: try reader.skip()
            }
        }
        self.createdAt = try reader.require(createdAt, "task.createdAt")
    }
}

extension HumanTask.Outcome {
    fileprivate init(_ reader: inout JSONReader) throws(JSONError) {
        var value: String?
        var title: [String: String] = [:]
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "title": title = try reader.texts()
            case "value": value = try reader.string()
            default: try reader.skip()
            }
        }
        self.init(value: try reader.require(value, "outcome.value"), title: title)
    }
}
