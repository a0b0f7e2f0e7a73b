public import Values

/// How often scripts entered each state and took each transition.
public struct Coverage: Sendable {
    public let chart: Chart
    /// In document order; history states are not counted.
    public private(set) var states: [(path: String, entries: Int)]
    public private(set) var transitions: [(transition: Chart.Transition, taken: Int)]
    private let places: [String: Int]

    init(_ chart: Chart) {
        self.chart = chart
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

    /// Runs of the same definition are added up: one for each definition, in the order in which they come first. Versions
    /// of one workflow have states and transitions of their own.
    public static func merged(_ runs: some Sequence<Coverage>) -> [Coverage] {
        var all: [Coverage] = []
        for run in runs {
            let same = all.firstIndex { $0.chart.workflow == run.chart.workflow && $0.chart.source == run.chart.source }
            guard let same else {
                all.append(run)
                continue
            }
            for (place, state) in run.states.enumerated() { all[same].states[place].entries += state.entries }
            for (place, transition) in run.transitions.enumerated() {
                all[same].transitions[place].taken += transition.taken
            }
        }
        return all
    }

    public var enteredStates: Int { self.states.count { $0.entries > 0 } }
    public var takenTransitions: Int { self.transitions.count { $0.taken > 0 } }
}

extension Coverage {
    /// A transition in words.
    public struct Row: Sendable, Equatable {
        /// In the definition's text.
        public var line: Int
        /// Path of the source; empty: the root.
        public var source: String
        /// `x`, `after P1D`, `onDone`, `done.invoke.review`, `always`; several are joined by commas.
        public var event: String
        /// Paths; empty: it has no target.
        public var targets: [String]
        public var taken: Int
    }

    /// In document order.
    public var rows: [Row] {
        let timers = self.chart.states.flatMap(\.timers)
        let keys = Dictionary(timers.map { ($0.event, $0.key) }, uniquingKeysWith: { first, _ in first })
        return self.transitions.map { transition, taken in
            let source = self.chart.states[transition.source].path
            let events = transition.descriptors.map { Self.word(for: $0, of: source, keys) }
            return Row(
                line: transition.position.line, source: source,
                event: events.isEmpty ? "always" : events.joined(separator: ", "),
                targets: transition.targets.map { self.chart.states[$0].path }, taken: taken)
        }
    }

    /// `timers`: keys of `after` by their events.
    private static func word(
        for descriptor: Chart.Descriptor, of source: String, _ timers: [String: String]
    ) -> String {
        switch descriptor {
        case .any: "*"
        case .prefix(let name): "\(name).*"
        case .exact("done.state.\(source)"): "onDone"
        case .exact("due.state.\(source)"): "onDue"
        case .exact(let name): timers[name].map { "after \($0)" } ?? name
        }
    }

    /// `{workflow, enteredStates, takenTransitions, states: [{path, entered}], transitions: [{line, from, on, to, taken}]}`
    public var encoded: Value {
        [
            "workflow": .string(self.chart.workflow), "enteredStates": .int(Int64(self.enteredStates)),
            "takenTransitions": .int(Int64(self.takenTransitions)),
            "states": .list(self.states.map { ["path": .string($0.path), "entered": .int(Int64($0.entries))] }),
            "transitions": .list(
                self.rows.map { row in
                    [
                        "line": .int(Int64(row.line)), "from": .string(row.source), "on": .string(row.event),
                        "to": .list(row.targets.map { .string($0) }), "taken": .int(Int64(row.taken)),
                    ]
                }),
        ]
    }
}
