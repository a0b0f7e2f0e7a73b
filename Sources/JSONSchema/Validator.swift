import Values

/// One validation: walks the value and the schema together, within a budget.
struct Validator {
    enum Step: Equatable {
        case key(ValueMap.Key)
        case index(Int)
    }

    private struct Record {
        var path: [Step]
        var keyword: String
        var phrase: Phrase
    }

    private let nodes: [SchemaNode]
    private var path: [Step] = []
    private var records: [Record] = []
    /// Stop at this many records.
    private var cap = ValidationLimits.violations
    /// Above 0 only validity counts, so messages are not made.
    private var quiet = 0
    private var depth = 0
    private(set) var stepsLeft: Int
    /// Names that can still be compared to guess what was meant.
    var guesses = ValidationLimits.guesses
    /// Why the value could not be checked to the end.
    private var stop: Phrase?
    private var stopPath: [Step] = []

    init(_ schema: CompiledSchema, steps: Int) {
        self.nodes = schema.nodes
        self.stepsLeft = steps
    }

    mutating func run(_ value: Value) -> [Violation] {
        self.evaluate(0, value, as: "false")
        if self.records.isEmpty, self.stop == nil { return [] }
        var found = self.records.enumerated().sorted { left, right in
            Self.order(left.element.path, right.element.path) ?? (left.offset < right.offset)
        }.map(\.element)
        if let stop = self.stop { found.append(Record(path: self.stopPath, keyword: "limit", phrase: stop)) }
        return Self.violations(found.suffix(ValidationLimits.violations))
    }

    /// Each once; of those with very long pointers only the first ones, and the last.
    private static func violations(_ records: ArraySlice<Record>) -> [Violation] {
        var violations: [Violation] = []
        var seen: Set<Violation> = []
        var bytes = 0
        for (index, record) in zip(records.indices, records)
        where bytes < ValidationLimits.pointerBytes || index == records.endIndex - 1 {
            let violation = Violation(
                pointer: Self.pointer(record.path), keyword: record.keyword, en: record.phrase.en, zh: record.phrase.zh)
            bytes += violation.pointer.utf8.count
            if seen.insert(violation).inserted { violations.append(violation) }
        }
        return violations
    }

    /// Document order; nil for equal paths.
    private static func order(_ left: [Step], _ right: [Step]) -> Bool? {
        for (a, b) in zip(left, right) where a != b {
            switch (a, b) {
            case (.key(let a), .key(let b)): return a < b
            case (.index(let a), .index(let b)): return a < b
            default: return false
            }
        }
        return left.count == right.count ? nil : left.count < right.count
    }

    // MARK: Reporting

    var isDone: Bool { self.records.count >= self.cap || self.stop != nil }

    /// Whether messages are made at all.
    var isQuiet: Bool { self.quiet > 0 }

    mutating func report(_ keyword: String, _ phrase: @autoclosure () -> Phrase) {
        guard !self.isDone else { return }
        if self.quiet > 0 {
            self.records.append(Record(path: [], keyword: keyword, phrase: Phrase(both: "")))
            return
        }
        self.records.append(Record(path: self.path, keyword: keyword, phrase: phrase()))
        // Texts are made, and alternatives make many that nobody reads.
        self.spend(16 + self.path.count)
    }

    /// Small values are shown, which takes longer than to count them.
    private mutating func report(_ keyword: String, _ value: Value, isNoneOf values: [Value]) {
        if !self.isQuiet { self.spend(values.prefix(10).reduce(value.shownWeight) { $0 + $1.shownWeight }) }
        self.report(keyword, .expected(.choice(values), found: Phrase(showing: value)))
    }

    func isNever(_ node: Int) -> Bool {
        if case .never? = self.nodes[node].checks.first { true } else { false }
    }

    private static func pointer(_ path: [Step]) -> String {
        path.reduce(into: "") { pointer, step in
            switch step {
            case .key(let key): pointer += "/" + JSONPointer.escape(key.text)
            case .index(let index): pointer += "/\(index)"
            }
        }
    }

    // MARK: Limits

    mutating func spend(_ steps: Int) {
        self.stepsLeft -= steps
        if self.stepsLeft <= 0 { self.halt(.tooLarge) }
    }

