import Statecharts
import Testing
import Values

@Suite struct InterpreterInvocationTests {
    static let work = """
        context: {n: 1, got: null}
        states:
          idle: {on: {go: busy}}
          busy:
            invoke:
              id: job
              src: worker
              topic: sums
              input: {n: context.n + 1}
              timeout: PT1H
              onDone:
                - {target: idle, guard: event.data.ok, actions: {assign: {got: event.data.sum}}}
              onError: {target: broken, guard: 'event.data.code != "fatal"'}
            on: {stop: idle, again: {target: busy, reenter: true}}
          broken: {}
        """

    @Test func `work starts at the end of the macrostep and its result moves the instance`() throws {
        var item = try Specimen(Self.work)
        item.send("go")
        let open = try #require(item.snapshot.invocations.first)
        #expect(open.id == "\(Specimen.id).2.1")
        guard case .startJob(let job)? = item.last.effects.first else {
            Issue.record("\(item.last.effects)")
            return
        }
        #expect(job.topic == "sums")
        #expect(job.payload == ["input": ["n": 2]])
        #expect(item.last.effects.map(\.kind) == ["startJob", "setTimer"])

        #expect(try item.complete("job", data: ["ok": true, "sum": 7]) == .taken)

        #expect(item.active == ["idle"])
        #expect(item.context["got"] == 7)
        #expect(item.snapshot.invocations.isEmpty)
        #expect(item.snapshot.timers.isEmpty)
        #expect(item.last.effects.map(\.kind) == ["cancelTimer"])
    }

    @Test func `leaving the state cancels its work and a late result is ignored`() throws {
        var item = try Specimen(Self.work)
        item.send("go")
        let old = try #require(item.snapshot.invocations.first)

        item.send("stop")

        #expect(item.last.effects.map(\.kind) == ["cancelTimer", "cancelJob"])
        item.send("go")
        let late = item.process(Event("done.invoke", data: ["ok": true], origin: .result, reference: old.id))
        #expect(late == .ignored)
        #expect(item.active == ["busy"])
    }

    @Test func `a result that all guards refuse fails and leaves the work open`() throws {
        var item = try Specimen(Self.work)
        item.send("go")

        #expect(try item.complete("job", data: ["ok": false]).fault?.code == .refusedResult)
        #expect(item.snapshot.invocations.count == 1)
    }

    @Test func `an error of the work that nothing handles fails the step`() throws {
        var item = try Specimen(Self.work)
        item.send("go")
        #expect(try item.complete("job", data: ["code": "fatal"], failed: true).fault?.code == .invocation)

        #expect(try item.complete("job", data: ["code": "other"], failed: true) == .taken)
        #expect(item.active == ["broken"])
    }

    @Test func `a timeout cancels the work and is its error`() throws {
        var item = try Specimen(Self.work)
        item.send("go")

        #expect(try item.fire("error.invoke.job") == .taken)

        #expect(item.active == ["broken"])
        #expect(item.last.effects.map(\.kind) == ["cancelJob"])
    }

    @Test func `an atomic state with onDone is done when all its work is`() throws {
        var item = try Specimen(
            """
            context: {got: null}
            states:
              a:
                invoke:
                  - {id: one, src: worker, topic: t}
                  - {id: two, src: worker, topic: t, onError: {actions: []}}
                onDone: {target: b, actions: {assign: {got: event.data}}}
              b: {}
            """)

        try item.complete("one", data: 1)
        #expect(item.active == ["a"])
        try item.complete("two", failed: true)

        #expect(item.active == ["b"])
        #expect(item.context == ["got": ["one": 1, "two": .null]])
        #expect(item.snapshot.results.isEmpty)
    }

    @Test func `an input that fails is an error that can be handled`() throws {
        var item = try Specimen(
            """
            states:
              a: {on: {go: b}}
              b:
                invoke: {id: job, src: worker, topic: t, input: {x: 1 / 0}}
                on: {error.execution: c}
              c: {}
            """)

        item.send("go")

        #expect(item.active == ["c"])
        #expect(item.last.effects.isEmpty)
    }

