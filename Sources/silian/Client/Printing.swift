import Values

/// How API answers look on a terminal.
enum Printing {
    /// Reads pages by cursor until `limit` rows are there.
    static func pages(
        _ api: APIClient, _ path: String, _ query: [(String, String?)], limit: Int
    ) async throws -> [Value] {
        var rows: [Value] = []
        var cursor: String?
        repeat {
            let size = min(200, limit - rows.count)
            let page = try await api.get(path, query: query + [("limit", String(size)), ("cursor", cursor)])
            rows += page["items"]?.list ?? []
            cursor = page["next"]?.string
        } while cursor != nil && rows.count < limit
        return rows
    }

    static func states(_ row: Value) -> String {
        (row["states"]?.list ?? []).compactMap(\.string).joined(separator: " + ")
    }

    static func actor(_ by: Value?) -> String {
        guard let by else { return "-" }
        if let user = by["user"]?.string {
            return by["onBehalfOf"]?.string.map { "\(user) for \($0)" } ?? user
        }
        if let worker = by["worker"]?.string { return "worker \(worker)" }
        if let instance = by["instance"]?.string { return "instance \(instance)" }
        return "system"
    }

    static func answer(_ body: Value, _ output: OutputOptions) throws {
        if output.json { return try Console.json(body) }
        let taken = (body["transitions"]?.list ?? []).map { transition in
            let targets = (transition["targets"]?.list ?? []).compactMap(\.string).joined(separator: ", ")
            let source = transition["source"]?.string ?? ""
            return targets.isEmpty ? (source.isEmpty ? "root" : source) : "\(source) → \(targets)"
        }
        try Console.out("seq \(body["seq"]?.int ?? 0), \(body["status"]?.string ?? ""): \(self.states(body))")
        for line in taken { try Console.out("  \(line)") }
    }

    /// Of a diagnostic: the sentence of its code in the reader's language, and what it says of this place.
    static func message(_ diagnostic: Value) -> String {
        [diagnostic["summary"]?.string, diagnostic["message"]?.string].compactMap(\.self).joined(separator: " ")
    }

    static func csvField(_ text: String) -> String {
        guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }

    /// The page of `silian show`.
    static func instance(_ view: Value, _ language: Language) -> String {
        var lines = [
            Console.bold(view["title"]?.string ?? view["id"]?.string ?? ""),
            "id        \(view["id"]?.string ?? "")",
            "workflow  \(view["workflow"]?.string ?? "") version \(view["version"]?.int ?? 0)",
        ]
        if let key = view["key"]?.string { lines.append("key       \(key)") }
        lines.append("status    \(view["status"]?.string ?? "") (seq \(view["seq"]?.int ?? 0))")
        lines.append("states    \(self.states(view))")
        lines.append("context   \((view["context"] ?? .null).json)")
        let tasks = (view["tasks"]?.list ?? []).filter { ["open", "claimed"].contains($0["state"]) }
        lines += self.section("open tasks", .list(tasks)) { task in
            let who = task["assignee"]?.string ?? self.candidates(task).map { "open to \($0)" } ?? "open"
            return
                "\(task["id"]?.string ?? "")  \(language.pick(task["title"]) ?? task["name"]?.string ?? "")  [\(who)]"
        }
        lines += self.section("timers", view["timers"]) { "\($0["due"]?.string ?? "")  \($0["event"]?.string ?? "")" }
        // A timer's job stands among the timers, until it is stuck.
        let jobs = (view["jobs"]?.list ?? []).filter { $0["topic"] != "timer" || $0["state"] == "parked" }
        lines += self.section("jobs", .list(jobs)) { job in
            "\(job["id"]?.string ?? "")  \(job["topic"]?.string ?? "")  \(job["state"]?.string ?? "")"
        }
        lines += self.section("children", view["children"]) { child in
            "\(child["id"]?.string ?? "")  \(child["workflow"]?.string ?? "")  \(child["state"]?.string ?? "")"
        }
        lines += self.section("possible events", view["events"]) { event in
            let isEnabled = event["enabled"]?.bool ?? false
            let why = isEnabled ? "" : Console.dim("  not now: \(event["why"]?["detail"]?.string ?? "")")
            return
                "\(isEnabled ? "✓" : "·") \(event["event"]?.string ?? "")  \(language.pick(event["title"]) ?? "")\(why)"
        }
        let incidents = view["incidents"]?.int ?? 0
        if incidents > 0 { lines += ["", "\(incidents) open incident(s): silian incidents"] }
        return lines.joined(separator: "\n")
    }

    private static func section(_ title: String, _ list: Value?, _ line: (Value) -> String) -> [String] {
        guard let items = list?.list, !items.isEmpty else { return [] }
        return ["", Console.bold(title)] + items.map { "  " + line($0) }
    }

    /// Roles and users that may take a task; nil: it names none.
    static func candidates(_ task: Value) -> String? {
        let names = [task["candidateRoles"], task["candidateUsers"]].map(self.names).filter { !$0.isEmpty }
        return names.isEmpty ? nil : names.joined(separator: ", ")
    }

    static func names(_ list: Value?) -> String { (list?.list ?? []).compactMap(\.string).joined(separator: ", ") }
}
