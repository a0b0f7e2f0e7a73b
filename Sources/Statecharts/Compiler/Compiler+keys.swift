extension Compiler {
    /// The keys of each map, as the language's tables have them.
    enum Keys {
        static let rootOnly = [
            "workflow", "calendar", "schema", "context", "key", "search", "events", "access", "let", "delays",
            "actions",
            "actors", "onSuspend",
        ]
        static let stateParts = [
            "type", "title", "description", "initial", "states", "on", "always", "after", "entry", "exit", "invoke",
            "onDone", "output", "tags", "meta", "id",
        ]
        static let root = Self.rootOnly + Self.stateParts + ["due", "remind", "onDue", "roll"]
        static let state =
            Self.stateParts + ["history", "target", "keep", "renamedFrom", "due", "remind", "onDue", "roll"]
        static let transition = ["target", "guard", "actions", "reenter", "description"]
        static let reminder = ["before", "after", "to", "subject", "body", "channels", "actions", "repeat"]
        static let initial = ["target", "actions"]
        static let event = ["title", "description", "schema", "for", "confirm"]
        static let access = ["start", "read", "admin"]
        static let people = ["roles", "users", "starter", "assignee"]

        static let invoke = ["id", "src", "input", "onDone", "onError", "timeout", "forEach"]
        static let human =
            Self.invoke + [
                "title", "candidates", "assignee", "form", "outcomes", "votes", "distinctFrom", "priority", "due",
                "remind",
                "onDue", "roll",
            ]
        static let job = Self.invoke + ["retry", "lease", "priority"]
        static let worker = Self.job + ["topic"]
        static let child = Self.invoke + ["workflow", "version", "key", "detached"]
        static let votes = ["of", "need", "quorum", "close", "veto", "order"]
        static let veto = ["by", "outcome"]
        static let loop = ["in", "as", "index", "concurrency", "order", "need"]
        static let retry = ["attempts", "first", "factor", "max", "jitter"]

        /// Keys of built-in topics.
        static let topics: [(name: String, keys: [String])] = [
            ("http", ["method", "url", "headers", "body", "expect"]),
            ("email", ["to", "subject", "body"]),
            ("im", ["to", "subject", "body"]),
            ("report", ["report"]),
            ("sequence", ["series"]),
        ]

        static let conditional = ["if", "actions", "else"]
        static let actions: [(name: String, keys: [String])] = [
            ("assign", []),
            ("raise", ["event", "data", "delay", "id"]),
            ("send", ["to", "event", "data", "delay", "id", "ttl"]),
            ("cancel", []),
            ("notify", ["to", "subject", "body", "channels", "link"]),
            ("emit", ["type", "data"]),
            ("log", ["message", "level"]),
            ("forEach", ["in", "as", "index", "actions"]),
        ]

        /// Names of other dialects.
        static let elsewhere = [
            "cond": "guard", "condition": "guard", "onEntry": "entry", "onExit": "exit", "onentry": "entry",
            "onexit": "exit", "action": "actions", "transitions": "on", "eventless": "always", "name": "id",
            "timers": "after", "then": "actions", "assignees": "candidates",
        ]
    }
}
