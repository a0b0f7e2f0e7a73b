import Testing
import Values

@testable import Statecharts

/// A reader who follows the tutorial: a workflow that grows, scenarios that have to hold, and what the commands print.
struct Course {
    let language: String
    /// The workflow that grows, `poc`.
    private(set) var definition: Syntax?
    private(set) var machine: Machine?
    /// Definitions that stand alone.
    private(set) var others: [String: Chart] = [:]
    /// By title.
    private(set) var scenarios: [String: Scenario] = [:]
    private(set) var steps = 0
    private(set) var drawings = 0
    private(set) var lines = 0
    private(set) var mistakes = 0
    /// What is printed at the end is what the steps made.
    private(set) var isWhole = false
    private var unseen: [String] = []

    init(language: String) { self.language = language }

    mutating func take(_ block: Guide.Block) throws {
        switch block.language {
        case "yaml": try self.takeYAML(block.text)
        case "console": try self.takeConsole(block.text)
        case "mermaid":
            let chart = try #require(self.machine).chart
            #expect(Mermaid(language: self.language).draw(chart) == block.text + "\n")
            self.drawings += 1
        default: Issue.record("a block of \(block.language)")
        }
    }

    mutating func takeYAML(_ text: String) throws {
        let syntax = try #require(Syntax.read(text))
        if syntax["steps"] != nil { return try self.takeScenario(syntax.value) }
        switch syntax["workflow"]?.string {
        case "poc" where self.definition != nil:
            try self.checkScenarios()
            self.isWhole = syntax.value == self.definition?.value
            #expect(Definition.compile(text, file: "poc").diagnostics == [])
        case nil, "poc"?:
            try self.checkScenarios()
            let grown = self.definition?.merged(with: syntax) ?? syntax
            let (chart, diagnostics) = Definition.compile(grown.ordered.json, file: "poc/workflow.yaml")
            #expect(diagnostics == [])
            self.definition = grown
            self.machine = Machine(try #require(chart))
            self.steps += 1
        case let name?:
            let (chart, diagnostics) = Definition.compile(text, file: "\(name).yaml")
            // Mistakes are there to be shown.
            self.unseen += diagnostics.map { $0.rendered(in: text, language: self.language) }
            self.others[name] = chart
        }
    }

    private mutating func takeScenario(_ value: Value) throws {
        let scenario = try Scenario(value)
        self.scenarios[try #require(scenario.title["en"])] = scenario
    }

    /// When a step, or the page, ends.
    func checkScenarios() throws {
        for (title, scenario) in self.scenarios {
            let chart = self.others.first { scenario.workflow == $0.key }?.value
            let machine = try #require(chart.map { Machine($0) } ?? self.machine)
            let children = self.others.filter { child in scenario.children.contains { $0.contains(child.key) } }
            var simulation = Simulation(machine, children: children.values.map { Machine($0) }, now: scenario.now)
            _ = simulation.run(scenario.script, data: scenario.startData, by: scenario.startedBy)
            #expect(simulation.differences == [], "\(title)")
        }
    }

    /// Mistakes, and lines of a simulation, are as the program prints them.
    private mutating func takeConsole(_ text: String) throws {
        for mistake in self.unseen {
            #expect(text.contains(mistake), "\(mistake)")
            self.mistakes += 1
        }
        self.unseen = []
        guard let command = text.firstMatch(of: /^\$ silian simulate .* --script '(.+)'/) else { return }
        let script = try Script(try #require(Syntax.read(String(command.output.1))).value)
        var simulation = Simulation(try #require(self.machine))
        let printed = simulation.run(script).map(\.json)
        #expect(text.split(separator: "\n").dropFirst().map(String.init) == printed)
        self.lines += printed.count
    }
}
