import Values

/// A compiled chart beside the text that it was compiled from: the chart knows what is meant, the text how it was said.
struct ChartText {
    let chart: Chart
    let root: Syntax
    /// The text of each state, by its id.
    private(set) var states: [Syntax] = []
    private var nodes: [Position: Syntax] = [:]
    /// Per state, the events of its invocations and timers.
    private let origins: [[String: Origin]]

    init(_ chart: Chart, _ root: Syntax) {
        self.chart = chart
        self.root = root
        self.origins = chart.states.map { state in
            var origins: [String: Origin] = [:]
            for (index, timer) in state.timers.enumerated() { origins[timer.event] = .after(timer: index) }
            for (index, invocation) in state.invocations.enumerated() {
                origins["done.invoke.\(invocation.id)"] = .done(invocation: index)
                origins["error.invoke.\(invocation.id)"] = .failed(invocation: index)
            }
            return origins
        }
        self.collect(root)
        self.index(root)
    }

    private mutating func collect(_ syntax: Syntax) {
        self.states.append(syntax)
        for entry in syntax["states"]?.entries ?? [] { self.collect(entry.value) }
    }

    private mutating func index(_ syntax: Syntax) {
        if self.nodes[syntax.position] == nil { self.nodes[syntax.position] = syntax }
        for element in syntax.list ?? [] { self.index(element) }
        for entry in syntax.entries ?? [] { self.index(entry.value) }
    }

    func syntax(of transition: Chart.Transition) -> Syntax? { self.nodes[transition.position] }

    /// Where a transition of a state comes from.
    enum Origin: Hashable {
        case event
        case onDone
        case done(invocation: Int)
        case failed(invocation: Int)
        case after(timer: Int)
        /// Of a key that travels as it is: `onDue`.
        case carried
    }

    func origin(of transition: Chart.Transition) -> Origin {
        let state = self.chart.states[transition.source]
        guard transition.descriptors.count == 1, case .exact(let name) = transition.descriptors[0] else {
            return .event
        }
        let isListed = self.syntax(of: transition)?["event"] != nil
        guard !isListed else { return .event }
        if name == "done.state.\(state.path)", state.hasOnDone { return .onDone }
        if let known = self.origins[transition.source][name] { return known }
        return name.hasPrefix("due.") || name.hasPrefix("remind.") ? .carried : .event
    }

    /// Invocations as they were written, actors put in place.
    func invocations(of id: Int) -> [Syntax] {
        (self.states[id]["invoke"]?.oneOrMany ?? []).map { written in
            let name = written.string ?? written["src"]?.string ?? ""
            guard let actor = self.root["actors"]?[name], let declared = actor.entries else { return written }
            let own = (written.entries ?? []).filter { $0.key != "src" }
            let names = Set(own.map(\.key))
            var merged = actor
            merged.content = .map(own + declared.filter { !names.contains($0.key) })
            return merged
        }
    }

    /// Keys of a state that other languages do not have.
    func extras(of id: Int, without known: Set<String>) -> [Tree.Entry] {
        (self.states[id].entries ?? []).filter { !known.contains($0.key) && !$0.value.isNull }.map {
            Tree.Entry(key: $0.key, value: Tree($0.value))
        }
    }

    /// Actions of a list, named ones put in place.
    func actions(_ syntax: Syntax?, depth: Int = 0) -> [Syntax] {
        guard let syntax, !syntax.isNull, depth < 32 else { return [] }
        return syntax.oneOrMany.flatMap { item -> [Syntax] in
            guard let name = item.string else { return [item] }
            return self.actions(self.root["actions"]?[name], depth: depth + 1)
        }
    }

    /// Blocks of `entry` or `exit`: a list of lists is several.
    static func blocks(_ syntax: Syntax?) -> [Syntax] {
        guard let syntax, !syntax.isNull else { return [] }
        if let lists = syntax.list, !lists.isEmpty, lists.allSatisfy({ $0.list != nil }) { return lists }
        return [syntax]
    }
}
