import ArgumentParser
import Foundation

/// The command line: one file a subject, with its subcommands. It is a client of the HTTP API, except for what runs locally (`Local/`) and what
/// opens the database (`Server/`).
@main
struct Silian: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "silian",
        abstract: "Durable workflows: statecharts in YAML, on PostgreSQL.",
        discussion: """
            Exit codes: 0 done; 1 refused, or a check failed; 2 wrong usage; 3 the server or database cannot be reached.

            Environment: SILIAN_URL, SILIAN_TOKEN, SILIAN_DATA (else XDG_DATA_HOME), SILIAN_PG_BIN; DATABASE_URL, or libpq's
            own when PGHOST or PGSERVICE is set; NO_COLOR; LC_ALL, LANG.
            """,
        version: Version.current,
        groupedSubcommands: [
            CommandGroup(
                name: "Server:",
                subcommands: [
                    ServeCommand.self, DatabaseCommand.self, VerifyCommand.self, DoctorCommand.self, BenchCommand.self,
                ]),
            CommandGroup(
                name: "Definitions:",
                subcommands: [
                    ValidateCommand.self, SimulateCommand.self, EvalCommand.self, DiagramCommand.self,
                    ConvertCommand.self, SchemaCommand.self, DeployCommand.self, WorkflowsCommand.self,
                    AliasCommand.self, PlanCommand.self, MigrateCommand.self,
                ]),
            CommandGroup(
                name: "Instances:",
                subcommands: [
                    StartCommand.self, SendCommand.self, ListCommand.self, ShowCommand.self, HistoryCommand.self,
                    SuspendCommand.self, ResumeCommand.self, CancelCommand.self,
                ]),
            CommandGroup(
                name: "Work:",
                subcommands: [
                    TasksCommand.self, TaskCommand.self, JobsCommand.self, JobCommand.self, IncidentsCommand.self,
                    ResolveCommand.self, NoticesCommand.self,
                ]),
            CommandGroup(name: "People:", subcommands: [UsersCommand.self, TokensCommand.self]),
        ])

    /// ArgumentParser ends wrong usage with 64; ours is 2, as in most Unix tools.
    static func main() async {
        // A reader who left is told by `write` (``Console``), so that a command can put things in order before it ends.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try Self.parseAsRoot()
            if var asyncCommand = command as? any AsyncParsableCommand {
                try await asyncCommand.run()
            } else {
                try command.run()
            }
        } catch let failure as Failure {
            if !failure.message.isEmpty { Console.error("silian: \(failure.message)") }
            Self.exit(withError: ExitCode(failure.exitCode))
        } catch {
            let code = Self.exitCode(for: error)
            if code == .validationFailure {
                Console.error(Self.fullMessage(for: error))
                Self.exit(withError: ExitCode(2))
            }
            Self.exit(withError: error)
        }
    }
}

enum Version {
    static let current = "0.1.0"
}
