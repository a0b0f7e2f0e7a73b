import CEL
import Testing
import Values

@Suite struct ReferenceTests {
    private static let options: Options = {
        var options = Options()
        options.functions = ["inState", "addDelay", "team.size"]
        return options
    }()

    @Test(arguments: [
        ("context.a.b > event.data", [["context", "a", "b"], ["event", "data"]]),
        ("[1].all(x, x > y.z)", [["y", "z"]]), ("cel.bind(a, a.b, a.c)", [["a", "b"]]),
        ("has(context.a.b)", [["context", "a", "b"]]),
        ("context.?a.b", [["context", "a", "b"]]), ("a[b.c].d", [["a"], ["b", "c"]]),
        ("context.items.map(i, i.x)", [["context", "items"]]),
        ("f.g.size()", [["f", "g"]]), ("[1].map(x, .x)", [["x"]]), ("{a: b}", [["a"], ["b"]]), ("math.abs(c)", [["c"]]),
    ])
    func `free names are references, with what is selected from them`(source: String, paths: [[String]]) throws {
        #expect(try Program(source, options: Self.options).references.paths.map(\.names) == paths)
    }

    @Test func `references know their place`() throws {
        let references = try Program("1 + context.a && inState('é.x', 1)", options: Self.options).references
        #expect(references.paths == [References.Path(names: ["context", "a"], offset: 4)])
        #expect(references.calls == [References.Call(function: "inState", literals: ["é.x", nil], offset: 17)])
    }

    @Test func `host functions get their arguments and may refuse them`() throws {
        let host = Host()
        host.functions["inState"] = { arguments in
            .success(arguments.count == 1 ? Value.bool(arguments[0] == "a.b") : Value?.none)
        }
        let program = try Program("inState('a.b') && !inState('c')", options: Self.options)
        #expect(try program.evaluate(host) == true)
        let refused = try Program("1 + inState()", options: Self.options)
        let error = #expect(throws: EvaluationError.self) { try refused.evaluate(host) }
        #expect(error?.code == .noSuchOverload)
        #expect(error?.offset == 4)
    }

    @Test func `a function may have dots in its name`() throws {
        let host = Host()
        host.functions["team.size"] = { _ in .success(3) }
        #expect(try Program("team.size() + 1", options: Self.options).evaluate(host) == 4)
    }

    @Test func `names are looked up in the container, from the inside out`() throws {
        var options = Options()
        options.container = "a.b"
        let variables: [String: Value] = ["a.b.x": 1, "a.x": 2, "x": 3, "y.z": 4, "y": ["z": 5]]
        #expect(try evaluate("x", variables, options: options) == 1)
        #expect(try evaluate(".x", variables, options: options) == 3)
        #expect(try evaluate("y.z", variables, options: options) == 4)
        #expect(try evaluate("[9].map(x, x + .a.x)", variables, options: options) == [11])
    }

    @Test func `a variable is asked for only when it is needed`() throws {
        let host = Host()
        host.variables = ["a": true, "b": false]
        #expect(try Program("a || b").evaluate(host) == true)
        #expect(host.asked == ["a"])
    }
}
