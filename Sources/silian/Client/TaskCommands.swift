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

    func run() async throws {
        let query: [(String, String?)] = [
            ("mine", self.mine ? "true" : nil), ("user", self.user), ("role", self.role), ("instance", self.instance),
        ]
        let rows = try await Printing.pages(self.client.client(), "/api/tasks", query, limit: self.limit)
        if self.client.output.json { return rows.forEach(Console.json) }
        guard !rows.isEmpty else { return Console.out("No open task.") }
        var table = Table(header: ["ID", "TASK", "OF", "WHO", "SINCE"])
        table.rows = rows.map { row in
            [
                row["id"]?.string ?? "", self.client.output.language.pick(row["title"]) ?? row["name"]?.string ?? "",
                row["instanceTitle"]?.string ?? row["workflow"]?.string ?? "",
                row["assignee"]?.string ?? "open: \(Printing.names(row["candidateRoles"]))",
                row["createdAt"]?.string ?? "",
            ]
        }
        Console.out(table.rendered())
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
              silian task 0198….4.1 assign --to wang --reason "on leave"
            """)

    enum Verb: String, ExpressibleByArgument, CaseIterable {
        case show, claim, release, assign, delegate, resolve, submit, nudge, add, remove, recuse, abstain, withdraw

        var needsUser: Bool { [.assign, .delegate, .add].contains(self) }
    }

    @Argument(help: "Id of the task.") var task: String
    @Argument(help: "What to do with it.") var verb: Verb = .show
    @Option(help: "Form data with the outcome: JSON, @file, or -.") var data: String?
    @Option(help: "User to assign or delegate it to, or voter to add or remove.") var to: String?
    @Option(help: "Why; it stands in the history.") var reason: String?
    @Option(help: "Idempotency key.") var id: String?
    @OptionGroup var client: ClientOptions

    mutating func validate() throws {
        if self.verb.needsUser && self.to == nil {
            throw ValidationError("\(self.verb.rawValue) needs --to USER.")
        }
    }

    func run() async throws {
        let api = self.client.client()
        let path = "/api/tasks/\(APIClient.segment(self.task))"
        if self.verb == .show {
            let view = try await api.get(path)
            return Console.out(self.client.output.json ? view.json : self.page(view))
        }
        var body = ValueMap()
        if let to = self.to, self.verb.needsUser || self.verb == .remove { body["user"] = .string(to) }
        if self.verb == .submit || (self.verb == .resolve && self.data != nil) {
            body["data"] = try JSONArgument.parse(self.data ?? "{}", option: "--data")
        }
        if let reason = self.reason, self.verb != .submit, self.verb != .claim { body["reason"] = .string(reason) }
        let headers = self.id.map { [("Idempotency-Key", $0)] } ?? []
        Printing.answer(
            try await api.post("\(path)/\(self.verb.rawValue)", .map(body), headers: headers).body, self.client.output)
    }

    private func page(_ view: Value) -> String {
        let language = self.client.output.language
        var lines = [
            Console.bold(language.pick(view["title"]) ?? view["name"]?.string ?? ""),
            "id        \(view["id"]?.string ?? "")",
            "instance  \(view["instance"]?.string ?? "")  \(view["instanceTitle"]?.string ?? "")",
            "state     \(view["state"]?.string ?? "") \(view["assignee"]?.string ?? "")",
            "open to   \(Printing.names(view["candidateRoles"])) \(Printing.names(view["candidateUsers"]))",
        ]
        let outcomes = (view["outcomes"]?.list ?? []).map { outcome in
            "\(outcome["value"]?.string ?? "") (\(language.pick(outcome["title"]) ?? ""))"
        }
        if !outcomes.isEmpty { lines.append("outcomes  \(outcomes.joined(separator: ", "))") }
        if let form = view["form"], !form.isNull { lines.append("form      \(form.json)") }
        return lines.joined(separator: "\n")
    }
}

struct NoticesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notices", abstract: "My messages: reminders and escalations.")
    @OptionGroup var client: ClientOptions

    func run() async throws {
        let rows = try await self.client.client().get("/api/notices")["items"]?.list ?? []
        if self.client.output.json { return rows.forEach(Console.json) }
        guard !rows.isEmpty else { return Console.out("No message.") }
        let language = self.client.output.language
        for row in rows {
            let mark = row["read"]?.bool == true ? " " : "•"
            Console.out("\(mark) \(row["at"]?.string ?? "")  \(language.pick(row["subject"]) ?? "")")
            if let body = language.pick(row["body"]), !body.isEmpty { Console.out("    \(body)") }
        }
    }
}
