import JSONSchema
public import Values

/// Runs workflows in memory on a virtual clock, as the server would: each event, timer and signal is a macrostep of
/// its own; signals arrive in order; timers fire when the clock passes them.
///
///     var simulation = Simulation(machine, now: now)
///     let line = simulation.start(data: ["title": "…"])
///     for step in script.steps { if let line = simulation.run(step) { … } }
///     simulation.differences  // what was expected and is not so
public struct Simulation: Sendable {
    /// Monday morning in Shanghai.
    public static let defaultNow = Timestamp(seconds: 1_767_574_800)

    /// Deliveries and timers after one script step; past it the simulation stops with an error.
    static let limit = 20_000

    let machines: [String: Machine]
    let main: String
    var surroundings: Surroundings
    public internal(set) var now: Timestamp
    /// The first is the one that is simulated; the others are its children.
    var instances: [Instance] = []
    var places: [String: Int] = [:]
    var outside = Set<String>()
    var mail: [Mail] = []
    /// Signals with a `ttl` whose receiver is not there yet.
    var waiting: [(signal: Effect.Signal, sender: String)] = []
    public internal(set) var coverage: Coverage
    /// Expectations that were not met, in words.
    var findings: [Phrase] = []
    public var differences: [String] { self.differences(in: "en") }
    /// Of the errors in the lines: `en` or `zh`. Scripts expect the English ones.
    public var language = "en"
    var lineNumber = 0
    var last = Result()
    /// A script step that could not be carried out, until an expectation says that it should not be.
    var unexpected: Phrase?

    public init(
        _ machine: Machine, children: [Machine] = [], now: Timestamp = Simulation.defaultNow,
        calendar: WorkCalendar = .default, ignoresUnhandledErrors: Bool = false
    ) {
        var machines: [String: Machine] = [:]
        for child in children { machines[child.chart.workflow] = child }
        machines[machine.chart.workflow] = machine
        self.machines = machines
        self.main = machine.chart.workflow
        self.now = now
        self.surroundings = Surroundings(now: now, calendar: calendar)
        self.surroundings.isSimulation = true
        self.surroundings.ignoresUnhandledErrors = ignoresUnhandledErrors
        self.coverage = Coverage(machine.chart)
    }

    /// ``differences`` in `en` or `zh`.
    public func differences(in language: String) -> [String] { self.findings.map { $0.text(in: language) } }

    /// The simulated instance; nil before the start, and when it was refused.
    public var snapshot: Snapshot? { self.instances.first?.snapshot }

    /// Starts the instance and gives the first line.
    public mutating func start(data: Value = .null, by: Actor = Actor(), key: String? = nil) -> Value {
        self.last = Result()
        let facts = Snapshot.Facts(
            id: "00000000-0000-4000-8000-000000000001", workflow: self.main, key: key, startedAt: self.now,
            startedBy: by)
        if let refusal = self.begin(facts, data: data) {
            self.last.error = refusal
        } else {
            self.last.isHandled = true
            self.settle()
        }
        return self.line()
    }

    /// Carries out a step of a script; the line it gives, nil for an expectation.
    public mutating func run(_ step: Script.Step) -> Value? {
        if case .expect(let expectation) = step.action {
            self.check(expectation, step)
            return nil
        }
        self.flagUnexpected()
        self.last = Result()
        self.lineNumber += 1
        do {
            try self.carryOut(step)
        } catch {
            self.last.error = error.phrase
            self.unexpected = error.phrase.inStep(step.number)
        }
        return self.line()
    }

    /// Runs all steps; the lines, the start's included, and what differed in ``differences``.
    public mutating func run(_ script: Script, data: Value = .null, by: Actor = Actor()) -> [Value] {
        var lines = [self.start(data: data, by: by)]
        for step in script.steps {
            if let line = self.run(step) { lines.append(line) }
        }
        self.flagUnexpected()
        return lines
    }

    mutating func flagUnexpected() {
        if let unexpected = self.unexpected { self.findings.append(unexpected) }
        self.unexpected = nil
    }

    private mutating func carryOut(_ step: Script.Step) throws(ScriptError) {
        guard !self.instances.isEmpty else { throw ScriptError(step.number, "the start was refused", "启动被拒绝") }
        switch step.action {
        case .send(let event, let data):
            self.external(Event(event, data: data, by: step.by), to: 0)
        case .advance(let advance):
            try self.advance(advance, step)
        case .complete(let name, let data):
            let (place, invocation) = try self.find(name, step, isTask: false)
            let event = Event("done.invoke", data: data, origin: .result, by: step.by, reference: invocation.id)
            self.external(event, to: place)
        case .fail(let name, let error):
            let (place, invocation) = try self.find(name, step, isTask: false)
            let event = Event("error.invoke", data: error, origin: .result, by: step.by, reference: invocation.id)
            self.external(event, to: place)
        case .task(let name, let verb, let data):
            let (place, invocation) = try self.find(name, step, isTask: true)
            let event = Event("task.\(verb)", data: data, origin: .task, by: step.by, reference: invocation.id)
            self.external(event, to: place)
        case .administer(let verb, let data):
            self.external(Event("admin.\(verb)", data: data, origin: .administration, by: step.by), to: 0)
        case .expect:
            break
        }
        self.settle()
    }

    /// An open invocation by name, of the simulated instance or else of a child; or one that is on hold.
    private func find(
        _ name: String, _ step: Script.Step, isTask: Bool
    ) throws(ScriptError) -> (place: Int, Snapshot.OpenInvocation) {
        var open: [String] = []
        for (place, instance) in self.instances.enumerated() {
            for invocation in instance.snapshot.invocations + instance.snapshot.parkedInvocations {
                if invocation.isTask == isTask, invocation.answers(to: name) {
                    return (place, invocation)
                }
                open.append(invocation.isTask ? "\(invocation.label) (task)" : invocation.label)
            }
        }
        let names = open.joined(separator: ", ")
        throw ScriptError(
            step.number,
            "there is no open \(isTask ? "task" : "invocation") \"\(name)\"; "
                + (open.isEmpty ? "nothing is open" : "open: \(names)"),
            "没有未完成的\(isTask ? "任务" : "调用")“\(name)”；" + (open.isEmpty ? "无任何未完成项" : "未完成：\(names)"))
    }
}

extension Simulation {
    struct Instance: Sendable {
        let machine: Machine
        var snapshot: Snapshot
        /// What failed, by the id of the timer, invocation or signal.
        var incidents: [String: Fault] = [:]
    }

    /// What happened in a script step.
    struct Result: Sendable {
        var isHandled = false
        var error: Phrase?
        var effects: [Value] = []
    }

    /// On its way between instances.
    enum Mail: Sendable {
        case signal(Effect.Signal, sender: String)
        case start(Effect.Child, parent: String)
        /// What a parent does with its child: `cancel`, `suspend`, `resume`.
        case administer(verb: String, instance: String, parent: String)
    }
}

extension Snapshot {
    /// By the path of their state.
    var parkedInvocations: [OpenInvocation] {
        self.parked.sorted { $0.key < $1.key }.flatMap(\.value.invocations)
    }
}

extension Snapshot.OpenInvocation {
    var isTask: Bool {
        if case .task = self.kind { true } else { false }
    }

    /// `name`, or `name[index]` of an element of `forEach`.
    var label: String { self.element.map { "\(self.name)[\($0.index)]" } ?? self.name }

    /// A name without an index is the first element.
    func answers(to name: String) -> Bool { name == self.label || name == self.name || name == self.id }
}
