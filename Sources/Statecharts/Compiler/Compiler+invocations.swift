import JSONSchema
import Values

extension Compiler {
    /// Invocations of a state; returns the transitions on their results.
    mutating func compileInvocations(_ syntax: Syntax?, of id: Int, _ scope: Scope) -> [Int] {
        guard let syntax else { return [] }
        let elements = syntax.oneOrMany
        var transitions: [Int] = []
        for element in elements {
            guard self.invocationPlaces.count < DefinitionLimits.invocations else {
                let message: Message = "there are more than \(DefinitionLimits.invocations) invocations"
                self.exceed("invocations", message, at: element)
                break
            }
            guard let (merged, place) = self.merged(element) else { continue }
            guard let source = self.sourceName(merged) else { continue }
            let fields = self.fields(of: merged, Self.keys(of: source), "an invocation of '\(source)'")
            let name = self.invocationName(fields, of: id, isAlone: elements.count == 1, at: place)
            var invocation = self.invocation(name, source, fields, scope, at: place)
            if case .human(var human) = invocation.source {
                let (deadline, around) = self.deadline(fields, of: id, task: name, scope)
                human.deadline = deadline
                invocation.source = .human(human)
                transitions += around
            }
            self.invocationPlaces.append((state: id, index: self.chart.states[id].invocations.count, place: place))
            self.chart.states[id].invocations.append(invocation)
            let done = Chart.Descriptor.exact("done.invoke.\(name)")
            if let onDone = fields.written("onDone") {
                transitions += self.transitions(onDone, of: id, [done], scope)
            }
            if let onError = fields.written("onError") {
                transitions += self.transitions(onError, of: id, [.exact("error.invoke.\(name)")], scope)
            } else if case .worker = invocation.source, !self.handlesErrors(of: name, from: id) {
                let message: Message = "when its attempts are used up, nothing handles the failure of '\(name)'"
                self.warn(
                    "retry-without-on-error", message, at: place, hint: "add 'onError', or it becomes an incident")
            }
        }
        return transitions
    }

    private mutating func handlesErrors(of name: String, from id: Int) -> Bool {
        let events = ["error.invoke.\(name)", "error.*", "error.invoke.*"]
        var current: Int? = id
        while let state = current {
            let written = self.writtenEvents(of: state)
            if events.contains(where: written.contains) { return true }
            current = self.chart.states[state].parent
        }
        return false
    }

    /// What the state's `on` names; its transitions may not be compiled yet.
    private mutating func writtenEvents(of state: Int) -> Set<String> {
        if let known = self.writtenEvents[state] { return known }
        let on = self.texts[state]["on"]
        var names = Set((on?.entries ?? []).map(\.key))
        for element in on?.list ?? [] { names.formUnion((element["event"]?.oneOrMany ?? []).map(\.text)) }
        self.writtenEvents[state] = names
        return names
    }

    // MARK: Names

    /// The invocation as written, or an actor with what is written beside its name put over it.
    private mutating func merged(_ syntax: Syntax) -> (syntax: Syntax, place: Syntax)? {
        if syntax.string != nil {
            return self.actor(syntax.text, at: syntax).map { ($0, syntax) }
        }
        guard let entries = syntax.entries else {
            self.error("expected-map", "an invocation is a map or the name of an actor, not \(syntax.kind)", at: syntax)
            return nil
        }
        guard let src = syntax["src"], let name = src.string, !Self.sources.contains(name),
            self.named.actors.contains(where: { $0.key == name })
        else { return (syntax, syntax) }
        guard let actor = self.actor(name, at: src), let declared = actor.entries else { return nil }
        let own = entries.filter { $0.key != "src" }
        let names = Set(own.map(\.key))
        var merged = syntax
        merged.content = .map(own + declared.filter { !names.contains($0.key) })
        return (merged, syntax)
    }

    private mutating func actor(_ name: String, at place: Syntax) -> Syntax? {
        guard let entry = self.named.actors.first(where: { $0.key == name }) else {
            let hint = self.near(name, among: self.named.actors.map(\.key))
            self.error("unknown-actor", "there is no actor '\(name)' in 'actors'", at: place, hint: hint)
            return nil
        }
        self.named.used.insert("actors.\(name)")
        guard entry.value.entries != nil else {
            self.error("expected-map", "an actor is an invocation, a map, not \(entry.value.kind)", at: entry.value)
            return nil
        }
        return entry.value
    }

