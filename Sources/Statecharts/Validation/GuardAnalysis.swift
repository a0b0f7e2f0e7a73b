import CEL
import Values

/// What can be said of guards from their form alone: which can never hold, and which hold whenever another does.
///
/// A condition is taken apart into alternatives, each a list of facts that must hold together.
struct GuardAnalysis {
    /// What a schema allows at a path, where one is known.
    typealias Domain = ([String]) -> Value?

    enum Fact: Hashable {
        case compare([String], Condition.Comparison, Value)
        case oneOf([String], [Value])
        case text(String, isTrue: Bool)
    }

    /// The alternatives of a condition; nil: too many.
    static func alternatives(of condition: Condition, isTrue: Bool = true) -> [[Fact]]? {
        switch condition {
        case .constant(let value): return value == isTrue ? [[]] : []
        case .not(let operand): return self.alternatives(of: operand, isTrue: !isTrue)
        case .all(let operands): return isTrue ? self.product(operands, isTrue) : self.union(operands, isTrue)
        case .any(let operands): return isTrue ? self.union(operands, isTrue) : self.product(operands, isTrue)
        case .compare(let path, let comparison, let value):
            return [[.compare(path, isTrue ? comparison : comparison.negated, value)]]
        case .oneOf(let path, let values):
            return [isTrue ? [.oneOf(path, values)] : values.map { .compare(path, .notEqual, $0) }]
        case .holds(let path): return [[.compare(path, .equal, .bool(isTrue))]]
        case .other(let text): return [[.text(text, isTrue: isTrue)]]
        }
    }

    private static func union(_ operands: [Condition], _ isTrue: Bool) -> [[Fact]]? {
        var all: [[Fact]] = []
        for operand in operands {
            guard let found = self.alternatives(of: operand, isTrue: isTrue) else { return nil }
            all += found
            guard all.count <= DefinitionLimits.alternatives, self.isSmall(all) else { return nil }
        }
        return all
    }

    private static func product(_ operands: [Condition], _ isTrue: Bool) -> [[Fact]]? {
        var all: [[Fact]] = [[]]
        for operand in operands {
            guard let found = self.alternatives(of: operand, isTrue: isTrue) else { return nil }
            guard all.count * found.count <= DefinitionLimits.alternatives else { return nil }
            all = all.flatMap { left in found.map { left + $0 } }
            guard self.isSmall(all) else { return nil }
        }
        return all
    }

    private static func isSmall(_ alternatives: [[Fact]]) -> Bool {
        alternatives.reduce(0) { $0 + $1.count } <= DefinitionLimits.facts
    }

    // MARK: Questions

    /// Whether no values can make these facts true together.
    static func isImpossible(_ facts: [Fact], in domain: Domain = { _ in nil }) -> Bool {
        var members: [[String]: PossibleValues] = [:]
        var texts: [String: Bool] = [:]
        for fact in facts {
            switch fact {
            case .text(let text, let isTrue):
                if texts.updateValue(isTrue, forKey: text) == !isTrue { return true }
            case .compare(let path, let comparison, let value):
                members[path, default: PossibleValues(schema: domain(path))].restrict(comparison, value)
            case .oneOf(let path, let values):
                members[path, default: PossibleValues(schema: domain(path))].restrict(to: values)
            }
        }
        return members.values.contains { $0.isEmpty }
    }

    /// No, where the work is spent: facts looked at together with others.
    static func isImpossible(_ condition: Condition, _ work: inout Int, in domain: Domain) -> Bool {
        guard let alternatives = self.alternatives(of: condition) else { return false }
        return alternatives.allSatisfy { self.isImpossible($0, &work, in: domain) }
    }

    static func isImpossible(_ facts: [Fact], _ work: inout Int, in domain: Domain) -> Bool {
        self.spend(facts, facts, &work) && self.isImpossible(facts, in: domain)
    }

    /// Whether the first, in alternatives, holds whenever the second does; no, where the work is spent.
    static func isImplied(_ wide: [[Fact]], by narrow: [[Fact]], _ work: inout Int) -> Bool {
        guard !narrow.isEmpty else { return false }
        for facts in narrow {
            let isCovered = wide.contains { alternative in
                self.spend(alternative, facts, &work) && alternative.allSatisfy { self.follows($0, from: facts) }
            }
            guard isCovered else { return false }
        }
        return true
    }

    private static func spend(_ facts: [Fact], _ others: [Fact], _ work: inout Int) -> Bool {
        work -= facts.reduce(0) { $0 + $1.size } * others.reduce(0) { $0 + $1.size }
        return work > 0
    }

