import Statecharts
import Testing
import Values

/// `due`, `roll`, `onDue` and `{at: …}`.
@Suite struct DeadlineTests {
    static let task = """
        context: {late: null}
        states:
          a:
            invoke:
              id: panel
              src: human
              title: {en: Score it, zh: 评分}
              candidates: {roles: [expert], users: '"zhao"'}
              due: 10 workdays
              remind:
                - {before: 3 workdays}
                - {after: 1 workday, to: {roles: [director], assignee: true}, subject: Late}
              onDue: {actions: {assign: {late: event.data.due}}}
              onDone: b
          b: {}
        """

    static let moving = """
        context: {plan: "2026-03-10T00:00:00Z", n: 0}
        states:
          a:
            due: {at: context.plan}
            onDue: {actions: {assign: {n: context.n + 1}}}
            remind: {before: P1D, to: {roles: [r]}, actions: {assign: {n: context.n + 10}}}
            on:
              move: {actions: {assign: {plan: event.data}}}
              leave: b
          b: {on: {back: a}}
        """

    static func times(_ snapshot: Snapshot) -> [String: String] {
        Dictionary(snapshot.timers.map { ($0.event, $0.due.description) }) { first, _ in first }
    }

    @Test(
        arguments: [
            // Monday the 2nd; the 7th is a Saturday.
            ("10 workdays", "next", "2026-03-17T01:00:00Z"), ("P5D", "next", "2026-03-09T01:00:00Z"),
            ("P5D", "previous", "2026-03-06T01:00:00Z"), ("P5D", "none", "2026-03-07T01:00:00Z"),
            ("P6D", "previous", "2026-03-06T01:00:00Z"), ("P4D", "previous", "2026-03-06T01:00:00Z"),
            ("P7D + PT1H", "next", "2026-03-09T02:00:00Z"), ("P9D", "next", "2026-03-12T01:00:00Z"),
            ("P9D", "previous", "2026-03-10T01:00:00Z"),
            ("{at: 'timestamp(\"2026-03-07T00:00:00Z\")'}", "next", "2026-03-07T00:00:00Z"),
        ])
    func `a due date on a day off rolls`(due: String, roll: String, expected: String) throws {
        let item = try Specimen("states: {a: {due: \(due), roll: \(roll)}}") {
            $0.calendar.exceptions = ["2026-03-11": false]
        }

        #expect(item.snapshot.due["a"]?.description == expected)
        // Without `onDue` there is nothing to wait for.
        #expect(item.snapshot.timers.isEmpty)
    }

    @Test func `a date on a day off rolls to the next working day unless it says otherwise`() throws {
        let item = try Specimen("states: {a: {due: P5D}}")

        #expect(item.snapshot.due["a"]?.description == "2026-03-09T01:00:00Z")
    }

    @Test func `a due date passes without ending the task`() throws {
        var item = try Specimen(Self.task)
        #expect(item.task("panel")?.dueAt?.description == "2026-03-16T01:00:00Z")
        #expect(
            Self.times(item.snapshot) == [
                "due.invoke.panel": "2026-03-16T01:00:00Z", "remind.1.invoke.panel": "2026-03-11T01:00:00Z",
                "remind.2.invoke.panel": "2026-03-17T01:00:00Z",
            ])

        #expect(try item.fire("due.invoke.panel") == .taken)

