import Testing

@testable import Values

/// The promise of linear time, by counting.
@Suite struct PatternCostTests {
    private static let hostile = [
        "(a+)+$", "(a|a)*$", "(a|aa)+$", "(.*a){12}$", "(a*)*b", "^(([a-z])+.)+[A-Z]([a-z])+$", "(x+x+)+y",
        "(a?){30}a{30}", "([^b]*)*$b", "(.|a|\\w)*\\d", "(?:a|b|ab)*c",
    ]

    @Test(arguments: hostile)
    func `ten times the text costs about ten times the steps`(source: String) throws {
        let pattern = try Pattern(source)
        let short = pattern.cost(of: String(repeating: "a", count: 2000) + "!")
        let long = pattern.cost(of: String(repeating: "a", count: 20000) + "!")

        #expect(long <= short * 11)
        #expect(long <= 20001 * 400)
    }

    @Test(arguments: [
        "abc", "^[A-Z]{2,4}-\\d{6}$", "^.{1,200}$", "^[a-z][a-z0-9-]*$", "^\\p{Han}{2,4}$", "\\bword\\b",
        "^(?i)(draft|review|done)$", "^\\w+@\\w+\\.\\w+$", "^1[3-9]\\d{9}$",
    ])
    func `an everyday pattern reads each character once`(source: String) throws {
        let pattern = try Pattern(source)
        let text = String(repeating: "héllo wörld 中文 ", count: 100)

        #expect(pattern.isTabled)
        #expect(pattern.cost(of: text) <= text.unicodeScalars.count + 1)
    }

    @Test func `a pattern with very many states is simulated instead`() throws {
        let pattern = try Pattern("(a|b)*a(a|b){20}$")
        #expect(!pattern.isTabled)
        #expect(pattern.found(in: "bba" + String(repeating: "b", count: 20)))
        #expect(!pattern.found(in: "bbb" + String(repeating: "b", count: 20)))
    }

    @Test func `a search that can only begin at the start stops early`() throws {
        for source in ["^b", "\\A(b|c)", "^(a|b)*a(a|b){20}$"] {
            let pattern = try Pattern(source)
            let text = String(repeating: "x", count: 10_000)
            #expect(!pattern.found(in: text))
            #expect(pattern.cost(of: text) < 200)
        }
    }

    /// Each holds thousands of states at once, so a text of 100,000 characters would take 10^8 steps and more.
    @Test(arguments: [
        "((a?){1000}){9}b", "(a|b)*a(a|b){999}$", "(.*a){900}$", "((a{0,1000}){0,9})b",
        "(\\w|\\d|a|[a-z]){1000}(x{1000})$", "^(((((a{1,9}){1,9}){1,9}){1,9}){1,2})$b",
    ])
    func `a hostile pattern runs out of steps`(source: String) throws {
        let pattern = try Pattern(source)
        var steps = PatternLimits.steps
        #expect(pattern.matches(String(repeating: "a", count: 100_000), steps: &steps) == nil)
        // A character more than the limit at most.
        #expect(-steps <= 2 * PatternLimits.instructions + 4)
        #expect(pattern.matches("x", steps: &steps) == nil)
    }

    /// Some thousand ranges in hundreds of classes, or states of which each has thousands of threads for hundreds of classes.
    @Test func `what a class is made of is counted, and a table given up early`() throws {
        func classes(_ text: String, _ count: Int) -> String {
            (0..<count).map { "[\(text)\\x{\(String(0x4E00 + 2 * $0, radix: 16))}]" }.joined()
        }
        #expect(throws: PatternError.self) { try Pattern(classes("\\pL", 130)) }
        #expect(throws: PatternError.self) { try Pattern("(?i)" + classes("\\PL", 120)) }
        let large = try Pattern(classes("\\pL", 50))
        #expect(large.size > 50 * 650 / 16)
        #expect(try Pattern("\\pL[\\p{Lu}_]\\p{Han}+").size < 200)
        let others = (0..<150).map { "[^\\x{\(String(0x4E00 + 2 * $0, radix: 16))}]?" }.joined()
        #expect(try !Pattern("(\(others)){40}b").isTabled)
    }

    @Test func `a table runs out of steps too`() throws {
        var steps = 10
        #expect(try Pattern("^a*$").matches("aaaaaaaaaa", steps: &steps) == true)
        #expect(steps == 0)
        #expect(try Pattern("^a*$").matches("a", steps: &steps) == nil)
    }
}

extension Pattern {
    func found(in text: String) -> Bool {
        var steps = Int.max
        return self.matches(text, steps: &steps) == true
    }

    func cost(of text: String) -> Int {
        var steps = Int.max
        _ = self.matches(text, steps: &steps)
        return .max - steps
    }
}
