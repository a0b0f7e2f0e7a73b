public import Values

extension Snapshot {
    /// Canonical: equal snapshots give equal JSON. Absent and empty parts are left out.
    public func encoded() -> Value {
        var map = self.rest.map ?? ValueMap()
        map["context"] = self.context
        map["active"] = .strings(self.active)
        return .map(map)
    }

    /// All but the context and the active states, which the engine keeps in columns of their own.
    public var rest: Value {
        var map = ValueMap()
        map["facts"] = self.facts.encoded
        map["status"] = .string(self.status.rawValue)
        map["seq"] = .int(self.seq)
        map["lastAt"] = .time(self.lastAt)
        map.put("history", self.history, when: !self.history.isEmpty) { .strings($0) }
        map.put("visits", self.visits, when: !self.visits.isEmpty) {
            .list([.int(Int64($0.count)), .time($0.enteredAt)])
        }
        map.put("actors", self.actors, when: !self.actors.isEmpty) { .strings($0) }
        map.put("results", self.results, when: !self.results.isEmpty) { results in
            var inner = ValueMap()
            for (name, result) in results { inner[name] = result }
            return .map(inner)
        }
        if !self.timers.isEmpty { map["timers"] = .list(self.timers.map(\.encoded)) }
        if !self.invocations.isEmpty { map["invocations"] = .list(self.invocations.map(\.encoded)) }
        if !self.spent.isEmpty { map["spent"] = .strings(self.spent.sorted()) }
        if let time = self.suspendedAt { map["suspendedAt"] = .time(time) }
        if let output = self.output { map["output"] = output }
        return .map(map)
    }
}

extension ValueMap {
    fileprivate mutating func put<Element>(
        _ key: String, _ members: [String: Element], when isPresent: Bool, _ encode: (Element) -> Value
    ) {
        guard isPresent else { return }
        // Built in key order, so that nothing is inserted in the middle.
        self[key] = .map(ValueMap(members.sorted { $0.key < $1.key }.map { (.string($0.key), encode($0.value)) }))
    }
}

extension Value {
    fileprivate static func time(_ time: Timestamp) -> Value { .string(time.description) }
    fileprivate static func strings(_ strings: [String]) -> Value { .list(strings.map { .string($0) }) }
}

extension Snapshot.Facts {
    fileprivate var encoded: Value {
        var map = ValueMap()
        map["id"] = .string(self.id)
        map["workflow"] = .string(self.workflow)
        map["version"] = .int(Int64(self.version))
        if let key = self.key { map["key"] = .string(key) }
        map["startedAt"] = .time(self.startedAt)
        map["startedBy"] = self.startedBy.encoded
        if let parent = self.parent {
            map["parent"] = ["instance": .string(parent.instance), "invocation": .string(parent.invocation)]
        }
        return .map(map)
    }
}

extension Actor {
    /// As stored: what is absent is left out.
    public var encoded: Value {
        var map = ValueMap()
        if let user = self.user { map["user"] = .string(user) }
        if !self.roles.isEmpty { map["roles"] = .strings(self.roles) }
        if let other = self.onBehalfOf { map["onBehalfOf"] = .string(other) }
        if let worker = self.worker { map["worker"] = .string(worker) }
        if let instance = self.instance { map["instance"] = .string(instance) }
        return .map(map)
    }
}

extension Snapshot.OpenTimer {
    fileprivate var encoded: Value {
        var map = ValueMap()
        map["id"] = .string(self.id)
        map["event"] = .string(self.event)
        if let id = self.sendID { map["sendID"] = .string(id) }
        map["due"] = .time(self.due)
        switch self.kind {
        case .after(let state):
            map["after"] = .string(state)
        case .raise(let data):
            map["raise"] = data
        case .send(let target, let data, let ttl):
            map["send"] = target.encoded
            map["data"] = data
            if let ttl { map["ttl"] = .time(ttl) }
        case .timeout(let invocation):
            map["timeout"] = .string(invocation)
        }
        return .map(map)
    }
}

extension SignalTarget {
    /// `{instance}` or `{workflow, key}`.
    public var encoded: Value {
        switch self {
        case .instance(let id): ["instance": .string(id)]
        case .key(let workflow, let key): ["workflow": .string(workflow), "key": .string(key)]
        }
    }
}

extension Snapshot.OpenInvocation {
    fileprivate var encoded: Value {
        var map = ValueMap()
        map["id"] = .string(self.id)
        map["name"] = .string(self.name)
        map["state"] = .string(self.state)
        switch self.kind {
        case .task(let task):
            map["task"] = task.encoded
        case .job(let topic):
            map["job"] = .string(topic)
        case .child(let instance, let detached):
            map["child"] = .string(instance)
            if detached { map["detached"] = .bool(true) }
        }
        return .map(map)
    }
}

extension HumanTask {
    /// Absent and empty parts are left out.
    public var encoded: Value {
        var map = ValueMap()
        if !self.title.isEmpty { map["title"] = .texts(self.title) }
        if !self.candidateRoles.isEmpty { map["roles"] = .strings(self.candidateRoles) }
        if !self.candidateUsers.isEmpty { map["users"] = .strings(self.candidateUsers) }
        if let assignee = self.assignee { map["assignee"] = .string(assignee) }
        if let form = self.form { map["form"] = form }
        if !self.outcomes.isEmpty {
            map["outcomes"] = .list(self.outcomes.map { ["value": .string($0.value), "title": .texts($0.title)] })
        }
        if !self.input.isNull { map["input"] = self.input }
        if !self.distinctFrom.isEmpty { map["distinctFrom"] = .strings(self.distinctFrom) }
        if self.priority != 0 { map["priority"] = .int(Int64(self.priority)) }
        map["createdAt"] = .time(self.createdAt)
        return .map(map)
    }
}
