import Values

/// One migration of one instance: finds out what becomes of each part of its snapshot, and steps a copy of it.
///
/// What is found out is in ``plan``; with an error in it the step is refused. The configuration is made in
/// `Migration+configuration.swift`, work and timers are moved in `Migration+parts.swift` and `Migration+deadlines.swift`,
/// those on hold taken up and put back in `Migration+holding.swift`, what is remembered in `Migration+memory.swift`.
struct Migration {
    let old: ChartIndex
    let new: ChartIndex
    let paths: PathMap
    let event: Event
    /// Of the old version, as it stands.
    var before: Interpreter
    /// Of the new version; its snapshot becomes the next one.
    var after: Interpreter
    var plan: MigrationPlan
    /// Active states of the new version that go on: new id → the old ones.
    var kept: [Int: [Int]] = [:]
    /// Active states of the new version that begin.
    var entry = EntrySet()
    /// Work of kept states that the old version did not have: state → ids.
    var additions: [Int: Set<String>] = [:]
    /// States of the new version that stay on hold: new id → the old one.
    var held: [Int: Int] = [:]
    /// Timers that are on hold.
    var frozen: Set<String> = []
    /// Invocations on hold whose result has come.
    var isOver: Set<String> = []
    /// Of `after` and `timeout`, where the old version had none.
    var newTimers: [NewTimer] = []
    /// States and tasks that go on and whose `due` is new, or some of whose timers are.
    var newDeadlines: [(owner: Snapshot.OpenTimer.Kind, isNew: Bool, events: Set<String>)] = []
    /// As in ``Snapshot/spent``, of tasks.
    var taskMarks: Set<String> = []
    /// Tasks with votes that were opened anew.
    var reopenedVotes: Set<String> = []
    /// Events of the old version's timers → the new version's.
    var timerEvents: [String: String] = [:]

    init(
        of snapshot: Snapshot, _ event: Event, from old: ChartIndex, to new: ChartIndex, in surroundings: Surroundings
    ) {
        self.old = old
        self.new = new
        self.event = event
        self.paths = PathMap(from: old, to: new, map: event.migrationMap ?? [:])
        self.before = Interpreter(old, snapshot, event, in: surroundings)
        self.before.active = old.closure(of: snapshot.active)
        self.after = Interpreter(new, snapshot, event, in: surroundings)
        let version = Machine.version(of: event) ?? 0
        self.plan = MigrationPlan(from: snapshot.facts.version, to: version, active: snapshot.active)
        self.after.snapshot.seq += 1
        if self.after.snapshot.facts.startVersion == nil {
            self.after.snapshot.facts.startVersion = snapshot.facts.version
        }
        self.after.snapshot.facts.version = version
    }

