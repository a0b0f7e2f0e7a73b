import ArgumentParser
import Values

struct TasksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tasks", abstract: "List open human tasks.",
        discussion: "Examples: silian tasks --mine; silian tasks --role expert")

    @Flag(help: "Claimed by me, or open to me.") var mine = false
    @Option(help: "Claimed by this user, or open to them.") var user: String?
    @Option(help: "Open to this role.") var role: String?
    @Option(help: "Of this instance.") var instance: String?
    @Option(help: "Rows at most.") var limit = 200
    @OptionGroup var client: ClientOptions

    mutating func validate() throws {
        if self.mine && self.user != nil { throw ValidationError("Say either --mine or --user.") }
    }

    func run() async throws {
        let query: [(String, String?)] = [
            ("user", self.mine ? "me" : self.user), ("role", self.role), ("instance", self.instance),
        ]
        let rows = try await Printing.pages(self.client.client(), "/api/tasks", query, limit: self.limit)
        if self.client.output.json { return try rows.forEach(Console.json) }
        guard !rows.isEmpty else { return try Console.out("No open task.") }
        var table = Table(header: ["ID", "TASK", "OF", "WHO", "SINCE"])
        table.rows = rows.map { row in
            [
                row["id"]?.string ?? "", self.client.output.language.pick(row["title"]) ?? row["name"]?.string ?? "",
                row["instanceTitle"]?.string ?? row["workflow"]?.string ?? "",
                row["assignee"]?.string ?? Printing.candidates(row).map { "open: \($0)" } ?? "open",
                row["createdAt"]?.string ?? "",
            ]
        }
        try Console.out(table.rendered())
    }
}

struct TaskCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "task", abstract: "Show a task, or act on it.",
        discussion: """
            Verbs: claim, release, assign, delegate, resolve, submit, nudge; in a vote also add, remove, recuse, abstain
            and withdraw.
            Examples:
              silian task 0198….4.1 claim
              silian task 0198….4.1 submit --data '{"outcome": "pass", "score": 82}'
              silian task 0198….4.1 assign --to user2 --reason "on leave"
              silian task 0198….4.1 recuse --voter user3 --reason "works for the applicant"
            """)

    enum Verb: String, ExpressibleByArgument, CaseIterable {
        case show, claim, release, assign, delegate, resolve, submit, nudge, add, remove, recuse, abstain, withdraw

        var needsUser: Bool { [.assign, .delegate, .add].contains(self) }

        /// What it takes: an option that it would drop is refused.
        var options: Set<String> {
            switch self {
            case .show: []
            case .claim: ["--id"]
            case .submit: ["--data", "--id"]
            case .assign, .delegate: ["--to", "--voter", "--reason", "--id"]
            case .add, .remove: ["--to", "--reason", "--id"]
            case .release, .recuse: ["--voter", "--reason", "--id"]
            case .resolve: ["--data", "--reason", "--id"]
            case .nudge, .abstain, .withdraw: ["--reason", "--id"]
            }
        }
    }

    @Argument(help: "Id of the task.") var task: String
    @Argument(help: "What to do with it.") var verb: Verb = .show
    @Option(help: "Form data with the outcome: JSON, @file, or -.") var data: String?
    @Option(help: "User to assign or delegate it to, or voter to add or remove.") var to: String?
    @Option(help: "In a vote, whose seat it is about; for administrators.") var voter: String?
    @Option(help: "Why; it stands in the history.") var reason: String?
    @Option(help: "Idempotency key.") var id: String?
    @OptionGroup var client: ClientOptions

    mutating func validate() throws {
        let given = [
            ("--data", self.data), ("--to", self.to), ("--voter", self.voter), ("--reason", self.reason),
            ("--id", self.id),
        ]
        if let (option, _) = given.first(where: { $1 != nil && !self.verb.options.contains($0) }) {
            throw ValidationError("\(self.verb.rawValue) takes no \(option).")
        }
        if self.verb.needsUser && self.to == nil {
            throw ValidationError("\(self.verb.rawValue) needs --to USER.")
        }
    }

    func run() async throws {
        let api = self.client.client()
        let path = "/api/tasks/\(APIClient.segment(self.task))"
        if self.verb == .show {
            let view = try await api.get(path)
            return try Console.out(self.client.output.json ? view.json : self.page(view))
        }
        var body = ValueMap()
        body["user"] = self.to.map { .string($0) }
        body["voter"] = self.voter.map { .string($0) }
        body["reason"] = self.reason.map { .string($0) }
        if self.verb == .submit || self.data != nil {
            body["data"] = try JSONArgument.parse(self.data ?? "{}", option: "--data")
        }
        let headers = self.id.map { [("Idempotency-Key", $0)] } ?? []
        try await Printing.answer(
            api.post("\(path)/\(self.verb.rawValue)", .map(body), headers: headers).body, self.client.output)
    }

    private func page(_ view: Value) -> String {
        let language = self.client.output.language
        var lines = [
            Console.bold(language.pick(view["title"]) ?? view["name"]?.string ?? ""),
            "id        \(view["id"]?.string ?? "")",
            "instance  \(view["instance"]?.string ?? "")  \(view["instanceTitle"]?.string ?? "")",
            "state     \(view["state"]?.string ?? "") \(view["assignee"]?.string ?? "")",
        ]
        if let names = Printing.candidates(view) { lines.append("open to   \(names)") }
        let outcomes = (view["outcomes"]?.list ?? []).map { outcome in
            "\(outcome["value"]?.string ?? "") (\(language.pick(outcome["title"]) ?? ""))"
        }
        if !outcomes.isEmpty { lines.append("outcomes  \(outcomes.joined(separator: ", "))") }
        if let due = view["dueAt"]?.string { lines.append("due       \(due)") }
        if let vote = view["vote"] { lines += self.vote(vote) }
        if let form = view["form"], !form.isNull { lines.append("form      \(form.json)") }
        return lines.joined(separator: "\n")
    }
}

extension TaskCommand {
    private func vote(_ vote: Value) -> [String] {
        func number(_ key: String) -> String { vote[key]?.int.map(String.init) ?? "?" }
        let members = (vote["members"]?.list ?? []).map { member -> String in
            let owner = member["owner"]?.string.map { " for \($0)" } ?? ""
            let hasCast = member["castAt"]?.string != nil
            let cast = hasCast ? member["outcome"]?.string ?? "has acted" : "has not voted"
            let isAbstention = member["abstained"]?.bool ?? false
            return "  \(member["user"]?.string ?? "")\(owner): \(isAbstention ? "abstained" : cast)"
        }
        let line =
            "vote      \(number("cast")) of \(number("seats")) cast, \(number("free")) seats free, "
            + "\(number("need")) needed, quorum \(number("quorum"))"
        return [line] + members
    }
}

struct NoticesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notices", abstract: "My messages: reminders and escalations.")
    @OptionGroup var client: ClientOptions

    func run() async throws {
        let rows = try await self.client.client().get("/api/notices")["items"]?.list ?? []
        if self.client.output.json { return try rows.forEach(Console.json) }
        guard !rows.isEmpty else { return try Console.out("No message.") }
        let language = self.client.output.language
        for row in rows {
            let mark = row["read"]?.bool == true ? " " : "•"
            try Console.out("\(mark) \(row["at"]?.string ?? "")  \(language.pick(row["subject"]) ?? "")")
            if let body = language.pick(row["body"]), !body.isEmpty { try Console.out("    \(body)") }
        }
    }
}