    mutating func spend(finding name: String, among count: Int) {
        self.spend(ValidationLimits.steps(finding: name, among: count))
    }

    private mutating func halt(_ reason: Phrase, at path: [Step] = []) {
        if self.stop == nil { (self.stop, self.stopPath) = (reason, path) }
    }

    /// A search that takes too long ends the validation: neither outcome is known.
    mutating func matches(_ pattern: Pattern, _ text: String) -> Bool {
        var left = self.stepsLeft
        let found = pattern.matches(text, budget: &left)
        if found == nil {
            let source = Phrase.shorten(pattern.source)
            self.halt(
                Phrase("the pattern '\(source)' takes too long to check here", "此处按正则“\(source)”校验耗时过长"), at: self.path)
        }
        self.spend(self.stepsLeft - left)
        return found ?? true
    }

    // MARK: Walking

    /// `keyword` is what to blame when the schema is `false`.
    mutating func evaluate(_ index: Int, _ value: Value, as keyword: String) {
        self.spend(1 + self.nodes[index].checks.count / 2)
        guard !self.isDone else { return }
        guard self.depth < ValidationLimits.depth else {
            return self.halt(Phrase("the value is nested too deep to check", "数据嵌套过深，无法校验"))
        }
        self.depth += 1
        defer { self.depth -= 1 }
        for check in self.nodes[index].checks {
            let before = self.records.count
            self.apply(check, value, as: keyword)
            if self.isDone { return }
            if case .types = check, self.records.count > before { return }
        }
    }

    mutating func evaluate(_ index: Int, _ value: Value, at step: Step, as keyword: String) {
        self.path.append(step)
        self.evaluate(index, value, as: keyword)
        self.path.removeLast()
    }

    mutating func report(_ keyword: String, at step: Step, _ phrase: @autoclosure () -> Phrase) {
        self.path.append(step)
        self.report(keyword, phrase())
        self.path.removeLast()
    }

    /// Validity alone.
    mutating func passes(_ index: Int, _ value: Value) -> Bool {
        let (count, cap) = (self.records.count, self.cap)
        self.quiet += 1
        self.cap = count + 1
        self.evaluate(index, value, as: "")
        let passes = self.records.count == count
        self.records.removeLast(self.records.count - count)
        self.cap = cap
        self.quiet -= 1
        return passes
    }

    private mutating func apply(_ check: Check, _ value: Value, as keyword: String) {
        switch check {
        case .never:
            let found = Phrase(describing: value)
            self.report(keyword, Phrase("expected nothing here, found \(found.en)", "此处不应有值，实为\(found.zh)"))
        case .types(let types):
            if !types.admits(value) { self.report("type", .expected(.types(types), found: Phrase(describing: value))) }
        case .options(let options):
            self.spend(value.weight)
            if !options.set.contains(ExactValue(value)) {
                self.report("enum", value, isNoneOf: options.list)
            }
        case .constant(let constant):
            if !self.isEqual(ExactValue(value), constant) {
                self.report("const", value, isNoneOf: [constant.value])
            }
        case .multiple, .bound: self.checkNumber(check, value)
        case .minLength, .maxLength, .pattern, .format: self.checkText(check, value)
        case .minItems, .maxItems, .unique, .items, .contains: self.checkList(check, value)
        case .all(let nodes): for node in nodes where !self.isDone { self.evaluate(node, value, as: "allOf") }
        case .any(let nodes): self.checkAny(nodes, value)
        case .one(let nodes): self.checkOne(nodes, value)
        case .not(let node):
            if self.passes(node, value), !self.isDone {
                self.report("not", .expected(Phrase("another value", "其他值"), found: Phrase(describing: value)))
            }
        case .condition(let test, let then, let otherwise):
            let passes = self.passes(test, value)
            if let node = passes ? then : otherwise { self.evaluate(node, value, as: passes ? "then" : "else") }
        case .reference(let node): self.evaluate(node, value, as: keyword)
        default: self.checkObject(check, value)
        }
    }

