import Foundation

/// Definition files on disk.
enum DefinitionFiles {
    /// Files as named, and in folders every `workflow.yaml` (or `.json`) below, sorted; else the YAML files right inside.
    static func find(_ paths: [String]) throws -> [String] {
        try paths.flatMap { path -> [String] in
            var isFolder: ObjCBool = false
            guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                throw Failure.usage("There is no file or folder \(path).")
            }
            guard isFolder.boolValue else { return [path] }
            let names = ["workflow.yaml", "workflow.yml", "workflow.json"]
            let all = (FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []).sorted()
            var found = all.filter { names.contains(($0 as NSString).lastPathComponent) }
            if found.isEmpty {
                found = all.filter { !$0.contains("/") && ($0.hasSuffix(".yaml") || $0.hasSuffix(".yml")) }
            }
            guard !found.isEmpty else { throw Failure.usage("\(path) holds no workflow.yaml.") }
            return found.map { (path as NSString).appendingPathComponent($0) }
        }
    }

    /// Scenario files (`scenarios/*.yaml`) below a path, or the file itself.
    static func scenarios(in path: String) -> [String] {
        let all = (FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []).sorted()
        return all.filter { ("/" + $0).contains("/scenarios/") && ($0.hasSuffix(".yaml") || $0.hasSuffix(".json")) }
            .map { (path as NSString).appendingPathComponent($0) }
    }

    static func read(_ file: String) throws -> [UInt8] {
        do {
            return [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
        } catch {
            throw Failure.usage("Cannot read \(file): \(error.localizedDescription)")
        }
    }

    static func text(_ file: String) throws -> String {
        guard let text = String(validating: try self.read(file), as: UTF8.self) else {
            throw Failure.refused("\(file) is not UTF-8 text.")
        }
        return text
    }
}
