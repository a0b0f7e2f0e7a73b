import JSONSchema
import Values

// Which invocation of the new version is the work of an old one, and what is another now.
extension PathMap {
    /// Names of the invocations of an old state → those of the same work in the new one. By name, where a state's path
    /// stands for the name that is not given; one that is left over on both sides is the same under another name.
    func invocations(of origin: Int, in state: Int, _ old: ChartIndex, _ new: ChartIndex) -> [String: String] {
        let earlier = old.chart.states[origin].invocations
        let present = new.chart.states[state].invocations
        guard !earlier.isEmpty, !present.isEmpty else { return [:] }
        let unnamed = (from: old.unnamedInvocation(of: origin), to: new.unnamedInvocation(of: state))
        var names: [String: String] = [:]
        for invocation in earlier {
            let name = invocation.id == unnamed.from ? unnamed.to : invocation.id
            let isTaken = names.values.contains(name)
            if !isTaken, present.contains(where: { $0.id == name && $0.isSameWork(as: invocation) }) {
                names[invocation.id] = name
            }
        }
        let left = earlier.filter { names[$0.id] == nil }
        let free = present.filter { invocation in !names.values.contains(invocation.id) }
        if left.count == 1, free.count == 1, free[0].isSameWork(as: left[0]) { names[left[0].id] = free[0].id }
        return names
    }
}

extension ChartIndex {
    fileprivate func unnamedInvocation(of state: Int) -> String {
        state == 0 ? self.chart.workflow : self.path(state)
    }
}

extension Invocation {
    fileprivate func isSameWork(as other: Invocation) -> Bool {
        guard (self.forEach == nil) == (other.forEach == nil) else { return false }
        return switch (self.source, other.source) {
        case (.human, .human): true
        case (.worker(let own), .worker(let others)): own.topic == others.topic
        case (.child(let own), .child(let others)): own.workflow == others.workflow
        default: false
        }
    }
}

extension Invocation.Human {
    /// What of an open task has to be made anew.
    func changes(since earlier: Invocation.Human) -> [String] {
        var changes: [String] = []
        if self.form?.written != earlier.form?.written { changes.append("form") }
        if self.writtenOutcomes != earlier.writtenOutcomes { changes.append("outcomes") }
        if self.title?.written != earlier.title?.written { changes.append("title") }
        if self.candidates.written != earlier.candidates.written || self.distinctFrom != earlier.distinctFrom {
            changes.append("candidates")
        }
        if self.votes?.written != earlier.votes?.written { changes.append("votes") }
        return changes
    }

    private var writtenOutcomes: [String] { self.outcomes.map { "\($0.value): \($0.title?.written ?? "")" } }
}

extension Invocation.Human.Form {
    fileprivate var written: String {
        switch self {
        case .schema(let schema): schema.source.json
        case .expression(let expression): "= \(expression.source)"
        }
    }
}

extension People {
    fileprivate var written: String {
        "\(self.roles) \(self.users?.written ?? "") \(self.starter) \(self.assignee)"
    }
}

extension Votes {
    fileprivate var written: String {
        let veto = self.veto.map { "\($0.by.written) \($0.outcome)" } ?? ""
        let counts = [self.of?.written, self.need.source, self.quorum?.source].map { $0 ?? "" }
        return "\(counts) \(self.close) \(veto) \(self.isSequential)"
    }
}

extension LocalizedText {
    fileprivate var written: String {
        self.variants.map { "\($0.language): \(self.plain($0.language))" }.joined(separator: "\n")
    }
}

extension Template {
    fileprivate var written: String {
        switch self {
        case .constant(let value): value.json
        case .expression(let expression): "= \(expression.source)"
        case .list(let elements): "[\(elements.map(\.written).joined(separator: ", "))]"
        case .map(let members): "{\(members.map { "\($0.key): \($0.value.written)" }.joined(separator: ", "))}"
        }
    }
}
