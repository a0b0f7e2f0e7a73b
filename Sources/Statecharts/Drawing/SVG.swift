/// Draws a chart as SVG by itself: boxes in boxes, arrows from top to bottom, readable in light and dark surroundings.
public struct SVG: Sendable {
    /// BCP 47 tag of the titles; where a title lacks it, one without a language, English, or the first is taken.
    public var language = "en"
    /// Paths of active states; they have the class `active`.
    public var active: Set<String> = []

    public init(language: String = "en", active: Set<String> = []) {
        self.language = language
        self.active = active
    }

    /// Boxes, and layers crossed by lines: a picture of more takes seconds to lay out, and nobody could read it.
    static let mostPlaces = 15_000

    public func draw(_ chart: Chart) -> String {
        Base(chart, language: self.language).draw(active: self.active)
    }

    /// A chart laid out, which is what takes time. Other active states change colours only.
    public struct Base: Sendable {
        private let chart: Chart
        private let layout: DiagramLayout
        private let language: String

        /// Of a chart that is too large for one picture the inner states are counted, not drawn.
        public init(_ chart: Chart, language: String = "en") {
            self.chart = chart
            self.language = language
            var layout = DiagramLayout(Diagram(chart, language: language, active: []))
            for depth in (0...6).reversed() where layout.placeCount > SVG.mostPlaces {
                layout = DiagramLayout(Diagram(chart, language: language, active: [], depth: depth))
            }
            layout.findPlaces()
            self.layout = layout
        }

        public func draw(active: Set<String> = []) -> String {
            var layout = self.layout
            layout.diagram.mark(active, of: self.chart)
            var writer = SVGWriter(layout, language: self.language)
            return writer.text()
        }
    }
}

private struct SVGWriter {
    let layout: DiagramLayout
    let language: String
    private var lines: [String] = []
    private static let margin = 10.0

    init(_ layout: DiagramLayout, language: String) {
        self.layout = layout
        self.language = language
    }

    private var diagram: Diagram { self.layout.diagram }

