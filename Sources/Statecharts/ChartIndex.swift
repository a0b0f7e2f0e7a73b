import JSONSchema
import Values

/// A chart with tables that make running it fast: the tree as integer arrays, event names as numbers.
///
/// A class only so that a machine can be copied and an interpreter made without touching a reference count for each table.
final class ChartIndex: Sendable {
    let chart: Chart
    let tree: StateTree
    let mark = Mark()
    let known = KnownConfigurations()
    /// By id; the root's is empty.
    let knownPaths: KnownTexts
    let routes: [Route]
    /// First those that transitions name exactly, by their numbers, then those that are only declared.
    private let eventNames: KnownTexts
    private let declaredEvents: [DeclaredEvent?]
    /// The states that listen to an event, by its number, and those that listen to one without.
    private let listeners: [StateSet]
    private let otherListeners: StateSet
    /// The number of a transition's only, exact event; -1 where the descriptors must be asked.
    private let exactEvent: [Int]
    let hasLets: Bool
    /// Some state has `always` transitions.
    let hasAlways: Bool
    let alwaysStates: StateSet
    /// States whose entries and exits are effects of their own.
    let stages: StateSet
    /// States with content that runs when they are entered or left, and with timers and invocations.
    let acting: StateSet
    let timed: StateSet
    let invoking: StateSet
    /// States that a history remembers when they are left.
    let remembering: StateSet
    /// Some delay follows the context (`{at: …}`).
    let hasMovingTimers: Bool
    /// States with a history that keeps what it remembers on hold.
    let keepers: StateSet
    /// The order in which timers that are due at once fire, by their events.
    private let timerPlaces: [String: Int]

    init(_ chart: Chart) {
        let tree = StateTree(chart.states)
        let paths = chart.states.map(\.path)
        self.chart = chart
        self.tree = tree
        self.knownPaths = KnownTexts(paths)
        self.routes = chart.transitions.enumerated().map { Route($1, id: $0, in: tree, paths: paths) }
        var eventIDs: [String: Int] = [:]
        for transition in chart.transitions {
            for case .exact(let name) in transition.descriptors where eventIDs[name] == nil {
                eventIDs[name] = eventIDs.count
            }
        }
        let declared = chart.events ?? [:]
        let names =
            eventIDs.sorted { $0.value < $1.value }.map(\.key) + declared.keys.filter { eventIDs[$0] == nil }.sorted()
        self.eventNames = KnownTexts(names)
        self.declaredEvents = names.map { name in
            declared[name].map { DeclaredEvent(EventName(name, id: eventIDs[name] ?? -1), $0) }
        }
        self.hasLets = !chart.lets.isEmpty
        self.exactEvent = chart.transitions.map { transition in
            guard transition.descriptors.count == 1, case .exact(let name) = transition.descriptors[0] else {
                return -1
            }
            return eventIDs[name] ?? -1
        }
        var listeners = [StateSet](repeating: StateSet(), count: eventIDs.count)
        var otherListeners = StateSet()
        for state in chart.states {
            for descriptor in state.eventTransitions.flatMap({ chart.transitions[$0].descriptors }) {
                if case .exact(let name) = descriptor {
                    if let id = eventIDs[name] { listeners[id].insert(state.id) }
                } else {
                    otherListeners.insert(state.id)
                }
            }
        }
        self.listeners = listeners.map { $0.union(otherListeners) }
        self.otherListeners = otherListeners
        self.alwaysStates = StateSet(chart.states) { !$0.always.isEmpty }
        self.hasAlways = !self.alwaysStates.isEmpty
        self.stages = StateSet(chart.states) { $0.tags.contains("stage") }
        self.acting = StateSet(chart.states) {
            !$0.entry.isEmpty || !$0.exit.isEmpty || $0.initial?.actions.isEmpty == false
        }
        self.timed = StateSet(chart.states) { !$0.timers.isEmpty || $0.deadline != nil }
        self.remembering = StateSet(chart.states) { !tree.historyChildren[$0.id].isEmpty }
        self.invoking = StateSet(chart.states) { !$0.invocations.isEmpty }
        var timers = TimerTable()
        for state in chart.states { timers.add(state) }
        self.hasMovingTimers = timers.hasMoving
        self.timerPlaces = timers.places
        self.keepers = StateSet(chart.states) { $0.children.contains { tree.keepingHistories.contains($0) } }
    }

