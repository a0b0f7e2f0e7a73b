/// From which states the workflow can come to its end, guards taken as "either way".
///
/// Two nodes a state: being entered (its id), and what any state within it can do (its id and the number of states).
struct Endings {
    private let chart: Chart
    /// Where a node is reached from.
    private var before: [[Int]]

    init(chart: Chart) {
        self.chart = chart
        self.before = Array(repeating: [], count: chart.states.count * 2)
        for state in chart.states { self.connect(state) }
        for transition in chart.transitions { self.connect(transition) }
    }

    /// States that can come to the end; nil: the workflow has none.
    func able() -> Set<Int>? {
        var waiting = self.ends()
        guard !waiting.isEmpty else { return nil }
        var able: Set<Int> = []
        while let node = waiting.popLast() {
            if able.insert(node).inserted { waiting += self.before[node] }
        }
        return able.filter { $0 < self.chart.states.count }
    }

    /// Final states that end the workflow, or, when the workflow itself is parallel, one of its regions.
    private func ends() -> [Int] {
        let parents = self.chart.states[0].kind == .parallel ? [0] + self.chart.states[0].children : [0]
        return self.chart.states.filter { $0.kind == .final && parents.contains($0.parent ?? -1) }.map(\.id)
    }

    private func within(_ id: Int) -> Int { id + self.chart.states.count }

    private mutating func connect(_ state: Chart.State) {
        self.before[self.within(state.id)].append(state.id)
        if let parent = state.parent { self.before[self.within(parent)].append(self.within(state.id)) }
        switch state.kind {
        case .compound: for target in state.initial?.targets ?? [] { self.before[target].append(state.id) }
        case .parallel: for region in state.children { self.before[region].append(state.id) }
        case .history:
            // The record can be any of its parent's states.
            guard let parent = state.parent else { return }
            for sibling in self.chart.states[parent].children { self.before[sibling].append(state.id) }
        case .atomic, .final: return
        }
    }

    private mutating func connect(_ transition: Chart.Transition) {
        let source = self.chart.states[transition.source]
        let isDone = transition.descriptors == [.exact("done.state.\(source.path)")] && !source.children.isEmpty
        for target in transition.targets {
            if isDone {
                for id in source.id...source.lastDescendant where self.chart.states[id].kind == .final {
                    let parent = self.chart.states[id].parent
                    let isRegions =
                        source.kind == .parallel && parent.flatMap { self.chart.states[$0].parent } == source.id
                    if parent == source.id || isRegions { self.before[target].append(id) }
                }
            } else {
                self.before[target].append(self.within(source.id))
            }
            // Leaving a parallel state takes the other regions along.
            var ancestor = source.parent
            while let id = ancestor, !(id < target && target <= self.chart.states[id].lastDescendant) {
                if self.chart.states[id].kind == .parallel { self.before[target].append(self.within(id)) }
                ancestor = self.chart.states[id].parent
            }
        }
    }
}
