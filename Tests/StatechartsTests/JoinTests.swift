import Statecharts
import Testing
import Values

/// Several invocations of one state, and parts that have names.
@Suite struct JoinTests {
    static let joined = """
        context: {got: null, rounds: 0}
        states:
          idle: {on: {go: busy}}
          busy:
            invoke:
              - {id: one, src: worker, topic: t, onDone: {actions: {assign: {rounds: context.rounds + 1}}}}
              - {id: two, src: human, onDone: [{target: early, guard: event.data.leave}, {actions: []}]}
              - {id: three, src: workflow, workflow: w, onError: {actions: []}}
            onDone: {target: done, guard: context.rounds > 0, actions: {assign: {got: event.data}}}
            on: {stop: idle, again: {target: busy, reenter: true}, look: done}
          early: {}
          done: {}
        """

    static func busy() throws -> Specimen {
        var item = try Specimen(Self.joined)
        item.send("go")
        return item
    }

    static func submit(_ item: inout Specimen, leave: Bool) throws {
        try item.task("two", "submit", data: ["leave": .bool(leave)], by: Actor(user: "li"))
    }

    @Test func `a handled error counts as finished with null`() throws {
        var item = try Self.busy()
        try item.complete("three", data: ["code": "x"], failed: true)
        try Self.submit(&item, leave: false)
        #expect(item.active == ["busy"])
        #expect(try Snapshot(json: item.snapshot.json) == item.snapshot)

        try item.complete("one", data: 1)

        #expect(item.active == ["done"])
        #expect(item.context["got"] == ["one": 1, "two": ["leave": false], "three": .null])
    }

    @Test func `a result that leaves the state is no end of all`() throws {
        var item = try Self.busy()
        try item.complete("one")
        try item.complete("three")
        try Self.submit(&item, leave: true)

        #expect(item.active == ["early"])
        #expect(item.snapshot.results.isEmpty)
    }

    @Test(arguments: ["again", "stop"])
    func `another visit waits for all again`(event: String) throws {
        var item = try Self.busy()
        try item.complete("one")
        item.send(event)
        if event == "stop" { item.send("go") }
        #expect(item.snapshot.results.isEmpty)
        try item.complete("three")
        try Self.submit(&item, leave: false)
        #expect(item.active == ["busy"])

        try item.complete("one", data: 2)

        #expect(item.context["got"]?["one"] == 2)
    }

    @Test func `the end of all is an event once`() throws {
        var item = try Specimen(
            """
            context: {open: false, seen: 0}
            states:
              a:
                invoke: {id: job, src: worker, topic: t, onDone: {actions: []}}
                onDone:
                  - {target: b, guard: context.open}
                  - {actions: {assign: {seen: context.seen + 1}}}
                on: {open: {actions: {assign: {open: true}}}}
              b: {}
            """)
        try item.complete("job")
        #expect(item.context["seen"] == 1)

        item.send("open")

        #expect(item.active == ["a"])
        #expect(item.context["seen"] == 1)
    }

    @Test func `parts with names do what they do where they stand`() throws {
        var item = try Specimen(
            """
            context: {n: 0, at: "2026-03-05T00:00:00Z", log: []}
            let: {big: context.n > limit - 1, limit: int(2)}
            delays: {patience: PT2H, long: patience + PT1H, fixed: {at: timestamp(context.at)}}
            actions:
              count: {assign: {n: context.n + 1}}
              twice: [count, {if: '!big', actions: count}]
            actors:
              check:
                src: worker
                topic: t
                input: {n: context.n}
                timeout: long
                onDone: {target: b, actions: twice}
            states:
              a: {invoke: check, after: {fixed: late}}
              b:
                invoke: {src: check, id: second, input: {n: context.n * 10, big: big}, timeout: patience}
                entry: count
              late: {}
            """)
        let times = Dictionary(uniqueKeysWithValues: item.snapshot.timers.map { ($0.event, $0.due) })
        #expect(times["error.invoke.a"]?.seconds == Specimen.monday.seconds + 3 * 3600)
        #expect(times["after.fixed.a"] == Timestamp("2026-03-05T00:00:00Z"))

        try item.complete("a")

        #expect(item.active == ["b"])
        #expect(item.context["n"] == 3)
        guard case .startJob(let job)? = item.last.effects.first(where: { $0.kind == "startJob" }) else {
            Issue.record("\(item.last.effects)")
            return
        }
        #expect(job.payload == ["input": ["n": 30, "big": true]])
        #expect(item.snapshot.timers.map(\.due.seconds) == [Specimen.monday.seconds + 2 * 3600])
    }
}