    /// What ``ChartIndex`` knows of timers, gathered state by state.
    private struct TimerTable {
        var places: [String: Int] = [:]
        var hasMoving = false

        mutating func add(_ state: Chart.State) {
            // The order of the keys of `after` means nothing.
            for timer in state.timers.sorted(by: { $0.event.utf8Order(to: $1.event) < 0 }) {
                self.add(timer.event, timer.delay)
            }
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

    var kind: [StateTree.Kind] { self.tree.kind }
    var parent: [Int] { self.tree.parent }
    var lastDescendant: [Int] { self.tree.lastDescendant }
    var children: [[Int]] { self.tree.children }
    var historyChildren: [[Int]] { self.tree.historyChildren }
    func isDescendant(_ state: Int, of ancestor: Int) -> Bool { self.tree.isDescendant(state, of: ancestor) }
    func isLeaf(_ state: Int) -> Bool { self.tree.isLeaf(state) }

    var paths: [String] { self.knownPaths.texts }
    func path(_ state: Int) -> String { self.knownPaths.texts[state] }

    func declaredEvent(_ name: String) -> DeclaredEvent? {
        self.eventNames.index(of: name).flatMap { self.declaredEvents[$0] }
    }

    /// The number of an event that a transition names exactly; -1: none does.
    fileprivate func eventID(_ name: String) -> Int {
        guard let place = self.eventNames.index(of: name), place < self.listeners.count else { return -1 }
        return place
    }

    /// The state of a literal path or `#id`.
    func state(named name: String) -> Int? {
        if name.hasPrefix("#") { return self.chart.stateNames[String(name.dropFirst())] }
        return self.chart.statePaths[name] ?? self.chart.stateNames[name]
    }

    /// The states of these paths and their ancestors; tells of paths that the chart does not have.
    func closure(of paths: [String], unknown: (String) -> Void = { _ in }) -> StateSet {
        var states = StateSet()
        for path in paths {
            guard var state = self.knownPaths.index(of: path) else {
                unknown(path)
                continue
            }
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

    /// States with a transition that may listen to an event.
    func listeners(to event: EventName) -> StateSet {
        event.id >= 0 ? self.listeners[event.id] : self.otherListeners
    }

    /// Whether a transition listens to an event; which has its number already.
    func listens(_ transition: Int, to event: EventName) -> Bool {
        let exact = self.exactEvent[transition]
        if exact >= 0 { return exact == event.id }
        for descriptor in self.chart.transitions[transition].descriptors {
            switch descriptor {
            case .exact(let name): if name == event.name { return true }
            case .prefix(let prefix): if event.name.isAtOrBelow(prefix) { return true }
            case .any: if !event.excludesAny { return true }
            }
        }
        return false
    }
}

/// An event of the `events` section, with what can be said before one comes.
final class DeclaredEvent: Sendable {
    let name: EventName
    let schema: Schema?
    let people: People?
    /// Data must be given.
    let refusesNull: Bool

    init(_ name: EventName, _ declaration: EventDeclaration) {
        self.name = name
        self.schema = declaration.schema
        self.people = declaration.people
        self.refusesNull = declaration.schema.map { !$0.validate(.null).isEmpty } ?? false
    }
}

/// An event's name, prepared for comparing.
struct EventName: Sendable {
    let name: String
    let id: Int
    /// `after.*` and `task.*` concern the engine, and errors that must be handled are not handled by `*`.
    var excludesAny: Bool

    init(_ name: String, id: Int, excludesAny: Bool = false) {
        self.name = name
        self.id = id
        self.excludesAny = excludesAny
    }

    init(_ name: String, in index: ChartIndex, excludesAny: Bool = false) {
        self.init(name, id: index.eventID(name), excludesAny: excludesAny)
    }
}
