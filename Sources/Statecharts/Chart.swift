public import CEL
public import JSONSchema
public import Values

/// A compiled statechart: what the interpreter runs. States have integer ids in document order; 0 is the root, whose
/// path is empty.
public struct Chart: Sendable {
    public typealias StateID = Int

    public var workflow: String
    public var title: LocalizedText?
    public var description: LocalizedText?
    /// SHA-256 is the engine's business; this is the source text it is taken over.
    public var source: String
    public var calendar = "default"
    public var schema: Schema?
    public var contextDefaults: Value = .map(ValueMap())
    public var key: Expression?
    /// Dotted context paths that lists can search, filter and sort by.
    public var search: [String] = []
    /// nil: there is no `events` section, and any event is accepted by a simulation.
    public var events: [String: EventDeclaration]?
    public var access = Access()
    public var lets: [String: Expression] = [:]
    public var onSuspend = SuspendPolicy.remaining
    public var states: [State] = []
    /// All transitions; ``Transition/id`` is the index.
    public var transitions: [Transition] = []
    /// Global names of states (`id:`).
    public var stateNames: [String: StateID] = [:]
    /// Paths of states; the root's is the empty string.
    public var statePaths: [String: StateID] = [:]

    public enum SuspendPolicy: String, Sendable { case remaining, date }

    public struct State: Sendable {
        public enum Kind: Sendable, Hashable {
            case atomic, compound, parallel, final
            case history(deep: Bool)
        }

        public var id: StateID
        /// Keys joined by dots, without the workflow: `active.main.poc`.
        public var path: String
        public var key: String
        public var name: String?
        public var kind: Kind
        public var parent: StateID?
        /// In document order; history states included.
        public var children: [StateID] = []
        /// The largest id below this state (itself if it has no children): descendants are `id + 1 ... lastDescendant`.
        public var lastDescendant: StateID
        /// Of a compound state: where to go when it is entered by itself. Of a history state: its default.
        public var initial: Initial?
        /// In the order in which they are tried for one event: exact descriptors first, then `a.b.*` with the most
        /// segments, then `*`; a list-form `on` keeps document order; on the same name `on` precedes `onDone`,
        /// `invoke.*`, `after`, `onDue`.
        public var eventTransitions: [Int] = []
        /// Eventless, in document order.
        public var always: [Int] = []
        /// Each list of actions is one block: an error ends its block only (SCXML 4.9).
        public var entry: [[Action]] = []
        public var exit: [[Action]] = []
        public var timers: [AfterTimer] = []
        /// `due`, `remind`, `onDue`.
        public var deadline: Deadline?
        /// Of a history state: what it remembers is on hold, and goes on when it is entered through it.
        public var keeps = false
        public var invocations: [Invocation] = []
        /// Of a final state, or of the root: data of `done.state.<parent>`, or the instance's output.
        public var output: Template?
        public var hasOnDone = false
        public var tags: [String] = []
        public var title: LocalizedText?
        public var description: LocalizedText?
        public var meta: Value = .null
        /// Paths that this state had in earlier versions.
        public var renamedFrom: [String] = []
        public var position: Position
    }

    public struct Initial: Sendable {
        public var targets: [StateID]
        public var actions: [Action] = []
        /// False: the default, the first child.
        public var isExplicit = true
    }

    public struct Transition: Sendable {
        public var id: Int
        public var source: StateID
        /// Empty: eventless.
        public var descriptors: [Descriptor] = []
        public var guardCondition: Expression?
        /// Empty: targetless.
        public var targets: [StateID] = []
        public var actions: [Action] = []
        public var reenter = false
        public var description: String?
        public var position: Position
    }

    /// What a transition listens to. Unlike SCXML's, an exact name does not match names below it.
    public enum Descriptor: Sendable, Hashable {
        case exact(String)
        /// `a.b.*`: `a.b` and anything below it.
        case prefix(String)
        case any
    }

    /// A delayed transition of a state (`after`). When it is due the interpreter processes ``event``; the transitions
    /// are among the state's ``State/eventTransitions`` with that exact descriptor.
    public struct AfterTimer: Sendable {
        public var delay: Delay
        /// `after.<key>.<path>`; unique in the chart.
        public var event: String
        /// As written under `after`.
        public var key: String
        public var position: Position
    }
}

