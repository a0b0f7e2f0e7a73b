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
    package static func text(_ actor: Actor) -> String { String(decoding: actor.json, as: UTF8.self) }

    package static func actor(_ text: String) -> Actor? { try? Actor(json: Array(text.utf8)) }

    /// `[["review","passed"]]`: a list for each transition, its source first.
    package static func text(_ transitions: [Trace.Taken]) -> String {
        var writer = JSONWriter(capacity: 64)
        writer.beginArray()
        for taken in transitions {
            writer.beginArray()
            writer.write(taken.source)
            for target in taken.targets { writer.write(target) }
            writer.endArray()
        }
        writer.endArray()
        return String(decoding: writer.bytes, as: UTF8.self)
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
