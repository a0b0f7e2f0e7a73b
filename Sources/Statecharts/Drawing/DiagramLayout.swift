/// Places for everything in a ``Diagram``: each box is laid out by itself, from the innermost outwards, and lines that cross
/// a border do so at a place that both sides know.
struct DiagramLayout {
    struct Point: Hashable {
        var x: Double
        var y: Double
    }

    struct Frame {
        var x = 0.0
        var y = 0.0
        var width = 0.0
        var height = 0.0
    }

    /// An arrow from its tail to its head.
    struct Route {
        var edge: Int
        var points: [Point]
    }

    struct Label {
        var edge: Int
        var at: Point
        var lines: [String]
    }

    /// Which states are active changes colours, not places.
    var diagram: Diagram
    private(set) var frames: [Frame]
    private(set) var routes: [Route] = []
    private(set) var labels: [Label] = []
    private var boxes: [Int: Box] = [:]
    /// Segments by the box in which they lie.
    private var segments: [Int: [LayerPlan.Segment]] = [:]
    /// Of each edge that goes from box to box: the boxes on its way and whether it is led upwards.
    private var hops: [Int: (boxes: [Int], isUpward: Bool)] = [:]
    private var loops: [Int: [Int]] = [:]
    private var ranks: [Int: [Int: Int]] = [:]

    /// A laid-out box, in its own coordinates.
    private struct Box {
        var width = 0.0
        var height = 0.0
        var nodes: [(node: Int, frame: Frame)] = []
        /// From the upper to the lower end, by edge.
        var lines: [Int: [Point]] = [:]
        var labels: [Label] = []
        /// Where lines meet the upper and lower border, by edge.
        var ports: [Int: Double] = [:]
    }

    enum Measure {
        static let line = 15.0
        static let column = 6.9
        static let labelColumn = 6.0
        static let labelLine = 13.5
        static let padding = 14.0
        static let header = 30.0
    }

    /// Plans only; ``findPlaces()`` takes the time.
    init(_ diagram: Diagram) {
        self.diagram = diagram
        self.frames = Array(repeating: Frame(), count: diagram.nodes.count)
        self.planRanks()
        for index in diagram.edges.indices { self.planEdge(index) }
    }

    mutating func findPlaces() {
        self.layOut(0)
        self.place(0, at: Point(x: 0, y: 0))
        for index in self.diagram.edges.indices { self.route(index) }
    }

    /// How many places boxes and lines take in the layers that they lie in or cross.
    var placeCount: Int {
        var count = self.diagram.nodes.count
        for (box, segments) in self.segments {
            let ranks = self.ranks[box] ?? [:]
            for segment in segments { count += LayerPlan.length(of: segment, ranks: ranks) }
        }
        return count
    }

    // MARK: Plan

    private func common(_ source: Int, _ target: Int) -> (box: Int, source: Int?, target: Int?) {
        let up = self.diagram.ancestors(of: source)
        let down = self.diagram.ancestors(of: target)
        var box = 0
        var sourceChild: Int?
        var targetChild: Int?
        for (index, (left, right)) in zip(up.reversed(), down.reversed()).enumerated() {
            guard left == right else { break }
            box = left
            sourceChild = index + 1 < up.count ? up[up.count - 2 - index] : nil
            targetChild = index + 1 < down.count ? down[down.count - 2 - index] : nil
        }
        return (box, sourceChild, targetChild)
    }

    private mutating func planRanks() {
        var lines: [Int: [(source: Int, target: Int)]] = [:]
        for edge in self.diagram.edges {
            let (box, source, target) = self.common(edge.source, edge.target)
            if let source, let target { lines[box, default: []].append((source, target)) }
        }
        for (index, node) in self.diagram.nodes.enumerated() where !node.children.isEmpty {
            self.ranks[index] = LayerPlan.ranks(of: node.children, lines: lines[index] ?? [])
        }
    }

    private mutating func planEdge(_ index: Int) {
        let edge = self.diagram.edges[index]
        if edge.source == edge.target {
            self.loops[edge.source, default: []].append(index)
            return
        }
        let (box, source, target) = self.common(edge.source, edge.target)
        let ranks = self.ranks[box] ?? [:]
        var isUpward = false
        let label: LayerPlan.Segment.LabelPlace? = edge.isPlain ? nil : .upper
        switch (source, target) {
        case (let source?, let target?):
            isUpward = (ranks[source] ?? 0) > (ranks[target] ?? 0)
            let upper = isUpward ? target : source
            let lower = isUpward ? source : target
            let place: LayerPlan.Segment.LabelPlace? = edge.isPlain ? nil : isUpward ? .lower : .upper
            self.add(box, LayerPlan.Segment(edge: index, upper: .node(upper), lower: .node(lower), label: place))
        case (nil, let target?):
            self.add(box, LayerPlan.Segment(edge: index, upper: .top, lower: .node(target), label: label))
        case (let source?, nil):
            self.add(box, LayerPlan.Segment(edge: index, upper: .node(source), lower: .bottom, label: label))
        case (nil, nil): return
        }
        let inner = self.diagram.ancestors(of: edge.source).prefix { $0 != (source ?? box) && $0 != box }
        let outer = self.diagram.ancestors(of: edge.target).prefix { $0 != (target ?? box) && $0 != box }
        var boxes: [Int] = []
        // From the tail outwards, then inwards to the head.
        for child in inner {
            guard let parent = self.diagram.nodes[child].parent else { continue }
            let segment =
                isUpward
                ? LayerPlan.Segment(edge: index, upper: .top, lower: .node(child))
                : LayerPlan.Segment(edge: index, upper: .node(child), lower: .bottom)
            self.add(parent, segment)
            boxes.append(parent)
        }
        boxes.append(box)
        for child in outer.reversed() {
            guard let parent = self.diagram.nodes[child].parent else { continue }
            let segment =
                isUpward
                ? LayerPlan.Segment(edge: index, upper: .node(child), lower: .bottom)
                : LayerPlan.Segment(edge: index, upper: .top, lower: .node(child))
            self.add(parent, segment)
            boxes.append(parent)
        }
        self.hops[index] = (boxes, isUpward)
    }

