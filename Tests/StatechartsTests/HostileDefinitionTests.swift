import Testing
import Values

@testable import Statecharts

/// Definitions that are small and would come to much: each is refused, or its examination ends at a limit.
@Suite struct HostileDefinitionTests {
    private static func found(_ text: String) -> [String] {
        Definition.compile(text, file: "hostile.yaml").diagnostics.map { "\($0.severity) \($0.code)" }
    }

    @Test(
        arguments: [
            ("p: {states: {h1: {type: history, target: h2}, h2: {type: history, target: h1}, x: {}}}", 2),
            ("p: {states: {h: {type: history, target: h}, x: {}}}", 1),
            ("p: {initial: h2, states: {h1: {type: history}, h2: {type: history, target: h1}, x: {}}}", 2),
            (
                "p: {states: {h1: {type: history, target: h2}, h2: {type: history, target: h3},"
                    + " h3: {type: history, target: h2}, x: {}}}", 2
            ),
        ])
    func `histories that lead to each other are a cycle`(states: String, count: Int) {
        let found = Self.found("workflow: w\nstates: {\(states)}\n")
        #expect(found.filter { $0 == "error history-cycle" }.count == count, "\(found)")
    }

    @Test func `a state that begins with its history begins with its first state at first`() throws {
        let text = """
            states:
              p: {initial: h, states: {h: {type: history}, x: {on: {next: y}}, y: {on: {leave: away}}}}
              away: {on: {back: p}}
            """
        var item = try Specimen(text)
        #expect(item.active == ["p.x"])
        for event in ["next", "leave", "back"] { item.send(event) }
        #expect(item.active == ["p.y"])
    }

    @Test func `a history whose target cannot be read leads where its parent begins`() {
        let text = """
            workflow: w
            states:
              p: {initial: h, states: {h: {type: history, target: {actions: []}}, x: {}}}
            """
        #expect(Self.found(text).contains("error missing-key"))
    }

    /// Both name what every region contains: with one such pair at each depth the ways would double.
    @Test func `two histories of one parallel state cannot be entered together`() {
        let text = """
            workflow: w
            states:
              q:
                type: parallel
                states: {a: {}, b: {}, h: {type: history}, g: {type: history, history: deep}}
              away: {on: {both: {target: [q.h, q.g]}, one: {target: [q.h, q.a]}, back: q.h}}
            """
        #expect(Self.found(text).filter { $0.hasPrefix("error") } == ["error illegal-target", "error illegal-target"])
    }

    @Test func `named actions count as often as they stand for`() {
        let lists = (1...60).map { "  a\($0): [{if: context.x, actions: [a\($0 - 1)], else: [a\($0 - 1)]}]\n" }.joined()
        let text = """
            workflow: w
            context: {x: true}
            actions:
              a0: [{log: {message: here}}]
            \(lists)states:
              a: {entry: a60, on: {go: b}}
              b: {type: final}

            """
        #expect(Self.found(text) == ["error limit-actions"])
    }

    @Test func `names made of names are looked at once each`() {
        let lets = (0..<30).map { "  l\($0): \(Array(repeating: "l\($0 + 1)", count: 12).joined(separator: " && "))\n" }
        let text = """
            workflow: w
            context: {x: true}
            let:
            \(lets.joined())  l30: context.x
            states:
              a: {on: {go: {target: b, guard: l0}, stop: {target: b, guard: l0 && false}}}
              b: {type: final}

            """
        #expect(Self.found(text) == ["warning guard-never-true"])
    }

    @Test func `names made of names have a depth`() {
        let nest = 50
        func lets(_ count: Int) -> String {
            let open = String(repeating: "[", count: nest)
            let close = String(repeating: "]", count: nest)
            let lets = (0..<count).map { "  l\($0): \"\(open)l\($0 + 1)\(close)\"\n" }
            return lets.joined() + "  l\(count): '1'\n"
        }
        func text(_ count: Int) -> String {
            let states = "states:\n  a: {on: {go: {target: b, guard: 'l0 == []'}}}\n  b: {type: final}\n"
            return "workflow: w\nlet:\n\(lets(count))\(states)"
        }
        #expect(Self.found(text(31)).contains("warning guard-never-true"))
        #expect(Self.found(text(31)).allSatisfy { $0.hasPrefix("warning") })
        #expect(Self.found(text(32)) == ["error limit-let-depth"])
        #expect(Self.found(text(200)).contains("error limit-let-depth"))
    }

    @Test func `a delay has so many terms, names in it included`() {
        func text(_ count: Int) -> String {
            let delays = (1...count).map { "  a\($0): a\($0 - 1) + a\($0 - 1)\n" }.joined()
            let states = "states:\n  a: {after: {a\(count): b}}\n  b: {type: final}\n"
            return "workflow: w\ndelays:\n  a0: P1D\n\(delays)\(states)"
        }
        #expect(Self.found(text(4)) == [])
        #expect(Self.found(text(40)) == ["error limit-delay-terms"])
    }

    @Test func `patterns of all schemas have a limit in all`() {
        let events = (0..<60).map { "  e\($0): {schema: {properties: {a: {pattern: '((a{1000}){19})\($0)'}}}}\n" }
        let text = "workflow: w\nevents:\n\(events.joined())states: {a: {on: {'*': b}}, b: {type: final}}\n"
        #expect(Self.found(text) == ["error limit-patterns"])
    }

