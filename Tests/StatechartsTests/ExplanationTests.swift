import JSONSchema
import Statecharts
import Testing
import Values

/// What is said of a step that was refused or failed, and by whom it could be taken.
@Suite struct ExplanationTests {
    // MARK: Values

    @Test func `a failed action tells the values that its expression saw`() throws {
        let chart = """
            context: {k: 6, n: 0, x: null}
            states: {a: {on: {go: {actions: {assign: {x: context.k / context.n}}}}}}
            """
        var item = try Specimen(chart)
        guard case .failed(let fault) = item.send("go") else { Issue.record("\(item.last.outcome)"); return }
        let text = "division by zero in context.k / context.n (context.k = 6, context.n = 0; line 3, column 56)"
        #expect(fault.detail(in: "en") == text)
        #expect(
            fault.detail(in: "zh")
                == "division by zero，表达式 context.k / context.n（context.k = 6, context.n = 0；第 3 行，第 56 列）")
        #expect(item.last.outcome.sentence?.en == "error.execution: \(text)")
    }

    @Test func `a context that breaks its schema names every place`() throws {
        let chart = """
            schema: {type: object, properties: {c: {type: integer, maximum: 3}, d: {type: string}}}
            context: {c: 0, d: a}
            states: {a: {on: {go: {actions: {assign: {c: event.data, d: event.data}}}}}}
            """
        var item = try Specimen(chart)
        guard case .failed(let fault) = item.send("go", data: 7) else { Issue.record("\(item.last.outcome)"); return }
        #expect(fault.fields.map(\.pointer) == ["/context/c", "/context/d"])
        #expect(fault.fields.allSatisfy { $0.en.hasPrefix("expected ") && $0.zh.hasPrefix("应为") })
        #expect(fault.detail(in: "zh").hasPrefix("context/c：应为"))
        #expect(item.last.outcome.sentence?.en.contains("; /context/d expected a text, found 7") == true)
    }

    // MARK: People

    @Test(arguments: [
        ("{roles: [pm]}", "only role pm may send 'go'", "只有角色 pm 可以发送“go”"),
        ("{roles: [pm, lead]}", "only roles pm, lead may send 'go'", "只有角色 pm、lead 可以发送“go”"),
        (
            "{roles: [pm], starter: true}", "only role pm or the starter may send 'go'", "只有角色 pm 或发起人可以发送“go”"
        ),
        (
            "{users: context.team}", "only the users in context.team may send 'go'", "只有 context.team 中的用户可以发送“go”"
        ),
        ("{}", "nobody may send 'go'", "任何人都不可以发送“go”"),
    ])
    func `who is refused reads who may`(people: String, en: String, zh: String) throws {
        let chart = "context: {team: [wu]}\nevents: {go: {for: \(people)}}\nstates: {a: {on: {go: b}}, b: {}}"
        let stranger = Actor(user: "xu", roles: ["guest"])
        var item = try Specimen(chart)
        #expect(item.send("go", by: stranger).refusal?.phrase == Phrase(en, zh))
        let offers = item.machine.offers(item.snapshot, to: stranger, in: item.surroundings)
        #expect(offers.first?.refusal?.phrase == Phrase(en, zh))
    }

    @Test func `starts and tasks say so too`() throws {
        let machine = try Specimen.machine("access: {start: {roles: [pm]}}\nstates: {a: {}}")
        let step = Specimen.start(machine, by: Actor(user: "xu", roles: ["guest"]))
        #expect(step.outcome.refusal?.phrase == Phrase("only role pm may start specimen", "只有角色 pm 可以启动 specimen"))

        var item = try Specimen(
            "states: {a: {invoke: {id: t, src: human, candidates: {roles: [pm], users: '[\"wu\"]'}}}}")
        let refused = try item.task("t", "claim", by: Actor(user: "xu", roles: ["guest"]))
        #expect(refused.refusal?.detail == #"only role pm or the users in ["wu"] may act on this task"#)
        #expect(item.snapshot.invocations.count == 1)
    }

    // MARK: Simulations

    private static let form = """
        events: {go: {schema: {type: object, required: [a], properties: {b: {type: integer}}}}}
        schema: {type: object, required: [p], properties: {q: {type: integer}}}
        states: {a: {on: {go: b}}, b: {}}
        """

    private static func lines(_ steps: String, data: Value, _ language: String) throws -> ([Value], [String]) {
        var simulation = Simulation(try Specimen.machine(self.form))
        simulation.language = language
        let script = try Script(try #require(YAMLValue.parse(steps, file: "steps").value))
        let lines = simulation.run(script, data: data)
        return (lines, simulation.differences(in: language))
    }

    @Test func `a simulation lists every mistake in the data, in either language`() throws {
        let steps = "[{send: go, data: {b: x}}, {expect: {states: [b]}}]"
        let (english, differences) = try Self.lines(steps, data: ["p": 1], "en")
        #expect(
            english.last?["error"]?.string
                == "the data of go does not fit: /a expected a value for 'a', found nothing; /b expected an integer, found \"x\""
        )
        #expect(differences == ["step 2: states: expected b, found a"])

        let (chinese, findings) = try Self.lines(steps, data: ["p": 1], "zh")
        #expect(chinese.last?["error"]?.string == "go 的数据不符合要求：/a 应填写“a”，实为空缺；/b 应为整数，实为“x”")
        #expect(findings == ["第 2 步：states: 应为b，实为a"])

        let (start, _) = try Self.lines("[]", data: ["q": "x"], "en")
        #expect(start.first?["error"]?.string?.hasPrefix("the start data does not fit: /p ") == true)
        #expect(start.first?["error"]?.string?.contains("; /q expected an integer") == true)
    }

    @Test(arguments: [
        ("{stats: [a]}", "unknown expectation 'stats': did you mean 'states'?", "未知的预期“stats”：是否指“states”？"),
        (
            "{weather: fine}",
            "unknown expectation 'weather'; known are states, tasks, parked, due, status, handled, context, output, error, effects",
            "未知的预期“weather”；可用：states、tasks、parked、due、status、handled、context、output、error、effects"
        ),
    ])
    func `an unknown expectation names those that are meant`(expectation: String, en: String, zh: String) throws {
        let steps = "[{expect: \(expectation)}]"
        #expect(try Self.lines(steps, data: ["p": 1], "en").1 == ["step 1: \(en)"])
        #expect(try Self.lines(steps, data: ["p": 1], "zh").1 == ["第 1 步：\(zh)"])
    }

    @Test(arguments: [
        ("{workflow: ../park.yaml, step: []}", true), ("{workflow: park, with: [child.yaml]}", true),
        ("{workflow: park, now: '2026-03-02T09:00:00Z'}", true), ("{start: {data: {}}}", true),
        ("{workflow: park, states: {a: {}}}", false), ("{workflow: park}", false), ("[{send: go}]", false),
    ])
    func `a scenario is known by its keys`(text: String, isMeant: Bool) throws {
        #expect(Scenario.isMeant(by: try #require(YAMLValue.parse(text, file: "s").value)) == isMeant)
    }

    @Test func `a slip in a scenario's key is told`() throws {
        let error = #expect(throws: ScriptError.self) { try Scenario(["workflow": "../park.yaml", "step": []]) }
        #expect(error?.message == "unknown key 'step': did you mean 'steps'?")
        let inStep = #expect(throws: ScriptError.self) { try Script([["send": "go", "dta": 1]]) }
        #expect(inStep?.text(in: "en") == "step 1: unknown key 'dta': did you mean 'data'?")
        #expect(inStep?.text(in: "zh") == "第 1 步：未知的键“dta”：是否指“data”？")
    }
}
