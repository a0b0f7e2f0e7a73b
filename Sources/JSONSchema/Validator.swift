import Values

/// One validation: walks the value and the schema together, within a budget.
struct Validator {
    enum Step: Equatable {
        case key(ValueMap.Key)
        case index(Int)
    }

    private struct Record {
        var path: [Step]
        var violation: Violation
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
        var seen: Set<Violation> = []
        var violations = self.records.enumerated().sorted { left, right in
            Self.order(left.element.path, right.element.path) ?? (left.offset < right.offset)
        }.map(\.element.violation).filter { seen.insert($0).inserted }
        if let stop = self.stop {
            violations.append(
                Violation(pointer: Self.pointer(self.stopPath), keyword: "limit", en: stop.en, zh: stop.zh))
        }
        return Array(violations.suffix(ValidationLimits.violations))
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
        guard self.records.count < self.cap else { return }
        if self.quiet > 0 {
            self.records.append(Record(path: [], violation: Violation(pointer: "", keyword: "", en: "", zh: "")))
            return
        }
        let phrase = phrase()
        let violation = Violation(
            pointer: Self.pointer(self.path), keyword: keyword, en: phrase.en, zh: phrase.zh)
        self.records.append(Record(path: self.path, violation: violation))
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
        if self.stepsLeft <= 0 {
            self.halt(Phrase("the value is too large to check against this schema", "数据过大，无法按此模式校验"))
        }
    }

    private mutating func halt(_ reason: Phrase, at path: [Step] = []) {
        if self.stop == nil { (self.stop, self.stopPath) = (reason, path) }
    }

    /// A search that takes too long ends the validation: neither outcome is known.
    mutating func matches(_ pattern: Pattern, _ text: String) -> Bool {
        let most = min(PatternLimits.steps, max(0, self.stepsLeft) * ValidationLimits.patternSteps)
        var left = most
        let found = pattern.matches(text, steps: &left)
        if found == nil {
            let source = Phrase.shorten(pattern.source)
            self.halt(
                Phrase("the pattern '\(source)' takes too long to check here", "此处按正则“\(source)”校验耗时过长"), at: self.path)
        }
        self.spend((most - left) / ValidationLimits.patternSteps)
        return found ?? true
    }

    // MARK: Walking

    /// `keyword` is what to blame when the schema is `false`.
    mutating func evaluate(_ index: Int, _ value: Value, as keyword: String) {
        self.spend(1)
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
                self.report("enum", .expected(.choice(options.list), found: Phrase(showing: value)))
            }
        case .constant(let constant):
            self.spend(min(value.weight, constant.value.weight) / 4)
            if ExactValue(value) != constant {
                self.report("const", .expected(.choice([constant.value]), found: Phrase(showing: value)))
            }
        case .multiple, .bound: self.checkNumber(check, value)
        case .minLength, .maxLength, .pattern, .format: self.checkText(check, value)
        case .minItems, .maxItems, .unique, .items, .contains: self.checkList(check, value)
        case .all(let nodes): for node in nodes { self.evaluate(node, value, as: "allOf") }
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

    // MARK: Alternatives

    private mutating func checkAny(_ nodes: [Int], _ value: Value) {
        for node in nodes where self.passes(node, value) { return }
        self.reportNone(nodes, value, keyword: "anyOf")
    }

    private mutating func checkOne(_ nodes: [Int], _ value: Value) {
        var passing = 0
        for node in nodes where self.passes(node, value) { passing += 1 }
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
            return self.report(keyword, .expected(.choice(constants), found: Phrase(showing: value)))
        }
        let kept = self.records
        var meant: [[Record]] = []
        var closest: [Record] = []
        for node in nodes {
            self.records = []
            self.evaluate(node, value, as: keyword)
            let here = self.path
            let isOther = self.records.contains {
                $0.path == here && ["type", "const", "enum", keyword].contains($0.violation.keyword)
            }
            if !isOther { meant.append(self.records) }
            if closest.isEmpty || self.records.count < closest.count { closest = self.records }
        }
        self.records = kept
        if meant.count == 1 {
            self.records += meant[0].prefix(max(0, self.cap - self.records.count))
            return
        }
        let reason = (meant.first ?? closest).first?.violation
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

extension Value {
    /// What it costs to compare: how many values it is made of, long texts counted as several.
    var weight: Int {
        switch self {
        case .list(let list): list.reduce(1) { $0 + $1.weight }
        case .map(let map): map.entries.reduce(1) { $0 + $1.key.text.utf8.count / 16 + $1.value.weight }
        case .string(let text): 1 + text.utf8.count / 16
        default: 1
        }
    }
}
