public import Values

/// What moving an instance to another version would do, or why it cannot be done.
public struct MigrationPlan: Sendable, Hashable {
    public var from: Int
    public var to: Int
    /// Of each state that is active, ancestors included, in document order: where it is.
    public var moves: [Move] = []
    /// States that become active with their entry actions, timers and work: regions that are new, and new states around
    /// mapped ones. In document order.
    public var entered: [String] = []
    /// Active atomic states afterwards, with all that follows at once; those of now when the plan has errors.
    public var active: [String]
    /// Timers, tasks, jobs and children.
    public var parts: [Part] = []
    /// Members of the context that the new version adds with its defaults.
    public var addedContext: [String] = []
    /// In the order in which they were found.
    public var findings: [Finding] = []

    public init(from: Int, to: Int, active: [String]) {
        self.from = from
        self.to = to
        self.active = active
    }

    /// Without errors: it can be carried out.
    public var isPossible: Bool { !self.findings.contains { $0.severity == .error } }

    /// An active state.
    public struct Move: Sendable, Hashable {
        public enum Reason: String, Sendable {
            /// It has the same path, or lies at the same place of a state that moved.
            case path
            case renamed
            case map
        }

        public var from: String
        /// nil: it is not in the new version, or it ends here.
        public var to: String?
        public var reason: Reason

        public init(from: String, to: String?, reason: Reason) {
            self.from = from
            self.to = to
            self.reason = reason
        }
    }

    /// A timer, a task, a job or a child.
    public struct Part: Sendable, Hashable {
        public enum Kind: String, Sendable { case timer, task, job, child }
        public enum Fate: String, Sendable {
            /// A timer with the time that remains, other work as it stands.
            case kept
            case cancelled
            case started
        }

        public var kind: Kind
        public var fate: Fate
        public var id: String
        /// A timer's event; an invocation's name, the new one unless it is cancelled.
        public var name: String
        /// The new path unless it is cancelled; nil: it belongs to the instance.
        public var state: String?
        /// Of a timer.
        public var due: Timestamp?
        /// What of an open task is another now: `form`, `outcomes`, `title`, `candidates`, `votes`.
        public var changes: [String] = []
    }

    /// Why it cannot be done, or what should be looked at.
    public struct Finding: Sendable, Hashable {
        public enum Severity: String, Sendable { case error, warning }
        public var severity: Severity
        /// Kebab case: `unmapped-state`, `context-schema`.
        public var code: String
        /// The state, timer or member of the context that it is about.
        public var subject: String
        public var en: String
        public var zh: String

        public init(severity: Severity, code: String, subject: String, en: String, zh: String) {
            self.severity = severity
            self.code = code
            self.subject = subject
            self.en = en
            self.zh = zh
        }
    }
}

extension MigrationPlan {
    /// As files and the HTTP interface have it.
    public var encoded: Value {
        var map = ValueMap()
        map["from"] = .int(Int64(self.from))
        map["to"] = .int(Int64(self.to))
        map["possible"] = .bool(self.isPossible)
        map["moves"] = .list(
            self.moves.map { move in
                ["from": .string(move.from), "to": .optionalString(move.to), "reason": .string(move.reason.rawValue)]
            })
        map["entered"] = .list(self.entered.map { .string($0) })
        map["states"] = .list(self.active.map { .string($0) })
        map["parts"] = .list(self.parts.map(\.encoded))
        map["addedContext"] = .list(self.addedContext.map { .string($0) })
        map["findings"] = .list(self.findings.map(\.encoded))
        return .map(map)
    }
}

extension MigrationPlan.Part {
    fileprivate var encoded: Value {
        var map = ValueMap()
        map["kind"] = .string(self.kind.rawValue)
        map["fate"] = .string(self.fate.rawValue)
        map["id"] = .string(self.id)
        map["name"] = .string(self.name)
        if let state = self.state { map["state"] = .string(state) }
        if let due = self.due { map["due"] = (try? Value.timestamp(due).asJSON()) ?? .null }
        if !self.changes.isEmpty { map["changes"] = .list(self.changes.map { .string($0) }) }
        return .map(map)
    }
}

extension MigrationPlan.Finding {
    fileprivate var encoded: Value {
        [
            "severity": .string(self.severity.rawValue), "code": .string(self.code), "subject": .string(self.subject),
            "title": ["en": .string(self.en), "zh": .string(self.zh)],
        ]
    }
}
