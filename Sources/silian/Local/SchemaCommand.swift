import ArgumentParser
import Statecharts
import Values

struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print the JSON Schema of the definition language, for editors.",
        discussion: """
            A server has it at /schemas/workflow.json. Editors with the YAML language server take it from the first line:
            # yaml-language-server: $schema=http://127.0.0.1:8080/schemas/workflow.json
            """)

    func run() throws { try Console.out(DefinitionSchema.json.prettyJSON) }
}
