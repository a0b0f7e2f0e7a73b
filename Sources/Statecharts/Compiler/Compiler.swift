import CEL
import JSONSchema
import Values

/// ``Syntax`` to ``Chart``: checks everything, reports every mistake, and goes on after each.
///
/// First all states get their ids and names, then what they contain is compiled, then the whole is checked.
struct Compiler {
    let source: SourceText
    let file: String
    let catalog: Catalog
    var diagnostics: [Diagnostic] = []
    var chart: Chart
    /// The text of each state, by id.
    var texts: [Syntax] = []
    /// Where each transition stands in the structure, by id.
    var transitionPaths: [String] = []
    var named = NamedParts()
    var counts = Counts()
    /// Some state lists its events in document order, as conversion from SCXML does.
    var isConverted = false
    /// Transitions without the key `guard`.
    var unguarded: Set<Int> = []
    /// What is known of the transitions' guards.
    var guards = Guards()
    let members = MemberSchemas()
    var listeners: Listeners
    /// Transitions that an earlier one of their state always precedes.
    var preceded: Set<Int> = []
    /// What each transition does, in one way of writing it.
    var actionTexts: [Int: String] = [:]
    /// What is spoken of before all is known: members of the context, tags, invocations.
    var readFields: [(name: String, position: Position, path: String)] = []
    var assignedFields: [(name: String, position: Position, path: String)] = []
    var mentionedTags: [(tag: String, position: Position, path: String)] = []
    var invocationPlaces: [(state: Int, index: Int, place: Syntax)] = []
    /// What the `on` of a state names, for states whose invocations may fail.
    var writtenEvents: [Int: Set<String>] = [:]
    var mentionedRoles: [Syntax] = []
    /// Names of single events in `on`.
    var mentionedEvents: [(name: String, position: Position, path: String, state: Int)] = []
    /// By the places of the invocations.
    var childPlaces: [Position: ChildPlace] = [:]
    var mentionedInvocations: [(id: String, syntax: Syntax)] = []
    /// Where each expression stands, and the map of each `assign`, for their types.
    var expressionPlaces: [Position: ChartTyping.Place] = [:]
    var assignments: [Position: Syntax] = [:]
    var openReminders: [OpenReminder] = []

    /// What `delays`, `actions` and `actors` declare, and which of them are used.
    struct NamedParts {
        var delays: [Syntax.Entry] = []
        var actions: [Syntax.Entry] = []
        var actors: [Syntax.Entry] = []
        var lets: [Syntax.Entry] = []
        var compiledDelays: [String: Delay?] = [:]
        var compiledActions: [String: [Action]] = [:]
        /// How many actions a named list comes to, those of names in it included.
        var actionCounts: [String: Int] = [:]
        /// Names whose declaration is being compiled: meeting one again is a cycle.
        var open: [String] = []
        var used: Set<String> = []
    }

    struct Counts {
        var actions = 0
        /// What is left to spend on comparing guards.
        var guardWork = DefinitionLimits.guardWork
        /// Instructions of the patterns in schemas.
        var patternSize = 0
        /// Events that the chart itself raises, sends or emits.
        var produced: Set<String> = []
        var reportedLimits: Set<String> = []
        var reported: [Diagnostic.Severity: Int] = [:]
    }

    init(source: SourceText, file: String, catalog: Catalog) {
        self.source = source
        self.file = file
        self.catalog = catalog
        self.chart = Chart(workflow: "", source: "")
        self.listeners = Listeners([], of: self.chart)
    }

    mutating func compile(_ root: Syntax) -> Chart? {
        guard root.entries != nil else {
            self.error("not-a-map", "a definition is a map, not \(root.kind)", at: root)
            return nil
        }
        let fields = self.fields(of: root, Keys.root, "a workflow")
        self.compileHead(fields)
        self.declareStates(root)
        self.compileLets(fields)
        self.chart.key = self.expression(fields["key"], Scope(names: [], roots: ["context"]))
        self.compileEvents(fields["events"])
        self.compileAccess(fields["access"])
        for id in self.chart.states.indices { self.compileState(id) }
        self.checkHistoryCycles()
        self.addressReminders()
        self.compileUnusedParts()
        self.check()
        return self.chart
    }

    // MARK: Diagnostics

    /// Without a mistake so far. What rests on the whole chart says nothing true of one with a part missing.
    var isSound: Bool { !self.diagnostics.contains { $0.severity == .error } }

    mutating func report(
        _ severity: Diagnostic.Severity, _ code: String, _ message: Message, at position: Position, path: String,
        hint: Message? = nil
    ) {
        // Counted apart, so that doubts never crowd out a mistake.
        guard self.counts.reported[severity, default: 0] < DefinitionLimits.diagnostics else { return }
        self.counts.reported[severity, default: 0] += 1
        self.diagnostics.append(
            Diagnostic(severity, code, message, hint: hint, file: self.file, position: position, path: path))
    }

