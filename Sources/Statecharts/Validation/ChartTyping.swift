import CEL
import JSONSchema
import Values

/// Types of the expressions of a compiled chart, and mistakes in them that are certain.
///
/// It walks the chart once more, as what an expression sees follows from where it is used: a transition knows the data
/// of its event, a loop its elements.
struct ChartTyping {
    struct Finding {
        var severity: Diagnostic.Severity
        var code: String
        var message: Message
        var hint: Message?
        /// What is wrong, and what it could have been.
        var name: String?
        var candidates: [String] = []
        var place: Place
        /// UTF-8 offset in the expression.
        var offset = 0
    }

    /// An expression in the text: a scalar, or a part of it.
    struct Place {
        var syntax: Syntax
        var base = 0
        var source = ""
    }

    /// What an expression sees beside what all see.
    struct Names {
        var loops: [String: ValueType] = [:]
        var event = Self.anyEvent

        private static let anyEvent = Self.event(.dyn)

        static func event(_ data: ValueType) -> ValueType {
            let text = ValueType([.string, .null])
            let by = ValueType.object([
                "user": text, "roles": .list(of: .string), "onBehalfOf": text, "worker": text, "instance": text,
            ])
            return .object(["type": .string, "data": data, "at": .timestamp, "by": by])
        }
    }

    let chart: Chart
    let places: [Position: Place]
    /// The maps of `assign`, by their actions.
    let assignments: [Position: Syntax]
    /// Places of the actions that have names and may run on any event; these are looked at first, each once.
    var shared: Set<Position> = []
    var isInNamed = false
    /// Events that the chart makes itself, whose data no schema has seen.
    var produced: Set<String> = []
    var catalog = Catalog()
    var childPlaces: [Position: Compiler.ChildPlace] = [:]
    /// What is known of other workflows, once it was asked for.
    var children: [String: Child?] = [:]
    /// Data of declared events, and results of invocations, once they were asked for.
    var eventTypes: [String: ValueType] = [:]
    var resultTypes: [Position: ValueType] = [:]
    /// Where the expression of a whole scalar begins: behind its quotes.
    let beginnings: [Position: Position]
    var declarations = Declarations()
    private(set) var context = ValueType.map
    /// What `assign` may write.
    let writableContext: ValueType
    private(set) var findings: [Finding] = []
    private var types: [Position: ValueType] = [:]
    private var budget = 4_000_000

    init(_ chart: Chart, places: [Position: Place], assignments: [Position: Syntax]) {
        self.chart = chart
        self.places = places
        self.assignments = assignments
        var beginnings: [Position: Position] = [:]
        for (position, place) in places where place.base == 0 { beginnings[place.syntax.position] = position }
        self.beginnings = beginnings
        let writable = chart.schema.map { SchemaTypes.writableType(of: $0).only(.map) } ?? .map
        self.writableContext = writable.kinds.isEmpty ? .map : writable
        let context = chart.schema.map { SchemaTypes.type(of: $0).only(.map) } ?? .map
        self.context = context.kinds.isEmpty ? .map : context
        let text = ValueType([.string, .null])
        self.declarations.variables = [
            "context": self.context, "event": Names.event(.dyn), "now": .timestamp,
            "instance": .object([
                "id": .string, "key": text, "workflow": .string, "version": .int, "startedAt": .timestamp,
                "startedBy": text, "lastEventAt": .timestamp,
            ]),
        ]
        for name in ["inState", "hasTag", "reached"] {
            self.declarations.functions[name] = [.init([.string], .bool)]
        }
        self.declarations.functions["visits"] = [.init([.string], .int)]
        self.declarations.functions["enteredAt"] = [.init([.string], ValueType([.timestamp, .null]))]
        self.declarations.functions["addDelay"] = [.init([.timestamp, .string], .timestamp)]
        self.declarations.functions["workdaysBetween"] = [.init([.timestamp, .timestamp], .int)]
        self.declarations.functions["date"] = [.init([.string], .timestamp)]
        for name in chart.lets.keys { self.declarations.variables[name] = .dyn }
    }

    // MARK: One expression