    private mutating func add(_ box: Int, _ segment: LayerPlan.Segment) {
        self.segments[box, default: []].append(segment)
    }

    // MARK: One box

    private mutating func layOut(_ id: Int) {
        let node = self.diagram.nodes[id]
        guard !node.children.isEmpty else {
            self.boxes[id] = self.leaf(id)
            return
        }
        for child in node.children { self.layOut(child) }
        let plan = LayerPlan(nodes: node.children, ranks: self.ranks[id] ?? [:], segments: self.segments[id] ?? [])
        var anchors: [LayerPlaces.Anchor: Double] = [:]
        for (number, segment) in plan.segments.enumerated() {
            for item in [plan.chains[number].first, plan.chains[number].last].compactMap(\.self) {
                guard case .node(let child) = plan.items[item].kind, let box = self.boxes[child] else { continue }
                if let port = box.ports[segment.edge] {
                    anchors[LayerPlaces.Anchor(item: item, segment: number)] = port - box.width / 2
                }
            }
        }
        let extents = plan.items.map { self.extent(of: $0) }
        let footer = (self.segments[id] ?? []).contains { $0.lower == .bottom } ? 10.0 : Measure.padding
        var places = LayerPlaces(plan, extents: extents, anchors: anchors, header: Measure.header, footer: footer)
        let fanned = self.fan(plan, places, anchors)
        if fanned.count > anchors.count {
            places = LayerPlaces(plan, extents: extents, anchors: fanned, header: Measure.header, footer: footer)
        }
        self.boxes[id] = self.box(id, plan, places, fanned)
    }

    private func leaf(_ id: Int) -> Box {
        let node = self.diagram.nodes[id]
        switch node.kind {
        case .initial: return Box(width: 12, height: 12)
        case .history: return Box(width: 30, height: 30)
        default:
            let lines = Self.titleLines(node)
            let columns = lines.map { TextWidth.columns($0) }.max() ?? 0
            let height = Double(lines.count) * Measure.line + (node.hidden > 0 ? 15 : 0) + 17
            return Box(width: max(64, Double(columns) * Measure.column + 26), height: height)
        }
    }

    static func titleLines(_ node: Diagram.Node) -> [String] { TextWidth.wrapped(node.title, columns: 20, lines: 3) }

    static func labelLines(_ edge: Diagram.Edge) -> [String] {
        var lines = edge.labels.prefix(6).flatMap { TextWidth.wrapped($0, columns: 34, lines: 2) }
        if edge.labels.count > 6 { lines.append("+\(edge.labels.count - 6)") }
        return lines
    }

    private func labelSize(_ edge: Int) -> (width: Double, height: Double) {
        let lines = Self.labelLines(self.diagram.edges[edge])
        let columns = lines.map { TextWidth.columns($0) }.max() ?? 0
        return (Double(columns) * Measure.labelColumn, Double(lines.count) * Measure.labelLine)
    }

    private func extent(of item: LayerPlan.Item) -> LayerPlaces.Extent {
        switch item.kind {
        case .bend, .port: return LayerPlaces.Extent(left: 0, right: 0, height: 0)
        case .label(let edge):
            let size = self.labelSize(edge)
            return LayerPlaces.Extent(left: 3, right: size.width + 8, height: size.height + 4)
        case .node(let node):
            let box = self.boxes[node] ?? Box()
            var extent = LayerPlaces.Extent(left: box.width / 2, right: box.width / 2, height: box.height)
            for edge in self.loops[node] ?? [] {
                let size = self.labelSize(edge)
                extent.right = max(extent.right, box.width / 2 + 26 + size.width)
                extent.height = max(extent.height, size.height + 8)
            }
            return extent
        }
    }