    mutating func text() -> String {
        let frame = self.layout.frames[0]
        let width = Self.number(frame.width + 2 * Self.margin)
        let height = Self.number(frame.height + 2 * Self.margin)
        let margin = Self.number(-Self.margin)
        let title = XMLElement.escaped(self.diagram.title)
        self.lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"statechart\" width=\"\(width)\" height=\"\(height)\" "
                + "viewBox=\"\(margin) \(margin) \(width) \(height)\" role=\"img\" aria-labelledby=\"statechart-title\" "
                + "lang=\"\(XMLElement.escaped(self.language))\">",
            "<title id=\"statechart-title\">\(title)</title>", Self.style,
        ]
        if self.diagram.nodes[0].hidden > 0 {
            self.title(of: self.diagram.nodes[0], in: frame)
        } else {
            self.header(of: 0)
        }
        for child in self.diagram.nodes[0].children {
            self.node(child, isRegion: self.diagram.nodes[0].kind == .parallel)
        }
        for route in self.layout.routes { self.arrow(route) }
        for label in self.layout.labels { self.label(label) }
        self.lines.append("</svg>")
        return self.lines.joined(separator: "\n") + "\n"
    }

    /// Colours stand in classes, so that a page around it can have its own.
    private static let style = """
        <style>
        .statechart text{font:13px system-ui,"Helvetica Neue",Arial,"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif;fill:#1f2328}
        .statechart .box{fill:#fff;stroke:#57606a;stroke-width:1.2}
        .statechart .compound>.box,.statechart .parallel>.box{fill:#818b98;fill-opacity:.08;stroke:#8c959f}
        .statechart .region>.box{stroke-dasharray:5 3}
        .statechart .inner{fill:none;stroke:#57606a}
        .statechart .name{font-weight:600}
        .statechart .active>.box{stroke:#1a7f37;stroke-width:2.6;fill:#d6f5d6}
        .statechart .compound.active>.box,.statechart .parallel.active>.box{fill:#2da44e;fill-opacity:.08}
        .statechart .active>.inner{stroke:#1a7f37}
        .statechart .line{fill:none;stroke:#57606a;stroke-width:1.2}
        .statechart .head,.statechart .dot{fill:#57606a}
        .statechart .label text{font-size:11px;fill:#424a53;stroke:#fff;stroke-width:3px;stroke-linejoin:round;paint-order:stroke}
        .statechart .note{font-size:11px;fill:#656d76}
        .statechart .edge:hover .line{stroke:#0969da;stroke-width:2.2}.statechart .edge:hover .head{fill:#0969da}
        @media (prefers-color-scheme:dark){
        .statechart text{fill:#e6edf3}.statechart .box{fill:#161b22;stroke:#8b949e}
        .statechart .active>.box{fill:#0f3d20;stroke:#3fb950}.statechart .inner{stroke:#8b949e}
        .statechart .line{stroke:#8b949e}.statechart .head,.statechart .dot{fill:#8b949e}
        .statechart .label text{fill:#c9d1d9;stroke:#0d1117}.statechart .note{fill:#8b949e}
        }
        </style>
        """

    // MARK: States

    private mutating func node(_ id: Int, isRegion: Bool) {
        let node = self.diagram.nodes[id]
        let frame = self.layout.frames[id]
        guard node.kind != .initial else {
            self.lines.append(
                "<circle class=\"dot\" cx=\"\(Self.number(frame.x + frame.width / 2))\" cy=\"\(Self.number(frame.y + frame.height / 2))\" r=\"5\"/>"
            )
            return
        }
        var classes = ["state", node.kind.name]
        if isRegion, node.kind != .history(deep: true), node.kind != .history(deep: false) { classes.append("region") }
        if node.isActive { classes.append("active") }
        let path = XMLElement.escaped(node.path)
        self.lines.append("<g class=\"\(classes.joined(separator: " "))\" data-path=\"\(path)\"><title>\(path)</title>")
        switch node.kind {
        case .history(let deep):
            let x = Self.number(frame.x + frame.width / 2)
            let y = frame.y + frame.height / 2
            self.lines.append("<circle class=\"box\" cx=\"\(x)\" cy=\"\(Self.number(y))\" r=\"14\"/>")
            self.text(deep ? "H*" : "H", x: frame.x + frame.width / 2, y: y + 4.5, isCentred: true)
        case .compound, .parallel:
            self.box(frame, radius: 10, name: "box")
            self.header(of: id)
            for child in node.children { self.node(child, isRegion: node.kind == .parallel) }
        case .atomic, .final, .initial:
            self.box(frame, radius: 8, name: "box")
            if node.kind == .final { self.box(frame, radius: 5, name: "inner", inset: 3) }
            self.title(of: node, in: frame)
        }
        self.lines.append("</g>")
    }

    private mutating func title(of node: Diagram.Node, in frame: DiagramLayout.Frame) {
        let lines = DiagramLayout.titleLines(node)
        let middle = frame.x + frame.width / 2
        var y = frame.y + frame.height / 2 - Double(lines.count - 1) * DiagramLayout.Measure.line / 2 + 4.5
        if node.hidden > 0 { y -= 7 }
        for line in lines {
            self.text(line, x: middle, y: y, isCentred: true)
            y += DiagramLayout.Measure.line
        }
        if node.hidden > 0 { self.text("+\(node.hidden)", x: middle, y: y, isCentred: true, name: "note") }
    }

    private mutating func header(of id: Int) {
        let frame = self.layout.frames[id]
        let columns = Int((frame.width - 20) / DiagramLayout.Measure.column)
        let title = TextWidth.shortened(self.diagram.nodes[id].title, to: max(columns, 4))
        self.text(title, x: frame.x + 12, y: frame.y + 19, isCentred: false, name: "name")
    }

    private mutating func box(_ frame: DiagramLayout.Frame, radius: Double, name: String, inset: Double = 0) {
        self.lines.append(
            "<rect class=\"\(name)\" x=\"\(Self.number(frame.x + inset))\" y=\"\(Self.number(frame.y + inset))\" "
                + "width=\"\(Self.number(frame.width - 2 * inset))\" height=\"\(Self.number(frame.height - 2 * inset))\" "
                + "rx=\"\(Self.number(radius))\"/>")
    }

    private mutating func text(_ text: String, x: Double, y: Double, isCentred: Bool, name: String? = nil) {
        let anchor = isCentred ? " text-anchor=\"middle\"" : ""
        let style = name.map { " class=\"\($0)\"" } ?? ""
        self.lines.append(
            "<text\(style) x=\"\(Self.number(x))\" y=\"\(Self.number(y))\"\(anchor)>\(XMLElement.escaped(text))</text>")
    }

    // MARK: Arrows

    private mutating func arrow(_ route: DiagramLayout.Route) {
        let edge = self.diagram.edges[route.edge]
        guard route.points.count > 1, let last = route.points.last else { return }
        var path: String
        var head: String
        if edge.source == edge.target {
            let first = route.points[0]
            path =
                "M\(Self.number(first.x)) \(Self.number(first.y))c22 -12 22 24 3 12"
            head = "M\(Self.number(last.x)) \(Self.number(last.y))l9 0l-3.5 6.5z"
        } else {
            path = Self.path(route.points)
            // Lines lead one way all along.
            let isUpward = last.y < route.points[0].y
            let back = isUpward ? 8 : -8
            head = "M\(Self.number(last.x)) \(Self.number(last.y))l-4.2 \(back)h8.4z"
        }
        let detail = XMLElement.escaped(edge.details.joined(separator: "; "))
        let ends = "\(self.diagram.nodes[edge.source].path) → \(self.diagram.nodes[edge.target].path)"
        let title = edge.isPlain ? "" : "<title>\(XMLElement.escaped(ends)): \(detail)</title>"
        self.lines.append(
            "<g class=\"edge\">\(title)<path class=\"line\" d=\"\(path)\"/><path class=\"head\" d=\"\(head)\"/></g>")
    }

    /// Vertical at each point, so that pieces join smoothly.
    private static func path(_ points: [DiagramLayout.Point]) -> String {
        var text = "M\(Self.number(points[0].x)) \(Self.number(points[0].y))"
        for (from, to) in zip(points, points.dropFirst()) {
            if abs(from.x - to.x) < 0.05 {
                text += "V\(Self.number(to.y))"
            } else {
                let middle = Self.number((from.y + to.y) / 2)
                text += "C\(Self.number(from.x)) \(middle) \(Self.number(to.x)) \(middle) "
                text += "\(Self.number(to.x)) \(Self.number(to.y))"
            }
        }
        return text
    }

    private mutating func label(_ label: DiagramLayout.Label) {
        self.lines.append("<g class=\"label\">")
        var y = label.at.y + 10.5
        for line in label.lines {
            self.text(line, x: label.at.x, y: y, isCentred: false)
            y += DiagramLayout.Measure.labelLine
        }
        self.lines.append("</g>")
    }

    /// With one digit behind the point.
    private static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        let sign = tenths < 0 ? "-" : ""
        let whole = abs(tenths) / 10
        return abs(tenths) % 10 == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(abs(tenths) % 10)"
    }
}
