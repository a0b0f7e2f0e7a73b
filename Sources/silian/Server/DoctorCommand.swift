import ArgumentParser
import Engine
import Foundation
import Logging
import Postgres
import SQL
import Values

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check the set-up: database, schema, clock, notifications, disk.",
        discussion: "Exit code 1 when something must be mended, 3 when the database cannot be reached.")

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    struct Finding {
        enum Grade: String { case good, doubtful, bad }
        var grade: Grade
        var check: String
        var found: String
        var advice: String?
    }

    func run() async throws {
        let target = try self.database.connectionString()
        let findings = try await self.database.withPool { pool, logger in
            var findings = try await Self.server(pool)
            findings += try await Self.schema(pool, target: target, logger)
            findings.append(try await Self.notifications(pool, target: target, logger: logger))
            findings.append(Self.disk(self.database.directory))
            return findings
        }
        for finding in findings {
            if self.output.json {
                var map: ValueMap = ValueMap([
                    (.string("check"), .string(finding.check)), (.string("grade"), .string(finding.grade.rawValue)),
                    (.string("found"), .string(finding.found)),
                ])
                map["advice"] = finding.advice.map { .string($0) }
                try Console.json(.map(map))
                continue
            }
            let mark =
                switch finding.grade {
                case .good: "✓"
                case .doubtful: "?"
                case .bad: "✗"
                }
            try Console.out("\(mark) \(finding.check): \(finding.found)")
            if let advice = finding.advice { try Console.out("    \(advice)") }
        }
        if findings.contains(where: { $0.grade == .bad }) { throw ExitCode(1) }
    }

    private static func server(_ pool: Pool) async throws -> [Finding] {
        let row = try await pool.query(Statement(SQL.checkDatabase)).only
        let version = Int(try row.get(0, as: Int32.self))
        let isStandby = try row.get(1, as: Bool.self)
        let encoding = try row.get(2, as: String.self)
        let commit = try row.get(4, as: String.self)
        let clock = try row.get(6, as: Int64.self)
        let lag = abs(Date().timeIntervalSince1970 - Double(clock) / 1_000_000)
        return [
            Finding(
                grade: version >= 150_000 ? .good : .bad, check: "PostgreSQL",
                found: "version \(version / 10_000).\(version % 10_000)",
                advice: version >= 150_000 ? nil : "Version 15 or newer is needed."),
            Finding(
                grade: isStandby ? .bad : .good, check: "writable", found: isStandby ? "no, this is a standby" : "yes",
                advice: isStandby ? "Add target_session_attrs=read-write to the connection string." : nil),
            Finding(
                grade: encoding == "UTF8" ? .good : .bad, check: "encoding",
                found: "\(encoding), \(try row.get(3, as: String.self))",
                advice: encoding == "UTF8" ? nil : "Create the database with encoding UTF8, best with locale C.UTF-8."),
            Finding(
                grade: commit == "off" ? .bad : .good, check: "synchronous_commit", found: commit,
                advice: commit == "off" ? "A crash would lose acknowledged transitions: set it to on." : nil),
            Finding(
                grade: lag < 2 ? .good : .doubtful, check: "clock",
                found: String(format: "%.3f s apart from this machine", lag),
                advice: lag < 2 ? nil : "Let NTP set both clocks; what is due is decided by the database's."),
            Finding(
                grade: .good, check: "size", found: "\(try row.get(7, as: Int64.self) / 1_048_576) MiB", advice: nil),
        ]
    }

    private static func schema(_ pool: Pool, target: String, _ logger: Logger) async throws -> [Finding] {
        let status = try await Migrator(options: ConnectionOptions(target: target), logger: logger).status()
        let missing = status.pending.map(\.name)
        guard missing.isEmpty else {
            return [
                Finding(
                    grade: .bad, check: "schema", found: "missing: \(missing.joined(separator: ", "))",
                    advice: "Run 'silian database migrate', or start the server.")
            ]
        }
        let row = try await pool.query(Statement(SQL.checkBacklog)).only
        let overdue = try row.get(0, as: Int64.self)
        let parked = try row.get(1, as: Int64.self)
        let incidents = try row.get(2, as: Int64.self)
        return [
            Finding(grade: .good, check: "schema", found: "current", advice: nil),
            Finding(
                grade: overdue == 0 ? .good : .doubtful, check: "overdue jobs", found: "\(overdue)",
                advice: overdue == 0 ? nil : "No worker asks for them, or no server runs: silian jobs --state waiting"),
            Finding(
                grade: incidents == 0 ? .good : .doubtful, check: "open incidents",
                found: "\(incidents), parked jobs \(parked)",
                advice: incidents == 0 ? nil : "silian incidents"),
        ]
    }

    /// A pooler in transaction mode accepts LISTEN and delivers nothing.
    private static func notifications(_ pool: Pool, target: String, logger: Logger) async throws -> Finding {
        let channel = "silian_doctor_\(UInt32.random(in: 0 ... .max))"
        let listener = Listener(options: ConnectionOptions(target: target), channels: [channel], logger: logger)
        let arrived = try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                await listener.run()
                return false
            }
            group.addTask {
                for await event in listener.events {
                    switch event {
                    case .listening, .reconnected:
                        _ = try await pool.query(Statement(SQL.notify, [.text(channel), .text("")]))
                    case .notification: return true
                    }
                }
                return false
            }
            group.addTask {
                try await Task.sleep(for: .seconds(5))
                return false
            }
            defer { group.cancelAll() }
            return try await group.next() ?? false
        }
        return Finding(
            grade: arrived ? .good : .doubtful, check: "notifications", found: arrived ? "arrive" : "do not arrive",
            advice: arrived
                ? nil
                : "A pooler stands between: connect directly, else other processes' work is found by polling only.")
    }

    private static func disk(_ directory: DataDirectory) -> Finding {
        guard let attributes = try? FileManager.default.attributesOfFileSystem(forPath: directory.path),
            let free = (attributes[.systemFreeSize] as? NSNumber)?.int64Value
        else { return Finding(grade: .good, check: "disk", found: "no local data directory", advice: nil) }
        let isLow = free < 1 << 30
        return Finding(
            grade: isLow ? .bad : .good, check: "disk", found: "\(free / 1_048_576) MiB free in \(directory.path)",
            advice: isLow ? "Make room: a full disk stops every transition." : nil)
    }
}
