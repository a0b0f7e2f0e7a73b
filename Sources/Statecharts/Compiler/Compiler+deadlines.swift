import Values

// `due`, `roll`, `onDue` and `remind` of states and tasks.
extension Compiler {
    /// A reminder of a state that does not say whom it reminds; known when all transitions are.
    struct OpenReminder {
        var transition: Int
        var state: Int
        var place: Syntax
    }

    /// The deadline of a state, or of one of its tasks, with the transitions on its events. nil without `due`.
    mutating func deadline(
        _ fields: Fields, of id: Int, task: String?, _ scope: Scope
    ) -> (deadline: Deadline?, transitions: [Int]) {
        guard let due = fields["due"] else {
            for key in ["roll", "remind", "onDue"] {
                guard let written = fields.written(key) else { continue }
                self.error("needs-due", "'\(key)' needs the key 'due' beside it", at: written)
            }
            return (nil, [])
        }
        let path = self.chart.states[id].path
        let owner = task.map { "invoke.\($0)" } ?? "state.\(path.isEmpty ? self.chart.workflow : path)"
        let timeless = Scope(names: scope.names, roots: Scope.timeless)
        let delay = self.delay(due, timeless, moves: true)
        var deadline = Deadline(delay: delay ?? .sum([]), event: "due.\(owner)", position: due.position)
        let rolls = Deadline.Roll.allCases.map(\.rawValue)
        if let word = self.keyword(fields["roll"], "roll", among: rolls), let roll = Deadline.Roll(rawValue: word) {
            deadline.roll = roll
        }
        var found: [Int] = []
        if let onDue = fields.written("onDue") {
            found = self.transitions(onDue, of: id, [.exact(deadline.event)], scope)
            deadline.hasTimer = true
        }
        if fields["votes"]?["close"]?.string == Ballot.Close.due.rawValue { deadline.hasTimer = true }
        let reminders = fields["remind"]?.oneOrMany ?? []
        if reminders.count > DefinitionLimits.reminders {
            let message: Message = "a 'due' has more than \(DefinitionLimits.reminders) reminders"
            self.exceed("reminders", message, at: fields["remind"] ?? due)
        }
        let ending = found.last { self.unguarded.contains($0) && self.leaves(self.chart.transitions[$0], id) }
        for (place, syntax) in reminders.prefix(DefinitionLimits.reminders).enumerated() {
            let event = "remind.\(place + 1).\(owner)"
            guard let reminder = self.reminder(syntax, event, timeless, in: deadline, endsAtDue: ending != nil) else {
                continue
            }
            deadline.reminders.append(reminder)
            if let transition = self.message(syntax, event, of: id, task: task, scope) { found.append(transition) }
        }
        return (delay == nil ? nil : deadline, found)
    }

    // MARK: When

    private mutating func reminder(
        _ syntax: Syntax, _ event: String, _ timeless: Scope, in deadline: Deadline, endsAtDue: Bool
    ) -> Reminder? {
        let fields = self.fields(of: syntax, Keys.reminder, "a reminder")
        guard syntax.entries != nil else { return nil }
        guard (fields["before"] == nil) != (fields["after"] == nil) else {
            let hint: Message = "remind: [{before: 3 workdays}, {after: 1 workday}]"
            self.error("reminder-time", "a reminder has either 'before' or 'after'", at: syntax, hint: hint)
            return nil
        }
        let isBefore = fields["before"] != nil
        guard let delay = self.delay(fields["before"] ?? fields["after"], timeless, moves: true) else { return nil }
        if endsAtDue, !isBefore, !delay.isMoving {
            self.warn("reminder-after-due", "this reminder comes after 'onDue' has left the state", at: syntax)
        }
        if isBefore, Self.isAsLong(delay, as: deadline.delay) {
            self.warn("reminder-never", "this reminder would come before the time that 'due' counts from", at: syntax)
        }
        return Reminder(
            event: event, delay: isBefore ? delay.reversed : delay, repeats: self.repeats(fields["repeat"], timeless),
            position: syntax.position)
    }

    private mutating func repeats(_ syntax: Syntax?, _ timeless: Scope) -> Reminder.Repeat? {
        guard let syntax else { return nil }
        let fields = self.fields(of: syntax, ["every", "times"], "'repeat'")
        guard syntax.entries != nil else { return nil }
        let every = self.required("every", fields)
        let times = self.integer(self.required("times", fields), "times", in: 1...DefinitionLimits.repetitions)
        guard let every, let delay = self.delay(every, timeless, moves: false), let times else { return nil }
        guard case .sum(let terms) = delay else {
            self.error("bad-delay", "'every' is a length of time, not a point in time", at: every)
            return nil
        }
        return Reminder.Repeat(every: terms, times: times)
    }

