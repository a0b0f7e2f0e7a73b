import JSONSchema
import Values

// What a script expects, and how reality differs.
extension Simulation {
    mutating func check(_ expectation: Value, _ step: Script.Step) {
        if expectation["handled"] == .bool(false) { self.unexpected = nil }
        self.flagUnexpected()
        for entry in expectation.map?.entries ?? [] {
            guard case .string(let key) = entry.key else { continue }
            let reason = key == "handled" || key == "status" ? self.last.error : nil
            for difference in self.differences(key, entry.value) {
                var phrase = difference.phrase
                if let reason { phrase = Phrase("\(phrase.en) (\(reason.en))", "\(phrase.zh)（\(reason.zh)）") }
                self.findings.append(phrase.inStep(step.number))
            }
        }
    }

    private func differences(_ key: String, _ expected: Value) -> [Difference] {
        switch key {
        case "states": Difference.ofNames(expected, self.snapshot?.active ?? [], at: key)
        case "tasks": Difference.ofNames(expected, self.tasks, at: key)
        case "parked": Difference.ofNames(expected, self.parked, at: key)
        case "due": Difference.all(expected, .map(self.due), at: key)
        case "status": Difference.all(expected, .string(self.status), at: key)
        case "handled": Difference.all(expected, .bool(self.last.isHandled), at: key)
        case "context": Difference.all(expected, self.snapshot?.context ?? .null, at: key)
        case "output": Difference.all(expected, self.snapshot?.output ?? .null, at: key)
        case "error": self.differenceOfError(expected)
        case "effects": self.missingEffects(expected)
        default: [Difference(unknown: key)]
        }
    }

    private func differenceOfError(_ expected: Value) -> [Difference] {
        let actual = self.last.error ?? Phrase(both: "")
        guard let part = expected.string, !actual.en.utf8.contains(part: part.utf8) else { return [] }
        return [
            Difference(
                path: "error", expected: Phrase("one with \"\(part)\"", "含“\(part)”"),
                found: Phrase("\"\(actual.en)\"", "“\(actual.zh)”"))
        ]
    }

    /// Each expected effect is a part of one that happened; else the nearest one of its kind tells how it differs.
    private func missingEffects(_ expected: Value) -> [Difference] {
        var missing: [Difference] = []
        for (place, wanted) in (expected.list ?? [expected]).enumerated() {
            let kind = wanted["kind"]
            let path = (expected.list == nil ? "effects" : "effects[\(place)]") + (kind?.string.map { " \($0)" } ?? "")
            let nearest = self.last.effects.filter { kind == nil || $0["kind"] == kind }
                .map { Difference.all(wanted, $0, at: path) }.min { $0.count < $1.count }
            guard let nearest else {
                let kinds = self.last.effects.compactMap { $0["kind"]?.string }
                missing.append(
                    Difference(
                        path: path, expected: Phrase(both: wanted.json), found: .names(kinds, none: "no effects")))
                continue
            }
            missing += nearest
        }
        return missing
    }
}

/// A place at which something else is found than a script expects.
struct Difference {
    var phrase: Phrase

    /// What fits beside each other on one line.
    private static let short = 100
    /// Text that both have in common, beyond which it is left out.
    private static let common = 24

    static let expectations = [
        "states", "tasks", "parked", "due", "status", "handled", "context", "output", "error", "effects",
    ]

    init(unknown expectation: String) {
        let advice = Phrase(unknown: expectation, among: Self.expectations)
        self.phrase = Phrase("unknown expectation \(advice.en)", "未知的预期\(advice.zh)")
    }

    /// `path`: `context.offers[2].amount`
    init(path: String, expected: Phrase, found: Phrase) {
        let line = Phrase.expected(expected, found: found)
        self.phrase = Phrase(
            Self.text(path, line.en, ("expected", expected.en), ("found", found.en)),
            Self.text(path, line.zh, ("应为", expected.zh), ("实为", found.zh)))
    }

    private static func text(
        _ path: String, _ line: String, _ wanted: (word: String, text: String), _ actual: (word: String, text: String)
    ) -> String {
        let line = "\(path): \(line)"
        if line.count <= Self.short { return line }
        let (expected, found) = (wanted.text, actual.text)
        // Below each other, from a little before where they part.
        let front = zip(expected, found).prefix { $0 == $1 }.count
        let skipped = front > 2 * Self.common ? front - Self.common : 0
        func part(_ text: String) -> String { skipped > 0 ? "…" + text.dropFirst(skipped) : text }
        let gap = String(repeating: " ", count: wanted.word.count - actual.word.count)
        return "\(path):\n      \(wanted.word)  \(part(expected))\n      \(actual.word)\(gap)  \(part(found))"
    }

    /// Exact, in any order.
    static func ofNames(_ expected: Value, _ actual: [String], at path: String) -> [Difference] {
        let wanted = expected.list?.compactMap(\.string) ?? expected.string.map { [$0] } ?? []
        guard wanted.sorted() != actual.sorted() else { return [] }
        return [Difference(path: path, expected: .names(wanted, none: "none"), found: .names(actual, none: "none"))]
    }

    /// Maps are compared member by member, what is not expected is free; numbers by value.
    static func all(_ expected: Value, _ actual: Value, at path: String) -> [Difference] {
        switch (expected, actual) {
        case (.map(let wanted), .map(let found)):
            return wanted.entries.flatMap { entry -> [Difference] in
                guard case .string(let key) = entry.key else { return [] }
                let inner = "\(path).\(key)"
                if let member = found[key] { return Self.all(entry.value, member, at: inner) }
                if entry.value.isNull { return [] }
                return [
                    Difference(path: inner, expected: Phrase(both: entry.value.json), found: Phrase("nothing", "无"))
                ]
            }
        case (.list(let wanted), .list(let found)) where wanted.count == found.count:
            return zip(wanted, found).enumerated().flatMap { place, pair in
                Self.all(pair.0, pair.1, at: "\(path)[\(place)]")
            }
        case (.list(let wanted), .list(let found)):
            let lengths = Difference(
                path: "\(path): length", expected: Phrase(both: "\(wanted.count)"),
                found: Phrase(both: "\(found.count)"))
            return [lengths, Self.ofValues(expected, actual, at: path)]
        case (.int(let wanted), .double(let found)) where Double(wanted) == found: return []
        case (.double(let wanted), .int(let found)) where wanted == Double(found): return []
        default:
            return expected == actual ? [] : [Self.ofValues(expected, actual, at: path)]
        }
    }

    private static func ofValues(_ expected: Value, _ actual: Value, at path: String) -> Difference {
        Difference(path: path, expected: Phrase(both: expected.json), found: Phrase(both: actual.json))
    }
}

extension Phrase {
    fileprivate static func names(_ names: [String], none: String) -> Phrase {
        names.isEmpty ? Phrase(none, "无") : Phrase(both: names.joined(separator: ", "))
    }
}

extension Sequence where Element == UInt8 {
    fileprivate func contains(part: some Sequence<UInt8>) -> Bool {
        let all = Array(self)
        let wanted = Array(part)
        guard wanted.count <= all.count else { return false }
        return (0...(all.count - wanted.count)).contains { all[$0...].starts(with: wanted) }
    }
}
