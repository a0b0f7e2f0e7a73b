/// Which states can be entered at all.
struct Reachability {
    let chart: Chart
    var reached: Set<Int> = []
    private var waiting: [Int] = []

    init(chart: Chart) { self.chart = chart }

    mutating func run() {
        self.enter(0)
        self.descend(0)
        while let id = self.waiting.popLast() {
            let state = self.chart.states[id]
            for index in state.eventTransitions + state.always {
                for target in self.chart.transitions[index].targets {
                    self.enter(target)
                    self.descend(target)
                }
            }
        }
    }

    /// Marks a state and its ancestors; a parallel ancestor's other regions begin as they do by themselves.
    private mutating func enter(_ id: Int) {
        var current: Int? = id
        while let state = current, self.reached.insert(state).inserted {
            self.waiting.append(state)
            current = self.chart.states[state].parent
            if let parent = current, self.chart.states[parent].kind == .parallel {
                for region in self.chart.states[parent].children where !self.reached.contains(region) {
                    self.enter(region)
                    self.descend(region)
                }
            }
        }
    }

    private mutating func descend(_ id: Int) {
        let state = self.chart.states[id]
        switch state.kind {
        case .parallel:
            for region in state.children {
                if case .history = self.chart.states[region].kind { continue }
                guard !self.reached.contains(region) || !self.isDescended(region) else { continue }
                self.enter(region)
                self.descend(region)
            }
        case .compound, .history:
            for target in state.initial?.targets ?? [] where !self.reached.contains(target) || !self.isDescended(target)
            {
                self.enter(target)
                self.descend(target)
            }
        case .atomic, .final: return
        }
    }

    /// Whether a reached state was also entered by itself: then its beginning is reached too.
    private func isDescended(_ id: Int) -> Bool {
        let state = self.chart.states[id]
        let begin = state.kind == .parallel ? state.children : state.initial?.targets ?? []
        return begin.allSatisfy { self.reached.contains($0) }
    }
}
