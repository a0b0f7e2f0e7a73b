import Statecharts
import Testing
import Values

@Suite struct InterpreterTests {
    // MARK: Errors

    @Test(arguments: ["context.missing > 1", "1 / 0"])
    func `a guard that fails is false and raises one error that nobody has to handle`(condition: String) throws {
        var item = try Specimen(
            """
            context: {seen: 0}
            states:
              a:
                on:
                  go: [{target: b, guard: \(condition)}, {target: c}]
                  error.execution: {actions: {assign: {seen: context.seen + 1}}}
              b: {}
              c: {on: {go: [{target: a, guard: \(condition)}, {actions: []}]}}
            """)

        #expect(item.send("go") == .taken)
        #expect(item.active == ["c"])
        #expect(item.send("go") == .taken)
        #expect(item.last.trace.errors.count == 1)
        #expect(item.context == ["seen": 0])
    }

    @Test func `an action that fails ends its block and the error can be handled`() throws {
        var item = try Specimen(
            """
            context: {log: []}
            states:
              a:
                on:
                  go:
                    target: b
                    actions:
                      - assign: {log: 'context.log + ["one"]'}
                      - assign: {log: 1 / 0}
                      - assign: {log: 'context.log + ["never"]'}
              b:
                entry: {assign: {log: 'context.log + ["entry"]'}}
                on:
                  error.execution: {actions: {assign: {log: 'context.log + [event.data.expression]'}}}
            """)

        #expect(item.send("go") == .taken)
        #expect(item.context == ["log": ["one", "entry", "1 / 0"]])
    }

    static let unhandled = """
        context: {n: 0}
        states:
          a:
            on:
              go: {target: b, actions: [{assign: {n: 1}}, {assign: {n: 1 / 0}}]}
              "*": {actions: []}
          b: {on: {"*": a}}
        """

    @Test func `an error that nothing handles fails the step and the star does not handle it`() throws {
        var item = try Specimen(Self.unhandled)

        let fault = try #require(item.send("go").fault)

        #expect(fault.code == .execution)
        #expect(fault.expression == "1 / 0")
        #expect(item.active == ["a"])
        #expect(item.context == ["n": 0])
        #expect(item.snapshot.seq == 1)
    }

    @Test func `the specification's rule ignores unhandled errors`() throws {
        var item = try Specimen(Self.unhandled) { $0.ignoresUnhandledErrors = true }

        #expect(item.send("go") == .taken)
        #expect(item.active == ["a"])
        #expect(item.context == ["n": 1])
    }

    @Test func `a livelock ends the step`() throws {
        var item = try Specimen(
            """
            states:
              a: {on: {go: b}}
              b: {always: {target: c}}
              c: {always: {target: b, guard: 'visits("b") > 0'}}
            """)

        #expect(item.send("go").fault?.code == .livelock)
    }

    @Test func `a context that breaks its schema fails the step`() throws {
        var item = try Specimen(
            """
            schema: {type: object, properties: {n: {maximum: 1}}}
            context: {n: 0}
            states: {a: {on: {up: {actions: {assign: {n: context.n + 1}}}}}}
            """)

        #expect(item.send("up") == .taken)
        #expect(item.send("up").fault?.code == .schema)
        #expect(item.context == ["n": 1])
    }

    @Test func `a context past its limit fails the step`() throws {
        var item = try Specimen(
            """
            context: {text: "0123456789"}
            states: {a: {on: {double: {actions: {assign: {text: context.text + context.text}}}}}}
            """
        ) { $0.limits.contextBytes = 100 }

        #expect(item.send("double") == .taken)
        #expect(item.send("double") == .taken)
        #expect(item.send("double") == .taken)
        #expect(item.send("double").fault?.code == .limit)
    }

    @Test func `an instance past its limit fails the step`() throws {
        var item = try Specimen(
            """
            context: {text: "0123456789012345678901234567890123456789"}
            states: {a: {on: {later: {actions: {raise: {event: x, delay: PT1H, data: context.text}}}}}}
            """
        ) { $0.limits.snapshotBytes = 900 }

        #expect(item.send("later") == .taken)
        for _ in 0..<4 { item.send("later") }

        #expect(item.last.outcome.fault?.code == .limit)
    }

