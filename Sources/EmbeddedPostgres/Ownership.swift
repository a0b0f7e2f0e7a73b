import Foundation
import Synchronization

/// A lock that one process holds while it owns a cluster; the system takes it back when the process ends.
final class Ownership: Sendable {
    private let descriptor: Mutex<Int32?>

    /// Nothing when another process has it.
    init?(of directory: DataDirectory) throws(ClusterError) {
        let descriptor = unsafe open(directory.base + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw ClusterError(
                .directoryUnusable,
                unsafe "\(directory.base) cannot be written to: \(String(cString: strerror(errno))).")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
        self.descriptor = Mutex(descriptor)
    }

    deinit {
        self.release()
    }

    func release() {
        self.descriptor.withLock { descriptor in
            if let descriptor { close(descriptor) }
            descriptor = nil
        }
    }
}
