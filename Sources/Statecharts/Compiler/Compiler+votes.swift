import CEL
import Values

// What is written under `votes`, and under `forEach` of an invocation.
extension Compiler {
    mutating func votes(_ fields: Fields, of human: Invocation.Human, _ scope: Scope) -> Votes? {
        guard let syntax = fields["votes"] else { return nil }
        let votes = self.fields(of: syntax, Keys.votes, "votes")
        let counted = Scope(names: scope.names.union(["n", "cast"]), roots: scope.roots)
        let need = self.required("need", votes).flatMap { self.expression($0, counted) }
        let close = self.keyword(votes["close"], "close", among: Ballot.Close.allCases.map(\.rawValue))
        let order = self.keyword(votes["order"], "order", among: ["parallel", "sequential"])
        if votes["of"] == nil, human.candidates.users == nil {
            let hint: Message = "of: how many, or candidates: {users: […]}"
            self.error("missing-key", "a vote needs 'of': how many have a seat", at: syntax, hint: hint)
        }
        if human.outcomes.isEmpty {
            let hint: Message = "outcomes: {yes: {title: Yes}, no: {title: No}}"
            self.error("missing-key", "a vote needs 'outcomes' to vote for", at: syntax, hint: hint)
        }
        if let assignee = fields["assignee"] {
            let message: Message = "a vote has candidates for its seats, and no assignee"
            self.error("vote-assignee", message, at: assignee)
        }
        if close == Ballot.Close.due.rawValue, fields["due"] == nil {
            let message: Message = "a vote that closes at its due date needs 'due'"
            self.error("missing-key", message, at: votes["close"] ?? syntax, hint: "due: 3 workdays")
        }
        self.checkSeats(votes)
        let veto = self.veto(votes["veto"], of: human, scope)
        guard let need else { return nil }
        var compiled = Votes(need: need)
        compiled.of = votes["of"].map { self.template($0, scope) }
        compiled.quorum = self.expression(votes["quorum"], counted)
        compiled.close = close.flatMap { Ballot.Close(rawValue: $0) } ?? .early
        compiled.veto = veto
        compiled.isSequential = order == "sequential"
        return compiled
    }

    /// More votes than there are seats: it would be over before it begins.
    private mutating func checkSeats(_ votes: Fields) {
        guard let seats = self.constant(votes["of"]) else { return }
        for key in ["need", "quorum"] {
            guard let syntax = votes[key], let count = self.constant(syntax), count > seats else { continue }
            let message: Message = "of \(Int(clamping: seats)) votes \(Int(clamping: count)) can never be cast"
            self.error("vote-seats", message, at: syntax)
        }
    }

    /// A whole number that is the same whatever the context is.
    private func constant(_ syntax: Syntax?) -> Int64? {
        switch syntax?.content {
        case .int(let value): return value
        case .string:
            var nothing = LetKnowledge(Chart(workflow: "", source: ""))
            let program = try? Program(syntax?.text ?? "", options: Self.options)
            guard case .int(let value)? = program.flatMap({ nothing.constant($0) }) else { return nil }
            return value
        default: return nil
        }
    }

    private mutating func veto(_ syntax: Syntax?, of human: Invocation.Human, _ scope: Scope) -> Votes.Veto? {
        guard let syntax else { return nil }
        let fields = self.fields(of: syntax, Keys.veto, "veto")
        let people = self.required("by", fields).map { self.people($0, scope) }
        guard let place = self.required("outcome", fields), let outcome = self.literal(place, "an outcome"), let people
        else { return nil }
        guard human.outcomes.contains(where: { $0.value == outcome }) else {
            let hint = self.near(outcome, among: human.outcomes.map(\.value))
            self.error("unknown-outcome", "there is no outcome '\(outcome)'", at: place, hint: hint)
            return nil
        }
        return Votes.Veto(by: people, outcome: outcome)
    }

    /// With the scope of what is evaluated for each element.
    mutating func loop(_ syntax: Syntax?, _ scope: Scope) -> (loop: ForEach?, scope: Scope) {
        guard let syntax else { return (nil, scope) }
        let fields = self.fields(of: syntax, Keys.loop, "forEach")
        let list = self.required("in", fields).map { self.template($0, scope) }
        let item = self.loopName(self.required("as", fields))
        let index = self.loopName(fields["index"])
        let most = ForEach.mostConcurrent
        let concurrency = self.integer(fields["concurrency"], "concurrency", in: 1...most)
        let order = self.keyword(fields["order"], "order", among: ["parallel", "sequential"])
        let need = fields["need"].map { self.template($0, scope) }
        let inner = scope.adding(item).adding(index)
        guard let list, let item else { return (nil, inner) }
        let width = order == "sequential" ? 1 : concurrency ?? most
        return (ForEach(list: list, item: item, index: index, concurrency: width, need: need), inner)
    }
}
