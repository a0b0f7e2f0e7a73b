import JSONSchema
import Values

// Human tasks: verbs are events that no transition sees, but for the submission's result.
extension Interpreter {
    func task(_ human: Invocation.Human, input: Value) throws(Interruption) -> HumanTask {
        var task = HumanTask(createdAt: self.now)
        task.title = try self.text(human.title)
        task.candidateRoles = human.candidates.roles
        var people = human.candidates
        people.assignee = false
        task.candidateUsers = try self.users(of: people)
        task.assignee = try self.data(human.assignee).string
        switch human.form {
        case .schema(let schema): task.form = schema.source
        case .expression(let expression): task.form = try self.form(expression)
        case nil: break
        }
        for outcome in human.outcomes {
            task.outcomes.append(HumanTask.Outcome(value: outcome.value, title: try self.text(outcome.title)))
        }
        task.input = input
        task.distinctFrom = human.distinctFrom
        task.priority = Int(clamping: try self.data(human.priority).int ?? 0)
        if let votes = human.votes {
            task.ballot = try self.ballot(votes, of: task)
            task.isSequential = votes.isSequential
        }
        return task
    }

    private func form(_ expression: Expression) throws(Interruption) -> Value? {
        let value = try self.evaluate(.expression(expression))
        if value.isNull { return nil }
        try Self.check(value, against: self.surroundings.limits.eventBytes, "the form")
        do {
            return try Schema(value).source
        } catch {
            let mistake = error.mistakes.first.map { "\($0.pointer): \($0.message)" } ?? ""
            throw .error(
                Fault(
                    code: .execution, message: "the form is not a JSON Schema: \(mistake)",
                    expression: expression.source, position: expression.position))
        }
    }

    mutating func processTask(_ event: Event) throws(Interruption) -> Outcome {
        guard let place = self.snapshot.invocations.firstIndex(where: { $0.id == event.reference }),
            case .task(let task) = self.snapshot.invocations[place].kind
        else {
            let isParked = self.parkedPath(of: event.reference) != nil
            return self.refuse(isParked ? .parked : .gone, isParked ? "the task is on hold" : "the task is not open")
        }
        if event.type == "task.nudge" { return try self.nudge(place, task, event) }
        if let ballot = task.ballot { return try self.vote(place, task, ballot, event) }
        switch event.type {
        case "task.claim": return try self.claim(place, task, event)
        case "task.release": return try self.release(place, task, event)
        case "task.assign": return try self.assign(place, task, event)
        case "task.delegate": return try self.delegate(place, task, event)
        case "task.resolve": return try self.resolve(place, task, event)
        case "task.submit": return try self.submit(place, task, event)
        case "task.add", "task.remove", "task.recuse", "task.abstain":
            return self.refuse(.notNow, "the task is no vote")
        case "task.withdraw": return self.refuse(.notNow, "nothing was submitted yet")
        default: return self.refuse(.unknownEvent(suggestion: nil), "\(event.type) is no verb of a task")
        }
    }

    mutating func change(_ place: Int, _ task: HumanTask) throws(Interruption) -> Outcome {
        self.snapshot.invocations[place].kind = .task(task)
        self.hasGrown = true
        try self.emit(.changeTask(id: self.snapshot.invocations[place].id, task))
        return .taken
    }

    private mutating func claim(_ place: Int, _ task: HumanTask, _ event: Event) throws(Interruption) -> Outcome {
        guard let user = event.by.user else { return self.refuse(.forbidden, "only a person can claim a task") }
        guard !event.by.isUser(task.assignee) else { return .taken }
        guard task.assignee == nil else { return self.refuse(.notYours, "the task is claimed already") }
        guard self.isCandidate(event.by, place, task) else { return self.refuseOthers(place, task) }
        if let refusal = self.mustDiffer(event.by, task) { return refusal }
        var task = task
        task.assignee = user
        return try self.change(place, task)
    }

    /// What is delegated goes back to who delegated it.
    private mutating func release(_ place: Int, _ task: HumanTask, _ event: Event) throws(Interruption) -> Outcome {
        guard task.assignee != nil else { return self.refuse(.notYours, "nobody has claimed the task") }
        guard try self.mayManage(event.by, task) else { return self.refuse(.notYours, "the task is somebody else's") }
        var task = task
        task.assignee = event.by.isUser(task.assignee) ? task.owner : nil
        task.owner = nil
        return try self.change(place, task)
    }

