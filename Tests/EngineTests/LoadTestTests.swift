import Postgres
import TestSupport
import Testing

@testable import Engine

@Suite(.freshSchema) struct LoadTestTests {
    @Test func `a load test measures in a schema of its own and leaves nothing`() async throws {
        var plan = LoadTest.Plan()
        plan.instances = 8
        plan.callers = 8
        plan.seconds = 0.3
        plan.warmUpSeconds = 0
        let options = try FreshSchema.options
        let test = LoadTest(options: options, logger: .silent)
        let (transitions, starts) = try await test.onStage(instances: plan.instances) { [plan] stage in
            (try await stage.transitions(plan), try await stage.starts(plan))
        }
        #expect(transitions.count > 0 && transitions.perSecond > 0)
        #expect(transitions.p50Milliseconds > 0 && transitions.p99Milliseconds >= transitions.p50Milliseconds)
        #expect(starts.count > 0)
        let connection = try await Connection.connect(to: options, logger: .silent)
        let left = try await connection.query(
            Statement("select count(*) from pg_namespace where nspname like 'bench\\_%'")
        ).only
        #expect(try left.get(0, as: Int64.self) == 0)
        await connection.close()
    }
}