    private static let sources = ["human", "worker", "workflow"] + Keys.topics.map(\.name)

    private mutating func sourceName(_ syntax: Syntax) -> String? {
        guard let src = syntax["src"], !src.isNull else {
            let hint: Message = "src: \(Self.sources.joined(separator: ", ")), or a name in 'actors'"
            self.error("missing-key", "an invocation needs the key 'src'", at: syntax, hint: hint)
            return nil
        }
        guard let name = self.literal(src, "src") else { return nil }
        guard Self.sources.contains(name) else {
            let known = Self.sources + self.named.actors.map(\.key)
            let hint = self.near(name, among: known) ?? "for a topic of your own: src: worker, topic: \(name)"
            self.error("unknown-source", "nothing is invoked by the name '\(name)'", at: src, hint: hint)
            return nil
        }
        return name
    }

    private static func keys(of source: String) -> [String] {
        switch source {
        case "human": Keys.human
        case "worker": Keys.worker
        case "workflow": Keys.child
        default: Keys.job + (Keys.topics.first { $0.name == source }?.keys ?? [])
        }
    }

    private mutating func invocationName(_ fields: Fields, of id: Int, isAlone: Bool, at place: Syntax) -> String {
        let state = self.chart.states[id]
        if let syntax = fields["id"], let name = self.literal(syntax, "an id") {
            if state.invocations.contains(where: { $0.id == name }) {
                self.error("duplicate-id", "two invocations of this state have the id '\(name)'", at: syntax)
            } else if !Self.isEventName(name) {
                self.error("event-name", "'\(name)' cannot be an invocation's id", at: syntax)
            }
            return name
        }
        if !isAlone {
            self.error("missing-key", "of several invocations each needs an 'id'", at: place)
        }
        return state.path.isEmpty ? self.chart.workflow : state.path
    }

    // MARK: Sources

    private mutating func invocation(
        _ name: String, _ source: String, _ fields: Fields, _ scope: Scope, at place: Syntax
    ) -> Invocation {
        let (loop, scope) = self.loop(fields["forEach"], scope)
        let work: Invocation.Source
        switch source {
        case "human": work = .human(self.human(fields, scope))
        case "workflow": work = .child(self.child(fields, scope, at: place))
        default: work = .worker(self.worker(source, fields, scope))
        }
        return Invocation(
            id: name, source: work, input: fields["input"].map { self.template($0, scope) },
            timeout: self.delay(fields["timeout"], Scope(names: scope.names, roots: Scope.timeless), moves: true),
            forEach: loop, position: place.position)
    }

    private mutating func human(_ fields: Fields, _ scope: Scope) -> Invocation.Human {
        var human = Invocation.Human()
        human.title = self.text(fields["title"], scope)
        human.candidates = fields["candidates"].map { self.people($0, scope) } ?? People()
        human.assignee = fields["assignee"].map { self.template($0, scope) }
        if let form = fields["form"] {
            if form.string != nil {
                human.form = self.expression(form, scope).map { .expression($0) }
            } else {
                human.form = self.schema(form).map { .schema($0) }
            }
        }
        human.outcomes = self.outcomes(fields["outcomes"], scope)
        for name in fields["distinctFrom"]?.oneOrMany ?? [] {
            guard let id = self.literal(name, "an invocation's id") else { continue }
            self.mentionedInvocations.append((id, name))
            human.distinctFrom.append(id)
        }
        human.priority = fields["priority"].map { self.template($0, scope) }
        human.votes = self.votes(fields, of: human, scope)
        if fields["candidates"] == nil, fields["assignee"] == nil {
            let message: Message = "this task is for every signed-in user: it has neither 'candidates' nor 'assignee'"
            self.warn("nobody", message, at: fields.syntax)
        }
        return human
    }

    private mutating func outcomes(
        _ syntax: Syntax?, _ scope: Scope
    ) -> [(value: String, title: LocalizedText?)] {
        guard let syntax else { return [] }
        guard let entries = syntax.entries else {
            let hint: Message = "outcomes: {pass: {title: Pass}, back: {title: Send back}}"
            self.error("expected-map", "outcomes maps values to titles; this is \(syntax.kind)", at: syntax, hint: hint)
            return []
        }
        return entries.map { entry in
            guard !entry.value.isNull else { return (entry.key, nil) }
            let fields = self.fields(of: entry.value, ["title"], "an outcome")
            return (entry.key, self.text(fields["title"], scope))
        }
    }