    @discardableResult mutating func check(
        _ expression: Expression, _ names: Names, expecting: ValueType? = nil
    ) -> ValueType {
        var variables = names.loops
        variables["event"] = variables["event"] ?? names.event
        let typing = try? Typing(
            expression.source, self.declarations, names: variables, options: Compiler.options, expecting: expecting,
            budget: &self.budget)
        guard let typing else { return .dyn }
        let type = typing.diagnostics.allSatisfy(\.isDoubt) ? typing.type : .dyn
        // One that was put together from a text is checked by its parts.
        guard let place = self.places[expression.position], place.source == expression.source else { return type }
        // Names that nothing answers are reported where all names are looked at.
        for diagnostic in typing.diagnostics where diagnostic.code != .undeclaredReference {
            self.add(
                Finding(
                    severity: diagnostic.isDoubt ? .warning : .error, code: Self.code(of: diagnostic),
                    message: diagnostic.message, hint: diagnostic.hint, name: diagnostic.name,
                    candidates: diagnostic.candidates, place: place, offset: diagnostic.offset))
        }
        self.types[expression.position] = self.types[expression.position].map { $0.joined(with: type) } ?? type
        return type
    }

    private static func code(of diagnostic: TypeDiagnostic) -> String {
        switch diagnostic.code {
        case .neverEqual: "never-equal"
        case .unlistedField: "unknown-field"
        default: "cel-type"
        }
    }

    @discardableResult mutating func check(_ template: Template?, _ names: Names) -> ValueType {
        switch template {
        case nil: return .null
        case .constant(let value): return ValueType(of: value)
        case .expression(let expression): return self.check(expression, names)
        case .list(let elements):
            return .list(of: .joined(elements.map { self.check($0, names) }))
        case .map(let members):
            var fields: [String: ValueType] = [:]
            for (key, value) in members { fields[key] = self.check(value, names) }
            return .literal(fields)
        }
    }

    /// A template whose values a place cannot do without.
    @discardableResult mutating func check(
        _ template: Template?, _ names: Names, expecting wanted: ValueType
    ) -> ValueType {
        guard let template else { return .dyn }
        let type = self.asJSON(self.check(template, names))
        guard case .expression(let expression) = template, let place = self.places[expression.position],
            place.source == expression.source, type.relation(to: wanted) == .disjoint
        else { return type }
        self.report("cel-type", "\(wanted) is expected here, and this is \(type)", at: place)
        return type
    }

    mutating func check(_ text: LocalizedText?, _ names: Names) {
        for (_, parts) in text?.variants ?? [] {
            for case .expression(let expression) in parts { self.check(expression, names) }
        }
    }

    private mutating func add(_ finding: Finding) {
        guard self.findings.count < 2 * DefinitionLimits.diagnostics else { return }
        self.findings.append(finding)
    }

    mutating func asJSON(_ type: ValueType) -> ValueType {
        guard self.budget >= type.size else { return .dyn }
        self.budget -= type.size
        return type.asJSON
    }

    mutating func report(
        _ code: String, _ message: Message, hint: Message? = nil, severity: Diagnostic.Severity = .error,
        name: String? = nil, candidates: [String] = [], at place: Place
    ) {
        self.add(
            Finding(
                severity: severity, code: code, message: message, hint: hint, name: name, candidates: candidates,
                place: place))
    }

    func known(at position: Position) -> ValueType? { self.types[position] }

    /// What nothing else has looked at.
    mutating func checkRest() {
        for (position, place) in self.places.sorted(by: { $0.key < $1.key }) where self.types[position] == nil {
            guard let program = try? Program(place.source, options: Compiler.options) else { continue }
            self.check(Expression(program: program, position: position), Names())
        }
    }

    // MARK: Names in `let`

    /// Each after those that it is made of; what is made of itself stays unknown.
    mutating func inferLets() {
        for (name, expression) in self.chart.letsInOrder {
            self.declarations.variables[name] = self.check(expression, Names())
        }
    }
}

extension TypeDiagnostic {
    /// It may be meant as it is.
    fileprivate var isDoubt: Bool { self.code == .neverEqual || self.code == .unlistedField }
}
