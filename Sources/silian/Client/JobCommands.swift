import ArgumentParser
import Values

struct JobsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs", abstract: "List machine work: waiting, leased, parked.")

    @Option(help: "Of this topic.") var topic: String?
    @Option(help: "waiting, leased or parked.") var state: String?
    @Option(help: "Of this instance.") var instance: String?
    @Option(help: "Rows at most.") var limit = 200
    @OptionGroup var client: ClientOptions

    func run() async throws {
        let query = [("topic", self.topic), ("state", self.state), ("instance", self.instance)]
        let rows = try await Printing.pages(self.client.client(), "/api/jobs", query, limit: self.limit)
        if self.client.output.json { return try rows.forEach(Console.json) }
        guard !rows.isEmpty else { return try Console.out("No job.") }
        var table = Table(header: ["ID", "TOPIC", "STATE", "DUE", "ATTEMPT", "WORKER", "FAILURE"])
        table.rows = rows.map { row in
            [
                row["id"]?.string ?? "", row["topic"]?.string ?? "", row["state"]?.string ?? "",
                row["dueAt"]?.string ?? "-",
                "\(row["attempt"]?.int ?? 0)", row["worker"]?.string ?? "-", row["failure"]?.string ?? "",
            ]
        }
        try Console.out(table.rendered())
    }
}

struct JobCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "job", abstract: "Show a job, try it again now, or cancel it.",
        discussion: "Example: silian job 0198….7.2 retry")

    enum Verb: String, ExpressibleByArgument, CaseIterable { case show, retry, cancel }

    @Argument(help: "Id of the job.") var job: String
    @Argument(help: "What to do with it.") var verb: Verb = .show
    @OptionGroup var client: ClientOptions

    func run() async throws {
        let api = self.client.client()
        let path = "/api/jobs/\(APIClient.segment(self.job))"
        if self.verb == .show {
            let view = try await api.get(path)
            return try Console.out(self.client.output.json ? view.json : view.prettyJSON)
        }
        let response = try await api.post("\(path)/\(self.verb.rawValue)")
        if self.client.output.json {
            try Console.json(response.body)
        } else {
            try Console.out("Done: \(self.verb.rawValue) \(self.job)")
        }
    }
}

struct IncidentsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "incidents", abstract: "What got stuck and waits for somebody.")
    @Option(help: "Rows at most.") var limit = 200
    @OptionGroup var client: ClientOptions

    func run() async throws {
        let rows = try await Printing.pages(self.client.client(), "/api/incidents", [], limit: self.limit)
        if self.client.output.json { return try rows.forEach(Console.json) }
        guard !rows.isEmpty else { return try Console.out("No open incident.") }
        var table = Table(header: ["OPENED", "INSTANCE", "WORKFLOW", "CODE", "MESSAGE"])
        table.rows = rows.map { row in
            ["openedAt", "instance", "workflow", "code", "message"].map { row[$0]?.string ?? "" }
        }
        try Console.out(table.rendered())
        try Console.out("\nRepair and retry: silian resolve INSTANCE [--set PATH=JSON] --retry")
    }
}

struct ResolveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve", abstract: "Put right what is stuck: repair data, then retry it or skip it.",
        discussion: """
            Examples:
              silian resolve 0198… --set score=80 --retry
              silian resolve 0198… --skip
            """)

    @Argument(help: "Id of the instance.") var instance: String
    @Option(help: "PATH=JSON in the context; may be repeated.") var set: [String] = []
    @Flag(help: "Do again what failed.") var retry = false
    @Flag(help: "Drop what failed; it will not be done.") var skip = false
    @Flag(name: .shortAndLong, help: "Do not ask.") var yes = false
    @OptionGroup var client: ClientOptions

    mutating func validate() throws {
        if self.retry == self.skip { throw ValidationError("Say either --retry or --skip.") }
    }

    func run() async throws {
        if self.skip && !self.yes { try Confirmation.ask("Skip what failed in \(self.instance)? It will not be done.") }
        let changes = try self.set.map(JSONArgument.assignment)
        let body: Value = [
            "set": .map(ValueMap(changes.map { (.string($0.path), $0.value) })), "skip": .bool(self.skip),
        ]
        let path = "/api/instances/\(APIClient.segment(self.instance))/resolve"
        try await Printing.answer(self.client.client().post(path, body).body, self.client.output)
    }
}
