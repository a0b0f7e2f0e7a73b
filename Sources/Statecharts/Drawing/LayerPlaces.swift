/// Where the items of a ``LayerPlan`` lie.
struct LayerPlaces {
    /// Room that an item takes left and right of its line or middle, and its height.
    struct Extent {
        var left: Double
        var right: Double
        var height: Double
    }

    let plan: LayerPlan
    let extents: [Extent]
    /// Where a line meets a box with places of its own, from the middle: by item and segment.
    let anchors: [Anchor: Double]
    private(set) var x: [Double]
    private(set) var top: [Double] = []
    private(set) var bottom: [Double] = []

    struct Anchor: Hashable {
        var item: Int
        var segment: Int
    }

    init(_ plan: LayerPlan, extents: [Extent], anchors: [Anchor: Double], header: Double, footer: Double) {
        self.plan = plan
        self.extents = extents
        self.anchors = anchors
        self.x = Array(repeating: 0, count: plan.items.count)
        self.placeAcross()
        self.placeDown(header: header, footer: footer)
    }

    private func anchor(_ item: Int, _ segment: Int) -> Double {
        self.anchors[Anchor(item: item, segment: segment)] ?? 0
    }

    // MARK: Across

    private mutating func placeAcross() {
        for layer in self.plan.layers {
            var next = 0.0
            for item in layer {
                self.x[item] = next + self.extents[item].left
                next = self.x[item] + self.extents[item].right + self.gap(item)
            }
        }
        // Boxes far from each other pull slowly: small drawings can afford many rounds.
        let rounds = self.plan.items.count < 3_000 ? 120 : 36
        for round in 0..<rounds {
            let isDown = round % 2 == 0
            let isLast = round >= rounds - 12
            for layer in isDown ? Array(self.plan.layers.indices) : self.plan.layers.indices.reversed() {
                self.settle(self.plan.layers[layer], above: isDown || isLast, below: !isDown || isLast)
            }
        }
        // Between the boxes, whose layers have come to rest, lines take the straight way.
        for layer in self.plan.layers.indices where layer % 2 == 1 {
            self.settle(self.plan.layers[layer], above: true, below: true)
        }
        let least = self.plan.items.indices.map { self.x[$0] - self.extents[$0].left }.min() ?? 0
        for item in self.x.indices { self.x[item] -= least }
    }

    private func gap(_ item: Int) -> Double {
        switch self.plan.items[item].kind {
        case .node: 22
        case .label: 10
        case .bend, .port: 12
        }
    }

    /// As near as possible to where the neighbours are, in order and with room between: a weighted isotonic regression by
    /// pooling adjacent violators.
    private mutating func settle(_ layer: [Int], above: Bool, below: Bool) {
        struct Block {
            var weight: Double
            var sum: Double
            var count: Int
            var mean: Double { self.sum / self.weight }
        }
        var offsets: [Double] = []
        var blocks: [Block] = []
        var offset = 0.0
        for (index, item) in layer.enumerated() {
            if index > 0 {
                let previous = layer[index - 1]
                offset +=
                    self.extents[previous].right + self.extents[item].left + max(self.gap(previous), self.gap(item))
            }
            offsets.append(offset)
            let (wish, weight) = self.wish(item, above: above, below: below)
            blocks.append(Block(weight: weight, sum: (wish - offset) * weight, count: 1))
            while blocks.count > 1, blocks[blocks.count - 2].mean > blocks[blocks.count - 1].mean {
                let last = blocks.removeLast()
                blocks[blocks.count - 1].weight += last.weight
                blocks[blocks.count - 1].sum += last.sum
                blocks[blocks.count - 1].count += last.count
            }
        }
        var index = 0
        for block in blocks {
            for _ in 0..<block.count {
                self.x[layer[index]] = block.mean + offsets[index]
                index += 1
            }
        }
    }

    /// Lines that go on through a layer insist more than boxes do: that keeps them straight.
    private func wish(_ item: Int, above: Bool, below: Bool) -> (Double, Double) {
        let own = self.plan.items[item]
        var sum = 0.0
        var count = 0.0
        for link in (above ? own.above : []) + (below ? own.below : []) {
            let neighbour = self.plan.items[link.item]
            let chain = self.plan.chains[link.segment]
            if case .node = own.kind, chain.count == 3, let far = chain.first == item ? chain.last : chain.first,
                case .node = self.plan.items[far].kind
            {
                // A box right below another one stands in its middle, whatever room labels between them need.
                sum += 4 * self.x[far]
                count += 4
                continue
            }
            // A line between two bends is pulled straight first.
            var weight = 1.0
            if case .node = neighbour.kind {} else if case .node = own.kind {} else { weight = 4 }
            sum += weight * (self.x[link.item] + self.anchor(link.item, link.segment) - self.anchor(item, link.segment))
            count += weight
        }
        guard count > 0 else { return (self.x[item], 0.05) }
        // Boxes stay under each other; lines make way for them.
        if case .node = own.kind {
            let width = self.extents[item].left + self.extents[item].right
            return (sum / count, count * (8 + width))
        }
        return (sum / count, count)
    }

    // MARK: Down

    private mutating func placeDown(header: Double, footer: Double) {
        var y = 0.0
        for (index, layer) in self.plan.layers.enumerated() {
            var height = layer.map { self.extents[$0].height }.max() ?? 0
            if index == 0 { height = header }
            if index == self.plan.layers.count - 1 { height = footer }
            self.top.append(y)
            self.bottom.append(y + height)
            y += height
            guard index + 1 < self.plan.layers.count else { break }
            var widest = 0.0
            var isUsed = false
            for item in layer {
                for link in self.plan.items[item].below {
                    isUsed = true
                    let from = self.x[item] + self.anchor(item, link.segment)
                    let to = self.x[link.item] + self.anchor(link.item, link.segment)
                    widest = max(widest, abs(to - from))
                }
            }
            y += isUsed ? min(46, 9 + widest * 0.09) : 3
        }
    }

    var width: Double { self.plan.items.indices.map { self.x[$0] + self.extents[$0].right }.max() ?? 0 }
    var height: Double { self.bottom.last ?? 0 }
}
