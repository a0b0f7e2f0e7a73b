import Values

// `due`, `onDue` and `remind` of states and tasks.
extension Interpreter {
    mutating func armDeadline(of state: Int) throws(Interruption) {
        guard let deadline = self.chart.states[state].deadline else { return }
        let path = self.index.path(state)
        do {
            guard let due = try self.due(deadline) else { return }
            self.snapshot.due[path] = due
            self.hasGrown = true
            try self.arm(deadline, due, of: .after(state: path))
        } catch .error(let fault) {
            self.raiseError(fault)
        }
    }

    /// nil: `{at: …}` gives null.
    func due(_ deadline: Deadline) throws(Interruption) -> Timestamp? {
        guard let due = try self.due(deadline.delay, deadline.position) else { return nil }
        if deadline.delay.isMoving { return due }
        guard let rolled = self.surroundings.calendar.rolling(due, deadline.roll) else {
            throw .error(Fault(code: .execution, message: "there is no working day", position: deadline.position))
        }
        return rolled
    }

    /// `only`: the events of those of its timers that are set.
    mutating func arm(
        _ deadline: Deadline, _ due: Timestamp, of owner: Snapshot.OpenTimer.Kind, only events: Set<String>? = nil
    ) throws(Interruption) {
        if deadline.hasTimer, events?.contains(deadline.event) ?? true {
            try self.set(Snapshot.OpenTimer(id: self.nextID(), kind: owner, event: deadline.event, due: due))
        }
        for reminder in deadline.reminders where events?.contains(reminder.event) ?? true {
            guard let time = try self.time(of: reminder, due) else { continue }
            try self.set(reminder, of: owner, from: time, first: 0)
        }
    }

    // MARK: Moving

    /// Where the deadline is now; its timer and its reminders are there too.
    mutating func move(
        _ deadline: Deadline, of owner: Snapshot.OpenTimer.Kind, from old: Timestamp?
    ) throws(Interruption) -> Timestamp? {
        var due = old
        if deadline.delay.isMoving {
            due = try self.again(deadline.delay, deadline.position, old: old)
            if deadline.hasTimer { try self.move(deadline.event, of: owner, to: due) }
        }
        for reminder in deadline.reminders { try self.move(reminder, of: owner, to: due) }
        return due
    }

    mutating func move(_ deadline: Deadline, of invocation: Snapshot.OpenInvocation) throws(Interruption) {
        guard case .task(var task) = invocation.kind else { return }
        let due = try self.move(deadline, of: .task(invocation: invocation.id), from: task.dueAt)
        guard due != task.dueAt else { return }
        task.dueAt = due
        guard let place = self.snapshot.invocations.firstIndex(where: { $0.id == invocation.id }) else { return }
        self.snapshot.invocations[place].kind = .task(task)
        try self.emit(.changeTask(id: invocation.id, task))
    }

    private mutating func move(
        _ reminder: Reminder, of owner: Snapshot.OpenTimer.Kind, to due: Timestamp?
    ) throws(Interruption) {
        guard !self.snapshot.spent.contains(owner.mark(reminder.event)) else { return }
        let open = self.openTimer(reminder.event, of: owner)
        var time: Timestamp?
        do {
            if let due { time = try self.time(of: reminder, due) }
        } catch .error(let fault) {
            self.trace.errors.append(fault.message)
            return
        }
        let repetition = open?.repetition ?? 0
        // One that is due, but was not delivered yet, is not skipped.
        if let open, let time, self.repeated(reminder, repetition, from: time) == open.due { return }
        if let open { try self.cancelTimer(open.id) }
        if let time { try self.set(reminder, of: owner, from: time, first: repetition) }
    }

    // MARK: Reminders

    /// The first time of a reminder; nil: `{at: …}` gives null.
    private func time(of reminder: Reminder, _ due: Timestamp) throws(Interruption) -> Timestamp? {
        guard case .sum(let terms) = reminder.delay else {
            return try self.due(reminder.delay, reminder.position)
        }
        guard let time = self.surroundings.calendar.adding(terms, to: due) else {
            throw .error(Fault(code: .execution, message: "a delay out of range", position: reminder.position))
        }
        return time
    }

    private func repeated(_ reminder: Reminder, _ repetition: Int, from time: Timestamp) -> Timestamp? {
        guard repetition > 0, let every = reminder.repeats?.every else { return time }
        return self.surroundings.calendar.adding(every.map { $0.multiplied(by: repetition) }, to: time)
    }

    /// Sets the first timer that is not past, from a repetition on; false: there is none.
    @discardableResult
    private mutating func set(
        _ reminder: Reminder, of owner: Snapshot.OpenTimer.Kind, from time: Timestamp, first: Int
    ) throws(Interruption) -> Bool {
        let last = reminder.repeats?.times ?? 0
        for repetition in first..<max(first, last + 1) {
            guard let due = self.repeated(reminder, repetition, from: time), due > self.now else { continue }
            try self.set(
                Snapshot.OpenTimer(
                    id: self.nextID(), kind: owner, event: reminder.event, due: due, repetition: repetition))
            return true
        }
        return false
    }

    /// The planned end that a timer belongs to.
    func planned(_ owner: Snapshot.OpenTimer.Kind) -> Timestamp? {
        switch owner {
        case .after(let path): return self.snapshot.due[path]
        case .task(let id):
            guard case .task(let task)? = self.snapshot.invocations.first(where: { $0.id == id })?.kind else {
                return nil
            }
            return task.dueAt
        case .raise, .send, .timeout: return nil
        }
    }

