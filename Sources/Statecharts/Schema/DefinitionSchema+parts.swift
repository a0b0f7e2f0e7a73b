import Values

// Maps that states and tasks share.
extension DefinitionSchema {
    static let parts: Shapes = [
        "outcome": Self.nullable(
            Self.map("An outcome.", ["title"], ["title": Self.reference("text", "The button's text.")])),
        "recipients": Self.any([
            Self.reference("text"), Self.list(of: Self.reference("text"), "Addresses."), Self.reference("people"),
        ]),
        "reminders": Self.oneOrMany(
            Self.map("A reminder.", Self.reminder.keys.sorted(), Self.reminder), "Reminders."),
        "votes": Self.map("How several people decide.", Keys.votes, Self.votes),
        "many": Self.map(
            "Over a list that is evaluated once, at the start.", Keys.loop, Self.many,
            required: ["in", "as"]),
    ]

    private static let reminder: Shapes = [
        "before": Self.reference("delay", "So long before the due date."),
        "after": Self.reference("delay", "So long after the due date."),
        "to": Self.reference("people", "Who gets it; default: who has the task, else its candidates."),
        "subject": Self.reference("text", "The subject."),
        "body": Self.reference("text", "The message."),
        "channels": Self.reference("literals", "How it is sent."),
        "actions": Self.reference("actions", "What is done besides."),
        "repeat": Self.map(
            "Again and again.", ["every", "times"],
            [
                "every": Self.reference("delay", "Between two of them."),
                "times": Self.integer(1...1_000, "How often more."),
            ], required: ["every", "times"]),
    ]

    private static let votes: Shapes = [
        "of": Self.reference("expression", "How many vote."),
        "need": Self.reference("expression", "How many an outcome needs; sees `n` and `cast`."),
        "quorum": Self.reference("expression", "How many must vote; sees `n` and `cast`."),
        "close": Self.words(["early", "due", "all"], "When it ends; default: as soon as it is decided."),
        "veto": Self.map(
            "Whose outcome ends it at once.", Keys.veto,
            [
                "by": Self.reference("people", "Who may."),
                "outcome": Self.reference("literal", "The outcome."),
            ], required: ["by", "outcome"]),
        "order": Self.words(["parallel", "sequential"], "All at once, or one after the other."),
    ]

    private static let many: Shapes = [
        "in": Self.reference("data", "CEL giving the list."),
        "as": Self.reference("name", "The element's name in expressions."),
        "index": Self.reference("name", "The index's name in expressions."),
        "concurrency": Self.integer(1...1_000, "How many at once."),
        "order": Self.words(["parallel", "sequential"], "All at once, or one after the other."),
        "need": Self.reference("expression", "How many must be done; default: all."),
    ]
}
