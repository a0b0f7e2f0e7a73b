import Foundation
import Logging
import SystemPackage

/// Brings a server up on a data directory, and down.
struct Launch: Sendable {
    static let port = 5432

    /// Written once into `postgresql.conf`, where an administrator may change them.
    static let initialSettings = [
        "shared_buffers = 256MB", "max_connections = 100", "synchronous_commit = on", "wal_compression = on",
        "max_wal_size = 2GB", "checkpoint_timeout = 15min", "random_page_cost = 1.1", "log_timezone = UTC",
        "timezone = UTC", "log_checkpoints = off", "log_line_prefix = '%m [%p] %a '",
    ]

    /// Between looks at the server's state file; starting takes some tens of them.
    private static let interval: Duration = .milliseconds(5)
    private static let leftoverTimeout: Duration = .seconds(20)
    private static let logLimit: off_t = 16 << 20

    let directory: DataDirectory
    let installation: Installation
    let configuration: Cluster.Configuration
    let logger: Logger

    /// The running server of our directory, once it is ready; nothing when there is none.
    ///
    /// A stale state file is not obeyed.
    func adopt(isOwner: Bool, until deadline: ContinuousClock.Instant) async throws -> Postmaster? {
        let found = Postmaster(pidFileIn: self.directory.data)
        guard let found, found.isAlive else {
            if isOwner { try await self.discardStaleFiles(of: found) }
            return nil
        }
        while let postmaster = Postmaster(pidFileIn: self.directory.data), postmaster.isAlive {
            if postmaster.status == .ready, postmaster.socketAnswers {
                self.logger.info("adopted the running database server", metadata: ["pid": "\(postmaster.pid)"])
                return postmaster
            }
            try await self.pause(until: deadline)
        }
        return nil
    }

    /// When a stale file's number belongs to another process now, or to one that nobody waited for, the server would
    /// take it for a running one: so the file is removed; but not before the last process of the old server has gone.
    private func discardStaleFiles(of postmaster: Postmaster?) async throws {
        if let postmaster {
            try await self.waitForLeftovers(of: postmaster)
            if Postmaster.isTaken(postmaster.pid) { unsafe unlink(self.directory.data + "/postmaster.pid") }
        }
        // The folder is this cluster's alone.
        unsafe unlink("\(self.directory.socket)/.s.PGSQL.\(Self.port).lock")
    }

    /// Starts the server. The descriptor, for a temporary one, ends it when it is closed.
    func start(until deadline: ContinuousClock.Instant) async throws -> (Postmaster, FileDescriptor?) {
        self.setLogAside()
        let (readEnd, writeEnd) = try FileDescriptor.pipe()
        _ = fcntl(writeEnd.rawValue, F_SETFD, FD_CLOEXEC)
        do {
            let ended = try await Program(
                "/bin/sh", ["-c", Self.script, "sh"] + self.scriptArguments, as: self.directory.user, input: readEnd
            ).run()
            guard ended.succeeded, let pid = pid_t(ended.output.trimmingCharacters(in: .whitespacesAndNewlines)) else {
                throw ClusterError(.startFailed, "The database server cannot be started: \(ended.errors)")
            }
            let postmaster = try await self.waitUntilReady(pid, until: deadline)
            guard self.configuration.isTemporary else {
                try writeEnd.close()
                return (postmaster, nil)
            }
            return (postmaster, writeEnd)
        } catch {
            try? writeEnd.close()
            throw error
        }
    }

    /// Starts the server in the background and prints its number. For a temporary one, a second process waits for the
    /// end of its input, which comes when our process ends, however it does.
    private static let script = """
        log=$1 temporary=$2; shift 2
        umask 077
        exec 3<&0 </dev/null
        "$@" >>"$log" 2>&1 3<&- &
        server=$!
        if [ -n "$temporary" ]; then
            {
                cat <&3
                kill -INT $server
                tries=0
                while kill -0 $server && [ $tries -lt 200 ]; do sleep 0.05; tries=$((tries + 1)); done
                rm -rf "$temporary"
            } >/dev/null 2>&1 &
        fi
        echo $server
        """

    private var scriptArguments: [String] {
        var settings = [
            "listen_addresses": "", "unix_socket_directories": self.directory.socket, "port": "\(Self.port)",
            "unix_socket_permissions": "0700", "logging_collector": "off", "log_destination": "stderr",
        ]
        settings.merge(self.configuration.settings) { $1 }
        return [
            self.directory.log, self.configuration.isTemporary ? self.directory.base : "",
            self.installation.path(of: "postgres"), "-D", self.directory.data,
        ] + settings.sorted { $0.key < $1.key }.flatMap { ["-c", "\($0.key)=\($0.value)"] }
    }

    private func waitUntilReady(_ pid: pid_t, until deadline: ContinuousClock.Instant) async throws -> Postmaster {
        while true {
            if let postmaster = Postmaster(pidFileIn: self.directory.data), postmaster.pid == pid,
                postmaster.status == .ready
            {
                return postmaster
            }
            guard Postmaster.exists(pid) else {
                throw ClusterError(.startFailed, "The database server ended at once: \(self.lastWords)")
            }
            try await self.pause(until: deadline)
        }
    }

    func pause(until deadline: ContinuousClock.Instant) async throws {
        guard ContinuousClock.now < deadline else {
            throw ClusterError(
                .startFailed, "The database server was not ready within the time limit; see \(self.directory.log).")
        }
        try await Task.sleep(for: Self.interval)
    }

    private func waitForLeftovers(of postmaster: Postmaster) async throws {
        let deadline = ContinuousClock.now + Self.leftoverTimeout
        while postmaster.attachedProcesses > 0 {
            guard ContinuousClock.now < deadline else {
                throw ClusterError(
                    .leftoverProcesses,
                    "The database server of \(self.directory.data) was killed, but processes of it still run. End "
                        + "them (ps -ef | grep postgres) and start again.")
            }
            try await Task.sleep(for: Self.interval)
        }
    }

    /// One old log is kept, so that years of restarts do not fill the disk.
    private func setLogAside() {
        var status = stat()
        guard unsafe stat(self.directory.log, &status) == 0, status.st_size > Self.logLimit else { return }
        unsafe rename(self.directory.log, self.directory.log + ".old")
    }

    /// The end of the server's log.
    private var lastWords: String {
        guard let log = try? String(contentsOfFile: self.directory.log, encoding: .utf8) else {
            return "there is no log in \(self.directory.log)"
        }
        return log.split(separator: "\n").suffix(5).joined(separator: "\n")
    }

    /// Stopping is what is done when our task is cancelled: the waiting must not end with it.
    private static func pauseEvenIfCancelled() async {
        _ = await Task { try? await Task.sleep(for: Self.interval) }.value
    }

    /// Fast first, which ends sessions in an orderly way; then at once, which costs a crash recovery.
    static func stop(_ pid: pid_t, within timeout: Duration) async throws {
        for signal in [SIGINT, SIGQUIT] {
            guard Postmaster.exists(pid) else { return }
            kill(pid, signal)
            let deadline = ContinuousClock.now + timeout
            while Postmaster.exists(pid), ContinuousClock.now < deadline {
                await Self.pauseEvenIfCancelled()
            }
        }
        if Postmaster.exists(pid) { throw ClusterError(.stopFailed, "The database server \(pid) does not stop.") }
    }
}
