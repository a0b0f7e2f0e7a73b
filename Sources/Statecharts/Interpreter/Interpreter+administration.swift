import JSONSchema
import Values

// What administrators do with an instance.
extension Interpreter {
    /// Role `admin` where the chart does not say. An actor without a user or worker is the engine or the parent instance.
    func isAdministrator(_ actor: Actor) throws(Interruption) -> Bool {
        if actor.user == nil, actor.worker == nil { return true }
        var people = People()
        people.roles = ["admin"]
        return try self.matches(actor, self.chart.access.admin ?? people)
    }

    mutating func administer(_ event: Event) throws(Interruption) -> Outcome {
        guard try self.isAdministrator(event.by) else {
            return self.refuse(.forbidden, "\(event.type) is for administrators")
        }
        let status = self.snapshot.status
        guard status == .active || status == .suspended else {
            return self.refuse(.notActive, "the instance is \(status.rawValue)")
        }
        try Self.check(event.data, against: self.surroundings.limits.eventBytes, "the event's data")
        switch event.type {
        case "admin.suspend":
            guard status == .active else { return self.refuse(.notActive, "the instance is suspended already") }
            return try self.suspend()
        case "admin.resume":
            guard status == .suspended else { return self.refuse(.notActive, "the instance is not suspended") }
            return try self.resume()
        case "admin.cancel":
            try self.end(.cancelled, output: nil)
            return .taken
        case "admin.resolve":
            return try self.resolve(event)
        default:
            return self.refuse(.unknownEvent(suggestion: nil), "\(event.type) is not known")
        }
    }

    private mutating func suspend() throws(Interruption) -> Outcome {
        self.snapshot.status = .suspended
        self.snapshot.suspendedAt = self.now
        for timer in self.snapshot.timers { try self.emit(.cancelTimer(id: timer.id)) }
        return .taken
    }

    /// Timers go on with what remained, or keep their dates.
    private mutating func resume() throws(Interruption) -> Outcome {
        let pause = self.now - (self.snapshot.suspendedAt ?? self.now)
        self.snapshot.status = .active
        self.snapshot.suspendedAt = nil
        // As many as the snapshot holds.
        self.isInLoop = true
        for place in self.snapshot.timers.indices {
            if self.chart.onSuspend == .remaining, !self.isMoving(self.snapshot.timers[place]) {
                self.snapshot.timers[place].due = self.snapshot.timers[place].due + pause
            }
            try self.emit(.setTimer(self.snapshot.timers[place]))
        }
        if self.chart.onSuspend == .remaining { try self.delayDeadlines(by: pause) }
        self.isInLoop = false
        if self.index.hasMovingTimers { try self.moveTimers() }
        return .taken
    }

    /// Those that do not follow the context.
    private mutating func delayDeadlines(by pause: Duration) throws(Interruption) {
        for (path, due) in self.snapshot.due {
            guard let deadline = self.deadline(of: .after(state: path)), !deadline.delay.isMoving else { continue }
            self.snapshot.due[path] = due + pause
        }
        for (place, invocation) in self.snapshot.invocations.enumerated() {
            let delayed = invocation.delayed(by: pause, self.definition(of: invocation))
            guard delayed != invocation, case .task(let task) = delayed.kind else { continue }
            self.snapshot.invocations[place] = delayed
            try self.emit(.changeTask(id: delayed.id, task))
        }
    }

    private mutating func resolve(_ event: Event) throws(Interruption) -> Outcome {
        var context = self.snapshot.context
        for entry in event.data["set"]?.map?.entries ?? [] {
            var path: [String] = []
            if case .string(let text) = entry.key { path = text.split(separator: ".").map(String.init) }
            guard !path.isEmpty, path.count <= Value.depthLimit, let value = try? entry.value.asJSON(),
                context.set(path[...], to: value)
            else {
                let error = Refusal.FieldError(pointer: "/set", en: "a path of maps", zh: "路径无效")
                return self.refuse(.invalidData([error]), "\(entry.key) cannot be set")
            }
        }
        if let schema = self.chart.schema { context = schema.normalised(context) }
        let violations = self.chart.schema?.validate(context) ?? []
        guard violations.isEmpty else { return .refused(Refusal(violations, what: Phrase("the context", "流程数据"))) }
        self.snapshot.context = context
        self.contextChanged = true
        self.activation.forgetLets()
        if self.snapshot.status == .active { try self.macrostep() } else { try self.checkContext() }
        return .taken
    }
}
