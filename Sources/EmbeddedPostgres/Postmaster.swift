import Foundation

/// A server process, as its `postmaster.pid` tells.
struct Postmaster: Hashable, Sendable {
    enum Status: Hashable, Sendable {
        case starting
        case ready
        case stopping
    }

    let pid: pid_t
    let dataDirectory: String
    let port: String
    let socketDirectory: String
    let sharedMemory: Int32?
    let status: Status

    /// Nothing when there is no file, or one that is not written to its end yet.
    init?(pidFileIn dataDirectory: String) {
        guard let text = try? String(contentsOfFile: dataDirectory + "/postmaster.pid", encoding: .utf8) else {
            return nil
        }
        self.init(pidFile: text)
    }

    init?(pidFile text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.trimmingCharacters(in: .whitespaces) }
        guard lines.count >= 2, let pid = pid_t(lines[0]), pid > 0 else { return nil }
        func line(_ index: Int) -> String { index < lines.count ? lines[index] : "" }
        self.pid = pid
        self.dataDirectory = lines[1]
        self.port = line(3)
        self.socketDirectory = line(4)
        self.sharedMemory = line(6).split(separator: " ").last.flatMap { Int32($0) }
        self.status =
            switch line(7) {
            case "ready", "standby": .ready
            case "stopping": .stopping
            default: .starting
            }
    }

    /// Whether the process with this number still is a server of this directory: numbers are used again.
    var isAlive: Bool {
        guard Self.exists(self.pid) else { return false }
        #if os(Linux)
        // The server's working directory is its data directory.
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = unsafe readlink("/proc/\(self.pid)/cwd", &buffer, buffer.count)
        guard length > 0 else { return false }
        let directory = String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return directory == Self.resolved(self.dataDirectory)
        #else
        return self.socketAnswers
        #endif
    }

    /// Processes that still use the shared memory of this server; beside them, no other server may touch the data.
    var attachedProcesses: Int {
        guard let sharedMemory else { return 0 }
        var segment = shmid_ds()
        return unsafe shmctl(sharedMemory, IPC_STAT, &segment) == 0 ? Int(segment.shm_nattch) : 0
    }

    var socketAnswers: Bool {
        let path = self.socketDirectory + "/.s.PGSQL." + self.port
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else { return false }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        #if canImport(Darwin)
        let type = SOCK_STREAM
        #else
        let type = Int32(SOCK_STREAM.rawValue)
        #endif
        let descriptor = socket(AF_UNIX, type, 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, size) == 0
            }
        }
    }

    /// Whether the system knows the number, be it of a process that has ended but was not waited for. To the server,
    /// that is a running one.
    static func isTaken(_ pid: pid_t) -> Bool { kill(pid, 0) == 0 || errno == EPERM }

    /// A process that has ended but was not waited for does not count.
    static func exists(_ pid: pid_t) -> Bool {
        guard Self.isTaken(pid) else { return false }
        #if os(Linux)
        guard let status = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
        let state = status.drop { $0 != ")" }.dropFirst(2).first
        return state != "Z" && state != "X"
        #else
        return true
        #endif
    }

    static func resolved(_ path: String) -> String {
        guard let real = unsafe realpath(path, nil) else { return path }
        defer { unsafe free(real) }
        return unsafe String(cString: real)
    }
}