    /// What goes on, be it on hold: states of the new version and the old ones, in document order.
    var visits: [(state: Int, origins: [Int])] {
        let all = self.kept.merging(self.held.mapValues { [$0] }) { active, _ in active }
        return all.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    var isSuspended: Bool { self.before.snapshot.status == .suspended }

    mutating func run() -> Step {
        if let refusal = self.admission() { return refusal }
        do {
            let limit = self.after.surroundings.limits.eventBytes
            try Interpreter.check(self.event.data, against: limit, "the event's data")
            self.checkMap()
            self.moveStates()
            self.completeConfiguration()
            self.checkEnd()
            self.extendContext()
            self.takeUp()
            self.moveMemory()
            try self.moveInvocations()
            try self.moveTimers()
            self.moveDeadlines()
            self.checkSuspension()
            guard self.plan.isPossible else { return self.refused() }
            let step = try self.perform()
            if let next = step.next { self.plan.active = next.active }
            self.noteStarted(step.effects)
            return step
        } catch {
            let fault = error.fault
            self.error("step", fault.expression ?? "", "it fails: \(fault.message)", "无法执行：\(fault.message)")
            return self.after.failed(fault)
        }
    }

    /// nil: it may be tried.
    private mutating func admission() -> Step? {
        let snapshot = self.before.snapshot
        if (try? self.before.isAdministrator(self.event.by)) != true {
            self.error("forbidden", "", "migrating is for administrators", "只有管理员可以迁移")
            return self.refused(.forbidden, "admin.migrate is for administrators")
        }
        guard snapshot.status == .active || snapshot.status == .suspended else {
            let status = snapshot.status.rawValue
            self.error("not-active", "", "the instance is \(status)", "实例已结束（\(status)）")
            return self.refused(.notActive, "the instance is \(status)")
        }
        if Machine.version(of: self.event) == nil || self.event.migrationMap == nil {
            self.error("bad-request", "", "a migration names a version, and maps paths to paths", "迁移请求格式不对")
        }
        if self.old.chart.workflow != self.new.chart.workflow {
            let name = self.new.chart.workflow
            self.error("other-workflow", name, "'\(name)' is another workflow", "“\(name)”是另一个流程")
        }
        if let path = snapshot.active.first(where: { self.old.chart.statePaths[$0] == nil }) {
            self.error("unknown-state", path, "its version has no state '\(path)'", "原版本没有状态“\(path)”")
        }
        return self.plan.isPossible ? nil : self.refused()
    }

    // MARK: Findings

    mutating func error(_ code: String, _ subject: String, _ en: String, _ zh: String) {
        self.plan.findings.append(
            MigrationPlan.Finding(severity: .error, code: code, subject: subject, en: en, zh: zh))
    }

    mutating func warn(_ code: String, _ subject: String, _ en: String, _ zh: String) {
        self.plan.findings.append(
            MigrationPlan.Finding(severity: .warning, code: code, subject: subject, en: en, zh: zh))
    }

    private func refused() -> Step {
        let errors = self.plan.findings.filter { $0.severity == .error }
        let fields = errors.map { Refusal.FieldError(pointer: "/map", en: $0.en, zh: $0.zh) }
        return self.refused(.invalidData(fields), "the instance cannot be migrated: \(errors.first?.en ?? "")")
    }

    private func refused(_ code: Refusal.Code, _ detail: String) -> Step {
        Step(
            outcome: .refused(Refusal(code: code, detail: detail, candidates: [])), next: nil, effects: [],
            trace: Trace())
    }

    // MARK: The step

    private mutating func perform() throws(Interruption) -> Step {
        let exited = self.before.active.filter { state in
            self.paths.state(of: state).map { self.kept[$0] == nil } ?? true
        }
        self.after.trace.microsteps.append(
            Trace.Microstep(
                event: self.event.type, transitions: [], exited: exited.reversed().map { self.old.path($0) },
                entered: []))
        try self.moveStages()
        try self.armTimers()
        try self.putOnHold()
        try self.after.enter(self.entry)
        for (state, names) in self.additions {
            self.after.onlyInvoke[state] = names
            self.after.statesToInvoke.insert(state)
        }
        self.after.contextChanged = true
        self.after.hasGrown = true
        if self.isSuspended {
            try self.after.checkContext()
        } else {
            try self.noteDone()
            try self.after.settleVotes(self.reopenedVotes, by: self.event.by)
            try self.after.macrostep()
        }
        return try self.after.finish(.taken)
    }

    /// What is done now and was not, since its states or work are fewer.
    private mutating func noteDone() throws(Interruption) {
        var told: Set<Int> = []
        for (state, origins) in self.kept.sorted(by: { $0.key < $1.key }) where self.new.kind[state] == .final {
            let parent = self.new.parent[state]
            let was = origins.contains { old in
                self.old.kind[old] == .final && self.paths.state(of: max(0, self.old.parent[old])) == parent
            }
            guard !was else { continue }
            try self.after.reachFinal(state)
            told.formUnion([parent, parent > 0 ? self.new.parent[parent] : -1])
        }
        for (state, origins) in self.kept.sorted(by: { $0.key > $1.key }) where self.new.kind[state] == .parallel {
            guard !told.contains(state), self.after.isInFinalState(state),
                !origins.contains(where: { self.before.isInFinalState($0) }),
                !self.new.children[state].contains(where: { self.entry.states.contains($0) })
            else { continue }
            if state == 0 {
                self.after.isRunning = false
            } else {
                self.after.raise("done.state.\(self.new.path(state))", .null)
            }
        }
        for (state, origins) in self.kept.sorted(by: { $0.key < $1.key }) {
            let path = self.new.path(state)
            guard self.new.kind[state] == .atomic, self.new.chart.states[state].hasOnDone,
                let results = self.after.snapshot.results[path],
                results.count == self.new.chart.states[state].invocations.count,
                let origin = origins.first, results.count < self.old.chart.states[origin].invocations.count
            else { continue }
            self.after.raise("done.state.\(path)", .map(ValueMap(results.map { (.string($0.key), $0.value) })))
        }
    }

    private mutating func noteStarted(_ effects: [Effect]) {
        let known = Set(self.plan.parts.map(\.id))
        for effect in effects {
            let part: MigrationPlan.Part
            switch effect {
            case .setTimer(let timer):
                var state: String?
                if case .after(let path) = timer.kind { state = path }
                part = MigrationPlan.Part(
                    kind: .timer, fate: .started, id: timer.id, name: timer.event, state: state, due: timer.due)
            case .openTask(let id, let name, let state, _):
                part = MigrationPlan.Part(kind: .task, fate: .started, id: id, name: name, state: state)
            case .startJob(let job):
                part = MigrationPlan.Part(kind: .job, fate: .started, id: job.id, name: job.name, state: job.state)
            case .startChild(let child):
                part = MigrationPlan.Part(kind: .child, fate: .started, id: child.invocation, name: child.name)
            default: continue
            }
            if !known.contains(part.id) { self.plan.parts.append(part) }
        }
    }
}
