import Statecharts
import Testing

@Suite struct DrawingTests {
    @Test func `Mermaid text nests compound states, divides regions and marks what is active`() throws {
        let (compiled, diagnostics) = Definition.compile(
            """
            workflow: order
            title: {en: "Order: a test", zh: 订单}
            states:
              open:
                title: {en: Open, zh: 打开}
                type: parallel
                onDone: closed
                states:
                  pay:
                    states:
                      due: {on: {paid: done}, after: {P3D: '#late'}}
                      done: {type: final}
                  memory: {history: deep, target: pay}
                  ship: {states: {sent: {type: final}}}
              late: {id: late, on: {resumed: open.memory}}
              closed: {type: final}
            """, file: "order.yaml")
        let chart = try #require(compiled, "\(diagnostics)")
        let text = Mermaid(language: "zh", active: ["open", "open.pay.due"]).draw(chart)
        #expect(
            text == """
                ---
                title: "订单"
                ---
                stateDiagram-v2
                    state "打开" as s1 {
                        state "pay" as s2 {
                            state "due" as s3
                            state "done" as s4
                            s4 --> [*]
                            [*] --> s3
                            s3 --> s4 : paid
                        }
                        --
                        state "H*" as s5
                        s5 --> s2
                        --
                        state "ship" as s6 {
                            state "sent" as s7
                            s7 --> [*]
                            [*] --> s7
                        }
                    }
                    state "late" as s8
                    state "closed" as s9
                    s9 --> [*]
                    [*] --> s1
                    s1 --> s9 : done.state
                    s3 --> s8 : after.P3D
                    s8 --> s5 : resumed
                    classDef active fill:#d6f5d6,stroke:#1a7f37,stroke-width:3px
                    class s1,s3 active

                """)
    }

    @Test func `labels cannot break out of their line`() throws {
        let (compiled, _) = Definition.compile(
            """
            workflow: w
            states:
              a: {title: 'x"; y: %% {z}', on: {'e:f#g': b}}
              b: {type: final}
            """, file: "w.yaml")
        let text = Mermaid().draw(try #require(compiled))
        #expect(text.contains("state \"x#quot;#59; y#58; #37;#37; #123;z#125;\" as s1"))
        #expect(text.contains("s1 --> s2 : e#58;f#35;g"))
    }
}
