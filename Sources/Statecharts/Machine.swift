import CEL
public import Values

/// Runs a chart. A machine is a value and never changes; it does nothing itself: what should happen is in
/// ``Step/effects``. Semantics: W3C SCXML, Appendix D.
///
///     let machine = Machine(chart)
///     let started = machine.start(facts, data: ["title": "…"], in: surroundings)
///     let step = machine.step(snapshot, Event("gate.requested", by: actor), in: surroundings)
public struct Machine: Sendable {
    /// Semantics number of this interpreter, stored in every history row.
    public static let semantics = 1

    /// Functions that programs of a chart are compiled with, beside CEL's own.
    public static var functions: Set<String> { StepActivation.functions }

    let index: ChartIndex

    public init(_ chart: Chart) { self.index = ChartIndex(chart) }

    public var chart: Chart { self.index.chart }

    /// Texts that many snapshots have in common: those that are read with them share them.
    public var texts: KnownTexts { self.index.knownPaths }

    /// The first step: seq 1. `facts.key` is what the client gave; the chart's `key` expression replaces it.
    public func start(_ facts: Snapshot.Facts, data: Value, in surroundings: Surroundings) -> Step {
        let empty = Snapshot(facts: facts, seq: 1, lastAt: surroundings.now, active: [], context: .null)
        let event = Event("start", data: data, by: facts.startedBy)
        var interpreter = Interpreter(self.index, empty, event, in: surroundings)
        return interpreter.start(data)
    }

    /// Equal inputs give equal outputs, byte for byte; never throws.
    ///
    /// A snapshot that nobody else holds is changed in place.
    public func step(_ snapshot: consuming Snapshot, _ event: Event, in surroundings: Surroundings) -> Step {
        var interpreter = Interpreter(self.index, snapshot, event, in: surroundings)
        return interpreter.step()
    }

    /// What this person could send now: declared events, and whether a transition would be taken.
    ///
    /// Guards that look at `event.data` are taken as open: the data is not there yet.
    public func offers(_ snapshot: Snapshot, to actor: Actor, in surroundings: Surroundings) -> [Offer] {
        let declared = (self.chart.events ?? [:]).sorted {
            ($0.value.position, $0.key) < ($1.value.position, $1.key)
        }
        return declared.map { name, declaration in
            let event = Event(name, by: actor)
            var interpreter = Interpreter(self.index, snapshot, event, in: surroundings)
            return interpreter.offer(name, declaration)
        }
    }

    /// Tags of active states (as in ``Snapshot/active``) and their ancestors, each once, in document order.
    public func activeTags(_ active: [String]) -> [String] {
        var seen = Set<String>()
        return self.index.closure(of: active).flatMap { self.chart.states[$0].tags }.filter { seen.insert($0).inserted }
    }

    /// Ids of the active states, ancestors included, in document order.
    public func activeStates(_ snapshot: Snapshot) -> [Chart.StateID] { Array(self.index.closure(of: snapshot.active)) }

    /// Timers that are due, in the order in which they fire: by time, then document order of their state, then key.
    public func dueTimers(_ snapshot: Snapshot, at time: Timestamp) -> [Snapshot.OpenTimer] {
        let due = snapshot.timers.enumerated().filter { $0.element.due <= time }
        let places = due.map { (timer: $0.element, place: self.index.place(of: $0.element), age: $0.offset) }
        return places.sorted { ($0.timer.due, $0.place, $0.age) < ($1.timer.due, $1.place, $1.age) }.map(\.timer)
    }
}

/// An event that people may send, as it stands now.
public struct Offer: Sendable {
    public var event: String
    public var title: [String: String]
    public var schema: Value?
    public var confirm: Bool
    public var isEnabled: Bool
    /// Why not; nil when enabled.
    public var refusal: Refusal?
}
