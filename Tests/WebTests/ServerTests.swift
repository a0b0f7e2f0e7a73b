import Engine
import Logging
import Postgres
import ServiceLifecycle
import TestSupport
import Testing

@testable import Web

@Suite(.freshSchema, .timeLimit(.minutes(2))) struct ServerTests {
    @Test func `a port in use is said in words, and a graceful shutdown ends the server`() async throws {
        let options = try FreshSchema.options
        let pool = Pool(options: options, logger: .silent)
        let orchestrator = Orchestrator(pool: pool, connection: options, logger: .silent)
        let (ports, found) = AsyncStream.makeStream(of: Int.self)
        let first = try WebServer(orchestrator: orchestrator, host: "127.0.0.1", port: 0, logger: .silent) { port in
            found.yield(port)
        }
        let group = ServiceGroup(configuration: .init(services: [first], logger: .silent))

        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var iterator = ports.makeAsyncIterator()
            let port = try #require(await iterator.next())

            let second = try WebServer(orchestrator: orchestrator, host: "127.0.0.1", port: port, logger: .silent)
            let error = await #expect(throws: WebServer.StartError.self) { try await second.run() }
            #expect(error?.description.contains("127.0.0.1:\(port)") == true)

            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        await pool.close()
    }

    @Test func `a zone that does not exist is refused at the start`() throws {
        let options = try FreshSchema.options
        let pool = Pool(options: options, logger: .silent)
        let orchestrator = Orchestrator(pool: pool, connection: options, logger: .silent)
        var web = WebServer.Options()
        web.zone = "Mars/Olympus"

        #expect(throws: WebServer.StartError.self) { try WebServer(orchestrator, options: web, logger: .silent) }
    }
}
