import ArgumentParser
import Statecharts
import Values

struct ValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Check definitions without deploying them.",
        discussion: """
            Example: silian validate workflows. Exit code 1 when a definition has an error.
            Of several definitions, what they invoke and send is checked against each other.
            """)

    @Argument(help: "Definition files, or folders that are searched for workflow.yaml.") var paths: [String]
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let files = try DefinitionFiles.find(self.paths)
        var errors = 0
        var warnings = 0
        let texts = try files.map { (file: $0, text: try DefinitionFiles.text($0)) }
        let catalog = Catalog(texts.compactMap { Definition.compile($0.text, file: $0.file).chart })
        var charts: [Chart] = []
        for (file, text) in texts {
            let (chart, diagnostics) = Definition.compile(text, file: file, beside: catalog)
            if let chart { charts.append(chart) }
            errors += diagnostics.count { $0.severity == .error }
            warnings += diagnostics.count { $0.severity == .warning }
            for diagnostic in diagnostics {
                if self.output.json {
                    try Console.json(diagnostic.json(in: self.output.language))
                } else {
                    try Console.out(diagnostic.rendered(in: text, language: self.output.language.rawValue) + "\n")
                }
            }
        }
        if !self.output.json {
            try Console.out("\(files.count) definition(s): \(errors) error(s), \(warnings) warning(s).")
            let isClosed = charts.count == files.count && charts.allSatisfy { $0.strangers(to: catalog).isEmpty }
            try Console.out(
                "Roles\(isClosed ? " and calendars" : ", calendars and other workflows") are checked when it is deployed."
            )
        }
        if errors > 0 { throw ExitCode(1) }
    }
}

extension Diagnostic {
    /// As `--json` prints it.
    func json(in language: Language) -> Value {
        var map = ValueMap()
        map["severity"] = .string(self.severity.rawValue)
        map["code"] = .string(self.code)
        let message = self.message(in: language.rawValue)
        map["message"] = .string(message ?? self.message.english)
        map["summary"] = message == nil ? self.summary(in: language.rawValue).map { .string($0) } : nil
        map["hint"] = self.hint(in: language.rawValue).map { .string($0) }
        map["file"] = .string(self.file)
        map["line"] = .int(Int64(self.position.line))
        map["column"] = .int(Int64(self.position.column))
        map["path"] = .string(self.path)
        return .map(map)
    }
}

/// Definitions for commands that need a chart: a mistake ends the command.
enum LocalDefinition {
    static func chart(_ file: String, _ language: Language) throws -> Chart {
        let text = try DefinitionFiles.text(file)
        let (chart, diagnostics) = Definition.compile(text, file: file)
        guard let chart else {
            let errors = diagnostics.filter { $0.severity == .error }.map {
                $0.rendered(in: text, language: language.rawValue)
            }
            throw Failure.refused(errors.joined(separator: "\n\n"))
        }
        return chart
    }
}
