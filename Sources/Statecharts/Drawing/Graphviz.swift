/// Draws a chart as DOT text for Graphviz: compound and parallel states are clusters.
public struct Graphviz: Sendable {
    /// BCP 47 tag of the titles; where a title lacks it, one without a language, English, or the first is taken.
    public var language = "en"
    /// Paths of active states; they have the class `active`.
    public var active: Set<String> = []

    public init(language: String = "en", active: Set<String> = []) {
        self.language = language
        self.active = active
    }

    public func draw(_ chart: Chart) -> String {
        var writer = GraphvizWriter(Diagram(chart, language: self.language, active: self.active))
        return writer.text()
    }
}

private struct GraphvizWriter {
    let diagram: Diagram
    private var lines: [String] = []

    init(_ diagram: Diagram) { self.diagram = diagram }

    mutating func text() -> String {
        self.lines = [
            "digraph {",
            "    compound=true; rankdir=TB; nodesep=0.35; ranksep=0.45; pad=0.2;",
            "    label=\(Self.quoted(self.diagram.title)); labelloc=t; tooltip=\(Self.quoted(self.diagram.title));",
            "    fontname=\"Helvetica,Arial,sans-serif\"; fontsize=15; bgcolor=\"transparent\";",
            "    node [shape=box, style=\"rounded,filled\", fillcolor=\"#ffffff\", color=\"#57606a\", fontname=\"Helvetica,Arial,sans-serif\", fontsize=12, margin=\"0.15,0.08\"];",
            "    edge [color=\"#57606a\", fontname=\"Helvetica,Arial,sans-serif\", fontsize=10, arrowsize=0.7];",
        ]
        for child in self.diagram.nodes[0].children { self.node(child, depth: 1) }
        for edge in self.diagram.edges { self.edge(edge) }
        self.lines.append("}")
        return self.lines.joined(separator: "\n") + "\n"
    }

    private mutating func add(_ line: String, _ depth: Int) {
        self.lines.append(String(repeating: "    ", count: depth) + line)
    }

    private mutating func node(_ id: Int, depth: Int) {
        let node = self.diagram.nodes[id]
        let kind = node.kind.name
        let active = node.isActive ? ", fillcolor=\"#d6f5d6\", color=\"#1a7f37\", penwidth=2.5" : ""
        let tooltip = node.path.isEmpty ? "" : ", tooltip=\(Self.quoted(node.path))"
        let attributes = "class=\"state \(kind)\(node.isActive ? " active" : "")\"\(tooltip)\(active)"
        let label = Self.quoted(TextWidth.wrapped(node.title, columns: 22, lines: 3).joined(separator: "\n"))
        switch node.kind {
        case .compound, .parallel:
            self.add("subgraph cluster_\(id) {", depth)
            let isRegion = node.parent.map { self.diagram.nodes[$0].kind == .parallel } ?? false
            let fill = node.isActive ? "#eefbee" : "#f6f8fa"
            let border = node.isActive ? "color=\"#1a7f37\"; penwidth=2.5" : "color=\"#8c959f\""
            let style = isRegion ? "rounded,filled,dashed" : "rounded,filled"
            self.add("label=\(label); labeljust=l; style=\"\(style)\"; fillcolor=\"\(fill)\"; \(border);", depth + 1)
            self.add(
                "class=\"state \(kind)\(node.isActive ? " active" : "")\"; tooltip=\(Self.quoted(node.path));",
                depth + 1)
            self.add("fontsize=12;", depth + 1)
            for child in node.children { self.node(child, depth: depth + 1) }
            self.add("}", depth)
        case .initial:
            self.add(
                "n\(id) [shape=circle, style=filled, fillcolor=\"#57606a\", label=\"\", width=0.12, class=\"initial\"];",
                depth)
        case .history(let deep):
            self.add(
                "n\(id) [shape=circle, label=\"\(deep ? "H*" : "H")\", margin=0, width=0.3, \(attributes)];", depth)
        case .final: self.add("n\(id) [label=\(label), peripheries=2, \(attributes)];", depth)
        case .atomic: self.add("n\(id) [label=\(label), \(attributes)];", depth)
        }
    }

    /// Arrows begin and end at nodes; at a cluster's border they are cut.
    private mutating func edge(_ edge: Diagram.Edge) {
        let source = self.leaf(edge.source, isSource: true)
        let target = self.leaf(edge.target, isSource: false)
        guard let source, let target else { return }
        var attributes: [String] = []
        let lines = edge.labels.flatMap { TextWidth.wrapped($0, columns: 30, lines: 2) }
        if !lines.isEmpty {
            attributes.append("label=" + Self.quoted(lines.joined(separator: "\n")))
            attributes.append("tooltip=" + Self.quoted(edge.details.joined(separator: "\n")))
        }
        let isInside = self.diagram.ancestors(of: target).contains(edge.source) && edge.source != edge.target
        if source != edge.source, edge.source > 0, !isInside { attributes.append("ltail=cluster_\(edge.source)") }
        if target != edge.target, edge.target > 0 { attributes.append("lhead=cluster_\(edge.target)") }
        self.add(
            "n\(source) -> n\(target)" + (attributes.isEmpty ? "" : " [\(attributes.joined(separator: ", "))]") + ";", 1
        )
    }

    private func leaf(_ id: Int, isSource: Bool) -> Int? {
        var id = id
        while [.compound, .parallel].contains(self.diagram.nodes[id].kind) {
            let children = self.diagram.nodes[id].children.filter { self.diagram.nodes[$0].kind != .initial }
            guard let next = isSource ? children.last : children.first else { return nil }
            id = next
        }
        return id
    }

    private static func quoted(_ text: String) -> String { Diagram.quoted(text, lineBreak: "\\n") }
}