    private mutating func isEqual(_ value: ExactValue, _ constant: ExactValue) -> Bool {
        var left = max(0, self.stepsLeft)
        let isEqual = value.isEqual(to: constant, steps: &left)
        self.spend(self.stepsLeft - left)
        return isEqual
    }

    // MARK: Alternatives

    private mutating func checkAny(_ nodes: [Int], _ value: Value) {
        for node in nodes where self.isDone || self.passes(node, value) { return }
        self.reportNone(nodes, value, keyword: "anyOf")
    }

    private mutating func checkOne(_ nodes: [Int], _ value: Value) {
        var passing = 0
        for node in nodes where !self.isDone && self.passes(node, value) { passing += 1 }
        if passing == 0 { return self.reportNone(nodes, value, keyword: "oneOf") }
        if passing > 1 {
            self.report(
                "oneOf",
                Phrase(
                    "expected to match exactly one of \(nodes.count) alternatives, found that \(passing) match",
                    "应恰好符合 \(nodes.count) 种形式之一，实际符合 \(passing) 种"))
        }
    }

    /// No alternative matches: says why for the one that seems meant.
    private mutating func reportNone(_ nodes: [Int], _ value: Value, keyword: String) {
        guard self.quiet == 0, !self.isDone else { return self.report(keyword, Phrase(both: "")) }
        let constants = nodes.compactMap { self.nodes[$0].constant }
        if constants.count == nodes.count {
            return self.report(keyword, value, isNoneOf: constants)
        }
        let kept = self.records
        var meant: [[Record]] = []
        var closest: [Record] = []
        for node in nodes where self.stop == nil {
            self.records = []
            self.evaluate(node, value, as: keyword)
            let here = self.path
            let isOther = self.records.contains {
                $0.path == here && ["type", "const", "enum", keyword].contains($0.keyword)
            }
            if !isOther { meant.append(self.records) }
            if closest.isEmpty || self.records.count < closest.count { closest = self.records }
        }
        self.records = kept
        if meant.count == 1 {
            self.records += meant[0].prefix(max(0, self.cap - self.records.count))
            return
        }
        let reason = (meant.first ?? closest).first?.phrase
        self.report(
            keyword,
            Phrase(
                "expected to match one of \(nodes.count) alternatives, found none"
                    + (reason.map { "; the closest: \($0.en)" } ?? ""),
                "应符合 \(nodes.count) 种形式之一，实际均不符合" + (reason.map { "；最接近的一种：\($0.zh)" } ?? "")))
    }
}

extension SchemaNode {
    /// The one value that this schema admits, for titled choices: `{const: a, title: …}`.
    var constant: Value? {
        guard self.checks.count == 1, case .constant(let constant) = self.checks[0] else { return nil }
        return constant.value
    }
}

extension Pattern {
    /// Within what is left of a validation; nil when that, or the steps of one search, are too few.
    func matches(_ text: String, budget: inout Int) -> Bool? {
        let most = min(PatternLimits.steps, max(0, budget) * ValidationLimits.patternSteps)
        var left = most
        let found = self.matches(text, steps: &left)
        budget -= 1 + (most - left) / ValidationLimits.patternSteps
        return found
    }
}

extension Value {
    /// What it costs to compare: how many values it is made of, long texts counted as several.
    var weight: Int { .max - self.rest(of: .max) }

    /// What is left of so much after its weight; below 0 when it weighs more, and then no more of it is looked at.
    func rest(of weight: Int) -> Int {
        var rest = weight - 1
        switch self {
        case .string(let text): rest -= text.utf8.count / 16
        case .list(let list):
            guard list.count <= rest else { return -1 }
            for element in list {
                guard rest >= 0 else { return rest }
                rest = element.rest(of: rest)
            }
        case .map(let map):
            guard map.count <= rest else { return -1 }
            for entry in map.entries {
                guard rest >= 0 else { return rest }
                rest = entry.value.rest(of: rest - entry.key.text.utf8.count / 16)
            }
        default: break
        }
        return rest
    }

    /// Of what ``Phrase/init(showing:)`` shows.
    fileprivate var shownWeight: Int {
        let rest = self.rest(of: Phrase.shownWeight)
        return rest < 0 ? 1 : Phrase.shownWeight - rest
    }
}
