public import Values

extension Snapshot {
    /// Reads ``json``.
    public init(json bytes: [UInt8], known: KnownTexts? = nil) throws(JSONError) {
        try self.init(rest: bytes, context: .null, active: [], known: known)
    }

    /// Reads ``restJSON``, with the parts that are stored apart.
    public init(
        rest bytes: [UInt8], context: Value, active: [String], known: KnownTexts? = nil
    ) throws(JSONError) {
        self = try JSONReader.read(bytes, known: known) { (reader) throws(JSONError) in
            try Snapshot(from: &reader, context: context, active: active)
        }
    }

    private init(from reader: inout JSONReader, context: Value, active: [String]) throws(JSONError) {
        var context = context
        var active = active
        var facts: SharedFacts?
        var seq: Int64?
        var lastAt: Timestamp?
        var status: Status?
        var visits = VisitTable()
        var extras = Extras.none
        try reader.beginObject()
        while let member = try reader.nextMember() {
            switch member {
            case "active": active = try reader.read()
            case "actors": extras.content.actors = try reader.read()
            case "context": context = try reader.read()
            case "due": extras.content.due = try reader.read()
            case "facts": facts = try reader.read()
            case "history": extras.content.history = try reader.read()
            case "invocations": extras.content.invocations = try reader.read()
            case "lastAt": lastAt = try reader.read()
            case "loops": extras.content.loops = try reader.read()
            case "output": extras.content.output = try reader.read()
            case "parked": extras.content.parked = try reader.read()
            case "results": extras.content.results = try reader.read()
            case "seq": seq = try reader.read()
            case "spent": extras.content.spent = try reader.read()
            case "status": status = try reader.read()
            case "suspendedAt": extras.content.suspendedAt = try reader.read()
            case "timers": extras.content.timers = try reader.read()
            case "visits": visits = try reader.read()
            default: try reader.skip()
            }
        }
        self.init(
            facts: try reader.require(facts, "facts"), status: try reader.require(status, "status"),
            seq: try reader.require(seq, "seq"), lastAt: try reader.require(lastAt, "lastAt"), active: active,
            context: context, visits: visits, extras: extras)
    }
}

extension Snapshot.SharedFacts: JSONReadable {
    convenience init(from reader: inout JSONReader) throws(JSONError) {
        let start = reader.offset
        self.init(try reader.read(), json: reader.bytes(from: start))
    }
}

extension Snapshot.Status: JSONReadable {
    init(from reader: inout JSONReader) throws(JSONError) {
        switch try reader.name() {
        case "active": self = .active
        case "suspended": self = .suspended
        case "done": self = .done
        case "cancelled": self = .cancelled
        default: throw reader.error("unknown status")
        }
    }
}

extension Snapshot.Facts: JSONReadable {
    init(from reader: inout JSONReader) throws(JSONError) {
        var id: String?
        var workflow: String?
        var version: Int?
        var startVersion: Int?
        var key: String?
        var startedAt: Timestamp?
        var startedBy: Actor?
        var parent: Snapshot.Parent?
        try reader.beginObject()
        while let member = try reader.nextMember() {
            switch member {
            case "id": id = try reader.read()
            case "key": key = try reader.read()
            case "parent": parent = try reader.read()
            case "startVersion": startVersion = try reader.read()
            case "startedAt": startedAt = try reader.read()
            case "startedBy": startedBy = try reader.read()
            case "version": version = try reader.read()
            case "workflow": workflow = try reader.read()
            default: try reader.skip()
            }
        }
        let known = (
            id: try reader.require(id, "facts.id"), workflow: try reader.require(workflow, "facts.workflow"),
            version: try reader.require(version, "facts.version"),
            startedAt: try reader.require(startedAt, "facts.startedAt")
        )
        self.id = known.id
        self.workflow = known.workflow
        self.version = known.version
        self.startVersion = startVersion
        self.key = key
        self.startedAt = known.startedAt
        self.startedBy = startedBy ?? Actor()
        self.parent = parent
    }
}

extension Snapshot.Parent: JSONReadable {
    init(from reader: inout JSONReader) throws(JSONError) {
        var instance: String?
        var invocation: String?
        try reader.beginObject()
        while let member = try reader.nextMember() {
            switch member {
            case "instance": instance = try reader.read()
            case "invocation": invocation = try reader.read()
            default: try reader.skip()
            }
        }
        self.init(
            instance: try reader.require(instance, "parent.instance"),
            invocation: try reader.require(invocation, "parent.invocation"))
    }
}

extension VisitTable: JSONReadable {
    init(from reader: inout JSONReader) throws(JSONError) {
        var paths: [String] = []
        var visits: [Snapshot.Visit] = []
        paths.reserveCapacity(8)
        visits.reserveCapacity(8)
        var order = JSONKeyOrder()
        try reader.beginObject()
        while let path = try reader.nextKey(&order) {
            paths.append(path)
            visits.append(try reader.read())
        }
        self.init(paths, visits, isOrdered: order.isAscending)
    }
}

