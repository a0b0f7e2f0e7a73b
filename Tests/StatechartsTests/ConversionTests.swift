import Testing
import Values

@testable import Statecharts

/// Texts as other tools write them.
@Suite struct ConversionTests {
    private static let machine = """
        {
          "id": "orderMachine", "version": "1.0.0", "initial": "idle",
          "context": {"count": 0, "note": "it's"},
          "on": {"RESET": "#orderMachine.idle"},
          "states": {
            "idle": {
              "entry": ["clear", {"type": "track", "params": {"page": "idle"}}],
              "on": {"START": {"target": "work", "guard": "isReady", "actions": {"type": "save"}}}
            },
            "work": {
              "type": "parallel", "onDone": "done",
              "states": {
                "pay": {
                  "initial": "due",
                  "states": {
                    "due": {
                      "after": {"60000": {"target": "late", "guard": {"type": "xstate.not", "guards": ["isReady"]}}, "grace": "late"},
                      "invoke": {"id": "charge", "src": "chargeCard", "input": {"amount": 3, "to": "bank"}, "onDone": "paid", "onError": {"target": "late"}}
                    },
                    "late": {"tags": ["overdue"], "always": {"guard": {"type": "atLeast", "params": {"n": 2}}, "target": "paid"}},
                    "paid": {"type": "final", "output": {"ok": true, "by": "card"}}
                  }
                },
                "ship": {"initial": "sent", "states": {"sent": {"type": "final"}}},
                "memory": {"type": "history", "history": "deep", "target": "#orderMachine.work.pay.due"}
              }
            },
            "done": {"type": "final"}
          }
        }
        """

