import Statecharts
import Testing
import Values

@Suite(.enabled(if: ConformanceData.isPresent, "the conformance data is not here"))
struct CompilerConformanceTests {
    @Test(arguments: ["statecharts.json", "charts.json"])
    func `every conformance chart compiles in our language`(file: String) throws {
        let cases = ConformanceData.cases(file)
        #expect(cases.count > 20)
        for item in cases {
            let name = item["name"]?.string ?? "?"
            let chart = try ConformanceChart(item["chart"] ?? .null, name: name)
            for definition in [chart] + chart.children {
                let (compiled, diagnostics) = Definition.compile(definition.definition, file: name)
                let errors = diagnostics.filter { $0.severity == .error }
                #expect(errors.isEmpty, "\(name): \(errors.map(\.message))\n\(definition.definition)")
                #expect(compiled == nil || compiled?.states.count == definition.paths.count + 1)
            }
        }
    }
}
