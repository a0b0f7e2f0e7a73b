import Postgres
import TestSupport
import Testing

@testable import Engine

@Suite(.freshSchema) struct MigratorTests {
    @Test func `an empty schema is migrated once, also by several at a time`() async throws {
        let migrator = Migrator(options: try FreshSchema.options, logger: .silent)
        #expect(try await migrator.status().pending.count == Migrator.migrations.count)
        #expect(try await migrator.sql().contains("create table instance"))
        let applied = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<4 { group.addTask { try await migrator.migrate().count } }
            return try await group.reduce(0, +)
        }
        #expect(applied == Migrator.migrations.count)
        let status = try await migrator.status()
        #expect(status.isCurrent && status.applied.map(\.version) == Array(1...Migrator.migrations.count))
        #expect(try await migrator.migrate().isEmpty)
    }

    @Test func `a schema of a newer server is left alone`() async throws {
        let options = try FreshSchema.options
        let migrator = Migrator(options: options, logger: .silent)
        try await migrator.migrate()
        let owner = try await Connection.connect(to: options, logger: .silent)
        try await owner.execute(script: "insert into schema_version (version, name) values (9999, 'later')")
        await owner.close()
        await #expect(throws: Migrator.TooNew.self) { try await migrator.migrate() }
    }
}
