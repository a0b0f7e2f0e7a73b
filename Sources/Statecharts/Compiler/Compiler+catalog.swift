import Values

// What is known of other definitions.
extension Compiler {
    /// Where an invocation of another workflow is written.
    struct ChildPlace {
        var workflow: Syntax
        var version: Syntax?
        var input: Syntax?
    }

    /// Calendars, workflows and versions that there are not.
    mutating func checkCatalog() {
        if let known = self.catalog.calendars, let place = self.texts.first?["calendar"],
            self.chart.calendar != "default", !known.contains(self.chart.calendar)
        {
            self.error(
                "unknown-calendar", "there is no calendar '\(self.chart.calendar)' here", at: place,
                hint: self.near(self.chart.calendar, among: known.sorted() + ["default"]))
        }
        for (_, place) in self.childPlaces.sorted(by: { $0.key < $1.key }) { self.checkChild(place) }
    }

    private mutating func checkChild(_ place: ChildPlace) {
        let name = place.workflow.text
        guard let workflow = self.catalog.workflows[name] else {
            // Its own first version.
            guard self.catalog.isComplete, name != self.chart.workflow else { return }
            self.error(
                "unknown-workflow", "there is no workflow '\(name)' here", at: place.workflow,
                hint: self.near(name, among: self.catalog.workflows.keys.sorted()))
            return
        }
        guard let known = workflow.versions, let syntax = place.version, case .int(let version) = syntax.content,
            !known.contains(Int(version))
        else { return }
        let hint: Message? = known.max().map { "the newest is \($0); without 'version' it is what 'latest' names" }
        self.error("unknown-version", "workflow '\(name)' has no version \(version)", at: syntax, hint: hint)
    }

    // MARK: Events of others

    /// Events that instances of other workflows send to those of this one, as far as they are known.
    func eventsOfOthers() -> Set<String> {
        var events: Set<String> = []
        for child in self.children {
            guard let chart = self.chart(of: child.child) else { continue }
            for send in chart.sends { if case .parent = send.target { events.insert(send.event) } }
        }
        for workflow in self.catalog.workflows.values {
            for chart in [workflow.newest].compactMap(\.self) + workflow.charts.values {
                let own = chart.invocations(of: self.chart.workflow)
                for send in chart.sends {
                    switch send.target {
                    case .invocation(let id): if own.contains(id) { events.insert(send.event) }
                    case .expression: events.insert(send.event)
                    case .parent, .self: break
                    }
                }
            }
        }
        return events
    }

    /// Whether a child of which nothing is known may be there while the state is active; it may send anything.
    func hearsStrangers(_ state: Int) -> Bool {
        self.children.contains { id, child in
            self.chart(of: child) == nil
                && (child.detached || id == state || self.canBeTogether(id, state))
        }
    }

    private var children: [(state: Int, child: Invocation.Child)] {
        self.chart.states.flatMap { state in
            state.invocations.compactMap { if case .child(let child) = $0.source { (state.id, child) } else { nil } }
        }
    }

    private func chart(of child: Invocation.Child) -> Chart? {
        child.workflow == self.chart.workflow && child.version == nil ? self.chart : self.catalog.chart(of: child)
    }
}
