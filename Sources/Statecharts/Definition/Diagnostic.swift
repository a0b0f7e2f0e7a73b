public import Values

/// A mistake or a doubt in a definition.
public struct Diagnostic: Sendable, Hashable {
    public enum Severity: String, Sendable { case error, warning, note }
    public var severity: Severity
    /// Kebab case: `unknown-key`, `unknown-target`, `expression-syntax`.
    public var code: String
    public var message: Message
    /// What can be done: what the place suggests, or else what is said of its code.
    public var hint: Message?
    public var file: String
    public var position: Position
    /// Where in the structure: `states.review.on`.
    public var path: String

    public init(
        _ severity: Severity, _ code: String, _ message: Message, hint: Message? = nil, file: String,
        position: Position,
        path: String = ""
    ) {
        self.severity = severity
        self.code = code
        self.message = message
        self.hint = hint ?? Self.advice[code]?.hint
        self.file = file
        self.position = position
        self.path = path
    }
}
