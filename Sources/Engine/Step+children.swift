import Statecharts

extension Step {
    /// A child with a key is the instance of that key, wherever it is looked for; the core, which has no SHA-256, names
    /// it by its place. Replay does the same.
    func withKeyedChildren() -> Step {
        var ids: [String: String] = [:]
        for case .startChild(let child) in self.effects {
            guard let key = child.key else { continue }
            ids[child.instance] = InstanceID(workflow: child.workflow, key: key).description
        }
        guard !ids.isEmpty else { return self }
        var step = self
        for place in step.effects.indices { step.effects[place].replace(ids) }
        step.next?.replace(ids)
        return step
    }
}

extension Effect {
    /// `ids`: of instances, old → new.
    fileprivate mutating func replace(_ ids: [String: String]) {
        switch self {
        case .startChild(var child):
            child.instance = ids[child.instance] ?? child.instance
            self = .startChild(child)
        case .cancelChild(let invocation, let instance):
            self = .cancelChild(invocation: invocation, instance: ids[instance] ?? instance)
        case .parkChild(let invocation, let instance):
            self = .parkChild(invocation: invocation, instance: ids[instance] ?? instance)
        case .resumeChild(let invocation, let instance):
            self = .resumeChild(invocation: invocation, instance: ids[instance] ?? instance)
        case .send(var signal):
            signal.to.replace(ids)
            self = .send(signal)
        default: break
        }
    }
}

extension Snapshot {
    fileprivate mutating func replace(_ ids: [String: String]) {
        for place in self.invocations.indices { self.invocations[place].kind.replace(ids) }
        for (path, visit) in self.parked {
            for place in visit.invocations.indices { self.parked[path]?.invocations[place].kind.replace(ids) }
        }
        for place in self.timers.indices {
            guard case .send(var target, let data, let ttl) = self.timers[place].kind else { continue }
            target.replace(ids)
            self.timers[place].kind = .send(to: target, data: data, ttl: ttl)
        }
    }
}

extension Snapshot.OpenInvocation.Kind {
    fileprivate mutating func replace(_ ids: [String: String]) {
        guard case .child(let instance, let isDetached) = self, let id = ids[instance] else { return }
        self = .child(instance: id, detached: isDetached)
    }
}

extension SignalTarget {
    fileprivate mutating func replace(_ ids: [String: String]) {
        guard case .instance(let instance) = self, let id = ids[instance] else { return }
        self = .instance(id)
    }
}
