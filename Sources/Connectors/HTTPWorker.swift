import AsyncHTTPClient
package import Engine
import NIOCore
import NIOHTTP1
import ServiceLifecycle
package import Values

/// Does the jobs of the topic `http`: one request each; the answer is the result, as `{status, headers, body}`.
///
/// A status from 200 to 299 is success, 408, 425, 429 and those from 500 on are tried again, any other is final; where the
/// definition has an `expect`, that decides what success is. Redirects are not followed. The request carries the job's
/// id as `Idempotency-Key`, the same on every attempt.
///
/// It is a service only to close its connections in the end: list it before the ``Workers`` that use it.
package final class HTTPWorker: Service {
    package struct Limits: Sendable {
        package var requestBytes = 1024 * 1024
        /// The result has to fit into an event.
        package var responseBytes = 192 * 1024
        /// From the first byte sent to the last received.
        package var seconds = 60.0
        package var connectSeconds = 10.0
        package init() {}
    }

    private let client: HTTPClient
    private let limits: Limits

    package init(limits: Limits = Limits()) {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .milliseconds(Int64(limits.connectSeconds * 1000))
        self.client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        self.limits = limits
    }

    /// Closes the connections on shutdown.
    package func run() async throws {
        try? await gracefulShutdown()
        try await self.close()
    }

    package func close() async throws { try await self.client.shutdown() }

    package func topic(concurrency: Int = 16) -> Workers.Topic {
        Workers.Topic("http", leaseSeconds: self.limits.seconds + 30, concurrency: concurrency) { job in
            try await self.run(job)
        }
    }

    /// Sends the request of a job; throws ``WorkFailure``.
    package func run(_ job: AcquiredJob) async throws -> Value {
        let request = try HTTPJob(job, limits: self.limits)
        let response = try await self.response(to: request)
        try request.judge(response)
        return response.value
    }

    private func response(to job: HTTPJob) async throws(WorkFailure) -> HTTPJob.Response {
        var request = HTTPClientRequest(url: job.url)
        request.method = HTTPMethod(rawValue: job.method)
        for (name, value) in job.headers { request.headers.add(name: name, value: value) }
        if let body = job.body { request.body = .bytes(body) }
        do {
            let answer = try await self.client.execute(
                request, timeout: .milliseconds(Int64(self.limits.seconds * 1000)))
            let body = try await answer.body.collect(upTo: self.limits.responseBytes)
            return HTTPJob.Response(
                status: Int(answer.status.code), reason: answer.status.reasonPhrase,
                headers: answer.headers.map { ($0.name, $0.value) }, body: Array(body.readableBytesView))
        } catch is NIOTooManyBytesError {
            throw WorkFailure(
                "tooLarge", "the answer has more than \(self.limits.responseBytes) bytes", isFinal: true)
        } catch let error as HTTPClientError where Self.isOurs(error) {
            throw WorkFailure("http.request", "\(error)", isFinal: true)
        } catch let error as HTTPClientError where Self.isTimeout(error) {
            throw WorkFailure("http.timeout", "no answer within \(self.limits.seconds) seconds", isFinal: false)
        } catch {
            throw WorkFailure("http.connection", "\(error)", isFinal: false)
        }
    }

    /// The request itself is wrong.
    private static func isOurs(_ error: HTTPClientError) -> Bool {
        [
            .invalidURL, .emptyHost, .missingSocketPath, .emptyScheme, .invalidHeaderFieldNames([]),
            .traceRequestWithBody, .contentLengthMissing, .bodyLengthMismatch,
        ].contains(error)
    }

    private static func isTimeout(_ error: HTTPClientError) -> Bool {
        [.deadlineExceeded, .readTimeout, .connectTimeout, .getConnectionFromPoolTimeout].contains(error)
    }
}
