import CEL
import Testing
import Values

extension ConformanceCase {
    private var isChecked: Bool { self.content["disable_check"]?.bool != true }

    private var declarations: Declarations {
        var variables: [String: ValueType] = [:]
        for entry in self.content["bindings"]?.map?.entries ?? [] { variables[entry.key.text] = .dyn }
        for entry in self.content["types"]?.map?.entries ?? [] {
            variables[entry.key.text] = Self.type(entry.value.string ?? "")
        }
        return Declarations(variables: variables)
    }

    /// `list(map(string, dyn))`
    private static func type(_ text: String) -> ValueType {
        let scalars: [String: ValueType] = [
            "bool": .bool, "int": .int, "uint": .uint, "double": .double, "string": .string, "bytes": .bytes,
            "null": .null, "null_type": .null, "timestamp": .timestamp, "duration": .duration, "type": .type,
        ]
        if let scalar = scalars[text.lowercased()] { return scalar }
        guard let open = text.firstIndex(of: "("), text.hasSuffix(")") else { return .dyn }
        let inner = text[text.index(after: open)...].dropLast()
        switch text[..<open] {
        case "list": return .list(of: Self.type(String(inner)))
        case "map":
            guard let comma = inner.firstIndex(of: ",") else { return .map }
            let value = inner[inner.index(after: comma)...].drop { $0 == " " }
            return .map(of: Self.type(String(value)), keys: Self.type(String(inner[..<comma])).kinds)
        default: return .dyn
        }
    }

    /// nil: what the types say is what comes out.
    func typingFailure() -> String? {
        let source = self.content["expr"]?.string ?? ""
        let options = self.typingOptions
        guard self.isChecked, let typing = try? Typing(source, self.declarations, options: options) else { return nil }
        let result: Result<Value, any Error> = Result {
            try Program(source, options: options).evaluate(self.typingVariables)
        }
        switch result {
        case .success(let value):
            if let mistake = typing.diagnostics.first { return "mistake: \(mistake)" }
            return typing.type.contains(value) ? nil : "\(value) is no \(typing.type)"
        case .failure(let error as EvaluationError) where error.code == .noSuchOverload:
            return typing.isCertain ? "certain, but \(error)" : nil
        case .failure: return nil
        }
    }

    private var typingOptions: Options {
        var options = Options()
        options.container = self.content["container"]?.string ?? ""
        options.macros = self.content["disable_macros"]?.bool != true
        return options
    }

    private var typingVariables: Variables {
        var values: [String: Value] = [:]
        for entry in self.content["bindings"]?.map?.entries ?? [] {
            values[entry.key.text] = TaggedValue(json: entry.value)?.value
        }
        return Variables(values)
    }
}

extension ValueMap.Key {
    fileprivate var text: String {
        guard case .string(let text) = self else { return "" }
        return text
    }
}

@Suite struct TypingConformanceTests {
    @Test(.enabled(if: ConformanceData.cases != nil, "set CONFORMANCE_DIR to the folder of cel.jsonl"))
    func `what has a value has a type, and the value is of it`() throws {
        for test in try #require(ConformanceData.cases) {
            if let failure = test.typingFailure() {
                Issue.record("\(test.name): \(test.content["expr"]?.string ?? "") gave \(failure)")
            }
        }
    }
}
