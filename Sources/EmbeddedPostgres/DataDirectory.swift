import Foundation

/// The folders of a cluster: `data` with the server's log, and `socket`.
struct DataDirectory: Sendable {
    let base: String
    let user: ServerUser?
    let isTemporary: Bool

    var data: String { self.base + "/data" }
    var socket: String { self.base + "/socket" }
    var log: String { self.data + "/server.log" }

    /// The kernel's limit, less the final zero.
    #if canImport(Darwin)
    static let socketPathLimit = 103
    #else
    static let socketPathLimit = 107
    #endif

    func checkSocketPath(port: Int) throws(ClusterError) {
        let path = "\(self.socket)/.s.PGSQL.\(port)"
        guard path.utf8.count > Self.socketPathLimit else { return }
        throw ClusterError(
            .socketPathTooLong,
            "The path of the database's socket, \(path), has \(path.utf8.count) bytes; the system allows "
                + "\(Self.socketPathLimit). Choose a shorter data directory.")
    }

    /// The version that made the data; nothing when there is none yet.
    func major() throws(ClusterError) -> Int? {
        let files = FileManager.default
        guard files.fileExists(atPath: self.data) else { return nil }
        guard let version = try? String(contentsOfFile: self.data + "/PG_VERSION", encoding: .utf8) else {
            let names = try? files.contentsOfDirectory(atPath: self.data)
            if let names, names.isEmpty { return nil }
            throw ClusterError(
                .directoryUnusable,
                names == nil
                    ? "The data directory \(self.data) cannot be read. It belongs to another user: start as that user."
                    : "\(self.data) is not empty, and is no data directory of PostgreSQL. Choose another directory.")
        }
        guard let major = Int(version.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw ClusterError(.directoryUnusable, "\(self.data)/PG_VERSION is damaged: \(version)")
        }
        try self.checkOwner()
        return major
    }

    private func checkOwner() throws(ClusterError) {
        let wanted = self.user?.id ?? geteuid()
        var status = stat()
        guard unsafe stat(self.data, &status) == 0, status.st_uid != wanted else { return }
        let owner =
            unsafe getpwuid(status.st_uid).map { unsafe String(cString: $0.pointee.pw_name) } ?? "user \(status.st_uid)"
        throw ClusterError(
            .directoryUnusable,
            "The data directory \(self.data) belongs to \(owner), and the server would run as "
                + "\(self.user?.name ?? "user \(wanted)"). Start as its owner, or choose another directory.")
    }

    /// Makes what is missing. Only what was made here changes its owner.
    func prepare() throws(ClusterError) {
        // What removes a temporary one runs as the server's user.
        try self.make(self.base, mode: self.user == nil ? 0o700 : 0o755, owned: self.isTemporary)
        try self.make(self.socket, mode: 0o700, owned: true)
    }

    func make(_ path: String, mode: mode_t, owned: Bool) throws(ClusterError) {
        let parent = (path as NSString).deletingLastPathComponent
        if !parent.isEmpty, !FileManager.default.fileExists(atPath: parent) {
            try self.make(parent, mode: 0o755, owned: false)
        }
        guard unsafe mkdir(path, mode) == 0 else {
            if errno == EEXIST { return }
            let reason = unsafe String(cString: strerror(errno))
            throw ClusterError(
                errno == ENOSPC ? .diskFull : .directoryUnusable, "The directory \(path) cannot be made: \(reason).")
        }
        // Whatever the umask says.
        unsafe chmod(path, mode)
        if owned, let user { unsafe chown(path, user.id, user.group) }
    }

    /// Makes the data under another name first, so that an interrupted attempt leaves nothing that looks complete.
    func initialize(
        _ installation: Installation, superuser: String, database: String, settings: [String]
    ) async throws {
        let draft = self.base + "/data.new"
        try? FileManager.default.removeItem(atPath: draft)
        try self.make(draft, mode: 0o700, owned: true)
        do {
            var arguments = [
                "--pgdata=\(draft)", "--username=\(superuser)", "--auth=trust", "--encoding=UTF8",
                "--locale=\(Program.locale)", "--data-checksums", "--no-instructions",
            ]
            if self.isTemporary { arguments.append("--no-sync") }
            try await self.run(installation.path(of: "initdb"), arguments)
            try await self.run(
                "/bin/sh",
                [
                    "-c", "printf '%s\\n' \"$@\" >> \"$0\"", draft + "/postgresql.conf",
                ] + settings)
            try await self.run(
                "/bin/sh",
                [
                    "-c", "echo \"CREATE DATABASE $3\" | \"$0\" --single -D \"$1\" -c fsync=\"$2\" postgres",
                    installation.path(of: "postgres"), draft, self.isTemporary ? "off" : "on", database,
                ])
            // An empty `data` may be there; anything else makes it fail.
            unsafe rmdir(self.data)
            guard unsafe rename(draft, self.data) == 0 else {
                throw ClusterError(
                    .directoryUnusable, unsafe "\(self.data) cannot be made: \(String(cString: strerror(errno))).")
            }
        } catch {
            try? FileManager.default.removeItem(atPath: draft)
            throw error
        }
    }

    private func run(_ path: String, _ arguments: [String]) async throws {
        let ended = try await Program(path, arguments, as: self.user).run()
        guard !ended.succeeded else { return }
        let errors = ended.errors.trimmingCharacters(in: .whitespacesAndNewlines)
        if errors.contains("No space left on device") {
            throw ClusterError(.diskFull, "The disk is full: the database cannot be made in \(self.base).")
        }
        throw ClusterError(.initializationFailed, "The database cannot be made in \(self.base): \(errors)")
    }
}
