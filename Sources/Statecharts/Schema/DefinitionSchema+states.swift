import Values

// What the keys of the top level, states and transitions hold.
extension DefinitionSchema {
    /// What other shapes refer to.
    static let basics: Shapes = {
        let scalar: Value = ["type": ["string", "number", "boolean"]]
        let tag: Value = ["pattern": "^[A-Za-z0-9]{2,3}(-[A-Za-z0-9]{1,8})*$"]
        let word: Value = ["type": ["string", "number", "boolean"], "minLength": 1]
        var all: Shapes = [:]
        all["text"] = Self.any([
            Self.describe(scalar, "Text; `${ CEL }` in it is replaced."),
            Self.values(of: scalar, names: tag, "Texts by language tag: `{en: …, zh: …}`."),
        ])
        all["literal"] = word
        all["literals"] = Self.oneOrMany(word, "One, or a list.")
        all["expression"] = Self.describe(
            ["type": ["string", "number", "boolean", "null"]],
            "CEL. A literal string has quotes of its own: `\"'draft'\"`.")
        all["data"] = ["description": "Data whose strings are CEL: `{score: context.score, kind: \"'draft'\"}`."]
        let written: Value = ["type": "string", "minLength": 1, "not": ["pattern": "^[0-9.]+$"]]
        all["delayText"] = Self.describe(
            written, "ISO 8601 (`PT15M`, `P6M`), `5 workdays`, a name in `delays`, or a sum (`P6M + 10 workdays`).")
        let moving = Self.map(
            "A point in time, asked again after each step.", ["at"],
            ["at": Self.reference("expression", "CEL giving a timestamp; null: no timer.")], required: ["at"])
        all["delay"] = Self.any([Self.reference("delayText"), moving])
        all["duration"] = Self.describe(
            ["type": "string", "pattern": "^P[0-9DTHMSW.,]+$"], "ISO 8601 without years and months: `PT5S`.")
        all["schema"] = Self.describe(["type": ["object", "boolean"]], "A JSON Schema (2020-12).")
        all["target"] = Self.describe(
            word, "`.child`, a sibling, a path from the root, or `\"#id\"`. Without a target the state stays.")
        all["targets"] = Self.oneOrMany(Self.reference("target"), "A target, or several in parallel regions.")
        all["eventName"] = [
            "type": "string", "minLength": 1, "maxLength": .int(Int64(DefinitionLimits.nameBytes)),
            "not": ["pattern": .string("^(\(EngineEvents.reserved.joined(separator: "|")))(\\.|$)")],
        ]
        all["descriptor"] = Self.describe(
            ["type": "string", "minLength": 1, "not": ["pattern": "^task(\\.|$)"]],
            "A name, `a.b.*` for it and what is below it, or `*`.")
        all["stateKey"] = [
            "type": "string", "pattern": "^[^#. ]", "maxLength": .int(Int64(DefinitionLimits.nameBytes)),
        ]
        all["name"] = ["type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$"]
        all["states"] = Self.values(
            of: Self.reference("state"), names: Self.reference("stateKey"), "States, in document order.")
        return all
    }()

    static let root: Shapes = Self.state.merging(
        [
            "workflow": Self.describe(
                ["type": "string", "pattern": "^[a-z][a-z0-9-]{0,62}$"],
                "The workflow's id: lower-case letters, digits and hyphens, at most 63."),
            "calendar": Self.reference(
                "literal", "The calendar that `workdays` counts in; `default` is Monday to Friday."),
            "schema": Self.reference(
                "schema", "JSON Schema of the context, checked at the start and after each change."),
            "context": Self.describe(
                ["type": ["object", "null"]], "Default values; start data is merged over them, key by key."),
            "key": Self.reference("expression", "Business key: one instance per workflow and key. Sees `context`."),
            "search": Self.reference("literals", "Paths in the context that lists can search, filter and sort by."),
            "events": Self.values(
                of: Self.reference("event"), names: Self.reference("eventName"), "What people and clients may send."),
            "access": Self.reference("access", "Who may start, read and administer instances."),
            "let": Self.values(
                of: Self.reference("expression"), names: Self.reference("name"), "Named CEL, evaluated when used."),
            "delays": Self.values(of: Self.reference("delay"), "Named delays."),
            "actions": Self.values(of: Self.reference("actions"), "Named lists of actions."),
            "actors": Self.values(of: Self.reference("invocation"), "Named invocations."),
            "onSuspend": Self.words(
                ["remaining", "date"], "Timers of a suspended instance freeze (`remaining`), or keep their dates."),
            "states": Self.reference("states", "The states, in document order."),
        ]
    ) { $1 }

