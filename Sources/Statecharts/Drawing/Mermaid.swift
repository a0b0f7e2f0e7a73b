/// Draws a chart as Mermaid text (`stateDiagram-v2`).
public struct Mermaid: Sendable {
    /// BCP 47 tag of the titles; where a title lacks it, one without a language, English, or the first is taken.
    public var language = "en"
    /// Paths of active states; they are marked.
    public var active: Set<String> = []

    public init(language: String = "en", active: Set<String> = []) {
        self.language = language
        self.active = active
    }

    public func draw(_ chart: Chart) -> String {
        var drawing = MermaidDrawing(chart, self)
        return drawing.text()
    }
}

private struct MermaidDrawing {
    let chart: Chart
    let style: Mermaid
    /// Transitions by the state in whose box their arrow lies.
    private var arrows: [[Int]]
    private var lines: [String] = []

    init(_ chart: Chart, _ style: Mermaid) {
        self.chart = chart
        self.style = style
        self.arrows = Array(repeating: [], count: chart.states.count)
        for transition in chart.transitions where !transition.targets.isEmpty {
            self.arrows[self.box(of: transition)].append(transition.id)
        }
    }

    mutating func text() -> String {
        self.lines = ["stateDiagram-v2"]
        let root = self.chart.title.map { $0.plain(self.style.language) } ?? self.chart.workflow
        self.lines.insert(contentsOf: ["---", "title: \(Diagram.quoted(root, lineBreak: " "))", "---"], at: 0)
        if self.chart.states.isEmpty { return self.lines.joined(separator: "\n") + "\n" }
        self.drawInside(0, depth: 1)
        let marked = self.chart.states.filter { $0.id > 0 && self.style.active.contains($0.path) }
        if !marked.isEmpty {
            self.lines.append("    classDef active fill:#d6f5d6,stroke:#1a7f37,stroke-width:3px")
            self.lines.append("    class \(marked.map { "s\($0.id)" }.joined(separator: ",")) active")
        }
        return self.lines.joined(separator: "\n") + "\n"
    }

    private mutating func add(_ line: String, _ depth: Int) {
        self.lines.append(String(repeating: "    ", count: depth) + line)
    }

    private mutating func drawInside(_ id: Int, depth: Int) {
        let state = self.chart.states[id]
        for (index, child) in state.children.enumerated() {
            if index > 0, state.kind == .parallel, id > 0 { self.add("--", depth) }
            self.draw(child, depth: depth)
        }
        if let initial = state.initial {
            for target in initial.targets { self.add("[*] --> s\(target)", depth) }
        }
        for index in self.arrows[id] { self.drawArrows(self.chart.transitions[index], depth: depth) }
    }

    private mutating func draw(_ id: Int, depth: Int) {
        let state = self.chart.states[id]
        let title = state.title.map { $0.plain(self.style.language) } ?? state.key
        switch state.kind {
        case .history(let deep):
            self.add("state \"\(deep ? "H*" : "H")\" as s\(id)", depth)
            for target in state.initial?.targets ?? [] { self.add("s\(id) --> s\(target)", depth) }
        case .compound, .parallel:
            self.add("state \"\(Self.escaped(title))\" as s\(id) {", depth)
            self.drawInside(id, depth: depth + 1)
            self.add("}", depth)
        case .final:
            self.add("state \"\(Self.escaped(title))\" as s\(id)", depth)
            self.add("s\(id) --> [*]", depth)
        case .atomic: self.add("state \"\(Self.escaped(title))\" as s\(id)", depth)
        }
    }

    private mutating func drawArrows(_ transition: Chart.Transition, depth: Int) {
        guard transition.source > 0 else { return }
        let label = self.label(of: transition)
        for target in transition.targets {
            self.add("s\(transition.source) --> s\(target)" + (label.isEmpty ? "" : " : \(label)"), depth)
        }
    }

    private func label(of transition: Chart.Transition) -> String {
        let path = self.chart.states[transition.source].path
        let events = transition.descriptors.map { descriptor -> String in
            switch descriptor {
            case .any: return "*"
            case .prefix(let name): return "\(name).*"
            case .exact(let name):
                let isOwn =
                    name.hasSuffix(".\(path)")
                    && ["after.", "done.state.", "due.state."].contains { name.hasPrefix($0) }
                return isOwn ? String(name.dropLast(path.count + 1)) : name
            }
        }
        var label = events.joined(separator: ", ")
        if let condition = transition.guardCondition {
            label += (label.isEmpty ? "" : " ") + "[\(Self.shortened(condition.source))]"
        }
        return Self.escaped(label)
    }

    /// The innermost state that contains both ends.
    private func box(of transition: Chart.Transition) -> Int {
        var box = self.chart.states[transition.source].parent ?? 0
        for target in transition.targets {
            while box > 0, !(box < target && target <= self.chart.states[box].lastDescendant) {
                box = self.chart.states[box].parent ?? 0
            }
        }
        return box
    }

    private static func shortened(_ text: String) -> String {
        text.count <= 60 ? text : text.prefix(59) + "…"
    }

    /// Mermaid's own character codes; what would end a label or begin a comment becomes one.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": escaped += "#quot;"
            case "#", ";", ":", "<", ">", "{", "}", "%", "`": escaped += "#\(scalar.value);"
            case "\n", "\r", "\t": escaped += " "
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
