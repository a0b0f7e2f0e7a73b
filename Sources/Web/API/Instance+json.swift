import Engine
import Statecharts
import Values

extension InstanceView {
    func json(in language: Language) -> Value {
        let facts = self.snapshot.facts
        return Value.object([
            ("id", .string(facts.id)),
            ("key", .orNull(facts.key)),
            ("workflow", .string(facts.workflow)),
            ("version", .int(Int64(facts.version))),
            ("status", .string(self.snapshot.status.rawValue)),
            ("seq", .int(self.snapshot.seq)),
            ("states", .strings(self.snapshot.active)),
            ("context", self.snapshot.context),
            ("output", self.snapshot.output),
            ("startedAt", .string(facts.startedAt.rfc3339)),
            ("startedBy", facts.startedBy.json),
            ("changedAt", .string(self.snapshot.lastAt.rfc3339)),
            ("parent", facts.parent?.json),
            ("tasks", .list(self.tasks.map { $0.json })),
            ("timers", .list(self.snapshot.timers.map(\.json))),
            ("jobs", .list(self.jobs.map(\.json))),
            ("children", .list(self.children.map(\.json))),
            ("incidents", .int(Int64(self.incidents.count))),
            ("events", .list(self.offers.map { $0.json(in: language) })),
        ])
    }
}

extension Snapshot.Parent {
    var json: Value {
        Value.object([("instance", .string(self.instance)), ("invocation", .string(self.invocation))])
    }
}

extension Snapshot.OpenTimer {
    var json: Value {
        let (kind, state): (String, String?) =
            switch self.kind {
            case .after(let state): ("after", state)
            case .raise: ("raise", nil)
            case .send: ("send", nil)
            case .task: ("task", nil)
            case .timeout: ("timeout", nil)
            }
        return Value.object([
            ("id", .string(self.id)),
            ("kind", .string(kind)),
            ("event", .string(self.event)),
            ("state", state.map(Value.string)),
            ("due", .string(self.due.rfc3339)),
        ])
    }
}

extension Offer {
    func json(in language: Language) -> Value {
        Value.object([
            ("event", .string(self.event)),
            ("title", .texts(self.title)),
            ("schema", self.schema ?? .null),
            ("confirm", .bool(self.confirm)),
            ("enabled", .bool(self.isEnabled)),
            ("why", self.refusal?.json(in: language)),
        ])
    }
}

extension ChildView {
    var json: Value {
        Value.object([
            ("id", .string(self.id.description)),
            ("invocation", .string(self.invocation)),
            ("workflow", .string(self.workflow)),
            ("state", .string(self.state)),
        ])
    }
}

extension ListingRow {
    var json: Value {
        Value.object([
            ("id", .string(self.id.description)),
            ("key", .orNull(self.key)),
            ("workflow", .string(self.workflow)),
            ("version", .int(Int64(self.version))),
            ("status", .string(self.status.rawValue)),
            ("title", .string(self.title)),
            ("tags", .strings(self.tags)),
            ("states", .strings(self.states)),
            ("fields", self.fields),
            ("incidents", .int(Int64(self.incidents))),
            ("startedAt", .string(self.startedAt.rfc3339)),
            ("changedAt", .string(self.changedAt.rfc3339)),
        ])
    }
}

extension Answer {
    var json: Value {
        Value.object([
            ("id", .string(self.instance.description)),
            ("seq", .int(self.seq)),
            ("states", .strings(self.states)),
            ("status", .string(self.status.rawValue)),
            ("transitions", .list(self.transitions.map(\.json))),
            ("handled", .bool(self.isHandled)),
            ("repeated", .bool(self.isRepeated)),
        ])
    }
}

extension Trace.Taken {
    var json: Value {
        Value.object([("source", .string(self.source)), ("targets", .strings(self.targets))])
    }
}

extension HistoryRow {
    var json: Value {
        Value.object([
            ("seq", .int(self.seq)),
            ("event", .string(self.event)),
            ("origin", .string(self.origin.name)),
            ("reference", self.reference.map(Value.string)),
            ("data", self.data),
            ("at", .string(self.at.rfc3339)),
            ("by", self.by.json),
            ("handled", .bool(self.isHandled)),
            ("transitions", .list(self.transitions.map(\.json))),
            ("states", .strings(self.states)),
            ("hash", .string(self.hash)),
        ])
    }
}

extension Event.Origin {
    var name: String {
        switch self {
        case .client: "client"
        case .timer: "timer"
        case .signal: "signal"
        case .result: "result"
        case .task: "task"
        case .administration: "administration"
        }
    }
}
