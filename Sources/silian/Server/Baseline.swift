import EmbeddedPostgres
import Foundation
import SQL
import Subprocess
import SystemPackage

/// pgbench on the same cluster and schema: the rows of a transition, one transaction each, read and write in two round trips.
struct Baseline {
    struct Best: Sendable {
        var clients: Int
        var perSecond: Double
    }

    var target: String
    var schema: String
    var instances: Int

    /// Transactions a second.
    func run(clients: Int, seconds: Int) async throws -> Double {
        let script = FileManager.default.temporaryDirectory.appendingPathComponent(
            "silian-\(UUID().uuidString).pgbench")
        try SQL.baselineTransition.write(to: script, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: script) }
        // Subprocess gives the child an empty signal mask; pgbench ends by SIGALRM, which our threads block.
        let result = try await Subprocess.run(
            .path(FilePath(try Self.binary())),
            arguments: [
                "--no-vacuum", "--protocol=prepared", "--file=\(script.path)", "--client=\(clients)",
                "--jobs=\(min(clients, 2))", "--time=\(seconds)", "--define=instances=\(self.instances)", self.target,
            ],
            environment: .inherit.updating(["PGOPTIONS": "-c search_path=\(self.schema)"]),
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        let text = result.standardOutput + result.standardError
        let line = text.split(separator: "\n").first { $0.hasPrefix("tps = ") }
        guard let figure = line?.split(separator: " ").dropFirst(2).first.flatMap({ Double($0) }) else {
            throw Failure.refused("pgbench did not finish: \(text.suffix(400))")
        }
        return figure
    }

    private static func binary() throws -> String {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        let folders =
            versions.sorted().reversed().map { "/usr/lib/postgresql/\($0)/bin" }
            + path.split(separator: ":").map(String.init)
        guard let folder = folders.first(where: { FileManager.default.isExecutableFile(atPath: "\($0)/pgbench") })
        else {
            throw Failure.refused("pgbench is missing: install postgresql-15, or say --no-baseline.")
        }
        return "\(folder)/pgbench"
    }
}
