import JSONSchema
import Values

extension Compiler {
    /// What can be seen only when all is compiled.
    mutating func check() {
        self.listeners = Listeners(Array(self.chart.transitions.indices), of: self.chart)
        self.checkMentions()
        self.checkContext()
        self.checkTypes()
        self.checkInvocationNames()
        self.checkEvents()
        self.checkUnused()
        self.analyseGuards()
        self.checkOrder()
        self.checkRedundance()
        self.checkDoubts()
        self.checkResults()
        self.checkTwins()
        self.checkNamesakes()
        self.checkReachability()
        self.checkCatalog()
    }

    /// Named parts that nothing uses are still checked.
    mutating func compileUnusedParts() {
        let scope = Scope(names: self.letNames, roots: Scope.all)
        let used = self.named.used
        for entry in self.named.delays where self.named.compiledDelays[entry.key] == nil {
            let timeless = Scope(names: self.letNames, roots: Scope.timeless)
            _ = self.delay(entry.value, timeless, moves: false)
        }
        for entry in self.named.actions where self.named.compiledActions[entry.key] == nil {
            self.named.compiledActions[entry.key] = self.actions(entry.value, scope)
        }
        self.named.used = used
    }

    /// The nearest name. Not looked for any more when there are many mistakes: the text is something else entirely.
    func near<Names: Sequence<String>>(_ name: String, among known: @autoclosure () -> Names) -> Message? {
        guard self.diagnostics.count < 100 else { return nil }
        return Diagnostic.didYouMean(name, among: Array(known().prefix(1_000)))
    }

    // MARK: Names

    private mutating func checkMentions() {
        let tags = Set(self.chart.states.flatMap(\.tags))
        for (tag, position, path) in self.mentionedTags where !tags.contains(tag) {
            self.report(
                .error, "unknown-tag", "no state has the tag '\(tag)'", at: position, path: path,
                hint: self.near(tag, among: tags.sorted()))
        }
        let names = Set(self.chart.states.flatMap { $0.invocations.map(\.id) })
        for (id, syntax) in self.mentionedInvocations where !names.contains(id) {
            self.error(
                "unknown-invocation", "there is no invocation '\(id)'", at: syntax,
                hint: self.near(id, among: names.sorted()))
        }
    }

    /// Members of the context that nothing gives are probably misspelt. Without a schema the start may give any, so that
    /// only those are doubtful that look like one that is known.
    private mutating func checkContext() {
        let properties = self.chart.schema?.source["properties"]?.map
        let isClosed = self.chart.schema?.source["additionalProperties"]?.bool == false
        var known: Set<String> = []
        for entry in (properties?.entries ?? []) + (self.chart.contextDefaults.map?.entries ?? []) {
            if case .string(let name) = entry.key { known.insert(name) }
        }
        for (name, position, path) in self.assignedFields where isClosed && properties?[name] == nil {
            self.report(
                .warning, "closed-schema", "the context's schema allows no '\(name)'", at: position, path: path,
                hint: self.near(name, among: known.sorted()))
        }
        self.checkAssigned(known)
        known.formUnion(self.assignedFields.map(\.name))
        let names = known.sorted()
        var guesses: [String: Message?] = [:]
        for (name, position, path) in self.readFields where !known.contains(name) {
            let near = self.guess(name, among: names, &guesses)
            guard properties != nil || near != nil else { continue }
            self.report(
                .warning, "unknown-field", "neither the schema nor any 'assign' gives the context a '\(name)'",
                at: position, path: path, hint: near)
        }
    }

    /// The nearest name, looked for once per name, and for so many at most: most of them are reported only if there is one.
    private func guess(_ name: String, among known: [String], _ guesses: inout [String: Message?]) -> Message? {
        if let known = guesses[name] { return known }
        guard guesses.count < DefinitionLimits.guesses else { return nil }
        let guess = self.near(name, among: known)
        guesses[name] = .some(guess)
        return guess
    }

    /// A member that is assigned once, read nowhere, and looks like one that is known.
    private mutating func checkAssigned(_ known: Set<String>) {
        let read = Set(self.readFields.map(\.name))
        var count: [String: Int] = [:]
        for field in self.assignedFields { count[field.name, default: 0] += 1 }
        let names = known.union(read).sorted()
        var guesses: [String: Message?] = [:]
        for (name, position, path) in self.assignedFields
        where count[name] == 1 && !known.contains(name) && !read.contains(name) {
            guard let near = self.guess(name, among: names, &guesses) else { continue }
            self.report(
                .warning, "unread-field", "'\(name)' is assigned here and read nowhere", at: position, path: path,
                hint: near)
        }
    }

    /// Two states that are active together must not give their invocations one name: results would go to both.
    private mutating func checkInvocationNames() {
        var states: [String: [Int]] = [:]
        for (id, index, place) in self.invocationPlaces {
            let name = self.chart.states[id].invocations[index].id
            let others = states[name, default: []]
            if let other = others.prefix(32).first(where: { $0 != id && self.canBeTogether($0, id) }) {
                let message: Message = "the invocation '\(name)' of '\(self.chart.states[other].path)' has the same id"
                self.error("duplicate-id", message, at: place, hint: "their results could not be told apart")
            }
            states[name, default: []].append(id)
        }
    }

    func canBeTogether(_ left: Int, _ right: Int) -> Bool {
        let (low, high) = (min(left, right), max(left, right))
        return high <= self.chart.states[low].lastDescendant || self.areParallel(left, right)
    }

    // MARK: Events

    private mutating func checkEvents() {
        guard let declared = self.chart.events else { return }
        let names = declared.keys.sorted()
        var known = self.counts.produced.union(names).union(self.eventsOfOthers())
        for (name, position, path, state) in self.mentionedEvents where !known.contains(name) {
            guard EngineEvents.reservation(of: name) == nil, !self.hearsStrangers(state) else { continue }
            known.insert(name)
            self.report(
                .warning, "undeclared-event", "'\(name)' is neither declared in 'events' nor raised or sent here",
                at: position, path: path, hint: self.near(name, among: names))
        }
        for name in names where !self.listeners.hear(name) {
            guard let declaration = declared[name] else { continue }
            self.report(
                .warning, "unused-event", "no transition listens to the event '\(name)'", at: declaration.position,
                path: "events.\(name)")
        }
    }

    private mutating func checkUnused() {
        let parts = [
            ("delays", self.named.delays), ("actions", self.named.actions), ("actors", self.named.actors),
            ("let", self.named.lets),
        ]
        for (section, entries) in parts {
            for entry in entries where !self.named.used.contains("\(section).\(entry.key)") {
                self.report(
                    .warning, "unused-declaration", "nothing uses '\(entry.key)'", at: entry.keyPosition,
                    path: entry.value.path)
            }
        }
    }
}
