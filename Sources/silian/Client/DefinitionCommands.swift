import ArgumentParser
import NIOHTTP1
import Values

struct DeployCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deploy",
        abstract: "Deploy definitions: different content is a new version, the same content nothing.",
        discussion: """
            Example: silian deploy workflows/achievement
            Several definitions may invoke each other; all of them are deployed, or none.
            """)

    @Argument(help: "Definition files, or folders that are searched for workflow.yaml.") var paths: [String]
    @OptionGroup var client: ClientOptions

    func run() async throws {
        let api = self.client.client()
        let files = try DefinitionFiles.find(self.paths)
        if files.count == 1 {
            let response = try await api.request(
                .POST, "/api/workflows?file=\(APIClient.segment(files[0]))", body: try DefinitionFiles.read(files[0]),
                contentType: "application/yaml")
            return try self.tell(response.body, files[0])
        }
        let definitions = try files.map { file -> Value in
            ["file": .string(file), "source": .string(try DefinitionFiles.text(file))]
        }
        let response = try await api.post("/api/workflows", .list(definitions))
        for (file, item) in zip(files, response.body["items"]?.list ?? []) { try self.tell(item, file) }
    }

    private func tell(_ deployment: Value, _ file: String) throws {
        if self.client.output.json { return try Console.json(deployment) }
        let name = deployment["workflow"]?.string ?? file
        let version = deployment["version"]?.int ?? 0
        let isNew = deployment["isNew"]?.bool ?? true
        let words = self.client.output.language
        try Console.out(
            words.pick(
                "\(name) version \(version)\(isNew ? "" : " (unchanged)")",
                "\(name) 版本 \(version)\(isNew ? "" : "（未变）")"))
        for diagnostic in deployment["diagnostics"]?.list ?? [] {
            let severity = words.severity(diagnostic["severity"]?.string ?? "")
            Console.error("  \(severity): \(Printing.message(diagnostic))")
        }
    }
}

struct WorkflowsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workflows", abstract: "List deployed workflows, or show one.",
        discussion: "Examples: silian workflows; silian workflows achievement --source")

    @Argument(help: "Name of one workflow.") var name: String?
    @Option(help: "A version, or an alias such as stable, instead of the latest.") var version: String?
    @Flag(help: "Print the definition's source text.") var source = false
    @OptionGroup var client: ClientOptions

    func run() async throws {
        let api = self.client.client()
        guard let name else {
            let rows = try await api.get("/api/workflows")["items"]?.list ?? []
            if self.client.output.json { return try rows.forEach(Console.json) }
            guard !rows.isEmpty else {
                return try Console.out("No workflow is deployed yet. Deploy one: silian deploy PATH")
            }
            var table = Table(header: ["WORKFLOW", "VERSION", "TITLE", "DEPLOYED"])
            table.rows = rows.map { row in
                [
                    row["name"]?.string ?? "", "\(row["version"]?.int ?? 0)",
                    self.client.output.language.pick(row["title"]) ?? "", row["deployedAt"]?.string ?? "",
                ]
            }
            return try Console.out(table.rendered())
        }
        let suffix = self.version.map { "/versions/\(APIClient.segment($0))" } ?? ""
        let view = try await api.get("/api/workflows/\(APIClient.segment(name))\(suffix)")
        if self.source { return try Console.out(view["source"]?.string ?? "") }
        if self.client.output.json { return try Console.json(view) }
        try Console.out(
            "\(Console.bold(name)) version \(view["version"]?.int ?? 0)  \(self.client.output.language.pick(view["title"]) ?? "")"
        )
        try Console.out(
            "versions: \((view["versions"]?.list ?? []).compactMap(\.int).map(String.init).joined(separator: ", "))")
        let aliases = (view["aliases"]?.map ?? ValueMap()).entries.map { entry in
            "\(entry.key.value.string ?? "") → \(entry.value.int ?? 0)"
        }
        try Console.out("aliases: \(aliases.joined(separator: ", "))")
        try Console.out("deployed: \(view["deployedAt"]?.string ?? "") by \(view["deployedBy"]?.string ?? "-")")
    }
}

struct AliasCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alias", abstract: "Let a name stand for a version of a workflow; what runs keeps its version.",
        discussion: """
            Examples: silian alias achievement stable 3, then silian start achievement --version stable.
            New instances start with latest; a deployment of new content moves it, and so can you.
            """)

    @Argument(help: "Name of the workflow.") var workflow: String
    @Argument(help: "Name of the alias: stable, latest or one of your own.") var alias: String
    @Argument(help: "Number of the version.") var version: Int
    @OptionGroup var client: ClientOptions

    func run() async throws {
        let path =
            "/api/workflows/\(APIClient.segment(self.workflow))/aliases/\(APIClient.segment(self.alias))"
        let response = try await self.client.client().request(
            .PUT, path, body: Array(#"{"version":\#(self.version)}"#.utf8), contentType: "application/json")
        if self.client.output.json { return try Console.json(response.body) }
        try Console.out("\(self.alias) of \(self.workflow) is version \(self.version) now.")
    }
}
