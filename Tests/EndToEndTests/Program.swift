import Foundation
import Subprocess
import SystemPackage
import Values

/// The program as it was built, run as a user runs it: in a process of its own.
enum Program {
    struct Ended: Sendable {
        /// nil: a signal ended it.
        var code: Int32?
        var output: String
        var errors: String
        var all: String { self.output + self.errors }
    }

    /// It lies beside the test bundle.
    static let path: FilePath = {
        let beside = [CommandLine.arguments.first ?? "", Bundle.main.bundlePath, Bundle.main.executablePath ?? ""]
        let folders = beside.map { URL(fileURLWithPath: $0).deletingLastPathComponent().path }
        let found = folders.map { $0 + "/silian" }.first { FileManager.default.isExecutableFile(atPath: $0) }
        return FilePath(found ?? "silian")
    }()

    /// The repository, for its workflows and examples.
    static let repository: String = {
        var folder = URL(fileURLWithPath: #filePath)
        while folder.path != "/", !FileManager.default.fileExists(atPath: folder.path + "/Package.swift") {
            folder.deleteLastPathComponent()
        }
        return folder.path
    }()

    static func isInstalled(_ name: String) -> Bool {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
    }

    /// Nothing of the caller's settings, so that no test reaches a server or database of somebody else.
    static func environment(_ settings: [String: String] = [:]) -> Environment {
        var variables: [Environment.Key: String] = ["LANG": "C.UTF-8", "NO_COLOR": "1"]
        let kept = ["PATH", "HOME", "TMPDIR", "SILIAN_PG_BIN", "LD_LIBRARY_PATH", "PYENV_VERSION"]
        for (name, value) in ProcessInfo.processInfo.environment where kept.contains(name) {
            variables[Environment.Key(stringLiteral: name)] = value
        }
        for (name, value) in settings { variables[Environment.Key(stringLiteral: name)] = value }
        return .custom(variables)
    }

    /// Runs one command to its end.
    static func run(_ arguments: [String], settings: [String: String] = [:]) async throws -> Ended {
        let result = try await Subprocess.run(
            .path(self.path), arguments: Arguments(arguments), environment: self.environment(settings), input: .none,
            output: .string(limit: 16 << 20), error: .string(limit: 1 << 20))
        return Ended(
            code: self.code(result.terminationStatus), output: result.standardOutput, errors: result.standardError)
    }

    /// Runs one command whose standard output is this file, or a pipe whose reader has left.
    static func run(
        _ arguments: [String], settings: [String: String] = [:], outputTo file: FilePath?
    ) async throws -> Ended {
        let descriptor: FileDescriptor
        if let file {
            descriptor = try FileDescriptor.open(file, .writeOnly)
        } else {
            let pipe = try FileDescriptor.pipe()
            try pipe.readEnd.close()
            descriptor = pipe.writeEnd
        }
        let result = try await Subprocess.run(
            .path(self.path), arguments: Arguments(arguments), environment: self.environment(settings), input: .none,
            output: .fileDescriptor(descriptor, closeAfterSpawningProcess: true), error: .string(limit: 1 << 20))
        return Ended(code: self.code(result.terminationStatus), output: "", errors: result.standardError)
    }

    static func code(_ status: TerminationStatus) -> Int32? {
        if case .exited(let code) = status { code } else { nil }
    }
}
