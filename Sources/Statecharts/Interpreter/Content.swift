import CEL
import JSONSchema
import Values

// Executable content (SCXML 4).
extension Interpreter {
    /// SCXML 4.9: an error ends its block, becomes an event, and the macrostep goes on.
    mutating func executeBlock(_ actions: [Action]) throws(Interruption) {
        guard !actions.isEmpty else { return }
        do {
            try self.execute(actions)
        } catch .error(let fault) {
            self.activation.loopNames.removeAll()
            self.activation.hidesEvent = false
            self.raiseError(fault)
        }
    }

    private mutating func execute(_ actions: [Action]) throws(Interruption) {
        for action in actions { try self.execute(action) }
    }

    private mutating func execute(_ action: Action) throws(Interruption) {
        switch action {
        case .assign(let assignments, let position):
            try self.assign(assignments, position)
        case .raise(let event, let data, let delay, let id, let position):
            try self.raise(event, data, delay, id, position)
        case .send(let send):
            try self.send(send)
        case .cancel(let id, _):
            try self.cancel(id)
        case .notify(let notify):
            try self.notify(notify)
        case .emit(let type, let data, _):
            try self.emit(.emit(type: type, data: try self.data(data)))
        case .log(let message, let level, _):
            try self.emit(.log(level: level, message: try self.plainText(message)))
        case .choose(let condition, let then, let otherwise, _):
            try self.execute(try self.condition(condition) ? then : otherwise)
        case .forEach(let list, let item, let index, let actions, let position):
            try self.forEach(list, item, index, actions, position)
        }
    }

    /// All expressions see the context before this assign.
    private mutating func assign(
        _ assignments: [(path: [String], value: Template)], _ position: Position
    ) throws(Interruption) {
        var context = self.snapshot.context
        for (path, template) in assignments {
            var value = try self.evaluate(template)
            try Self.check(value, against: self.surroundings.limits.contextBytes, "the context")
            if let schema = self.chart.schema { value = schema.normalised(value, at: path) }
            guard context.set(path[...], to: value) else {
                throw .error(
                    Fault(
                        code: .execution, message: "\(path.joined(separator: ".")) does not lead through maps",
                        position: position))
            }
        }
        self.snapshot.context = context
        self.contextChanged = true
        self.activation.forgetLets()
    }

    private mutating func raise(
        _ event: String, _ data: Template?, _ delay: Delay?, _ id: String?, _ position: Position
    ) throws(Interruption) {
        let data = try self.data(data)
        try Self.check(data, against: self.surroundings.limits.eventBytes, "the event's data")
        guard let delay else { return self.raise(event, data) }
        guard let due = try self.due(delay, position, moves: false) else { return }
        try self.set(
            Snapshot.OpenTimer(id: self.nextID(), kind: .raise(data: data), event: event, sendID: id, due: due))
    }

    private mutating func send(_ send: Action.Send) throws(Interruption) {
        let data = try self.data(send.data)
        try Self.check(data, against: self.surroundings.limits.eventBytes, "the event's data")
        let target = try self.resolve(send.target, send.position)
        let until: Timestamp? = if let ttl = send.ttl { try self.due(ttl, send.position, moves: false) } else { nil }
        if let delay = send.delay {
            guard let due = try self.due(delay, send.position, moves: false) else { return }
            try self.set(
                Snapshot.OpenTimer(
                    id: self.nextID(), kind: .send(to: target, data: data, ttl: until), event: send.event,
                    sendID: send.id, due: due))
        } else {
            try self.emit(
                .send(Effect.Signal(id: self.nextID(), to: target, event: send.event, data: data, until: until)))
        }
    }

    private func resolve(_ target: Action.Send.Target, _ position: Position) throws(Interruption) -> SignalTarget {
        switch target {
        case .`self`:
            return .instance(self.snapshot.facts.id)
        case .parent:
            if let parent = self.snapshot.facts.parent { return .instance(parent.instance) }
            throw .error(Fault(code: .communication, message: "there is no parent", position: position))
        case .invocation(let name):
            return try self.openChild(name, position)
        case .expression(let template):
            let value = try self.evaluate(template)
            if let text = value.string {
                if text.hasPrefix("#") { return try self.openChild(String(text.dropFirst()), position) }
                if text.isUUID { return .instance(text) }
            }
            if let workflow = value["workflow"]?.string, let key = value["key"]?.string {
                return .key(workflow: workflow, key: key)
            }
            // SCXML 6.2.4: a target that cannot be one is an error of this block, not of delivery.
            throw .error(
                Fault(
                    code: .execution, message: "a target is an instance id or {workflow, key}, not \(value.json)",
                    position: position))
        }
    }

