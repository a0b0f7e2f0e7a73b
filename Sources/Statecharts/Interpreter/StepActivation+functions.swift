import CEL
import Values

// Functions that look at the instance or its calendar.
extension StepActivation {
    /// Names that programs are compiled with.
    static let functions: Set<String> = [
        "inState", "hasTag", "reached", "visits", "enteredAt", "addDelay", "workdaysBetween", "date",
    ]

    /// Of the text of a delay.
    private static let delayBytes = 200

    func call(_ function: String, _ arguments: [Value]) throws(EvaluationError) -> Value? {
        switch (function, arguments.count) {
        case ("inState", 1), ("hasTag", 1), ("reached", 1), ("visits", 1), ("enteredAt", 1), ("date", 1):
            guard case .string(let text) = arguments[0] else { return nil }
            return try self.look(function, text)
        case ("addDelay", 2):
            guard case .timestamp(let start) = arguments[0], case .string(let text) = arguments[1] else { return nil }
            guard text.utf8.count <= Self.delayBytes, let terms = Delay.terms(text) else {
                throw EvaluationError(.invalidArgument, "\(Value.string(text).description(limit: 60)) is not a delay")
            }
            var days = WorkCalendar.horizon
            defer { self.budget.remaining -= WorkCalendar.horizon - days }
            guard let end = self.surroundings.calendar.adding(terms, to: start, days: &days) else {
                throw EvaluationError(.overflow, "a time out of range")
            }
            return .timestamp(end)
        case ("workdaysBetween", 2):
            guard case .timestamp(let start) = arguments[0], case .timestamp(let end) = arguments[1] else { return nil }
            self.budget.remaining -= self.surroundings.calendar.exceptions.count
            return .int(Int64(self.surroundings.calendar.workdays(from: start, to: end)))
        default:
            return nil
        }
    }

    private func look(_ function: String, _ text: String) throws(EvaluationError) -> Value? {
        switch function {
        case "hasTag":
            return .bool(self.active.contains { self.index.chart.states[$0].tags.contains(text) })
        case "date":
            guard let midnight = self.surroundings.calendar.midnight(of: text) else {
                throw EvaluationError(.invalidArgument, "\"\(text)\" is not a date (yyyy-MM-dd)")
            }
            return .timestamp(midnight)
        default:
            break
        }
        guard let state = self.index.state(named: text) else {
            throw EvaluationError(.invalidArgument, "there is no state \"\(text)\"")
        }
        switch function {
        case "inState":
            return .bool(self.active.contains(state))
        case "reached":
            return .bool(self.hasReached(state))
        case "visits":
            return .int(Int64(self.snapshot?.visits[self.index.path(state)]?.count ?? 0))
        default:
            return self.snapshot?.visits[self.index.path(state)].map { .timestamp($0.enteredAt) } ?? .null
        }
    }

    /// The active sibling is that state or one after it in document order.
    private func hasReached(_ state: Int) -> Bool {
        let parent = self.index.parent[state]
        guard parent >= 0 else { return self.active.contains(state) }
        return self.index.children[parent].contains { $0 >= state && self.active.contains($0) }
    }
}
