import Values

// What a script expects, and how reality differs.
extension Simulation {
    mutating func check(_ expectation: Value, _ step: Script.Step) {
        if expectation["handled"] == .bool(false) { self.unexpected = nil }
        self.flagUnexpected()
        for entry in expectation.map?.entries ?? [] {
            guard case .string(let key) = entry.key, let difference = self.difference(key, entry.value) else {
                continue
            }
            let reason = key == "handled" || key == "status" ? self.last.error.map { " (\($0))" } ?? "" : ""
            self.differences.append("step \(step.number): \(difference)\(reason)")
        }
    }

    private func difference(_ key: String, _ expected: Value) -> String? {
        switch key {
        case "states":
            return Self.difference("states", names: expected, self.snapshot?.active ?? [])
        case "tasks":
            return Self.difference("tasks", names: expected, self.tasks)
        case "parked":
            return Self.difference("parked", names: expected, self.parked)
        case "due":
            return Self.missing(expected, in: .map(self.due), "due")
        case "status":
            return Self.difference("status", expected, .string(self.status))
        case "handled":
            return Self.difference("handled", expected, .bool(self.last.isHandled))
        case "context":
            return Self.missing(expected, in: self.snapshot?.context ?? .null, "context")
        case "output":
            return Self.missing(expected, in: self.snapshot?.output ?? .null, "output")
        case "error":
            let actual = self.last.error ?? ""
            guard let part = expected.string, !actual.utf8.contains(part: part.utf8) else { return nil }
            return "error: expected one with \"\(part)\", found \"\(actual)\""
        case "effects":
            return self.missingEffect(expected)
        default:
            return "unknown expectation \(key)"
        }
    }

    private static func difference(_ what: String, _ expected: Value, _ actual: Value) -> String? {
        expected == actual ? nil : "\(what): expected \(expected.json), found \(actual.json)"
    }

    /// Exact, in any order.
    private static func difference(_ what: String, names expected: Value, _ actual: [String]) -> String? {
        let wanted = expected.list?.compactMap(\.string) ?? expected.string.map { [$0] } ?? []
        guard wanted.sorted() != actual.sorted() else { return nil }
        return "\(what): expected \(wanted.joined(separator: ", ")), found \(actual.joined(separator: ", "))"
    }

    /// Each expected effect is a part of one that happened.
    private func missingEffect(_ expected: Value) -> String? {
        for wanted in expected.list ?? [expected] {
            let isThere = self.last.effects.contains { Self.missing(wanted, in: $0, "") == nil }
            guard !isThere else { continue }
            let kinds = self.last.effects.compactMap { $0["kind"]?.string }
            return "effects: \(wanted.json) is not among \(kinds.joined(separator: ", "))"
        }
        return nil
    }

    /// Maps are compared member by member, what is not expected is free; numbers by value.
    private static func missing(_ expected: Value, in actual: Value, _ path: String) -> String? {
        switch (expected, actual) {
        case (.map(let wanted), .map(let found)):
            for entry in wanted.entries {
                guard case .string(let key) = entry.key else { continue }
                let inner = path.isEmpty ? key : "\(path).\(key)"
                guard let member = found[key] else {
                    if entry.value.isNull { continue }
                    return "\(inner): expected \(entry.value.json), found nothing"
                }
                if let difference = Self.missing(entry.value, in: member, inner) { return difference }
            }
            return nil
        case (.list(let wanted), .list(let found)) where wanted.count == found.count:
            for (place, pair) in zip(wanted, found).enumerated() {
                if let difference = Self.missing(pair.0, in: pair.1, "\(path)[\(place)]") { return difference }
            }
            return nil
        case (.int(let wanted), .double(let found)) where Double(wanted) == found: return nil
        case (.double(let wanted), .int(let found)) where wanted == Double(found): return nil
        default:
            return expected == actual ? nil : "\(path): expected \(expected.json), found \(actual.json)"
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
