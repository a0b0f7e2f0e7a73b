/// What there is beside a definition, against which the names in it are checked: other workflows and calendars.
public struct Catalog: Sendable {
    public struct Workflow: Sendable {
        /// In the version that instances start with; nil: it cannot be read here.
        public var newest: Chart?
        /// Charts of versions that are named.
        public var charts: [Int: Chart]
        /// The versions that there are; nil: which is not known.
        public var versions: Set<Int>?

        public init(newest: Chart?, charts: [Int: Chart] = [:], versions: Set<Int>? = nil) {
            self.newest = newest
            self.charts = charts
            self.versions = versions
        }
    }

    /// By id.
    public var workflows: [String: Workflow] = [:]
    /// Whether there are no other workflows.
    public var isComplete = false
    /// Beside `default`; nil: which there are is not known.
    public var calendars: Set<String>?

    /// Of which nothing is known.
    public init() {}

    /// Of definitions that belong together; there may be others.
    public init(_ charts: [Chart]) {
        for chart in charts { self.workflows[chart.workflow] = Workflow(newest: chart) }
    }

    /// What an invocation starts, as far as that is known.
    func chart(of child: Invocation.Child) -> Chart? {
        guard let workflow = self.workflows[child.workflow] else { return nil }
        return child.version.map { workflow.charts[$0] } ?? workflow.newest
    }
}

extension Chart {
    /// Workflows that it invokes and the catalog knows nothing of.
    public func strangers(to catalog: Catalog) -> Set<String> {
        let invoked = self.states.flatMap(\.invocations).compactMap { invocation -> String? in
            guard case .child(let child) = invocation.source, catalog.chart(of: child) == nil else { return nil }
            return child.workflow
        }
        return Set(invoked).subtracting([self.workflow])
    }
}
