import Postgres
import SQL
package import Statecharts
import Values

extension Orchestrator {
    /// How many pages are looked through for rows that only the instance itself can tell to be visible.
    private static let lookThrough = 20

    /// Instances that the actor may see, newest first.
    package func list(_ request: ListingRequest, by actor: Actor) async throws -> Page<ListingRow> {
        let limit = self.rows(request.limit)
        let rules = try await self.listRules(request, actor)
        guard Access.isAdmin(actor) || !rules.isEmpty else { return Page(rows: []) }
        var cursor = try Cursor(request.cursor)
        var seen: [ListingRow] = []
        for _ in 0..<Self.lookThrough {
            let rows = try await self.query(Self.statement(request, rules, after: cursor, limit: limit + 1, actor))
            let visible = try await self.visible(rows, actor)
            seen += visible
            guard rows.count > limit, let last = rows.last else { return Self.page(seen, limit) }
            if seen.count > limit { return Self.page(seen, limit) }
            cursor = try Self.cursor(ListingRow(last))
        }
        // Nothing more was found so far; the next page goes on where this one stopped.
        return Page(rows: seen, next: cursor?.text)
    }

    private static func page(_ rows: [ListingRow], _ limit: Int) -> Page<ListingRow> {
        Page(rows, limit: limit, cursor: Self.cursor)
    }

    private static func cursor(_ row: ListingRow) -> Cursor { Cursor(at: row.startedAt, instance: row.id) }

    private struct Rule {
        var workflow: String
        var version: Int
        var access: ListAccess
    }

    /// What the actor may see of each version; of administrators none is asked for. Refuses fields and tags that no
    /// definition has.
    private func listRules(_ request: ListingRequest, _ actor: Actor) async throws -> [Rule] {
        let isAdmin = Access.isAdmin(actor)
        if isAdmin, request.workflow == nil, request.fields.isEmpty, request.tag == nil { return [] }
        let rows = try await self.query(Statement(SQL.listVersions, [.text(request.workflow)]))
        if let workflow = request.workflow, rows.isEmpty {
            throw EngineError(.notFound, "There is no workflow \(workflow).")
        }
        var rules: [Rule] = []
        var fields = Set(request.fields.keys)
        var hasTag = request.tag == nil
        for row in rows {
            let (workflow, version) = try row.decode(String.self, Int.self)
            // Who may see instances of what does not compile is not known: administrators.
            guard let chart = try await self.definitions.usable(workflow, version: version)?.chart else { continue }
            fields.subtract(chart.search)
            hasTag = hasTag || chart.states.contains { state in request.tag.map(state.tags.contains) ?? true }
            let access = ListAccess(chart, for: actor)
            if !isAdmin, access.admitsSomebody {
                rules.append(Rule(workflow: workflow, version: version, access: access))
            }
        }
        if let field = fields.min() {
            throw EngineError(
                .invalid, "“\(field)” is not among the fields that `search` declares.",
                fields: [
                    Refusal.FieldError(pointer: "/where/\(field)", en: "not a declared search field", zh: "不是已声明的检索字段")
                ])
        }
        guard hasTag else {
            throw EngineError(
                .invalid, "No state has the tag “\(request.tag ?? "")”.",
                fields: [Refusal.FieldError(pointer: "/tag", en: "no state has this tag", zh: "没有状态带此标签")])
        }
        return rules
    }

    private static func statement(
        _ request: ListingRequest, _ rules: [Rule], after cursor: Cursor?, limit: Int, _ actor: Actor
    ) -> Statement {
        let fields = request.fields.sorted { $0.key < $1.key }
        return Statement(
            SQL.listInstances,
            [
                .text(request.workflow), .text(request.status?.rawValue), .text(request.tag), .text(request.key),
                .text(request.text?.isEmpty == false ? request.text : nil), .texts(fields.map(\.key)),
                .texts(fields.map(\.value)), .bool(Access.isAdmin(actor)), .texts(rules.map(\.workflow)),
                .int4s(rules.map { Int32(clamping: $0.version) }), .bools(rules.map(\.access.everybody)),
                .bools(rules.map(\.access.starter)), .bools(rules.map(\.access.assignee)),
                .bools(rules.map(\.access.isOpen)), .text(actor.user),
                .timestamptz(cursor?.at.microsecondsSinceEpoch), .uuid(cursor?.instance.uuid), .int4(Int32(limit)),
            ])
    }

    /// Without the rows whose instances say that the actor may not see them.
    private func visible(_ rows: Rows, _ actor: Actor) async throws -> [ListingRow] {
        var undecided: [InstanceID] = []
        for row in rows where try row.get(12, as: Bool.self) { undecided.append(try row.instance(0)) }
        var hidden = Set(undecided)
        try await self.eachReadable(undecided) { id, read in if read.mayRead(actor) { hidden.remove(id) } }
        return try rows.map { try ListingRow($0) }.filter { !hidden.contains($0.id) }
    }
}
