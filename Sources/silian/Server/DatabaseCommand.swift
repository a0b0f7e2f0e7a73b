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
            try await self.database.withPool { pool, logger in
                let applied = try await Migrator(pool: pool, logger: logger).migrate()
                Console.out(applied.isEmpty ? "The schema is current." : "Applied: \(applied.joined(separator: ", "))")
            }
        }
    }

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show which migrations are applied.")
        @OptionGroup var database: DatabaseOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try await self.database.withPool { pool, logger in
                for row in try await Migrator(pool: pool, logger: logger).status() {
                    if self.output.json {
                        Console.json(["migration": .string(row.name), "applied": .bool(row.isApplied)])
                    } else {
                        Console.out("\(row.isApplied ? "applied" : "missing")  \(row.name)")
                    }
                }
            }
        }
    }

    struct SQLText: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "sql", abstract: "Print the migrations without running them.")
        func run() async throws { Console.out(Migrator.sql) }
    }
}

extension DatabaseOptions {
    /// Opens the database for one command; says plainly when that is not possible.
    func withPool<Result: Sendable>(_ body: (Pool, Logger) async throws -> Result) async throws -> Result {
        var logger = Logger(label: "silian", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = .error
        let pool = Pool(options: ConnectionOptions(target: try self.connectionString()), logger: logger)
        do {
            let result = try await body(pool, logger)
            await pool.close()
            return result
        } catch let error as PostgresError {
            await pool.close()
            throw Failure.unreachable("The database cannot be used: \(error.message.isEmpty ? "\(error)" : error.message)")
        } catch {
            await pool.close()
            throw error
        }
    }
}
