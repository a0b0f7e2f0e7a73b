import Foundation
import Logging
import Subprocess
import Testing

@testable import EmbeddedPostgres

private let environment = ProcessInfo.processInfo.environment
private let silent = Logger(label: "silent") { _ in SwiftLogNoOpLogHandler() }

@Suite(.timeLimit(.minutes(2))) struct ClusterTests {
    /// A cluster that outlives its process, in a directory that does not outlive the test.
    private func withDirectory(_ body: (Cluster.Configuration) async throws -> Void) async throws {
        var configuration = Cluster.Configuration(directory: "/tmp/silian-test-\(UInt32.random(in: 0...UInt32.max))")
        configuration.settings = ["fsync": "off", "shared_buffers": "16MB"]
        do {
            try await body(configuration)
        } catch {
            self.removeAll(configuration)
            throw error
        }
        self.removeAll(configuration)
    }

    private func removeAll(_ configuration: Cluster.Configuration) {
        if let left = Postmaster(pidFileIn: configuration.directory + "/data"), left.isAlive { kill(left.pid, SIGKILL) }
        try? FileManager.default.removeItem(atPath: configuration.directory)
    }

    private func start(_ configuration: Cluster.Configuration) async throws -> Cluster {
        try await Cluster.start(configuration, environment: environment, logger: silent)
    }

    /// What `psql` says; the module under test speaks no SQL.
    private func query(_ sql: String, _ cluster: Cluster) async throws -> String {
        let result = try await run(
            .name("psql"), arguments: ["-XAtc", sql, cluster.target], output: .string(limit: 10_000))
        return result.standardOutput.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func waitUntilGone(_ pid: Int32) async {
        while Postmaster.exists(pid) { await Task.yield() }
    }

    @Test func `a cluster starts, keeps its data, and stops`() async throws {
        try await self.withDirectory { configuration in
            let first = try await self.start(configuration)
            #expect(first.isRunning && first.isOwner)
            #expect(try await self.query("create table t as select 7 as n; show data_checksums", first).contains("on"))
            try await first.stop()
            #expect(!first.isRunning)

            let second = try await self.start(configuration)
            #expect(
                try await self.query("select n, current_user, current_database() from t", second) == "7|silian|silian")
            #expect(
                try await self.query("select datcollate from pg_database where datname = 'silian'", second) == "C.UTF-8"
            )
            #expect(try await self.query("show listen_addresses", second) == "")
            try await second.stop()
        }
    }

    @Test func `a temporary cluster that cannot be made leaves nothing`() async throws {
        var configuration = Cluster.Configuration.temporary()
        // Reserved, so that initdb refuses it.
        configuration.user = "pg_nobody"
        let error = await #expect(throws: ClusterError.self) { try await self.start(configuration) }
        #expect(error?.code == .initializationFailed)
        #expect(!FileManager.default.fileExists(atPath: configuration.directory))
    }

    @Test func `the server does not run as root, and its folders are closed to others`() async throws {
        try await self.withDirectory { configuration in
            let cluster = try await self.start(configuration)
            for folder in ["data", "socket"] {
                var status = stat()
                unsafe #expect(stat(configuration.directory + "/" + folder, &status) == 0)
                #expect(status.st_uid != 0)
                #expect(status.st_mode & 0o777 == 0o700)
            }
            // A session of its own, so that the terminal's Ctrl-C goes by.
            #expect(getsid(cluster.processID) != getsid(0))
            try await cluster.stop()
        }
    }

    @Test func `a running server is adopted, and only its owner stops it`() async throws {
        try await self.withDirectory { configuration in
            let owner = try await self.start(configuration)
            let guest = try await self.start(configuration)

            #expect(guest.processID == owner.processID)
            #expect(!guest.isOwner)
            try await guest.stop()
            #expect(owner.isRunning)
            try await owner.stop()
        }
    }

    @Test func `a server that survived its owner is adopted`() async throws {
        try await self.withDirectory { configuration in
            var lost: Cluster? = try await self.start(configuration)
            let pid = lost?.processID
            lost = nil

            let next = try await self.start(configuration)

            #expect(next.processID == pid && next.isOwner)
            try await next.stop()
        }
    }

    @Test func `a killed server is started again with its data`() async throws {
        try await self.withDirectory { configuration in
            var first: Cluster? = try await self.start(configuration)
            let pid = try #require(first?.processID)
            if let first { _ = try await self.query("create table t as select 7 as n", first) }
            first = nil
            kill(pid, SIGKILL)
            await self.waitUntilGone(pid)

            let second = try await self.start(configuration)

            #expect(second.processID != pid)
            #expect(try await self.query("select n from t", second) == "7")
            try await second.stop()
        }
    }

    @Test func `a state file whose number belongs to another process is not obeyed`() async throws {
        try await self.withDirectory { configuration in
            let first = try await self.start(configuration)
            try await first.stop()
            let file = configuration.directory + "/data/postmaster.pid"
            let stale = "\(getpid())\n\(configuration.directory)/data\n1\n5432\n\(configuration.directory)/socket\n\n"
            for file in [file, configuration.directory + "/socket/.s.PGSQL.5432.lock"] {
                try stale.write(toFile: file, atomically: false, encoding: .utf8)
            }

            let second = try await self.start(configuration)

            #expect(second.processID != getpid())
            try await second.stop()
        }
    }

    @Test func `data of another version is refused`() async throws {
        try await self.withDirectory { configuration in
            let first = try await self.start(configuration)
            try await first.stop()
            try "13\n".write(toFile: configuration.directory + "/data/PG_VERSION", atomically: false, encoding: .utf8)
            let error = await #expect(throws: ClusterError.self) { try await self.start(configuration) }
            #expect(error?.code == .wrongVersion)
            #expect(error?.message.contains("postgresql-13") == true)
        }
    }

    @Test func `a folder with other things in it is refused`() async throws {
        try await self.withDirectory { configuration in
            let data = configuration.directory + "/data"
            try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
            try "x".write(toFile: data + "/letter.txt", atomically: false, encoding: .utf8)
            let error = await #expect(throws: ClusterError.self) { try await self.start(configuration) }
            #expect(error?.code == .directoryUnusable)
            #expect(FileManager.default.fileExists(atPath: data + "/letter.txt"))
        }
    }

    @Test func `a path too long for a socket is refused before anything is made`() async throws {
        let directory = "/tmp/silian-" + String(repeating: "x", count: 90)
        let error = await #expect(throws: ClusterError.self) {
            try await self.start(Cluster.Configuration(directory: directory))
        }
        #expect(error?.code == .socketPathTooLong)
        #expect(!FileManager.default.fileExists(atPath: directory))
    }

    @Test func `without a server package the message says what to install`() async throws {
        let error = await #expect(throws: ClusterError.self) {
            _ = try await Installation.find(major: nil, in: ["/nowhere"], preferred: nil)
        }
        #expect(error?.code == .notInstalled)
        #expect(error?.message.contains("apt-get install postgresql") == true)
    }

    @Test func `a server that does not start gives its reason`() async throws {
        try await self.withDirectory { configuration in
            var configuration = configuration
            configuration.settings["shared_buffers"] = "nonsense"
            let error = await #expect(throws: ClusterError.self) { try await self.start(configuration) }
            #expect(error?.code == .startFailed)
            #expect(error?.message.contains("shared_buffers") == true)
        }
    }

    @Test func `a temporary cluster leaves nothing behind`() async throws {
        let configuration = Cluster.Configuration.temporary()
        let cluster = try await self.start(configuration)
        try await cluster.stop()
        #expect(!FileManager.default.fileExists(atPath: configuration.directory))
    }

    @Test func `a temporary cluster ends when its owner is lost`() async throws {
        let configuration = Cluster.Configuration.temporary()
        var cluster: Cluster? = try await self.start(configuration)
        let pid = try #require(cluster?.processID)
        cluster = nil
        await self.waitUntilGone(pid)
        while FileManager.default.fileExists(atPath: configuration.directory) { await Task.yield() }
    }
}