    private mutating func child(_ fields: Fields, _ scope: Scope, at place: Syntax) -> Invocation.Child {
        let syntax = self.required("workflow", fields)
        let workflow = self.literal(syntax, "a workflow's id")
        if let syntax, workflow != nil {
            self.childPlaces[place.position] = ChildPlace(
                workflow: syntax, version: fields["version"], input: fields["input"])
        }
        return Invocation.Child(
            workflow: workflow ?? "", version: self.integer(fields["version"], "version", in: 1...1_000_000_000),
            key: fields["key"].map { self.template($0, scope) },
            detached: self.boolean(fields["detached"], "detached") ?? false)
    }

    private mutating func worker(_ source: String, _ fields: Fields, _ scope: Scope) -> Invocation.Worker {
        var worker = Invocation.Worker(topic: source)
        if source == "worker" {
            worker.topic = self.required("topic", fields).flatMap { self.literal($0, "a topic") } ?? ""
        } else {
            for key in Keys.topics.first(where: { $0.name == source })?.keys ?? [] {
                guard let syntax = fields[key] else { continue }
                if let payload = self.payload(syntax, key, of: source, scope) { worker.options.append((key, payload)) }
            }
            if source == "http" { _ = self.required("url", fields) }
        }
        worker.retry = self.retry(fields["retry"])
        worker.lease = self.physicalDuration(fields["lease"], "lease")
        worker.priority = fields["priority"].map { self.template($0, scope) }
        return worker
    }

    /// A key of a built-in topic: literal, text or expression, as the language's table has it.
    private mutating func payload(
        _ syntax: Syntax, _ key: String, of topic: String, _ scope: Scope
    ) -> Invocation.Worker.Payload? {
        switch key {
        case "method":
            let methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"]
            return self.keyword(syntax, "method", among: methods).map { .template(.constant(.string($0))) }
        case "report", "series":
            return self.literal(syntax, Message(verbatim: key)).map { .template(.constant(.string($0))) }
        case "expect":
            let seen = Scope(names: scope.names.union(["response"]), roots: scope.roots)
            return self.expression(syntax, seen).map { .source($0) }
        case "body" where topic == "http": return .template(self.template(syntax, scope))
        case "headers":
            guard let entries = syntax.entries else {
                self.error("expected-map", "headers maps names to texts; this is \(syntax.kind)", at: syntax)
                return nil
            }
            return .template(.map(entries.map { ($0.key, self.textTemplate($0.value, scope)) }))
        case "to":
            if syntax.entries != nil { return .template(self.template(people: syntax, scope)) }
            if let list = syntax.list { return .template(.list(list.map { self.textTemplate($0, scope) })) }
            return self.text(syntax, scope).map { .text($0) }
        default: return self.text(syntax, scope).map { .text($0) }
        }
    }

    /// The people of a message, as data for its connector.
    private mutating func template(people syntax: Syntax, _ scope: Scope) -> Template {
        let people = self.people(syntax, scope)
        var entries: [(key: String, value: Template)] = []
        if !people.roles.isEmpty { entries.append(("roles", .constant(.list(people.roles.map { .string($0) })))) }
        if let users = people.users { entries.append(("users", users)) }
        if people.starter { entries.append(("starter", .constant(.bool(true)))) }
        if people.assignee { entries.append(("assignee", .constant(.bool(true)))) }
        return .map(entries)
    }

    private mutating func retry(_ syntax: Syntax?) -> Retry {
        var retry = Retry()
        guard let syntax else { return retry }
        let fields = self.fields(of: syntax, Keys.retry, "retry")
        retry.attempts = self.integer(fields["attempts"], "attempts", in: 1...1_000) ?? retry.attempts
        retry.first = self.wait(fields["first"], "first") ?? retry.first
        retry.factor = self.number(fields["factor"], "factor", in: 1...100) ?? retry.factor
        retry.max = self.wait(fields["max"], "max") ?? retry.max
        retry.jitter = self.number(fields["jitter"], "jitter", in: 0...1) ?? retry.jitter
        return retry
    }

    private mutating func wait(_ syntax: Syntax?, _ what: Message) -> Duration? {
        guard let duration = self.physicalDuration(syntax, what) else { return nil }
        let minutes = duration.days * 1_440 + duration.hours * 60 + duration.minutes
        return .seconds(minutes * 60 + duration.seconds) + .nanoseconds(duration.nanoseconds)
    }
}
