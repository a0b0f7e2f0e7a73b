import Statecharts
import Testing
import Values

/// An instance that moves from one version to another.
struct Relocation {
    let old: Machine
    let new: Machine
    var item: Specimen

    init(_ old: String, _ new: String, data: Value = .null) throws {
        self.item = try Specimen(old, data: data)
        self.old = self.item.machine
        self.new = try Specimen.machine(new)
    }

    func plan(_ map: [String: String] = [:], by: Actor = Actor()) -> MigrationPlan {
        let event = Machine.migration(to: 2, map: map, by: by)
        return self.new.plan(self.item.snapshot, event, from: self.old, in: self.item.surroundings)
    }

    /// Goes on in the new version.
    @discardableResult
    mutating func migrate(_ map: [String: String] = [:]) throws -> Step {
        let plan = self.plan(map)
        let event = Machine.migration(to: 2, map: map)
        let step = self.new.migrate(self.item.snapshot, event, from: self.old, in: self.item.surroundings)
        let next = try #require(step.next, "\(step.outcome)")
        #expect(plan.isPossible)
        #expect(plan.active == next.active)
        try LawTests.check(next, of: self.new)
        #expect(try Snapshot(json: next.json) == next)
        #expect(next.seq == self.item.snapshot.seq + 1)
        #expect(next.facts.version == 2)
        #expect(next.facts.startVersion == 1)
        var moved = self.item
        moved.snapshot = next
        self.item = Specimen(moved, machine: self.new)
        return step
    }
}

extension Specimen {
    init(_ other: Specimen, machine: Machine) {
        self.init(machine: machine, snapshot: other.snapshot, surroundings: other.surroundings, last: other.last)
    }

    private init(machine: Machine, snapshot: Snapshot, surroundings: Surroundings, last: Step) {
        self.machine = machine
        self.snapshot = snapshot
        self.surroundings = surroundings
        self.last = last
    }
}

extension MigrationPlan {
    var errors: [String] { self.findings.filter { $0.severity == .error }.map { "\($0.code) \($0.subject)" } }
    var warnings: [String] { self.findings.filter { $0.severity == .warning }.map { "\($0.code) \($0.subject)" } }
    var fates: [String] { self.parts.map { "\($0.fate) \($0.kind) \($0.name)" } }
}

@Suite struct MigrationTests {
    // MARK: States

    @Test func `a state is found by path, by renamedFrom and by the map`() throws {
        let old = "states: {a: {on: {go: b}}, b: {on: {go: c}}, c: {on: {go: d}}, d: {type: final}}"
        let new = """
            states: {a: {on: {go: x}}, x: {renamedFrom: b, on: {go: y}}, y: {on: {go: d}}, d: {type: final}}
            """
        var same = try Relocation(old, new)
        try same.migrate()
        #expect(same.item.active == ["a"])

        var renamed = try Relocation(old, new)
        renamed.item.send("go")
        #expect(renamed.plan().moves == [.init(from: "b", to: "x", reason: .renamed)])
        try renamed.migrate()
        #expect(renamed.item.active == ["x"])
        #expect(renamed.item.send("go") == .taken)
        #expect(renamed.item.active == ["y"])

        var mapped = try Relocation(old, new)
        mapped.item.send("go")
        mapped.item.send("go")
        #expect(mapped.plan().errors == ["unmapped-state c"])
        #expect(mapped.plan(["c": "z"]).errors.contains("unknown-target c"))
        #expect(mapped.plan(["q": "y", "c": "y"]).errors == ["unknown-source q"])
        try mapped.migrate(["c": "y"])
        #expect(mapped.item.active == ["y"])
    }

    @Test func `what is said of a state holds for what lies in it`() throws {
        var item = try Relocation(
            "states: {main: {states: {poc: {on: {go: pilot}}, pilot: {}}}}",
            "states: {core: {renamedFrom: main, states: {poc: {}, trial: {renamedFrom: main.pilot}}}}")
        item.item.send("go")
        let visits = item.item.snapshot.visits["main"]

        try item.migrate()

        #expect(item.item.active == ["core.trial"])
        #expect(item.item.snapshot.visits["core"] == visits)
        #expect(item.item.snapshot.visits["core.poc"]?.count == 1)
        #expect(item.item.snapshot.visits["main"] == nil)
    }

