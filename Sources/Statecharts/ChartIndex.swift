import Values

/// A chart with tables that make running it fast: the tree as integer arrays, event names as numbers.
///
/// A class only so that a machine can be copied and an interpreter made without touching a reference count for each table.
final class ChartIndex: Sendable {
    enum Kind: UInt8, Sendable { case atomic, compound, parallel, final, history }

    let chart: Chart
    let kind: [Kind]
    /// -1 for the root.
    let parent: [Int]
    let lastDescendant: [Int]
    /// Without history states.
    let children: [[Int]]
    let historyChildren: [[Int]]
    let eventIDs: [String: Int]
    /// The number of a transition's only, exact event; -1 where the descriptors must be asked.
    private let exactEvent: [Int]
    /// Some state has `always` transitions.
    let hasAlways: Bool
    let alwaysStates: StateSet
    /// States whose entries and exits are effects of their own.
    let stages: StateSet
    /// Some delay follows the context (`{at: …}`).
    let hasMovingTimers: Bool
    /// States with a history that keeps what it remembers on hold.
    let keepers: StateSet
    /// The order in which timers that are due at once fire, by their events.
    private let timerPlaces: [String: Int]

    init(_ chart: Chart) {
        self.chart = chart
        self.kind = chart.states.map { Self.kind(of: $0.kind) }
        self.parent = chart.states.map { $0.parent ?? -1 }
        self.lastDescendant = chart.states.map(\.lastDescendant)
        let kind = self.kind
        self.children = chart.states.map { $0.children.filter { kind[$0] != .history } }
        self.historyChildren = chart.states.map { $0.children.filter { kind[$0] == .history } }
        var eventIDs: [String: Int] = [:]
        for transition in chart.transitions {
            for case .exact(let name) in transition.descriptors where eventIDs[name] == nil {
                eventIDs[name] = eventIDs.count
            }
        }
        self.eventIDs = eventIDs
        self.exactEvent = chart.transitions.map { transition in
            guard transition.descriptors.count == 1, case .exact(let name) = transition.descriptors[0] else {
                return -1
            }
            return eventIDs[name] ?? -1
        }
        var always = StateSet()
        var stages = StateSet()
        for state in chart.states {
            if !state.always.isEmpty { always.insert(state.id) }
            if state.tags.contains("stage") { stages.insert(state.id) }
        }
        self.alwaysStates = always
        self.hasAlways = !always.isEmpty
        self.stages = stages
        var timers = TimerTable()
        var keepers = StateSet()
        for state in chart.states {
            timers.add(state)
            if state.keeps, let parent = state.parent { keepers.insert(parent) }
        }
        self.hasMovingTimers = timers.hasMoving
        self.timerPlaces = timers.places
        self.keepers = keepers
    }

    /// What ``ChartIndex`` knows of timers, gathered state by state.
    private struct TimerTable {
        var places: [String: Int] = [:]
        var hasMoving = false

        mutating func add(_ state: Chart.State) {
            for timer in state.timers { self.add(timer.event, timer.delay) }
            self.add(state.deadline)
            for invocation in state.invocations {
                if let timeout = invocation.timeout { self.add("error.invoke.\(invocation.id)", timeout) }
                self.add(invocation.deadline)
            }
        }

        private mutating func add(_ deadline: Deadline?) {
            guard let deadline else { return }
            self.add(deadline.event, deadline.delay)
            for reminder in deadline.reminders { self.add(reminder.event, reminder.delay) }
        }

        private mutating func add(_ event: String, _ delay: Delay) {
            if self.places[event] == nil { self.places[event] = self.places.count }
            if delay.isMoving { self.hasMoving = true }
        }
    }

    private static func kind(of kind: Chart.State.Kind) -> Kind {
        switch kind {
        case .atomic: .atomic
        case .compound: .compound
        case .parallel: .parallel
        case .final: .final
        case .history: .history
        }
    }

    /// SCXML's isDescendant: strictly below. Everything is below -1.
    func isDescendant(_ state: Int, of ancestor: Int) -> Bool {
        state > ancestor && (ancestor < 0 || state <= self.lastDescendant[ancestor])
    }

    func isLeaf(_ state: Int) -> Bool { self.kind[state] == .atomic || self.kind[state] == .final }

    func path(_ state: Int) -> String { self.chart.states[state].path }

    /// The state of a literal path or `#id`.
    func state(named name: String) -> Int? {
        if name.hasPrefix("#") { return self.chart.stateNames[String(name.dropFirst())] }
        return self.chart.statePaths[name] ?? self.chart.stateNames[name]
    }

    /// The states of these paths and their ancestors.
    func closure(of paths: [String]) -> StateSet {
        var states = StateSet()
        for path in paths {
            var state = self.chart.statePaths[path] ?? -1
            while state >= 0, !states.contains(state) {
                states.insert(state)
                state = self.parent[state]
            }
        }
        return states
    }

    /// Document order of a timer's state; timers of the instance come last.
    func place(of timer: Snapshot.OpenTimer) -> Int {
        switch timer.kind {
        case .after, .task, .timeout: self.timerPlaces[timer.event] ?? Int.max
        case .raise, .send: Int.max
        }
    }

    /// Whether a transition listens to an event; `eventID` is its number in ``eventIDs``, -1 if it has none.
    func listens(_ transition: Int, to event: EventName) -> Bool {
        let exact = self.exactEvent[transition]
        if exact >= 0 { return exact == event.id }
        for descriptor in self.chart.transitions[transition].descriptors {
            switch descriptor {
            case .exact(let name): if name == event.name { return true }
            case .prefix(let prefix): if event.matches(prefix: prefix) { return true }
            case .any: if !event.excludesAny { return true }
            }
        }
        return false
    }
}

/// An event's name, prepared for comparing.
struct EventName {
    let name: String
    let id: Int
    /// `after.*` and `task.*` concern the engine, and errors that must be handled are not handled by `*`.
    var excludesAny: Bool

    init(_ name: String, in index: ChartIndex, excludesAny: Bool = false) {
        self.name = name
        self.id = index.eventIDs[name] ?? -1
        self.excludesAny = excludesAny
    }

    /// `a.b.*` matches `a.b` and anything below it.
    func matches(prefix: String) -> Bool {
        guard self.name.utf8.starts(with: prefix.utf8) else { return false }
        let rest = self.name.utf8.dropFirst(prefix.utf8.count)
        return rest.isEmpty || rest.first == UInt8(ascii: ".")
    }
}
