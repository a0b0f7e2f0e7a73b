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
        let short = pattern.search(String(repeating: "a", count: 2000) + "!")
        let long = pattern.search(String(repeating: "a", count: 20000) + "!")

        #expect(long.steps <= short.steps * 11)
        #expect(long.steps <= 20001 * 400)
    }

    @Test(arguments: [
        "abc", "^[A-Z]{2,4}-\\d{6}$", "^.{1,200}$", "^[a-z][a-z0-9-]*$", "^\\p{Han}{2,4}$", "\\bword\\b",
        "^(?i)(draft|review|done)$", "^\\w+@\\w+\\.\\w+$", "^1[3-9]\\d{9}$",
    ])
    func `an everyday pattern reads each character once`(source: String) throws {
        let pattern = try Pattern(source)
        let text = String(repeating: "héllo wörld 中文 ", count: 100)

        #expect(pattern.isTabled)
        #expect(pattern.search(text).steps <= text.unicodeScalars.count + 1)
    }

    @Test func `a pattern with very many states is simulated instead`() throws {
        let pattern = try Pattern("(a|b)*a(a|b){20}$")
        #expect(!pattern.isTabled)
        #expect(pattern.matches("bba" + String(repeating: "b", count: 20)))
        #expect(!pattern.matches("bbb" + String(repeating: "b", count: 20)))
    }

    @Test func `a search that can only begin at the start stops early`() throws {
        for source in ["^b", "\\A(b|c)", "^(a|b)*a(a|b){20}$"] {
            let (found, steps) = try Pattern(source).search(String(repeating: "x", count: 10_000))
            #expect(!found)
            #expect(steps < 200)
        }
    }
}
