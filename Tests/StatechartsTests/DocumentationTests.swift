import Testing

@testable import Statecharts

/// Examples in the documentation compile, and the recipes of the cookbook work.
@Suite struct DocumentationTests {
    @Test(arguments: ["README.md", "README.zh-CN.md", "docs/language/README.md", "docs/language/README.zh-CN.md"])
    func `an example compiles without a doubt`(file: String) throws {
        let definitions = try Guide(file).yaml
        #expect(!definitions.isEmpty)
        for text in definitions {
            let diagnostics = Definition.compile(text, file: file).diagnostics
            #expect(diagnostics.isEmpty, "\(diagnostics.map { $0.rendered(in: text) })")
        }
    }

    @Test(arguments: GuideTests.languages) func `every recipe of the cookbook works`(language: String) throws {
        var machines: [String: Machine] = [:]
        var scenarios = 0
        for text in try Guide(page: "cookbook", language: language).yaml {
            guard text.contains("\nsteps:") else {
                let (chart, diagnostics) = Definition.compile(text, file: "cookbook")
                #expect(diagnostics.isEmpty, "\(diagnostics.map { $0.rendered(in: text) })")
                if let chart { machines[chart.workflow] = Machine(chart) }
                continue
            }
            let scenario = try Scenario(try #require(Syntax.read(text)).value)
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
}
