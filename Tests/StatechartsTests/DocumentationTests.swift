import Foundation
import Testing

@testable import Statecharts

/// Examples in the documentation compile, and the scenario beside the first one holds.
@Suite struct DocumentationTests {
    private static let root: URL = {
        var folder = URL(fileURLWithPath: #filePath)
        while !FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) {
            folder.deleteLastPathComponent()
        }
        return folder
    }()

    /// Fenced blocks of YAML.
    private static func examples(in file: String) throws -> [String] {
        let text = try String(contentsOf: self.root.appendingPathComponent(file), encoding: .utf8)
        return text.components(separatedBy: "```yaml\n").dropFirst().compactMap {
            $0.components(separatedBy: "\n```").first
        }
    }

    @Test(arguments: ["README.md", "docs/language/README.md"])
    func `an example compiles without a doubt`(file: String) throws {
        let definitions = try Self.examples(in: file).filter { !$0.contains("\nsteps:") }
        #expect(!definitions.isEmpty)
        for text in definitions {
            let diagnostics = Definition.compile(text, file: file).diagnostics
            #expect(diagnostics.isEmpty, "\(diagnostics.map { $0.rendered(in: text) })")
        }
    }

    @Test func `the scenario of the language guide holds`() throws {
        let examples = try Self.examples(in: "docs/language/README.md")
        let definition = try #require(examples.first { $0.hasPrefix("workflow: gate") })
        let chart = try #require(Definition.compile(definition, file: "gate").chart)
        let script = try #require(examples.first { $0.contains("\nsteps:") })
        let content = try #require(YAMLValue.parse(script, file: "scenario").value)
        let scenario = try Scenario(content)

        var simulation = Simulation(Machine(chart), now: scenario.now)
        _ = simulation.run(scenario.script, data: scenario.startData)

        #expect(simulation.differences == [])
    }
}
