public import Values

extension Definition {
    /// Reads YAML or JSON text as plain data, under the same profile as definitions (scenario files, calendars, scripts).
    public static func data(_ text: String, file: String) -> (value: Value?, diagnostics: [Diagnostic]) {
        var reader = DefinitionReader(text, file: file)
        let root = reader.read()
        return (reader.diagnostics.contains { $0.severity == .error } ? nil : root?.value, reader.diagnostics)
    }
}
