import CEL
import JSONSchema
import Values

// What each kind of event does: taken, ignored, refused or failed.
extension Interpreter {
    mutating func step() -> Step {
        self.snapshot.seq += 1
        if let path = self.resumeConfiguration() {
            return self.failed(Fault(code: .execution, message: "this version has no state \(path)"))
        }
        do {
            return try self.finish(self.process())
        } catch {
            return self.failed(error.fault)
        }
    }

    func failed(_ fault: Fault) -> Step {
        Step(outcome: .failed(fault), next: nil, effects: [], trace: self.trace)
    }

    mutating func finish(_ outcome: Outcome) throws(Interruption) -> Step {
        switch outcome {
        case .refused, .failed: return Step(outcome: outcome, next: nil, effects: [], trace: Trace())
        case .taken, .ignored: break
        }
        self.snapshot.lastAt = self.now
        self.snapshot.configuration = self.configuration()
        if self.hasGrown, self.snapshot.approximateBytes(self.contextBytes) > self.surroundings.limits.snapshotBytes {
            throw .fatal(
                Fault(
                    code: .limit,
                    message: "the instance is larger than \(self.surroundings.limits.snapshotBytes) bytes"))
        }
        return Step(outcome: outcome, next: self.snapshot, effects: self.effects, trace: self.trace)
    }

    private mutating func process() throws(Interruption) -> Outcome {
        let origin = self.event.origin
        if origin == .administration { return try self.administer(self.event) }
        switch self.snapshot.status {
        case .active: break
        case .suspended: return self.refuse(.notActive, "the instance is suspended")
        case .done, .cancelled:
            guard origin == .client || origin == .task else { return .ignored }
            return self.refuse(.notActive, "the instance is \(self.snapshot.status.rawValue)")
        }
        var data: Value
        do {
            data = try self.event.data.asJSON()
        } catch {
            return self.refuse(.invalidData([.init(pointer: "", en: error.message, zh: error.message)]), error.message)
        }
        let declared = self.index.declaredEvent(self.event.type)
        if let schema = declared?.schema { data = schema.normalised(data) }
        try Self.check(data, against: self.surroundings.limits.eventBytes, "the event's data")
        // Who gives no data means none of the members.
        if origin == .client, data.isNull, declared?.refusesNull == true { data = .map(ValueMap()) }
        self.activation.see(data)
        switch origin {
        case .client: return try self.processClient(declared)
        case .signal: return try self.processSignal(self.event)
        case .timer: return try self.processTimer(self.event)
        case .result: return try self.processResult(self.event)
        case .task: return try self.processTask(self.event)
        case .administration: return .ignored
        }
    }

    private mutating func processClient(_ declared: DeclaredEvent?) throws(Interruption) -> Outcome {
        if let refusal = try self.admission(of: declared) { return .refused(refusal) }
        let name = declared?.name ?? EventName(self.event.type, in: self.index)
        let enabled = try self.selectTransitions(name)
        if enabled.isEmpty { return .refused(self.noTransition(for: name)) }
        return try self.take(enabled, name)
    }

    private mutating func processSignal(_ event: Event) throws(Interruption) -> Outcome {
        let strict = event.type == "error.communication" && !self.surroundings.ignoresUnhandledErrors
        let name = EventName(event.type, in: self.index, excludesAny: strict)
        let enabled = try self.selectTransitions(name)
        if enabled.isEmpty, strict {
            throw .fatal(Fault(code: .communication, message: event.data["message"]?.string ?? "not delivered"))
        }
        return try self.take(enabled, name)
    }

    private mutating func processTimer(_ event: Event) throws(Interruption) -> Outcome {
        guard let place = self.snapshot.timers.firstIndex(where: { $0.id == event.reference }) else { return .ignored }
        let timer = self.snapshot.timers.remove(at: place)
        let plan: Value = ["due": (try? Value.timestamp(timer.due).asJSON()) ?? .null]
        self.firing = timer.kind
        switch timer.kind {
        case .after, .task:
            if case .task(let id) = timer.kind, let outcome = try self.closeVote(id, timer, event) { return outcome }
            let data = timer.event.hasPrefix("remind.") ? self.reminderData(timer, plan) : plan
            try self.spend(timer)
            return try self.take(timer.event, data, excludesAny: true)
        case .raise(let data):
            return try self.take(timer.event, data.isNull ? plan : data, excludesAny: false)
        case .send(let target, let data, let until):
            try self.emit(
                .send(Effect.Signal(id: self.nextID(), to: target, event: timer.event, data: data, until: until)))
            return .taken
        case .timeout(let id):
            guard let invocation = self.snapshot.invocations.first(where: { $0.id == id }) else { return .ignored }
            try self.cancel(invocation)
            return try self.conclude(
                invocation, isDone: false, data: ["code": "timeout", "due": plan["due"] ?? .null])
        }
    }

