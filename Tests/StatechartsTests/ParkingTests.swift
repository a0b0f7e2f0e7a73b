import Statecharts
import Testing
import Values

/// Histories with `keep: true`.
@Suite struct ParkingTests {
    static let definition = """
        context: {fired: 0, got: null, plan: "2026-03-20T00:00:00Z"}
        states:
          active:
            tags: [stage]
            due: P30D
            roll: none
            after: {P20D: expired}
            on: {hold: held}
            states:
              poc:
                exit: {log: {message: left}}
                entry: {log: {message: entered}}
                due: {at: context.plan}
                after: {P5D: {actions: {assign: {fired: context.fired + 1}}}}
                invoke:
                  - id: paper
                    src: human
                    candidates: {roles: [pm]}
                    due: P10D
                    roll: none
                    onDue: {}
                    onError: pilot
                    timeout: P12D
                  - {id: sums, src: worker, topic: sums, onDone: {actions: {assign: {got: event.data}}}, onError: pilot}
                  - {id: kid, src: workflow, workflow: kid}
                onDone: pilot
              pilot: {}
              before: {type: history, keep: true, target: poc}
          held:
            on:
              back: active.before
              restart: active
              other: active.pilot
              move: {actions: {assign: {plan: event.data}}}
              stop: over
          over: {type: final}
          expired: {}
        """

    static let day: Int64 = 86_400

    /// On hold for three days.
    private static func held() throws -> (before: Specimen, held: Specimen) {
        var item = try Specimen(Self.definition)
        let before = item
        item.surroundings.now = item.surroundings.now + .seconds(Self.day)
        item.send("hold")
        var held = item
        held.surroundings.now = held.surroundings.now + .seconds(3 * Self.day)
        return (before, held)
    }

    @Test func `on hold nothing is open, and everything is kept`() throws {
        let (before, item) = try Self.held()

        #expect(item.active == ["held"])
        #expect(item.snapshot.timers.isEmpty && item.snapshot.invocations.isEmpty && item.snapshot.due.isEmpty)
        #expect(item.snapshot.parked.keys.sorted() == ["active", "active.poc"])
        #expect(item.snapshot.parked["active.poc"]?.invocations == before.snapshot.invocations)
        let kinds = item.last.effects.map(\.kind).filter { $0 != "cancelTimer" }
        #expect(kinds == ["log", "parkTask", "parkJob", "parkChild"])
        #expect(item.last.effects.count { $0.kind == "cancelTimer" } == before.snapshot.timers.count)
        #expect(try Snapshot(json: item.snapshot.json) == item.snapshot)
        #expect(item.snapshot.visits["active"]?.count == 1)
    }

