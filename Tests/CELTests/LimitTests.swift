import CEL
import Testing
import Values

@Suite struct LimitTests {
    @Test(arguments: [
        String(repeating: "(", count: 5_000), String(repeating: "[", count: 5_000),
        String(repeating: "-", count: 5_000) + "x",
        String(repeating: "!", count: 5_000) + "x", String(repeating: "f(", count: 5_000),
        String(repeating: "{1:", count: 5_000),
        "a" + String(repeating: ".b", count: 5_000), "a" + String(repeating: "[0]", count: 3_000),
        String(repeating: "a?", count: 5_000),
        String(repeating: "[].map(x,", count: 1_500), String(repeating: "a.b(", count: 4_000),
        String(repeating: " ", count: 20_000),
        String(repeating: "a?b:(", count: 3_000), "a{b:" + String(repeating: "a{b:", count: 3_000),
    ])
    func `hostile nesting is refused and overflows no stack`(source: String) {
        #expect(throws: CompileError.self) { try Program(source) }
    }

    @Test func `long chains are not deep`() throws {
        #expect(try evaluate("1" + String(repeating: "+1", count: 4_000)) == 4_001)
        #expect(try evaluate("true" + String(repeating: "&&true", count: 2_000)) == true)
        #expect(try evaluate(String(repeating: "false?1:", count: 1_500) + "2") == 2)
    }

    @Test(arguments: [
        "lists.range(99999999999)", "lists.range(1000).all(a, lists.range(1000).all(b, true))",
        "cel.bind(a, lists.range(40000), a.map(x, a))",
        "cel.bind(a, lists.range(3000), a.exists(x, x == -1 || a == [1]) || true) && lists.range(90000).all(x, x >= 0)",
        "lists.range(1000).exists(a, lists.range(1000).exists(b, false)) || true",
        "lists.range(9000).map(x, [x]).distinct().size()",
        "'%.1000f'.format([1.0]) == lists.range(20000).map(i, '%.1000f'.format([1.0])).join()",
        #"lists.range(2000).exists(i, 'a'.matches(r'(\PC{100}){9}' + string(i)))"#,
        #"lists.range(2000).exists(i, 'a'.matches(r'(\PC{1000}){90}' + string(i))) || true"#,
    ])
    func `steps are bounded, and no operator absorbs that`(source: String) throws {
        let error = #expect(throws: EvaluationError.self) { try evaluate(source) }
        #expect(error?.code == .budget)
    }

    @Test func `text that doubles runs into the budget before memory ends`() throws {
        let doubled = (1...30).reversed().reduce("a30.size()") { "cel.bind(a\($1), a\($1 - 1) + a\($1 - 1), \($0))" }
        let error = #expect(throws: EvaluationError.self) {
            try evaluate("cel.bind(a0, 'xxxxxxxxxxxxxxxx', \(doubled))")
        }
        #expect(error?.code == .budget)
    }

    @Test func `a result that is small in memory and large in print is refused`() throws {
        let doubled = (1...40).reversed().reduce("a40") { "cel.bind(a\($1), [a\($1 - 1), a\($1 - 1)], \($0))" }
        let error = #expect(throws: EvaluationError.self) { try evaluate("cel.bind(a0, 1, \(doubled))") }
        #expect(error?.code == .budget)
        let compared = #expect(throws: EvaluationError.self) {
            try evaluate("cel.bind(a0, 1, \(doubled.replacing("a40)", with: "a40 == a40)")))")
        }
        #expect(compared?.code == .budget)
    }

    @Test func `evaluations share one budget`() throws {
        let program = try Program("lists.range(10).all(x, x >= 0)")
        var budget = 1_000
        _ = try program.evaluate(Variables([:]), budget: &budget)
        let cost = 1_000 - budget
        #expect(cost > 10)
        var runs = 1
        while (try? program.evaluate(Variables([:]), budget: &budget)) != nil { runs += 1 }
        #expect(runs == 1_000 / cost)
        #expect(budget == 0)
    }

    @Test(arguments: ["inner() && inner()", "inner && inner"])
    func `programs that an activation evaluates on the way take from the same budget`(source: String) throws {
        var options = Options()
        options.functions = ["inner"]
        let inner = try Program("lists.range(100).all(x, x >= 0)")
        let outer = try Program(source, options: options)
        var alone = 10_000
        _ = try inner.evaluate(Variables([:]), budget: &alone)

        let host = Host(steps: 10_000)
        host.programs["inner"] = inner
        #expect(try outer.evaluate(sharing: host) == true)
        #expect(10_000 - host.budget.remaining > 2 * (10_000 - alone))

        let poor = Host(steps: 500)
        poor.programs["inner"] = inner
        let error = #expect(throws: EvaluationError.self) { try outer.evaluate(sharing: poor) }
        #expect(error?.code == .budget)
        #expect(poor.budget.remaining == 0)
    }

    @Test(arguments: 0..<400)
    func `no mutation of an expression traps`(seed: UInt64) {
        var random = Seeded(state: seed)
        let sources = [
            "a.b[?0].orValue('x') + \"\\u00e9\" == r'y' ? -1 : [1, 2.5, 3u].map(x, x > 1, x * 2).size()",
            "{'k': cel.bind(y, 1, y)}.transformMap(k, v, has(v.a) || !b'\\x00'.contains('z')) in [null, true]",
            "timestamp('2026-01-01T00:00:00Z').getHours('+08:00') + int(duration('1.5h')) % 7 - math.abs(-9223372036854775807)",
            "'%s %.3f'.format([1, 2.0]).substring(1, 3).matches('a+') && .x.exists(i, j, i / j < 1e10)",
        ]
        var bytes = Array(sources[Int(seed) % sources.count].utf8)
        for _ in 0..<3 {
            let index = Int.random(in: bytes.indices, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[index] = UInt8.random(in: 32...126, using: &random)
            case 1: bytes.remove(at: index)
            default: bytes.insert(contentsOf: bytes[index...].prefix(6), at: 0)
            }
        }
        var options = Options()
        options.unknownFunctionsFailLate = true
        _ = try? evaluate(String(decoding: bytes, as: UTF8.self), ["a": ["b": [1]], "x": [1, 0]], options: options)
    }
}

/// The same numbers for the same seed.
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        self.state = self.state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return self.state ^ (self.state >> 29)
    }
}
