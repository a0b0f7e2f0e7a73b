import ArgumentParser
import Foundation
import Statecharts
import Values

struct DiagramCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diagram", abstract: "Draw a definition as SVG, Mermaid or DOT.",
        discussion: """
            SVG is drawn by Graphviz's dot where that is on the PATH, else by a layout of our own; --layout chooses.

            Examples: silian diagram workflows/achievement/workflow.yaml --format svg --output achievement.svg;
            silian diagram achievement --instance 0198…; silian diagram order.yaml --format dot --language zh
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case mermaid, svg, dot }
    enum Layout: String, ExpressibleByArgument, CaseIterable { case auto, dot, builtin }

    @Argument(help: "A definition file, or the name of a deployed workflow.") var source: String
    @Option(help: "Output format.") var format = Format.mermaid
    @Option(help: "Who lays out SVG.") var layout = Layout.auto
    @Option(help: ArgumentHelp("Language of titles (default: that of --lang).", valueName: "tag")) var language: String?
    @Option(parsing: .upToNextOption, help: ArgumentHelp("Mark these states as active.", valueName: "path"))
    var active: [String] = []
    @Option(help: "Mark the active states of this instance; of a deployed workflow its version is drawn.") var instance:
        String?
    @Option(name: [.short, .long], help: ArgumentHelp("Write to a file instead of the terminal.", valueName: "file"))
    var output: String?
    @OptionGroup var client: ClientOptions

    func run() async throws {
        let api = self.client.client()
        var active = Set(self.active)
        var version = ""
        let isFile = FileManager.default.fileExists(atPath: self.source)
        if let instance {
            let view = try await api.get("/api/instances/\(APIClient.segment(instance))")
            active.formUnion((view["states"]?.list ?? []).compactMap(\.string))
            let workflow = view["workflow"]?.string ?? ""
            guard isFile || workflow == self.source else {
                throw Failure.usage("\(instance) is an instance of \(workflow), not of \(self.source).")
            }
            version = (view["version"]?.int).map { "/versions/\($0)" } ?? ""
        }
        let chart: Chart
        if isFile {
            chart = try LocalDefinition.chart(self.source, self.client.output.language)
        } else {
            let view = try await api.get("/api/workflows/\(APIClient.segment(self.source))\(version)")
            guard let compiled = Definition.compile(view["source"]?.string ?? "", file: self.source).chart else {
                throw Failure.refused(
                    "The deployed definition of \(self.source) does not compile with this version of silian.")
            }
            chart = compiled
        }
        for path in self.active.sorted() where chart.statePaths[path] == nil {
            throw Failure.usage("There is no state \(path) in \(chart.workflow).")
        }
        try await OutputFile.write(self.draw(chart, active), to: self.output)
    }

    private func draw(_ chart: Chart, _ active: Set<String>) async throws -> String {
        let language = self.language ?? self.client.output.language.rawValue
        let dot = Graphviz(language: language, active: active).draw(chart)
        switch self.format {
        case .mermaid: return Mermaid(language: language, active: active).draw(chart)
        case .dot: return dot
        case .svg:
            if self.layout != .builtin, let program = GraphvizProgram.find() { return try await program.svg(dot) }
            guard self.layout != .dot else { throw Failure.refused("There is no program dot on the PATH.") }
            return SVG(language: language, active: active).draw(chart)
        }
    }
}
