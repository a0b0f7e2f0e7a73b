import Foundation
import Subprocess
import Synchronization
import SystemPackage

/// A `silian serve` in a process of its own, with a PostgreSQL of its own.
final class Server: Sendable {
    /// Why a test cannot go on.
    struct Trouble: Error, CustomStringConvertible {
        var description: String
    }

    let folder: DataFolder
    let address: String
    /// From the start of the process to the line that tells the address.
    let readyAfter: Duration
    let pid: Int32
    private let log: Log

    private init(folder: DataFolder, address: String, readyAfter: Duration, pid: Int32, log: Log) {
        self.folder = folder
        self.address = address
        self.readyAfter = readyAfter
        self.pid = pid
        self.log = log
    }

    /// What it has written so far.
    var words: String { self.log.text }

    /// The next line with these words, which may be there already.
    func line(with words: String, within limit: Duration = .seconds(60)) async throws -> String {
        try await self.log.line(with: words, within: limit)
    }

    func send(_ signal: Int32) { kill(self.pid, signal) }

    /// Runs one while the body runs, then stops it as Ctrl-C does. The body may end it in another way.
    static func with<Result: Sendable>(
        _ folder: DataFolder, _ arguments: [String] = [], _ body: (Server) async throws -> Result
    ) async throws -> (result: Result, ended: Program.Ended) {
        let log = Log()
        let outcome = try await Subprocess.run(
            .path(Program.path), arguments: Arguments(["serve", "--data-dir", folder.path, "--port", "0"] + arguments),
            environment: Program.environment(), input: .none, output: .sequence, error: .sequence
        ) { execution in
            try await withThrowingTaskGroup(of: Void.self) { readers in
                let pid = execution.processIdentifier.value
                let (output, errors) = (execution.standardOutput, execution.standardError)
                for stream in [output, errors] {
                    readers.addTask {
                        defer { log.end() }
                        for try await line in stream.strings() { log.add(line) }
                    }
                }
                do {
                    let result = try await Self.run(body, pid: pid, folder: folder, log: log)
                    kill(pid, SIGINT)
                    try await log.bothEnded(within: .seconds(60))
                    return result
                } catch {
                    kill(pid, SIGKILL)
                    throw Trouble(description: "\(error)\n\(log.text)")
                }
            }
        }
        let code = Program.code(outcome.terminationStatus)
        return (outcome.takeClosureResult(), Program.Ended(code: code, output: log.text, errors: ""))
    }

    private static func run<Result: Sendable>(
        _ body: (Server) async throws -> Result, pid: Int32, folder: DataFolder, log: Log
    ) async throws -> Result {
        let start = ContinuousClock.now
        let words = "Silian is running at "
        let line = try await log.line(with: words, within: .seconds(180))
        let address = line.split(separator: words).last.map(String.init) ?? ""
        return try await body(
            Server(folder: folder, address: address, readyAfter: .now - start, pid: pid, log: log))
    }
}