/// Where something stands in a source text; line and column count from 1, columns in characters.
public struct Position: Sendable, Hashable, Comparable {
    public var line: Int
    public var column: Int
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
    public static func < (left: Position, right: Position) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// A compiled expression and where it stands.
public struct Expression: Sendable {
    public var program: Program
    public var position: Position
    public var source: String { self.program.source }
}

/// Data in an expression position: built element by element, strings are CEL.
public indirect enum Template: Sendable {
    case constant(Value)
    case expression(Expression)
    case list([Template])
    case map([(key: String, value: Template)])
}

/// Text with `${ CEL }` parts, by language tag; a text without languages has the tag "".
public struct LocalizedText: Sendable {
    public enum Part: Sendable {
        case literal(String)
        case expression(Expression)
    }
    public var variants: [(language: String, parts: [Part])]
}

/// A form of people that is used everywhere: any that match.
public struct People: Sendable {
    public var roles: [String] = []
    /// A user id or a list of them.
    public var users: Template?
    public var starter = false
    public var assignee = false
}

public struct EventDeclaration: Sendable {
    public var title: LocalizedText?
    public var schema: Schema?
    /// nil: anybody signed in.
    public var people: People?
    public var confirm = false
    public var position: Position
}

public struct Access: Sendable {
    public var start: People?
    public var read: People?
    public var admin: People?
    public init() {}
}

/// A delay as written: terms are added left to right in the calendar's zone.
public enum Delay: Sendable {
    public enum Term: Sendable, Hashable {
        case iso(ISODuration)
        case workdays(Int)
    }
    case sum([Term])
    case at(Expression)
}

/// Executable content (SCXML 4), compiled.
public indirect enum Action: Sendable {
    case assign([(path: [String], value: Template)], Position)
    case raise(event: String, data: Template?, delay: Delay?, id: String?, Position)
    case send(Send)
    case cancel(id: String, Position)
    case notify(Notify)
    case emit(type: String, data: Template?, Position)
    case log(message: LocalizedText, level: String, Position)
    case choose(if: Expression, then: [Action], else: [Action], Position)
    case forEach(list: Template, item: String, index: String?, actions: [Action], Position)

    public struct Send: Sendable {
        public enum Target: Sendable {
            case `self`
            case parent
            /// `#invocation`
            case invocation(String)
            /// An instance id, or `{workflow, key}`.
            case expression(Template)
        }
        public var target: Target
        public var event: String
        public var data: Template?
        public var delay: Delay?
        public var id: String?
        public var ttl: Delay?
        public var position: Position
    }

    public struct Notify: Sendable {
        public var to: People
        /// Of a reminder that does not say to whom: those of the events that leave its state.
        public var others: [People] = []
        /// Ids of invocations whose open tasks' people get it too: the assignee, else the candidates.
        public var holders: [String] = []
        /// Ids of invocations whose open tasks' assignees get it too.
        public var assignees: [String] = []
        /// Without variants in a reminder that has none of its own.
        public var subject: LocalizedText
        public var body: LocalizedText?
        public var channels: [String] = []
        public var link: LocalizedText?
        public var position: Position
    }
}

/// Work that takes time, of a state (`invoke`). Results: `done.invoke.<id>`, `error.invoke.<id>`.
public struct Invocation: Sendable {
    public enum Source: Sendable {
        case human(Human)
        case worker(Worker)
        case child(Child)
    }

    public struct Human: Sendable {
        public var title: LocalizedText?
        public var candidates = People()
        public var assignee: Template?
        /// A literal schema, or CEL giving one.
        public var form: Form?
        /// In document order.
        public var outcomes: [(value: String, title: LocalizedText?)] = []
        public var distinctFrom: [String] = []
        public var priority: Template?
        public var votes: Votes?
        /// `due`, `remind`, `onDue`.
        public var deadline: Deadline?

        public enum Form: Sendable {
            case schema(Schema)
            case expression(Expression)
        }
    }

    /// A job on a topic. Built-in topics (`http`, …) are such jobs; their own keys are evaluated into the payload.
    public struct Worker: Sendable {
        public var topic: String
        /// Keys of a built-in topic: `method`, `url`, … evaluated at the start; texts give strings.
        public var options: [(key: String, value: Payload)] = []
        public var retry = Retry()
        /// Of one attempt.
        public var lease: ISODuration?
        public var priority: Template?

        public enum Payload: Sendable {
            case template(Template)
            case text(LocalizedText)
            /// Kept as source: evaluated later, by the connector (`expect`).
            case source(Expression)
        }
    }

    public struct Child: Sendable {
        public var workflow: String
        public var version: Int?
        public var key: Template?
        public var detached = false
    }

    public var id: String
    public var source: Source
    public var input: Template?
    public var timeout: Delay?
    public var forEach: ForEach?
    public var position: Position
}

/// How several people decide together.
public struct Votes: Sendable {
    /// Seats; nil: one for each of the `users`.
    public var of: Template?
    /// Of `n` and `cast`: what an outcome's count must reach.
    public var need: Expression
    /// Of `n` and `cast`: how many must have cast; nil: nobody.
    public var quorum: Expression?
    public var close = Ballot.Close.early
    public var veto: Veto?
    public var isSequential = false

    public struct Veto: Sendable {
        public var by: People
        public var outcome: String
    }
}

/// One invocation for each element of a list.
public struct ForEach: Sendable {
    public static let mostElements = 10_000
    public static let mostConcurrent = 1_000

    /// Evaluated once, at the start.
    public var list: Template
    public var item: String
    public var index: String?
    public var concurrency = Self.mostConcurrent
    /// How many must be done; nil: all.
    public var need: Template?
}

/// How often and when a failed job is tried again.
public struct Retry: Sendable, Hashable {
    public var attempts = 5
    public var first = Duration.seconds(5)
    public var factor = 2.0
    public var max = Duration.seconds(600)
    /// Share of the wait that is random: 0.2 is ±20 %.
    public var jitter = 0.2
    public init() {}
}
