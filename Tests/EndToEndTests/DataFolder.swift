import Foundation
import Logging
import Postgres

/// A data directory that does not outlive the test, and neither does a PostgreSQL that was left behind in it.
struct DataFolder: Sendable {
    let path: String

    static func with<Result>(_ body: (DataFolder) async throws -> Result) async throws -> Result {
        let folder = DataFolder(path: "/tmp/silian-e2e-\(UInt32.random(in: 0...UInt32.max))")
        defer { folder.remove() }
        return try await body(folder)
    }

    var token: String {
        get throws {
            try String(contentsOfFile: self.path + "/token", encoding: .utf8)
                .trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }

    /// Of the PostgreSQL whose state file is there; nil when it was stopped in an orderly way.
    var postmaster: Int32? {
        let text = try? String(contentsOfFile: self.path + "/data/postmaster.pid", encoding: .utf8)
        return text?.split(separator: "\n").first.flatMap { Int32($0) }
    }

    /// Asks the server's database directly, for what the API does not tell.
    func query<Result>(_ sql: String, _ read: (Rows) throws -> Result) async throws -> Result {
        let target = try String(contentsOfFile: self.path + "/connection", encoding: .utf8)
        let connection = try await Connection.connect(
            to: ConnectionOptions(target: target.trimmingCharacters(in: .whitespacesAndNewlines)),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let result = try read(try await connection.query(Statement(sql)))
        await connection.close()
        return result
    }

    /// Makes a file in it.
    func write(_ text: String, to name: String) throws -> String {
        try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
        try text.write(toFile: "\(self.path)/\(name)", atomically: false, encoding: .utf8)
        return "\(self.path)/\(name)"
    }

    private func remove() {
        if let postmaster = self.postmaster, postmaster > 1 { kill(postmaster, SIGKILL) }
        try? FileManager.default.removeItem(atPath: self.path)
    }
}
