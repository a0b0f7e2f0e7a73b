public import Values

/// A piece of work in people's inboxes; part of the snapshot, so that its verbs are events.
public struct HumanTask: Sendable, Hashable {
    public var title: [String: String] = [:]
    public var candidateRoles: [String] = []
    public var candidateUsers: [String] = []
    public var assignee: String?
    /// The form's JSON Schema as evaluated at the start; nil: no form.
    public var form: Value?
    public var outcomes: [Outcome] = []
    /// Prefills the form.
    public var input: Value = .null
    public var distinctFrom: [String] = []
    public var priority = 0
    public var createdAt: Timestamp

    public init(createdAt: Timestamp) { self.createdAt = createdAt }

    public struct Outcome: Sendable, Hashable {
        public var value: String
        public var title: [String: String]
        public init(value: String, title: [String: String]) {
            self.value = value
            self.title = title
        }
    }
}