extension Snapshot.Visit: JSONReadable {
    init(from reader: inout JSONReader) throws(JSONError) {
        let (count, enteredAt): (Int, Timestamp) = try reader.pair("[count, time]")
        self.init(count: count, enteredAt: enteredAt)
    }
}

extension Actor: JSONReadable {
    /// Reads ``json``.
    public init(json bytes: [UInt8]) throws(JSONError) {
        self = try JSONReader.read(bytes) { (reader) throws(JSONError) in try reader.read() }
    }

    /// Of what people wrote: unknown members are not looked at.
    public init(decoding value: Value) {
        self.init(
            user: value["user"]?.string, roles: value["roles"]?.list?.compactMap(\.string) ?? [],
            onBehalfOf: value["onBehalfOf"]?.string, worker: value["worker"]?.string,
            instance: value["instance"]?.string)
    }

    init(from reader: inout JSONReader) throws(JSONError) {
        var user: String?
        var roles: [String] = []
        var onBehalfOf: String?
        var worker: String?
        var instance: String?
        try reader.beginObject()
        while let member = try reader.nextMember() {
            switch member {
            case "instance": instance = try reader.read()
            case "onBehalfOf": onBehalfOf = try reader.read()
            case "roles": roles = try reader.read()
            case "user": user = try reader.read()
            case "worker": worker = try reader.read()
            default: try reader.skip()
            }
        }
        self.user = user
        self.roles = roles
        self.onBehalfOf = onBehalfOf
        self.worker = worker
        self.instance = instance
    }
}

extension Snapshot.OpenTimer: JSONReadable {
    init(from reader: inout JSONReader) throws(JSONError) {
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
        while let member = try reader.nextMember() {
            switch member {
            case "after": kind = .after(state: try reader.read())
            case "data": data = try reader.read()
            case "due": due = try reader.read()
            case "event": event = try reader.read()
            case "id": id = try reader.read()
            case "raise": kind = .raise(data: try reader.read())
            case "repetition": repetition = try reader.read()
            case "send": target = try reader.read()
            case "sendID": sendID = try reader.read()
            case "task": kind = .task(invocation: try reader.read())
            case "timeout": kind = .timeout(invocation: try reader.read())
            case "ttl": ttl = try reader.read()
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

extension SignalTarget: JSONReadable {
    init(from reader: inout JSONReader) throws(JSONError) {
        var instance: String?
        var workflow: String?
        var businessKey: String?
        try reader.beginObject()
        while let member = try reader.nextMember() {
            switch member {
            case "instance": instance = try reader.read()
            case "key": businessKey = try reader.read()
            case "workflow": workflow = try reader.read()
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

extension Snapshot.OpenInvocation: JSONReadable {
    init(from reader: inout JSONReader) throws(JSONError) {
        var id: String?
        var name: String?
        var state: String?
        var kind: Kind?
        var child: String?
        var isDetached = false
        var element: Element?
        try reader.beginObject()
        while let member = try reader.nextMember() {
            switch member {
            case "child": child = try reader.read()
            case "detached": isDetached = try reader.read()
            case "element": element = try reader.read()
            case "id": id = try reader.read()
            case "job": kind = .job(topic: try reader.read())
            case "name": name = try reader.read()
            case "state": state = try reader.read()
            case "task": kind = .task(try reader.read())
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

extension HumanTask: JSONReadable {
    init(from reader: inout JSONReader) throws(JSONError) {
        var createdAt: Timestamp?
        self.init(createdAt: .epoch)
        try reader.beginObject()
        while let member = try reader.nextMember() {
            switch member {
            case "assignee": self.assignee = try reader.read()
            case "ballot": self.ballot = try reader.read()
            case "createdAt": createdAt = try reader.read()
            case "distinctFrom": self.distinctFrom = try reader.read()
            case "dueAt": self.dueAt = try reader.read()
            case "form": self.form = try reader.read()
            case "input": self.input = try reader.read()
            case "nudgedAt": self.nudgedAt = try reader.read()
            case "outcomes": self.outcomes = try reader.read()
            case "owner": self.owner = try reader.read()
            case "priority": self.priority = try reader.read()
            case "roles": self.candidateRoles = try reader.read()
            case "sequential": self.isSequential = try reader.read()
            case "title": self.title = try reader.read()
            case "users": self.candidateUsers = try reader.read()
            default: try reader.skip()
            }
        }
        self.createdAt = try reader.require(createdAt, "task.createdAt")
    }
}

extension HumanTask.Outcome: JSONReadable {
    init(from reader: inout JSONReader) throws(JSONError) {
        var value: String?
        var title: [String: String] = [:]
        try reader.beginObject()
        while let member = try reader.nextMember() {
            switch member {
            case "title": title = try reader.read()
            case "value": value = try reader.read()
            default: try reader.skip()
            }
        }
        self.init(value: try reader.require(value, "outcome.value"), title: title)
    }
}
