import Values

/// Which numbers a schema makes ints and which doubles: a graph of the parts of the schema that say so.
///
/// `type: integer` is int and `type: number` double. Parts are read as ``Schema/merged(_:)`` gives them, so this agrees with
/// the types of expressions. What a part says itself goes before what its alternatives (`anyOf`, `then`, …) say.
final class NumberForms: Sendable {
    enum Form: Sendable {
        case int, double
    }

    struct Node: Sendable {
        var forms: Set<Form> = []
        /// In key order; a member without number forms has no nodes.
        var members: [(name: String, nodes: [Int])] = []
        var patterns: [(pattern: Pattern, nodes: [Int])] = []
        var others: [Int] = []
        var prefix: [[Int]] = []
        var items: [Int] = []
        var isTyped = false
        var isClosed = false

        var isEmpty: Bool {
            self.forms.isEmpty && self.others.isEmpty && self.items.isEmpty
                && self.members.allSatisfy(\.nodes.isEmpty) && self.patterns.allSatisfy(\.nodes.isEmpty)
                && self.prefix.allSatisfy(\.isEmpty)
        }
    }

    let nodes: [Node]

    /// Nil when the schema says nothing of numbers; the root is the first node.
    init?(_ schema: CompiledSchema) {
        let isNumeric = schema.nodes.contains { node in
            node.checks.contains { check in
                guard case .types(let types) = check else { return false }
                return !types.isDisjoint(with: [.integer, .number])
            }
        }
        guard isNumeric else { return nil }
        var builder = Builder(schema: schema)
        self.nodes = builder.build()
        if self.nodes[0].isEmpty { return nil }
    }

    /// Nil when nothing changes.
    func change(_ value: Value, _ places: [Int], _ steps: inout Int, depth: Int = 0) -> Value? {
        steps -= places.count
        guard steps > 0, depth < ValidationLimits.depth, !places.isEmpty else { return Optional.none }
        switch value {
        case .int, .uint, .double: return self.number(value, places)
        case .list(var list):
            var isChanged = false
            for index in list.indices {
                let inner = self.union(places) { index < $0.prefix.count ? $0.prefix[index] : $0.items }
                guard let new = self.change(list[index], inner, &steps, depth: depth + 1) else { continue }
                list[index] = new
                isChanged = true
            }
            return isChanged ? .list(list) : Optional.none
        case .map(var map):
            var isChanged = false
            for entry in map.entries {
                guard case .string(let name) = entry.key else { continue }
                let inner = self.union(places) { $0.nodes(of: name) }
                guard let new = self.change(entry.value, inner, &steps, depth: depth + 1) else { continue }
                map[entry.key] = new
                isChanged = true
            }
            return isChanged ? .map(map) : Optional.none
        default: return Optional.none
        }
    }

    func places(at path: [String]) -> [Int] {
        path.reduce([0]) { places, name in self.union(places) { $0.nodes(of: name) } }
    }

    private func number(_ value: Value, _ places: [Int]) -> Value? {
        var forms: Set<Form> = []
        for place in places { forms.formUnion(self.nodes[place].forms) }
        // Where alternatives differ it stays as it was written.
        guard forms.count == 1, let form = forms.first else { return Optional.none }
        switch (form, value) {
        case (.double, .int(let number)): return .double(Double(number))
        case (.double, .uint(let number)): return .double(Double(number))
        case (.int, .double(let number)): return Int64(exactly: number).map { .int($0) }
        default: return Optional.none
        }
    }

    private func union(_ places: [Int], _ inner: (Node) -> [Int]) -> [Int] {
        if places.isEmpty { return [] }
        if places.count == 1 { return inner(self.nodes[places[0]]) }
        return Set(places.flatMap { inner(self.nodes[$0]) }).sorted()
    }
}

extension NumberForms.Node {
    func nodes(of name: String) -> [Int] {
        var low = 0
        var high = self.members.count
        while low < high {
            let middle = (low + high) / 2
            if self.members[middle].name.utf8Order(to: name) < 0 { low = middle + 1 } else { high = middle }
        }
        if low < self.members.count, self.members[low].name.hasSameUTF8(as: name) { return self.members[low].nodes }
        var steps = PatternLimits.steps
        let matching = self.patterns.filter { $0.pattern.matches(name, steps: &steps) == true }
        return matching.isEmpty ? self.others : matching.flatMap(\.nodes)
    }
}

// MARK: Building

