import Statecharts
import Testing
import Values

@Suite struct InterpreterTimerTests {
    static let hour: Int64 = 3600

    @Test func `a timer is set on entry fires once and is cancelled on exit`() throws {
        var item = try Specimen(
            """
            context: {due: null}
            states:
              a:
                after: {PT1H: {target: b, actions: {assign: {due: event.data.due}}}}
                on: {go: c}
              b: {}
              c: {on: {back: a}}
            """)
        let timer = try #require(item.snapshot.timers.first)
        #expect(timer.due.seconds == Specimen.monday.seconds + Self.hour)
        var other = item

        #expect(try item.fire("after.PT1H.a") == .taken)
        #expect(item.active == ["b"])
        #expect(item.context == ["due": "2026-03-02T02:00:00Z"])
        #expect(item.last.effects.isEmpty)
        #expect(item.process(Event(timer.event, origin: .timer, reference: timer.id)) == .ignored)

        other.send("go")
        #expect(other.last.effects == [.cancelTimer(id: timer.id)])
        #expect(other.snapshot.timers.isEmpty)
    }

    @Test func `a timer that is set and cancelled in one step leaves no trace`() throws {
        var item = try Specimen("states: {a: {on: {go: b}}, b: {after: {PT1H: a}, always: c}, c: {}}")

        item.send("go")

        #expect(item.active == ["c"])
        #expect(item.last.effects.isEmpty)
    }

    @Test func `working days are counted in the calendar`() throws {
        let item = try Specimen("states: {a: {after: {5 workdays: b}}, b: {}}") {
            $0.calendar.exceptions = ["2026-03-04": false, "2026-03-07": true]
        }

        // Tuesday, Thursday, Friday, Saturday by exception, Monday.
        #expect(item.snapshot.timers.map(\.due.description) == ["2026-03-09T01:00:00Z"])
    }

    @Test func `a time from the context moves with it and is not armed again once fired`() throws {
        var item = try Specimen(
            """
            context: {at: "2026-03-03T00:00:00Z", fired: 0}
            delays: {planned: {at: context.at}}
            states:
              a:
                after: {planned: {actions: {assign: {fired: context.fired + 1}}}}
                on:
                  move: {actions: {assign: {at: event.data}}}
            """)
        let first = try #require(item.snapshot.timers.first)
        #expect(first.due.description == "2026-03-03T00:00:00Z")

        item.send("move", data: "2026-03-04T00:00:00Z")
        #expect(item.last.effects.map(\.kind) == ["cancelTimer", "setTimer"])
        item.send("move", data: .null)
        #expect(item.snapshot.timers.isEmpty)
        item.send("move", data: "2026-03-05T00:00:00Z")
        #expect(item.snapshot.timers.map(\.due.description) == ["2026-03-05T00:00:00Z"])

        try item.fire(first.event)
        #expect(item.context["fired"] == 1)
        item.send("move", data: "2026-03-09T00:00:00Z")
        #expect(item.snapshot.timers.isEmpty)
    }

    @Test func `a delayed raise outlives its state and can be cancelled`() throws {
        var item = try Specimen(
            """
            states:
              a:
                on:
                  go: {target: b, actions: {raise: {event: late, delay: PT1H, id: x, data: {n: 7}}}}
              b:
                on: {late: {target: c, guard: event.data.n == 7}, stop: {actions: {cancel: x}}}
              c: {}
            """)
        item.send("go")
        var other = item

        #expect(try item.fire("late") == .taken)
        #expect(item.active == ["c"])
        other.send("stop")
        #expect(other.last.effects.map(\.kind) == ["cancelTimer"])
    }

    @Test func `a send is a signal and a delayed one becomes one when it is due`() throws {
        var item = try Specimen(
            """
            states:
              a:
                on:
                  now: {actions: {send: {to: self, event: x, data: 1 + 1}}}
                  later: {actions: {send: {to: '{"workflow": "w", "key": "k"}', event: y, delay: PT1H}}}
            """)

        item.send("now")
        guard case .send(let signal)? = item.last.effects.first else {
            Issue.record("\(item.last.effects)")
            return
        }
        #expect(signal.to == .instance(Specimen.id))
        #expect(signal.data == 2)
        item.send("later")
        #expect(item.last.effects.map(\.kind) == ["setTimer"])
        try item.fire("y")

        guard case .send(let delayed)? = item.last.effects.first else {
            Issue.record("\(item.last.effects)")
            return
        }
        #expect(delayed.to == .key(workflow: "w", key: "k"))
    }

    @Test(arguments: ["PT60M: a, PT1H: b", "PT1H: b, PT60M: a"])
    func `timers of one state that are due together fire in the order of their keys`(keys: String) throws {
        let item = try Specimen("states: {s: {after: {\(keys)}}, a: {}, b: {}}")
        let due = item.machine.dueTimers(item.snapshot, at: Timestamp(seconds: Specimen.monday.seconds + Self.hour))
        #expect(due.map(\.event) == ["after.PT1H.s", "after.PT60M.s"])
    }

    @Test func `an instance with more timers than a step may set can be stopped and ended`() throws {
        let remind = "[{forEach: {in: context.list, as: x, actions: {raise: {event: late, delay: P1Y}}}}]"
        var item = try Specimen(
            """
            context: {list: \(Value.list(Array(repeating: 0, count: 600)).json)}
            states: {s: {on: {more: {actions: \(remind)}}}}
            """)
        #expect(item.send("more") == .taken)
        #expect(item.send("more") == .taken)
        let admin = Actor(user: "admin", roles: ["admin"])
        for type in ["admin.suspend", "admin.resume", "admin.cancel"] {
            #expect(item.process(Event(type, origin: .administration, by: admin)) == .taken, "\(type)")
            #expect(item.last.effects.count >= 1_200)
        }
    }

    @Test func `timers due together fire in document order of their states`() throws {
        let item = try Specimen(
            """
            states:
              p:
                type: parallel
                states:
                  r: {states: {a: {after: {PT2H: b, PT1H: b}}, b: {}}}
                  s: {after: {PT1H: {}}}
            """)

        let due = item.machine.dueTimers(
            item.snapshot, at: Timestamp(seconds: Specimen.monday.seconds + 2 * Self.hour))

        #expect(due.map(\.event) == ["after.PT1H.p.r.a", "after.PT1H.p.s", "after.PT2H.p.r.a"])
    }
}
