import Foundation
import Testing

@testable import Statecharts

/// Pictures as text: what is in them, and that nothing lies on anything else.
@Suite struct DiagramTests {
    private static let order = """
        workflow: order
        title: {en: "Order <1>", zh: 订单}
        events:
          paid: {title: {en: Pay, zh: 付款}}
          again: {}
        states:
          open:
            title: {en: Open, zh: 打开}
            type: parallel
            onDone: closed
            on: {again: {target: open, reenter: true}}
            states:
              pay:
                states:
                  due:
                    on: {paid: {target: done, guard: context.amount > 0}}
                    after: {P3D: '#late', 2 workdays: '#late'}
                  done: {type: final}
              ship:
                states:
                  work:
                    invoke: {src: human, candidates: {roles: [pm]}, outcomes: {ok: {title: {en: Fine, zh: 合格}}}, onDone: [{guard: event.data.outcome == "ok" && context.x, target: sent}, work2], onError: '#late'}
                  work2: {always: sent}
                  sent: {type: final}
              memory: {history: deep}
          late: {id: late, on: {again: open.memory}}
          closed: {type: final}
        """

    private static func chart(_ text: String = Self.order) throws -> Chart { try RoundTrip.chart(text) }

    @Test func `labels say events, outcomes, guards and delays in a language`() throws {
        let chart = try Self.chart()
        func labels(_ language: String) -> [String] {
            let words = DiagramWords(chart: chart, language: language)
            return chart.transitions.map { words.label(of: $0) }.sorted()
        }
        #expect(
            labels("en") == [
                "Fine [context.x]", "Pay [context.amount > 0]", "after 2 workdays", "after 3 days", "again", "again",
                "always",
                "done", "done", "failed",
            ])
        #expect(
            labels("zh")
                == [
                    "2个工作日后", "3天后", "again", "again", "付款 [context.amount > 0]", "合格 [context.x]", "失败", "完成",
                    "完成", "立即",
                ].sorted())
    }

    @Test func `DOT nests clusters, cuts arrows at their borders and marks what is active`() throws {
        let text = Graphviz(language: "zh", active: ["open.pay.due"]).draw(try Self.chart())
        #expect(text.contains("subgraph cluster_1 {"))
        #expect(text.contains("label=\"订单\""))
        #expect(text.contains("class=\"state atomic active\""))
        #expect(text.contains("class=\"state parallel active\""))
        #expect(text.contains("lhead=cluster_1") || text.contains("ltail=cluster_1"))
        #expect(text.contains("label=\"H*\""))
        #expect(text.filter { $0 == "{" }.count == text.filter { $0 == "}" }.count)
    }

    @Test func `SVG is well-formed, titled, and marks the active states and those around them`() throws {
        let text = SVG(language: "en", active: ["open.pay.due"]).draw(try Self.chart())
        let root = try XMLReader.read(text)
        #expect(root.name == "svg" && root["role"] == "img" && root["lang"] == "en")
        #expect(root.elements.first?.text == "Order <1>")
        func states(_ element: XMLElement) -> [XMLElement] {
            (element["data-path"] == nil ? [] : [element]) + element.elements.flatMap { states($0) }
        }
        let all = states(root)
        #expect(all.count == 11)
        let active = all.filter { $0["class"]?.split(separator: " ").contains("active") ?? false }
        #expect(active.compactMap { $0["data-path"] }.sorted() == ["open", "open.pay", "open.pay.due"])
    }

    /// 40 states, three levels, regions.
    private static func large() -> String {
        var text =
            "workflow: large\nstates:\n  draft: {on: {go: project, stop: ended}}\n  project:\n    type: parallel\n"
        text += "    onDone: ended\n    on: {stop: ended}\n    states:\n"
        for region in 0..<4 {
            text += "      r\(region):\n        states:\n          plan: {on: {go: work}}\n          work:\n"
            text += "            on: {back: plan, stop: '#end'}\n            onDone: check\n            states:\n"
            for step in 0..<5 {
                let on = step == 4 ? "type: final" : "on: {next: s\(step + 1), skip: s4, back: s\(max(0, step - 1))}"
                text += "              s\(step): {\(on)}\n"
            }
            text += "          check: {on: {ok: done, again: work.s2}}\n          done: {type: final}\n"
        }
        return text + "  ended: {id: end, type: final}\n"
    }

    @Test(arguments: [DiagramTests.order, DiagramTests.large()])
    func `boxes lie in their parents and beside their siblings, arrows end at their boxes`(text: String) throws {
        let diagram = Diagram(try Self.chart(text), language: "zh", active: [])
        var layout = DiagramLayout(diagram)
        layout.findPlaces()
        for (id, node) in diagram.nodes.enumerated() {
            let frame = layout.frames[id]
            if let parent = node.parent {
                let outer = layout.frames[parent]
                #expect(frame.x >= outer.x && frame.y >= outer.y)
                #expect(
                    frame.x + frame.width <= outer.x + outer.width && frame.y + frame.height <= outer.y + outer.height)
            }
            for (place, one) in node.children.enumerated() {
                for other in node.children[..<place] {
                    #expect(!Self.overlap(layout.frames[one], layout.frames[other]))
                }
            }
        }
        #expect(layout.routes.count == diagram.edges.count)
        for route in layout.routes {
            let edge = diagram.edges[route.edge]
            let ends = [(route.points.first, edge.source), (route.points.last, edge.target)]
            for case (let point?, let node) in ends { #expect(Self.isOnBorder(point, layout.frames[node])) }
        }
        let labels = layout.labels.map { label -> DiagramLayout.Frame in
            let columns = label.lines.map { TextWidth.columns($0) }.max() ?? 0
            let width = Double(columns) * DiagramLayout.Measure.labelColumn
            return DiagramLayout.Frame(
                x: label.at.x, y: label.at.y, width: width, height: Double(label.lines.count) * 13)
        }
        for (place, one) in labels.enumerated() {
            for other in labels[..<place] { #expect(!Self.overlap(one, other)) }
            for (id, node) in diagram.nodes.enumerated() where node.children.isEmpty {
                #expect(!Self.overlap(one, layout.frames[id]))
            }
        }
    }

    private static func overlap(_ one: DiagramLayout.Frame, _ other: DiagramLayout.Frame) -> Bool {
        one.x + 0.01 < other.x + other.width && other.x + 0.01 < one.x + one.width
            && one.y + 0.01 < other.y + other.height
            && other.y + 0.01 < one.y + one.height
    }

    private static func isOnBorder(_ point: DiagramLayout.Point, _ frame: DiagramLayout.Frame) -> Bool {
        let isAcross = point.x >= frame.x - 0.1 && point.x <= frame.x + frame.width + 0.1
        let isDown = point.y >= frame.y - 0.1 && point.y <= frame.y + frame.height + 0.1
        let isEdge =
            abs(point.y - frame.y) < 0.1 || abs(point.y - frame.y - frame.height) < 0.1
            || abs(point.x - frame.x - frame.width) < 0.1
        return isAcross && isDown && isEdge
    }

    @Test func `a chart that is too large for a picture is drawn with fewer levels`() throws {
        var text = "workflow: huge\nstates:\n"
        for outer in 0..<8 {
            text += "  o\(outer):\n    states:\n"
            for inner in 0..<80 {
                text +=
                    "      i\(inner): {on: {next: i\((inner + 1) % 80), far: i\((inner * 7 + 3) % 80), out: o\((outer + 1) % 8)}}\n"
            }
        }
        let svg = SVG().draw(try Self.chart(text))
        #expect(svg.contains("+80"))
        #expect(svg.utf8.count < 400_000)
    }

    /// It was a title above nothing.
    @Test func `a flat chart that is too large for a picture says how many states it has`() throws {
        var text = "workflow: flat\nstates:\n"
        for state in 0..<800 {
            text += "  s\(state): {on: {next: s\((state + 1) % 800), far: s\((state * 7 + 3) % 800)}}\n"
        }

        #expect(SVG().draw(try Self.chart(text)).contains(">+800</text>"))
    }

    @Test func `a drawing is laid out once for all active states`() throws {
        let chart = try Self.chart(Self.order)
        let base = SVG.Base(chart)

        #expect(base.draw(active: ["open.pay.due"]) == SVG(active: ["open.pay.due"]).draw(chart))
        #expect(base.draw() == SVG().draw(chart))
        #expect(base.draw() != base.draw(active: ["open.pay.due"]))
    }

    @Test(arguments: [
        ("short", 20, 3, ["short"]), ("two words here", 9, 3, ["two words", "here"]),
        ("科技成果转化流程", 8, 2, ["科技成果", "转化流程"]),
        ("abcdefghij", 4, 2, ["abcd", "efg…"]), ("", 4, 2, []),
    ])
    func `texts wrap by columns`(text: String, columns: Int, lines: Int, expected: [String]) {
        #expect(TextWidth.wrapped(text, columns: columns, lines: lines) == expected)
    }
}
