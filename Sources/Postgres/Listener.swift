package import Logging
import Synchronization

/// Receives notifications on a connection of its own.
///
///     let listener = Listener(options: options, channels: ["job"], logger: logger)
///     group.addTask { await listener.run() }
///     for await event in listener.events { … }
///
/// `run()` connects, reconnects when the connection breaks, and returns when its task is cancelled, which also ends
/// `events`. Notifications are hints: any may be lost while reconnecting, and the oldest when nobody reads; so look at
/// the data on ``Event/listening`` and ``Event/reconnected``.
package struct Listener: Sendable {
    package enum Event: Sendable, Hashable {
        /// From now on, notifications arrive.
        case listening
        /// They do again; some may have been missed.
        case reconnected
        case notification(channel: String, payload: String)
    }

    private static let bufferSize = 10_000
    private static let longestBackOff: Duration = .seconds(5)
    /// A connection that died silently shows only when it is used.
    private static let checkInterval: Duration = .seconds(30)
    private static let checkTimeout: Duration = .seconds(10)

    package let events: AsyncStream<Event>

    private let continuation: AsyncStream<Event>.Continuation
    private let options: ConnectionOptions
    private let channels: [String]
    private let logger: Logger

    package init(options: ConnectionOptions, channels: [String], logger: Logger) {
        (self.events, self.continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(Self.bufferSize))
        self.options = options
        self.channels = channels
        self.logger = logger
    }

    package func run() async {
        var hasListened = false
        var failures = 0
        while !Task.isCancelled {
            do {
                let connection = try await self.listen()
                self.continuation.yield(hasListened ? .reconnected : .listening)
                hasListened = true
                failures = 0
                await self.watch(connection)
                await connection.close()
            } catch {
                failures += 1
                self.logger.warning("cannot listen", metadata: ["error": "\(error.debugDescription)"])
            }
            let doubled = Duration.milliseconds(50) * (1 << min(failures, 10))
            // Ends early, and the loop with it, when the task is cancelled.
            try? await Task.sleep(for: min(doubled, Self.longestBackOff) * Double.random(in: 0.5...1))
        }
        self.continuation.finish()
    }

    private func listen() async throws(PostgresError) -> Connection {
        let continuation = self.continuation
        let connection = try await Connection.connect(to: self.options, logger: self.logger) { channel, payload in
            continuation.yield(.notification(channel: channel, payload: payload))
        }
        let statements = self.channels.map { channel in
            Statement("LISTEN \"\(channel.split(separator: "\"").joined(separator: "\"\""))\"", isPrepared: false)
        }
        _ = try await connection.pipeline(statements, timeout: self.options.connectTimeout)
        return connection
    }

    /// Returns when the connection is lost, or the task cancelled.
    private func watch(_ connection: Connection) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                while (try? await Task.sleep(for: Self.checkInterval)) != nil {
                    // Of no interest itself: a failure closes the connection, which is what the other task awaits.
                    _ = try? await connection.pipeline([], timeout: Self.checkTimeout)
                }
                connection.startClosing()
            }
            await connection.waitUntilClosed()
            group.cancelAll()
        }
        self.logger.info("the listening connection ended")
    }
}
