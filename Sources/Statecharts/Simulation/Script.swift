public import Values

/// What a simulation is to do, in order: a list of steps in JSON or YAML.
public struct Script: Sendable {
    public var steps: [Step]

    public struct Step: Sendable {
        /// From 1, expectations included.
        public var number: Int
        public var action: Action
        public var by: Actor
    }

    public enum Action: Sendable {
        case send(event: String, data: Value)
        case advance(Advance)
        case complete(invocation: String, data: Value)
        case fail(invocation: String, error: Value)
        case task(invocation: String, verb: String, data: Value)
        /// `{"admin": "suspend"}`
        case administer(verb: String, data: Value)
        /// As written; read by ``Simulation``.
        case expect(Value)
    }

    public enum Advance: Sendable {
        case by([Delay.Term])
        case to(Timestamp)
    }

    public init(_ value: Value) throws(ScriptError) {
        guard let list = value.list else { throw ScriptError(step: 0, message: "a script is a list of steps") }
        self.steps = []
        for (place, element) in list.enumerated() {
            self.steps.append(try Step(element, number: place + 1))
        }
    }
}

/// Why a script cannot be read, or a step of it cannot be carried out.
public struct ScriptError: Error, Sendable, Hashable {
    /// From 1; 0 is the script as a whole.
    public var step: Int
    public var message: String
}

extension Script.Step {
    private static let verbs = ["send", "advance", "complete", "fail", "task", "admin", "expect"]

    init(_ value: Value, number: Int) throws(ScriptError) {
        func error(_ message: String) -> ScriptError { ScriptError(step: number, message: message) }
        guard let map = value.map else { throw error("a step is a map like {send: event}") }
        let present = Self.verbs.filter { map[$0] != nil }
        guard present.count == 1, let verb = present.first else {
            throw error("a step has one of \(Self.verbs.joined(separator: ", "))")
        }
        let others = map.entries.map(\.key).filter { key in
            ![verb, "data", "by", "error", "verb"].contains { key == .string($0) }
        }
        if case .string(let key)? = others.first { throw error("unknown key \(key)") }
        self.number = number
        self.by = try Actor(script: map["by"], error)
        let data = map["data"] ?? .null
        let subject = map[verb] ?? .null
        func name() throws(ScriptError) -> String {
            guard let name = subject.string else { throw error("\(verb) needs a name") }
            return name
        }
        switch verb {
        case "send": self.action = .send(event: try name(), data: data)
        case "complete": self.action = .complete(invocation: try name(), data: data)
        case "fail": self.action = .fail(invocation: try name(), error: Self.failure(map["error"]))
        case "task":
            guard let task = map["verb"]?.string else { throw error("task needs a verb") }
            self.action = .task(invocation: try name(), verb: task, data: data)
        case "admin": self.action = .administer(verb: try name(), data: data)
        case "expect": self.action = .expect(subject)
        default: self.action = .advance(try Self.advance(subject, error))
        }
    }

    /// A text is a message.
    private static func failure(_ error: Value?) -> Value {
        switch error {
        case nil, .null?: ["code": "failed"]
        case .string(let message)?: ["message": .string(message)]
        case let value?: value
        }
    }

    private static func advance(
        _ value: Value, _ error: (String) -> ScriptError
    ) throws(ScriptError) -> Script.Advance {
        if let text = value.string {
            guard let terms = Delay.terms(text) else { throw error("\"\(text)\" is not a delay") }
            return .by(terms)
        }
        guard let text = value["to"]?.string, let time = Timestamp(text) else {
            throw error("advance needs a delay or {to: time}")
        }
        return .to(time)
    }
}

extension Actor {
    /// A user id, or a map.
    init(script value: Value?, _ error: (String) -> ScriptError) throws(ScriptError) {
        switch value {
        case nil, .null?: self.init()
        case .string(let user)?: self.init(user: user)
        case .map?: self.init(decoding: value ?? .null)
        default: throw error("by is a user id or {user, roles}")
        }
    }
}

/// A scenario file: a script and what it needs around it.
public struct Scenario: Sendable {
    /// Path of the definition, relative to the scenario's file.
    public var workflow: String
    /// By language tag; "" without languages.
    public var title: [String: String] = [:]
    public var now: Timestamp
    /// Path of a calendar file, or a calendar.
    public var calendar: Value
    public var startData: Value
    public var startedBy: Actor
    /// Paths of children's definitions.
    public var children: [String]
    public var script: Script

    public init(_ value: Value) throws(ScriptError) {
        func error(_ message: String) -> ScriptError { ScriptError(step: 0, message: message) }
        let known: Set<String> = ["workflow", "title", "now", "calendar", "start", "with", "steps"]
        for entry in value.map?.entries ?? [] {
            guard case .string(let key) = entry.key, known.contains(key) else {
                throw error("unknown key \(entry.key)")
            }
        }
        guard let workflow = value["workflow"]?.string else { throw error("workflow is missing") }
        self.workflow = workflow
        switch value["title"] {
        case .string(let text)?: self.title = ["": text]
        case .map(let map)?:
            for case .string(let key) in map.entries.map(\.key) { self.title[key] = map[key]?.string }
        default: break
        }
        if let now = value["now"] {
            guard let text = now.string, let time = Timestamp(text) else { throw error("now is not a time") }
            self.now = time
        } else {
            self.now = Simulation.defaultNow
        }
        self.calendar = value["calendar"] ?? .null
        self.startData = value["start"]?["data"] ?? .null
        self.startedBy = try Actor(script: value["start"]?["by"], error)
        switch value["with"] {
        case .string(let path)?: self.children = [path]
        case let list?: self.children = list.list?.compactMap(\.string) ?? []
        case nil: self.children = []
        }
        self.script = try Script(value["steps"] ?? .list([]))
    }
}
