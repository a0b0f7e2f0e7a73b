import Statecharts

/// The columns of a board: states tagged `stage` in document order, by the chain (`chain:<name>`) that they belong to.
/// A chart without such tags has its top states as columns.
struct Stages: Sendable {
    struct Stage: Sendable, Hashable {
        var path: String
        var title: String

        func contains(_ active: [String]) -> Bool {
            active.contains { $0 == self.path || $0.hasPrefix(self.path + ".") }
        }
    }

    struct Chain: Sendable, Hashable {
        /// nil: the only one.
        var title: String?
        var stages: [Stage]
    }

    var chains: [Chain] = []

    init(_ chart: Chart, language: Language) {
        var tagged = chart.states.filter { $0.tags.contains("stage") }
        if tagged.isEmpty {
            tagged = (chart.states.first?.children ?? []).map { chart.states[$0] }.filter { $0.kind.isPlace }
        }
        var order: [String] = []
        var stages: [String: [Stage]] = [:]
        var titles: [String: String] = [:]
        for state in tagged {
            let (chain, title) = Self.chain(of: state, in: chart, language: language)
            if stages[chain] == nil { order.append(chain) }
            titles[chain] = title
            stages[chain, default: []].append(Stage(path: state.path, title: state.shownTitle(in: language)))
        }
        self.chains = order.map { Chain(title: order.count > 1 ? titles[$0] : nil, stages: stages[$0] ?? []) }
    }

    private static func chain(of state: Chart.State, in chart: Chart, language: Language) -> (String, String?) {
        var current: Chart.State? = state
        while let candidate = current {
            if let tag = candidate.tags.first(where: { $0.hasPrefix("chain:") }) {
                return (tag, candidate.title?.plain.text(in: language) ?? String(tag.dropFirst(6)))
            }
            current = candidate.parent.map { chart.states[$0] }
        }
        return ("", nil)
    }
}

extension Chart.State.Kind {
    /// Whether an instance can be there.
    var isPlace: Bool {
        if case .history = self { false } else { true }
    }
}

extension Chart.State {
    func shownTitle(in language: Language) -> String { self.title?.plain.text(in: language) ?? self.key }
}

extension Chart {
    /// `概念验证 › 评审` for the path of an active state, or only what is below one of its ancestors.
    func shownPath(_ path: String, below ancestor: String? = nil, language: Language) -> String {
        guard let id = self.statePaths[path] else { return path }
        var titles: [String] = []
        var current: StateID? = id
        while let state = current.map({ self.states[$0] }), state.parent != nil, state.path != ancestor {
            titles.append(state.shownTitle(in: language))
            current = state.parent
        }
        return titles.reversed().joined(separator: " › ")
    }
}
