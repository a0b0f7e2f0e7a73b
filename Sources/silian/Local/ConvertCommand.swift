import ArgumentParser
import Foundation
import Statecharts

struct ConvertCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert", abstract: "Translate definitions from and to XState v5 JSON and SCXML.",
        discussion: """
            What the other language keeps in program code becomes a placeholder; standard error says where.

            Examples: silian convert machine.json --from xstate --output order.yaml;
            silian convert order.yaml --to scxml; silian convert door.scxml --to xstate
            """)

    enum Language: String, ExpressibleByArgument, CaseIterable {
        case silian, xstate, scxml

        var format: Conversion.Format {
            switch self {
            case .silian: .silian
            case .xstate: .xstate
            case .scxml: .scxml
            }
        }
    }

    @Argument(help: "The file to translate.") var file: String
    @Option(help: "Its language (default: by its ending, .json that is no definition of ours is XState's).")
    var from: Language?
    @Option(help: "The language to translate to.") var to = Language.silian
    @Option(name: [.short, .long], help: ArgumentHelp("Write to a file instead of the terminal.", valueName: "file"))
    var output: String?
    @OptionGroup var chosen: LanguageOption

    func run() async throws {
        let text = try DefinitionFiles.text(self.file)
        let source = self.from ?? Self.language(of: text, in: self.file)
        let (imported, diagnostics) = Conversion.read(text, from: source.format, file: self.file)
        for diagnostic in diagnostics { Console.error(self.rendered(diagnostic, in: text)) }
        guard let imported else { throw Failure.refused("\(self.file) was not translated.") }
        guard self.to != .silian else {
            try self.write(imported)
            if source != .silian { try self.check(imported) }
            return
        }
        // Our own text stays as it is: the translation knows its order and its lines.
        let definition = source == .silian ? text : imported.yaml
        let (chart, mistakes) = Definition.compile(definition, file: self.file)
        guard let chart else {
            let errors = mistakes.filter { $0.severity == .error }.map { self.rendered($0, in: definition) }
            throw Failure.refused(errors.joined(separator: "\n\n"))
        }
        let (written, doubts) = Conversion.write(chart, as: self.to.format)
        for doubt in doubts { Console.error(self.rendered(doubt, in: definition)) }
        try OutputFile.write(written, to: self.output)
    }

    /// A definition that does not compile is a defect of the translation; it can be corrected by hand all the same.
    private func check(_ imported: Conversion.Imported) throws {
        var count = 0
        for definition in [imported] + imported.children {
            let mistakes = definition.mistakes
            count += mistakes.count
            for mistake in mistakes { Console.error(self.rendered(mistake, in: definition.yaml)) }
        }
        guard count > 0 else { return }
        let mistakes = count == 1 ? "a mistake" : "\(count) mistakes"
        throw Failure.refused(
            "The definition made of \(self.file) has \(mistakes); please report this, and correct it.")
    }

    private func rendered(_ diagnostic: Diagnostic, in text: String) -> String {
        diagnostic.rendered(in: text, language: self.chosen.language.rawValue)
    }

    /// Charts inside of others become files beside the first one.
    private func write(_ imported: Conversion.Imported) throws {
        try OutputFile.write(imported.yaml, to: self.output)
        for child in imported.children {
            guard let output, output != "-" else {
                Console.error("silian: the inner chart \(child.workflow) is only written with --output.")
                continue
            }
            let folder = (output as NSString).deletingLastPathComponent
            let file = (folder as NSString).appendingPathComponent("\(child.workflow).yaml")
            try OutputFile.write(child.yaml, to: file)
            Console.error("silian: the inner chart \(child.workflow) is in \(file).")
        }
    }

    private static func language(of text: String, in file: String) -> Language {
        if file.hasSuffix(".scxml") || file.hasSuffix(".xml") { return .scxml }
        guard file.hasSuffix(".json") else { return .silian }
        return text.contains("\"workflow\"") ? .silian : .xstate
    }
}
