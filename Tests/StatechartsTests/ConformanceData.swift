import Foundation
import Values

/// The conformance data, which lies outside of the repository.
enum ConformanceData {
    static let folder: String? = {
        if let given = ProcessInfo.processInfo.environment["CONFORMANCE_DIR"] { return given }
        var root = URL(filePath: #filePath).deletingLastPathComponent()
        while root.path() != "/", !FileManager.default.fileExists(atPath: root.appending(path: "Package.swift").path())
        {
            root.deleteLastPathComponent()
        }
        let candidates = ["../shared/conformance", "../../shared/conformance"].map { root.appending(path: $0).path() }
        return candidates.first { FileManager.default.fileExists(atPath: $0) }
    }()

    static var isPresent: Bool { self.folder != nil }

    /// The cases of `statecharts.json` or `charts.json`.
    static func cases(_ file: String) -> [Value] {
        guard let folder, let data = FileManager.default.contents(atPath: "\(folder)/\(file)") else { return [] }
        return (try? Value(json: Array(data)))?.list ?? []
    }
}
