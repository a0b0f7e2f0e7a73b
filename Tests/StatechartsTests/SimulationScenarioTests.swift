import Foundation
import Statecharts
import Testing
import Values

/// The scenarios beside the workflows of this repository.
@Suite struct SimulationScenarioTests {
    static let folder: URL = {
        var root = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        while root.path() != "/", !FileManager.default.fileExists(atPath: root.appending(path: "workflows").path()) {
            root.deleteLastPathComponent()
        }
        return root.appending(path: "workflows")
    }()

    static let scenarios: [String] = {
        let names = FileManager.default.enumerator(atPath: Self.folder.path())?.compactMap { $0 as? String } ?? []
        return names.filter { $0.contains("/scenarios/") && $0.hasSuffix(".yaml") }.sorted()
    }()

    @Test func `there are scenarios`() { #expect(Self.scenarios.count > 5) }

    @Test(arguments: scenarios)
    func `a scenario of the repository goes as it says`(name: String) throws {
        let file = Self.folder.appending(path: name)
        let (value, diagnostics) = YAMLValue.parse(try String(contentsOf: file, encoding: .utf8), file: name)
        let scenario = try Scenario(try #require(value, "\(diagnostics.map(\.message))"))
        var simulation = Simulation(
            try Self.machine(scenario.workflow, beside: file),
            children: try scenario.children.map { try Self.machine($0, beside: file) }, now: scenario.now)

        _ = simulation.run(scenario.script, data: scenario.startData, by: scenario.startedBy)

        #expect(simulation.differences == [], "\(name)")
    }

    @Test func `the definitions of the repository raise no doubt`() throws {
        for name in Set(Self.scenarios.compactMap { $0.split(separator: "/").first }) {
            let file = Self.folder.appending(path: "\(name)/workflow.yaml")
            let text = try String(contentsOf: file, encoding: .utf8)
            let diagnostics = Definition.compile(text, file: "\(name)").diagnostics
            #expect(diagnostics.isEmpty, "\(diagnostics.map { $0.rendered(in: text) })")
        }
    }

    private static func machine(_ path: String, beside file: URL) throws -> Machine {
        let url = file.deletingLastPathComponent().appending(path: path).standardized
        let text = try String(contentsOf: url, encoding: .utf8)
        let (chart, diagnostics) = Definition.compile(text, file: url.lastPathComponent)
        return Machine(try #require(chart, "\(diagnostics.filter { $0.severity == .error }.map(\.message))"))
    }
}
