import Foundation
import Postgres
import TestSupport
import Testing

@testable import Engine

/// Every statement under `sql/` against the migrated schema: the type checker that SQL does not have.
@Suite(.migratedSchema) struct StatementTests {
    private static func statements(in folder: String) throws -> [(name: String, text: String)] {
        var root = URL(fileURLWithPath: #filePath)
        while !FileManager.default.fileExists(atPath: root.appendingPathComponent("Package.swift").path) {
            root.deleteLastPathComponent()
        }
        let path = root.appendingPathComponent("sql/\(folder)")
        return try FileManager.default.contentsOfDirectory(atPath: path.path).filter { $0.hasSuffix(".sql") }.sorted()
            .map { ($0, try String(contentsOf: path.appendingPathComponent($0), encoding: .utf8)) }
    }

    @Test(arguments: ["commands", "queries"])
    func `every statement can be prepared`(folder: String) async throws {
        let connection = try await Connection.connect(to: FreshSchema.options, logger: .silent)
        for (name, text) in try Self.statements(in: folder) {
            let code = text.split(separator: "\n").first { !$0.hasPrefix("--") }?.lowercased() ?? ""
            // The others cannot be prepared.
            guard ["select", "with", "insert", "update", "delete"].contains(where: code.hasPrefix) else { continue }
            do {
                try await connection.execute(script: "prepare tested as \(text);\ndeallocate tested")
            } catch {
                Issue.record("\(name): \(error.message)")
            }
        }
        await connection.close()
    }
}
