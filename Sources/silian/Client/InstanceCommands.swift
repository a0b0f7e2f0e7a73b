import ArgumentParser
import Values

struct StartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Start an instance of a workflow.",
        discussion: "Example: silian start achievement --data '{\"title\": \"Membrane\"}'")

    @Argument(help: "Name of the workflow.") var workflow: String
    @Option(help: "Business key; starting it again returns the same instance.") var key: String?
    @Option(help: "Start data: JSON, @file, or - for standard input.") var data: String?
    @Option(help: "A version, or an alias such as stable, instead of the latest.") var version: String?
    @Option(help: "Idempotency key of this request.") var id: String?
    @OptionGroup var client: ClientOptions

    func run() async throws {
        var body = ValueMap()
        body["workflow"] = .string(self.workflow)
        body["key"] = self.key.map { .string($0) }
        body["version"] = self.version.map { name in Int64(name).map { .int($0) } ?? .string(name) }
        if self.data != nil { body["data"] = try JSONArgument.parse(self.data, option: "--data") }
        let headers = self.id.map { [("Idempotency-Key", $0)] } ?? []
        let response = try await self.client.client().post("/api/instances", .map(body), headers: headers)
        if self.client.output.json { return try Console.json(response.body) }
        let id = response.body["id"]?.string ?? ""
        try Console.out(response.status == 201 ? "Started \(id)" : "Was there already: \(id)")
        try Console.out("states: \(Printing.states(response.body))")
    }
}

struct SendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send", abstract: "Send an event to an instance.",
        discussion: "Example: silian send 0198… gate.requested --data '{\"note\": \"ready\"}'")

    @Argument(help: "Id of the instance.") var instance: String
    @Argument(help: "Name of the event.") var event: String
    @Option(help: "Data: JSON, @file, or - for standard input.") var data: String?
    @Option(help: "Only if the instance is still at this seq.") var ifSeq: Int64?
    @Option(help: "Idempotency key: sent twice, it counts once.") var id: String?
    @OptionGroup var client: ClientOptions

    func run() async throws {
        var body = ValueMap()
        body["event"] = .string(self.event)
        if self.data != nil { body["data"] = try JSONArgument.parse(self.data, option: "--data") }
        var headers: [(String, String)] = []
        if let id = self.id { headers.append(("Idempotency-Key", id)) }
        if let seq = self.ifSeq { headers.append(("If-Match", "\"\(seq)\"")) }
        let path = "/api/instances/\(APIClient.segment(self.instance))/events"
        try await Printing.answer(
            self.client.client().post(path, .map(body), headers: headers).body, self.client.output)
    }
}

struct ListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Search instances.",
        discussion: "Example: silian list achievement --tag stage --where kind=process --q membrane")

    @Argument(help: "Name of the workflow; all when absent.") var workflow: String?
    @Option(help: "active, suspended, done or cancelled.") var status: String?
    @Option(help: "Tag of an active state.") var tag: String?
    @Option(help: "Business key.") var key: String?
    @Option(help: "A text that title, key or search fields contain.") var q: String?
    @Option(name: .customLong("where"), help: "FIELD=VALUE over a search field; may be repeated.") var filters:
        [String] = []
    @Option(help: "Rows at most; all pages are read up to it.") var limit = 200
    @Flag(help: "Print CSV.") var csv = false
    @OptionGroup var client: ClientOptions

    func run() async throws {
        var query: [(String, String?)] = [
            ("workflow", self.workflow), ("status", self.status), ("tag", self.tag), ("key", self.key), ("q", self.q),
        ]
        for filter in self.filters {
            guard let equals = filter.firstIndex(of: "=") else {
                throw Failure.usage("--where wants FIELD=VALUE, not '\(filter)'.")
            }
            query.append(("where[\(filter[..<equals])]", String(filter[filter.index(after: equals)...])))
        }
        let rows = try await Printing.pages(self.client.client(), "/api/instances", query, limit: self.limit)
        if self.client.output.json { return try rows.forEach(Console.json) }
        let cells = rows.map { row in
            [
                row["id"]?.string ?? "", row["workflow"]?.string ?? "", row["status"]?.string ?? "",
                row["title"]?.string ?? "",
                Printing.states(row), row["incidents"]?.int.map(String.init) ?? "0", row["changedAt"]?.string ?? "",
            ]
        }
        let header = ["ID", "WORKFLOW", "STATUS", "TITLE", "STATES", "INCIDENTS", "CHANGED"]
        if self.csv {
            for line in [header] + cells { try Console.out(line.map(Printing.csvField).joined(separator: ",")) }
        } else if cells.isEmpty {
            try Console.out("No instance matches. Start one: silian start WORKFLOW")
        } else {
            try Console.out(Table(header: header, rows: cells).rendered())
        }
    }
}

struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show an instance: states, open tasks, timers, jobs, possible events.")

    @Argument(help: "Id of the instance.") var instance: String
    @OptionGroup var client: ClientOptions

    func run() async throws {
        let view = try await self.client.client().get("/api/instances/\(APIClient.segment(self.instance))")
        if self.client.output.json { return try Console.json(view) }
        try Console.out(Printing.instance(view, self.client.output.language))
    }
}

struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "What happened to an instance, oldest first.")

    @Argument(help: "Id of the instance.") var instance: String
    @Option(help: "Only after this seq.") var after: Int64 = 0
    @OptionGroup var client: ClientOptions

    func run() async throws {
        let api = self.client.client()
        var after = self.after
        var rows: [Value] = []
        while true {
            let page = try await api.get(
                "/api/instances/\(APIClient.segment(self.instance))/history",
                query: [("after", String(after)), ("limit", "200")])
            let items = page["items"]?.list ?? []
            rows += items
            guard items.count == 200, let last = items.last?["seq"]?.int else { break }
            after = last
        }
        if self.client.output.json { return try rows.forEach(Console.json) }
        var table = Table(header: ["SEQ", "AT", "EVENT", "BY", "STATES"])
        table.rows = rows.map { row in
            let handled = row["handled"]?.bool ?? true
            return [
                "\(row["seq"]?.int ?? 0)", row["at"]?.string ?? "",
                (row["event"]?.string ?? "") + (handled ? "" : " (ignored)"), Printing.actor(row["by"]),
                Printing.states(row),
            ]
        }
        try Console.out(table.rendered())
    }
}

/// `suspend`, `resume` and `cancel` differ in their verb only.
protocol AdministrationCommand: AsyncParsableCommand {
    static var verb: String { get }
    var instance: String { get }
    var client: ClientOptions { get }
}

extension AdministrationCommand {
    func administer() async throws {
        let path = "/api/instances/\(APIClient.segment(self.instance))/\(Self.verb)"
        try await Printing.answer(self.client.client().post(path).body, self.client.output)
    }
}

struct SuspendCommand: AdministrationCommand {
    static let verb = "suspend"
    static let configuration = CommandConfiguration(
        commandName: verb, abstract: "Pause an instance; its timers freeze.")
    @Argument(help: "Id of the instance.") var instance: String
    @OptionGroup var client: ClientOptions
    func run() async throws { try await self.administer() }
}

struct ResumeCommand: AdministrationCommand {
    static let verb = "resume"
    static let configuration = CommandConfiguration(commandName: verb, abstract: "Let a paused instance go on.")
    @Argument(help: "Id of the instance.") var instance: String
    @OptionGroup var client: ClientOptions
    func run() async throws { try await self.administer() }
}

struct CancelCommand: AdministrationCommand {
    static let verb = "cancel"
    static let configuration = CommandConfiguration(
        commandName: verb, abstract: "End an instance for good: its tasks, timers and jobs are cancelled.")
    @Argument(help: "Id of the instance.") var instance: String
    @Flag(name: .shortAndLong, help: "Do not ask.") var yes = false
    @OptionGroup var client: ClientOptions

    func run() async throws {
        if !self.yes { try Confirmation.ask("Cancel \(self.instance) for good? This cannot be undone.") }
        try await self.administer()
    }
}
