import JSONSchema
import Values

// What a simulation prints.
extension Simulation {
    /// The state after a step.
    func line() -> Value {
        var line = ValueMap()
        line["step"] = .int(Int64(self.lineNumber))
        line["at"] = .string(self.now.description)
        line["handled"] = .bool(self.last.isHandled)
        line["states"] = .list((self.snapshot?.active ?? []).map { .string($0) })
        line["status"] = .string(self.status)
        line["context"] = self.snapshot?.context ?? .map(ValueMap())
        if let output = self.snapshot?.output { line["output"] = output }
        line["effects"] = .list(self.last.effects)
        if !self.due.entries.isEmpty { line["due"] = .map(self.due) }
        if let error = self.last.error { line["error"] = .string(error.text(in: self.language)) }
        return .map(line)
    }

    /// `failed`: the start was refused; `incident`: something waits for repair.
    var status: String {
        guard let instance = self.instances.first else { return "failed" }
        if instance.snapshot.status == .active, !instance.incidents.isEmpty { return "incident" }
        return instance.snapshot.status.rawValue
    }

    /// Planned ends of active states, by path, and of open tasks, by name.
    var due: ValueMap {
        var due = ValueMap()
        for instance in self.instances {
            for (path, time) in instance.snapshot.due where instance.snapshot.facts.workflow == self.main {
                due[path] = .string(time.description)
            }
            for invocation in instance.snapshot.invocations {
                guard case .task(let task) = invocation.kind, let time = task.dueAt else { continue }
                due[invocation.name] = .string(time.description)
            }
        }
        return due
    }

    /// Names of tasks on hold, of all instances.
    var parked: [String] { self.instances.flatMap { $0.snapshot.parkedInvocations.filter(\.isTask).map(\.name) } }

    /// Names of open tasks of all instances.
    var tasks: [String] {
        self.instances.flatMap { $0.snapshot.invocations.filter(\.isTask).map(\.label) }
    }
}

extension Effect {
    /// `{kind, …}`
    var encoded: ValueMap {
        var map = ValueMap()
        switch self {
        case .setTimer(let timer):
            map.put("setTimer", ["id": .string(timer.id), "event": .string(timer.event)])
            map["due"] = .string(timer.due.description)
        case .cancelTimer(let id): map.put("cancelTimer", ["id": .string(id)])
        case .startJob(let job): map.put("startJob", job.encoded)
        case .cancelJob(let id): map.put("cancelJob", ["id": .string(id)])
        case .parkJob(let id): map.put("parkJob", ["id": .string(id)])
        case .resumeJob(let id): map.put("resumeJob", ["id": .string(id)])
        case .openTask(let id, let name, let state, let task):
            map.put("openTask", ["id": .string(id), "name": .string(name), "state": .string(state)])
            map["task"] = task.encoded
        case .changeTask(let id, let task): map.put("changeTask", ["id": .string(id), "task": task.encoded])
        case .parkTask(let id): map.put("parkTask", ["id": .string(id)])
        case .closeTask(let id, let reason, let by, let outcome):
            map.put("closeTask", ["id": .string(id), "reason": .string(reason.rawValue), "by": by.encoded])
            if let outcome { map["outcome"] = .string(outcome) }
        case .relocate(let id, let name, let state):
            map.put("relocate", ["id": .string(id), "name": .string(name), "state": .string(state)])
        case .startChild(let child): map.put("startChild", child.encoded)
        case .cancelChild(let invocation, let instance):
            map.put("cancelChild", ["invocation": .string(invocation), "child": .string(instance)])
        case .parkChild(let invocation, let instance):
            map.put("parkChild", ["invocation": .string(invocation), "child": .string(instance)])
        case .resumeChild(let invocation, let instance):
            map.put("resumeChild", ["invocation": .string(invocation), "child": .string(instance)])
        case .send(let signal): map.put("send", signal.encoded)
        case .notify(let notice): map.put("notify", notice.encoded)
        case .emit(let type, let data): map.put("emit", ["type": .string(type), "data": data])
        case .log(let level, let message): map.put("log", ["level": .string(level), "message": .string(message)])
        case .enter(let path, let visit): map.put("enter", ["path": .string(path), "visit": .int(Int64(visit))])
        case .leave(let path, let visit): map.put("leave", ["path": .string(path), "visit": .int(Int64(visit))])
        case .finish(let status, let output):
            map.put("finish", ["status": .string(status.rawValue)])
            if let output { map["output"] = output }
        }
        return map
    }
}

extension ValueMap {
    fileprivate mutating func put(_ kind: String, _ members: Value) {
        if let map = members.map { self = map }
        self["kind"] = .string(kind)
    }
}

extension Value {
    fileprivate static func strings(_ strings: [String]) -> Value { .list(strings.map { .string($0) }) }

    /// A text without languages is a string.
    fileprivate static func text(_ variants: [String: String]) -> Value {
        if variants.count == 1, let text = variants[""] { return .string(text) }
        return .texts(variants)
    }
}

extension Effect.Job {
    fileprivate var encoded: Value {
        [
            "id": .string(self.id), "name": .string(self.name), "state": .string(self.state),
            "topic": .string(self.topic), "payload": self.payload, "priority": .int(Int64(self.priority)),
        ]
    }
}

extension Effect.Child {
    fileprivate var encoded: Value {
        [
            "id": .string(self.invocation), "name": .string(self.name), "child": .string(self.instance),
            "workflow": .string(self.workflow), "input": self.input, "key": .optionalString(self.key),
        ]
    }
}

extension Effect.Signal {
    fileprivate var encoded: Value {
        ["id": .string(self.id), "to": self.to.encoded, "event": .string(self.event), "data": self.data]
    }
}

extension Effect.Notice {
    fileprivate var encoded: Value {
        [
            "id": .string(self.id), "roles": .strings(self.roles), "users": .strings(self.users),
            "subject": .text(self.subject), "body": .text(self.body), "channels": .strings(self.channels),
        ]
    }
}