    private mutating func assign(_ place: Int, _ task: HumanTask, _ event: Event) throws(Interruption) -> Outcome {
        guard try self.mayManage(event.by, task) else { return self.refuse(.notYours, "the task is somebody else's") }
        guard let user = Self.user(event, "user") else { return Self.userMissing }
        if task.owner != nil, event.by.isUser(task.assignee) {
            return self.refuse(.notYours, "the task is only delegated to you: resolve or release it")
        }
        if let refusal = self.mustDiffer(Actor(user: user), task) { return refusal }
        var task = task
        task.assignee = user
        task.owner = nil
        return try self.change(place, task)
    }

    private mutating func delegate(_ place: Int, _ task: HumanTask, _ event: Event) throws(Interruption) -> Outcome {
        guard let user = Self.user(event, "user") else { return Self.userMissing }
        guard task.owner == nil else { return self.refuse(.notNow, "the task is delegated already") }
        if task.assignee != nil {
            guard try self.mayManage(event.by, task) else {
                return self.refuse(.notYours, "the task is somebody else's")
            }
        } else {
            guard event.by.user != nil, self.isCandidate(event.by, place, task) else {
                return self.refuseOthers(place, task)
            }
            if let refusal = self.mustDiffer(event.by, task) { return refusal }
        }
        let owner = task.assignee ?? event.by.user
        guard user != owner else { return self.refuse(.notNow, "\(user) has the task already") }
        if let refusal = self.mustDiffer(Actor(user: user), task) { return refusal }
        var task = task
        task.owner = owner
        task.assignee = user
        return try self.change(place, task)
    }

    /// The task goes back; what was found out stands in the form.
    private mutating func resolve(_ place: Int, _ task: HumanTask, _ event: Event) throws(Interruption) -> Outcome {
        guard task.owner != nil else { return self.refuse(.notNow, "the task is not delegated") }
        guard event.by.isUser(task.assignee) else { return self.refuse(.notYours, "the task is somebody else's") }
        var task = task
        task.assignee = task.owner
        task.owner = nil
        if let found = event.data["data"]?.map {
            var input = task.input.map ?? ValueMap()
            for entry in found.entries { input[entry.key] = entry.value }
            task.input = .map(input)
            try Self.check(task.input, against: self.surroundings.limits.eventBytes, "the input")
        }
        self.recordActor(event.by, in: self.snapshot.invocations[place].name)
        return try self.change(place, task)
    }

    private mutating func submit(_ place: Int, _ task: HumanTask, _ event: Event) throws(Interruption) -> Outcome {
        let isAnonymous = self.surroundings.isSimulation && event.by.user == nil
        if !isAnonymous {
            if task.assignee != nil {
                guard event.by.isUser(task.assignee) else {
                    return self.refuse(.notYours, "the task is somebody else's")
                }
            } else {
                guard event.by.user != nil, self.isCandidate(event.by, place, task) else {
                    return self.refuseOthers(place, task)
                }
            }
            if let refusal = self.mustDiffer(event.by, task) { return refusal }
        }
        guard task.owner == nil else { return self.refuse(.notNow, "the task is delegated: resolve it") }
        let invocation = self.snapshot.invocations[place]
        var event = event
        if let refusal = self.check(&event.data, of: invocation, task) { return .refused(refusal) }
        self.recordActor(event.by, in: invocation.name)
        return try self.finish(invocation, event, outcome: event.data["outcome"]?.string, data: event.data)
    }

    mutating func finish(
        _ invocation: Snapshot.OpenInvocation, _ event: Event, outcome: String?, data: Value
    ) throws(Interruption) -> Outcome {
        try self.close(invocation)
        try self.emit(.closeTask(id: invocation.id, reason: .submitted, by: event.by, outcome: outcome))
        let outcome = try self.conclude(invocation, isDone: true, data: data)
        // The task is closed even where no transition waits for it.
        return outcome == .ignored ? .taken : outcome
    }

