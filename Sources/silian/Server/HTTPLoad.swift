import AsyncHTTPClient
import Engine
import Logging
import NIOCore
import NIOHTTP1
import Synchronization
import Web

/// Transitions over HTTP: a server and its clients in this process, on loopback.
struct HTTPLoad {
    var stage: LoadTest.Stage
    var logger: Logger

    func transitions(_ plan: LoadTest.Plan) async throws -> LoadTest.Measurement {
        try await self.stage.engine.bootstrap(user: "bench")
        let token = try await self.stage.engine.createToken(
            user: "bench", label: "bench", expiresInDays: 1, by: self.stage.actor
        ).secret
        let (ports, found) = AsyncStream.makeStream(of: Int.self)
        let server = try WebServer(orchestrator: self.stage.engine, host: "127.0.0.1", port: 0, logger: self.logger) {
            found.yield($0)
        }
        return try await withThrowingTaskGroup(of: LoadTest.Measurement?.self) { group in
            group.addTask {
                try await server.run()
                return nil
            }
            group.addTask {
                guard let port = await ports.first(where: { _ in true }) else { return nil }
                return try await self.send(to: "http://127.0.0.1:\(port)", token: token, plan)
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw Failure.refused("The server ended before the measurement did.")
        }
    }

    private func send(to url: String, token: String, _ plan: LoadTest.Plan) async throws -> LoadTest.Measurement {
        var configuration = HTTPClient.Configuration.singletonConfiguration
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = plan.callers
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let result: Result<LoadTest.Measurement, any Error>
        do {
            let (instances, body) = (self.stage.instances, Array(#"{"event": "go"}"#.utf8))
            result = .success(
                try await self.stage.measure(plan) { random in
                    let id = instances[Int(random % UInt64(instances.count))]
                    var request = HTTPClientRequest(url: "\(url)/api/instances/\(id)/events")
                    request.method = .POST
                    request.headers.add(name: "Authorization", value: "Bearer \(token)")
                    request.headers.add(name: "Content-Type", value: "application/json")
                    request.body = .bytes(body)
                    let response = try await client.execute(request, timeout: .seconds(30))
                    _ = try await response.body.collect(upTo: 1 << 20)
                    guard response.status == .ok else {
                        throw Failure.refused("The server answered \(response.status.code).")
                    }
                })
        } catch {
            result = .failure(error)
        }
        try await client.shutdown()
        return try result.get()
    }
}
