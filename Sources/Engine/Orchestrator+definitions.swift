import Crypto
import Logging
import Postgres
import SQL
package import Statecharts
import Values

extension Orchestrator {
    /// Compiles and stores a definition. Content that is there already changes nothing; mistakes refuse it, doubts are
    /// told with the deployment.
    package func deploy(_ source: String, file: String, by actor: Actor) async throws -> Deployment {
        try Access.requireAdmin(actor)
        guard source.utf8.count <= self.limits.definitionBytes else {
            throw EngineError(
                .tooLarge,
                "A definition has at most \(self.limits.definitionBytes) bytes; this has \(source.utf8.count).")
        }
        guard !source.utf8.contains(0) else { throw EngineError(.invalid, "A definition cannot contain U+0000.") }
        let (compiled, found) = Definition.compile(source, file: file)
        guard let chart = compiled else {
            let errors = found.count { $0.severity == .error }
            let noun = errors == 1 ? "mistake" : "mistakes"
            throw EngineError(.invalid, "\(file): \(errors) \(noun)", diagnostics: found)
        }
        let mentioned = Mentions(chart)
        for role in mentioned.roles where !Self.isName(role, longest: 64, extra: "._-") {
            throw EngineError(
                .invalid, "“\(role)” is not a role's name: letters, digits and . _ - only, at most 64.",
                diagnostics: found)
        }
        var diagnostics = found
        diagnostics += try await self.doubts(about: mentioned, of: chart, file: file)

        let stored = try await self.store(chart, source: source, roles: mentioned.roles, by: actor)
        if stored.isNew {
            try await self.definitions.insert(chart, workflow: chart.workflow, version: stored.version)
            self.definitions.note(latest: stored.version, of: chart.workflow)
            self.authentications.empty()
            self.logger.info(
                "deployed", metadata: ["workflow": "\(chart.workflow)", "version": "\(stored.version)"])
        } else if stored.latest != stored.version {
            let message = "this is the content of version \(stored.version); new instances start with \(stored.latest)"
            diagnostics.append(
                Diagnostic(
                    .note, "older-content", message, file: file, position: Position(line: 1, column: 1)))
        }
        return Deployment(
            workflow: chart.workflow, version: stored.version, isNew: stored.isNew, diagnostics: diagnostics)
    }

    private func store(
        _ chart: Chart, source: String, roles: [String], by actor: Actor
    ) async throws -> (version: Int, isNew: Bool, latest: Int) {
        let title = Value.map(ValueMap((chart.title?.plain ?? [:]).map { (.string($0.key), .string($0.value)) }))
        let statement = Statement(
            SQL.deployWorkflow,
            [
                .text(chart.workflow), .bytea(Array(SHA256.hash(data: Array(source.utf8)))), .text(source),
                .jsonb(title.jsonBytes), .text(actor.user), .texts(roles + [Access.adminRole, Access.workerRole]),
            ])
        var attempts = 0
        while true {
            do {
                let row = try await self.pool.pipeline([statement]).first?.first
                guard let row else { throw EngineError(.internalError, "The database gave no answer.") }
                let (version, isNew, latest) = try row.decode(Int.self, Bool.self, Int?.self)
                return (version, isNew, latest ?? version)
            } catch let error as PostgresError {
                // Somebody deployed the same workflow at the same moment.
                attempts += 1
                guard error.sqlState == .uniqueViolation, attempts < 5 else { throw self.translate(error) }
            }
        }
    }

    /// What the definition names and is not here yet: it may come later, so that these are warnings.
    private func doubts(about mentioned: Mentions, of chart: Chart, file: String) async throws -> [Diagnostic] {
        let calendars = chart.calendar == "default" ? [] : [chart.calendar]
        let children = Set(mentioned.children.map(\.workflow)).subtracting([chart.workflow]).sorted()
        guard !calendars.isEmpty || !children.isEmpty || !mentioned.roles.isEmpty else { return [] }
        let rows = try await self.query(
            Statement(SQL.findMissing, [.texts(calendars), .texts(children), .texts(mentioned.roles)]))
        let missing = try rows.map { try $0.decode(String.self, String.self) }
        func names(_ kind: String) -> [String] { missing.filter { $0.0 == kind }.map(\.1) }
        func doubt(
            _ severity: Diagnostic.Severity, _ code: String, _ message: String, at place: Mentions.Child? = nil,
            path: String = ""
        ) -> Diagnostic {
            Diagnostic(
                severity, code, message, file: file, position: place?.position ?? Position(line: 1, column: 1),
                path: place?.path ?? path)
        }
        var doubts = names("calendar").map { name in
            doubt(.warning, "unknown-calendar", "there is no calendar “\(name)” here", path: "calendar")
        }
        for name in names("workflow") {
            let place = mentioned.children.first { $0.workflow == name }
            doubts.append(doubt(.warning, "unknown-workflow", "workflow “\(name)” is not deployed here", at: place))
        }
        let vacant = names("role")
        if !vacant.isEmpty {
            let roles = vacant.joined(separator: ", ")
            doubts.append(
                doubt(
                    .note, "vacant-role",
                    "no user was given \(vacant.count == 1 ? "the role" : "the roles") \(roles) yet"))
        }
        return doubts
    }

    /// Every workflow in the version that new instances start with, without those whose version does not compile here.
    package func workflows(by actor: Actor) async throws -> [WorkflowView] {
        _ = try Access.requireUser(actor)
        var views: [WorkflowView] = []
        for row in try await self.query(Statement(SQL.listWorkflows, [.text(nil), .int4(nil)])) {
            guard let compiled = try await self.definitions.usable(try row.get(0), version: try row.get(1)) else {
                continue
            }
            views.append(try WorkflowView(row, compiled))
        }
        return views
    }

    package func workflow(_ name: String, version: Int?, by actor: Actor) async throws -> WorkflowView {
        _ = try Access.requireUser(actor)
        return try await self.workflowView(name, version: version)
    }

    func workflowView(_ name: String, version: Int?) async throws -> WorkflowView {
        let number = version.map { Int32(clamping: $0) }
        let rows = try await self.query(Statement(SQL.listWorkflows, [.text(name), .int4(number)]))
        guard let row = rows.first, version == number.map({ Int($0) }) else {
            let what = version.map { "version \($0) of workflow \(name)" } ?? "workflow \(name)"
            throw EngineError(.notFound, "There is no \(what).")
        }
        return try WorkflowView(row, try await self.definitions.get(name, version: try row.get(1)))
    }
}

extension WorkflowView {
    fileprivate init(_ row: Row, _ compiled: Definitions.Compiled) throws {
        self.init(
            name: compiled.workflow, version: compiled.version, versions: try row.get(2), title: try row.texts(3),
            source: try row.get(4), deployedAt: Timestamp(microsecondsSinceEpoch: try row.get(5)),
            deployedBy: try row.get(6), chart: compiled.chart)
    }
}
