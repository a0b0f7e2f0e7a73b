import Statecharts
import Testing
import Values

/// What becomes of due dates, reminders and what is on hold.
@Suite struct MigrationDeadlineTests {
    @Test func `due dates and reminders stay, and what is new is set`() throws {
        var item = try Relocation(
            """
            states:
              a:
                due: P5D
                roll: none
                onDue: b
                invoke:
                  - {id: t, src: human, candidates: {roles: [r]}, due: P4D, roll: none, remind: {before: P1D}}
                  - {id: u, src: human, candidates: {roles: [r]}}
                onDone: b
              b: {type: final}
            """,
            """
            states:
              q:
                renamedFrom: a
                due: P9D
                roll: none
                onDue: b
                invoke:
                  - {id: t, src: human, candidates: {roles: [r]}, due: P8D, roll: none, remind: {before: P1D}}
                  - {id: u, src: human, candidates: {roles: [r]}, due: P2D, roll: none}
                onDone: b
              b: {type: final}
            """)

        _ = try item.migrate()

        let monday = Specimen.monday
        let day = Duration.seconds(86_400)
        let snapshot = item.item.snapshot
        #expect(snapshot.due == ["q": monday + day * 5])
        #expect(item.item.task("t")?.dueAt == monday + day * 4)
        #expect(item.item.task("u")?.dueAt == monday + day * 2)
        #expect(
            Dictionary(uniqueKeysWithValues: snapshot.timers.map { ($0.event, $0.due) }) == [
                "due.state.q": monday + day * 5, "remind.1.invoke.t": monday + day * 3,
            ])
        #expect(try item.item.fire("remind.1.invoke.t") == .taken)
        #expect(try item.item.fire("due.state.q") == .taken)
    }

    static let day = Duration.seconds(86_400)

    @Test func `what is new beside a due date is set for the date that is kept`() throws {
        func definition(_ state: String, _ task: String, _ vote: String) -> String {
            """
            states:
              a:
                due: P5D
                roll: none
                \(state)
                invoke:
                  - {id: t, src: human, candidates: {roles: [r]}, due: P4D, roll: none, \(task)}
                  - id: v
                    src: human
                    candidates: {roles: [r]}
                    outcomes: {yes: {}, no: {}}
                    due: P3D
                    roll: none
                    votes: {of: 3, need: 2, \(vote)}
              b: {type: final}
            """
        }
        var item = try Relocation(
            definition("entry: []", "remind: [{before: P3D}]", "close: early"),
            definition(
                "onDue: b\n    remind: [{before: P1D}]", "onDue: {}, remind: [{before: P3D}, {before: P1D}]",
                "close: due"))
        try item.item.fire("remind.1.invoke.t")

        try item.migrate()

        let monday = Specimen.monday
        let timers = item.item.snapshot.timers.map { "\($0.event) \(($0.due - monday) / Self.day)" }
        #expect(
            timers.sorted() == [
                "due.invoke.t 4.0", "due.invoke.v 3.0", "due.state.a 5.0", "remind.1.state.a 4.0",
                "remind.2.invoke.t 3.0",
            ])
    }

    @Test func `a task that loses its due date says so`() throws {
        let work = "states: {a: {invoke: {id: t, src: human, candidates: {roles: [r]}, due: P4D, onDue: {}}}}"
        var item = try Relocation(work, work.replacing(", due: P4D, onDue: {}", with: ""))

        let step = try item.migrate()

        #expect(step.effects.map(\.kind) == ["cancelTimer", "changeTask"])
        #expect(item.item.task("t")?.dueAt == nil)
    }

    @Test func `what has fired does not fire again for a task that is opened anew`() throws {
        let work = """
            context: {plan: "2026-03-03T00:00:00Z", n: 0}
            states:
              a:
                invoke:
                  id: t
                  src: human
                  title: OLD
                  candidates: {roles: [r]}
                  due: {at: context.plan}
                  onDue: {actions: {assign: {n: context.n + 1}}}
            """
        let new = work.replacing("OLD", with: "NEW").replacing("  a:", with: "  r:\n    renamedFrom: a")
            .replacing("id: t", with: "id: u")
        var item = try Relocation(work, new)
        try item.item.fire("due.invoke.t")

        try item.migrate()

        let open = try #require(item.item.snapshot.invocations.first)
        #expect(item.item.snapshot.spent == ["\(open.id) due.invoke.u"])
        #expect(item.item.snapshot.timers.isEmpty)
    }

    // MARK: On hold

    private static func held(_ work: String, state: String = "a") -> String {
        """
        events: {hold: {}, back: {}}
        initial: p
        states:
          p:
            on: {hold: held}
            states:
              \(state): {\(work)}
              h: {type: history, keep: true, history: deep}
          held: {on: {back: p.h}}
        """
    }

    @Test func `what is on hold stays, and other work takes its place`() throws {
        let task = "invoke: {id: t, src: human, candidates: {roles: [r]}, due: P4D, onDue: {}}"
        var same = try Relocation(Self.held(task), Self.held(task))
        same.item.send("hold")
        var expected = same.item.snapshot
        expected.seq += 1
        expected.facts.version = 2
        expected.facts.startVersion = 1
        #expect(try same.migrate().effects == [])
        #expect(same.item.snapshot == expected)
        same.item.send("back")
        #expect(same.item.snapshot.invocations.map(\.name) == ["t"])
        #expect(same.item.snapshot.timers.map(\.event) == ["due.invoke.t"])

        var other = try Relocation(
            Self.held(task), Self.held("invoke: {id: u, src: worker, topic: x, onError: held}"))
        other.item.send("hold")
        #expect(other.plan().fates == ["cancelled task t", "cancelled timer due.invoke.t"])
        #expect(try other.migrate().effects.map(\.kind) == ["closeTask"])
        #expect(other.item.snapshot.parked["p.a"]?.unstarted == ["u"])
        other.item.send("back")
        #expect(other.item.snapshot.invocations.map(\.name) == ["u"])

        var gone = try Relocation(Self.held(task), Self.held(task, state: "x"))
        gone.item.send("hold")
        #expect(gone.plan().warnings.contains("on-hold-dropped p.a"))
        #expect(try gone.migrate().effects.map(\.kind) == ["closeTask"])
        #expect(gone.item.snapshot.parked.keys.sorted() == ["p"])
    }

    @Test func `a task on hold is opened anew on hold, elsewhere, with all its timers`() throws {
        let old = Self.held(
            """
            tags: [stage], after: {P9D: held}, invoke: {id: t, \
            src: human, candidates: {roles: [r]}, due: P4D, roll: none, outcomes: {a: {}}, votes: {need: 1, of: 1}}
            """)
        let new = Self.held(
            """
            tags: [stage], renamedFrom: p.a, after: {P9D: held, P7D: held}, invoke: {id: u, \
            src: human, candidates: {roles: [r]}, due: P4D, roll: none, outcomes: {a: {}, b: {}}, onDue: {}}
            """, state: "x")
        var item = try Relocation(old, new)
        item.item.send("hold")
        item.item.surroundings.now = Specimen.monday + Self.day * 2

        let plan = item.plan()
        let step = try item.migrate()

        #expect(plan.fates == ["kept task u", "kept timer after.P9D.p.x"])
        #expect(plan.parts.first?.changes == ["outcomes", "votes"])
        #expect(step.effects.map(\.kind) == ["closeTask", "openTask", "parkTask", "leave", "enter"])
        item.item.send("back")
        #expect(item.item.last.effects.map(\.kind).contains("changeTask"))
        let timers = item.item.snapshot.timers.map { "\($0.event) \(($0.due - Specimen.monday) / Self.day)" }
        #expect(timers.sorted() == ["after.P7D.p.x 9.0", "after.P9D.p.x 11.0", "due.invoke.u 6.0"])
        #expect(item.item.task("u")?.dueAt == Specimen.monday + Self.day * 6)
        let li = Actor(user: "li", roles: ["r"])
        #expect(try item.item.task("u", "submit", data: ["outcome": "b"], by: li) == .taken)
    }

    @Test func `a job on hold goes on elsewhere with the result that came meanwhile`() throws {
        let work = "invoke: {id: j, src: worker, topic: x, onDone: held, onError: held}"
        var item = try Relocation(Self.held(work), Self.held(work + ", renamedFrom: p.a", state: "x"))
        let job = try #require(item.item.snapshot.invocations.first?.id)
        item.item.send("hold")
        item.item.process(Event("done.invoke", data: 7, origin: .result, reference: job))

        #expect(try item.migrate().effects == [.relocate(id: job, name: "j", state: "p.x")])
        #expect(item.item.snapshot.parked["p.x"]?.kept[job]?.data == 7)
    }
}