    @Test func `a machine of XState becomes a definition that compiles`() throws {
        let (imported, notes) = Conversion.read(Self.machine, from: .xstate, file: "order.json")
        let yaml = try #require(imported, "\(notes)").yaml
        #expect(
            yaml == """
                workflow: order-machine
                context: {count: 0, note: it's, guards: {isReady: false, atLeast: false}}
                actions:
                  clear: [{log: {message: clear}}]
                  save: [{log: {message: save}}]
                let: {isReady: context.guards.isReady, atLeast: context.guards.atLeast}
                delays: {grace: PT1H}
                events:
                  RESET: {}
                  START: {}
                initial: idle
                on:
                  RESET: idle
                states:
                  idle:
                    entry:
                      - clear
                      - {log: {message: 'track {"page":"idle"}'}}
                    on: {START: {guard: isReady, target: work, actions: [save]}}
                  work:
                    type: parallel
                    onDone: done
                    states:
                      pay:
                        initial: due
                        states:
                          due:
                            invoke:
                              id: charge
                              src: worker
                              topic: chargeCard
                              input: {amount: 3, to: "'bank'"}
                              onDone: paid
                              onError: late
                            after: {PT1M: {guard: '!(isReady)', target: late}, grace: late}
                          late: {tags: [overdue], always: {guard: atLeast, target: paid}}
                          paid: {type: final, output: {ok: true, by: "'card'"}}
                      ship:
                        initial: sent
                        states: {sent: {type: final}}
                      memory: {history: deep, target: pay.due}
                  done: {type: final}

                """)
        #expect(
            notes.map(\.code).sorted() == [
                "action-placeholder", "action-placeholder", "action-placeholder", "delay-placeholder",
                "guard-placeholder", "guard-placeholder", "invoke-placeholder",
            ])
        let chart = try RoundTrip.chart(yaml)
        #expect(chart.statePaths["work.pay.late"] != nil)
    }

    private static let document = """
        <scxml xmlns="http://www.w3.org/2005/07/scxml" version="1.0" name="Door Opener" initial="closed" datamodel="ecmascript">
          <datamodel>
            <data id="tries" expr="0"/>
            <data id="limit" expr="tries + 3"/>
            <data id="names">["a", "b"]</data>
          </datamodel>
          <state id="closed">
            <onentry><log label="tries" expr="tries"/></onentry>
            <onentry>
              <send event="timeout" id="t" delay="1.5s"/>
              <foreach array="names" item="name"><raise event="seen"/></foreach>
            </onentry>
            <onexit><cancel sendid="t"/></onexit>
            <transition event="key.turned push" cond="tries &lt; limit &amp;&amp; _event.data.code === 'x' &amp;&amp; !In('broken')" target="opened">
              <assign location="tries" expr="tries + 1"/>
            </transition>
            <transition event="timeout" cond="Math.random() > 0.5" target="broken"/>
          </state>
          <state id="opened">
            <initial><transition target="wide"><raise event="opening"/></transition></initial>
            <history id="last" type="deep"><transition target="ajar"/></history>
            <state id="wide"><transition event="less" target="ajar" type="internal"/></state>
            <state id="ajar"><transition event="shut" target="end"/></state>
            <final id="end"><donedata><param name="tries" expr="tries"/></donedata></final>
            <transition event="done.state.opened" target="closed"/>
            <transition event="again" target="wide"/>
            <transition event="inner" type="internal" target="wide"/>
          </state>
          <parallel id="broken">
            <state id="alarm"><invoke type="http://www.w3.org/TR/scxml/" src="file:alarm.scxml" id="bell"/></state>
            <state id="repair">
              <onentry><if cond="tries == 0"><log expr="'none'"/><elseif cond="tries == 1"/><log expr="'one'"/><else/><script>x()</script></if></onentry>
            </state>
          </parallel>
        </scxml>
        """

    @Test func `a document of SCXML becomes a definition that compiles`() throws {
        let (imported, notes) = Conversion.read(Self.document, from: .scxml, file: "door.scxml")
        let yaml = try #require(imported, "\(notes)").yaml
        #expect(
            yaml == """
                workflow: door-opener
                context: {tries: 0, limit: null, names: [a, b], guards: {cond1: false}}
                let: {cond1: context.guards.cond1}
                initial: closed
                entry:
                  - {if: context.limit == null, actions: [{assign: {limit: context.tries + 3}}]}
                states:
                  closed:
                    entry:
                      - [{log: {message: 'tries: ${context.tries}'}}]
                      - - {send: {to: self, event: timeout, delay: PT1.500S, id: t}}
                        - forEach: {in: context.names, as: name, actions: [{raise: {event: seen}}]}
                    exit: [{cancel: t}]
                    on:
                      - event: [key.turned.*, push.*]
                        guard: context.tries < context.limit && event.data.code == 'x' && !inState("broken")
                        target: opened
                        actions: [{assign: {tries: context.tries + 1}}]
                      - {event: timeout.*, guard: cond1, target: broken}
                  opened:
                    initial: {target: wide, actions: [{raise: {event: opening}}]}
                    onDone: closed
                    on:
                      - {event: again.*, target: .wide, reenter: true}
                      - {event: inner.*, target: .wide}
                    states:
                      last: {history: deep, target: ajar}
                      wide: {on: [{event: less.*, target: ajar}]}
                      ajar: {on: [{event: shut.*, target: end}]}
                      end: {type: final, output: {tries: context.tries}}
                  broken:
                    type: parallel
                    states:
                      alarm: {invoke: {id: bell, src: workflow, workflow: alarm}}
                      repair:
                        entry:
                          - if: context.tries == 0
                            actions: [{log: {message: none}}]
                            else:
                              - if: context.tries == 1
                                actions: [{log: {message: one}}]
                                else: [{log: {message: '<script>'}}]

                """)
        #expect(notes.map(\.code) == ["guard-placeholder", "invoke", "action-placeholder"])
        #expect(notes.map(\.position.line) == [17, 30, 32])
        _ = try RoundTrip.chart(yaml)
    }

    @Test func `charts within charts have names of their own, however long that of the outermost is`() throws {
        func chart(_ name: String, _ inner: String) -> String {
            """
            <scxml xmlns="http://www.w3.org/2005/07/scxml" version="1.0" name="\(name)">
            <state id="s"><invoke><content>\(inner)</content></invoke></state>
            </scxml>
            """
        }
        let leaf = "<scxml xmlns=\"http://www.w3.org/2005/07/scxml\" version=\"1.0\"><final id=\"f\"/></scxml>"
        let name = String(repeating: "long", count: 30)
        let text = chart(name, chart("inner", leaf))

        let (imported, notes) = Conversion.read(text, from: .scxml, file: "long.scxml")

        let outermost = try #require(imported, "\(notes)")
        let names = [outermost.workflow] + outermost.children.map(\.workflow)
        #expect(names.map(\.count) == [63, 63, 63])
        #expect(Set(names).count == 3)
    }

    private static func scxml(_ states: String) throws -> (yaml: String, chart: Chart, codes: [String]) {
        let text = "<scxml xmlns=\"http://www.w3.org/2005/07/scxml\" initial=\"a\">\(states)</scxml>"
        let (imported, notes) = Conversion.read(text, from: .scxml, file: "x.scxml")
        let yaml = try #require(imported, "\(notes)").yaml
        return (yaml, try RoundTrip.chart(yaml), notes.map(\.code))
    }

    @Test(arguments: ["*", "done", "done.*", "done.state", "done.state.a go"])
    func `a transition keeps its place before one that listens to its event too`(other: String) throws {
        let (_, chart, _) = try Self.scxml(
            """
            <state id="a">
              <transition event="done.state.a" target="b"/><transition event="\(other)" target="c"/>
              <final id="end"/>
            </state>
            <state id="b"/><state id="c"/>
            """)

        var simulation = Simulation(Machine(chart), ignoresUnhandledErrors: true)

        #expect(simulation.start()["states"] == ["b"])
    }

    @Test func `each of several invocations gets an id`() throws {
        let (_, chart, _) = try Self.scxml("<state id=\"a\"><invoke type=\"x\"/><invoke type=\"y\"/></state>")

        #expect(chart.states[1].invocations.map(\.id) == ["a.i0", "a.i1"])
    }

    @Test func `what is said of a send is kept or reported`() throws {
        let (yaml, _, codes) = try Self.scxml(
            """
            <state id="a"><onentry>
              <send event="x" target="nowhere"/><send event="x" target="#_scxml_s1"/>
              <send event="x" idlocation="id"><content>
                two   words
              </content></send>
            </onentry></state>
            """)

        #expect(codes == ["send"])
        #expect(yaml.contains(#"to: "'nowhere'""#) && yaml.contains(#"to: "'#_scxml_s1'""#), "\(yaml)")
        #expect(yaml.contains(#"data: "'two words'""#), "\(yaml)")
    }

    private static let invoking = """
        {
          "id": "m", "initial": "a", "on": {"xstate.error.actor.1.m.a": ".c"},
          "states": {
            "a": {
              "invoke": [{"src": "x", "onDone": "b"}, {"src": "y"}, {"src": "z", "id": "own"}, {"src": "z", "id": "own"}],
              "on": {"xstate.done.actor.1.m.a": "c", "xstate.done.actor.0.named": "b"}
            },
            "b": {"id": "named", "invoke": {"src": "x"}, "on": {"xstate.done.actor.0.named": "c"}},
            "c": {"invoke": [{"src": "x", "id": "..*"}, {"src": "y", "id": ""}]}
          }
        }
        """

    @Test(arguments: [nil, .xstate, .scxml] as [Conversion.Format?])
    func `invocations without ids get XState's, with their events`(through: Conversion.Format?) throws {
        let (imported, notes) = Conversion.read(Self.invoking, from: .xstate, file: "m.json")
        let translated = try #require(imported, "\(notes)")
        #expect(translated.mistakes == [], "\(translated.yaml)")
        let yaml = try through.map { try RoundTrip.definition(translated.yaml, through: $0) } ?? translated.yaml

        let chart = try RoundTrip.chart(yaml)

        let ids = chart.states.map { $0.invocations.map(\.id) }
        #expect(ids == [[], ["0.m.a", "1.m.a", "own", "own_2"], ["b"], ["invocation", "invocation_2"]])
        let events = chart.transitions.map { "\($0.descriptors) \($0.targets.map { chart.states[$0].path })" }
        for (event, target) in [
            ("done.invoke.0.m.a", "b"), ("done.invoke.1.m.a", "c"), ("done.invoke.b", "c"), ("done.invoke.b", "b"),
            ("error.invoke.1.m.a", "c"),
        ] {
            #expect(events.contains("\([Chart.Descriptor.exact(event)]) \([target])"), "\(event) \(events)")
        }
    }

    @Test func `a translation that does not compile is not passed over`() {
        let sound = Conversion.Imported(workflow: "w", yaml: "workflow: w\nstates: {a: {on: {x: b}}, b: {}}\n")
        let broken = Conversion.Imported(workflow: "w", yaml: "workflow: w\nstates: {a: {on: {x: c}}, b: {}}\n")
        #expect(sound.mistakes == [])
        #expect(broken.mistakes.map(\.code) == ["unknown-target"])
    }

    @Test(
        arguments: [
            "", " ", "yes", "on", "null", "~", "true", "12", "0x1F", "1.5", "-", "- a", "a: b", "a:", "a #b", "#a", "é",
            "中文",
            "it's", "say \"x\"", "'q'", "\"", "\\", "a\nb", "a\n\nb\n", "\n", " a", "a ", "a\tb", "\u{7}", "\u{2028}",
            "*x",
            "&x", "!x", "%x", "@x", "`x`", "{a", "a}", "[a]", "a, b", "a ? b : c", "<<", "=", "...", "---", "1:30",
            "😀", "|", ">", "a\n b", "? a", "2026-01-01", ".5", "+1", "\r\n", "a\r",
        ])
    func `a string is read back as it was written, as a key, in a block and on a line`(text: String) throws {
        let tree = Tree.entries([
            ("block", .string(text)), ("flow", .map([Tree.Entry(key: "k", value: .list([.string(text), "x"]))])),
            ("list", .list([.string(text), .map([Tree.Entry(key: text, value: .string(text))])])),
            ("nested", .map([Tree.Entry(key: text + "k", value: .list([.list([.string(text)]), .list([])]))])),
        ])
        let yaml = YAMLWriter.write(tree)
        var reader = DefinitionReader(yaml, file: "x")
        let syntax = reader.read()
        let root = try #require(syntax, "\(reader.diagnostics)\n\(yaml)")
        #expect(reader.diagnostics.isEmpty)
        #expect(Tree(root) == tree, "\(yaml)")
    }

    @Test(arguments: [Conversion.Format.xstate, .scxml])
    func `what is no chart is refused`(format: Conversion.Format) {
        for text in ["", "[]", "{}", "<a/>", "{\"states\": 1}", "null", "<scxml/>", "{\"a\": }"] {
            let (imported, notes) = Conversion.read(text, from: format, file: "x")
            #expect(imported == nil && !notes.isEmpty, "\(text)")
        }
    }

    @Test(arguments: 0..<200)
    func `a damaged machine is answered with a definition or with mistakes`(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed) &* 4_099)
        let pieces = [
            "{", "}", "[", "]", ",", ":", "\"", "null", "1", "\"id\": \"a\",", "\"#\"", "\"type\": \"history\",",
            "\".\"", "\\",
            "{}", "\"always\": \"idle\",", "\"states\": {},", "\"after\": {\"9223372036854775807\": \"idle\"},",
            "{{ x }}", "é",
        ]
        var text = Array(Self.machine)
        for _ in 0...random.next(below: 4) { text.damage(with: pieces, &random) }
        let (imported, diagnostics) = Conversion.read(String(text), from: .xstate, file: "x.json")
        #expect((imported == nil) == diagnostics.contains { $0.severity == .error })
        guard let imported else { return }
        var reader = DefinitionReader(imported.yaml, file: "x.yaml")
        let syntax = reader.read()
        #expect(syntax != nil && reader.diagnostics.isEmpty, "\(imported.yaml)")
    }
}
