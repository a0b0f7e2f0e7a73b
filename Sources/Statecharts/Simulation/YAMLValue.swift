public import Values

/// Reads data that people write: scripts, scenarios, calendars. The same YAML profile as definitions.
public enum YAMLValue {
    /// nil when a diagnostic is an error.
    public static func parse(_ text: String, file: String) -> (value: Value?, diagnostics: [Diagnostic]) {
        var reader = DefinitionReader(text, file: file)
        let root = reader.read()
        let isBroken = reader.diagnostics.contains { $0.severity == .error }
        return (isBroken ? nil : root?.value, reader.diagnostics)
    }
}
