/// What a drawing shows of a chart: boxes in boxes, and arrows between them.
struct Diagram {
    enum Kind: Hashable {
        case atomic, compound, parallel, final
        case history(deep: Bool)
        /// The dot from which a compound state begins.
        case initial

        var name: String {
            switch self {
            case .atomic: "atomic"
            case .compound: "compound"
            case .parallel: "parallel"
            case .final: "final"
            case .history: "history"
            case .initial: "initial"
            }
        }
    }

    struct Node {
        var kind: Kind
        var title: String
        var path: String
        var isActive = false
        /// Its children are not shown.
        var hidden = 0
        var parent: Int?
        var children: [Int] = []
    }

    struct Edge {
        var source: Int
        var target: Int
        /// A transition each.
        var labels: [String] = []
        var details: [String] = []
        var isPlain: Bool { self.labels.isEmpty }
    }

    /// In quotes, as languages of drawings have them; other control characters are blanks.
    static func quoted(_ text: String, lineBreak: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\n": quoted += lineBreak
            case _ where scalar.value < 0x20: quoted += " "
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    let title: String
    /// 0 is the chart itself.
    private(set) var nodes: [Node] = []
    private(set) var edges: [Edge] = []
    private var shown: [Int] = []
    private var pairs: [Pair: Int] = [:]

    private struct Pair: Hashable {
        var source: Int
        var target: Int
    }

    /// `depth`: levels of states that are shown.
    init(_ chart: Chart, language: String, active: Set<String>, depth: Int = .max) {
        let words = DiagramWords(chart: chart, language: language)
        self.title = chart.title.map { $0.plain(language) } ?? chart.workflow
        self.shown = Array(repeating: 0, count: chart.states.count)
        guard !chart.states.isEmpty else {
            self.nodes = [Node(kind: .compound, title: self.title, path: "")]
            return
        }
        self.show(chart, 0, below: nil, words, levels: depth)
        self.mark(active, of: chart)
        for state in chart.states { self.connect(chart, state) }
        for transition in chart.transitions where !transition.targets.isEmpty {
            for target in transition.targets {
                self.connect(
                    self.shown[transition.source], self.shown[target], label: words.label(of: transition),
                    detail: words.detail(of: transition),
                    isHidden: self.nodes[self.shown[target]].hidden > 0
                        && self.shown[transition.source] == self.shown[target])
            }
        }
    }

    /// Where a state is active, those around it are.
    mutating func mark(_ active: Set<String>, of chart: Chart) {
        for path in active {
            var state = chart.statePaths[path]
            while let id = state, id > 0 {
                if self.shown[id] > 0 { self.nodes[self.shown[id]].isActive = true }
                state = chart.states[id].parent
            }
        }
    }

    private mutating func show(
        _ chart: Chart, _ id: Int, below parent: Int?, _ words: DiagramWords, levels: Int
    ) {
        let state = chart.states[id]
        let kind: Kind =
            switch state.kind {
            case .atomic: .atomic
            case .compound: state.children.isEmpty ? .atomic : .compound
            case .parallel: state.children.isEmpty ? .atomic : .parallel
            case .final: .final
            case .history(let deep): .history(deep: deep)
            }
        let index = self.nodes.count
        let title = id == 0 ? self.title : words.title(of: state)
        self.nodes.append(Node(kind: kind, title: title, path: state.path, parent: parent))
        if let parent { self.nodes[parent].children.append(index) }
        self.shown[id] = index
        if levels > 0 {
            for child in state.children { self.show(chart, child, below: index, words, levels: levels - 1) }
        } else if state.lastDescendant > id {
            self.nodes[index].hidden = state.lastDescendant - id
            for below in (id + 1)...state.lastDescendant { self.shown[below] = index }
            self.nodes[index].kind = .atomic
        }
    }

    /// Where a state begins, and where a history leads without a record.
    private mutating func connect(_ chart: Chart, _ state: Chart.State) {
        guard let initial = state.initial else { return }
        let index = self.shown[state.id]
        guard self.nodes[index].path == state.path else { return }
        switch state.kind {
        case .compound where self.nodes[index].kind == .compound:
            let dot = self.nodes.count
            self.nodes.append(Node(kind: .initial, title: "", path: "", parent: index))
            self.nodes[index].children.insert(dot, at: 0)
            for target in initial.targets { self.edges.append(Edge(source: dot, target: self.shown[target])) }
        case .history where initial.isExplicit:
            for target in initial.targets { self.edges.append(Edge(source: index, target: self.shown[target])) }
        default: break
        }
    }

    private mutating func connect(_ source: Int, _ target: Int, label: String, detail: String, isHidden: Bool) {
        guard !isHidden else { return }
        let pair = Pair(source: source, target: target)
        if let index = self.pairs[pair] {
            if !self.edges[index].labels.contains(label) { self.edges[index].labels.append(label) }
            self.edges[index].details.append(detail)
            return
        }
        self.pairs[pair] = self.edges.count
        self.edges.append(Edge(source: source, target: target, labels: [label], details: [detail]))
    }

    /// The way from a node up to the root, itself first.
    func ancestors(of node: Int) -> [Int] {
        var way = [node]
        while let parent = self.nodes[way[way.count - 1]].parent { way.append(parent) }
        return way
    }
}
