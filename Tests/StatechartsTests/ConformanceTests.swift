import Foundation
import Statecharts
import Testing
import Values

@Suite(.enabled(if: ConformanceData.isPresent, "the conformance data is not here"))
struct ConformanceTests {
    @Test(arguments: ConformanceCase.all)
    func `a chart is in the states that the specification says`(item: ConformanceCase) throws {
        let differences = try item.run()

        if let gap = ConformanceCase.gaps[item.name] {
            #expect(!differences.isEmpty, "\(item.name) passes now: take it out of Gaps.txt (\(gap))")
        } else {
            #expect(differences.isEmpty, "\(item.name): \(differences.joined(separator: "\n"))")
        }
    }

    @Test func `every case is run`() {
        let walks = ConformanceData.cases("charts.json").flatMap { $0["walks"]?.list ?? [] }
        #expect(ConformanceCase.all.count == ConformanceData.cases("statecharts.json").count + walks.count)
        #expect(ConformanceCase.all.count > 119)
    }
}

/// One script over one chart.
struct ConformanceCase: Sendable, CustomTestStringConvertible {
    let name: String
    let chart: Value
    let script: [Value]
    let context: Value

    var testDescription: String { self.name }

    static let all: [ConformanceCase] = {
        let official = ConformanceData.cases("statecharts.json").map { item in
            ConformanceCase(
                name: item["name"]?.string ?? "?", chart: item["chart"] ?? .null, script: item["script"]?.list ?? [],
                context: .null)
        }
        let walks = ConformanceData.cases("charts.json").flatMap { item in
            (item["walks"]?.list ?? []).enumerated().map { number, walk in
                ConformanceCase(
                    name: "\(item["name"]?.string ?? "?") \(number + 1)", chart: item["chart"] ?? .null,
                    script: walk["script"]?.list ?? [], context: walk["context"] ?? .null)
            }
        }
        return official + walks
    }()

    /// Name of a case → why it does not pass yet.
    static let gaps: [String: String] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Gaps.txt")
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        var gaps: [String: String] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let parts = line.split(separator: ":", maxSplits: 1)
            gaps[String(parts[0])] = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
        }
        return gaps
    }()

    /// `through`: what is done to a definition before it is compiled.
    func run(through: (String) throws -> String = { $0 }) throws -> [String] {
        let converted = try ConformanceChart(self.chart, name: self.name)
        var simulation = Simulation(
            try Self.machine(converted, through),
            children: try converted.children.map { try Self.machine($0, through) }, ignoresUnhandledErrors: true)
        var differences: [String] = []
        var line = simulation.start(data: self.context)
        for (number, step) in self.script.enumerated() {
            if let milliseconds = step["after_ms"]?.int {
                line = try self.perform(["advance": .string(Self.delay(milliseconds))], in: &simulation)
            }
            if let event = step["event"] {
                line = try self.perform(["send": event, "data": step["data"] ?? .null], in: &simulation)
            } else if let invocation = step["invoke_done"] {
                line = try self.perform(["complete": invocation, "data": step["data"] ?? .null], in: &simulation)
            } else if let invocation = step["invoke_error"] {
                line = try self.perform(["fail": invocation], in: &simulation)
            }
            let ids = step["expect_configuration"]?.list?.compactMap(\.string) ?? []
            let expected = ids.map { converted.paths[$0] ?? $0 }.sorted()
            let actual = (line["states"]?.list?.compactMap(\.string) ?? []).sorted()
            guard expected != actual else { continue }
            let error = line["error"]?.string.map { " (\($0))" } ?? ""
            differences.append("step \(number + 1) \(step.json): found \(actual)\(error)")
        }
        return differences
    }

    private func perform(_ step: Value, in simulation: inout Simulation) throws -> Value {
        var line = Value.null
        for step in try Script([step]).steps { line = simulation.run(step) ?? .null }
        return line
    }

    private static func machine(_ chart: ConformanceChart, _ through: (String) throws -> String) throws -> Machine {
        let (compiled, diagnostics) = Definition.compile(try through(chart.definition), file: chart.workflow)
        return Machine(try #require(compiled, "\(diagnostics.map(\.message))"))
    }

    private static func delay(_ milliseconds: Int64) -> String {
        let fraction = String(1_000 + milliseconds % 1_000).dropFirst()
        return "PT\(milliseconds / 1_000).\(fraction)S"
    }
}
