import Logging
import Postgres
import TestSupport
import Testing

@Suite(.freshSchema, .timeLimit(.minutes(5))) struct ListenerTests {
    @Test func `notifications arrive, also after the connection broke`() async throws {
        var options = try FreshSchema.options
        options.applicationName = "listener \(options.searchPath ?? "")"
        let listener = Listener(options: options, channels: ["jobs", "odd \"name"], logger: .silent)
        let sender = try await Connection.connect(to: FreshSchema.options, logger: .silent)
        let kill = Statement(
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1",
            [.text(options.applicationName)])

        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await listener.run() }
            var events = listener.events.makeAsyncIterator()

            #expect(await events.next() == .listening)
            _ = try await sender.query(Statement("select pg_notify('jobs', 'é')"))
            #expect(await events.next() == .notification(channel: "jobs", payload: "é"))
            _ = try await sender.query(kill)
            #expect(await events.next() == .reconnected)
            _ = try await sender.query(Statement("select pg_notify($1, '')", [.text("odd \"name")]))
            #expect(await events.next() == .notification(channel: "odd \"name", payload: ""))

            group.cancelAll()
            #expect(await events.next() == nil)
        }
        await sender.close()
    }
}
