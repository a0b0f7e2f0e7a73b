import Values

// What a script expects, and how reality differs.
extension Simulation {
    mutating func check(_ expectation: Value, _ step: Script.Step) {
        if expectation["handled"] == .bool(false) { self.unexpected = nil }
        self.flagUnexpected()
        for entry in expectation.map?.entries ?? [] {
            guard case .string(let key) = entry.key else { continue }
            let reason = key == "handled" || key == "status" ? self.last.error.map { " (\($0))" } ?? "" : ""
            for difference in self.differences(key, entry.value) {
                self.differences.append("step \(step.number): \(difference)\(reason)")
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
        default: [Difference(path: "unknown expectation \(key)")]
        }
    }

    private func differenceOfError(_ expected: Value) -> [Difference] {
        let actual = self.last.error ?? ""
        guard let part = expected.string, !actual.utf8.contains(part: part.utf8) else { return [] }
        return [Difference(path: "error", expected: "one with \"\(part)\"", found: "\"\(actual)\"")]
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
                let found = kinds.isEmpty ? "no effects" : kinds.joined(separator: ", ")
                missing.append(Difference(path: path, expected: wanted.json, found: found))
                continue
            }
            missing += nearest
        }
        return missing
    }
}

/// A place at which something else is found than a script expects.
struct Difference: CustomStringConvertible {
    /// `context.offers[2].amount`
    var path: String
    var expected: String?
    var found: String?

    /// What fits beside each other on one line.
    private static let short = 100
    /// Text that both have in common, beyond which it is left out.
    private static let common = 24

    var description: String {
        guard let expected, let found else { return self.path }
        let line = "\(self.path): expected \(expected), found \(found)"
        if line.count <= Self.short { return line }
        // Below each other, from a little before where they part.
        let front = zip(expected, found).prefix { $0 == $1 }.count
        let skipped = front > 2 * Self.common ? front - Self.common : 0
        func part(_ text: String) -> String { skipped > 0 ? "…" + text.dropFirst(skipped) : text }
        return "\(self.path):\n      expected  \(part(expected))\n      found     \(part(found))"
    }

    /// Exact, in any order.
    static func ofNames(_ expected: Value, _ actual: [String], at path: String) -> [Difference] {
        let wanted = expected.list?.compactMap(\.string) ?? expected.string.map { [$0] } ?? []
        guard wanted.sorted() != actual.sorted() else { return [] }
        func list(_ names: [String]) -> String { names.isEmpty ? "none" : names.joined(separator: ", ") }
        return [Difference(path: path, expected: list(wanted), found: list(actual))]
    }

    /// Maps are compared member by member, what is not expected is free; numbers by value.
    static func all(_ expected: Value, _ actual: Value, at path: String) -> [Difference] {
        switch (expected, actual) {
        case (.map(let wanted), .map(let found)):
            return wanted.entries.flatMap { entry -> [Difference] in
                guard case .string(let key) = entry.key else { return [] }
                let inner = "\(path).\(key)"
                if let member = found[key] { return Self.all(entry.value, member, at: inner) }
                return entry.value.isNull ? [] : [Difference(path: inner, expected: entry.value.json, found: "nothing")]
            }
        case (.list(let wanted), .list(let found)) where wanted.count == found.count:
            return zip(wanted, found).enumerated().flatMap { place, pair in
                Self.all(pair.0, pair.1, at: "\(path)[\(place)]")
            }
        case (.list(let wanted), .list(let found)):
            let lengths = Difference(path: "\(path): length", expected: "\(wanted.count)", found: "\(found.count)")
            return [lengths, Difference(path: path, expected: expected.json, found: actual.json)]
        case (.int(let wanted), .double(let found)) where Double(wanted) == found: return []
        case (.double(let wanted), .int(let found)) where wanted == Double(found): return []
        default:
            return expected == actual ? [] : [Difference(path: path, expected: expected.json, found: actual.json)]
        }
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