    /// With what it reminds of.
    func reminderData(_ timer: Snapshot.OpenTimer, _ plan: Value) -> Value {
        guard let deadline = self.planned(timer.kind), var data = plan.map else { return plan }
        data["deadline"] = (try? Value.timestamp(deadline).asJSON()) ?? .null
        return .map(data)
    }

    /// A timer of a visit has fired: a reminder that repeats is set again, what follows the context is not armed again.
    mutating func spend(_ timer: Snapshot.OpenTimer) throws(Interruption) {
        let reminder = self.deadline(of: timer.kind)?.reminders.first { $0.event == timer.event }
        if let reminder, reminder.repeats != nil, try self.setNext(reminder, after: timer) { return }
        guard self.isMoving(timer) else { return }
        self.snapshot.spent.insert(timer.kind.mark(timer.event))
        self.hasGrown = true
    }

    private mutating func setNext(
        _ reminder: Reminder, after timer: Snapshot.OpenTimer
    ) throws(Interruption) -> Bool {
        if case .task(let id) = timer.kind, let open = self.snapshot.invocations.first(where: { $0.id == id }) {
            self.enter(open.element, of: self.definition(of: open)?.forEach)
        }
        defer { self.leaveElement() }
        do {
            guard let due = self.planned(timer.kind), let time = try self.time(of: reminder, due) else { return false }
            return try self.set(reminder, of: timer.kind, from: time, first: timer.repetition + 1)
        } catch .error(let fault) {
            self.trace.errors.append(fault.message)
            return false
        }
    }

    /// Sets a timer that was on hold; a reminder that follows the context and has passed meanwhile is skipped.
    mutating func restore(_ timer: Snapshot.OpenTimer, after pause: Duration) throws(Interruption) {
        var timer = timer
        guard self.isMoving(timer) else {
            timer.due = timer.due + pause
            return try self.set(timer)
        }
        let reminder = self.deadline(of: timer.kind)?.reminders.first { $0.event == timer.event }
        guard let reminder, timer.due <= self.now else { return try self.set(timer) }
        timer.repetition -= 1
        _ = try self.setNext(reminder, after: timer)
    }

    /// A vote may end with its time.
    mutating func closeVote(
        _ id: String, _ timer: Snapshot.OpenTimer, _ event: Event
    ) throws(Interruption) -> Outcome? {
        guard let invocation = self.snapshot.invocations.first(where: { $0.id == id }),
            timer.event == self.deadline(of: timer.kind)?.event
        else { return nil }
        let outcome = try self.closeDueVote(invocation, event)
        // Nobody is there to be refused.
        if case .refused(let refusal)? = outcome {
            throw .fatal(Fault(code: .refusedResult, message: refusal.detail))
        }
        return outcome
    }

    // MARK: Messages

    /// What a reminder says that has no words of its own.
    func reminderSubject() throws(Interruption) -> [String: String] {
        var titles: [String: String] = [:]
        var name = self.chart.workflow
        switch self.firing {
        case .after(let path)?:
            if let state = self.chart.statePaths[path] {
                titles = try self.text(state == 0 ? self.chart.title : self.chart.states[state].title)
            }
            if !path.isEmpty { name = path }
        case .task(let id)?:
            guard let open = self.snapshot.invocations.first(where: { $0.id == id }) else { break }
            if case .task(let task) = open.kind { titles = task.title }
            name = open.name
        case .raise?, .send?, .timeout?, nil: break
        }
        if titles.isEmpty { titles = ["en": name, "zh": name] }
        var subject: [String: String] = [:]
        for (language, title) in titles {
            subject[language] = (language.hasPrefix("zh") ? "提醒：" : "Reminder: ") + title
        }
        return subject
    }

    /// Roles and users that a message is for; of tasks, those who have them.
    func recipients(of notify: Action.Notify) throws(Interruption) -> (roles: [String], users: [String]) {
        var roles = notify.to.roles
        var users = try self.users(of: notify.to)
        for people in notify.others {
            roles += people.roles
            users += try self.users(of: people)
        }
        for invocation in self.snapshot.invocations {
            guard case .task(let task) = invocation.kind else { continue }
            if case .task(let id)? = self.firing, id != invocation.id { continue }
            let isHolder = notify.holders.contains(invocation.name)
            guard isHolder || notify.assignees.contains(invocation.name) else { continue }
            if let assignee = task.assignee {
                users.append(assignee)
            } else if isHolder {
                roles += task.inboxRoles
                users += task.inboxUsers
            } else {
                users += task.ballot?.members.map(\.user) ?? []
            }
        }
        var seen = Set<String>()
        var seenUsers = Set<String>()
        return (roles.filter { seen.insert($0).inserted }, users.filter { seenUsers.insert($0).inserted })
    }
}

extension Delay.Term {
    func multiplied(by factor: Int) -> Delay.Term {
        switch self {
        case .workdays(let count): return .workdays(count * factor)
        case .iso(var duration):
            duration.years *= factor
            duration.months *= factor
            duration.days *= factor
            duration.hours *= factor
            duration.minutes *= factor
            duration.seconds *= factor
            // Below a second, so that it cannot overflow.
            duration.nanoseconds *= factor
            return .iso(duration)
        }
    }
}
