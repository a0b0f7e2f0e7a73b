/// A transition with what can be said of it before anything runs.
final class Route: Sendable {
    let source: Int
    let targets: [Int]
    let guardCondition: Expression?
    let actions: [Action]
    let reenters: Bool
    /// Among the targets are history states: what is left depends on what they remember.
    let targetsHistory: Bool
    /// SCXML's transition domain, unless it ``targetsHistory``. nil: targetless. -1: above the root.
    let domain: Int?
    /// What it leaves or enters depends on what history states remember.
    let asksHistory: Bool
    let trace: Trace.Taken

    init(_ transition: Chart.Transition, id: Int, in tree: StateTree, paths: [String]) {
        self.source = transition.source
        self.targets = transition.targets
        self.guardCondition = transition.guardCondition
        self.actions = transition.actions
        self.reenters = transition.reenter
        self.targetsHistory = transition.targets.contains { tree.kind[$0] == .history }
        self.domain = tree.domain(from: transition.source, to: transition.targets, reenters: transition.reenter)
        var walk = EntryWalk(tree) { _ in nil }
        walk.computeEntrySet(of: transition.targets, domain: self.domain)
        self.asksHistory = self.targetsHistory || walk.asksHistory
        self.trace = Trace.Taken(
            transition: id, source: paths[transition.source], targets: transition.targets.map { paths[$0] })
    }
}
