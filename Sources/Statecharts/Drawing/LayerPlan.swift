/// The boxes inside of one box, in layers from top to bottom, with the lines between them.
///
/// A layered drawing (Sugiyama, Tagawa, Toda 1981): cycles are broken, nodes ranked by the longest way, long lines led
/// through empty places of the layers between, and layers sorted to save crossings. Every second layer has room for labels.
struct LayerPlan {
    enum End: Hashable {
        case node(Int)
        /// The upper or lower border of the box.
        case top, bottom
    }

    struct Segment {
        var edge: Int
        var upper: End
        var lower: End
        /// Which end its label is near; nil: it has none here.
        var label: LabelPlace?
        enum LabelPlace { case upper, lower }
    }

    struct Item {
        enum Kind: Hashable {
            case node(Int)
            case bend
            case label(edge: Int)
            case port(edge: Int)
        }
        var kind: Kind
        var layer: Int
        /// Items above and below that lines lead to, by segment.
        var above: [Link] = []
        var below: [Link] = []
        /// Place in its layer.
        var order = 0
    }

    struct Link {
        var item: Int
        var segment: Int
    }

    let segments: [Segment]
    var items: [Item] = []
    var layers: [[Int]] = []
    /// Items of each segment, from the upper to the lower end.
    var chains: [[Int]] = []
    private var itemOfNode: [Int: Int] = [:]

    init(nodes: [Int], ranks: [Int: Int], segments: [Segment]) {
        self.segments = segments
        self.layers = Array(repeating: [], count: Self.layer(of: .bottom, ranks) + 1)
        for node in nodes {
            self.itemOfNode[node] = self.items.count
            self.add(Item(kind: .node(node), layer: Self.layer(of: .node(node), ranks)))
        }
        for (index, segment) in segments.enumerated() { self.addChain(index, segment) }
        self.sortLayers()
    }

    private static func layer(of end: End, _ ranks: [Int: Int]) -> Int {
        switch end {
        case .top: 0
        case .node(let node): 2 + 2 * (ranks[node] ?? 0)
        case .bottom: 4 + 2 * (ranks.values.max() ?? 0)
        }
    }

    /// Layers that a line crosses.
    static func length(of segment: Segment, ranks: [Int: Int]) -> Int {
        Self.layer(of: segment.lower, ranks) - Self.layer(of: segment.upper, ranks)
    }

    private mutating func add(_ item: Item) {
        self.layers[item.layer].append(self.items.count)
        self.items.append(item)
    }

    private mutating func item(for end: End, edge: Int) -> Int {
        if case .node(let node) = end, let known = self.itemOfNode[node] { return known }
        self.add(Item(kind: .port(edge: edge), layer: end == .top ? 0 : self.layers.count - 1))
        return self.items.count - 1
    }

    private mutating func addChain(_ index: Int, _ segment: Segment) {
        let upper = self.item(for: segment.upper, edge: segment.edge)
        let lower = self.item(for: segment.lower, edge: segment.edge)
        var chain = [upper]
        let labelLayer: Int? =
            switch segment.label {
            case .upper: self.items[upper].layer + 1
            case .lower: self.items[lower].layer - 1
            case nil: nil
            }
        for layer in (self.items[upper].layer + 1)..<max(self.items[lower].layer, self.items[upper].layer + 1) {
            chain.append(self.items.count)
            self.add(Item(kind: layer == labelLayer ? .label(edge: segment.edge) : .bend, layer: layer))
        }
        chain.append(lower)
        for (above, below) in zip(chain, chain.dropFirst()) {
            self.items[above].below.append(Link(item: below, segment: index))
            self.items[below].above.append(Link(item: above, segment: index))
        }
        self.chains.append(chain)
    }

    // MARK: Ranks

