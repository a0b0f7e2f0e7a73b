import ArgumentParser
import Engine
import Logging
import Postgres
import Values

struct DatabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "database", abstract: "Schema migrations: apply, show, print.",
        subcommands: [Migrate.self, Status.self, SQLText.self])

    struct Migrate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Apply the migrations that are missing.")
        @OptionGroup var database: DatabaseOptions

        func run() async throws {
            let applied = try await self.database.withMigrator { try await $0.migrate() }
            let names = applied.map(\.name).joined(separator: ", ")
            try Console.out(applied.isEmpty ? "The schema is current." : "Applied: \(names)")
        }
    }

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show which migrations are applied.")
        @OptionGroup var database: DatabaseOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let status = try await self.database.withMigrator { try await $0.status() }
            let rows = status.applied.map { ($0.name, true) } + status.pending.map { ($0.name, false) }
            for (name, isApplied) in rows {
                if self.output.json {
                    try Console.json(["migration": .string(name), "applied": .bool(isApplied)])
                } else {
                    try Console.out("\(isApplied ? "applied" : "missing")  \(name)")
                }
            }
        }
    }

    struct SQLText: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "sql", abstract: "Print the migrations without running them.")
        func run() async throws { for migration in Migrator.migrations { try Console.out(migration.sql) } }
    }
}

extension DatabaseOptions {
    fileprivate func withMigrator<Result: Sendable>(_ body: (Migrator) async throws -> Result) async throws -> Result {
        var logger = Logger(label: "silian", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = .error
        do {
            return try await body(
                Migrator(options: ConnectionOptions(target: try self.connectionString()), logger: logger))
        } catch let error as PostgresError {
            throw Failure.unreachable("The database cannot be used: \(error.message)")
        }
    }
}