    /// Whether going back by the one leads to the beginning of the other or before it; false where calendars decide.
    private static func isAsLong(_ delay: Delay, as whole: Delay) -> Bool {
        guard case .sum(let back) = delay.reversed, case .sum(let terms) = whole else { return false }
        let working = (back + terms).count { if case .workdays = $0 { true } else { false } }
        guard working == 0 || working == back.count + terms.count else { return false }
        let start = Simulation.defaultNow
        guard let end = WorkCalendar.default.adding(terms, to: start),
            let time = WorkCalendar.default.adding(back, to: end)
        else { return false }
        return time <= start
    }

    // MARK: What and to whom

    /// The targetless transition that a reminder takes.
    private mutating func message(
        _ syntax: Syntax, _ event: String, of id: Int, task: String?, _ scope: Scope
    ) -> Int? {
        guard self.chart.transitions.count < DefinitionLimits.transitions else { return nil }
        let fields = Fields(syntax, Dictionary((syntax.entries ?? []).map { ($0.key, $0.value) }) { first, _ in first })
        var notify = Action.Notify(
            to: fields["to"].map { self.people($0, scope) } ?? People(),
            subject: self.text(fields["subject"], scope) ?? LocalizedText(variants: []),
            body: self.text(fields["body"], scope), channels: self.literals(fields["channels"], "a channel"),
            position: syntax.position)
        if let task {
            if fields["to"] == nil { notify.holders = [task] }
            if notify.to.assignee { notify.assignees = [task] }
            notify.to.assignee = false
        }
        var transition = Chart.Transition(
            id: self.chart.transitions.count, source: id, descriptors: [.exact(event)], position: syntax.position)
        transition.actions = [.notify(notify)] + self.actions(fields["actions"], scope)
        self.chart.transitions.append(transition)
        self.transitionPaths.append(syntax.path)
        self.unguarded.insert(transition.id)
        if task == nil, fields["to"] == nil {
            self.openReminders.append(OpenReminder(transition: transition.id, state: id, place: syntax))
        }
        return transition.id
    }

    /// Reminders of states go, where they do not say to whom, to the people of the events that leave the state: those
    /// that it or a state in it listens to, else those of the next state around it that has any.
    mutating func addressReminders() {
        guard !self.openReminders.isEmpty else { return }
        let tasks = self.tasksByEnd()
        var known: [Int: Audience] = [:]
        for reminder in self.openReminders {
            let audience = known[reminder.state] ?? self.audience(of: reminder.state, tasks)
            known[reminder.state] = audience
            if audience.isEmpty {
                self.warn("nobody", "nobody gets this reminder: it has no 'to'", at: reminder.place)
            }
            guard case .notify(var notify)? = self.chart.transitions[reminder.transition].actions.first else {
                continue
            }
            notify.others = audience.people
            notify.holders = audience.holders
            self.chart.transitions[reminder.transition].actions[0] = .notify(notify)
        }
    }

    private struct Audience {
        var people: [People] = []
        /// Ids of tasks.
        var holders: [String] = []
        var isEmpty: Bool { self.people.allSatisfy(\.isEmpty) && self.holders.isEmpty }
    }

    private func audience(of id: Int, _ tasks: [String: [String]]) -> Audience {
        var audience = Audience()
        var seen: Set<String> = []
        var around: Int? = id
        while let source = around, audience.isEmpty {
            let sources = source == id ? id...self.chart.states[id].lastDescendant : source...source
            for place in sources.flatMap({ self.chart.states[$0].eventTransitions }) {
                let transition = self.chart.transitions[place]
                guard self.leaves(transition, id) else { continue }
                for case .exact(let event) in transition.descriptors {
                    let isNew = seen.insert(event).inserted
                    if isNew, let declared = self.chart.events?[event]?.people { audience.people.append(declared) }
                    for task in tasks[event] ?? [] where !audience.holders.contains(task) {
                        audience.holders.append(task)
                    }
                }
            }
            around = self.chart.states[source].parent
        }
        return audience
    }

    /// The tasks whose end is, or brings, an event.
    private func tasksByEnd() -> [String: [String]] {
        var tasks: [String: [String]] = [:]
        for state in self.chart.states {
            for invocation in state.invocations {
                guard case .human = invocation.source else { continue }
                tasks["done.invoke.\(invocation.id)", default: []].append(invocation.id)
                if state.kind == .atomic { tasks["done.state.\(state.path)", default: []].append(invocation.id) }
            }
        }
        return tasks
    }

    private func leaves(_ transition: Chart.Transition, _ state: Int) -> Bool {
        let inside = state...self.chart.states[state].lastDescendant
        return transition.targets.contains {
            !inside.contains($0) || (transition.reenter && transition.source <= state)
        }
    }
}
