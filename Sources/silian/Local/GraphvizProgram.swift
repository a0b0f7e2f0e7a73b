import Foundation

/// Graphviz's `dot`, where it is installed.
struct GraphvizProgram {
    let path: String

    static func find() -> GraphvizProgram? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.map { "\($0)/dot" }.first { FileManager.default.isExecutableFile(atPath: $0) }
            .map { GraphvizProgram(path: $0) }
    }

    /// The text goes through a file: written to a pipe that is full on both sides, neither program would go on.
    func svg(_ text: String) throws -> String {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("silian-\(UUID().uuidString).dot")
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: self.path)
        process.arguments = ["-Tsvg", file.path]
        process.standardOutput = output
        process.standardInput = FileHandle.nullDevice
        do {
            try Data(text.utf8).write(to: file)
            try process.run()
        } catch {
            throw Failure.refused("dot cannot be run: \(error.localizedDescription)")
        }
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0, let svg = String(validating: bytes, as: UTF8.self) else {
            throw Failure.refused("dot ended with status \(process.terminationStatus).")
        }
        return svg
    }
}