    mutating func error(_ code: String, _ message: Message, at syntax: Syntax, hint: Message? = nil) {
        let hint = hint ?? Diagnostic.form(asked: code, for: syntax)
        self.report(.error, code, message, at: syntax.position, path: syntax.path, hint: hint)
    }

    mutating func warn(_ code: String, _ message: Message, at syntax: Syntax, hint: Message? = nil) {
        self.report(.warning, code, message, at: syntax.position, path: syntax.path, hint: hint)
    }

    /// A limit is reported once, where it is first exceeded.
    mutating func exceed(_ limit: String, _ message: Message, at syntax: Syntax) {
        guard self.counts.reportedLimits.insert(limit).inserted else { return }
        self.error("limit-\(limit)", message, at: syntax)
    }

    /// By place, then as they were found; the same mistake at the same place once (a named part can be met twice).
    func sortedDiagnostics() -> [Diagnostic] {
        let ordered = self.diagnostics.enumerated().sorted { left, right in
            (left.element.position, left.offset) < (right.element.position, right.offset)
        }
        var seen: Set<Diagnostic> = []
        return ordered.compactMap { seen.insert($0.element).inserted ? $0.element : nil }
    }

    // MARK: Maps

    /// A map whose keys have been checked.
    struct Fields {
        let syntax: Syntax
        private let values: [String: Syntax]

        init(_ syntax: Syntax, _ values: [String: Syntax]) {
            self.syntax = syntax
            self.values = values
        }

        /// nil when absent or null.
        subscript(key: String) -> Syntax? {
            guard let value = self.values[key], !value.isNull else { return nil }
            return value
        }

        /// Also when null.
        func written(_ key: String) -> Syntax? { self.values[key] }
    }

    /// Reports a node that is no map, and keys that do not belong into it.
    mutating func fields(of syntax: Syntax, _ known: [String], _ what: Message) -> Fields {
        guard let entries = syntax.entries else {
            self.error("expected-map", "\(what) is a map, not \(syntax.kind)", at: syntax)
            return Fields(syntax, [:])
        }
        var values: [String: Syntax] = [:]
        for entry in entries {
            if known.contains(entry.key) {
                values[entry.key] = entry.value
            } else {
                self.report(
                    .error, "unknown-key", "\(what) has no key '\(entry.key)'", at: entry.keyPosition,
                    path: entry.value.path, hint: self.keyHint(entry.key, known))
            }
        }
        return Fields(syntax, values)
    }

    private func keyHint(_ key: String, _ known: [String]) -> Message {
        if let colon = Diagnostic.colonHint(key) { return colon }
        if let ours = Keys.elsewhere[key], known.contains(ours) { return "it is called '\(ours)' here" }
        return self.near(key, among: known) ?? "known keys: \(known.joined(separator: ", "))"
    }

    // MARK: Scalars

    /// Literal text: a scalar as it is written.
    mutating func literal(_ syntax: Syntax?, _ what: Message) -> String? {
        guard let syntax else { return nil }
        guard syntax.isScalar, !syntax.isNull, !syntax.text.isEmpty else {
            self.error("expected-string", "\(what) is a string, not \(syntax.kind)", at: syntax)
            return nil
        }
        return syntax.text
    }

    mutating func literals(_ syntax: Syntax?, _ what: Message) -> [String] {
        guard let syntax else { return [] }
        return syntax.oneOrMany.compactMap { self.literal($0, what) }
    }

    mutating func boolean(_ syntax: Syntax?, _ what: Message) -> Bool? {
        guard let syntax else { return nil }
        guard case .bool(let value) = syntax.content else {
            self.error("expected-boolean", "\(what) is true or false, not '\(syntax.text)'", at: syntax)
            return nil
        }
        return value
    }

    mutating func integer(_ syntax: Syntax?, _ what: Message, in range: ClosedRange<Int>) -> Int? {
        guard let syntax else { return nil }
        guard case .int(let value) = syntax.content, let int = Int(exactly: value), range.contains(int) else {
            let message: Message = "\(what) is a whole number from \(range.lowerBound) to \(range.upperBound)"
            self.error("expected-integer", message, at: syntax)
            return nil
        }
        return int
    }

    mutating func number(_ syntax: Syntax?, _ what: Message, in range: ClosedRange<Double>) -> Double? {
        guard let syntax else { return nil }
        let number: Double? =
            switch syntax.content {
            case .int(let value): Double(value)
            case .double(let value): value
            default: nil
            }
        guard let number, range.contains(number) else {
            let message: Message = "\(what) is a number from \(range.lowerBound) to \(range.upperBound)"
            self.error("expected-number", message, at: syntax)
            return nil
        }
        return number
    }

    /// One of a few words.
    mutating func keyword(_ syntax: Syntax?, _ what: Message, among known: [String]) -> String? {
        guard let syntax, let word = self.literal(syntax, what) else { return nil }
        guard known.contains(word) else {
            let hint = self.near(word, among: known) ?? "known: \(known.joined(separator: ", "))"
            self.error("unknown-keyword", "\(what) cannot be '\(word)'", at: syntax, hint: hint)
            return nil
        }
        return word
    }
}
