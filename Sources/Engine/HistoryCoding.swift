package import Statecharts
import Values

/// The texts in which history keeps who did what: fixed forever, since each row's hash is taken over them.
package enum HistoryCoding {
    package static func text(_ origin: Event.Origin) -> String {
        switch origin {
        case .client: "client"
        case .timer: "timer"
        case .signal: "signal"
        case .result: "result"
        case .task: "task"
        case .administration: "administration"
        }
    }

    package static func origin(_ text: String) -> Event.Origin? {
        switch text {
        case "client": .client
        case "timer": .timer
        case "signal": .signal
        case "result": .result
        case "task": .task
        case "administration": .administration
        default: nil
        }
    }

    /// `{"roles":["pm"],"user":"ann"}`, what is absent left out.
    package static func text(_ actor: Actor) -> String {
        var map = ValueMap()
        if let user = actor.user { map["user"] = .string(user) }
        if !actor.roles.isEmpty { map["roles"] = .list(actor.roles.map { .string($0) }) }
        if let onBehalfOf = actor.onBehalfOf { map["onBehalfOf"] = .string(onBehalfOf) }
        if let worker = actor.worker { map["worker"] = .string(worker) }
        if let instance = actor.instance { map["instance"] = .string(instance) }
        return Value.map(map).json
    }

    package static func actor(_ text: String) -> Actor? {
        guard let value = try? Value(json: text), value.map != nil else { return nil }
        return Actor(
            user: value["user"]?.string, roles: (value["roles"]?.list ?? []).compactMap(\.string),
            onBehalfOf: value["onBehalfOf"]?.string, worker: value["worker"]?.string,
            instance: value["instance"]?.string)
    }

    /// `[["review","passed"]]`: a list for each transition, its source first.
    package static func text(_ transitions: [Trace.Taken]) -> String {
        guard !transitions.isEmpty else { return "[]" }
        return Value.list(transitions.map { .list(([$0.source] + $0.targets).map { .string($0) }) }).json
    }

    package static func transitions(_ text: String) -> [Trace.Taken] {
        let lists = (try? Value(json: text))?.list ?? []
        return lists.compactMap { list in
            let paths = (list.list ?? []).compactMap(\.string)
            guard let source = paths.first else { return nil }
            return Trace.Taken(source: source, targets: Array(paths.dropFirst()))
        }
    }
}