    /// Ranks from 0 by the longest way from above; lines of a cycle that lead back are turned round.
    static func ranks(of nodes: [Int], lines: [(source: Int, target: Int)]) -> [Int: Int] {
        var targets: [Int: [Int]] = [:]
        for line in lines where line.source != line.target { targets[line.source, default: []].append(line.target) }
        var forward: [(Int, Int)] = []
        var finished: [Int] = []
        // Depth first from the initial dot and then in document order, without recursion.
        var state: [Int: Int] = [:]
        for root in nodes where state[root] == nil {
            var stack = [(node: root, next: 0)]
            state[root] = 1
            while let (node, next) = stack.last {
                let list = targets[node] ?? []
                guard next < list.count else {
                    state[node] = 2
                    finished.append(node)
                    stack.removeLast()
                    continue
                }
                stack[stack.count - 1].next += 1
                let target = list[next]
                // To what is still open it leads back.
                forward.append(state[target] == 1 ? (target, node) : (node, target))
                if state[target] == nil {
                    state[target] = 1
                    stack.append((target, 0))
                }
            }
        }
        return Self.longestWays(finished.reversed(), forward)
    }

    private static func longestWays(_ order: [Int], _ lines: [(Int, Int)]) -> [Int: Int] {
        var below: [Int: [Int]] = [:]
        var hasAbove: Set<Int> = []
        for (source, target) in lines {
            below[source, default: []].append(target)
            hasAbove.insert(target)
        }
        var ranks: [Int: Int] = [:]
        for node in order {
            let rank = ranks[node] ?? 0
            ranks[node] = rank
            for target in below[node] ?? [] { ranks[target] = max(ranks[target] ?? 0, rank + 1) }
        }
        // What nothing leads to stands right above what it leads to.
        for node in order.reversed() where !hasAbove.contains(node) {
            if let nearest = (below[node] ?? []).compactMap({ ranks[$0] }).min() { ranks[node] = nearest - 1 }
        }
        return ranks
    }

    // MARK: Order

    private mutating func sortLayers() {
        self.numberItems()
        var best = self.layers
        var fewest = self.crossings()
        var patience = 0
        for round in 0..<24 where fewest > 0 && patience < 6 {
            let isDown = round % 2 == 0
            for layer in isDown ? Array(self.layers.indices) : self.layers.indices.reversed() {
                self.sort(layer, byAbove: isDown)
            }
            let found = self.crossings()
            patience += 1
            if found < fewest {
                fewest = found
                best = self.layers
                patience = 0
            }
        }
        self.layers = best
        self.numberItems()
    }

    private mutating func numberItems() {
        for layer in self.layers {
            for (order, item) in layer.enumerated() { self.items[item].order = order }
        }
    }

    /// By the mean place of the neighbours.
    private mutating func sort(_ layer: Int, byAbove: Bool) {
        var keys: [(item: Int, key: Double)] = []
        for item in self.layers[layer] {
            let links = byAbove ? self.items[item].above : self.items[item].below
            var sum = 0.0
            for link in links { sum += self.place(of: link.item) }
            keys.append((item, links.isEmpty ? self.place(of: item) : sum / Double(links.count)))
        }
        let sorted = keys.enumerated().sorted { ($0.element.key, $0.offset) < ($1.element.key, $1.offset) }
        self.layers[layer] = sorted.map(\.element.item)
        for (order, item) in self.layers[layer].enumerated() { self.items[item].order = order }
    }

    /// From 0 to 1, so that layers of different lengths compare.
    private func place(of item: Int) -> Double {
        let count = self.layers[self.items[item].layer].count
        return (Double(self.items[item].order) + 0.5) / Double(max(count, 1))
    }

    private func crossings() -> Int {
        var total = 0
        for layer in self.layers {
            var orders: [Int] = []
            for item in layer { orders += self.items[item].below.map { self.items[$0.item].order }.sorted() }
            total += Self.inversions(orders)
        }
        return total
    }

    /// Pairs in the wrong order, counted with a Fenwick tree.
    private static func inversions(_ values: [Int]) -> Int {
        guard let most = values.max() else { return 0 }
        var tree = Array(repeating: 0, count: most + 2)
        var found = 0
        for (seen, value) in values.enumerated() {
            var index = value + 1
            var notLarger = 0
            while index > 0 {
                notLarger += tree[index]
                index -= index & -index
            }
            found += seen - notLarger
            index = value + 1
            while index < tree.count {
                tree[index] += 1
                index += index & -index
            }
        }
        return found
    }
}
