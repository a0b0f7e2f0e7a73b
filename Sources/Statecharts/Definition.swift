/// Reads workflow definitions.
public enum Definition {
    /// Compiles YAML or JSON text. The diagnostics come in source order; the chart is nil when one of them is an error.
    ///
    /// Every mistake is reported, not only the first. `file` is repeated in the diagnostics.
    public static func compile(_ text: String, file: String) -> (chart: Chart?, diagnostics: [Diagnostic]) { (nil, []) }
}

/// A mistake or a doubt in a definition.
public struct Diagnostic: Sendable, Hashable {
    public enum Severity: String, Sendable { case error, warning, note }
    public var severity: Severity
    /// Kebab case: `unknown-key`, `unknown-target`, `expression-syntax`.
    public var code: String
    public var message: String
    public var hint: String?
    public var file: String
    public var position: Position
    /// Where in the structure: `states.review.on`.
    public var path: String
}
