import Values

extension Diagnostic {
    /// What a key takes, by the key: where a map is asked for, an example says more than its name.
    private static let forms: [String: String] = [
        "workflow": "workflow: approval", "context": "context: {amount: 0}", "schema": "schema: {type: object}",
        "events": "events: {submit: {title: Submit}}", "access": "access: {start: {roles: [pm]}}",
        "let": "let: {isLarge: context.amount > 1000}", "delays": "delays: {soon: P2D}",
        "actions": "actions: {note: [{log: {message: noted}}]}", "actors": "actors: {review: {src: human}}",
        "states": "states: {draft: {}, done: {type: final}}", "on": "on: {submit: done}", "after": "after: {P2D: done}",
        "initial": "initial: draft", "invoke": "invoke: {src: human}",
        "candidates": "candidates: {roles: [pm]}", "for": "for: {roles: [pm]}", "to": "to: {roles: [pm]}",
        "by": "by: {roles: [pm]}", "start": "start: {roles: [pm]}", "read": "read: {roles: [pm]}",
        "admin": "admin: {roles: [pm]}", "form": "form: {type: object, properties: {note: {type: string}}}",
        "outcomes": "outcomes: {pass: {title: Pass}, back: {title: Back}}", "votes": "votes: {of: 3, need: 2}",
        "veto": "veto: {by: {roles: [director]}, outcome: back}", "remind": "remind: [{before: 1 workday}]",
        "repeat": "repeat: {every: P1D, times: 3}", "retry": "retry: {attempts: 3, first: PT5S}",
        "headers": "headers: {Accept: application/json}", "assign": "assign: {amount: context.amount + 1}",
        "raise": "raise: {event: checked}", "send": "send: {to: parent, event: checked}",
        "notify": "notify: {to: {roles: [pm]}, subject: Ready}", "emit": "emit: {type: order.done}",
        "log": "log: {message: checked}", "forEach": "forEach: {in: context.items, as: item, actions: []}",
    ]
    /// What the entries of a map take, by the map's key.
    private static let entryForms: [String: String] = [
        "states": "{on: {submit: done}}", "events": "{title: Submit}", "outcomes": "{title: Pass}",
        "actors": "{src: human}", "on": "{target: done, guard: context.amount > 0}",
        "after": "{target: done, guard: context.amount > 0}",
    ]

    /// An example where a map is asked for and something else stands; nil: there is none for the place.
    static func form(asked code: String, for syntax: Syntax) -> Message? {
        guard code == "expected-map" || code == "not-a-map" else { return nil }
        if let text = syntax.string, let hint = self.colonHint(text) { return hint }
        let names = syntax.path.split(separator: ".").map { $0.prefix { $0 != "[" } }
        guard let name = names.last.map(String.init) else { return nil }
        if let above = names.dropLast().last.map(String.init), let form = self.entryForms[above] {
            return "write '\(name): \(form)'"
        }
        return self.forms[name].map { "write '\($0)'" }
    }

    /// A text that was meant as a key and its value: `type:final`, `type：final`.
    static func colonHint(_ text: String) -> Message? {
        let key = text.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" || $0 == "." }
        guard key.first?.isLetter ?? false, let colon = text[key.endIndex...].first else { return nil }
        let rest = text[key.endIndex...].dropFirst()
        if colon == "：" { return "the colon is full-width: write '\(key): …' with the ':' of the Latin keyboard" }
        guard colon == ":", let next = rest.first, !next.isWhitespace, !rest.hasPrefix("//") else { return nil }
        return "a space follows the colon: write '\(key): …'"
    }
}
