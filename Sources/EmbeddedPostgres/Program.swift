import Foundation
import Subprocess
import SystemPackage

/// A program of the server's package, run as the server's user.
struct Program: Sendable {
    struct Ended: Sendable {
        let succeeded: Bool
        let output: String
        let errors: String
    }

    private static let outputLimit = 1 << 20

    let path: String
    let arguments: [String]
    var user: ServerUser?
    /// Inherited as standard input, and closed here.
    var input: FileDescriptor?

    init(_ path: String, _ arguments: [String], as user: ServerUser? = nil, input: FileDescriptor? = nil) {
        self.path = path
        self.arguments = arguments
        self.user = user
        self.input = input
    }

    func run() async throws -> Ended {
        var options = PlatformOptions()
        // Away from the terminal's process group: Ctrl-C is for us, and we stop the server when we are done.
        options.createSession = true
        let command = try self.command()
        let configuration = Configuration(
            executable: .path(FilePath(command[0])), arguments: Arguments(Array(command[1...])),
            // None of the caller's PG… variables.
            environment: .custom(["PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": Self.locale]),
            workingDirectory: FilePath("/"), platformOptions: options)
        if let input {
            let result = try await Subprocess.run(
                configuration, input: .fileDescriptor(input, closeAfterSpawningProcess: true),
                output: .string(limit: Self.outputLimit), error: .string(limit: Self.outputLimit))
            return Ended(
                succeeded: result.terminationStatus.isSuccess, output: result.standardOutput,
                errors: result.standardError)
        }
        let result = try await Subprocess.run(
            configuration, input: .none, output: .string(limit: Self.outputLimit),
            error: .string(limit: Self.outputLimit))
        return Ended(
            succeeded: result.terminationStatus.isSuccess, output: result.standardOutput,
            errors: result.standardError)
    }

    /// util-linux's `setpriv` changes the user, not we between fork and exec: glibc's setgroups() there waits for threads
    /// that the fork left behind, for ever when one was just being made.
    private func command() throws(ClusterError) -> [String] {
        let command = [self.path] + self.arguments
        guard let user else { return command }
        let setpriv = try Self.setpriv()
        return [setpriv, "--reuid=\(user.id)", "--regid=\(user.group)", "--clear-groups", "--"] + command
    }

    static func setpriv(
        in folders: [String] = ["/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin"]
    ) throws(ClusterError) -> String {
        let found = folders.map { $0 + "/setpriv" }.first { FileManager.default.isExecutableFile(atPath: $0) }
        if let found { return found }
        throw ClusterError(
            .notInstalled,
            "PostgreSQL does not run as root, and the program setpriv of the package util-linux, which starts it as "
                + "another user, is not installed. Install it, or start as an ordinary user.")
    }

    #if canImport(Darwin)
    static let locale = "C"
    #else
    static let locale = "C.UTF-8"
    #endif
}