        #expect(item.context["late"] == "2026-03-16T01:00:00Z")
        #expect(item.task("panel") != nil)
        try item.task("panel", "submit", by: Actor(user: "zhao"))
        #expect(item.active == ["b"])
        #expect(item.last.effects.map(\.kind) == ["cancelTimer", "cancelTimer", "closeTask"])
        #expect(item.snapshot.timers.isEmpty)
    }

    @Test func `a due state is left by its transition`() throws {
        var item = try Specimen("states: {a: {due: PT1H, onDue: b}, b: {}}")

        #expect(try item.fire("due.state.a") == .taken)

        #expect(item.active == ["b"])
        #expect(item.snapshot.due.isEmpty)
    }

    @Test func `the root has a due date too`() throws {
        var item = try Specimen(
            "context: {n: 0}\ndue: PT1H\nonDue: {actions: {assign: {n: 1}}}\nstates: {a: {}}")

        #expect(try item.fire("due.state.specimen") == .taken)

        #expect(item.context["n"] == 1)
    }

    @Test(
        arguments: [
            (
                "\"2026-03-12T00:00:00Z\"", "2026-03-12T00:00:00Z",
                ["due.state.a": "2026-03-12T00:00:00Z", "remind.1.state.a": "2026-03-11T00:00:00Z"]
            ),
            ("null", nil, [:]),
            // What is past fires next; a reminder that is past is skipped.
            ("\"2026-03-01T00:00:00Z\"", "2026-03-01T00:00:00Z", ["due.state.a": "2026-03-01T00:00:00Z"]),
            // An error keeps the old time.
            (
                "5", "2026-03-10T00:00:00Z",
                ["due.state.a": "2026-03-10T00:00:00Z", "remind.1.state.a": "2026-03-09T00:00:00Z"]
            ),
        ] as [(String, String?, [String: String])])
    func `a deadline and its reminders follow the context`(
        plan: String, due: String?, timers: [String: String]
    ) throws {
        var item = try Specimen(Self.moving)

        item.send("move", data: try Value(json: plan))

        #expect(item.snapshot.due["a"]?.description == due)
        #expect(Self.times(item.snapshot) == timers)
        #expect(item.last.trace.errors.isEmpty == (plan != "5"))
    }

    @Test func `an error at the entry is an error of an action`() throws {
        let machine = try Specimen.machine(Self.moving)

        let step = Specimen.start(machine, data: ["plan": 5])

        #expect(step.outcome.fault?.code == .execution)
    }

    @Test func `what follows the context fires once in a visit`() throws {
        var item = try Specimen(Self.moving)
        try item.fire("remind.1.state.a")
        try item.fire("due.state.a")
        #expect(item.context["n"] == 11)

        item.send("move", data: "2026-04-10T00:00:00Z")

        #expect(item.snapshot.due["a"]?.description == "2026-04-10T00:00:00Z")
        #expect(item.snapshot.timers.isEmpty)
        item.send("leave")
        #expect(item.snapshot.spent.isEmpty && item.snapshot.due.isEmpty)
        item.send("back")
        #expect(item.snapshot.timers.count == 2)
    }

    static let vote = """
        context: {outcome: null}
        states:
          a:
            invoke:
              id: board
              src: human
              candidates: {users: '["li", "wu", "xi"]'}
              outcomes: {yes: {title: Yes}, no: {title: No}}
              votes: {need: 1, close: due}
              due: P4D
              remind: {before: P1D}
              onDone: {target: b, guard: context.outcome != "stop", actions: {assign: {outcome: event.data.outcome}}}
          b: {}
        """

    @Test func `a vote that closes at its due date is over then`() throws {
        var item = try Specimen(Self.vote)
        try item.task("board", "submit", data: ["outcome": "no"], by: Actor(user: "wu"))
        try item.fire("remind.1.invoke.board")
        let users = item.last.effects.compactMap { effect -> [String]? in
            if case .notify(let notice) = effect { notice.users } else { nil }
        }
        #expect(users == [["li", "xi"]])

        #expect(try item.fire("due.invoke.board") == .taken)

        #expect(item.active == ["b"])
        #expect(item.context["outcome"] == "no")
        #expect(item.last.effects.map(\.kind) == ["closeTask"])
    }

    @Test func `a due vote whose result nothing takes is an incident`() throws {
        var item = try Specimen(Self.vote, data: ["outcome": "stop"])

        #expect(try item.fire("due.invoke.board").fault?.code == .refusedResult)

        #expect(item.task("board") != nil)
    }

    @Test func `a task's due date moves in its inbox`() throws {
        var item = try Specimen(
            """
            context: {plan: "2026-03-10T00:00:00Z"}
            states:
              a:
                invoke: {id: t, src: human, candidates: {roles: [r]}, due: {at: context.plan}, remind: [{before: P1D}]}
                on: {move: {actions: {assign: {plan: event.data}}}}
            """)
        let id = try #require(item.snapshot.invocations.first?.id)

        item.send("move", data: "2026-03-12T00:00:00Z")

        #expect(item.task("t")?.dueAt?.description == "2026-03-12T00:00:00Z")
        let task = try #require(item.task("t"))
        #expect(item.last.effects.map(\.kind) == ["cancelTimer", "setTimer", "changeTask"])
        #expect(item.last.effects.last == .changeTask(id: id, task))
    }

    @Test(arguments: ["remaining", "date"])
    func `a suspension moves due dates as it does timers`(policy: String) throws {
        var item = try Specimen("onSuspend: \(policy)\n" + Self.task)
        let before = Self.times(item.snapshot)
        item.process(Event("admin.suspend", origin: .administration))
        item.surroundings.now = item.surroundings.now + .seconds(7200)

        item.process(Event("admin.resume", origin: .administration))

        let isMoved = policy == "remaining"
        #expect((Self.times(item.snapshot) == before) != isMoved)
        let due = isMoved ? "2026-03-16T03:00:00Z" : "2026-03-16T01:00:00Z"
        #expect(item.task("panel")?.dueAt?.description == due)
        #expect(Self.times(item.snapshot)["due.invoke.panel"] == due)
        #expect(item.last.effects.map(\.kind).contains("changeTask") == isMoved)
    }

    @Test func `timers due at once fire in the order of the document`() throws {
        let item = try Specimen(
            """
            states:
              p:
                type: parallel
                due: P1D
                onDue: {}
                states:
                  r:
                    invoke: {id: t, src: human, candidates: {roles: [x]}, due: P1D, onDue: {}, onError: s, timeout: P1D}
                    after: {P1D: {}}
                  s: {due: P2D, remind: {before: P1D, to: {roles: [x]}}}
            """)

        let due = item.machine.dueTimers(item.snapshot, at: Specimen.monday + .seconds(86_400))

        #expect(
            due.map(\.event) == [
                "due.state.p", "after.P1D.p.r", "error.invoke.t", "due.invoke.t", "remind.1.state.p.s",
            ])
    }
}
