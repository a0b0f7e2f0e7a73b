import ArgumentParser
import CEL
import Foundation
import Values

struct EvalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval", abstract: "Evaluate a CEL expression.",
        discussion: """
            Examples:
              silian eval '1 + 2'
              silian eval 'context.trl >= 4' --data '{"context": {"trl": 5}}'
              silian eval --json < cases.jsonl    lines {"expr", "bindings"?} → {"value"} or {"error"}
            """)

    @Argument(help: "The expression.") var expression: String?
    @Option(help: "Variables, a JSON object: text, @file, or -.") var data: String?
    @Flag(help: "Print tagged JSON; without an expression, answer lines from standard input.") var json = false

    func run() async throws {
        guard let expression else {
            guard self.json else { throw ValidationError("Give an expression, or --json and lines on standard input.") }
            while let line = readLine(), !line.isEmpty { try Console.json(Self.answer(line)) }
            return
        }
        let variables = try JSONArgument.parse(self.data, option: "--data")
        guard variables.isNull || variables.map != nil else {
            throw Failure.usage("--data is a JSON object of variables.")
        }
        let values = (variables.map?.entries ?? []).compactMap { entry -> (String, Value)? in
            guard case .string(let name) = entry.key else { return nil }
            return (name, entry.value)
        }
        let result = Self.evaluate(expression, Dictionary(values) { $1 }, Options())
        if self.json { try Console.json(result.tagged) }
        switch result {
        case .value(let value):
            if !self.json { try Console.out((try? value.asJSON().json) ?? "\(value)") }
        case .failure(let message, let offset):
            if !self.json {
                Console.error("error: \(message)")
                if let offset { Console.error(excerpt(of: expression, at: offset)) }
            }
            throw ExitCode(1)
        }
    }

    enum Result {
        case value(Value)
        case failure(String, offset: Int?)

        var tagged: Value {
            switch self {
            case .value(let value): ["value": TaggedValue(value).json]
            case .failure(let message, let offset?): ["error": .string(message), "position": .int(Int64(offset))]
            case .failure(let message, nil): ["error": .string(message)]
            }
        }
    }

    private static func evaluate(_ source: String, _ variables: [String: Value], _ options: Options) -> Result {
        do throws(CompileError) {
            let program = try Program(source, options: options)
            do throws(EvaluationError) {
                return .value(try program.evaluate(Variables(variables)))
            } catch {
                return .failure(error.message, offset: error.offset)
            }
        } catch {
            return .failure(error.message.english, offset: error.offset)
        }
    }

    /// One line of the batch form.
    private static func answer(_ line: String) -> Value {
        do {
            let request = try Value(json: line)
            guard let source = request["expr"]?.string else { return ["error": "the line has no expr"] }
            var options = Options()
            options.container = request["container"]?.string ?? ""
            options.macros = request["disableMacros"]?.bool != true
            var variables: [String: Value] = [:]
            for entry in request["bindings"]?.map?.entries ?? [] {
                guard case .string(let name) = entry.key else { continue }
                guard let tagged = TaggedValue(json: entry.value) else {
                    return ["error": .string("binding \(name) is not a tagged value")]
                }
                variables[name] = tagged.value
            }
            return Self.evaluate(source, variables, options).tagged
        } catch {
            return ["error": .string("not a request: \(error)")]
        }
    }
}