    @Test func `an earlier name that the old version knows of too says nothing of its own states`() throws {
        let version = "states: {a: {on: {go: b}}, b: {renamedFrom: a, on: {go: a}}}"
        var item = try Relocation(version, version)

        try item.migrate()

        #expect(item.item.active == ["a"])
    }

    @Test func `two states cannot both be an earlier one`() throws {
        let item = try Relocation("states: {a: {}}", "states: {b: {renamedFrom: a}, c: {renamedFrom: a}}")
        #expect(item.plan().errors == ["ambiguous-rename a"])
        #expect(item.plan(["a": "c"]).isPossible)
    }

    @Test func `a new region is entered by itself and nothing else`() throws {
        var item = try Relocation(
            "context: {log: ''}\nstates: {p: {type: parallel, states: {a: {states: {a1: {on: {go: a2}}, a2: {}}}}}}",
            """
            context: {log: ''}
            states:
              p:
                type: parallel
                entry: {assign: {log: context.log + 'p'}}
                states:
                  a:
                    states: {a1: {on: {go: a2}}, a2: {entry: {assign: {log: context.log + '2'}}}}
                  b:
                    initial: b2
                    entry: {assign: {log: context.log + 'b'}}
                    states: {b1: {}, b2: {entry: {assign: {log: context.log + 'B'}}}}
            """)
        item.item.send("go")

        #expect(item.plan().entered == ["p.b", "p.b.b2"])
        try item.migrate()

        #expect(item.item.active == ["p.a.a2", "p.b.b2"])
        #expect(item.item.context["log"] == "bB")
    }

    @Test func `states around a mapped one are entered`() throws {
        var item = try Relocation(
            "states: {poc: {on: {go: end}}, end: {type: final}}",
            """
            states:
              active:
                type: parallel
                onDone: end
                states:
                  main: {states: {poc: {renamedFrom: poc, on: {go: done}}, done: {type: final}}}
                  audit: {states: {open: {on: {go: closed}}, closed: {type: final}}}
              end: {type: final}
            """)

        #expect(item.plan().entered == ["active", "active.main", "active.audit", "active.audit.open"])
        try item.migrate()
        item.item.send("go")

        #expect(item.item.snapshot.status == .done)
    }

    @Test func `an illegal configuration is refused`() throws {
        let flat = "states: {a: {on: {go: b}}, b: {}}"
        let refined = try Relocation(flat, "states: {a: {states: {x: {}, y: {}}}, b: {}}")
        #expect(refined.plan().errors == ["no-child a"])
        #expect(refined.plan(["a": "a.y"]).active == ["a.y"])

        let regions = "states: {p: {type: parallel, states: {a: {states: {x: {}}}, b: {states: {y: {}}}}}}"
        let merged = try Relocation(
            regions, "states: {p: {states: {x: {renamedFrom: p.a.x}, y: {renamedFrom: p.b.y}}}}")
        #expect(merged.plan().errors == ["conflict p"])
        #expect(merged.plan(["p.a": ""]).active == ["p.y"])
        #expect(merged.plan(["p.a.x": "p.y"]).active == ["p.y"])

        let lost = try Relocation(regions, regions)
        #expect(lost.plan(["p.a.x": "p.b.y"]).errors == ["empty-region p.a"])

        let history = try Relocation(flat, "states: {a: {states: {x: {}, h: {type: history}}}}")
        #expect(history.plan(["a": "a.h"]).errors == ["not-a-state a"])
    }

    @Test func `the map can end a region that is no more`() throws {
        var item = try Relocation(
            """
            states:
              p:
                type: parallel
                onDone: end
                states:
                  a: {states: {x: {on: {go: y}}, y: {type: final}}}
                  b: {states: {w: {after: {P1D: {actions: []}}, invoke: {src: worker, topic: t, onError: {}}}}}
              end: {type: final}
            """,
            """
            states:
              p:
                type: parallel
                onDone: end
                states:
                  a: {states: {x: {on: {go: y}}, y: {type: final}}}
              end: {type: final}
            """)
        item.item.send("go")
        #expect(item.plan().errors == ["unmapped-state p.b.w"])
        #expect(item.plan(["p.b": ""]).fates == ["cancelled job p.b.w", "cancelled timer after.P1D.p.b.w"])

        let step = try item.migrate(["p.b": ""])

        #expect(step.effects.map(\.kind) == ["cancelJob", "cancelTimer", "finish"])
        #expect(item.item.snapshot.status == .done)
    }