    @Test func `a context nested too deep to be read again fails the step`() throws {
        var item = try Specimen(
            "context: {x: null}\nstates: {a: {on: {wrap: {actions: {assign: {x: '[context.x]'}}}}}}")

        for _ in 0..<46 { #expect(item.send("wrap") == .taken) }
        #expect(try Snapshot(json: item.snapshot.json) == item.snapshot)
        for _ in 0..<3 { item.send("wrap") }

        #expect(item.last.outcome.fault?.code == .limit)
    }

    @Test func `an instance in a state that its version does not have is left alone`() throws {
        var item = try Specimen("states: {a: {on: {go: b}}, b: {}}")
        item.snapshot.active = ["gone"]

        #expect(item.send("go").fault?.message == "this version has no state gone")
    }

    @Test func `a delay that a function reads is short`() throws {
        var item = try Specimen(
            """
            context: {y: null, long: \(Array(repeating: "P1D", count: 10).joined(separator: "+"))}
            states: {a: {on: {go: {actions: {assign: {y: "addDelay(now, context.long)"}}}}}}
            """)
        #expect(item.send("go") == .taken)
        item.snapshot.context = [
            "y": .null, "long": .string(Array(repeating: "P1D", count: 60).joined(separator: "+")),
        ]
        #expect(item.send("go").fault?.message.contains("is not a delay") == true)
    }

    @Test func `expressions of a step share one budget`() throws {
        var item = try Specimen(
            """
            context: {list: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], n: 0}
            states:
              a:
                on:
                  go:
                    actions:
                      forEach:
                        in: context.list
                        as: x
                        actions: {assign: {n: 'context.n + size(context.list.filter(y, y > x))'}}
            """
        ) { $0.limits.expressionSteps = 150 }

        #expect(item.send("go").fault?.code == .limit)
    }

    // MARK: Content

    @Test func `all expressions of an assign see the context before it`() throws {
        var item = try Specimen(
            """
            context: {a: 1, b: 2, deep: {x: {y: 1}, z: 1}}
            states: {s: {on: {swap: {actions: {assign: {a: context.b, b: context.a, deep.x.y: context.a + 10}}}}}}
            """)

        item.send("swap")

        #expect(item.context == ["a": 2, "b": 1, "deep": ["x": ["y": 11], "z": 1]])
    }

    @Test func `what enters the context becomes JSON at once`() throws {
        var item = try Specimen(
            """
            context: {at: null, same: null}
            states: {s: {on: {go: {actions: [{assign: {at: now}}, {assign: {same: 'type(context.at) == string'}}]}}}}
            """)

        item.send("go")

        #expect(item.context == ["at": "2026-03-02T01:00:00Z", "same": true])
    }

    @Test func `raised events are processed before the instance rests and keep their order`() throws {
        var item = try Specimen(
            """
            context: {log: ""}
            states:
              a:
                on:
                  go: {actions: [{raise: {event: one, data: {n: "'1'"}}}, {raise: {event: two}}]}
                  one: {actions: {assign: {log: context.log + event.type + event.data.n}}}
                  two: {target: b, actions: {assign: {log: context.log + event.type}}}
              b: {}
            """)

        #expect(item.send("go") == .taken)
        #expect(item.active == ["b"])
        #expect(item.context == ["log": "one1two"])
    }

    @Test func `a loop binds its names and runs over a copy`() throws {
        var item = try Specimen(
            """
            context: {list: [1, 2, 3], sum: 0, last: null}
            states:
              a:
                on:
                  go:
                    actions:
                      forEach:
                        in: context.list
                        as: x
                        index: i
                        actions:
                          - assign: {sum: context.sum + x * i, last: x, list: []}
                          - if: x == 2
                            actions: {log: {message: "two at ${i}"}}
            """)

        item.send("go")

        #expect(item.context == ["list": [], "sum": 8, "last": 3])
        #expect(item.last.effects == [.log(level: "info", message: "two at 1")])
    }

    @Test func `let names follow the context and the configuration`() throws {
        var item = try Specimen(
            """
            context: {n: 0}
            let: {twice: context.n * 2, inB: 'inState("b")'}
            states:
              a:
                on:
                  go: {target: b, actions: [{assign: {n: twice + 1}}, {assign: {n: twice + 1}}]}
              b: {always: {target: c, guard: inB && twice == 6}}
              c: {}
            """)

        item.send("go")

        #expect(item.active == ["c"])
    }

    // MARK: Transitions

    static let nested = """
        context: {log: ""}
        states:
          p:
            entry: {assign: {log: context.log + "+p"}}
            exit: {assign: {log: context.log + "-p"}}
            initial: a
            on:
              inner: .b
              outer: {target: .b, reenter: true}
              self: p
            states:
              a: {entry: {assign: {log: context.log + "+a"}}, exit: {assign: {log: context.log + "-a"}}}
              b: {entry: {assign: {log: context.log + "+b"}}, exit: {assign: {log: context.log + "-b"}}}
        """

    @Test(arguments: [
        ("inner", "+p+a-a+b"), ("outer", "+p+a-a-p+p+b"), ("self", "+p+a-a+a"),
    ])
    func `only reenter leaves the source of a transition to a descendant`(event: String, log: String) throws {
        var item = try Specimen(Self.nested)

        item.send(event)

        #expect(item.context["log"]?.string == log)
    }

    @Test func `a region that targets itself leaves the other regions alone`() throws {
        var item = try Specimen(
            """
            context: {log: ""}
            states:
              p:
                type: parallel
                states:
                  r:
                    initial: {target: a, actions: {assign: {log: context.log + "i"}}}
                    on: {again: r}
                    states: {a: {on: {next: b}}, b: {}}
                  s: {states: {c: {on: {next: d}}, d: {}}}
            """)
        item.send("next")
        #expect(item.active == ["p.r.b", "p.s.d"])

        item.send("again")

        #expect(item.active == ["p.r.a", "p.s.d"])
        #expect(item.context == ["log": "ii"])
        #expect(item.snapshot.visits["p.r"]?.count == 1)
    }

    @Test func `an atomic state that targets itself is not entered when another region leaves it`() throws {
        var item = try Specimen(
            """
            states:
              p:
                type: parallel
                states:
                  r: {on: {go: r}}
                  s: {on: {go: away}}
              away: {}
            """)

        item.send("go")

        #expect(item.active == ["away"])
    }

    @Test func `a transition of a parallel state into one region enters all regions again`() throws {
        var item = try Specimen(
            """
            states:
              p:
                type: parallel
                on: {jump: .r.b}
                states:
                  r: {states: {a: {}, b: {}}}
                  s: {states: {c: {on: {next: d}}, d: {}}}
            """)
        item.send("next")
        #expect(item.active == ["p.r.a", "p.s.d"])

        item.send("jump")

        #expect(item.active == ["p.r.b", "p.s.c"])
        #expect(item.snapshot.visits["p"]?.count == 1)
    }

    @Test func `the inner state wins and falls back to its parent when guards fail`() throws {
        var item = try Specimen(
            """
            context: {inner: true}
            states:
              p:
                on: {go: {target: outer}}
                states: {a: {on: {go: {target: "#in", guard: context.inner}}}, b: {id: in}}
              outer: {}
            """)
        var other = item
        other.snapshot.context = ["inner": false]

        item.send("go")
        other.send("go")

        #expect(item.active == ["p.b"])
        #expect(other.active == ["outer"])
    }

    @Test func `done events carry output and a parallel state is done with its regions`() throws {
        var item = try Specimen(
            """
            context: {got: null}
            states:
              p:
                type: parallel
                onDone: {target: end}
                states:
                  r:
                    onDone: {actions: {assign: {got: event.data.n}}}
                    states: {a: {on: {one: b}}, b: {type: final, output: {n: 1 + 1}}}
                  s: {states: {c: {on: {two: d}}, d: {type: final}}}
              end: {}
            """)

        item.send("one")
        #expect(item.context == ["got": 2])
        #expect(item.active == ["p.r.b", "p.s.c"])
        item.send("two")

        #expect(item.active == ["end"])
    }

    @Test(arguments: [("shallow", ["p.a.x"]), ("deep", ["p.a.y"])])
    func `history remembers the child or the whole configuration`(kind: String, expected: [String]) throws {
        var item = try Specimen(
            """
            states:
              p:
                states:
                  first: {on: {in: a}}
                  a: {states: {x: {on: {next: y}}, y: {}}}
                  h: {type: history, history: \(kind), target: first}
                on: {out: away}
              away: {on: {back: p.h}}
            """)
        item.send("out")
        item.send("back")
        #expect(item.active == ["p.first"])
        item.send("in")
        item.send("next")
        item.send("out")

        item.send("back")

        #expect(item.active == expected)
    }

    // MARK: Functions

    @Test func `functions look at the instance`() throws {
        var item = try Specimen(
            """
            context: {out: null}
            states:
              a: {tags: [early], on: {go: b}}
              b:
                tags: [late]
                on:
                  look:
                    actions:
                      assign:
                        out:
                          - inState("b")
                          - inState("a")
                          - hasTag("late")
                          - hasTag("early")
                          - reached("a")
                          - reached("c")
                          - visits("a")
                          - visits("c")
                          - enteredAt("b") == now
                          - addDelay(now, "1 workday")
                          - workdaysBetween(now, date("2026-03-09"))
              c: {}
            """)
        item.send("go")

        item.send("look")

        #expect(
            item.context["out"] == [
                true, false, true, false, true, false, 1, 0, true, "2026-03-03T01:00:00Z", 5,
            ])
    }
}
