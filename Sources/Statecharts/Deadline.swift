import Values

/// The planned end of a visit or of a task (`due`), and what happens around it.
public struct Deadline: Sendable {
    /// Where a date on a day off goes.
    public enum Roll: String, Sendable, CaseIterable { case next, previous, none }

    public var delay: Delay
    /// `{at: …}` stays where it is.
    public var roll = Roll.next
    /// `due.state.<path>` or `due.invoke.<id>`: what `onDue` listens to.
    public var event: String
    /// Without `onDue`, or a vote that closes then, there is no timer: what is overdue is computed.
    public var hasTimer = false
    public var reminders: [Reminder] = []
    public var position: Position

    /// Events of the timers that it sets.
    var timerEvents: [String] { (self.hasTimer ? [self.event] : []) + self.reminders.map(\.event) }

    /// Some time of it is evaluated again after each macrostep.
    var isMoving: Bool { self.delay.isMoving || self.reminders.contains { $0.delay.isMoving } }
}

/// When to remind of a ``Deadline``. Its event takes a targetless transition of the state, which holds the message.
public struct Reminder: Sendable {
    /// `remind.<n>.state.<path>` or `remind.<n>.invoke.<id>`, n from 1.
    public var event: String
    /// From the deadline on; that of `before` has the other sign. `{at: …}` stands for itself.
    public var delay: Delay
    public var repeats: Repeat?
    public var position: Position

    /// After the first time, so many times more.
    public struct Repeat: Sendable {
        public var every: [Delay.Term]
        public var times: Int
    }
}

extension Delay {
    /// As far in the other direction.
    var reversed: Delay {
        switch self {
        case .at: self
        case .sum(let terms): .sum(terms.map(\.reversed))
        }
    }
}

extension Delay.Term {
    var reversed: Delay.Term {
        switch self {
        case .iso(let duration): .iso(-duration)
        case .workdays(let count): .workdays(-count)
        }
    }
}

extension Invocation {
    /// Some timer of it follows the context.
    var isMoving: Bool { self.timeout?.isMoving ?? false || self.deadline?.isMoving ?? false }

    /// Of a task.
    public var deadline: Deadline? {
        if case .human(let human) = self.source { human.deadline } else { nil }
    }
}
