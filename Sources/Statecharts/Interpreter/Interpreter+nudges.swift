import JSONSchema
import Values

// Nudges (催办): a notice to those a task waits for.
extension Interpreter {
    /// Of working time, between one nudge and the next.
    private static let patience: Int64 = 4 * 3600

    /// By anybody who may see the instance.
    mutating func nudge(_ place: Int, _ task: HumanTask, _ event: Event) throws(Interruption) -> Outcome {
        guard event.by.user != nil || self.surroundings.isSimulation else {
            return self.refuse(.forbidden, "only a person can nudge")
        }
        if let readers = self.chart.access.read, !(try self.matches(event.by, readers)) {
            guard try self.isAdministrator(event.by) else {
                return .refused(Refusal(readers, Phrase("nudge", "催办")))
            }
        }
        if let last = task.nudgedAt, self.surroundings.calendar.workingSeconds(from: last, to: self.now) < Self.patience
        {
            return self.refuse(.notNow, "nudged less than four working hours ago")
        }
        let invocation = self.snapshot.invocations[place]
        var task = task
        task.nudgedAt = self.now
        let notice = Effect.Notice(
            id: self.nextID(), roles: task.assignee == nil ? task.inboxRoles : [],
            users: task.assignee.map { [$0] } ?? task.inboxUsers, subject: task.nudge(invocation.name),
            body: event.data["reason"]?.string.map { ["": $0] } ?? [:], link: ["": "/tasks/\(invocation.id)"],
            channels: [])
        try self.emit(.notify(notice))
        return try self.change(place, task)
    }
}

extension HumanTask {
    fileprivate func nudge(_ name: String) -> [String: String] {
        func title(_ language: String) -> String {
            self.title[language] ?? self.title[""] ?? self.title["en"] ?? self.title.values.min() ?? name
        }
        return ["en": "Waiting for you: \(title("en"))", "zh": "催办：\(title("zh"))"]
    }
}