    /// Lines that meet a plain box on one side spread over it, in the order in which they come.
    private func fan(
        _ plan: LayerPlan, _ places: LayerPlaces, _ anchors: [LayerPlaces.Anchor: Double]
    ) -> [LayerPlaces.Anchor: Double] {
        var all = anchors
        for (index, item) in plan.items.enumerated() {
            guard case .node(let node) = item.kind, let box = self.boxes[node] else { continue }
            for links in [item.above, item.below] {
                let free = links.filter { anchors[LayerPlaces.Anchor(item: index, segment: $0.segment)] == nil }
                guard free.count > 1 else { continue }
                let sorted = free.sorted { left, right in
                    (places.x[left.item], left.segment) < (places.x[right.item], right.segment)
                }
                let room = min((box.width - 24) * 0.9, Double(sorted.count - 1) * 26)
                for (place, link) in sorted.enumerated() {
                    let share = Double(place) / Double(sorted.count - 1) - 0.5
                    all[LayerPlaces.Anchor(item: index, segment: link.segment)] = share * max(room, 0)
                }
            }
        }
        return all
    }

    private func box(
        _ id: Int, _ plan: LayerPlan, _ places: LayerPlaces, _ anchors: [LayerPlaces.Anchor: Double]
    ) -> Box {
        var box = Box()
        let title = Double(TextWidth.columns(self.diagram.nodes[id].title)) * Measure.column + 24
        box.width = max(places.width + 2 * Measure.padding, min(title, 420))
        box.height = places.height
        let shift = (box.width - places.width) / 2
        for (index, item) in plan.items.enumerated() {
            let x = places.x[index] + shift
            let middle = (places.top[item.layer] + places.bottom[item.layer]) / 2
            switch item.kind {
            case .node(let node):
                let inner = self.boxes[node] ?? Box()
                let frame = Frame(
                    x: x - inner.width / 2, y: middle - inner.height / 2, width: inner.width, height: inner.height)
                box.nodes.append((node, frame))
            case .label(let edge):
                let lines = Self.labelLines(self.diagram.edges[edge])
                let top = middle - Double(lines.count) * Measure.labelLine / 2
                box.labels.append(Label(edge: edge, at: Point(x: x + 5, y: top), lines: lines))
            case .port(let edge): box.ports[edge] = x
            case .bend: break
            }
        }
        for (number, segment) in plan.segments.enumerated() {
            box.lines[segment.edge] = self.line(number, plan, places, anchors, shift)
        }
        return box
    }

    /// Straight through the layers, bent between them.
    private func line(
        _ number: Int, _ plan: LayerPlan, _ places: LayerPlaces, _ anchors: [LayerPlaces.Anchor: Double],
        _ shift: Double
    ) -> [Point] {
        var points: [Point] = []
        let chain = plan.chains[number]
        for (place, index) in chain.enumerated() {
            let item = plan.items[index]
            let x = places.x[index] + shift + (anchors[LayerPlaces.Anchor(item: index, segment: number)] ?? 0)
            let top = places.top[item.layer]
            let bottom = places.bottom[item.layer]
            switch item.kind {
            case .node(let node):
                let height = self.boxes[node]?.height ?? 0
                if place == 0 {
                    points += [Point(x: x, y: (top + bottom + height) / 2), Point(x: x, y: bottom)]
                } else {
                    points += [Point(x: x, y: top), Point(x: x, y: (top + bottom - height) / 2)]
                }
            case .bend, .label, .port: points += [Point(x: x, y: top), Point(x: x, y: bottom)]
            }
        }
        return points
    }

    // MARK: Everything

    private mutating func place(_ id: Int, at origin: Point) {
        guard let box = self.boxes[id] else { return }
        self.frames[id] = Frame(x: origin.x, y: origin.y, width: box.width, height: box.height)
        for label in box.labels {
            let at = Point(x: origin.x + label.at.x, y: origin.y + label.at.y)
            self.labels.append(Label(edge: label.edge, at: at, lines: label.lines))
        }
        for (node, frame) in box.nodes { self.place(node, at: Point(x: origin.x + frame.x, y: origin.y + frame.y)) }
    }

    private mutating func route(_ index: Int) {
        guard let hop = self.hops[index] else {
            self.routeLoop(index)
            return
        }
        var points: [Point] = []
        for box in hop.boxes {
            guard let line = self.boxes[box]?.lines[index] else { continue }
            let frame = self.frames[box]
            let moved = line.map { Point(x: $0.x + frame.x, y: $0.y + frame.y) }
            for point in hop.isUpward ? moved.reversed() : moved where points.last != point { points.append(point) }
        }
        self.routes.append(Route(edge: index, points: points))
    }

    private mutating func routeLoop(_ index: Int) {
        let node = self.diagram.edges[index].source
        guard node > 0 else { return }
        let frame = self.frames[node]
        let right = frame.x + frame.width
        let middle = frame.y + min(frame.height / 2, 24)
        self.routes.append(
            Route(edge: index, points: [Point(x: right, y: middle - 6), Point(x: right, y: middle + 6)]))
        let lines = Self.labelLines(self.diagram.edges[index])
        let top = middle - Double(lines.count) * Measure.labelLine / 2
        self.labels.append(Label(edge: index, at: Point(x: right + 22, y: top), lines: lines))
    }
}
