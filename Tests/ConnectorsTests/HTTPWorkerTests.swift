import Engine
import Statecharts
import Synchronization
import Testing
import Values

@testable import Connectors

@Suite struct HTTPWorkerTests {
    private static func job(_ options: Value) -> AcquiredJob {
        AcquiredJob(
            id: "018f0000-0000-7000-8000-000000000001.2.1", attempt: 1, topic: "http",
            instance: InstanceID(high: 1, low: 1), workflow: "w", name: "call", path: "a", input: .null,
            options: options, leaseUntil: Timestamp(seconds: 0))
    }

    private static func run(
        _ options: Value, limits: HTTPWorker.Limits = .init()
    ) async throws -> Result<Value, WorkFailure> {
        let worker = HTTPWorker(limits: limits)
        let result: Result<Value, WorkFailure>
        do {
            result = .success(try await worker.run(Self.job(options)))
        } catch let failure as WorkFailure {
            result = .failure(failure)
        }
        try await worker.close()
        return result
    }

    private static func failure(_ options: Value) async throws -> WorkFailure? {
        guard case .failure(let failure) = try await Self.run(options) else { return nil }
        return failure
    }

    @Test func `the request is as the definition says, with the job's id as key`() async throws {
        let seen = Mutex<LoopbackServer.Request?>(nil)
        try await LoopbackServer.with({ request in
            seen.withLock { $0 = request }
            return .init(status: 201, headers: ["content-type": "application/json; charset=utf-8"], body: "{\"id\":7}")
        }) { address in
            let result = try await Self.run([
                "method": "post", "url": .string(address + "/orders?x=1"), "headers": ["X-Token": "t"],
                "body": ["n": 1],
            ])
            let value = try result.get()
            #expect(value["status"] == 201 && value["body"] == ["id": 7])
            #expect(value["headers"]?["content-type"]?.string == "application/json; charset=utf-8")
        }
        let request = try #require(seen.withLock { $0 })
        #expect(request.method == "POST" && request.body == "{\"n\":1}")
        #expect(request.headers["x-token"] == "t" && request.headers["content-type"] == "application/json")
        #expect(request.headers["idempotency-key"] == "018f0000-0000-7000-8000-000000000001.2.1")
    }

    @Test func `text stays text, and nothing is null`() async throws {
        try await LoopbackServer.with({ request in .init(body: request.body) }) { address in
            let text = try await Self.run(["method": "POST", "url": .string(address), "body": "你好"]).get()
            #expect(text["body"] == "你好")
            let nothing = try await Self.run(["url": .string(address)]).get()
            #expect(nothing["body"] == .null)
        }
    }

    @Test(arguments: [
        (301, true), (400, true), (404, true), (408, false), (425, false), (429, false), (500, false), (503, false),
    ])
    func `a status says whether another attempt is of use`(status: Int, isFinal: Bool) async throws {
        try await LoopbackServer.with({ _ in
            .init(status: status, headers: ["retry-after": "7", "location": "/elsewhere"], body: "why")
        }) { address in
            let failure = try #require(try await Self.failure(["url": .string(address)]))
            #expect(failure.code == "http.\(status)" && failure.isFinal == isFinal)
            #expect(failure.retryInSeconds == 7 && failure.message.hasSuffix(": why"))
        }
    }

    @Test func `expect decides what success is`() async throws {
        try await LoopbackServer.with({ request in
            let status = Int(request.body) ?? 200
            return .init(status: status, headers: ["content-type": "application/json"], body: "{\"ready\":false}")
        }) { address in
            let url = Value.string(address)
            let missing = try await Self.run([
                "method": "PUT", "url": url, "body": "404", "expect": "response.status in [200, 404]",
            ])
            #expect(try missing.get()["status"] == 404)
            let early = try #require(try await Self.failure(["url": url, "expect": "response.body.ready"]))
            #expect(early.code == "http.expect" && !early.isFinal)
            let absent = try #require(try await Self.failure(["url": url, "expect": "response.body.other == 1"]))
            #expect(absent.code == "http.expect")
            let wrong = try #require(try await Self.failure(["url": url, "expect": "response.("]))
            #expect(wrong.code == "http.request" && wrong.isFinal)
        }
    }

    @Test(
        arguments: [
            ["url": "file:///etc/passwd"], ["url": "http+unix://%2Ftmp%2Fx/"], ["url": "ftp://127.0.0.1/"], [:],
            ["url": "http://"], ["url": "http://127.0.0.1/a b"], ["url": "http://127.0.0.1/", "method": "GET /"],
            ["url": "http://127.0.0.1/", "headers": ["X": "a\r\nY: b"]],
            ["url": "http://127.0.0.1/", "headers": ["Content-Length": "5"]],
        ] as [Value])
    func `a request that is none fails for good`(options: Value) async throws {
        let failure = try #require(try await Self.failure(options))
        #expect(failure.isFinal && failure.code == "http.request", "\(failure)")
    }

    @Test func `an answer that is too large fails for good`() async throws {
        try await LoopbackServer.with({ _ in .init(body: String(repeating: "x", count: 300_000)) }) { address in
            let failure = try #require(try await Self.failure(["url": .string(address)]))
            #expect(failure.code == "tooLarge" && failure.isFinal)
        }
    }

    @Test func `an answer that does not come in time is tried again`() async throws {
        try await LoopbackServer.with({ _ in
            try await Task.sleep(for: .seconds(600))
            return .init()
        }) { address in
            var limits = HTTPWorker.Limits()
            limits.seconds = 0.2
            let result = try await Self.run(["url": .string(address)], limits: limits)
            guard case .failure(let failure) = result else {
                Issue.record("\(result)")
                return
            }
            #expect(failure.code == "http.timeout" && !failure.isFinal)
        }
    }

    @Test func `a server that is not there is tried again`() async throws {
        let failure = try #require(try await Self.failure(["url": "http://127.0.0.1:1/"]))
        #expect(failure.code == "http.connection" && !failure.isFinal, "\(failure)")
    }
}
