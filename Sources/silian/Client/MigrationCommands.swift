import ArgumentParser
import Values

struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "What moving running instances to another version would do; changes nothing.",
        discussion: """
            Examples: silian plan achievement --from 3 --to 4; silian plan achievement --from 3 --to 4 --map review=gate -o PLAN
            --map OLD= ends the state OLD. Exit code 1 when an instance cannot be moved.
            """)

    @Argument(help: "Name of the workflow.") var workflow: String
    @Option(help: "The version that the instances run in.") var from: Int
    @Option(help: "The version that they shall run in.") var to: Int
    @Option(help: "OLD=NEW: where an active state is in the new version; may be repeated.") var map: [String] = []
    @Option(name: .shortAndLong, help: "Write the plan to this file, for silian migrate; - prints it.")
    var output: String?
    @OptionGroup var client: ClientOptions

    func run() async throws {
        let map = try self.map.map { entry in
            guard let equals = entry.firstIndex(of: "="), equals > entry.startIndex else {
                throw Failure.usage("--map wants OLD=NEW, not '\(entry)'. Example: --map review=gate")
            }
            return (ValueMap.Key.string(String(entry[..<equals])), Value.string(String(entry[equals...].dropFirst())))
        }
        let request: Value = [
            "from": .int(Int64(self.from)), "to": .int(Int64(self.to)), "map": .map(ValueMap(map)),
        ]
        let instances = try await self.plans(request)
        if let output {
            let plan: Value = [
                "workflow": .string(self.workflow), "from": .int(Int64(self.from)), "to": .int(Int64(self.to)),
                "map": .map(ValueMap(map)), "instances": .list(instances),
            ]
            try OutputFile.write(plan.prettyJSON + "\n", to: output)
        }
        let impossible = instances.count { $0["possible"]?.bool != true }
        if self.output == "-" {
            // The plan is the output.
        } else if self.client.output.json {
            try instances.forEach(Console.json)
        } else {
            try self.print(instances)
            try Console.out(
                self.client.output.language.pick(
                    "\(instances.count) instances, \(impossible) of them cannot be moved.",
                    "\(instances.count) 个实例，其中 \(impossible) 个无法迁移。"))
        }
        if impossible > 0 { throw ExitCode(1) }
    }

    private func plans(_ request: Value) async throws -> [Value] {
        let api = self.client.client()
        let path = "/api/workflows/\(APIClient.segment(self.workflow))/plan?limit=200"
        var instances: [Value] = []
        var cursor: String?
        repeat {
            let suffix = cursor.map { "&cursor=\(APIClient.segment($0))" } ?? ""
            let page = try await api.post(path + suffix, request).body
            instances += page["items"]?.list ?? []
            cursor = page["next"]?.string
        } while cursor != nil
        return instances
    }

    private func print(_ instances: [Value]) throws {
        let language = self.client.output.language
        for plan in instances {
            let mark = plan["possible"]?.bool == true ? "✓" : "✗"
            try Console.out("\(mark) \(plan["id"]?.string ?? "")  \(Printing.states(plan))")
            for move in plan["moves"]?.list ?? [] where move["from"] != move["to"] {
                try Console.out(
                    "    \(move["from"]?.string ?? "") → \(move["to"]?.string ?? language.pick("ends", "结束"))")
            }
            let entered = Printing.names(plan["entered"])
            if !entered.isEmpty { try Console.out("    \(language.pick("entered", "进入")): \(entered)") }
            for part in plan["parts"]?.list ?? [] where part["fate"] != "kept" || part["changes"] != nil {
                let changes = (part["changes"]?.list ?? []).compactMap(\.string).map { Self.word($0, language) }
                let note = changes.isEmpty ? "" : " (\(changes.joined(separator: ", ")))"
                let (fate, kind) = (part["fate"]?.string ?? "", part["kind"]?.string ?? "")
                let name = part["name"]?.string ?? ""
                try Console.out("    \(Self.word(fate, language)): \(Self.word(kind, language)) \(name)\(note)")
            }
            for finding in plan["findings"]?.list ?? [] {
                let text = language.pick(finding["title"]) ?? ""
                let severity = language.severity(finding["severity"]?.string ?? "")
                try Console.out("    \(severity): \(text) [\(finding["code"]?.string ?? "")]")
            }
        }
    }

    /// What becomes of a part, what it is, and what of a task is another now.
    private static let words = [
        "kept": "保留", "cancelled": "取消", "started": "开始", "timer": "定时器", "task": "任务", "job": "作业", "child": "子流程",
        "form": "表单", "outcomes": "结果", "title": "标题", "candidates": "候选人", "votes": "表决",
    ]

    private static func word(_ word: String, _ language: Language) -> String {
        language.pick(word, Self.words[word] ?? word)
    }
}

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Carry out a plan: each instance in a transaction of its own.",
        discussion: """
            Example: silian migrate PLAN. Each instance is planned again as it stands; one that cannot be moved any more, or
            runs in another version than the plan's, stays as it is, and the exit code is 1. Running it again goes on with
            those that are left.
            """)

    @Argument(help: "A file that silian plan -o wrote.") var plan: String
    @Flag(help: "Move those that can be moved, although others cannot.") var possible = false
    @Flag(name: .shortAndLong, help: "Do not ask.") var yes = false
    @OptionGroup var client: ClientOptions

    func run() async throws {
        guard let plan = try? Value(json: try DefinitionFiles.read(self.plan)), let from = plan["from"]?.int,
            let to = plan["to"]?.int, let instances = plan["instances"]?.list
        else { throw Failure.refused("\(self.plan) is not a plan: silian plan … -o \(self.plan)") }
        let movable = instances.filter { $0["possible"]?.bool == true }
        if movable.count < instances.count, !self.possible {
            throw Failure.refused(
                "\(instances.count - movable.count) of \(instances.count) instances cannot be moved. Plan again with --map, or say --possible."
            )
        }
        if !self.yes {
            try Confirmation.ask(
                "Move \(movable.count) instances of \(plan["workflow"]?.string ?? "") to version \(to)?")
        }
        try await self.migrate(
            movable.compactMap { $0["id"]?.string }, from: from, ["version": .int(to), "map": plan["map"] ?? [:]])
    }

    private func migrate(_ ids: [String], from: Int64, _ request: Value) async throws {
        let api = self.client.client()
        var (moved, failed) = (0, 0)
        for id in ids {
            var line: ValueMap = ValueMap([(.string("id"), .string(id))])
            do {
                let path = "/api/instances/\(APIClient.segment(id))"
                let stands = try await api.get(path)["version"]
                if stands != request["version"] {
                    guard stands == .int(from) else {
                        throw Failure.refused(
                            "It runs in version \((stands ?? .null).json); the plan is for instances of version \(from)."
                        )
                    }
                    line["seq"] = try await api.post("\(path)/migrate", request).body["seq"]
                }
                moved += 1
            } catch let failure as Failure where failure.exitCode == 1 {
                failed += 1
                line["error"] = .string(failure.message)
                if !self.client.output.json { Console.error("\(id): \(failure.message)") }
            }
            if self.client.output.json { try Console.json(.map(line)) }
            Console.progress(moved + failed, of: ids.count, label: "migrated")
        }
        if !self.client.output.json { try Console.out("\(moved) instances moved, \(failed) not.") }
        if failed > 0 { throw ExitCode(1) }
    }
}
