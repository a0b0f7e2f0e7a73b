import Foundation
import Postgres
import TestSupport
import Testing

@testable import Engine

@Suite(.freshSchema) struct SchemaTests {
    /// Columns, constraints and indexes, a line each.
    private static let catalog = """
        select 'column ' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
               || case when a.attnotnull then ' not null' else '' end
               || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
        from pg_attribute a
        join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p', 'v')
            and c.relnamespace = current_schema()::regnamespace
        left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where a.attnum > 0 and not a.attisdropped
        union all
        select 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
        from pg_constraint where connamespace = current_schema()::regnamespace
        union all
        select 'index ' || replace(indexdef, current_schema() || '.', '')
        from pg_indexes where schemaname = current_schema()
        union all
        select 'options ' || relname || ' ' || array_to_string(reloptions, ', ')
        from pg_class where relnamespace = current_schema()::regnamespace and reloptions is not null
        order by 1
        """

    private static func lines(_ connection: Connection) async throws -> [String] {
        try await connection.query(Statement(Self.catalog)).map { try $0.get(0) }
    }

    @Test func `the migrations add up to schema.sql`() async throws {
        let options = try FreshSchema.options
        try await Migrator(options: options, logger: .silent).migrate()
        let connection = try await Connection.connect(to: options, logger: .silent)
        let migrated = try await Self.lines(connection)

        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appendingPathComponent("sql/schema.sql"), encoding: .utf8)
        let other = "\(options.searchPath ?? "")_whole"
        try await connection.execute(script: "create schema \(other); set search_path = \(other); \(text)")
        let whole = try await Self.lines(connection)
        try await connection.execute(script: "drop schema \(other) cascade")
        await connection.close()

        #expect(!migrated.isEmpty)
        #expect(Set(migrated).symmetricDifference(whole).sorted() == [])
    }
}