    @Test func `from the new configuration an end must be reached`() throws {
        let old = "states: {a: {on: {go: b}}, b: {type: final}}"
        #expect(
            try Relocation(old, "states: {a: {}, b: {type: final}, c: {on: {go: b}}}").plan().errors == ["dead-end a"])
        #expect(try Relocation(old, "states: {a: {}}").plan().errors == ["dead-end a"])
        let never = try Relocation("states: {a: {}}", "states: {a: {}, b: {type: final}, c: {on: {go: b}}}").plan()
        #expect(never.errors == [])
        #expect(never.warnings == ["dead-end a"])
    }

    // MARK: Context

    @Test func `the context gets new defaults and must fit the new schema`() throws {
        let new = """
            schema: {type: object, required: [title, size], properties: {size: {type: integer, maximum: 3}}}
            context: {size: 1, title: none}
            states: {a: {}}
            """
        var item = try Relocation("context: {title: x}\nstates: {a: {}}", new)
        #expect(item.plan().addedContext == ["size"])
        try item.migrate()
        #expect(item.item.context == ["title": "x", "size": 1])

        let large = try Relocation("context: {size: 9}\nstates: {a: {}}", new)
        #expect(large.plan().errors == ["context-schema /size"])
        #expect(large.plan().findings.first?.zh.contains("/size") == true)
    }

    @Test func `an event of the new version happens at once when nothing holds it back`() throws {
        var item = try Relocation(
            "context: {n: 5}\nstates: {a: {on: {go: b}}, b: {}}",
            "context: {n: 5}\nstates: {a: {always: {target: b, guard: context.n > 4}}, b: {}}")
        #expect(item.plan().active == ["b"])
        try item.migrate()
        #expect(item.item.active == ["b"])
    }

    @Test func `a step that fails is an error of the plan`() throws {
        let item = try Relocation(
            "states: {p: {type: parallel, states: {a: {}}}}",
            "states: {p: {type: parallel, states: {a: {}, b: {entry: {assign: {x: 1 / 0}}}}}}")
        #expect(item.plan().findings.map(\.code) == ["step"])
        #expect(item.plan().active == ["p.a"])
    }

    // MARK: Who and when

    @Test func `only administrators migrate what runs`() throws {
        var item = try Relocation(
            "states: {a: {on: {go: b}}, b: {type: final}}", "states: {a: {on: {go: b}}, b: {type: final}}")
        #expect(item.plan(by: Actor(user: "li", roles: ["pm"])).errors == ["forbidden "])
        #expect(item.plan(by: Actor(user: "li", roles: ["admin"])).isPossible)
        item.item.send("go")
        #expect(item.plan().errors == ["not-active "])
    }

    @Test func `a suspended instance moves when nothing begins`() throws {
        let old = "states: {a: {after: {P1D: b}}, b: {type: final}}"
        var item = try Relocation(old, "states: {x: {renamedFrom: a, after: {P1D: b}}, b: {type: final}}")
        let due = try #require(item.item.snapshot.timers.first?.due)
        item.item.process(Event("admin.suspend", origin: .administration))
        #expect(try item.migrate().effects == [])
        item.item.surroundings.now = Timestamp(seconds: Specimen.monday.seconds + 3600)
        item.item.process(Event("admin.resume", origin: .administration))
        #expect(item.item.last.effects.map(\.kind) == ["setTimer"])
        #expect(item.item.snapshot.timers.first?.due == Timestamp(seconds: due.seconds + 3600))

        var timed = try Relocation(old, "states: {a: {after: {P2D: b}}, b: {type: final}}")
        timed.item.process(Event("admin.suspend", origin: .administration))
        #expect(timed.plan().errors == ["suspended "])
    }

    @Test(arguments: [
        Value.null, ["version": 0], ["version": "2"], ["version": 2, "map": ["a": 1]], ["version": 2, "map": []],
    ])
    func `data that names no version or maps no paths is refused`(data: Value) throws {
        let item = try Relocation("states: {a: {}}", "states: {a: {}}")
        let event = Event("admin.migrate", data: data, origin: .administration)
        let step = item.new.migrate(item.item.snapshot, event, from: item.old, in: item.item.surroundings)
        #expect(step.outcome.refusal != nil)
        #expect(item.new.step(item.item.snapshot, event, in: item.item.surroundings).outcome.refusal != nil)
    }
}
