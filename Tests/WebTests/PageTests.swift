import JSONSchema
import Testing
import Values

@testable import Engine
@testable import Statecharts
@testable import Web

@Suite struct PageTests {
    private let templates: Templates
    init() throws { self.templates = try Templates() }

    @Test func `a board puts an instance under the stage that it is in`() throws {
        let board = BoardPage(
            try Fixture.workflow(), among: [], rows: [Fixture.row("Battery", states: ["review"])], isCut: false,
            search: "", for: try Fixture.viewer(.zh))

        #expect(board.lanes.map { $0.columns.map(\.columnTitle) } == [["准备中", "评审中"]])
        #expect(board.lanes.map { $0.columns.map { $0.cards.map(\.cardTitle) } } == [[[], ["Battery"]]])
    }

    @Test func `an instance in no stage has a column of its own`() throws {
        let board = BoardPage(
            try Fixture.workflow(), among: [], rows: [Fixture.row("Battery", states: ["over"])], isCut: false,
            search: "", for: try Fixture.viewer())

        #expect(board.lanes.last?.columns.map(\.columnTitle) == ["Not in a stage"])
    }

    @Test(arguments: Language.allCases)
    func `an instance page shows what can be done and why the rest cannot`(language: Language) throws {
        let page = InstancePage(
            try Fixture.instance(), history: HistoryPage(rows: [], after: 0, isEarlier: false),
            for: try Fixture.viewer(language))
        let html = self.templates.render(page, .instance)

        #expect(html.contains(#"action="/instances/\#(Fixture.id)/events/withdrawn""#))
        #expect(!html.contains("/events/gate.requested"))
        #expect(
            html.contains(
                "\(language == .zh ? "名称" : "Title") \(Phrase.isValue.text(in: language)) <code>&quot;ab&quot;</code>")
        )
        #expect(html.contains(#"name="f.reason""#))
        #expect(html.contains(#"name="_csrf" value="csrf-token""#))
        #expect(html.contains("<dt>\(language == .zh ? "评分" : "Score")</dt><dd>3.5</dd>"))
        #expect(html.contains("<dt>\(language == .zh ? "加急" : "Urgent")</dt><dd>\(language == .zh ? "是" : "yes")</dd>"))
    }

    @Test func `the other language shows the same page`() throws {
        var viewer = try Fixture.viewer()
        viewer.path = "/workflows/gate"
        viewer.query = Form(encoded: "view=list&q=%E7%94%B5&lang=en")

        #expect(viewer.address(in: .zh) == "/workflows/gate?view=list&q=%E7%94%B5&lang=zh")
    }

    @Test func `times are those of the viewer's zone`() throws {
        #expect(
            try Fixture.viewer().time(Fixture.now) == TimeText(iso: "2026-11-22T09:59:00Z", shown: "2026-11-22 17:59"))
    }

    @Test(arguments: [
        "<script>alert(1)</script>", #""><img src=x onerror=alert(1)>"#, "'><svg/onload=alert(1)>",
        // A quote and a sign that combine with a mark are single characters, but a browser reads bytes.
        "\"\u{301} autofocus onfocus=alert(1) x=\"", "<\u{338}img src=x onerror=alert(1)>", "{{{content}}} {{csrf}}",
    ])
    func `a hostile title stays text`(title: String) throws {
        let viewer = try Fixture.viewer()
        let view = try Fixture.instance(title: title)
        var row = Fixture.row(title, states: ["preparing"])
        row.key = title
        let pages = [
            self.templates.render(
                InstancePage(view, history: HistoryPage(rows: [], after: 0, isEarlier: false), for: viewer), .instance),
            self.templates.render(
                BoardPage(
                    try Fixture.workflow(), among: [], rows: [row], isCut: false, search: title, for: viewer), .board),
            self.templates.render(
                StartPage(
                    try Fixture.workflow(),
                    form: FormView(
                        view.workflow.chart.schema?.source, values: ["title": .string(title)], form: nil, errors: [],
                        prefix: "start", for: viewer), problem: Problem.invalid(title), for: viewer), .start),
        ]

        for html in pages {
            #expect(html.contains(HTMLText().escapeText(title)))
            #expect(!html.contains("<script>"))
            #expect(!html.contains("<img src=x"))
            #expect(!html.contains("<svg/"))
            #expect(Self.bytes(html).firstRange(of: Self.bytes("\"\u{301}")) == nil)
            #expect(Self.bytes(html).firstRange(of: Self.bytes("<\u{338}")) == nil)
        }
    }

    private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test func `only the layout puts in HTML as it is`() {
        let raw = Templates.Name.allCases.filter {
            Templates.source(of: $0).contains("{{{") || Templates.source(of: $0).contains("{{&")
        }

        #expect(raw == [.layout])
    }

    @Test(arguments: ["javascript:alert(1)", "//evil.example", "/\\evil.example", "data:text/html,x", ""])
    func `a notice's link leads nowhere unsafe`(link: String) throws {
        let notice = NoticeView(
            id: "n", instance: InstanceID(high: 1, low: 1), subject: ["": "S"], body: [:], link: ["": link],
            at: Fixture.now, isRead: false)

        let page = NoticesPage([notice], for: try Fixture.viewer())

        #expect(page.notices.map(\.linkAddress) == ["/instances/\(notice.instance)"])
    }

    @Test func `a task of somebody else cannot be submitted or claimed here`() throws {
        var task = Fixture.task()
        task.assignee = "wang"
        task.state = "claimed"

        let page = TaskPage(task, for: try Fixture.viewer(.en, roles: []))

        #expect(!page.maySubmit && !page.mayClaim && !page.mayRelease && !page.mayAssign)
        #expect(page.otherText == "wang works on it.")
    }

    @Test func `who waits is named only if somebody is, and nobody is nudged on hold`() throws {
        var task = Fixture.task()
        task.candidateRoles = []
        var viewer = try Fixture.viewer()
        viewer.actor.user = nil
        #expect(TaskPage(task, for: viewer).otherText == nil)
        #expect(TaskPage(task, for: viewer).mayNudge)
        task.state = "parked"
        #expect(!TaskPage(task, for: viewer).mayNudge)
    }

    @Test func `history is told newest first, with where it led`() throws {
        let rows = [
            Self.history(1, "start", states: ["preparing"]), Self.history(2, "gate.requested", states: ["review"]),
            Self.history(3, "task.claim", origin: .task, states: ["review"]),
        ]

        let entries = HistoryPage(rows: rows, after: 1, isEarlier: false).entries(
            chart: try Fixture.workflow().chart, for: try Fixture.viewer(.zh))

        #expect(entries.map(\.seq) == [3, 2])
        #expect(entries.map(\.what) == ["领取任务", "申请过会"])
        #expect(entries.map(\.wentTo) == [nil, "评审中"])
    }

    @Test func `history names the task and what was decided`() throws {
        let task = Fixture.task()
        let row = Self.history(
            3, "task.submit", origin: .task, states: ["passed"], reference: task.id, data: ["outcome": "pass"])

        let entries = HistoryPage(rows: [row], after: 0, isEarlier: false, tasks: [task]).entries(
            chart: try Fixture.workflow().chart, for: try Fixture.viewer(.zh))

        #expect(entries.map(\.what) == ["提交任务: 成果评分 – 通过"])
    }

    private static func history(
        _ seq: Int64, _ event: String, origin: Event.Origin = .client, states: [String], reference: String? = nil,
        data: Value = .null
    ) -> HistoryRow {
        HistoryRow(
            seq: seq, event: event, origin: origin, reference: reference, data: data, at: Fixture.now,
            by: Actor(user: "li"), isHandled: true, transitions: [], states: states, hash: "")
    }
}
