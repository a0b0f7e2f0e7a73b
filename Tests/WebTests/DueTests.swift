import Testing
import Values

@testable import Engine
@testable import Statecharts
@testable import Web

/// Planned ends on pages.
@Suite struct DueTests {
    private static let past = Timestamp(seconds: Fixture.now.seconds - 60)
    private static let future = Timestamp(seconds: Fixture.now.seconds + 60)
    private let templates: Templates
    init() throws { self.templates = try Templates() }

    @Test(arguments: [(DueTests.past, true), (DueTests.future, false)])
    func `what is past its end is marked in lists and pages`(due: Timestamp, isOverdue: Bool) throws {
        let viewer = try Fixture.viewer(.zh)
        var task = Fixture.task()
        task.dueAt = due
        let row = Fixture.row("Battery", states: ["review"])
        let board = BoardPage(
            try Fixture.workflow(), among: [], rows: [row], dues: [row.id: due], isCut: false, search: "", for: viewer)
        let pages = [
            self.templates.render(TasksPage(Page(rows: [task]), workflowTitles: [:], for: viewer), .tasks),
            self.templates.render(TaskPage(task, for: viewer), .task), self.templates.render(board, .board),
        ]

        for html in pages {
            #expect(html.contains(#"<time datetime="\#(due)">"#))
            #expect(html.contains("已逾期") == isOverdue)
        }
    }

    @Test func `a task that ended late is not overdue for ever`() throws {
        var task = Fixture.task()
        task.dueAt = Self.past
        task.closedAt = Fixture.now

        #expect(TaskPage(task, for: try Fixture.viewer()).due?.isOverdue == false)
    }

    @Test func `an instance shows the planned ends of its states and tasks, and reminders by name`() throws {
        var view = try Fixture.instance()
        view.snapshot.due = ["preparing": Self.past]
        view.tasks[0].dueAt = Self.future
        view.snapshot.timers = [
            Snapshot.OpenTimer(
                id: "1", kind: .task(invocation: view.tasks[0].id), event: "remind.1.invoke.panel", due: Self.future),
            Snapshot.OpenTimer(
                id: "2", kind: .after(state: "preparing"), event: "due.state.preparing", due: Self.future),
        ]

        let page = InstancePage(
            view, history: HistoryPage(rows: [], after: 0, isEarlier: false), for: try Fixture.viewer())

        #expect(page.here.map(\.due?.isOverdue) == [true])
        #expect(page.tasks.map(\.due?.isOverdue) == [false])
        #expect(page.timers.map(\.timerTitle) == ["Reminder · Score the achievement", "Due · Preparing"])
    }

    /// Every page counted, whoever opened it.
    @Test func `what waits is counted again after some seconds, or when something was sent`() async throws {
        let counts = InboxCounts()
        var asked = 0
        func count(_ user: String, after seconds: Double, isAnew: Bool = false) async throws -> Int {
            try await counts.count(for: Actor(user: user), at: Fixture.now + .seconds(seconds), isAnew: isAnew) {
                asked += 1
                return InboxCount(open: asked, overdue: 0)
            }.open
        }
        #expect(try await count("li", after: 0) == 1)
        #expect(try await count("li", after: InboxCounts.seconds - 1) == 1)
        #expect(try await count("wang", after: 0) == 2)
        #expect(try await count("li", after: 1, isAnew: true) == 3)
        #expect(try await count("li", after: InboxCounts.seconds) == 3)
        #expect(try await count("li", after: InboxCounts.seconds + 1) == 4)
    }

    @Test func `the navigation counts what waits, and what is late`() throws {
        var viewer = try Fixture.viewer()
        let pages = Pages(templates: self.templates)
        #expect(pages.shownInbox(for: viewer) == nil)
        viewer.inbox = InboxCount(open: 0, overdue: 0)
        #expect(pages.shownInbox(for: viewer) == nil)
        viewer.inbox = InboxCount(open: 1_000, overdue: 2)
        #expect(pages.shownInbox(for: viewer) == Pages.Inbox(openTasks: "999+", overdueTasks: "2 overdue"))
    }
}