    // MARK: Children

    static let parent = """
        states:
          a:
            invoke: {id: kid, src: workflow, workflow: child, input: {n: 1}, onDone: b, onError: c}
            on: {leave: b}
          b: {}
          c: {}
        """

    @Test func `a child's id is computed and keeps the slot of its parent`() throws {
        let item = try Specimen(Self.parent)
        guard case .startChild(let child)? = item.last.effects.first else {
            Issue.record("\(item.last.effects)")
            return
        }

        #expect(child.instance.hasSuffix("abcd"))
        #expect(child.instance.count == 36)
        #expect(Array(child.instance)[14] == "8")
        #expect(child.instance != Specimen.id)
        #expect(child.input == ["n": 1])
        let again = try Specimen(Self.parent)
        #expect(again.last.effects == item.last.effects)
    }

    @Test func `leaving the state asks the child to end`() throws {
        var item = try Specimen(Self.parent)

        item.send("leave")

        #expect(item.last.effects.map(\.kind) == ["cancelChild"])
    }

    @Test func `a child tells its parent how it ended`() throws {
        let parent = Snapshot.Parent(instance: "p", invocation: "p.1.1")
        var item = try Specimen(
            "states: {a: {on: {end: z}}, z: {type: final, output: 5}}", parent: parent)
        let other = item

        item.send("end")

        guard case .send(let signal)? = item.last.effects.last else {
            Issue.record("\(item.last.effects)")
            return
        }
        #expect(signal.event == "done.invoke")
        #expect(signal.to == .instance("p"))
        #expect(signal.invocation == "p.1.1")
        #expect(signal.data == 5)

        var cancelled = other
        cancelled.process(Event("admin.cancel", origin: .administration))
        #expect(cancelled.last.effects.map(\.kind) == ["finish", "send"])
        var dropped = other
        dropped.process(Event("admin.cancel", origin: .administration, by: Actor(instance: "p")))
        #expect(dropped.last.effects.map(\.kind) == ["finish"])
    }

    // MARK: Administration

    @Test func `suspending freezes timers and resuming moves them on`() throws {
        var item = try Specimen("states: {a: {after: {PT1H: b}}, b: {}}")
        item.process(Event("admin.suspend", origin: .administration))
        #expect(item.last.effects.map(\.kind) == ["cancelTimer"])
        #expect(item.send("x").refusal?.code == .notActive)

        item.surroundings.now = Timestamp(seconds: Specimen.monday.seconds + 7200)
        item.process(Event("admin.resume", origin: .administration))

        #expect(item.snapshot.timers.map(\.due.seconds) == [Specimen.monday.seconds + 10_800])
        #expect(item.last.effects.map(\.kind) == ["setTimer"])
    }

    @Test func `repairing the context lets the instance go on`() throws {
        var item = try Specimen(
            """
            schema: {type: object, properties: {n: {type: integer}}}
            context: {n: 0}
            states: {a: {always: {target: b, guard: context.n > 1}}, b: {}}
            """
        ) { $0.isSimulation = false }
        func resolve(_ value: Value, _ by: Actor) -> Outcome {
            item.process(Event("admin.resolve", data: ["set": ["n": value]], origin: .administration, by: by))
        }

        #expect(resolve(2, Actor(user: "li")).refusal?.code == .forbidden)
        #expect(resolve("x", Actor(user: "root", roles: ["admin"])).refusal != nil)
        #expect(resolve(2, Actor(user: "root", roles: ["admin"])) == .taken)
        #expect(item.active == ["b"])
    }

    @Test func `cancelling closes everything`() throws {
        var item = try Specimen(Self.work)
        item.send("go")

        item.process(Event("admin.cancel", origin: .administration, by: Actor(user: "root", roles: ["admin"])))

        #expect(item.snapshot.status == .cancelled)
        #expect(item.last.effects.map(\.kind) == ["cancelTimer", "cancelJob", "finish"])
        #expect(item.snapshot.timers.isEmpty)
    }
}
