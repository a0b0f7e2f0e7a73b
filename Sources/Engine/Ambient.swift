import Glibc
package import Values

/// Facts that the shell takes from the machine it runs on; a test gives its own.
package struct Ambient: Sendable {
    /// For reads and ids only: what is due and when something happened is decided by the database's clock.
    package var now: @Sendable () -> Timestamp
    package var random: @Sendable () -> UInt64
    package var sleep: @Sendable (Duration) async throws -> Void

    package init(
        now: @escaping @Sendable () -> Timestamp, random: @escaping @Sendable () -> UInt64,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.now = now
        self.random = random
        self.sleep = sleep
    }

    package static let system = Ambient(
        now: {
            var time = timespec()
            unsafe clock_gettime(CLOCK_REALTIME, &time)
            return Timestamp(seconds: Int64(time.tv_sec), nanoseconds: Int32(time.tv_nsec))
        },
        random: {
            var generator = SystemRandomNumberGenerator()
            return generator.next()
        },
        sleep: { try await Task.sleep(for: $0) })
}
