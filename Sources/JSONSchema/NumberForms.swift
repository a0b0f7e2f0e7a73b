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
    /// Whether a value can have several places, or patterns say which: then a walk may take more steps than the value is long.
    let isBranching: Bool

    /// Nil when the schema says nothing of numbers; the root is the first node.
    init?(_ schema: CompiledSchema) throws(SchemaError) {
        var builder = Builder(schema: schema)
        self.nodes = try builder.build()
        self.isBranching = builder.hasAlternatives || self.nodes.contains { !$0.patterns.isEmpty }
        if self.nodes[0].isEmpty { return nil }
    }

    /// Nil when nothing changes, or the steps ran out.
    func change(_ value: Value, _ places: [Int], _ steps: inout Int, depth: Int = 0) -> Value? {
        guard !places.isEmpty else { return Optional.none }
        steps -= places.count
        if depth >= ValidationLimits.depth { steps = 0 }
        guard steps > 0 else { return Optional.none }
        switch value {
        case .int, .uint, .double: return self.number(value, places)
        case .list(var list):
            var isChanged = false
            for index in list.indices where steps > 0 {
                let inner = self.union(places, &steps) { node, _ in
                    index < node.prefix.count ? node.prefix[index] : node.items
                }
                guard let new = self.change(list[index], inner, &steps, depth: depth + 1) else { continue }
                list[index] = new
                isChanged = true
            }
            return isChanged ? .list(list) : Optional.none
        case .map(var map):
            var isChanged = false
            for entry in map.entries where steps > 0 {
                guard case .string(let name) = entry.key else { continue }
                let inner = self.union(places, &steps) { $0.nodes(of: name, &$1) }
                guard let new = self.change(entry.value, inner, &steps, depth: depth + 1) else { continue }
                map[entry.key] = new
                isChanged = true
            }
            return isChanged ? .map(map) : Optional.none
        default: return Optional.none
        }
    }

    func places(at path: [String], _ steps: inout Int) -> [Int] {
        var places = [0]
        for name in path { places = self.union(places, &steps) { $0.nodes(of: name, &$1) } }
        return places
    }

    private func number(_ value: Value, _ places: [Int]) -> Value? {
        let forms = places.lazy.flatMap { self.nodes[$0].forms }
        // Where alternatives differ it stays as it was written.
        guard let form = forms.first, forms.allSatisfy({ $0 == form }) else { return Optional.none }
        switch (form, value) {
        case (.double, .int(let number)): return .double(Double(number))
        case (.double, .uint(let number)): return .double(Double(number))
        case (.int, .double(let number)): return Int64(exactly: number).map { .int($0) }
        default: return Optional.none
        }
    }

    private func union(_ places: [Int], _ steps: inout Int, _ inner: (Node, inout Int) -> [Int]) -> [Int] {
        steps -= places.count
        if places.count == 1 { return inner(self.nodes[places[0]], &steps) }
        var union: Set<Int> = []
        for place in places where steps > 0 {
            let nodes = inner(self.nodes[place], &steps)
            steps -= nodes.count
            union.formUnion(nodes)
        }
        return union.sorted()
    }
}

extension NumberForms.Node {
    func nodes(of name: String, _ steps: inout Int) -> [Int] {
        steps -= ValidationLimits.steps(finding: name, among: self.members.count)
        var low = 0
        var high = self.members.count
        while low < high {
            let middle = (low + high) / 2
            if self.members[middle].name.utf8Order(to: name) < 0 { low = middle + 1 } else { high = middle }
        }
        if low < self.members.count, self.members[low].name.hasSameUTF8(as: name) { return self.members[low].nodes }
        guard !self.patterns.isEmpty else { return self.others }
        var found: [Int]?
        for (pattern, nodes) in self.patterns where steps > 0 {
            switch pattern.matches(name, budget: &steps) {
            case true?:
                found = (found ?? []) + nodes
                steps -= nodes.count
            case false?: break
            case nil: steps = 0
            }
        }
        return found.map { Set($0).sorted() } ?? self.others
    }
}

// MARK: Building

