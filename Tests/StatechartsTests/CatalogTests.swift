import Statecharts
import Testing

/// What a definition says of others is compared with them.
@Suite struct CatalogTests {
    private static func found(_ text: String, beside catalog: Catalog) -> [String] {
        Definition.compile(text, file: "w.yaml", beside: catalog).diagnostics.map {
            "\($0.position.line):\($0.position.column) \($0.severity) \($0.code)"
        }
    }

    private static func catalog(_ texts: String...) throws -> Catalog {
        Catalog(try texts.map { try #require(Definition.compile($0, file: "o.yaml").chart) })
    }

    /// Invokes `ch`; the guard begins in line 10, column 24.
    private static func parent(
        guardText: String = "event.data.n > 1", input: String = "{n: 1}", more: String = "", on: String = "{}"
    ) -> String {
        """
        workflow: p
        events: {go: {}}
        states:
          a:
            on: \(on)
            invoke:
              id: kid
              src: workflow
              workflow: ch
              onDone: {guard: '\(guardText)', target: b}
              input: \(input)
              \(more)
          b: {on: {go: c}}
          c: {type: final}

        """
    }

    private static let child = """
        workflow: ch
        schema:
          type: object
          required: [n]
          additionalProperties: false
          properties: {n: {type: integer}, title: {type: string}}
        context: {title: ""}
        events: {stop: {}}
        states:
          s:
            entry: {send: {to: parent, event: child.hello}}
            on: {stop: t, kick: t}
          t: {type: final, output: {n: context.n, title: context.title}}

        """

    @Test(
        arguments: [
            ("event.data.n > 1", []), ("event.data.title == \"a\"", []),
            ("event.data.nope == 1", ["10:35 error cel-type"]),
            ("event.data.n + \"x\" == \"x\"", ["10:37 error cel-type"]), ("event.data == null", []),
            ("event.data[\"nope\"] == 1", ["10:34 error cel-type"]),
        ] as [(String, [String])])
    func `a child's output has its type in the parent`(guardText: String, expected: [String]) throws {
        let text = Self.parent(guardText: guardText)
        #expect(Self.found(text, beside: try Self.catalog(Self.child)) == expected)
        #expect(Self.found(text, beside: Catalog()) == [])
    }

    @Test func `the output of the whole comes before those of final states, which may differ`() throws {
        let whole = Self.child + "output: {m: \"'a'\"}\n"
        let catalog = try Self.catalog(whole)
        #expect(Self.found(Self.parent(guardText: "event.data.m == \"a\""), beside: catalog) == [])
        #expect(Self.found(Self.parent(guardText: "event.data.n > 1"), beside: catalog) == ["10:35 error cel-type"])
        let two = try Self.catalog(Self.child + "  u: {type: final, output: {m: 1}}\n")
        #expect(Self.found(Self.parent(guardText: "event.data.m > event.data.n"), beside: two) == [])
        let none = try Self.catalog("workflow: ch\nstates: {a: {type: final}}\n")
        #expect(Self.found(Self.parent(guardText: "event.data == null"), beside: none) == [])
        #expect(Self.found(Self.parent(guardText: "event.data.n > 1"), beside: none) == ["10:35 error cel-type"])
    }

    @Test(
        arguments: [
            ("{n: 1}", []), ("{n: 1, title: event.type}", []), ("{}", ["11:14 warning child-input"]),
            ("{n: \"'a'\"}", ["11:19 warning child-input"]), ("{n: 1, titel: 1}", ["11:21 warning child-input"]),
            ("context", []), ("{n: context.m}", []),
        ] as [(String, [String])])
    func `input is compared with the schema of the child`(input: String, expected: [String]) throws {
        #expect(Self.found(Self.parent(input: input), beside: try Self.catalog(Self.child)) == expected)
        #expect(Self.found(Self.parent(input: input), beside: Catalog()) == [])
    }

    @Test func `what a child sends to its parent is declared there, and what a parent sends in the child`() throws {
        let parent = Self.parent(
            more: "onError: b", on: "{child.hello: {actions: [{send: {to: '#kid', event: kick}}]}, child.other: b}")
        let catalog = try Self.catalog(parent, Self.child)
        #expect(Self.found(parent, beside: catalog) == ["5:71 warning undeclared-event"])
        // Nothing is known of the child.
        #expect(Self.found(parent, beside: Catalog()) == [])
        #expect(Self.found(Self.child, beside: catalog) == [])
        #expect(Self.found(Self.child, beside: Catalog()) == ["12:19 warning undeclared-event"])
        let elsewhere =
            "workflow: w\nevents: {go: {}}\nstates: {a: {on: {go: b}, invoke: {src: workflow, workflow: x}}, b: {on: {hello: c}}, c: {type: final}}\n"
        #expect(Self.found(elsewhere, beside: Catalog()) == ["3:75 warning undeclared-event"])
    }

    @Test func `what there is not is an error where all is known`() throws {
        let text = Self.parent(more: "version: 99") + "calendar: nowhere\n"
        var catalog = try Self.catalog(Self.child)
        #expect(Self.found(text, beside: catalog) == [])
        catalog.calendars = ["cn"]
        catalog.workflows["ch"]?.versions = [1, 2]
        #expect(
            Self.found(text, beside: catalog) == ["12:16 error unknown-version", "15:11 error unknown-calendar"])
        catalog.workflows = [:]
        #expect(Self.found(text, beside: catalog) == ["15:11 error unknown-calendar"])
        catalog.isComplete = true
        catalog.calendars = ["nowhere"]
        #expect(Self.found(text, beside: catalog) == ["9:17 error unknown-workflow"])
        let own = "workflow: w\nstates: {a: {invoke: {src: workflow, workflow: w, onDone: b}}, b: {type: final}}\n"
        #expect(Self.found(own, beside: catalog) == [])
    }

    @Test func `strangers are the workflows that nothing is known of`() throws {
        let chart = try #require(Definition.compile(Self.parent(), file: "p.yaml").chart)
        #expect(chart.strangers(to: Catalog()) == ["ch"])
        #expect(chart.strangers(to: try Self.catalog(Self.child)) == [])
    }
}