    @Test func `what returns through the history goes on where it was`() throws {
        var (before, item) = try Self.held()
        let start = before.surroundings.now

        #expect(item.send("back") == .taken)

        #expect(item.snapshot.parked.isEmpty)
        #expect(item.snapshot.visits["active.poc"] == before.snapshot.visits["active.poc"])
        #expect(item.snapshot.visits["active"] == before.snapshot.visits["active"])
        #expect(item.snapshot.invocations.map(\.id) == before.snapshot.invocations.map(\.id))
        let pause = Duration.seconds(3 * Self.day)
        let old = Dictionary(uniqueKeysWithValues: before.snapshot.timers.map { ($0.id, $0.due) })
        #expect(item.snapshot.timers.count == old.count)
        for timer in item.snapshot.timers { #expect(old[timer.id].map { $0 + pause } == timer.due, "\(timer.event)") }
        #expect(item.task("paper")?.dueAt == start + .seconds(13 * Self.day))
        #expect(item.snapshot.due["active"] == start + .seconds(33 * Self.day))
        #expect(item.snapshot.due["active.poc"]?.description == "2026-03-20T00:00:00Z")
        let kinds = item.last.effects.map(\.kind).filter { $0 != "setTimer" }
        #expect(kinds == ["log", "changeTask", "resumeJob", "resumeChild"])
    }

    @Test func `a time from the context is evaluated again on return`() throws {
        var (_, item) = try Self.held()
        item.send("move", data: "2026-04-01T00:00:00Z")

        item.send("back")

        #expect(item.snapshot.due["active.poc"]?.description == "2026-04-01T00:00:00Z")
    }

    @Test(arguments: ["restart", "other", "stop"])
    func `another way in, and the end, drop what was on hold`(event: String) throws {
        var (_, item) = try Self.held()

        item.send(event)

        #expect(item.snapshot.parked.isEmpty)
        let kinds = item.last.effects.map(\.kind)
        for kind in ["closeTask", "cancelJob", "cancelChild", "leave"] {
            #expect(kinds.count { $0 == kind } == 1, "\(kind)")
        }
        #expect(kinds.contains("openTask") == (event == "restart"))
        #expect(item.snapshot.visits["active"]?.count == (event == "stop" ? 1 : 2))
    }

    @Test func `a verb on a task on hold is refused`() throws {
        var (before, item) = try Self.held()
        let id = try #require(before.snapshot.invocations.first { $0.name == "paper" }?.id)

        let outcome = item.process(
            Event("task.submit", origin: .task, by: Actor(user: "li", roles: ["pm"]), reference: id))

        #expect(outcome.refusal?.code == .parked)
        item.send("back")
        #expect(try item.task("paper", "submit", by: Actor(user: "li", roles: ["pm"])) == .taken)
    }

    @Test(arguments: [true, false])
    func `a result that comes meanwhile is kept`(isDone: Bool) throws {
        var (before, item) = try Self.held()
        let id = try #require(before.snapshot.invocations.first { $0.name == "sums" }?.id)
        let type = isDone ? "done.invoke" : "error.invoke"

        #expect(item.process(Event(type, data: 7, origin: .result, reference: id)) == .ignored)
        #expect(item.process(Event("done.invoke", data: 8, origin: .result, reference: id)) == .ignored)
        #expect(try Snapshot(json: item.snapshot.json) == item.snapshot)
        #expect(item.context["got"] == .null)
        item.send("back")

        #expect(!item.last.effects.contains { $0.kind == "resumeJob" })
        let signal = try #require(
            item.last.effects.compactMap { effect -> Effect.Signal? in
                if case .send(let signal) = effect { signal } else { nil }
            }.first)
        #expect(signal.event == type && signal.invocation == id && signal.to == .instance(Specimen.id))
        #expect(item.process(Event(type, data: signal.data, origin: .result, reference: id)) == .taken)
        #expect(item.active == [isDone ? "active.poc" : "active.pilot"])
        #expect(item.context["got"] == (isDone ? 7 : .null))
    }

    @Test func `a fired timer stays fired`() throws {
        var item = try Specimen(Self.definition)
        try item.fire("after.P5D.active.poc")
        item.send("hold")

        item.send("back")

        #expect(item.context["fired"] == 1)
        #expect(!item.snapshot.timers.contains { $0.event == "after.P5D.active.poc" })
    }

    @Test func `a reminder that passed on hold is skipped when its due date did not move`() throws {
        var item = try Specimen(
            """
            context: {plan: "2026-03-20T00:00:00Z"}
            states:
              a:
                states:
                  b:
                    due: {at: context.plan}
                    remind:
                      - {before: P15D, to: {roles: [r]}}
                      - {before: P16D, to: {roles: [r]}, repeat: {every: P10D, times: 2}}
                    on: {hold: c}
                  h: {history: deep, keep: true}
              c: {on: {back: a.h}}
            """)
        #expect(item.snapshot.timers.count == 2)
        item.send("hold")
        item.surroundings.now = item.surroundings.now + .seconds(8 * Self.day)

        item.send("back")

        #expect(item.snapshot.timers.map(\.event) == ["remind.2.state.a.b"])
        #expect(item.snapshot.timers.map(\.due.description) == ["2026-03-14T00:00:00Z"])
    }

    @Test func `work that had not begun begins on return`() throws {
        var item = try Specimen(
            """
            states:
              idle: {on: {go: a}}
              a:
                states:
                  b: {invoke: {id: w, src: worker, topic: t, onError: idle}, always: {target: c, guard: 'visits("c") == 0'}}
                  h: {type: history, keep: true}
              c: {on: {back: a.h}}
            """)
        item.send("go")
        #expect(item.active == ["c"] && item.last.effects.isEmpty)

        item.send("back")

        #expect(item.last.effects.map(\.kind) == ["startJob"])
    }

    @Test func `on hold and back in one step is as if nothing had happened`() throws {
        var item = try Specimen(
            Self.definition.replacing("on:\n      back: active.before", with: "always: active.before\n    on:"))
        let before = item.snapshot

        item.send("hold")

        #expect(item.active == ["active.poc"])
        #expect(item.snapshot.timers.sorted { $0.id < $1.id } == before.timers.sorted { $0.id < $1.id })
        #expect(item.snapshot.invocations == before.invocations)
        #expect(item.snapshot.due == before.due)
        #expect(Set(item.last.effects.map(\.kind)) == ["cancelTimer", "setTimer", "log"])
    }

