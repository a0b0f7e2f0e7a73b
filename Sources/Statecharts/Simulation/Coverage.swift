/// How often a script entered each state and took each transition.
public struct Coverage: Sendable {
    /// In document order; history states are not counted.
    public private(set) var states: [(path: String, entries: Int)]
    public private(set) var transitions: [(transition: Chart.Transition, taken: Int)]
    private let places: [String: Int]

    init(_ chart: Chart) {
        let states = chart.states.filter { if case .history = $0.kind { false } else { true } }
        self.states = states.map { ($0.path, 0) }
        self.transitions = chart.transitions.map { ($0, 0) }
        self.places = Dictionary(uniqueKeysWithValues: states.enumerated().map { ($0.element.path, $0.offset) })
    }

    mutating func count(_ trace: Trace) {
        for microstep in trace.microsteps {
            for path in microstep.entered {
                if let place = self.places[path] { self.states[place].entries += 1 }
            }
            for taken in microstep.transitions { self.transitions[taken.transition].taken += 1 }
        }
    }

    /// Adds another run of the same chart.
    public mutating func add(_ other: Coverage) {
        for (place, state) in other.states.enumerated() { self.states[place].entries += state.entries }
        for (place, transition) in other.transitions.enumerated() { self.transitions[place].taken += transition.taken }
    }

    public var enteredStates: Int { self.states.count { $0.entries > 0 } }
    public var takenTransitions: Int { self.transitions.count { $0.taken > 0 } }
}
