#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A thread that may block, so that the cooperative pool never has to.
enum SessionThread {
    private final class Body {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) {
            self.run = run
        }
    }

    /// libpq's TLS and name look-ups want some stack.
    private static let stackSize = 1 << 20

    /// Only for a thread of our own.
    static func sleep(for duration: Duration) {
        let (seconds, attoseconds) = duration.components
        guard duration > .zero else { return }
        var rest = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        while true {
            var left = timespec()
            guard nanosleep(&rest, &left) != 0, errno == EINTR else { return }
            rest = left
        }
    }

    /// Returns false when the system gives no thread.
    static func start(_ run: @escaping @Sendable () -> Void) -> Bool {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, self.stackSize)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let body = Unmanaged.passRetained(Body(run))
        #if canImport(Darwin)
        var thread: pthread_t?
        #else
        var thread = pthread_t()
        #endif
        let status = pthread_create(
            &thread, &attributes,
            { context in
                let context: UnsafeMutableRawPointer? = context
                if let context { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            }, body.toOpaque())
        if status != 0 { body.release() }
        return status == 0
    }
}

/// Ends a thread's `poll` early.
final class Doorbell: Sendable {
    private let readEnd: Int32
    private let writeEnd: Int32

    init?() {
        var ends: (Int32, Int32) = (-1, -1)
        let made = withUnsafeMutablePointer(to: &ends) {
            $0.withMemoryRebound(to: Int32.self, capacity: 2) { pipe($0) }
        }
        guard made == 0 else { return nil }
        for end in [ends.0, ends.1] {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        (self.readEnd, self.writeEnd) = ends
    }

    deinit {
        close(self.readEnd)
        close(self.writeEnd)
    }

    func ring() {
        var byte: UInt8 = 0
        // A full pipe rings already.
        _ = write(self.writeEnd, &byte, 1)
    }

    struct Readiness {
        var isReadable = false
        var isWritable = false
    }

    /// Waits for the socket, the bell or the deadline, whichever comes first.
    func wait(socket: Int32, forWriting: Bool, until deadline: ContinuousClock.Instant?) -> Readiness {
        var descriptors = [
            pollfd(fd: socket, events: Int16(POLLIN) | (forWriting ? Int16(POLLOUT) : 0), revents: 0),
            pollfd(fd: self.readEnd, events: Int16(POLLIN), revents: 0),
        ]
        let count = poll(&descriptors, 2, Self.milliseconds(until: deadline))
        guard count > 0 else { return Readiness() }
        if descriptors[1].revents != 0 { self.silence() }
        let events = Int32(descriptors[0].revents)
        return Readiness(
            isReadable: events & (POLLIN | POLLHUP | POLLERR | POLLNVAL) != 0, isWritable: events & POLLOUT != 0)
    }

    private func silence() {
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { buffer in
            while read(self.readEnd, buffer.baseAddress, 64) == 64 {}
        }
    }

    /// Rounded up, so that the deadline has passed when the wait ends.
    private static func milliseconds(until deadline: ContinuousClock.Instant?) -> Int32 {
        guard let deadline else { return -1 }
        let (seconds, attoseconds) = (deadline - .now).components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        return Int32(min(86_400_000, min(seconds, 86_400) * 1000 + attoseconds / 1_000_000_000_000_000 + 1))
    }
}
