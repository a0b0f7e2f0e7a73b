import ArgumentParser
import Foundation
import Statecharts
import Values

struct DiagramCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diagram", abstract: "Draw a definition as a Mermaid state diagram.",
        discussion:
            "Examples: silian diagram workflows/achievement/workflow.yaml; silian diagram achievement --instance 0198…")

    enum Format: String, ExpressibleByArgument, CaseIterable { case mermaid }

    @Argument(help: "A definition file, or the name of a deployed workflow.") var source: String
    @Option(help: "Output format.") var format = Format.mermaid
    @Option(help: "Mark the active states of this instance.") var instance: String?
    @OptionGroup var client: ClientOptions

    func run() async throws {
        let api = self.client.client()
        var active: Set<String> = []
        if let instance {
            let view = try await api.get("/api/instances/\(APIClient.segment(instance))")
            active = Set((view["states"]?.list ?? []).compactMap(\.string))
        }
        let chart: Chart
        if FileManager.default.fileExists(atPath: self.source) {
            chart = try LocalDefinition.chart(self.source)
        } else {
            let view = try await api.get("/api/workflows/\(APIClient.segment(self.source))")
            guard let compiled = Definition.compile(view["source"]?.string ?? "", file: self.source).chart else {
                throw Failure.refused(
                    "The deployed definition of \(self.source) does not compile with this version of silian.")
            }
            chart = compiled
        }
        Console.out(Mermaid(language: self.client.output.language.rawValue, active: active).draw(chart))
    }
}
