import Statecharts
import Testing
import Values

@Suite struct MachineTests {
    static let door = """
        context: {opened: 0}
        states:
          closed:
            on:
              open: {target: opened, guard: "event.data == null || !event.data.locked", actions: {assign: {opened: context.opened + 1}}}
          opened: {on: {close: closed, remove: gone}}
          gone: {type: final, output: {times: context.opened}}
        """

    @Test func `an event takes the transition of the active state`() throws {
        var door = try Specimen(Self.door)
        #expect(door.active == ["closed"])

        #expect(door.send("open") == .taken)

        #expect(door.active == ["opened"])
        #expect(door.context == ["opened": 1])
        #expect(door.snapshot.seq == 2)
    }

    @Test func `a client's event that selects nothing is refused with its candidates`() throws {
        var door = try Specimen(Self.door)

        let refusal = try #require(door.send("open", data: ["locked": true]).refusal)

        #expect(refusal.code == .noTransition)
        #expect(refusal.candidates.map(\.state) == ["closed"])
        #expect(refusal.candidates.map(\.guardSource) == ["event.data == null || !event.data.locked"])
        #expect(door.last.next == nil)
        #expect(door.last.effects.isEmpty)
        #expect(door.snapshot.seq == 1)
    }

    @Test func `a refusal shows what the operands of a guard are`() throws {
        var item = try Specimen(
            """
            context: {trl: 3}
            states:
              a: {on: {go: {target: b, guard: 'context.trl >= 4 && inState("a")'}}}
              b: {}
            """)

        let candidate = try #require(item.send("go").refusal?.candidates.first)

        #expect(candidate.operands.map(\.expression) == ["context.trl", "inState(\"a\")"])
        #expect(candidate.operands.map(\.value) == [3, true])
    }

    @Test func `a signal that takes nothing is ignored and recorded`() throws {
        var door = try Specimen(Self.door)

        let outcome = door.process(Event("knock", origin: .signal))

        #expect(outcome == .ignored)
        #expect(door.snapshot.seq == 2)
    }

    @Test func `the final state of the root ends the instance with its output`() throws {
        var door = try Specimen(Self.door)
        door.send("open")

        door.send("remove")

        #expect(door.snapshot.status == .done)
        #expect(door.active == ["gone"])
        #expect(door.snapshot.output == ["times": 1])
        #expect(door.last.effects == [.finish(status: .done, output: ["times": 1])])
        #expect(door.send("open").refusal?.code == .notActive)
    }

    @Test func `equal inputs give equal steps`() throws {
        let door = try Specimen(Self.door)
        let event = Event("open")

        let first = door.machine.step(door.snapshot, event, in: door.surroundings)
        let second = door.machine.step(door.snapshot, event, in: door.surroundings)

        #expect(first.next?.json == second.next?.json)
        #expect(first.effects == second.effects)
        #expect(first.trace == second.trace)
    }

    @Test func `now never goes below the time of the event before`() throws {
        var door = try Specimen(Self.door)
        door.surroundings.now = Timestamp(seconds: Specimen.monday.seconds - 60)

        door.send("open")

        #expect(door.snapshot.lastAt == Specimen.monday)
    }

    // MARK: Start

    @Test func `start data is merged over the defaults key by key`() throws {
        let item = try Specimen("context: {a: 1, b: {x: 1}}\nstates: {s: {}}", data: ["b": ["y": 2], "c": 3])

        #expect(item.context == ["a": 1, "b": ["y": 2], "c": 3])
    }

    @Test func `start data that breaks the schema is refused with pointers`() throws {
        let machine = try Specimen.machine(
            "schema: {type: object, properties: {n: {type: integer}}}\nstates: {s: {}}")

        let step = Specimen.start(machine, data: ["n": "one"])

        guard case .invalidData(let errors)? = step.outcome.refusal?.code else {
            Issue.record("\(step.outcome)")
            return
        }
        #expect(errors.map(\.pointer) == ["/n"])
    }

    @Test func `the key expression sees the merged context and a client's other key fails`() throws {
        let machine = try Specimen.machine("key: context.number\ncontext: {number: null}\nstates: {s: {}}")

        #expect(Specimen.start(machine, data: ["number": "A-1"]).next?.facts.key == "A-1")
        #expect(Specimen.start(machine, data: ["number": "A-1"], key: "A-1").next?.facts.key == "A-1")
        #expect(Specimen.start(machine, data: ["number": "A-1"], key: "A-2").outcome.fault?.code == .start)
        #expect(Specimen.start(machine).next?.facts.key == nil)
    }

    // MARK: Admission

    static let declared = """
        events:
          gate.requested: {for: {roles: [pm]}, schema: {type: object, required: [why]}}
        states:
          a: {on: {gate.requested: b, secret: b}}
          b: {}
        """

    static let admissions: [(String, Value, Actor, Refusal.Code?)] = [
        ("gate.requested", ["why": "x"], Actor(user: "li", roles: ["pm"]), nil),
        ("gate.requested", ["why": "x"], Actor(user: "li", roles: ["expert"]), .forbidden),
        ("gate.request", .null, Actor(user: "li", roles: ["pm"]), .unknownEvent(suggestion: "gate.requested")),
        ("secret", .null, Actor(user: "li", roles: ["pm"]), .unknownEvent(suggestion: nil)),
        ("done.state.a", .null, Actor(user: "li", roles: ["pm"]), .unknownEvent(suggestion: nil)),
    ]

    @Test(arguments: admissions)
    func `who may send what is declared`(event: String, data: Value, by: Actor, expected: Refusal.Code?) throws {
        var item = try Specimen(Self.declared) { $0.isSimulation = false }

        #expect(item.send(event, data: data, by: by).refusal?.code == expected)
    }

    @Test func `data must fit the event's schema`() throws {
        var item = try Specimen(Self.declared) { $0.isSimulation = false }

        let outcome = item.send("gate.requested", data: ["x": 1], by: Actor(user: "li", roles: ["pm"]))

        guard case .invalidData? = outcome.refusal?.code else {
            Issue.record("\(outcome)")
            return
        }
    }

    @Test func `an event without data has none of the members that its schema declares`() throws {
        var item = try Specimen(
            """
            events: {go: {schema: {type: object, properties: {why: {type: string}}}}}
            states:
              a: {on: {go: {target: b, guard: '!has(event.data.why)'}}}
              b: {}
            """)

        #expect(item.send("go") == .taken)
    }

    @Test func `offers say what is possible now and why not`() throws {
        let item = try Specimen(
            """
            context: {n: 1}
            events: {go: {title: Go}, stop: {}, boss: {for: {roles: [boss]}}, data: {}}
            states:
              a:
                on:
                  go: b
                  stop: {target: b, guard: context.n > 1}
                  boss: b
                  data: {target: b, guard: event.data.x > 1}
              b: {}
            """
        ) { $0.isSimulation = false }

        let offers = item.machine.offers(item.snapshot, to: Actor(user: "li"), in: item.surroundings)

        #expect(offers.map(\.event) == ["go", "stop", "boss", "data"])
        #expect(offers.map(\.isEnabled) == [true, false, false, true])
        #expect(offers[0].title == ["": "Go"])
        #expect(offers[1].refusal?.candidates.count == 1)
        #expect(offers[2].refusal?.code == .forbidden)
    }
}
