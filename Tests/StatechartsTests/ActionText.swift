import Values

@testable import Statecharts

/// Actions in one way of writing them, to compare what charts do.
enum ActionText {
    /// SCXML assigns one place at a time: each is a line of its own.
    static func lines(_ actions: [Action]) -> [String] { actions.flatMap { self.lines($0) } }

    private static func lines(_ action: Action) -> [String] {
        switch action {
        case .assign(let values, _):
            values.map { "assign \($0.path.joined(separator: ".")) \(self.text($0.value))" }
        case .raise(let event, let data, let delay, let id, _):
            ["raise \(event) \(self.text(data)) \(self.text(delay)) \(id ?? "-")"]
        case .send(let send):
            [
                "send \(self.text(send.target)) \(send.event) \(self.text(send.data)) \(self.text(send.delay))"
                    + " \(send.id ?? "-") \(self.text(send.ttl))"
            ]
        case .cancel(let id, _): ["cancel \(id)"]
        case .notify(let notify):
            [
                "notify \(notify.to.roles) \(self.text(notify.to.users)) \(notify.to.starter) \(notify.to.assignee)"
                    + " \(self.text(notify.subject)) \(self.text(notify.body)) \(notify.channels)"
                    + " \(self.text(notify.link))"
            ]
        case .emit(let type, let data, _): ["emit \(type) \(self.text(data))"]
        case .log(let message, let level, _): ["log \(level) \(self.text(message))"]
        case .choose(let condition, let then, let otherwise, _):
            ["if \(condition.source) \(self.lines(then)) else \(self.lines(otherwise))"]
        case .forEach(let list, let item, let index, let actions, _):
            ["forEach \(item) \(index ?? "-") in \(self.text(list)) \(self.lines(actions))"]
        }
    }

    private static func text(_ target: Action.Send.Target) -> String {
        switch target {
        case .`self`: "self"
        case .parent: "parent"
        case .invocation(let name): "#\(name)"
        case .expression(let template): self.text(template)
        }
    }

    private static func text(_ template: Template?) -> String {
        switch template {
        case nil: "-"
        case .constant(.list(let elements)): self.text(.list(elements.map { .constant($0) }))
        case .constant(.map(let map)):
            self.text(.map(map.entries.map { (self.text($0.key), .constant($0.value)) }))
        case .constant(let value): value.json
        case .expression(let expression): expression.source
        case .list(let elements): "[\(elements.map { self.text($0) }.joined(separator: ", "))]"
        case .map(let members):
            "{\(members.map { "\($0.key): \(self.text($0.value))" }.joined(separator: ", "))}"
        }
    }

    private static func text(_ key: ValueMap.Key) -> String {
        if case .string(let name) = key { name } else { "\(key)" }
    }

    private static func text(_ delay: Delay?) -> String {
        switch delay {
        case nil: "-"
        case .sum(let terms): "\(terms)"
        case .at(let expression): "at \(expression.source)"
        }
    }

    private static func text(_ text: LocalizedText?) -> String {
        let variants = (text?.variants ?? []).map { variant in
            let parts = variant.parts.map { part in
                switch part {
                case .literal(let literal): literal
                case .expression(let expression): "${\(expression.source)}"
                }
            }
            return "\(variant.language): \(parts.joined())"
        }
        return variants.isEmpty ? "-" : "\(variants)"
    }
}
