import Values

final class ListNode: Node {
    struct Element: Sendable {
        let node: any Node
        let isOptional: Bool
    }

    let elements: [Element]
    let offset: Int

    init(elements: [Element], offset: Int) {
        self.elements = elements
        self.offset = offset
    }

    func evaluate(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.charge(1 + self.elements.count)
        var values: [Value] = []
        values.reserveCapacity(self.elements.count)
        for element in self.elements {
            let value = try element.node.evaluate(&run)
            guard element.isOptional else {
                values.append(value)
                continue
            }
            guard case .optional(let optional) = value else { throw noOverload("[?]", [value], self.offset) }
            if let inner = optional.value { values.append(inner) }
        }
        return .list(values)
    }
}

final class MapNode: Node {
    struct Entry: Sendable {
        let key: any Node
        let value: any Node
        let isOptional: Bool
    }

    let entries: [Entry]
    let offset: Int

    init(entries: [Entry], offset: Int) {
        self.entries = entries
        self.offset = offset
    }

    func evaluate(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.charge(1 + self.entries.count)
        var builder = MapBuilder(offset: self.offset)
        for entry in self.entries {
            let key = try entry.key.evaluate(&run)
            var value = try entry.value.evaluate(&run)
            if entry.isOptional {
                guard case .optional(let optional) = value else { throw noOverload("{?:}", [value], self.offset) }
                guard let inner = optional.value else { continue }
                value = inner
            }
            try builder.append(key, value)
        }
        return try builder.map()
    }
}

/// Entries on their way into a map.
private struct MapBuilder {
    private var entries: [ValueMap.Entry] = []
    private let offset: Int

    init(offset: Int) {
        self.offset = offset
    }

    mutating func append(_ key: Value, _ value: Value) throws(EvaluationError) {
        guard let key = key.key else {
            throw EvaluationError(
                .invalidArgument, "a map has no keys of type \(key.typeName)", offset: self.offset)
        }
        self.entries.append(ValueMap.Entry(key: key, value: value))
    }

    consuming func map() throws(EvaluationError) -> Value {
        var duplicate: ValueMap.Key?
        let map = ValueMap(self.entries, duplicate: &duplicate)
        duplicate = duplicate ?? map.numberThatIsTwoKeys
        if let duplicate {
            throw EvaluationError(
                .duplicateKey, "the key \(duplicate.value.shown) occurs twice", offset: self.offset)
        }
        return .map(map)
    }
}

/// The macros over lists and maps.
final class ComprehensionNode: Node {
    let kind: Syntax.Comprehension.Kind
    let range: any Node
    let first: Int
    let second: Int?
    let filter: (any Node)?
    let body: any Node
    let offset: Int

    init(
        kind: Syntax.Comprehension.Kind, range: any Node, first: Int, second: Int?, filter: (any Node)?, body: any Node,
        offset: Int
    ) {
        self.kind = kind
        self.range = range
        self.first = first
        self.second = second
        self.filter = filter
        self.body = body
        self.offset = offset
    }

    func evaluate(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.charge()
        let range = try self.range.evaluate(&run)
        switch range {
        case .list, .map: break
        default:
            throw EvaluationError(
                .noSuchOverload, "a value of type \(range.typeName) is no list or map to go through",
                offset: self.offset)
        }
        switch self.kind {
        case .all: return try self.quantify(range, decides: false, &run)
        case .exists: return try self.quantify(range, decides: true, &run)
        case .existsOne: return try self.count(range, &run)
        case .transformList: return try self.list(range, &run)
        case .transformMap, .transformMapEntry: return try self.map(range, &run)
        case .sortBy: return try self.sorted(range, &run)
        }
    }

    /// Calls the body once an element, its names set, until it returns false.
    private func forEach(
        _ range: Value, _ run: inout Run,
        _ body: (inout Run) throws(EvaluationError) -> Bool
    ) throws(EvaluationError) {
        switch range {
        case .list(let elements):
            for index in elements.indices {
                try run.charge()
                if let second {
                    run.slots[self.first] = .int(Int64(index))
                    run.slots[second] = elements[index]
                } else {
                    run.slots[self.first] = elements[index]
                }
                guard try self.isWanted(&run) else { continue }
                if !(try body(&run)) { return }
            }
        case .map(let map):
            for entry in map.entries {
                try run.charge()
                run.slots[self.first] = entry.key.value
                if let second { run.slots[second] = entry.value }
                guard try self.isWanted(&run) else { continue }
                if !(try body(&run)) { return }
            }
        default: return
        }
    }

    private func isWanted(_ run: inout Run) throws(EvaluationError) -> Bool {
        guard let isWanted = try self.filter?.evaluate(&run) else { return true }
        return try self.flag(isWanted)
    }

    private func flag(_ value: Value) throws(EvaluationError) -> Bool {
        guard case .bool(let flag) = value else {
            throw EvaluationError(
                .noSuchOverload, "the condition of a loop is a bool, not \(value.typeName)", offset: self.offset)
        }
        return flag
    }

    /// `all` and `exists` are `&&` and `||` over the elements, errors included.
    private func quantify(_ range: Value, decides: Bool, _ run: inout Run) throws(EvaluationError) -> Value {
        var failure: EvaluationError?
        var isDecided = false
        try self.forEach(range, &run) { (run) throws(EvaluationError) in
            do throws(EvaluationError) {
                isDecided = try self.flag(try self.body.evaluate(&run)) == decides
            } catch {
                if error.code == .budget { throw error }
                failure = failure ?? error
            }
            return !isDecided
        }
        if isDecided { return .bool(decides) }
        if let failure { throw failure }
        return .bool(!decides)
    }

    private func count(_ range: Value, _ run: inout Run) throws(EvaluationError) -> Value {
        var count = 0
        try self.forEach(range, &run) { (run) throws(EvaluationError) in
            if try self.flag(try self.body.evaluate(&run)) { count += 1 }
            return true
        }
        return .bool(count == 1)
    }

    private func list(_ range: Value, _ run: inout Run) throws(EvaluationError) -> Value {
        var results: [Value] = []
        // Most lists are short: one allocation does.
        results.reserveCapacity(8)
        try self.forEach(range, &run) { (run) throws(EvaluationError) in
            results.append(try self.body.evaluate(&run))
            return true
        }
        return .list(results)
    }

    private func map(_ range: Value, _ run: inout Run) throws(EvaluationError) -> Value {
        var builder = MapBuilder(offset: self.offset)
        try self.forEach(range, &run) { (run) throws(EvaluationError) in
            let key = run.slots[self.first]
            let result = try self.body.evaluate(&run)
            if self.kind == .transformMap {
                try builder.append(key, result)
                return true
            }
            guard case .map(let entries) = result else {
                throw EvaluationError(
                    .noSuchOverload, "transformMapEntry() makes a map an element, not \(result.typeName)",
                    offset: self.offset)
            }
            try run.charge(entries.count)
            for entry in entries.entries { try builder.append(entry.key.value, entry.value) }
            return true
        }
        return try builder.map()
    }

    private func sorted(_ range: Value, _ run: inout Run) throws(EvaluationError) -> Value {
        guard case .list(let elements) = range else { throw noOverload("sortBy", [range], self.offset) }
        var keys: [Value] = []
        try self.forEach(range, &run) { (run) throws(EvaluationError) in
            keys.append(try self.body.evaluate(&run))
            return true
        }
        do throws(EvaluationError) {
            return .list(try sortedOrder(of: keys, &run).map { elements[$0] })
        } catch {
            throw error.at(self.offset)
        }
    }
}
