import Values

/// JSON on the command line: the text itself, `@file`, or `-` for standard input.
enum JSONArgument {
    static func parse(_ text: String?, option: String) throws -> Value {
        guard let text else { return .null }
        let bytes: [UInt8]
        if text == "-" {
            bytes = Console.readInput()
        } else if text.hasPrefix("@") {
            bytes = try DefinitionFiles.read(String(text.dropFirst()))
        } else {
            bytes = Array(text.utf8)
        }
        do throws(JSONError) {
            return try Value(json: bytes)
        } catch {
            throw Failure.usage(
                "\(option) is not JSON: \(error.message) at byte \(error.offset). Example: \(option) '{\"score\": 80}'")
        }
    }

    /// `a.b=JSON` → path and value; a text that is not JSON is a string.
    static func assignment(_ text: String) throws -> (path: String, value: Value) {
        guard let equals = text.firstIndex(of: "=") else {
            throw Failure.usage("--set wants PATH=JSON, not '\(text)'. Example: --set score=80")
        }
        let right = String(text[text.index(after: equals)...])
        let value = (try? Value(json: right)) ?? .string(right)
        return (String(text[..<equals]), value)
    }
}
