import CEL
package import Statecharts
import Values

/// Who may see and do what, by the rules that a definition writes in `access` and the roles of the product itself.
package enum Access {
    /// May do everything.
    package static let adminRole = "admin"
    /// May lease work of any topic; `worker.<topic>` of that one.
    package static let workerRole = "worker"

    package static func isAdmin(_ actor: Actor) -> Bool { actor.roles.contains(Self.adminRole) }

    package static func mayWork(on topic: String, _ actor: Actor) -> Bool {
        actor.roles.contains { $0 == Self.adminRole || $0 == Self.workerRole || $0 == "\(Self.workerRole).\(topic)" }
    }

    static func requireAdmin(_ actor: Actor) throws(EngineError) {
        guard Self.isAdmin(actor) else { throw EngineError(.forbidden, "This needs the role \(Self.adminRole).") }
    }

    static func requireUser(_ actor: Actor) throws(EngineError) -> String {
        guard let user = actor.user else { throw EngineError(.unauthorized, "Sign in first.") }
        return user
    }

    /// Whether somebody may read this instance.
    package static func mayRead(_ snapshot: Snapshot, of chart: Chart, _ actor: Actor) -> Bool {
        if Self.isAdmin(actor) || Self.mayAdminister(snapshot, of: chart, actor) { return true }
        guard let people = chart.access.read else { return actor.user != nil }
        return Self.admits(people, snapshot, of: chart, actor)
    }

    /// Whether somebody may suspend, cancel or repair this instance.
    package static func mayAdminister(_ snapshot: Snapshot, of chart: Chart, _ actor: Actor) -> Bool {
        if Self.isAdmin(actor) { return true }
        guard let people = chart.access.admin else { return false }
        return Self.admits(people, snapshot, of: chart, actor)
    }

    /// Whether these people include the actor, as the instance stands. What cannot be evaluated admits nobody.
    package static func admits(_ people: People, _ snapshot: Snapshot, of chart: Chart, _ actor: Actor) -> Bool {
        if people.roles.contains(where: actor.roles.contains) { return true }
        guard let user = actor.user else { return false }
        if people.starter, snapshot.facts.startedBy.user == user { return true }
        if people.assignee, snapshot.assignees.contains(user) { return true }
        guard let users = people.users else { return false }
        switch users.value(in: InstanceNames(snapshot, of: chart)) {
        case .string(let name): return name == user
        case .list(let names): return names.contains(.string(user))
        default: return false
        }
    }
}

/// A rule of `access.read` as far as a list can apply it: what is known without looking into the instance.
struct ListAccess: Sendable, Hashable {
    /// Everybody the rule admits by role, or any signed-in user.
    var everybody: Bool
    var starter = false
    var assignee = false
    /// The instance itself says who: each row must be looked at.
    var isOpen = false

    init(_ chart: Chart, for actor: Actor) {
        let administrators = chart.access.admin
        if let administrators, administrators.roles.contains(where: actor.roles.contains) {
            self.init(everybody: true)
            return
        }
        guard let readers = chart.access.read else {
            self.init(everybody: actor.user != nil)
            return
        }
        let rules = [readers] + (administrators.map { [$0] } ?? [])
        self.init(everybody: readers.roles.contains(where: actor.roles.contains))
        guard actor.user != nil else { return }
        self.starter = rules.contains(where: \.starter)
        self.assignee = rules.contains(where: \.assignee)
        // The list's columns know who holds a task, not who has a seat in a vote.
        self.isOpen = rules.contains { $0.users != nil || $0.starter } || (self.assignee && chart.hasVotes)
    }

    /// False: no instance can be visible.
    var admitsSomebody: Bool { self.everybody || self.starter || self.assignee || self.isOpen }

    private init(everybody: Bool) { self.everybody = everybody }
}

extension Chart {
    fileprivate var hasVotes: Bool {
        self.states.contains { state in
            state.invocations.contains { if case .human(let human) = $0.source { human.votes != nil } else { false } }
        }
    }
}

extension Snapshot {
    /// Who holds an open task, or a seat in a vote.
    fileprivate var assignees: [String] {
        self.invocations.flatMap { invocation -> [String] in
            guard case .task(let task) = invocation.kind else { return [] }
            return (task.assignee.map { [$0] } ?? []) + (task.ballot?.members.map(\.user) ?? [])
        }
    }
}

extension Template {
    /// nil: it cannot be evaluated.
    fileprivate func value(in names: InstanceNames) -> Value? {
        switch self {
        case .constant(let value): return value
        case .expression(let expression): return names.value(of: expression)
        case .list(let items):
            var values: [Value] = []
            for item in items {
                guard let value = item.value(in: names) else { return nil }
                values.append(value)
            }
            return .list(values)
        case .map: return nil
        }
    }
}
