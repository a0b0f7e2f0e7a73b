import Statecharts
import Testing
import Values

@Suite struct ReminderTests {
    @Test(
        arguments: [
            // Due on Monday the 16th.
            ("{before: 3 workdays}", "2026-03-11T01:00:00Z", 0), ("{after: 1 workday}", "2026-03-17T01:00:00Z", 0),
            ("{before: P1D}", "2026-03-15T01:00:00Z", 0), ("{before: P1D + PT2H}", "2026-03-14T23:00:00Z", 0),
            ("{before: 1 workday + PT1H}", "2026-03-13T00:00:00Z", 0),
            ("{after: {at: 'timestamp(\"2026-03-05T00:00:00Z\")'}}", "2026-03-05T00:00:00Z", 0),
            ("{before: {at: 'null'}}", nil, 0),
            // Past when set: skipped.
            ("{before: 10 workdays}", nil, 0), ("{before: P30D}", nil, 0),
            ("{before: P15D, repeat: {every: P1D, times: 3}}", "2026-03-03T01:00:00Z", 2),
            ("{before: 12 workdays, repeat: {every: 1 workday, times: 5}}", "2026-03-03T01:00:00Z", 3),
            ("{before: 12 workdays, repeat: {every: 1 workday, times: 2}}", nil, 0),
        ] as [(String, String?, Int)])
    func `a reminder is set around the due date`(remind: String, expected: String?, repetition: Int) throws {
        let item = try Specimen("states: {a: {due: 10 workdays, remind: \(remind)}}")

        #expect(item.snapshot.timers.first?.due.description == expected)
        #expect((item.snapshot.timers.first?.repetition ?? 0) == repetition)
    }

    private static func notice(_ item: Specimen) -> Effect.Notice? {
        for case .notify(let notice) in item.last.effects { return notice }
        return nil
    }

    @Test func `a task's reminder goes to the candidates, and to who has claimed it`() throws {
        var item = try Specimen(DeadlineTests.task)
        var claimed = item
        try claimed.task("panel", "claim", by: Actor(user: "li", roles: ["expert"]))

        try item.fire("remind.1.invoke.panel")
        try claimed.fire("remind.1.invoke.panel")

        let notice = try #require(Self.notice(item))
        #expect(notice.roles == ["expert"] && notice.users == ["zhao"])
        #expect(notice.subject == ["en": "Reminder: Score it", "zh": "提醒：评分"])
        #expect(Self.notice(claimed)?.roles == [])
        #expect(Self.notice(claimed)?.users == ["li"])
        try item.fire("remind.2.invoke.panel")
        #expect(Self.notice(item)?.roles == ["director"] && Self.notice(item)?.users == [])
        try claimed.fire("remind.2.invoke.panel")
        #expect(Self.notice(claimed)?.roles == ["director"] && Self.notice(claimed)?.users == ["li"])
        #expect(Self.notice(claimed)?.subject == ["": "Late"])
    }

    @Test func `a reminder repeats, and what was missed is not made up for`() throws {
        var item = try Specimen(
            "states: {a: {due: P10D, remind: {after: P1D, to: {roles: [r]}, repeat: {every: P1D, times: 4}}}}")
        let event = "remind.1.state.a"
        #expect(item.snapshot.timers.map(\.due.description) == ["2026-03-13T01:00:00Z"])
        try item.fire(event)
        #expect(item.snapshot.timers.map(\.due.description) == ["2026-03-14T01:00:00Z"])
        // The second comes two days late.
        item.surroundings.now = item.surroundings.now + .seconds(3 * 86_400)
        try item.fire(event)
        #expect(item.snapshot.timers.map(\.due.description) == ["2026-03-17T01:00:00Z"])
        #expect(item.snapshot.timers.map(\.repetition) == [4])

        try item.fire(event)

        #expect(item.snapshot.timers.isEmpty)
        #expect(item.snapshot.spent.isEmpty)
    }

    @Test func `a repeating reminder moves with its due date and keeps count`() throws {
        var item = try Specimen(
            """
            context: {plan: "2026-03-10T00:00:00Z"}
            states:
              a:
                due: {at: context.plan}
                remind: {before: P4D, to: {roles: [r]}, repeat: {every: P1D, times: 2}}
                on: {move: {actions: {assign: {plan: event.data}}}}
            """)
        try item.fire("remind.1.state.a")

        item.send("move", data: "2026-03-20T00:00:00Z")

        #expect(item.snapshot.timers.map(\.due.description) == ["2026-03-17T00:00:00Z"])
        #expect(item.snapshot.timers.map(\.repetition) == [1])
        try item.fire("remind.1.state.a")
        try item.fire("remind.1.state.a")
        item.send("move", data: "2026-04-20T00:00:00Z")
        #expect(item.snapshot.timers.isEmpty)
    }

    @Test func `a reminder that was skipped is set when the due date moves away`() throws {
        var item = try Specimen(DeadlineTests.moving, data: ["plan": "2026-03-02T12:00:00Z"])
        #expect(item.snapshot.timers.map(\.event) == ["due.state.a"])

        item.send("move", data: "2026-03-10T00:00:00Z")

        #expect(DeadlineTests.times(item.snapshot)["remind.1.state.a"] == "2026-03-09T00:00:00Z")
    }

    static let people = """
        events:
          go: {for: {roles: [pm]}}
          skip: {for: {roles: [pm, dir], users: '["li"]', starter: true}}
          stop: {for: {roles: [boss]}}
          inner: {for: {roles: [nobody]}}
        on: {stop: over}
        states:
          a:
            due: P10D
            remind: {before: P1D}
            initial: x
            states:
              x: {on: {inner: y, go: over}}
              y: {}
            on: {skip: {target: over, guard: 'true'}}
          b:
            due: P10D
            remind: [{before: P1D, subject: "${event.data.deadline}", body: B}]
          c:
            title: {en: Collect, zh: 收集}
            due: P10D
            remind: {before: P1D}
            invoke: [{id: one, src: human, candidates: {roles: [r1]}}, {id: two, src: human, assignee: '"wu"'}]
            onDone: over
          over: {}
        """

    @Test(
        arguments: [
            ("a", ["pm", "dir"], ["li", "starter"], ["en": "Reminder: a", "zh": "提醒：a"]),
            ("b", ["boss"], [], ["": "2026-03-12T01:00:00Z"]),
            ("c", ["r1"], ["wu"], ["en": "Reminder: Collect", "zh": "提醒：收集"]),
        ])
    func `a state's reminder goes to those who can send what leaves it`(
        state: String, roles: [String], users: [String], subject: [String: String]
    ) throws {
        var item = try Specimen("initial: \(state)\n" + Self.people, by: Actor(user: "starter"))

        #expect(try item.fire("remind.1.state.\(state)") == .taken)

        let notice = try #require(Self.notice(item))
        #expect(notice.roles == roles)
        #expect(notice.users == users)
        #expect(notice.subject == subject)
    }

    @Test func `a reminder leaves every state as it is`() throws {
        var item = try Specimen(
            """
            context: {n: 0}
            states:
              p:
                type: parallel
                due: P2D
                remind: {before: P1D, to: {roles: [r]}, actions: {assign: {n: context.n + 1}}}
                states: {r: {states: {a: {}}}, s: {on: {'*': t}}, t: {}}
            """)
        let before = item.snapshot.visits

        try item.fire("remind.1.state.p")

        #expect(item.context["n"] == 1)
        #expect(item.snapshot.visits == before)
        #expect(item.last.trace.microsteps.map(\.exited) == [[]])
    }
}