extension NumberForms {
    fileprivate struct Builder {
        let schema: CompiledSchema
        private var nodes: [Node] = []
        private var alternatives: [[Int]] = []
        private var known: [Value: Int] = [:]
        /// Parts whose node is not filled yet.
        private var open: [(part: Value, node: Int)] = []
        private var work = ValidationLimits.alternatives
        private var sayings = ValidationLimits.allSayings
        private(set) var hasAlternatives = false

        init(schema: CompiledSchema) { self.schema = schema }

        mutating func build() throws(SchemaError) -> [Node] {
            _ = self.node(self.schema.nodes[0].source)
            while let (part, index) = self.open.popLast() { try self.fill(index, from: part) }
            try self.mergeAlternatives()
            return self.pruned()
        }

        /// Parts that look alike are one node, so recursive schemas end.
        private mutating func node(_ part: Value) -> Int {
            if let known = self.known[part] { return known }
            let index = self.nodes.count
            self.nodes.append(Node())
            self.alternatives.append([])
            self.known[part] = index
            if part.map != nil { self.open.append((part, index)) }
            return index
        }

        private mutating func fill(_ index: Int, from part: Value) throws(SchemaError) {
            let map = self.schema.flatten(part, &self.sayings)
            guard self.sayings > 0 else {
                let message =
                    "'$ref' and 'allOf' come to more than \(ValidationLimits.allSayings) keywords, members and names;"
                    + " write fewer of them"
                throw SchemaError(mistakes: [.init(pointer: "", message: message)])
            }
            self.nodes[index] = self.own(map)
            let alternatives =
                ["anyOf", "oneOf"].flatMap { map[$0]?.list ?? [] } + ["then", "else"].compactMap { map[$0] }
                + (map["dependentSchemas"]?.map?.entries.map(\.value) ?? [])
            self.alternatives[index] = Set(alternatives.map { self.node($0) }).sorted()
            if !alternatives.isEmpty { self.hasAlternatives = true }
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
                guard let pattern = self.schema.patterns[entry.key] else { continue }
                node.patterns.append((pattern, [self.node(entry.value)]))
            }
            node.others = map["additionalProperties"].map { [self.node($0)] } ?? []
            node.prefix = (map["prefixItems"]?.list ?? []).map { [self.node($0)] }
            node.items = map["items"].map { [self.node($0)] } ?? []
            return node
        }

        /// Innermost first. A schema that applies itself to the same value again was refused, so this ends.
        private mutating func mergeAlternatives() throws(SchemaError) {
            var isEntered = [Bool](repeating: false, count: self.nodes.count)
            var isMerged = isEntered
            var stack = Array(self.nodes.indices)
            while let index = stack.last {
                if !isEntered[index] {
                    isEntered[index] = true
                    stack += self.alternatives[index].filter { !isEntered[$0] }
                    continue
                }
                stack.removeLast()
                guard !isMerged[index] else { continue }
                isMerged[index] = true
                try self.completeNode(at: index)
            }
        }

        private mutating func completeNode(at index: Int) throws(SchemaError) {
            guard !self.alternatives[index].isEmpty else { return }
            var said = Alternatives()
            for alternative in self.alternatives[index] {
                self.work -= self.nodes[alternative].size
                guard self.work >= 0 else {
                    let message =
                        "alternatives within alternatives say more than \(ValidationLimits.alternatives) things of"
                        + " numbers; write fewer of them"
                    throw SchemaError(mistakes: [.init(pointer: "", message: message)])
                }
                said.add(self.nodes[alternative])
            }
            said.complete(&self.nodes[index])
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

    /// What a part's alternatives say, each thing once.
    fileprivate struct Alternatives {
        private var forms: Set<Form> = []
        private var members: [ValueMap.Key: Set<Int>] = [:]
        private var patterns: [ValueMap.Key: (pattern: Pattern, nodes: Set<Int>)] = [:]
        private var others: Set<Int> = []
        private var prefix: [Set<Int>] = []
        private var items: Set<Int> = []

        mutating func add(_ node: Node) {
            self.forms.formUnion(node.forms)
            for member in node.members { self.members[.string(member.name), default: []].formUnion(member.nodes) }
            for (pattern, nodes) in node.patterns {
                self.patterns[.string(pattern.source), default: (pattern, [])].nodes.formUnion(nodes)
            }
            self.others.formUnion(node.others)
            for (index, nodes) in node.prefix.enumerated() {
                if index == self.prefix.count { self.prefix.append([]) }
                self.prefix[index].formUnion(nodes)
            }
            self.items.formUnion(node.items)
        }

        /// Adds what the alternatives say of that of which the node says nothing.
        func complete(_ node: inout Node) {
            if !node.isTyped { node.forms = self.forms }
            if node.prefix.isEmpty && node.items.isEmpty {
                node.prefix = self.prefix.map { $0.sorted() }
                node.items = self.items.sorted()
            }
            guard !node.isClosed else { return }
            var members = self.members
            for member in node.members { members[.string(member.name)] = Set(member.nodes) }
            node.members = members.sorted { $0.key < $1.key }.map { ($0.key.text, $0.value.sorted()) }
            var patterns = self.patterns
            for (pattern, nodes) in node.patterns {
                patterns[.string(pattern.source), default: (pattern, [])].nodes.formUnion(nodes)
            }
            node.patterns = patterns.sorted { $0.key < $1.key }.map { ($0.value.pattern, $0.value.nodes.sorted()) }
            node.others = self.others.union(node.others).sorted()
        }
    }
}

extension NumberForms.Node {
    fileprivate var inner: [Int] {
        self.members.flatMap(\.nodes) + self.patterns.flatMap(\.nodes) + self.others + self.prefix.flatMap(\.self)
            + self.items
    }

    /// What it costs to add this to others.
    fileprivate var size: Int { 1 + self.members.count + self.patterns.count + self.prefix.count + self.inner.count }

    fileprivate func keeping(_ telling: Set<Int>) -> Self {
        var node = self
        node.members = self.members.map { ($0.name, $0.nodes.filter(telling.contains)) }
        node.patterns = self.patterns.map { ($0.pattern, $0.nodes.filter(telling.contains)) }
        node.others = self.others.filter(telling.contains)
        node.prefix = self.prefix.map { $0.filter(telling.contains) }
        node.items = self.items.filter(telling.contains)
        return node
    }
}
