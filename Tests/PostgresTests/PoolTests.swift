import Logging
import Postgres
import TestSupport
import Testing

@Suite(.freshSchema, .timeLimit(.minutes(5))) struct PoolTests {
    private func pool(connections: Int, timeout: Duration = .seconds(120)) throws -> Pool {
        var limits = Pool.Limits()
        limits.connections = connections
        limits.timeout = timeout
        return Pool(options: try FreshSchema.options, limits: limits, logger: .silent)
    }

    private let processID = Statement("select pg_backend_pid()")

    @Test func `many tasks share few connections`() async throws {
        let pool = try self.pool(connections: 3)

        let processes = try await withThrowingTaskGroup(of: Int32.self) { group in
            for _ in 0..<300 { group.addTask { try await pool.query(self.processID).only.get(0) } }
            return try await group.reduce(into: Set<Int32>()) { $0.insert($1) }
        }

        #expect(processes.count <= 3)
        await pool.close()
    }

    @Test func `a connection that broke is replaced`() async throws {
        let pool = try self.pool(connections: 1)
        let first: Int32 = try await pool.query(self.processID).only.get(0)
        let terminate = Statement("select pg_terminate_backend(pg_backend_pid())")
        let error = await #expect(throws: PostgresError.self) { try await pool.query(terminate) }

        let second: Int32 = try await pool.query(self.processID).only.get(0)

        #expect(error?.sqlState == .adminShutdown)
        #expect(first != second)
        await pool.close()
    }

    @Test func `a connection that broke while idle is replaced without a failure`() async throws {
        let pool = try self.pool(connections: 2)
        let victim = try await pool.withConnection { connection in
            let process: Int32 = try await connection.query(self.processID).only.get(0)
            return (connection, process)
        }
        let other = try await Connection.connect(to: FreshSchema.options, logger: .silent)
        _ = try await other.query(Statement("select pg_terminate_backend($1)", [.int4(victim.1)]))
        await victim.0.waitUntilClosed()

        #expect(try await pool.query(self.processID).only.get(0) != victim.1)
        await other.close()
        await pool.close()
    }

    @Test func `an open transaction does not leave with the connection`() async throws {
        let pool = try self.pool(connections: 1)
        try await pool.withConnection { _ = try await $0.pipeline([.begin, Statement("create table t(n int)")]) }

        let table: String? = try await pool.query(Statement("select to_regclass('t')::text")).only.get(0)
        #expect(table == nil)
        await pool.close()
    }

    @Test func `a request past its time limit fails, and harms nobody`() async throws {
        let pool = try self.pool(connections: 1)
        try await pool.withConnection { connection in
            let error = await #expect(throws: PostgresError.self) {
                try await pool.withConnection(timeout: .milliseconds(20)) { _ in }
            }
            #expect(error?.code == .timeout)
            _ = try await connection.query(self.processID)
        }
        _ = try await pool.query(self.processID)
        await pool.close()
    }

    @Test func `a cancelled request leaves the queue`() async throws {
        let pool = try self.pool(connections: 1)
        try await pool.withConnection { _ in
            let waiting = Task { try await pool.withConnection { _ in } }
            waiting.cancel()
            let error = await #expect(throws: PostgresError.self) { try await waiting.value }
            #expect(error?.code == .cancelled)
        }
        await pool.close()
    }

    @Test func `an unreachable server is told within the time limit`() async throws {
        let pool = Pool(options: ConnectionOptions(target: "host=/nowhere"), logger: .silent)
        let error = await #expect(throws: PostgresError.self) {
            try await pool.withConnection(timeout: .milliseconds(100)) { _ in }
        }
        #expect(error?.code == .connectionRefused)
        await pool.close()
    }

    @Test func `closing waits for what is lent and refuses the rest`() async throws {
        let pool = try self.pool(connections: 1)
        let closing = try await pool.withConnection { connection in
            let closing = Task { await pool.close() }
            var refusal: PostgresError?
            while refusal?.code != .closed {
                do throws(PostgresError) {
                    try await self.tryOut(pool)
                } catch {
                    refusal = error
                }
            }
            _ = try await connection.query(self.processID)
            return closing
        }
        await closing.value
    }

    private func tryOut(_ pool: Pool) async throws(PostgresError) {
        do {
            try await pool.withConnection(timeout: .milliseconds(1)) { _ in }
        } catch let error as PostgresError {
            throw error
        } catch {
            throw PostgresError(.protocol, "\(error)")
        }
    }
}