extension NumberForms {
    fileprivate struct Builder {
        let schema: CompiledSchema
        private var nodes: [Node] = []
        private var alternatives: [[Int]] = []
        private var isMerged: [Bool] = []
        private var known: [Value: Int] = [:]

        init(schema: CompiledSchema) { self.schema = schema }

        mutating func build() -> [Node] {
            _ = self.node(self.schema.nodes[0].source)
            for index in self.nodes.indices { self.mergeAlternatives(of: index) }
            return self.pruned()
        }

        /// Parts that look alike are one node, so recursive schemas end.
        private mutating func node(_ part: Value) -> Int {
            if let known = self.known[part] { return known }
            let index = self.nodes.count
            self.nodes.append(Node())
            self.alternatives.append([])
            self.isMerged.append(false)
            self.known[part] = index
            guard part.map != nil else { return index }
            let map = self.schema.flatten(part)
            self.nodes[index] = self.own(map)
            let alternatives =
                ["anyOf", "oneOf"].flatMap { map[$0]?.list ?? [] } + ["then", "else"].compactMap { map[$0] }
                + (map["dependentSchemas"]?.map?.entries.map(\.value) ?? [])
            self.alternatives[index] = alternatives.map { self.node($0) }
            return index
        }

        private mutating func own(_ map: ValueMap) -> Node {
            var node = Node()
            let types = map["type"].map { $0.list ?? [$0] } ?? []
            node.isTyped = !types.isEmpty
            node.isClosed = map["additionalProperties"].map { $0 != true } ?? false
            if types.contains("number") {
                node.forms = [.double]
            } else if types.contains("integer") {
                node.forms = [.int]
            }
            for entry in map["properties"]?.map?.entries ?? [] {
                node.members.append((entry.key.text, [self.node(entry.value)]))
            }
            for entry in map["patternProperties"]?.map?.entries ?? [] {
                guard let pattern = try? Pattern(entry.key.text, .ecmaScript) else { continue }
                node.patterns.append((pattern, [self.node(entry.value)]))
            }
            node.others = map["additionalProperties"].map { [self.node($0)] } ?? []
            node.prefix = (map["prefixItems"]?.list ?? []).map { [self.node($0)] }
            node.items = map["items"].map { [self.node($0)] } ?? []
            return node
        }

        /// A schema that applies itself to the same value again was refused, so this ends.
        private mutating func mergeAlternatives(of index: Int) {
            guard !self.isMerged[index] else { return }
            self.isMerged[index] = true
            var said = Node()
            for alternative in self.alternatives[index] {
                self.mergeAlternatives(of: alternative)
                said.join(self.nodes[alternative])
            }
            if !self.alternatives[index].isEmpty { self.nodes[index].complete(with: said) }
        }

        /// Without edges to nodes that say nothing of numbers.
        private func pruned() -> [Node] {
            var users: [Int: [Int]] = [:]
            for (index, node) in self.nodes.enumerated() {
                for inner in node.inner { users[inner, default: []].append(index) }
            }
            var open = self.nodes.indices.filter { !self.nodes[$0].forms.isEmpty }
            var telling = Set(open)
            while let index = open.popLast() {
                for user in users[index] ?? [] where telling.insert(user).inserted { open.append(user) }
            }
            return self.nodes.map { $0.keeping(telling) }
        }
    }
}

extension NumberForms.Node {
    fileprivate var inner: [Int] {
        self.members.flatMap(\.nodes) + self.patterns.flatMap(\.nodes) + self.others + self.prefix.flatMap(\.self)
            + self.items
    }

    fileprivate func keeping(_ telling: Set<Int>) -> Self {
        var node = self
        node.members = self.members.map { ($0.name, $0.nodes.filter(telling.contains)) }
        node.patterns = self.patterns.map { ($0.pattern, $0.nodes.filter(telling.contains)) }
        node.others = self.others.filter(telling.contains)
        node.prefix = self.prefix.map { $0.filter(telling.contains) }
        node.items = self.items.filter(telling.contains)
        return node
    }

    /// Adds what another alternative says.
    fileprivate mutating func join(_ other: Self) {
        self.forms.formUnion(other.forms)
        var members = Dictionary(uniqueKeysWithValues: self.members.map { (ValueMap.Key.string($0.name), $0.nodes) })
        for member in other.members { members[.string(member.name), default: []] += member.nodes }
        self.members = members.sorted { $0.key < $1.key }.map { ($0.key.text, $0.value) }
        self.patterns += other.patterns
        self.others += other.others
        for (index, nodes) in other.prefix.enumerated() {
            if index < self.prefix.count { self.prefix[index] += nodes } else { self.prefix.append(nodes) }
        }
        self.items += other.items
    }

    /// Adds what the alternatives say of that of which this says nothing.
    fileprivate mutating func complete(with alternatives: Self) {
        var said = alternatives
        if self.isTyped { said.forms = self.forms }
        said.members.removeAll { member in self.members.contains { $0.name.hasSameUTF8(as: member.name) } }
        if self.isClosed { (said.members, said.patterns, said.others) = ([], [], []) }
        if !self.prefix.isEmpty || !self.items.isEmpty { (said.prefix, said.items) = ([], []) }
        self.forms = []
        self.join(said)
    }
}
