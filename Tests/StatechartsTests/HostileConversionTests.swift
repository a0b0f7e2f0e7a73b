import Testing
import Values

@testable import Statecharts

/// Documents of other languages that are large or nested in ways that no editor writes.
@Suite struct HostileConversionTests {
    private static func scxml(_ content: String, name: String = "chart") -> String {
        """
        <scxml xmlns="http://www.w3.org/2005/07/scxml" version="1.0" name="\(name)"><state id="a">\(content)</state></scxml>
        """
    }

    private static func branches(_ count: Int, within: String = "") -> String {
        let rest = (1..<count).map { "<elseif cond=\"In('a')\"/><log expr=\"\($0)\"/>" }.joined()
        return "<if cond=\"In('a')\">\(rest)\(within)</if>"
    }

    /// With so many branches, the last of which holds a conditional with so many.
    @Test(arguments: [(50, 0, true), (51, 0, false), (20_000, 0, false), (24, 25, true), (25, 26, false)])
    func `conditionals have so many branches, nested ones together`(outer: Int, inner: Int, isConverted: Bool) throws {
        let within = inner == 0 ? "" : Self.branches(inner)
        let text = Self.scxml("<onentry>\(Self.branches(outer, within: within))</onentry>")
        let (imported, notes) = Conversion.read(text, from: .scxml, file: "hostile.scxml")
        #expect(notes.contains { $0.code == "action-placeholder" } == !isConverted)
        let yaml = try #require(imported).yaml
        let (chart, diagnostics) = Definition.compile(yaml, file: "converted")
        #expect(chart != nil, "\(diagnostics.map { $0.rendered(in: yaml) })")
    }

    @Test func `guards of one name get numbers`() throws {
        let guards = (0..<900).map { number in
            "{\"guard\": {\"type\": \"gate\", \"params\": {\"n\": \(number)}}, \"target\": \"b\"}"
        }
        let text = """
            {"id": "gates", "context": {"guards": {"own": true}}, "initial": "a", "states": {
              "a": {"on": {"go": [\(guards.joined(separator: ","))]}}, "b": {"type": "final"}}}
            """
        let imported = try #require(Conversion.read(text, from: .xstate, file: "hostile.json").imported)
        let chart = try #require(Definition.compile(imported.yaml, file: "converted").chart)
        let names = ["gate"] + (2...900).map { "gate_\($0)" }
        #expect(chart.lets.keys.sorted() == names.sorted())
        let flags = try #require(chart.contextDefaults["guards"]?.map)
        #expect(Set(flags.entries.map(\.key)) == Set((names + ["own"]).map { .string($0) }))
    }

    /// Aliases in JSON, which is read as YAML.
    @Test func `data in a document are limited together`() throws {
        let list = String(repeating: "1, ", count: 300)
        let large = "{a: &amp;a [\(list)1], b: [\(String(repeating: "*a, ", count: 300))1]}"
        let states = (0..<40).map { "<state id=\"s\($0)\"><silian:keys>{meta: \(large)}</silian:keys></state>" }
        func read(_ count: Int) -> [String] {
            let text = """
                <scxml xmlns="http://www.w3.org/2005/07/scxml" xmlns:silian="urn:silian:scxml" version="1.0">
                \(states.prefix(count).joined())</scxml>
                """
            return Conversion.read(text, from: .scxml, file: "hostile.scxml").diagnostics.map(\.code)
        }
        #expect(read(2) == [])
        #expect(read(40) == ["limit-nodes"])
    }

    @Test func `many transitions and invocations of one state are sorted each at once`() throws {
        let count = 3_000
        let invocations = (0..<count).map { "<invoke id=\"i\($0)\" type=\"t\"/>" }.joined()
        let transitions = (0..<count).map { "<transition event=\"done.invoke.i\($0)\" target=\"b\"/>" }.joined()
        let text = """
            <scxml xmlns="http://www.w3.org/2005/07/scxml" version="1.0">
            <state id="a">\(invocations)\(transitions)</state><final id="b"/></scxml>
            """
        var reader = SCXMLReader(file: "hostile.scxml")
        let draft = reader.read(text)?.main
        #expect(draft?.states[1].invoke.allSatisfy { $0.onDone?.count == 1 } == true)
        #expect(draft?.states[1].on.isEmpty == true)
    }

    @Test func `in XState, where each event lists all that hear it, the lists are limited together`() throws {
        func write(_ count: Int) throws -> [String] {
            let any = (0..<count).map { "{event: '*', guard: context.n == \($0), actions: []}" }
            let exact = (0..<count).map { "{event: e\($0), target: b}" }
            let list = (any + exact).joined(separator: ", ")
            let text = "workflow: w\ncontext: {n: 0}\nstates:\n  a: {on: [\(list)]}\n  b: {type: final}\n"
            let chart = try #require(Definition.compile(text, file: "w").chart)
            return Conversion.write(chart, as: .xstate).diagnostics.map(\.code)
        }
        #expect(try write(100) == [])
        #expect(try write(250) == ["limit-transitions"])
    }

    @Test func `names are given once each`() {
        var names = UniqueNames(taken: ["b", "b_2"])
        let given = ["a", "a_2", "a", "a", "a_2", "b", "b", "c"].map { names.unique($0) }
        #expect(given == ["a", "a_2", "a_3", "a_4", "a_2_2", "b_3", "b_4", "c"])
    }

    @Test(arguments: [1, 58, 60, 61, 62, 63, 200])
    func `inner charts have ids of their own, however long the outer one's is`(length: Int) throws {
        let inner = "<invoke type=\"scxml\"><content>\(Self.scxml("CONTENT"))</content></invoke>"
        let leaf = inner.replacing("CONTENT", with: "")
        let both = inner.replacing("CONTENT", with: leaf)
        for name in [String(repeating: "a", count: length), String(repeating: "a", count: length) + "-1"] {
            let text = Self.scxml("\(both)\(both)\(leaf)", name: name)
            let imported = try #require(Conversion.read(text, from: .scxml, file: "nested.scxml").imported)
            let ids = [imported.workflow] + imported.children.map(\.workflow)
            #expect(ids.count == 6)
            #expect(Set(ids).count == 6, "\(ids)")
            #expect(ids.allSatisfy { $0.count <= 63 })
        }
    }
}
