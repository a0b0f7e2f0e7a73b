import Logging
import Postgres
import TestSupport
import Testing

@Suite(.freshSchema, .timeLimit(.minutes(5))) struct ConnectionTests {
    private func withConnection(_ body: (Connection) async throws -> Void) async throws {
        let connection = try await Connection.connect(to: FreshSchema.options, logger: .silent)
        try await body(connection)
        await connection.close()
        #expect(connection.isClosed)
    }

    /// The server process of a connection.
    private func processID(_ connection: Connection) async throws -> Int32 {
        try await connection.query(Statement("select pg_backend_pid()")).only.get(0)
    }

    private func terminate(_ processID: Int32) async throws {
        let other = try await Connection.connect(to: FreshSchema.options, logger: .silent)
        _ = try await other.query(Statement("select pg_terminate_backend($1)", [.int4(processID)]))
        await other.close()
    }

    @Test func `a query answers`() async throws {
        try await self.withConnection { connection in
            let rows = try await connection.query(
                Statement("select $1::int4 + 1 as number, $2 as text", [.int4(41), .text("é")]))

            let (number, text) = try rows.only.decode(Int32.self, String.self)
            #expect(number == 42)
            #expect(text == "é")
            #expect(rows.columns == ["number", "text"])
        }
    }

    @Test func `a pipeline answers each statement and commits`() async throws {
        try await self.withConnection { connection in
            try await connection.execute(script: "create table t(n int); create index on t(n)")

            let results = try await connection.pipeline([
                .begin, Statement("insert into t select unnest($1::int[])", [.int4s([Int32](1...5))]),
                Statement("select n from t order by n"), .commit,
            ])

            #expect(results.map(\.affected) == [0, 5, 5, 0])
            #expect(try results[2].map { try $0.get(0, as: Int.self) } == [1, 2, 3, 4, 5])
        }
    }

    @Test func `an error in the middle ends the pipeline, and the connection is usable again`() async throws {
        try await self.withConnection { connection in
            try await connection.execute(script: "create table t(n int primary key)")
            let insert = Statement("insert into t values ($1)", [.int4(1)])

            let error = await #expect(throws: PostgresError.self) {
                try await connection.pipeline([.begin, insert, insert, Statement("select 1/0"), .commit])
            }

            #expect(error?.sqlState == .uniqueViolation)
            #expect(error?.statementIndex == 2)
            #expect(error?.constraint == "t_pkey")
            #expect(error?.isOutcomeUnknown == false)
            #expect(error?.isRetryable == false)
            #expect("\(error?.description ?? "")".contains("insert") == false)
            #expect(try await connection.query(Statement("select count(*) from t")).only.get(0) == 0)
        }
    }

    @Test func `a statement that cannot be prepared spoils nothing`() async throws {
        try await self.withConnection { connection in
            let wrong = Statement("select * from missing")
            for _ in 0..<2 {
                let error = await #expect(throws: PostgresError.self) {
                    try await connection.pipeline([wrong, Statement("select 1")])
                }
                #expect(error?.sqlState == .undefinedTable)
            }
            try await connection.execute(script: "create table missing(n int)")
            #expect(try await connection.query(wrong).isEmpty)
        }
    }

    @Test func `a changed table is prepared for again`() async throws {
        try await self.withConnection { connection in
            try await connection.execute(script: "create table t(n int); insert into t values (1)")
            let all = Statement("select * from t")
            _ = try await connection.query(all)
            try await connection.execute(script: "alter table t add column m text default 'x'; deallocate all")
            let two = try await connection.query(all).only.columnCount
            #expect(two == 2)
            try await connection.execute(script: "alter table t add column k text")
            let three = try await connection.query(all).only.columnCount
            #expect(three == 3)
        }
    }

    @Test func `one text, many types of parameters`() async throws {
        try await self.withConnection { connection in
            let text = "select $1::text"
            for (parameter, expected) in [
                (Parameter.null, nil), (.int4(1), "1"), (.int8(2), "2"), (.text("c"), "c"), (.float8(0.5), "0.5"),
                (.null, nil), (.int8(3), "3"),
            ] {
                let answer: String? = try await connection.query(Statement(text, [parameter])).only.get(0)
                #expect(answer == expected)
            }
        }
    }

    @Test func `without prepared statements the answers are the same`() async throws {
        var options = try FreshSchema.options
        options.preparesStatements = false
        let connection = try await Connection.connect(to: options, logger: .silent)
        _ = try await connection.query(Statement("select $1::int4", [.int4(1)]))

        let count = try await connection.query(Statement("select count(*) from pg_prepared_statements")).only
        #expect(try count.get(0) == 0)
        await connection.close()
    }

    @Test(arguments: [1, 50]) func `50 MB go both ways at once`(pieces: Int) async throws {
        try await self.withConnection { connection in
            let piece = [UInt8](repeating: 7, count: (50 << 20) / pieces)
            let results = try await connection.pipeline(
                (0..<pieces).map { _ in Statement("select $1::bytea", [.bytea(piece)]) })
            #expect(try results.allSatisfy { try $0.only.get(0, as: [UInt8].self).count == piece.count })
        }
    }

    @Test func `many tasks may ask one connection`() async throws {
        try await self.withConnection { connection in
            let sum = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 1...200 {
                    group.addTask {
                        try await connection.query(Statement("select $1::int8", [.int8(Int64(number))])).only.get(0)
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(sum == 20100)
        }
    }

    @Test func `a transaction is rolled back when its body throws`() async throws {
        struct Failure: Error {}
        try await self.withConnection { connection in
            try await connection.execute(script: "create table t(n int)")
            await #expect(throws: Failure.self) {
                try await connection.withTransaction { connection in
                    _ = try await connection.query(Statement("insert into t values (1)"))
                    throw Failure()
                }
            }
            try await connection.withTransaction { _ = try await $0.query(Statement("insert into t values (2)")) }
            #expect(try await connection.query(Statement("select n from t")).only.get(0) == 2)
        }
    }

    @Test func `a transaction whose error was swallowed does not pretend to commit`() async throws {
        try await self.withConnection { connection in
            let error = await #expect(throws: PostgresError.self) {
                try await connection.withTransaction { _ = try? await $0.query(Statement("select 1/0")) }
            }
            #expect(error?.sqlState == .failedTransaction)
        }
    }

    @Test func `a lost connection is told, and a sent commit makes it uncertain`() async throws {
        let connection = try await Connection.connect(to: FreshSchema.options, logger: .silent)
        let process = try await self.processID(connection)
        let answer = Task { try await connection.pipeline([.begin, Statement("select pg_sleep(60)"), .commit]) }
        try await self.waitUntilBusy(process)

        try await self.terminate(process)

        let error = await #expect(throws: PostgresError.self) { try await answer.value }
        #expect(error?.sqlState == .adminShutdown)
        #expect(error?.isOutcomeUnknown == true)
        await connection.waitUntilClosed()
        let later = await #expect(throws: PostgresError.self) { try await connection.query(Statement("select 1")) }
        #expect(later?.isRetryable == true)
    }

    private func waitUntilBusy(_ process: Int32) async throws {
        let other = try await Connection.connect(to: FreshSchema.options, logger: .silent)
        let isBusy = Statement(
            "select count(*) from pg_stat_activity where pid = $1 and wait_event = 'PgSleep'", [.int4(process)])
        while try await other.query(isBusy).only.get(0) == 0 {}
        await other.close()
    }

    @Test func `cancelling a read interrupts it, and the connection lives on`() async throws {
        let connection = try await Connection.connect(to: FreshSchema.options, logger: .silent)
        let process = try await self.processID(connection)
        let reader = Task {
            try await connection.query(Statement("select pg_sleep(60)"), cancellation: .interrupting)
        }
        try await self.waitUntilBusy(process)

        reader.cancel()

        let error = await #expect(throws: PostgresError.self) { try await reader.value }
        #expect(error?.code == .cancelled)
        #expect(try await connection.query(Statement("select 1")).only.get(0) == 1)
        await connection.close()
    }

    @Test func `a cancelled task sends nothing`() async throws {
        try await self.withConnection { connection in
            let task = Task {
                unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
                _ = try await connection.query(Statement("create table t(n int)"))
            }
            let error = await #expect(throws: PostgresError.self) { try await task.value }
            #expect(error?.code == .cancelled)
            let table: String? = try await connection.query(Statement("select to_regclass('t')::text")).only.get(0)
            #expect(table == nil)
        }
    }

    @Test func `past its time limit a connection is given up`() async throws {
        let connection = try await Connection.connect(to: FreshSchema.options, logger: .silent)
        let error = await #expect(throws: PostgresError.self) {
            try await connection.query(Statement("select pg_sleep(60)"), timeout: .milliseconds(50))
        }
        #expect(error?.code == .timeout)
        await connection.waitUntilClosed()
        #expect(connection.isClosed)
    }

    @Test func `settings are set when the connection opens`() async throws {
        var options = try FreshSchema.options
        options.lockTimeout = .milliseconds(1500)
        options.idleInTransactionTimeout = .seconds(7)
        options.applicationName = "tests"
        let connection = try await Connection.connect(to: options, logger: .silent)
        let row = try await connection.query(
            Statement(
                """
                select current_setting('lock_timeout'), current_setting('idle_in_transaction_session_timeout'),
                    current_setting('application_name'), current_schema()
                """)
        ).only
        let (lock, idle, name, schema) = try row.decode(String.self, String.self, String.self, String.self)
        #expect([lock, idle, name] == ["1500ms", "7s", "tests"])
        #expect(schema == options.searchPath)
        await connection.close()
    }

    @Test(arguments: ["host=/nowhere", "postgresql://127.0.0.1:1/x", "nonsense=1", "host=/nowhere,/neither port=1"])
    func `an unreachable server is told with a reason`(target: String) async throws {
        let error = await #expect(throws: PostgresError.self) {
            try await Connection.connect(to: ConnectionOptions(target: target), logger: .silent)
        }
        #expect(error?.code == .connectionRefused)
        #expect(error?.message.isEmpty == false)
    }

    @Test func `the first host that answers is taken`() async throws {
        var options = try FreshSchema.options
        guard let host = options.target.split(separator: " ").first?.dropFirst("host=".count),
            options.target.hasPrefix("host='")
        else { return }
        let hosts = "'/nowhere,\(host.dropFirst().dropLast())'"
        options.target =
            "host=\(hosts) port=5432,5432 " + options.target.split(separator: " ").dropFirst(2).joined(separator: " ")
        options.target += " target_session_attrs=read-write"
        let connection = try await Connection.connect(to: options, logger: .silent)
        #expect(try await connection.query(Statement("select 1")).only.get(0) == 1)
        await connection.close()
    }
}
