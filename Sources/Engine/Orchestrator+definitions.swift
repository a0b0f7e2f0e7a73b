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
        let deployments = try await self.deploy([DefinitionFile(name: file, text: source)], by: actor)
        guard let deployment = deployments.first else { throw EngineError(.internalError, "Nothing was deployed.") }
        return deployment
    }

    /// Definitions that may name each other: all of them are deployed, or none.
    package func deploy(_ files: [DefinitionFile], by actor: Actor) async throws -> [Deployment] {
        try Access.requireAdmin(actor)
        for file in files { try self.check(file) }
        let alone = try Self.compile(files, beside: Catalog())
        let catalog = try await self.catalog(for: alone)
        let compiled = try Self.compile(files, beside: catalog)
        let mentioned = compiled.map { Mentions($0.chart) }
        for role in mentioned.flatMap(\.roles) where !Self.isName(role, longest: 64, extra: "._-") {
            throw EngineError(
                .invalid, "“\(role)” is not a role's name: letters, digits and . _ - only, at most 64.",
                diagnostics: compiled.flatMap(\.diagnostics))
        }
        let vacant = try await self.vacant(Set(mentioned.flatMap(\.roles)))
        let stored = try await self.store(compiled, by: actor)
        var deployments: [Deployment] = []
        for (definition, stored) in zip(compiled, stored) {
            var diagnostics = definition.diagnostics
            diagnostics += Self.doubts(about: Mentions(definition.chart).roles.filter(vacant.contains), definition.file)
            if stored.isNew {
                try await self.note(definition.chart, version: stored.version)
            } else if stored.latest != stored.version {
                let message: Message =
                    "this is the content of version \(stored.version); new instances start with \(stored.latest)"
                diagnostics.append(Self.finding(.note, "older-content", message, definition.file))
            }
            deployments.append(
                Deployment(
                    workflow: definition.chart.workflow, version: stored.version, isNew: stored.isNew,
                    diagnostics: diagnostics))
        }
        return deployments
    }

    private func check(_ file: DefinitionFile) throws {
        let bytes = file.text.utf8.count
        guard bytes <= self.limits.definitionBytes else {
            throw EngineError(
                .tooLarge, "A definition has at most \(self.limits.definitionBytes) bytes; this has \(bytes).")
        }
        guard !file.text.utf8.contains(0) else { throw EngineError(.invalid, "A definition cannot contain U+0000.") }
    }

    // MARK: Compiling

    private struct CompiledFile {
        var chart: Chart
        var source: String
        var file: String
        var diagnostics: [Diagnostic]
    }

    private static func compile(_ files: [DefinitionFile], beside catalog: Catalog) throws -> [CompiledFile] {
        var compiled: [CompiledFile] = []
        var refusals: [String] = []
        var found: [Diagnostic] = []
        for file in files {
            let (chart, diagnostics) = Definition.compile(file.text, file: file.name, beside: catalog)
            found += diagnostics
            if let chart {
                compiled.append(
                    CompiledFile(chart: chart, source: file.text, file: file.name, diagnostics: diagnostics))
            } else {
                let errors = diagnostics.count { $0.severity == .error }
                refusals.append("\(file.name): \(errors) \(errors == 1 ? "mistake" : "mistakes")")
            }
        }
        guard refusals.isEmpty else {
            throw EngineError(.invalid, refusals.joined(separator: "; "), diagnostics: found)
        }
        var names: Set<String> = []
        for name in compiled.map(\.chart.workflow) where !names.insert(name).inserted {
            throw EngineError(.invalid, "Two of these definitions are of the workflow \(name).")
        }
        return compiled
    }

    /// What is here, and what will be when these are deployed.
    private func catalog(for compiled: [CompiledFile]) async throws -> Catalog {
        var catalog = Catalog()
        catalog.isComplete = true
        let calendars = Set(compiled.map(\.chart.calendar)).subtracting(["default"])
        catalog.calendars = calendars.subtracting(try await self.missing("calendar", calendars))
        var asked: [String: Set<Int>] = [:]
        for definition in compiled {
            asked[definition.chart.workflow, default: []].formUnion([])
            for child in Mentions(definition.chart).children {
                asked[child.workflow, default: []].formUnion(child.version.map { [$0] } ?? [])
            }
        }
        for (name, versions) in asked.sorted(by: { $0.key < $1.key }) {
            let definition = compiled.first { $0.chart.workflow == name }
            catalog.workflows[name] = try await self.known(name, versions, replacedBy: definition)
        }
        return catalog
    }

    /// Nil: there is no such workflow.
    private func known(
        _ name: String, _ asked: Set<Int>, replacedBy definition: CompiledFile?
    ) async throws -> Catalog.Workflow? {
        var workflow: Catalog.Workflow?
        var source: String?
        if let row = try await self.query(Statement(SQL.listWorkflows, [.text(name), .int4(nil)])).first {
            let versions = Set(try row.get(2) as [Int])
            workflow = Catalog.Workflow(
                newest: try await self.definitions.usable(name, version: try row.get(1))?.chart, versions: versions)
            for version in asked.intersection(versions) {
                workflow?.charts[version] = try await self.definitions.usable(name, version: version)?.chart
            }
            source = try row.get(4)
        }
        guard let definition, definition.source != source else { return workflow }
        let next = (workflow?.versions?.max() ?? 0) + 1
        var changed = workflow ?? Catalog.Workflow(newest: nil, versions: [])
        changed.newest = definition.chart
        changed.charts[next] = definition.chart
        changed.versions?.insert(next)
        return changed
    }

    // MARK: Findings

    /// Of calendars or roles: those that there are not, or that nobody has.
    private func missing(_ kind: String, _ names: Set<String>) async throws -> Set<String> {
        guard !names.isEmpty else { return [] }
        func asked(_ other: String) -> Parameter { .texts(kind == other ? names.sorted() : []) }
        let rows = try await self.query(Statement(SQL.findMissing, [asked("calendar"), asked("role")]))
        return Set(try rows.map { try $0.get(1) as String })
    }

    private func vacant(_ roles: Set<String>) async throws -> Set<String> { try await self.missing("role", roles) }

    /// A role begins with the definitions that name it, and is given to people after that: to refuse it would be to refuse
    /// every first deployment.
    private static func doubts(about vacant: [String], _ file: String) -> [Diagnostic] {
        guard !vacant.isEmpty else { return [] }
        let names = vacant.joined(separator: ", ")
        let message: Message =
            vacant.count == 1 ? "no user was given the role \(names) yet" : "no user was given the roles \(names) yet"
        return [Self.finding(.warning, "vacant-role", message, file)]
    }

    private static func finding(
        _ severity: Diagnostic.Severity, _ code: String, _ message: Message, _ file: String
    ) -> Diagnostic {
        Diagnostic(severity, code, message, file: file, position: Position(line: 1, column: 1))
    }

    // MARK: Storing

    private func note(_ chart: Chart, version: Int) async throws {
        try await self.definitions.insert(chart, workflow: chart.workflow, version: version)
        self.definitions.note(latest: version, of: chart.workflow)
        self.authentications.empty()
        self.logger.info("deployed", metadata: ["workflow": "\(chart.workflow)", "version": "\(version)"])
    }

    private func store(
        _ compiled: [CompiledFile], by actor: Actor
    ) async throws -> [(version: Int, isNew: Bool, latest: Int)] {
        let statements = compiled.map { definition in
            let chart = definition.chart
            let title = Value.map(ValueMap((chart.title?.plain ?? [:]).map { (.string($0.key), .string($0.value)) }))
            return Statement(
                SQL.deployWorkflow,
                [
                    .text(chart.workflow), .bytea(Array(SHA256.hash(data: Array(definition.source.utf8)))),
                    .text(definition.source), .jsonb(title.jsonBytes), .text(actor.user),
                    .texts(Mentions(chart).roles + [Access.adminRole, Access.workerRole]),
                ])
        }
        var attempts = 0
        while true {
            do {
                return try await self.pool.withTransaction { try await $0.pipeline(statements) }.map { rows in
                    guard let row = rows.first else {
                        throw EngineError(.internalError, "The database gave no answer.")
                    }
                    let (version, isNew, latest) = try row.decode(Int.self, Bool.self, Int?.self)
                    return (version, isNew, latest ?? version)
                }
            } catch let error as PostgresError {
                // Somebody deployed one of them at the same moment.
                attempts += 1
                guard error.sqlState == .uniqueViolation, attempts < 5 else { throw self.translate(error) }
            }
        }
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
