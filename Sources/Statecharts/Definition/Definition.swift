/// Reads workflow definitions.
public enum Definition {
    /// Compiles YAML or JSON text. The diagnostics come in source order; the chart is nil when one of them is an error.
    ///
    /// Every mistake is reported, not only the first. `file` is repeated in the diagnostics. Names of what is outside the
    /// text are checked as far as the catalog knows.
    public static func compile(
        _ text: String, file: String, beside catalog: Catalog = Catalog()
    ) -> (chart: Chart?, diagnostics: [Diagnostic]) {
        var reader = DefinitionReader(text, file: file)
        let root = reader.read()
        guard let root else { return (nil, reader.diagnostics.sorted { $0.position < $1.position }) }
        var compiler = Compiler(source: reader.source, file: file, catalog: catalog)
        compiler.diagnostics = reader.diagnostics
        var chart = compiler.compile(root)
        chart?.source = text
        let diagnostics = compiler.sortedDiagnostics()
        return (diagnostics.contains { $0.severity == .error } ? nil : chart, diagnostics)
    }
}

/// Limits of a definition, by name: past one the definition is refused.
public struct DefinitionLimits: Sendable {
    /// UTF-8 bytes of the text.
    public static let bytes = 1024 * 1024
    /// Nesting of the text's maps and lists.
    public static let textDepth = 128
    /// Maps, lists and scalars after aliases are expanded.
    public static let nodes = 200_000
    public static let states = 2_000
    /// Nesting of states.
    public static let stateDepth = 32
    public static let transitions = 20_000
    /// Of one `due`.
    public static let reminders = 100
    /// Of one reminder.
    public static let repetitions = 1_000
    /// Actions after named ones are put in place.
    public static let actions = 20_000
    /// Entries of `let`, `delays`, `actions` and `actors`, each.
    public static let declarations = 1_000
    /// `${ }` in one text.
    public static let textParts = 200
    /// Names of `let` within names of `let`.
    public static let letDepth = 32
    /// Of one delay, those of named delays in it included.
    public static let delayTerms = 20
    /// Invocations of all states.
    public static let invocations = 2_000
    /// Instructions of the patterns in all schemas, each pattern counted as in its schema.
    public static let patterns = 1_000_000
    /// UTF-8 bytes of a state's key, an id or an event's name.
    public static let nameBytes = 256
    /// Sets of states that can be active together, which `validate` looks at.
    public static let configurations = 4_096
    /// Ways in which the regions of one configuration answer one event.
    public static let choices = 64
    /// States that are asked what they do, in all, while `validate` looks at configurations.
    public static let exploration = 20_000_000
    /// Facts of one guard, in all its alternatives, that are compared.
    public static let facts = 1_000
    /// Facts compared with facts, in all guards.
    public static let guardWork = 5_000_000
    /// Names of members for which a similar one is looked for.
    public static let guesses = 500
    /// Alternatives of one guard that are compared.
    public static let alternatives = 64
    /// Transitions of one state whose guards are compared with each other.
    public static let comparedGuards = 200
    /// Different roles that are compared with each other.
    public static let comparedRoles = 200
    /// States whose names begin alike that are compared with one word.
    public static let comparedNames = 50
    /// States of one key that are compared with each other: fewer say nothing.
    public static let twins = 4
    /// Keys that the YAML parser finds twice in one map, of which the places are reported.
    public static let repeatedKeys = 20
    /// Mistakes, and doubts, reported for one text.
    public static let diagnostics = 500
}
