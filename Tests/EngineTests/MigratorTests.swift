import Crypto
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

    /// What databases have run never changes: a change to it would not reach them.
    @Test func `published migrations are as they were`() {
        let hashes = Migrator.migrations.map { migration in
            SHA256.hash(data: Array(migration.sql.utf8)).prefix(4).map { String($0, radix: 16) }.joined(separator: " ")
        }
        #expect(hashes == ["9d b9 ad 17", "0 67 d0 7f"])
    }

    /// The first migration had the checks of the second one for a while.
    @Test(arguments: [false, true])
    func `a database of the first version goes on with its tasks and jobs`(isEdited: Bool) async throws {
        let options = try FreshSchema.options
        let owner = try await Connection.connect(to: options, logger: .silent)
        var first = Migrator.migrations[0].sql
        if isEdited {
            first = first.replacing("'claimed', 'submitted'", with: "'claimed', 'parked', 'submitted'")
                .replacing("or state in ('submitted'", with: "or state in ('parked', 'submitted'")
        }
        try await owner.execute(
            script: """
                create table schema_version (version int4 primary key, name text not null, applied_at timestamptz not null
                    default clock_timestamp());
                insert into schema_version (version, name) values (1, 'foundation');
                \(first)
                insert into task (instance_id, slot, id, workflow, name, path, title, state, assignee, candidate_roles,
                                  candidate_users, created_at)
                values ('00000000-0000-0000-0000-000000000001', 1, 'o', 'w', 'n', 'p', '{}', 'open', null, '{}', '{}', now()),
                       ('00000000-0000-0000-0000-000000000001', 1, 'c', 'w', 'n', 'p', '{}', 'claimed', 'ann', '{}', '{}', now());
                insert into job (instance_id, slot, id, topic, due_at)
                values ('00000000-0000-0000-0000-000000000001', 1, 'j', 'things', now());
                """)
        let migrator = Migrator(options: options, logger: .silent)
        #expect(try await migrator.migrate().map(\.version) == Array(2...Migrator.migrations.count))
        try await owner.execute(script: "update task set state = 'parked'")
        let tasks = try await owner.query(Statement("select count(*) from task where state = 'parked'")).only
        #expect(try tasks.get(0, as: Int.self) == 2)
        let jobs = try await owner.query(Statement("select count(*) from job where topic = 'things' and priority = 2"))
            .only
        #expect(try jobs.get(0, as: Int.self) == 1)
        await #expect(throws: PostgresError.self) {
            try await owner.execute(script: "update task set state = 'open', closed_at = now()")
        }
        await owner.close()
    }
}
