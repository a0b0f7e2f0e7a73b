import Statecharts
import Testing
import Values

/// What becomes of timers, tasks, jobs, children and memories.
@Suite struct MigrationPartsTests {
    @Test func `timers keep the time that remains, and what is new starts now`() throws {
        var item = try Relocation(
            "states: {a: {after: {P1D: b, P2D: b}, entry: {raise: {event: x, delay: P9D}}}, b: {type: final}}",
            "states: {r: {renamedFrom: a, after: {P1D: b, P3D: b}}, b: {type: final}}")
        let dues = Dictionary(uniqueKeysWithValues: item.item.snapshot.timers.map { ($0.event, $0.due) })
        item.item.surroundings.now = Timestamp(seconds: Specimen.monday.seconds + 3600)

        #expect(
            item.plan().fates == [
                "kept timer x", "kept timer after.P1D.r", "cancelled timer after.P2D.a", "started timer after.P3D.r",
            ])
        let step = try item.migrate()

        #expect(step.effects.map(\.kind) == ["setTimer", "cancelTimer", "setTimer"])
        let timers = item.item.snapshot.timers
        #expect(timers.map(\.event) == ["x", "after.P1D.r", "after.P3D.r"])
        #expect(timers[1].due == dues["after.P1D.a"])
        #expect(timers[2].due == Timestamp(seconds: Specimen.monday.seconds + 3600 + 3 * 86_400))
        #expect(try item.item.fire("after.P1D.r") == .taken)
        #expect(item.item.snapshot.status == .done)
    }

    @Test func `one name is given to one work`() throws {
        let work = "{src: human, candidates: {roles: [clerk]}}"
        var item = try Relocation(
            "states: {a: {invoke: [{id: a, \(work.dropFirst()), {id: b, \(work.dropFirst())], on: {x: z}}, z: {}}",
            "states: {b: {renamedFrom: a, invoke: [{id: b, \(work.dropFirst())], on: {x: z}}, z: {}}")
        try item.migrate()
        #expect(item.item.snapshot.invocations.map(\.name) == ["b"])
    }

    static let template = """
        states:
          STATE:
            invoke:
              src: human
              title: Score
              candidates: {roles: [expert]}
              form: {type: object, required: [score], properties: {score: {type: number, maximum: MAX}}}
              outcomes: {pass: {}, OTHER: {}}
              timeout: P5D
              onDone: {target: b, actions: {assign: {score: event.data.score}}}
              onError: b
          b: {type: final}
        """

    static func panel(state: String = "a", max: Int = 10, other: String = "back") -> String {
        self.template.replacing("STATE", with: state).replacing("MAX", with: "\(max)").replacing("OTHER", with: other)
    }

    @Test func `a task that did not change stays as it is under its new name`() throws {
        var item = try Relocation(
            Self.panel(), Self.panel(state: "r").replacing("  r:", with: "  r:\n    renamedFrom: a"))
        try item.item.task("a", "claim", by: Actor(user: "wang", roles: ["expert"]))
        let open = try #require(item.item.snapshot.invocations.first)
        let due = item.item.snapshot.timers.first?.due

        let step = try item.migrate()

        #expect(step.effects.map(\.kind) == ["relocate", "setTimer"])
        #expect(step.effects.first == .relocate(id: open.id, name: "r", state: "r"))
        #expect(item.item.snapshot.invocations.map(\.id) == [open.id])
        #expect(item.item.task("r")?.assignee == "wang")
        #expect(item.item.snapshot.timers.first?.due == due)
        let data: Value = ["score": 7, "outcome": "pass"]
        #expect(try item.item.task("r", "submit", data: data, by: Actor(user: "wang", roles: ["expert"])) == .taken)
        #expect(item.item.snapshot.status == .done)
    }

    @Test(arguments: [
        (MigrationPartsTests.panel(max: 5), "form"), (MigrationPartsTests.panel(other: "reject"), "outcomes"),
        (MigrationPartsTests.panel().replacing("title: Score", with: "title: Grade"), "title"),
        (MigrationPartsTests.panel().replacing("[expert]", with: "[judge]"), "candidates"),
    ])
    func `an open task whose definition changed is opened anew for who claimed it`(new: String, change: String) throws {
        var item = try Relocation(Self.panel(), new)
        try item.item.task("a", "claim", by: Actor(user: "wang", roles: ["expert"]))
        let open = try #require(item.item.snapshot.invocations.first)
        let timer = try #require(item.item.snapshot.timers.first)

        let plan = item.plan()
        #expect(plan.warnings == ["task-changed a"])
        #expect(plan.parts.first?.changes == [change])
        let step = try item.migrate()

        #expect(step.effects.map(\.kind) == ["closeTask", "openTask", "setTimer"])
        let fresh = try #require(item.item.snapshot.invocations.first)
        #expect(fresh.id != open.id)
        #expect(item.item.task("a")?.assignee == "wang")
        #expect(item.item.snapshot.timers.map(\.due) == [timer.due])
        #expect(item.item.snapshot.timers.first?.kind == .timeout(invocation: fresh.id))
    }

    @Test func `work that is another is cancelled and started anew`() throws {
        let work = """
            states:
              a:
                invoke:
                  - {id: one, src: worker, topic: t, onError: {}}
                  - {id: two, src: worker, topic: u, onError: {}}
                  - {id: kid, src: workflow, workflow: w, onError: {}}
            """
        var item = try Relocation(work, work.replacing("topic: u", with: "topic: v"))
        #expect(
            item.plan().fates == ["kept job one", "cancelled job two", "kept child kid", "started job two"])

        let step = try item.migrate()

        #expect(step.effects.map(\.kind) == ["cancelJob", "startJob"])
        #expect(item.item.snapshot.invocations.map(\.name) == ["one", "kid", "two"])
    }

    @Test func `the elements of a list go on, and votes stay cast`() throws {
        let work = """
            context: {l: [1, 2, 3]}
            states:
              a:
                invoke:
                  - {id: many, src: worker, topic: t, forEach: {in: context.l, as: x, concurrency: 2}, onDone: b, onError: {}}
                  - id: panel
                    src: human
                    candidates: {roles: [expert]}
                    outcomes: {pass: {}, back: {}}
                    votes: {of: 3, need: 2}
              b: {type: final}
            """
        let new = work.replacing("  a:", with: "  r:\n    renamedFrom: a").replacing("need: 2", with: "need: 3")
        var item = try Relocation(work, new)
        let wang = Actor(user: "wang", roles: ["expert"])
        try item.item.task("panel", "claim", by: wang)
        try item.item.task("panel", "submit", data: ["outcome": "pass"], by: wang)

        let step = try item.migrate()

        #expect(step.effects.map(\.kind) == ["relocate", "relocate", "closeTask", "openTask"])
        #expect(item.item.snapshot.loops.map(\.state) == ["r"])
        #expect(item.item.task("panel")?.ballot?.members.map(\.user) == ["wang"])
        for _ in 0..<3 { try item.item.complete("many", data: 1) }
        #expect(item.item.snapshot.status == .done)

        var other = try Relocation(work, work.replacing("topic: t", with: "topic: u"))
        #expect(other.plan().fates.filter { $0.hasPrefix("cancelled") }.count == 2)
        try other.migrate()
        #expect(other.item.snapshot.loops.count == 1)
        #expect(other.item.snapshot.loops.first?.waiting == [3])
    }

    @Test func `work that is over does not start again`() throws {
        let work = """
            states:
              a: {invoke: {id: one, src: worker, topic: t, onDone: {actions: []}, onError: {}}, after: {P1D: {actions: []}}}
            """
        var item = try Relocation(work, work)
        try item.item.complete("one")
        try item.item.fire("after.P1D.a")

        #expect(try item.migrate().effects == [])
        #expect(item.item.snapshot.invocations.isEmpty)
        #expect(item.item.snapshot.timers.isEmpty)
    }

    @Test func `results so far are kept, and less work may be all of it`() throws {
        let work = """
            states:
              a:
                invoke:
                  - {id: one, src: worker, topic: t, onError: {}}
                  - {id: two, src: worker, topic: u, onError: {}}
                onDone: b
              b: {type: final}
            """
        var same = try Relocation(work, work)
        try same.item.complete("one", data: 7)
        try same.migrate()
        #expect(same.item.snapshot.results == ["a": ["one": 7]])

        var less = try Relocation(
            work, "states: {a: {invoke: {id: one, src: worker, topic: t, onError: {}}, onDone: b}, b: {type: final}}")
        try less.item.complete("one", data: 7)
        #expect(less.plan().fates == ["cancelled job two"])
        try less.migrate()
        #expect(less.item.snapshot.status == .done)
    }

    @Test func `who acted is remembered under the new name`() throws {
        let old = """
            states:
              a: {invoke: {src: human, candidates: {roles: [x]}, onDone: b}}
              b: {invoke: {src: human, candidates: {roles: [x]}, distinctFrom: a, onDone: c}}
              c: {type: final}
            """
        let new = old.replacing("  a:", with: "  r:").replacing("distinctFrom: a", with: "distinctFrom: r")
            .replacing(
                "{invoke: {src: human, candidates: {roles: [x]}, onDone: b}}",
                with: "{renamedFrom: a, invoke: {src: human, candidates: {roles: [x]}, onDone: b}}")
        var item = try Relocation(old, new)
        try item.item.task("a", "submit", by: Actor(user: "wang", roles: ["x"]))

        try item.migrate()

        #expect(item.item.snapshot.actors == ["r": ["wang"]])
        let outcome = try item.item.task("b", "submit", by: Actor(user: "wang", roles: ["x"]))
        #expect(outcome.refusal?.code == .forbidden)
    }

    @Test func `history states remember what was renamed, and lose what is gone`() throws {
        let old = """
            states:
              c: {states: {x: {on: {go: y}}, y: {}, h: {type: history, history: deep}}, on: {out: o}}
              o: {on: {back: c.h}}
            """
        var renamed = try Relocation(
            old, old.replacing("y: {}", with: "z: {renamedFrom: c.y}").replacing("go: y", with: "go: z"))
        renamed.item.send("go")
        renamed.item.send("out")
        try renamed.migrate()
        #expect(renamed.item.snapshot.history == ["c.h": ["c.z"]])
        renamed.item.send("back")
        #expect(renamed.item.active == ["c.z"])

        var gone = try Relocation(old, old.replacing("y: {}", with: "z: {}").replacing("go: y", with: "go: z"))
        gone.item.send("go")
        gone.item.send("out")
        #expect(gone.plan().warnings == ["history-dropped c.h"])
        try gone.migrate()
        #expect(gone.item.snapshot.history.isEmpty)
    }

    @Test func `a renamed stage begins a new dwell`() throws {
        var item = try Relocation(
            "states: {a: {tags: stage}, s: {tags: stage}}",
            "states: {b: {tags: stage, renamedFrom: a}, s: {tags: stage}}")
        #expect(try item.migrate().effects == [.leave(path: "a", visit: 1), .enter(path: "b", visit: 1)])
    }

    static let panelOfThree = """
        states:
          a:
            invoke:
              id: t
              src: human
              candidates: {roles: [expert]}
              outcomes: {pass: {}, back: {}}
              votes: {of: 3, need: 2}
              onDone: b
          b: {type: final}
        """

    @Test(arguments: [true, false])
    func `what was cast may decide under new rules`(isLoop: Bool) throws {
        var work = Self.panelOfThree
        if isLoop { work = work.replacing("id: t", with: "id: t\n      forEach: {in: '[1]', as: x}") }
        var item = try Relocation(work, work.replacing("need: 2", with: "need: 1"))
        try item.item.task("t", "submit", data: ["outcome": "pass"], by: Actor(user: "wang", roles: ["expert"]))

        let step = try item.migrate()

        #expect(step.effects.map(\.kind) == ["closeTask", "openTask", "closeTask", "finish"])
        #expect(item.item.snapshot.status == .done)
    }

    @Test func `who claimed a task does not have the vote that it becomes`() throws {
        let old = Self.panelOfThree.replacing("      votes: {of: 3, need: 2}\n", with: "")
        var item = try Relocation(old, Self.panelOfThree)
        try item.item.task("t", "claim", by: Actor(user: "wang", roles: ["expert"]))

        try item.migrate()

        #expect(item.item.task("t")?.assignee == nil)
        #expect(item.item.task("t")?.ballot?.members == [])
        #expect(item.item.task("t")?.ballot?.seats == 3)
    }

    @Test func `the limit of effects does not count those on elements of loops`() throws {
        let work = """
            states:
              a:
                invoke:
                  id: t
                  src: human
                  title: OLD
                  candidates: {users: "[x]"}
                  forEach: {in: names, as: x}
                  due: P1D
            let: {names: "['a', 'b', 'c']"}
            """
        var item = try Relocation(
            work,
            work.replacing("OLD", with: "NEW").replacing(
                "due: P1D", with: "due: P1D\n      timeout: P2D\n      onDue: {}"))
        item.item.surroundings.limits.effects = 2

        let step = try item.migrate()

        #expect(step.effects.count == 12)
        let tasks = item.item.snapshot.invocations.compactMap { open in
            if case .task(let task) = open.kind { task.candidateUsers } else { nil }
        }
        #expect(tasks == [["a"], ["b"], ["c"]])
    }

    @Test func `a task that is opened anew sees the states that go on`() throws {
        let work = """
            states:
              a: {invoke: {src: human, candidates: {users: "inState('a') ? ['wang'] : ['li']"}, title: OLD, onDone: b}}
              b: {type: final}
            """
        var item = try Relocation(work, work.replacing("OLD", with: "NEW"))

        try item.migrate()

        #expect(item.item.task("a")?.title == ["": "NEW"])
        #expect(item.item.task("a")?.candidateUsers == ["wang"])
    }

    @Test func `a timer that moves and ends in one step is taken from the database`() throws {
        var item = try Relocation(
            "states: {a: {after: {P1D: b}}, b: {}}",
            "states: {r: {renamedFrom: a, after: {P1D: b}, always: b}, b: {}}")
        let timer = try #require(item.item.snapshot.timers.first)

        #expect(try item.migrate().effects == [.cancelTimer(id: timer.id)])
        #expect(item.item.snapshot.timers.isEmpty)
    }

    @Test func `who acted in work of one name is remembered under all that it is called now`() throws {
        let old = """
            states:
              a: {invoke: {id: t, src: human, candidates: {roles: [x]}, onDone: b}}
              b: {invoke: {id: t, src: human, candidates: {roles: [x]}, onDone: c}}
              c: {invoke: {id: z, src: human, candidates: {roles: [x]}, distinctFrom: t}}
            """
        var item = try Relocation(old, old.replacing("a: {invoke: {id: t", with: "a: {invoke: {id: u"))
        try item.item.task("t", "submit", by: Actor(user: "wang", roles: ["x"]))
        try item.item.task("t", "submit", by: Actor(user: "li", roles: ["x"]))

        try item.migrate()

        #expect(item.item.snapshot.actors == ["t": ["wang", "li"], "u": ["wang", "li"]])
        let outcome = try item.item.task("z", "submit", by: Actor(user: "wang", roles: ["x"]))
        #expect(outcome.refusal?.code == .forbidden)
    }

    @Test func `of states that become one the first has the result`() throws {
        func work(_ id: String) -> String {
            "{x: {invoke: {id: \(id), src: worker, topic: t, onError: {}}, onDone: {}}}"
        }
        let count = 12
        let regions = (10..<10 + count).map { "  r\($0): {states: \(work("one\($0)"))}" }
        var item = try Relocation(
            "type: parallel\nstates:\n" + regions.joined(separator: "\n"),
            "type: parallel\nstates: {q: {states: \(work("one"))}}")
        for region in 10..<10 + count {
            let id = try #require(item.item.snapshot.invocations.first { $0.state == "r\(region).x" }?.id)
            item.item.process(Event("done.invoke", data: .int(Int64(region)), origin: .result, reference: id))
        }

        try item.migrate(Dictionary(uniqueKeysWithValues: (10..<10 + count).map { ("r\($0).x", "q.x") }))

        #expect(item.item.snapshot.results == ["q.x": ["one": 10]])
    }

    @Test func `only what is new starts when a state returns that was put on hold before it could`() throws {
        let old = """
            context: {left: true}
            states:
              p:
                always: {target: held, guard: "!context.left", actions: {assign: {left: true}}}
                states:
                  a: {invoke: [{id: one, src: worker, topic: t, onDone: {}, onError: held}]}
                  h: {type: history, keep: true}
              held: {on: {back: p.h}}
            """
        let new = old.replacing("left: true}\nstates", with: "now: true, left: true}\nstates")
            .replacing("!context.left", with: "context.now").replacing("left: true}}}", with: "now: false}}}")
            .replacing("}]}", with: "}, {id: two, src: worker, topic: u, onDone: {}, onError: held}]}")
        var item = try Relocation(old, new)
        try item.item.complete("one")

        try item.migrate()
        #expect(item.item.snapshot.parked["p.a"]?.unstarted == ["two"])
        item.item.send("back")

        #expect(item.item.snapshot.invocations.map(\.name) == ["two"])
    }

    @Test func `a plan is written as JSON`() throws {
        let item = try Relocation("states: {a: {}}", "states: {b: {renamedFrom: a}}")
        #expect(
            item.plan().encoded == [
                "from": 1, "to": 2, "possible": true, "moves": [["from": "a", "to": "b", "reason": "renamed"]],
                "entered": [], "states": ["b"], "parts": [], "addedContext": [], "findings": [],
            ])
    }
}
