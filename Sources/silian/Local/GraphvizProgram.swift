import Foundation
import Subprocess
import SystemPackage

/// Graphviz's `dot`, where it is installed.
struct GraphvizProgram {
    let path: String

    /// Of a picture; a chart at the limits of a definition has some.
    private static let mostBytes = 64 << 20

    static func find() -> GraphvizProgram? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.map { "\($0)/dot" }.first { FileManager.default.isExecutableFile(atPath: $0) }
            .map { GraphvizProgram(path: $0) }
    }

    func svg(_ text: String) async throws -> String {
        let result = try await Subprocess.run(
            .path(FilePath(self.path)), arguments: ["-Tsvg"], input: .string(text),
            output: .string(limit: Self.mostBytes), error: .string(limit: 1 << 20))
        guard result.terminationStatus.isSuccess else {
            throw Failure.refused("dot ended with \(result.terminationStatus): \(result.standardError.suffix(400))")
        }
        return result.standardOutput
    }
}