    private func openChild(_ name: String, _ position: Position) throws(Interruption) -> SignalTarget {
        for invocation in self.snapshot.invocations where invocation.name == name {
            if case .child(let instance, _) = invocation.kind { return .instance(instance) }
        }
        throw .error(Fault(code: .communication, message: "#\(name) is not an open child", position: position))
    }

    private mutating func cancel(_ id: String) throws(Interruption) {
        for timer in self.snapshot.timers where timer.sendID == id { try self.cancelTimer(timer.id) }
    }

    private mutating func notify(_ notify: Action.Notify) throws(Interruption) {
        let (roles, users) = try self.recipients(of: notify)
        let subject = notify.subject.variants.isEmpty ? try self.reminderSubject() : try self.text(notify.subject)
        let notice = Effect.Notice(
            id: self.nextID(), roles: roles, users: users, subject: subject,
            body: try self.text(notify.body), link: try self.text(notify.link), channels: notify.channels)
        try self.emit(.notify(notice))
    }

    /// Over a copy of the list. An error in the loop ends it (SCXML 4.6).
    private mutating func forEach(
        _ list: Template, _ item: String, _ index: String?, _ actions: [Action], _ position: Position
    ) throws(Interruption) {
        let value = try self.evaluate(list)
        guard let elements = value.list else {
            throw .error(
                Fault(code: .execution, message: "forEach needs a list, not \(value.json)", position: position))
        }
        let depth = self.activation.loopNames.count
        for (place, element) in elements.enumerated() {
            self.activation.budget.remaining -= 1
            self.activation.loopNames.append((item, element))
            if let index { self.activation.loopNames.append((index, .int(Int64(place)))) }
            self.activation.forgetLets()
            try self.execute(actions)
            self.activation.loopNames.removeSubrange(depth...)
        }
        self.activation.forgetLets()
    }

    func data(_ template: Template?) throws(Interruption) -> Value {
        guard let template else { return .null }
        return try self.evaluate(template)
    }

    /// Gives its size.
    @discardableResult
    static func check(_ value: Value, against limit: Int, _ what: String) throws(Interruption) -> Int {
        let bytes = value.approximateBytes(upTo: limit)
        guard bytes > limit else { return bytes }
        throw .fatal(
            Fault(
                code: .limit,
                message: "\(what) is larger than \(limit) bytes, or nested deeper than \(Value.depthLimit)"))
    }
}

extension Value {
    /// Sets the member that a dotted path leads to, making maps on the way; false if something else stands there.
    mutating func set(_ path: ArraySlice<String>, to value: Value) -> Bool {
        guard let key = path.first else {
            self = value
            return true
        }
        var map: ValueMap
        switch self {
        case .map(let own): map = own
        case .null: map = ValueMap()
        default: return false
        }
        // Not held twice while it changes, so that deep members are changed in place.
        self = .null
        defer { self = .map(map) }
        return map[key, default: .null].set(path.dropFirst(), to: value)
    }

    /// Nesting of a context and of data: with what a snapshot puts around them they stay within ``JSONLimits/depth``, so
    /// that what was stored can be read again.
    static let depthLimit = 48

    /// About the length of its JSON; stops counting once past the limit. Past the limit of depth it is past any other.
    func approximateBytes(upTo limit: Int) -> Int {
        var bytes = 0
        self.count(into: &bytes, upTo: limit, depth: 0)
        return bytes
    }

    private func count(into bytes: inout Int, upTo limit: Int, depth: Int) {
        guard bytes <= limit else { return }
        guard depth <= Self.depthLimit else {
            bytes = max(bytes, limit) + 1
            return
        }
        switch self {
        case .null, .bool: bytes += 5
        case .int(let value): bytes += value > -1000 && value < 10_000 ? 4 : 20
        case .uint, .double: bytes += 20
        case .string(let text): bytes += text.utf8.count + 3
        case .bytes(let raw): bytes += raw.count * 4 / 3 + 4
        case .list(let elements):
            bytes += 2
            for element in elements { element.count(into: &bytes, upTo: limit, depth: depth + 1) }
        case .map(let map):
            bytes += 2
            for entry in map.entries {
                if case .string(let key) = entry.key { bytes += key.utf8.count + 4 } else { bytes += 20 }
                entry.value.count(into: &bytes, upTo: limit, depth: depth + 1)
            }
        case .timestamp, .duration: bytes += 32
        case .type(let name): bytes += name.utf8.count
        case .optional(let optional): optional.value?.count(into: &bytes, upTo: limit, depth: depth + 1)
        }
    }
}