    static let state: Shapes = [
        "type": Self.words(
            ["atomic", "compound", "parallel", "final", "history"],
            "Inferred when absent: a state with states in it is compound."),
        "title": Self.reference("text", "What people read."),
        "description": Self.reference("text", "Documentation."),
        "initial": Self.reference("initial", "Where it begins; default: the first child."),
        "states": Self.reference("states", "Children, in document order."),
        "on": Self.reference("on", "Event → transitions."),
        "always": Self.reference("transitions", "Taken as soon as a guard lets them pass."),
        "after": Self.values(
            of: Self.reference("transitions"), names: Self.reference("delayText"), "Delay → transitions."),
        "entry": Self.reference("blocks", "Actions when it is entered."),
        "exit": Self.reference("blocks", "Actions when it is left."),
        "invoke": Self.oneOrMany(Self.reference("invocation"), "Work that starts when it is entered."),
        "onDone": Self.reference(
            "transitions", "When it is done: its final state is reached, or all its work is done."),
        "output": Self.reference(
            "data", "Of a final state: data of the parent's `onDone`. Of the workflow: its result."),
        "tags": Self.reference("literals", "`stage` makes it a column of the board."),
        "meta": ["description": "Literal data for programs."],
        "id": Self.reference("literal", "A global name for `\"#id\"`; the path stays."),
        "history": Self.words(["shallow", "deep"], "What a history state remembers."),
        "target": Self.reference("initial", "Of a history state: where to go without a record."),
        "keep": Self.flag("Of a history state: on hold. Timers and work are parked, and go on when it is entered."),
        "renamedFrom": Self.reference("literals", "Earlier paths, for instances that move to this version."),
        "due": Self.reference("delay", "The planned end of the visit."),
        "remind": Self.reference("reminders", "Reminders before and after the due date."),
        "onDue": Self.reference("transitions", "When the due date passes."),
        "roll": Self.words(["next", "previous", "none"], "Where a due date on a day off goes."),
    ]

    static let transition: Shapes = [
        "event": Self.describe(
            Self.oneOrMany(Self.reference("descriptor"), ""), "The events it listens to."),
        "target": Self.reference("targets", "Where it leads; without one the state stays."),
        "guard": Self.describe(["type": ["string", "boolean", "number"]], "CEL: it is taken only when this is true."),
        "actions": Self.reference("actions", "What is done on the way."),
        "reenter": Self.flag("Leaves and enters its own state, too."),
        "description": Self.reference("text", "Documentation."),
    ]

    static let initial: Shapes = [
        "target": Self.reference("targets", "Where it begins."),
        "actions": Self.reference("actions", "What is done on the way."),
    ]

    static let event: Shapes = [
        "title": Self.reference("text", "The button's text."),
        "description": Self.reference("text", "Documentation."),
        "schema": Self.reference("schema", "JSON Schema of the event's data: its form."),
        "for": Self.reference("people", "Who may send it; default: any signed-in user."),
        "confirm": Self.flag("Pages ask before it is sent."),
    ]

    static let access: Shapes = [
        "start": Self.reference("people", "Who may start instances; default: any signed-in user."),
        "read": Self.reference("people", "Who may see instances; default: any signed-in user."),
        "admin": Self.reference("people", "Who may suspend, cancel, repair and migrate; default: role `admin`."),
    ]

    static let people: Shapes = [
        "roles": Self.reference("literals", "Whoever has one of these roles."),
        "users": Self.reference("data", "CEL giving a user's id or a list of them."),
        "starter": Self.flag("Who started the instance."),
        "assignee": Self.flag("Who has claimed its open tasks."),
    ]
}