    @Test func `an inner hold outlasts an outer one`() throws {
        var item = try Specimen(
            """
            states:
              q:
                on: {out: x}
                states:
                  p:
                    on: {aside: r}
                    states:
                      a: {after: {P5D: {}}}
                      hp: {type: history, keep: true}
                  r: {after: {P7D: {}}, on: {inner: p.hp}}
                  hq: {type: history, keep: true}
              x: {on: {back: q.hq, inner: q.p.hp, fresh: q}}
            """)
        item.send("aside")
        item.send("out")
        #expect(item.snapshot.parked.keys.sorted() == ["q", "q.p", "q.p.a", "q.r"])
        var (direct, fresh) = (item, item)

        item.send("back")
        #expect(item.snapshot.parked.keys.sorted() == ["q.p", "q.p.a"])
        item.send("inner")
        #expect(item.snapshot.timers.map(\.event) == ["after.P5D.q.p.a"])
        #expect(item.snapshot.visits["q.p.a"]?.count == 1)

        direct.send("inner")
        #expect(direct.active == ["q.p.a"])
        #expect(direct.snapshot.parked.isEmpty)
        #expect(direct.snapshot.visits["q.p.a"]?.count == 1 && direct.snapshot.visits["q"]?.count == 2)

        fresh.send("fresh")
        #expect(fresh.snapshot.parked.isEmpty)
        #expect(fresh.snapshot.visits["q.p.a"]?.count == 2)
    }

    @Test func `a loop on hold goes on with the rest of its elements`() throws {
        var item = try Specimen(
            """
            context: {got: null}
            states:
              a:
                states:
                  b:
                    invoke:
                      id: parts
                      src: human
                      forEach: {in: '["x", "y", "z"]', as: part, concurrency: 2}
                      assignee: part
                      due: P2D
                      roll: none
                      remind: {before: P1D, subject: Hurry}
                      onDone: {actions: {assign: {got: event.data.results.size()}}}
                    on: {hold: c}
                  h: {type: history, keep: true}
              c: {on: {back: a.h}}
            """)
        #expect(item.snapshot.timers.count == 2)
        item.send("hold")
        #expect(item.snapshot.loops.isEmpty)
        item.snapshot = try Snapshot(json: item.snapshot.json)
        item.surroundings.now = item.surroundings.now + .seconds(Self.day)

        item.send("back")

        #expect(item.snapshot.loops.map(\.waiting) == [["z"]])
        #expect(item.snapshot.invocations.map(\.element?.index) == [0, 1])
        let timer = try #require(item.snapshot.timers.last)
        #expect(timer.kind == .task(invocation: try #require(item.snapshot.invocations.last?.id)))
        item.surroundings.now = timer.due
        item.process(Event("", origin: .timer, reference: timer.id))
        let users = item.last.effects.compactMap { effect -> [String]? in
            if case .notify(let notice) = effect { notice.users } else { nil }
        }
        #expect(users == [["y"]])
        for user in ["x", "y", "z"] {
            let open = try #require(item.snapshot.invocations.first)
            #expect(
                item.process(Event("task.submit", origin: .task, by: Actor(user: user), reference: open.id)) == .taken)
        }
        #expect(item.context["got"] == 3)
        #expect(item.snapshot.timers.isEmpty)
    }

    @Test(arguments: 0..<50)
    func `any pause leaves what remained of each timer as it was`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var item = try Specimen(Self.definition)
        func remaining(_ item: Specimen) -> [String: Duration] {
            Dictionary(uniqueKeysWithValues: item.snapshot.timers.map { ($0.event, $0.due - item.surroundings.now) })
        }
        func wait(_ item: inout Specimen, upTo seconds: Int) {
            let nanoseconds = Int64(random.next(below: 1_000_000_000))
            let pause = Duration.seconds(random.next(below: seconds)) + .nanoseconds(nanoseconds)
            item.surroundings.now = item.surroundings.now + pause
        }
        for _ in 0..<4 {
            wait(&item, upTo: Int(Self.day))
            let before = remaining(item)
            let isHold = random.next(below: 2) == 0
            if isHold {
                item.send("hold")
            } else {
                item.process(Event("admin.suspend", origin: .administration))
            }
            item.snapshot = try Snapshot(json: item.snapshot.json)
            wait(&item, upTo: 1_000_000)
            if isHold {
                item.send("back")
            } else {
                item.process(Event("admin.resume", origin: .administration))
            }
            #expect(remaining(item) == before)
        }
    }
}
