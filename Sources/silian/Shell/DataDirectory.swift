import Foundation

/// Where a local server keeps its cluster, its connection string and its token.
struct DataDirectory {
    var path: String

    /// `--data-dir`, `SILIAN_DATA`, `/var/lib/silian` for root, `$XDG_DATA_HOME/silian` for others.
    init(option: String?) {
        let environment = ProcessInfo.processInfo.environment
        if let path = option ?? environment["SILIAN_DATA"], !path.isEmpty {
            self.path = path
        } else if geteuid() == 0 {
            self.path = "/var/lib/silian"
        } else if let base = environment["XDG_DATA_HOME"], !base.isEmpty {
            self.path = base + "/silian"
        } else {
            self.path = (environment["HOME"] ?? ".") + "/.local/share/silian"
        }
    }

    var connectionFile: String { self.path + "/connection" }
    var tokenFile: String { self.path + "/token" }

    /// The connection string that a local server wrote; nil when there is none.
    func connection() -> String? { Self.read(self.connectionFile) }
    func token() -> String? { Self.read(self.tokenFile) }

    /// Writes a secret that only its owner may read; the file exists with mode 0600 before the secret is in it.
    func write(secret: String, to file: String) throws {
        let temporary = file + ".new"
        unsafe unlink(temporary)
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        guard descriptor >= 0 else {
            throw Failure.refused(unsafe "Cannot write \(temporary): \(String(cString: strerror(errno))).")
        }
        defer { close(descriptor) }
        let bytes = Array((secret + "\n").utf8)
        guard unsafe Foundation.write(descriptor, bytes, bytes.count) == bytes.count,
            unsafe rename(temporary, file) == 0
        else {
            throw Failure.refused(unsafe "Cannot write \(file): \(String(cString: strerror(errno))).")
        }
    }

    private static func read(_ file: String) -> String? {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { return nil }
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        return trimmed.isEmpty ? nil : trimmed
    }
}
