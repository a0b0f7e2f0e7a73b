extension Chart.Descriptor {
    func matches(_ event: String) -> Bool { self.covers(.exact(event)) }

    /// Whether it listens to all that the other one does.
    func covers(_ other: Chart.Descriptor) -> Bool {
        switch (self, other) {
        case (.any, _): true
        case (_, .any): false
        case (.exact(let own), .exact(let name)): own == name
        case (.exact, .prefix): false
        case (.prefix(let own), .exact(let name)), (.prefix(let own), .prefix(let name)): name.isAtOrBelow(own)
        }
    }
}

extension String {
    /// `a.b` is at or below `a` and `a.b`; `ab` is not below `a`.
    func isAtOrBelow(_ name: String) -> Bool {
        guard self.utf8.starts(with: name.utf8) else { return false }
        let rest = self.utf8.dropFirst(name.utf8.count)
        return rest.isEmpty || rest.first == UInt8(ascii: ".")
    }

    /// The names that it is at or below: `a.b.c`, `a.b`, `a`.
    var namesAbove: some Sequence<String> {
        sequence(first: self[...]) { name in name.lastIndex(of: ".").map { name[..<$0] } }.lazy.map { String($0) }
    }
}

/// Names of events that only the engine makes.
enum EngineEvents {
    /// Reserved, and what is below them; `task` is for the verbs on tasks.
    static let reserved = ["after", "done", "due", "error", "remind", "task"]
    /// Those that say of whom they come. They wait in the queue like what is raised.
    static let results = ["done.state.", "done.invoke.", "error.invoke."]

    /// What the event is reserved for.
    static func reservation(of event: String) -> String? { self.reserved.first { event.isAtOrBelow($0) } }

    static func isQueued(_ event: String) -> Bool { event.hasPrefix("done.") || event.hasPrefix("error.") }
}

/// Transitions by what they listen to, so that an event asks only those that hear it.
struct Listeners {
    private let transitions: [Int]
    /// Places in `transitions`.
    private var exact: [String: [Int]] = [:]
    private var prefixes: [String: [Int]] = [:]
    private var any: [Int] = []

    init(_ transitions: [Int], of chart: Chart) {
        self.transitions = transitions
        for (place, transition) in transitions.enumerated() {
            for descriptor in chart.transitions[transition].descriptors {
                switch descriptor {
                case .exact(let name): self.exact[name, default: []].append(place)
                case .prefix(let name): self.prefixes[name, default: []].append(place)
                case .any: self.any.append(place)
                }
            }
        }
    }

    /// Names of single events.
    var names: some Collection<String> { self.exact.keys }

    /// What all transitions listen to, each once; in no order.
    var descriptors: [Chart.Descriptor] {
        self.exact.keys.map { .exact($0) } + self.prefixes.keys.map { .prefix($0) } + (self.any.isEmpty ? [] : [.any])
    }

    /// Those that hear all that the descriptor names, in the order in which they were given.
    func covering(_ descriptor: Chart.Descriptor) -> [Int] {
        let places: [Int]
        switch descriptor {
        case .any: places = self.any
        case .prefix(let name): places = self.any + self.below(name)
        case .exact(let name): places = self.any + self.below(name) + (self.exact[name] ?? [])
        }
        let ordered = places.count < 2 ? places : Set(places).sorted()
        return ordered.map { self.transitions[$0] }
    }

    func hear(_ event: String) -> Bool {
        !self.any.isEmpty || self.exact[event] != nil || !self.below(event).isEmpty
    }

    private func below(_ name: String) -> [Int] {
        self.prefixes.isEmpty ? [] : name.namesAbove.flatMap { self.prefixes[$0] ?? [] }
    }
}