    private mutating func processResult(_ event: Event) throws(Interruption) -> Outcome {
        guard let invocation = self.snapshot.invocations.first(where: { $0.id == event.reference }) else {
            self.keepParkedResult(event)
            return .ignored
        }
        try self.close(invocation)
        return try self.conclude(invocation, isDone: event.type == "done.invoke", data: event.data)
    }

    /// `done.invoke.<name>` or `error.invoke.<name>` of an invocation that is closed already.
    mutating func end(
        _ invocation: Snapshot.OpenInvocation, isDone: Bool, data: Value
    ) throws(Interruption) -> Outcome {
        self.keepResult(of: invocation, isDone ? data : .null)
        let type = "\(isDone ? "done" : "error").invoke.\(invocation.name)"
        let lenient = self.surroundings.ignoresUnhandledErrors
        let name = EventName(type, in: self.index, excludesAny: !isDone && !lenient)
        self.activation.see(type, data)
        let enabled = try self.selectTransitions(name)
        if enabled.isEmpty, !lenient {
            if !isDone { throw .fatal(self.fault(of: invocation.name, data)) }
            if case .task = invocation.kind {
                let refusal = self.noTransition(for: EventName(type, in: self.index, excludesAny: true))
                if !refusal.candidates.isEmpty { return .refused(refusal) }
            }
            try self.refuseResult(name)
        }
        return try self.take(enabled, name, after: invocation)
    }

    func fault(of invocation: String, _ error: Value) -> Fault {
        let reason = error["message"]?.string ?? error["code"]?.string ?? error.description(limit: 200)
        return Fault(code: .invocation, message: "\(invocation) failed: \(reason)")
    }

    /// A result that all guards refuse is nobody's mistake but the chart's.
    func refuseResult(_ event: EventName) throws(Interruption) {
        let refusal = self.noTransition(for: EventName(event.name, in: self.index, excludesAny: true))
        guard !refusal.candidates.isEmpty else { return }
        throw .fatal(Fault(code: .refusedResult, message: refusal.detail))
    }

    private mutating func take(_ type: String, _ data: Value, excludesAny: Bool) throws(Interruption) -> Outcome {
        self.activation.see(type, data)
        let name = EventName(type, in: self.index, excludesAny: excludesAny)
        return try self.take(try self.selectTransitions(name), name)
    }

    /// The external event's microstep, then everything it sets off until the instance rests.
    mutating func take(
        _ enabled: [Int], _ event: EventName, after invocation: Snapshot.OpenInvocation? = nil
    ) throws(Interruption) -> Outcome {
        if !enabled.isEmpty { try self.microstep(enabled, event: event.name) }
        if let invocation { self.raiseDoneState(after: invocation) }
        try self.macrostep()
        return self.tookTransition ? .taken : .ignored
    }
}

// MARK: The end

extension Interpreter {
    /// What is open is cancelled; a parent that waits is told.
    mutating func end(_ status: Snapshot.Status, output: Value?) throws(Interruption) {
        for invocation in self.snapshot.invocations { try self.cancel(invocation) }
        self.snapshot.loops = []
        for timer in self.snapshot.timers { try self.cancelTimer(timer.id) }
        for path in self.snapshot.parked.keys.sorted() { try self.dropParked(path) }
        self.snapshot.due = [:]
        self.snapshot.results = [:]
        self.snapshot.spent = []
        self.snapshot.status = status
        self.snapshot.suspendedAt = nil
        self.snapshot.output = output
        try self.emit(.finish(status: status, output: output))
        guard let parent = self.snapshot.facts.parent, self.event.by.instance != parent.instance || status == .done
        else { return }
        let isDone = status == .done
        try self.emit(
            .send(
                Effect.Signal(
                    id: self.nextID(), to: .instance(parent.instance), event: isDone ? "done.invoke" : "error.invoke",
                    data: isDone ? output ?? .null : ["code": "cancelled"], until: nil, invocation: parent.invocation)))
    }

