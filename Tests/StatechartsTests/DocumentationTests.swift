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

    // MARK: The cookbook

    private static let cookbooks = ["docs/language/cookbook.md", "docs/language/cookbook.zh-CN.md"]

    @Test(arguments: cookbooks) func `every recipe of the cookbook works`(file: String) throws {
        let examples = try Self.examples(in: file)
        var machines: [String: Machine] = [:]
        var scenarios = 0
        for text in examples {
            guard text.contains("\nsteps:") else {
                let (chart, diagnostics) = Definition.compile(text, file: file)
                #expect(diagnostics.isEmpty, "\(diagnostics.map { $0.rendered(in: text) })")
                if let chart { machines[chart.workflow] = Machine(chart) }
                continue
            }
            let scenario = try Scenario(try #require(YAMLValue.parse(text, file: file).value))
            let machine = try #require(machines[scenario.workflow], "\(scenario.workflow)")
            let children = try scenario.children.map { try #require(machines[$0], "\($0)") }
            var simulation = Simulation(machine, children: children, now: scenario.now)
            _ = simulation.run(scenario.script, data: scenario.startData, by: scenario.startedBy)
            #expect(simulation.differences == [], "\(scenario.workflow)")
            scenarios += 1
        }
        // Each definition is shown at work, but for the child of one.
        #expect(scenarios == machines.count - 1)
    }

    @Test func `the cookbook shows the same in both languages`() throws {
        #expect(try Self.examples(in: Self.cookbooks[0]) == Self.examples(in: Self.cookbooks[1]))
    }
}
