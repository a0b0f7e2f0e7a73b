public import JSONSchema
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
        guard let list = value.list else { throw ScriptError(0, "a script is a list of steps", "脚本是步骤的列表") }
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
    public var phrase: Phrase
    public var message: String { self.phrase.en }

    init(_ step: Int, _ en: String, _ zh: String) {
        self.step = step
        self.phrase = Phrase(en, zh)
    }

    /// With the step's number.
    public func text(in language: String) -> String {
        (self.step > 0 ? self.phrase.inStep(self.step) : self.phrase).text(in: language)
    }

    /// `unknown key 'step': did you mean 'steps'?`, else the known ones.
    static func unknown(_ name: String, _ step: Int, among known: [String]) -> ScriptError {
        let advice = Phrase(unknown: name, among: known)
        return ScriptError(step, "unknown key \(advice.en)", "未知的键\(advice.zh)")
    }
}

extension Phrase {
    func inStep(_ number: Int) -> Phrase { Phrase("step \(number): \(self.en)", "第 \(number) 步：\(self.zh)") }

    /// A name that is not known: the near one that may be meant, else all that are.
    init(unknown name: String, among known: [String]) {
        if let near = Diagnostic.suggestion(for: name, among: known) {
            self.init("'\(name)': did you mean '\(near)'?", "“\(name)”：是否指“\(near)”？")
        } else {
            self.init(
                "'\(name)'; known are \(known.joined(separator: ", "))", "“\(name)”；可用：\(known.joined(separator: "、"))")
        }
    }
}

extension Script.Step {
    private static let verbs = ["send", "advance", "complete", "fail", "task", "admin", "expect"]

    init(_ value: Value, number: Int) throws(ScriptError) {
        func error(_ en: String, _ zh: String) -> ScriptError { ScriptError(number, en, zh) }
        guard let map = value.map else { throw error("a step is a map like {send: event}", "步骤是 {send: event} 这样的映射") }
        let present = Self.verbs.filter { map[$0] != nil }
        guard present.count == 1, let verb = present.first else {
            throw error(
                "a step has one of \(Self.verbs.joined(separator: ", "))",
                "步骤须有其中之一：\(Self.verbs.joined(separator: "、"))")
        }
        let known = [verb, "data", "by", "error", "verb"]
        for case .string(let key) in map.entries.map(\.key) where !known.contains(key) {
            throw .unknown(key, number, among: known)
        }
        self.number = number
        self.by = try Actor(script: map["by"], error)
        let data = map["data"] ?? .null
        let subject = map[verb] ?? .null
        func name() throws(ScriptError) -> String {
            guard let name = subject.string else { throw error("\(verb) needs a name", "\(verb) 需要名称") }
            return name
        }
        switch verb {
        case "send": self.action = .send(event: try name(), data: data)
        case "complete": self.action = .complete(invocation: try name(), data: data)
        case "fail": self.action = .fail(invocation: try name(), error: Self.failure(map["error"]))
        case "task":
            guard let task = map["verb"]?.string else { throw error("task needs a verb", "task 需要 verb") }
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
        _ value: Value, _ error: (String, String) -> ScriptError
    ) throws(ScriptError) -> Script.Advance {
        if let text = value.string {
            guard let terms = Delay.terms(text) else { throw error("\"\(text)\" is not a delay", "“\(text)”不是时长") }
            return .by(terms)
        }
        guard let text = value["to"]?.string, let time = Timestamp(text) else {
            throw error("advance needs a delay or {to: time}", "advance 需要时长或 {to: 时间}")
        }
        return .to(time)
    }
}

extension Actor {
    /// A user id, or a map.
    init(script value: Value?, _ error: (String, String) -> ScriptError) throws(ScriptError) {
        switch value {
        case nil, .null?: self.init()
        case .string(let user)?: self.init(user: user)
        case .map?: self.init(decoding: value ?? .null)
        default: throw error("by is a user id or {user, roles}", "by 是用户标识或 {user, roles}")
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

    /// Keys that only scenarios have.
    private static let own = ["now", "start", "with", "steps"]

    /// Whether a file means to be a scenario: by a key, or by the path that stands where a workflow has its id.
    public static func isMeant(by value: Value) -> Bool {
        guard value.map != nil, value["states"] == nil else { return false }
        let isPath = value["workflow"]?.string?.contains { $0 == "/" || $0 == "." } ?? false
        return isPath || Self.own.contains { value[$0] != nil }
    }

    public init(_ value: Value) throws(ScriptError) {
        func error(_ en: String, _ zh: String) -> ScriptError { ScriptError(0, en, zh) }
        let known = ["workflow", "title", "calendar"] + Self.own
        for case .string(let key) in (value.map?.entries ?? []).map(\.key) where !known.contains(key) {
            throw .unknown(key, 0, among: known)
        }
        guard let workflow = value["workflow"]?.string else { throw error("workflow is missing", "缺少 workflow") }
        self.workflow = workflow
        switch value["title"] {
        case .string(let text)?: self.title = ["": text]
        case .map(let map)?:
            for case .string(let key) in map.entries.map(\.key) { self.title[key] = map[key]?.string }
        default: break
        }
        if let now = value["now"] {
            guard let text = now.string, let time = Timestamp(text) else {
                throw error("now is not a time", "now 不是时间")
            }
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
