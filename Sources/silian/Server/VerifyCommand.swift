import ArgumentParser
import Engine
import Postgres
import Values

struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Replay histories through their pinned definitions; check state and hash chain.",
        discussion: "Examples: silian verify 0198…; silian verify --all. Exit code 1 when something differs.")

    @Argument(help: "Id of an instance.") var instance: String?
    @Flag(help: "Every instance.") var all = false
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    mutating func validate() throws {
        if (self.instance != nil) == self.all { throw ValidationError("Name one instance, or say --all.") }
    }

    func run() async throws {
        let differing = try await self.database.withPool { pool, logger in
            let options = ConnectionOptions(target: try self.database.connectionString())
            let orchestrator = Orchestrator(pool: pool, connection: options, logger: logger)
            guard self.all else {
                guard let id = InstanceID(self.instance ?? "") else {
                    throw Failure.usage("'\(self.instance ?? "")' is not an instance id (a UUID).")
                }
                return try self.report(try await orchestrator.verify(id)) ? 0 : 1
            }
            return try await self.verifyAll(orchestrator)
        }
        if differing > 0 { throw ExitCode(1) }
    }

    private func verifyAll(_ orchestrator: Orchestrator) async throws -> Int {
        var after: InstanceID?
        var (checked, rows, differing) = (0, 0, 0)
        while true {
            let page = try await orchestrator.instances(after: after, limit: 500)
            guard let last = page.last else { break }
            for id in page {
                let verification = try await orchestrator.verify(id)
                checked += 1
                rows += verification.rows
                if verification.difference != nil {
                    differing += 1
                    _ = try self.report(verification)
                }
            }
            if Console.isErrorTerminal { Console.error("\(checked) instances checked …") }
            after = last
        }
        if self.output.json {
            try Console.json([
                "instances": .int(Int64(checked)), "rows": .int(Int64(rows)), "differing": .int(Int64(differing)),
            ])
        } else {
            try Console.out(
                "\(checked) instances, \(rows) history rows: \(differing == 0 ? "all agree." : "\(differing) differ.")")
        }
        return differing
    }

    /// True: it agrees.
    private func report(_ verification: Verification) throws -> Bool {
        if self.output.json {
            var map: ValueMap = ValueMap([
                (.string("instance"), .string("\(verification.instance)")),
                (.string("rows"), .int(Int64(verification.rows))),
            ])
            map["difference"] = verification.difference.map { .string($0) }
            try Console.json(.map(map))
        } else if let difference = verification.difference {
            try Console.out("\(verification.instance): differs: \(difference)")
        } else {
            try Console.out("\(verification.instance): \(verification.rows) history rows agree.")
        }
        return verification.difference == nil
    }
}
