import Foundation

/// A file of the repository, as the tidy tests read it.
struct SourceFile: Sendable {
    /// From the repository's root: `Sources/CEL/Parser.swift`.
    var path: String
    var text: String
    var lines: [Substring] { self.text.split(separator: "\n", omittingEmptySubsequences: false) }
    /// `CEL` of `Sources/CEL/Parser.swift`.
    var module: String { self.path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
    var name: String { self.path.split(separator: "/").last.map(String.init) ?? "" }
}

enum SourceTree {
    /// A rule about files that are not there would hold for ever.
    struct Missing: Error {
        var folder: String
    }

    static let root: URL = {
        var folder = URL(fileURLWithPath: #filePath)
        while !FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) {
            folder.deleteLastPathComponent()
        }
        return folder
    }()

    /// Files below a folder with one of these extensions, sorted by path.
    static func files(in folder: String, extensions: Set<String>) throws -> [SourceFile] {
        let base = self.root.appendingPathComponent(folder).resolvingSymlinksInPath()
        guard let paths = FileManager.default.enumerator(atPath: base.path) else { throw Missing(folder: folder) }
        return try paths.compactMap { $0 as? String }.sorted()
            .filter { extensions.contains(($0 as NSString).pathExtension) }
            .map { path in
                let text = try String(contentsOf: base.appendingPathComponent(path), encoding: .utf8)
                return SourceFile(path: "\(folder)/\(path)", text: text)
            }
    }

    static func swift(in folders: String...) throws -> [SourceFile] {
        try folders.flatMap { try self.files(in: $0, extensions: ["swift"]) }
    }
}

/// Code without what stands in comments, so that a rule does not trip over prose. Not a parser: it drops `//` and what
/// follows unless the slashes are inside of a string.
func withoutComment(_ line: Substring) -> Substring {
    var isInString = false
    var previous: Character = " "
    for index in line.indices {
        let character = line[index]
        if character == "\"" && previous != "\\" { isInString.toggle() }
        if character == "/" && previous == "/" && !isInString { return line[..<line.index(before: index)] }
        previous = character
    }
    return line
}
