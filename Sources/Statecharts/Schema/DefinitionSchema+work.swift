import Values

// What the keys of actions and invocations hold.
extension DefinitionSchema {
    // MARK: Actions

    static let conditional: Shapes = [
        "if": Self.reference("expression", "CEL, true or false."),
        "actions": Self.reference("actions", "When it is true."),
        "else": Self.reference("actions", "When it is not."),
    ]

    /// Actions without keys of their own.
    static let actions: Shapes = [
        "assign": Self.values(
            of: Self.reference("data"), "Path in the context → CEL; all see the context before this `assign`."),
        "cancel": Self.reference("literal", "The id of a delayed `raise` or `send`."),
    ]

    static let actionTexts: [String: String] = [
        "raise": "An event for this instance: at once, or as a durable timer.",
        "send": "A durable event for another instance, or this one.",
        "notify": "A message to people.",
        "emit": "A CloudEvent for subscribed webhooks.",
        "log": "A line in the server's log.",
        "forEach": "Actions for each element of a list.",
    ]

    static let requiredActionKeys: [String: [String]] = [
        "raise": ["event"], "send": ["to", "event"], "notify": ["to", "subject"], "emit": ["type"],
        "log": ["message"], "forEach": ["in", "as", "actions"],
    ]

    static let actionKeys: [String: Shapes] = [
        "raise": [
            "event": Self.reference("eventName", "The event's name."),
            "data": Self.reference("data", "Its data."),
            "delay": Self.reference("delay", "When; without it at once."),
            "id": Self.reference("literal", "For `cancel`."),
        ],
        "send": [
            "to": Self.reference(
                "data", "`self`, `parent`, `\"#invocation\"`, or CEL giving an instance id or {workflow, key}."),
            "event": Self.reference("eventName", "The event's name."),
            "data": Self.reference("data", "Its data."),
            "delay": Self.reference("delay", "When; without it at once."),
            "id": Self.reference("literal", "For `cancel`."),
            "ttl": Self.reference("delay", "How long it waits for a receiver that does not exist yet."),
        ],
        "notify": [
            "to": Self.reference("people", "Who gets it."),
            "subject": Self.reference("text", "The subject."),
            "body": Self.reference("text", "The message."),
            "channels": Self.reference("literals", "How it is sent; default: as each person chose."),
            "link": Self.reference("text", "Where it leads."),
        ],
        "emit": [
            "type": Self.reference("literal", "The CloudEvent's type."),
            "data": Self.reference("data", "Its data."),
        ],
        "log": [
            "message": Self.reference("text", "The line."),
            "level": Self.words(["debug", "info", "warning", "error"], "Default: `info`."),
        ],
        "forEach": [
            "in": Self.reference("data", "CEL giving a list; a copy of it is gone through."),
            "as": Self.reference("name", "The element's name in expressions."),
            "index": Self.reference("name", "The index's name in expressions."),
            "actions": Self.reference("actions", "For each element."),
        ],
    ]

    // MARK: Invocations

    static let sourceTexts: [String: String] = [
        "human": "A task in people's inboxes.", "worker": "A job on a topic, for in-process or remote workers.",
        "workflow": "A child instance.", "http": "A request that the server makes.", "email": "An e-mail.",
        "im": "An instant message.", "report": "A parameterised report; its rows are `event.data`.",
        "sequence": "The next number of a series, without gaps.",
    ]

    /// Of all sources, where they are not something else there.
    static let invocation: Shapes = Self.everyInvocation.merging(
        Self.invocations.values.reduce(into: [:]) { all, own in
            all.merge(own) { first, _ in first }
        }
    ) { own, _ in own }.merging(Self.ambiguous) { $1 }

    /// Keys that mean different things with different sources, for actors.
    private static let ambiguous: Shapes = [
        "body": ["description": "The message, or CEL of a request's body."],
        "to": Self.reference("recipients", "Who gets it."),
        "title": Self.reference("text", "What people read."),
    ]

    private static let everyInvocation: Shapes = [
        "id": Self.reference("literal", "Its name in `done.invoke.<id>`; default: the state's path."),
        "src": Self.describe(["type": "string", "minLength": 1], "What runs."),
        "input": Self.reference("data", "What it gets; prefills a task's form."),
        "onDone": Self.reference("transitions", "When it is done; `event.data` is the result."),
        "onError": Self.reference("transitions", "When it failed for good."),
        "timeout": Self.reference("delay", "After this it is cancelled: an error with the code `timeout`."),
        "forEach": Self.reference("many", "One for each element of a list."),
        "retry": Self.reference("retry", "When a failed attempt is repeated."),
        "lease": Self.reference("duration", "How long one attempt may take without a sign of life."),
        "priority": Self.reference("data", "Which comes first; of a job 0 (first) to 3."),
    ]

    static let invocations: [String: Shapes] = [
        "human": [
            "title": Self.reference("text", "What people read in their inbox."),
            "candidates": Self.reference("people", "Who may claim it."),
            "assignee": Self.reference("data", "CEL giving the id of the user whose task it is."),
            "form": Self.describe(["type": ["object", "boolean", "string"]], "A JSON Schema, or CEL giving one."),
            "outcomes": Self.values(of: Self.reference("outcome"), "Value → its button."),
            "votes": Self.reference("votes", "Several people decide together."),
            "distinctFrom": Self.reference("literals", "Invocations whose actors may not act here (four eyes)."),
            "due": Self.reference("delay", "The planned end of the task."),
            "remind": Self.reference("reminders", "Reminders before and after the due date."),
            "onDue": Self.reference("transitions", "When the due date passes; the task stays open."),
            "roll": Self.words(["next", "previous", "none"], "Where a due date on a day off goes."),
        ],
        "worker": ["topic": Self.reference("literal", "What workers ask for.")],
        "workflow": [
            "workflow": Self.reference("literal", "The child's workflow."),
            "version": Self.integer(
                1...1_000_000_000, "Its number; default: the version that `latest` names at the start."),
            "key": Self.reference("data", "CEL giving its business key."),
            "detached": Self.flag("It outlives the state."),
        ],
        "http": [
            "method": Self.words(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"], "Default: GET."),
            "url": Self.reference("text", "The address."),
            "headers": Self.values(of: Self.reference("text"), "Name → text."),
            "body": Self.reference("data", "CEL of the body; what is not a text is sent as JSON."),
            "expect": Self.reference("expression", "CEL over `response`: whether the answer is a success."),
        ],
        "email": Self.message, "im": Self.message,
        "report": ["report": Self.reference("literal", "The report's name.")],
        "sequence": ["series": Self.reference("literal", "The series' name.")],
    ]

    private static let message: Shapes = [
        "to": Self.reference("recipients", "Who gets it."),
        "subject": Self.reference("text", "The subject."),
        "body": Self.reference("text", "The message."),
    ]

    static let retry: Shapes = [
        "attempts": Self.integer(1...1_000, "At most; default 5."),
        "first": Self.reference("duration", "Before the second attempt; default PT5S."),
        "factor": Self.number(1...100, "What each wait is multiplied by; default 2."),
        "max": Self.reference("duration", "The longest wait; default PT10M."),
        "jitter": Self.number(0...1, "The share of a wait that is random; default 0.2."),
    ]
}