    /// What breaks the schema or a limit cannot be handled.
    mutating func checkContext() throws(Interruption) {
        guard self.contextChanged else { return }
        self.contextChanged = false
        self.hasGrown = true
        let limit = self.surroundings.limits.contextBytes
        self.contextBytes = try Self.check(self.snapshot.context, against: limit, "the context")
        let violations = self.chart.schema?.validate(self.snapshot.context) ?? []
        guard let first = violations.first else { return }
        throw .fatal(
            Fault(
                code: .schema, message: "context\(first.pointer): \(first.en)",
                fields: violations.map {
                    Refusal.FieldError(pointer: "/context\($0.pointer)", en: $0.en, zh: $0.zh)
                }))
    }
}

extension Snapshot {
    /// About the length of ``json``. `contextBytes`: of the context, if that is known.
    func approximateBytes(_ contextBytes: Int? = nil) -> Int {
        var bytes = contextBytes ?? self.context.approximateBytes(upTo: 1 << 40)
        bytes += 400 + 60 * self.visits.count
        return self.hasExtras ? bytes + self.extras.content.approximateBytes : bytes
    }
}

extension Snapshot.Extras {
    fileprivate var approximateBytes: Int {
        let most = 1 << 40
        var bytes = Self.approximateBytes(self.timers, self.invocations) + 60 * self.due.count
        for visit in self.parked.values {
            bytes += 100 + Self.approximateBytes(visit.timers, visit.invocations)
            for loop in visit.loops { bytes += loop.approximateBytes }
            for result in visit.results.values { bytes += result.approximateBytes(upTo: most) }
            for kept in visit.kept.values { bytes += 80 + kept.data.approximateBytes(upTo: most) }
        }
        for (path, paths) in self.history { bytes += path.utf8.count + paths.reduce(8) { $0 + $1.utf8.count + 3 } }
        for loop in self.loops { bytes += loop.approximateBytes }
        for results in self.results.values {
            for result in results.values { bytes += result.approximateBytes(upTo: most) }
        }
        for users in self.actors.values { bytes += users.reduce(40) { $0 + $1.utf8.count + 3 } }
        return bytes
    }

    private static func approximateBytes(
        _ timers: [Snapshot.OpenTimer], _ invocations: [Snapshot.OpenInvocation]
    ) -> Int {
        let most = 1 << 40
        var bytes = 90 * timers.count + 120 * invocations.count
        for timer in timers {
            switch timer.kind {
            case .raise(let data), .send(_, let data, _): bytes += data.approximateBytes(upTo: most)
            case .after, .task, .timeout: break
            }
        }
        for invocation in invocations {
            bytes += invocation.element?.value.approximateBytes(upTo: most) ?? 0
            guard case .task(let task) = invocation.kind else { continue }
            bytes += 300 + task.textBytes
            bytes += (task.form?.approximateBytes(upTo: most) ?? 0) + task.input.approximateBytes(upTo: most)
            for member in task.ballot?.members ?? [] {
                bytes += 60 + (member.cast.map { 120 + $0.data.approximateBytes(upTo: most) } ?? 0)
            }
        }
        return bytes
    }
}

extension HumanTask {
    /// Of titles and of people's names.
    fileprivate var textBytes: Int {
        func sum(_ texts: some Sequence<String>) -> Int { texts.reduce(0) { $0 + $1.utf8.count + 3 } }
        var bytes = sum(self.candidateRoles) + sum(self.candidateUsers) + sum(self.distinctFrom)
        bytes += sum(self.title.values)
        for outcome in self.outcomes { bytes += sum([outcome.value]) + sum(outcome.title.values) }
        guard let ballot = self.ballot else { return bytes }
        bytes += sum(ballot.recused) + sum(ballot.removed)
        for member in ballot.members { bytes += sum([member.user, member.owner ?? "", member.addedBy ?? ""]) }
        return bytes
    }
}

extension Snapshot.OpenLoop {
    fileprivate var approximateBytes: Int {
        let most = 1 << 40
        var bytes = 120 + self.waiting.reduce(0) { $0 + $1.approximateBytes(upTo: most) }
        for failure in self.failed { bytes += 10 + failure.error.approximateBytes(upTo: most) }
        for result in self.results.values { bytes += 10 + result.approximateBytes(upTo: most) }
        return bytes
    }
}