    /// For `distinctFrom`.
    mutating func recordActor(_ actor: Actor, in invocation: String) {
        for user in [actor.user, actor.onBehalfOf].compactMap(\.self)
        where !(self.snapshot.actors[invocation]?.contains(user) ?? false) {
            self.snapshot.actors[invocation, default: []].append(user)
        }
    }

    static func user(_ event: Event, _ key: String) -> String? {
        guard let user = event.data[key]?.string, !user.isEmpty else { return nil }
        return user
    }

    static let userMissing: Outcome = {
        let error = Refusal.FieldError(pointer: "/user", en: "a user id is needed", zh: "需要用户")
        return .refused(Refusal(code: .invalidData([error]), detail: "this needs a user", candidates: []))
    }()

    /// nil: it fits, and its numbers have the form that the form says.
    func check(_ data: inout Value, of invocation: Snapshot.OpenInvocation, _ task: HumanTask) -> Refusal? {
        // Who gives no data means none of the fields.
        if data.isNull { data = .map(ValueMap()) }
        var fields: ValueMap
        switch data {
        case .map(let map): fields = map
        default:
            let error = Refusal.FieldError(pointer: "", en: "expected an object", zh: "应为对象")
            return Refusal(code: .invalidData([error]), detail: "a submission is an object", candidates: [])
        }
        if !task.outcomes.isEmpty {
            let values = task.outcomes.map(\.value)
            guard let outcome = fields["outcome"]?.string, values.contains(outcome) else {
                let list = values.joined(separator: ", ")
                let error = Refusal.FieldError(pointer: "/outcome", en: "one of \(list)", zh: "应为其中之一：\(list)")
                return Refusal(code: .invalidData([error]), detail: "outcome is one of \(list)", candidates: [])
            }
        }
        guard let schema = self.formSchema(of: invocation, task) else { return nil }
        data = schema.normalised(data)
        // The outcome stands beside the form's fields; a closed form need not know it.
        if schema.source["properties"]?["outcome"] == nil { fields["outcome"] = nil }
        let violations = schema.validate(.map(fields))
        return violations.isEmpty ? nil : Refusal(violations, what: Phrase("the form", "表单"))
    }

    private func formSchema(of invocation: Snapshot.OpenInvocation, _ task: HumanTask) -> Schema? {
        guard let form = task.form else { return nil }
        if case .human(let human)? = self.definition(of: invocation)?.source, case .schema(let schema)? = human.form {
            return schema
        }
        // It compiled when the task was made.
        return try? Schema(form)
    }

    /// A task for nobody in particular is for everybody.
    func isCandidate(_ actor: Actor, _ place: Int, _ task: HumanTask) -> Bool {
        if self.surroundings.isSimulation, actor.roles.isEmpty, !task.candidateRoles.isEmpty { return true }
        if actor.roles.contains(where: { task.candidateRoles.contains($0) }) { return true }
        if task.candidateUsers.contains(where: { actor.isUser($0) }) { return true }
        guard case .human(let human)? = self.definition(of: self.snapshot.invocations[place])?.source else {
            return false
        }
        return human.assignee == nil && human.candidates.isEmpty
    }

    func refuseOthers(_ place: Int, _ task: HumanTask) -> Outcome {
        var people = People()
        people.roles = task.candidateRoles
        if case .human(let human)? = self.definition(of: self.snapshot.invocations[place])?.source {
            people = human.candidates
            people.assignee = people.assignee || human.assignee != nil
        }
        return .refused(Refusal(people, Phrase("act on this task", "处理此任务")))
    }

    private func mayManage(_ actor: Actor, _ task: HumanTask) throws(Interruption) -> Bool {
        if actor.isUser(task.assignee) || actor.isUser(task.owner) { return true }
        return try self.isAdministrator(actor)
    }

    func mustDiffer(_ actor: Actor, _ task: HumanTask) -> Outcome? {
        for name in task.distinctFrom {
            guard self.snapshot.actors[name]?.contains(where: { actor.isUser($0) }) ?? false else { continue }
            return self.refuse(.forbidden, "whoever acted in \(name) may not act here")
        }
        return nil
    }
}
