import Statecharts
import Testing
import Values

/// Wherever data comes in, its numbers get the form that a schema says, so that expressions meet the types that they were
/// checked with.
@Suite struct NumberFormTests {
    private static let chart = """
        schema:
          type: object
          properties:
            cost: {type: number}
            count: {type: integer}
            parts: {type: array, items: {type: object, properties: {cost: {type: number}}}}
            plain: true
        context: {cost: 1, count: 2.0, plain: 3}
        events:
          spend: {schema: {type: object, properties: {cost: {type: number}, count: {type: integer}}}}
        states:
          open:
            on:
              spend:
                guard: event.data.cost + 0.5 > 0.0 && event.data.count % 2 == 0
                actions:
                  - assign: {cost: context.cost + event.data.cost, count: context.count + event.data.count}
                  - assign: {parts: "[{'cost': 7}]"}
                  - assign: {cost: "context.cost + context.parts[0].cost", plain: "1"}
                target: asked
          asked:
            invoke:
              id: ask
              src: human
              candidates: {roles: [pm]}
              form: {type: object, properties: {cost: {type: number}}}
              onDone: {target: done, guard: event.data.cost * 2.0 > 1.0, actions: {assign: {cost: event.data.cost}}}
          done: {type: final}
        """

    @Test func `start data, defaults, events, assigned values and forms`() throws {
        var item = try Specimen(Self.chart, data: ["cost": 4])
        #expect(item.context.json == #"{"cost":4.0,"count":2,"plain":3}"#)

        #expect(item.send("spend", data: ["cost": 5, "count": 4.0]) == .taken)
        #expect(item.context.json == #"{"cost":16.0,"count":6,"parts":[{"cost":7.0}],"plain":1}"#)

        #expect(try item.task("ask", "submit", data: ["cost": 3], by: Actor(user: "li", roles: ["pm"])) == .taken)
        #expect(item.context["cost"]?.json == "3.0")
    }

    @Test func `what an administrator sets`() throws {
        var item = try Specimen(Self.chart)
        item.process(
            Event("admin.resolve", data: ["set": ["cost": 9, "count": 8.0]], origin: .administration))
        #expect(item.context["cost"]?.json == "9.0")
        #expect(item.context["count"]?.json == "8")
    }

    @Test func `a refusal shows the number as it was given`() throws {
        var item = try Specimen(Self.chart)
        let refusal = item.send("spend", data: ["cost": "5", "count": 1.5]).refusal
        #expect(refusal?.detail == "the data of spend does not fit: /cost expected a number, found \"5\"")
    }

    @Test func `alternatives under a type agree with it`() {
        let text = """
            workflow: w
            schema: {type: object, properties: {n: {type: number, anyOf: [{type: integer}, {maximum: 0}]}}}
            context: {n: 1}
            states: {a: {on: {x: {guard: context.n * 2.0 > 1.0, target: b}}}, b: {type: final}}
            """
        #expect(!Definition.compile(text, file: "w.yaml").diagnostics.contains { $0.code == "cel-type" })
    }
}