    @Test func `of keys that occur twice the first are looked for`() {
        let lines = (0..<20_000).map { "  k\($0): {}\n" }.joined()
        #expect(Self.found("workflow: w\nstates:\n\(lines)\(lines)").count == DefinitionLimits.repeatedKeys)
    }

    @Test func `names that are like none are looked for so many times at most`() {
        let names = (0..<900).map { "    member_of_the_context_\($0): 1\n" }.joined()
        let reads = (0..<4_000).map { "context.another_\($0)_one" }
        let guards = stride(from: 0, to: 4_000, by: 100).map { start in
            "{guard: '\(reads[start..<start + 100].joined(separator: " == 1 || ")) == 1', target: b}"
        }
        let text = """
            workflow: w
            context:
            \(names)states:
              a: {on: {go: [\(guards.joined(separator: ", "))]}}
              b: {type: final}

            """
        #expect(Self.found(text).filter { $0.hasPrefix("error") } == [])
    }

    @Test func `what is raised is looked up among what is heard`() {
        let raised = (0..<4_000).map { "{raise: {event: e\($0)}}" }.joined(separator: ", ")
        let heard = (0..<4_000).map { "f\($0): {actions: []}" }.joined(separator: ", ")
        let text = "workflow: w\nstates:\n  a: {entry: [\(raised)], on: {\(heard), go: b}}\n  b: {type: final}\n"
        let found = Self.found(text)
        #expect(found.count { $0 == "warning unheard-event" } == DefinitionLimits.diagnostics)
    }

    @Test func `guards are compared within a budget`() {
        func text(_ count: Int) -> String {
            let facts = (0..<6).map { "(context.a\($0) == 1 || context.a\($0) == 2)" }.joined(separator: " && ")
            let guards = (0..<count).map { "{guard: '\(facts) && context.n == \($0)', actions: [x]}" }
            return """
                workflow: w
                actions: {x: [{log: {message: x}}]}
                states:
                  a: {on: {go: [\(guards.joined(separator: ", ")), {guard: 'context.n == 0 && context.m == 0', target: b}]}}
                  b: {type: final}

                """
        }
        #expect(Self.found(text(150)).filter { $0.hasPrefix("error") } == [])
    }

    @Test func `invocations are counted`() {
        func text(_ count: Int) -> String {
            let invocations = (0..<count).map { "{id: i\($0), src: worker, topic: t}" }.joined(separator: ", ")
            let state = "{invoke: [\(invocations)], on: {'error.*': b}, onDone: b}"
            return "workflow: w\nstates:\n  a: \(state)\n  b: {type: final}\n"
        }
        #expect(Self.found(text(2_000)) == [])
        #expect(Self.found(text(2_001)).filter { $0.hasPrefix("error") } == ["error limit-invocations"])
    }

    @Test func `so many ways to answer one event are not gathered first`() {
        let regions = (0..<6).map { "      r\($0): {on: {e: {guard: context.x, actions: []}}}\n" }.joined()
        let many = (0..<4_000).map { "{guard: context.n == \($0), actions: []}" }.joined(separator: ", ")
        let text = """
            workflow: w
            context: {x: true, n: 0}
            states:
              work:
                type: parallel
                on: {go: done}
                states:
            \(regions)      last: {on: {e: [\(many)]}}
              done: {type: final}

            """
        #expect(Self.found(text).contains("note reachability-bound"))
    }

    @Test func `what histories may remember together is not gathered first`() {
        let count = 300
        var regions = ""
        var ways = ""
        for region in ["p", "q", "r"] {
            let states = (0..<count).map { "s\($0): {}" }.joined(separator: ", ")
            regions += "      \(region): {states: {\(states), h: {type: history}}}\n"
            ways += (0..<count).map { "      \(region)\($0): work.\(region).s\($0)\n" }.joined()
        }
        let text = """
            workflow: w
            states:
              away:
                on:
                  recall: {target: [work.p.h, work.q.h, work.r.h]}
                  stop: done
            \(ways)  work:
                type: parallel
                on: {leave: away}
                states:
            \(regions)  done: {type: final}

            """
        #expect(Self.found(text) == ["note reachability-bound"])
    }

    @Test func `a path is no deeper than a context can be`() throws {
        let deep = Array(repeating: "a", count: Value.depthLimit + 1).joined(separator: ".")
        let text = "workflow: w\nstates: {a: {entry: {assign: {\(deep): 1}}, on: {go: b}}, b: {type: final}}\n"
        #expect(Self.found(text).contains("error assign-path"))

        var item = try Specimen("context: {n: 0}\nstates: {a: {}}")
        let hostile = Array(repeating: "a", count: 60_000).joined(separator: ".")
        let fitting = Array(repeating: "a", count: Value.depthLimit).joined(separator: ".")
        let admin = Actor(user: "root", roles: ["admin"])
        func resolve(_ path: String) -> Outcome {
            let data: Value = ["set": .map(ValueMap([(.string(path), 1)]))]
            return item.process(Event("admin.resolve", data: data, origin: .administration, by: admin))
        }
        #expect(resolve(hostile).refusal != nil)
        #expect(resolve("").refusal != nil)
        #expect(item.context == ["n": 0])
        #expect(resolve(fitting) == .taken)
    }
}