    private static func follows(_ fact: Fact, from facts: [Fact]) -> Bool {
        if facts.contains(fact) { return true }
        switch fact {
        case .text: return false
        case .compare(let path, let comparison, let value):
            // Only what is said of the same member: others may be missing, and then the fact is an error.
            let same = facts.filter { $0.path == path }
            return !same.isEmpty && self.isImpossible(same + [.compare(path, comparison.negated, value)])
        case .oneOf(let path, let values):
            let same = facts.filter { $0.path == path }
            return !same.isEmpty && self.isImpossible(same + values.map { .compare(path, .notEqual, $0) })
        }
    }
}

extension GuardAnalysis.Fact {
    /// In values.
    fileprivate var size: Int {
        if case .oneOf(_, let values) = self { values.count + 1 } else { 1 }
    }

    var path: [String]? {
        switch self {
        case .compare(let path, _, _), .oneOf(let path, _): path
        case .text: nil
        }
    }
}

/// The values that a member can have, as far as comparisons with literals and a schema say.
struct PossibleValues {
    private var low = -Double.infinity
    private var isLowOpen = false
    private var high = Double.infinity
    private var isHighOpen = false
    private var isInteger = false
    private var hasBounds = false
    /// nil: any.
    private var candidates: [Value]?
    private var excluded: [Value] = []

    init(schema: Value?) {
        guard let schema, schema.map != nil else {
            // The schema that nothing fits: there is no such member.
            if schema?.bool == false { self.candidates = [] }
            return
        }
        if let only = schema["const"] { self.candidates = [only] }
        if let list = schema["enum"]?.list { self.restrict(to: list) }
        switch schema["type"]?.string {
        case "boolean": self.restrict(to: [.bool(true), .bool(false)])
        case "integer": self.isInteger = true
        case "number": break
        // Bounds say nothing of values of other types.
        default: return
        }
        if let minimum = schema["minimum"]?.number { self.raise(minimum, isOpen: false) }
        if let minimum = schema["exclusiveMinimum"]?.number { self.raise(minimum, isOpen: true) }
        if let maximum = schema["maximum"]?.number { self.lower(maximum, isOpen: false) }
        if let maximum = schema["exclusiveMaximum"]?.number { self.lower(maximum, isOpen: true) }
        self.hasBounds = false
    }

    mutating func restrict(to values: [Value]) {
        self.candidates = (self.candidates ?? values).filter { known in values.contains { Self.areEqual($0, known) } }
    }

    mutating func restrict(_ comparison: Condition.Comparison, _ value: Value) {
        switch comparison {
        case .equal: self.restrict(to: [value])
        case .notEqual: self.excluded.append(value)
        case .less: if let number = value.number { self.lower(number, isOpen: true) }
        case .lessOrEqual: if let number = value.number { self.lower(number, isOpen: false) }
        case .greater: if let number = value.number { self.raise(number, isOpen: true) }
        case .greaterOrEqual: if let number = value.number { self.raise(number, isOpen: false) }
        }
    }

    private mutating func raise(_ bound: Double, isOpen: Bool) {
        self.hasBounds = true
        guard bound > self.low || bound == self.low && isOpen else { return }
        (self.low, self.isLowOpen) = (bound, isOpen)
    }

    private mutating func lower(_ bound: Double, isOpen: Bool) {
        self.hasBounds = true
        guard bound < self.high || bound == self.high && isOpen else { return }
        (self.high, self.isHighOpen) = (bound, isOpen)
    }

    var isEmpty: Bool {
        if let candidates { return !candidates.contains { self.allows($0) } }
        if self.low > self.high || self.low == self.high && (self.isLowOpen || self.isHighOpen) { return true }
        guard self.isInteger, abs(self.low) < 1e9, abs(self.high) < 1e9 else {
            return self.low == self.high && self.excluded.contains { $0.number == self.low }
        }
        let first = self.isLowOpen ? self.low.rounded(.down) + 1 : self.low.rounded(.up)
        let last = self.isHighOpen ? self.high.rounded(.up) - 1 : self.high.rounded(.down)
        guard first <= last else { return true }
        guard last - first < 64 else { return false }
        return stride(from: first, through: last, by: 1).allSatisfy { number in
            self.excluded.contains { $0.number == number }
        }
    }

    private func allows(_ value: Value) -> Bool {
        if self.excluded.contains(where: { Self.areEqual($0, value) }) { return false }
        // Comparing what is no number with a number is an error, which makes a guard false.
        guard let number = value.number else { return !self.hasBounds }
        if number < self.low || number == self.low && self.isLowOpen { return false }
        if number > self.high || number == self.high && self.isHighOpen { return false }
        return !self.isInteger || number == number.rounded()
    }

    private static func areEqual(_ left: Value, _ right: Value) -> Bool {
        if let left = left.number, let right = right.number { return left == right }
        return left == right
    }
}

extension Value {
    fileprivate var number: Double? {
        switch self {
        case .int(let value): Double(value)
        case .uint(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }
}
