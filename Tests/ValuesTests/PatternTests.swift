import Testing

@testable import Values

@Suite struct PatternTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let pattern: String
        let matching: [String]
        let others: [String]

        init(_ pattern: String, _ matching: [String], not others: [String]) {
            self.pattern = pattern
            self.matching = matching
            self.others = others
        }

        var testDescription: String { self.pattern }
    }

    private func check(_ cases: Case) throws {
        let pattern = try Pattern(cases.pattern)
        for text in cases.matching { #expect(pattern.found(in: text), "\(text.debugDescription) should match") }
        for text in cases.others { #expect(!pattern.found(in: text), "\(text.debugDescription) should not match") }
    }

    @Test(arguments: [
        Case("", ["", "anything"], not: []),
        Case("abc", ["abc", "xxabcxx", "aababc"], not: ["", "ab", "acb", "ABC"]),
        Case("a|bc|", ["", "x"], not: []),
        Case("^(a|bc)$", ["a", "bc"], not: ["", "ab", "abc", "b"]),
        Case("gr(a|e)y", ["grey", "gray"], not: ["gry", "graey"]),
        Case("^a.c$", ["abc", "a😀c", "a中c"], not: ["ac", "a\nc", "abbc"]),
        Case("^(?s).$", ["\n", "a"], not: ["", "ab"]),
        Case("a+ñ+a+", ["mañana"], not: ["manana"]),
        Case("^(a|😀){2}$", ["a😀", "😀😀"], not: ["😀", "😀😀😀"]),
        Case("ba(na)*$", ["banana", "ba"], not: ["banan"]),
    ])
    func `text, alternatives and the dot match as in RE2`(cases: Case) throws { try self.check(cases) }

    @Test(arguments: [
        Case("^a*$", ["", "a", "aaaa"], not: ["b", "ab"]),
        Case("^a+$", ["a", "aaaa"], not: ["", "ab"]),
        Case("^a?b$", ["b", "ab"], not: ["aab", "a"]),
        Case("^a{3}$", ["aaa"], not: ["aa", "aaaa"]),
        Case("^a{2,}$", ["aa", "aaaaa"], not: ["", "a"]),
        Case("^a{2,3}$", ["aa", "aaa"], not: ["a", "aaaa"]),
        Case("^a{0}b$", ["b"], not: ["ab"]),
        Case("^a{0,2}$", ["", "a", "aa"], not: ["aaa"]),
        Case("^(ab){2,3}?c$", ["ababc", "abababc"], not: ["abc", "ababababc"]),
        Case("^a*?b+?c??$", ["b", "aab", "bbc"], not: ["a", "c"]),
        Case("^(a*)*b$", ["b", "aaab"], not: ["a", "aac"]),
        Case("^(|a)+$", ["", "aaa"], not: ["b"]),
        Case("^(a|ab)(c|bcd)$", ["ac", "abc", "abcd"], not: ["abcdd", "abb"]),
        Case("^a{,2}$", ["a{,2}"], not: ["a", "aa"]),
        Case("^{a}{1$", ["{a}{1"], not: ["a"]),
        Case("^x{2}{$", ["xx{"], not: ["xx"]),
    ])
    func `repetitions count, and lazy ones match as greedy ones`(cases: Case) throws { try self.check(cases) }

    @Test(arguments: [
        Case("^[abc]$", ["a", "c"], not: ["d", "", "ab"]),
        Case("^[^abc]$", ["d", "\n", "中"], not: ["a", ""]),
        Case("^[a-cx-z]$", ["b", "y"], not: ["d", "-"]),
        Case("^[-a]$", ["-", "a"], not: ["b"]),
        Case("^[a-]$", ["-", "a"], not: ["b"]),
        Case("^[]a]$", ["]", "a"], not: ["b"]),
        Case("^[^]a]$", ["b"], not: ["]", "a"]),
        Case("^[\\]\\\\\\-^]$", ["]", "\\", "-", "^"], not: ["a"]),
        Case("^[\\d_\\s]+$", ["1_ 2"], not: ["a"]),
        Case("^[\\D]$", ["a"], not: ["1"]),
        Case("^[[:alpha:][:digit:]]+$", ["ab12"], not: ["_", "é"]),
        Case("^[[:^space:]]$", ["a"], not: [" ", "\u{0B}"]),
        Case("^[[:xdigit:]]+$", ["09afAF"], not: ["g"]),
        Case("^[[:word:]]+$", ["a_1"], not: ["-"]),
        Case("^[[:punct:]]+$", ["!/:@[`{~"], not: ["a", " "]),
        Case("^[a[]$", ["[", "a"], not: ["]"]),
        Case("^[\\x{4E00}-\\x{9FFF}]+$", ["中文"], not: ["zh", "ア"]),
        Case("^[一-龥]+$", ["科技"], not: ["a"]),
        Case("^[😀-😂]$", ["😁"], not: ["😃", "a"]),
        Case("^[\\b]$", ["\u{08}"], not: ["b"]),
    ])
    func `bracketed classes hold ranges, escapes and POSIX names`(cases: Case) throws { try self.check(cases) }

    @Test(arguments: [
        Case("^\\d+$", ["0123456789"], not: ["a", "٣", "１"]),
        Case("^\\w+$", ["az_AZ09"], not: ["-", "é", "中"]),
        Case("^\\s+$", [" \t\n\r\u{0C}"], not: ["\u{0B}", "\u{A0}", "a"]),
        Case("^\\D\\W\\S$", ["a-b"], not: ["1-b", "aab", "a- "]),
        Case("^\\x41\\x{1F600}\\101\\0$", ["A😀A\u{0}"], not: ["A"]),
        Case("^\\a\\f\\n\\r\\t\\v$", ["\u{07}\u{0C}\n\r\t\u{0B}"], not: ["afnrtv"]),
        Case("^\\/\\-\\.\\_\\@\\ $", ["/-._@ "], not: ["/-x_@ "]),
        Case("^\\u4E2D\\u{6587}\\uD83D\\uDE00$", ["中文😀"], not: ["中文"]),
        Case("^\\cJ\\cj$", ["\n\n"], not: ["JJ"]),
        Case("^\\Qa.b*\\E+$", ["a.b*", "a.b***"], not: ["aab", "a.b"]),
        Case("^\\Qa|b", ["a|b"], not: ["a", "b"]),
        Case("^x\\Q\\E*y$", ["xy"], not: ["y"]),
    ])
    func `escapes stand for characters and classes`(cases: Case) throws { try self.check(cases) }

    @Test(arguments: [
        Case("^\\p{L}+$", ["aÉ中ж"], not: ["1", "_", "😀"]),
        Case("^\\pL\\p{Lu}\\p{Ll}$", ["aBc"], not: ["aBC", "abc"]),
        Case("^\\PL$", ["1", " "], not: ["a", "中"]),
        Case("^\\p{^L}$", ["1"], not: ["a"]),
        Case("^[\\p{Nd}\\p{Sc}]+$", ["１2٣¥€"], not: ["Ⅷ", "a"]),
        Case("^\\p{Zs}$", [" ", "\u{3000}"], not: ["\n"]),
        Case("^\\p{So}$", ["😀"], not: ["+"]),
        Case("^\\p{Letter}\\p{gc=Decimal_Number}$", ["a1"], not: ["1a"]),
        Case("^\\p{Co}\\p{Cn}$", ["\u{F0000}\u{50000}"], not: ["\u{E000}\u{E000}"]),
        Case("^\\p{Han}+$", ["漢字々〇"], not: ["かな", "abc"]),
        Case("^[\\p{Hiragana}\\p{Katakana}ー]+$", ["ひらカタカナー"], not: ["漢"]),
        Case("^\\p{Script=Latin}+$", ["éàÿ"], not: ["ж", "1"]),
        Case("^\\p{Greek}\\p{Cyrillic}\\p{Hangul}\\p{Arabic}\\p{Thai}$", ["λж한عก"], not: ["aaaaa"]),
        Case("^\\p{Any}\\P{ASCII}$", ["aé"], not: ["ab"]),
    ])
    func `categories and scripts follow Unicode`(cases: Case) throws { try self.check(cases) }

    @Test(arguments: [
        Case("(?i)^straße$", ["STRAßE", "straẞe"], not: ["strasse"]),
        Case("(?i)^k+$", ["kK\u{212A}"], not: ["x"]),
        Case("(?i)^[^a]$", ["b"], not: ["a", "A"]),
        Case("(?i)^[а-я]+$", ["МОСКВА"], not: ["moscow"]),
        Case("(?i)^ς$", ["Σ", "σ", "ς"], not: ["s"]),
        Case("(?i)^i$", ["I"], not: ["İ", "ı"]),
        Case("^a(?i)b|c$", ["aB", "C"], not: ["AB"]),
        Case("^(?:(?i)a)b$", ["Ab"], not: ["AB"]),
        Case("^(?i:a)b$", ["Ab"], not: ["AB"]),
        Case("^(?i-s:a.)b(?-i)$", ["A.b"], not: ["A.B", "A\nb"]),
        Case("(?m)^b$", ["a\nb\nc", "b"], not: ["ab", "a\nbc"]),
        Case("^b$", ["b"], not: ["a\nb", "b\n"]),
        Case("(?m)\\Ab\\z", ["b"], not: ["a\nb", "b\nc"]),
        Case("(?ms)^.+$", ["a\nb"], not: [""]),
        Case("(?U)^a+$", ["aa"], not: ["b"]),
        Case("(?P<year>\\d{4})-(?<month>\\d\\d)", ["on 2026-02-13"], not: ["2026-2"]),
    ])
    func `flags and named groups are read`(cases: Case) throws { try self.check(cases) }

    @Test(arguments: [
        Case("\\bcat\\b", ["cat", "a cat!", "cat\n"], not: ["cats", "concat", "_cat"]),
        Case("\\Bat\\B", ["bats"], not: ["at", "bat", "ate"]),
        Case("^\\b$", [], not: ["", "a"]),
        Case("^\\B$", [""], not: ["a"]),
        Case("a$b", [], not: ["ab", "a\nb"]),
        Case("a^b|^x", ["x"], not: ["ab", "ax"]),
        Case("(^a|b)c", ["ac", "xbc"], not: ["xac"]),
        Case("^*a", ["a", "ba"], not: ["b"]),
        Case("(?m)$\\n^b", ["a\nb"], not: ["ab"]),
        Case("x*\\b", ["a", "xx"], not: ["", "--"]),
        Case("中\\b", [], not: ["中", "中文"]),
    ])
    func `assertions look at both neighbours`(cases: Case) throws { try self.check(cases) }

    @Test(arguments: [
        ("^\\s$", "\u{0B}", true), ("^\\s$", "\u{A0}", true), ("^\\s$", "\u{2003}", true), ("^\\s$", "\u{FEFF}", true),
        ("^\\S$", "\u{2029}", false), ("^[\\s]$", "\u{3000}", true), ("^\\s$", "\u{200B}", false), ("^.$", "\r", false),
        ("^.$", "\u{2028}", false), ("^.$", "\u{85}", true), ("^\\d$", "\u{0665}", false), ("^\\w$", "\u{E9}", false),
    ])
    func `ECMA-262 has more white space and line ends`(source: String, text: String, isFound: Bool) throws {
        #expect(try Pattern(source, .ecmaScript).found(in: text) == isFound)
    }

    @Test func `a dialect is part of a pattern`() throws {
        #expect(try Pattern("^\\s$").found(in: "\u{A0}") == false)
        #expect(try Pattern("a") != Pattern("a", .ecmaScript))
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let pattern: String
        let offset: Int
        let about: String

        init(_ pattern: String, _ offset: Int, _ about: String) {
            self.pattern = pattern
            self.offset = offset
            self.about = about
        }

        var testDescription: String { self.pattern }
    }

    @Test(arguments: [
        Refusal("a(?=b)", 1, "look-ahead"), Refusal("a(?!b)", 1, "look-ahead"),
        Refusal("中(?<=b)", 3, "look-behind"), Refusal("(?<!b)", 0, "look-behind"),
        Refusal("(?>a)", 0, "atomic"), Refusal("(a)\\1", 3, "back-reference"),
        Refusal("(?P<n>a)(?P=n)", 8, "back-reference"), Refusal("\\k<n>", 0, "back-reference"),
        Refusal("a++", 2, "possessive"), Refusal("a**", 2, "repetition of a repetition"),
        Refusal("a{2}{3}", 4, "repetition of a repetition"), Refusal("*a", 0, "nothing to repeat"),
        Refusal("a|+", 2, "nothing to repeat"), Refusal("(?i)?", 4, "nothing to repeat"),
        Refusal("(a", 0, "not closed"), Refusal("a)", 1, "closes no group"), Refusal("[a", 0, "not closed"),
        Refusal("[]", 0, "not closed"), Refusal("[b-a]", 1, "reversed"), Refusal("[\\d-z]", 1, "begin with a class"),
        Refusal("[a-\\d]", 1, "end with a class"), Refusal("[[:foo:]]", 1, "known class"),
        Refusal("\\", 0, "backslash"), Refusal("\\y", 0, "not an escape"),
        Refusal("\\p{Klingon}", 0, "category or script"),
        Refusal("\\p{L", 0, "not closed"), Refusal("\\x{110000}", 0, "number of a character"),
        Refusal("\\xZZ", 0, "hexadecimal"), Refusal("\\uD800", 0, "number of a character"),
        Refusal("a{1001}", 1, "at most 1000"), Refusal("a{3,2}", 1, "reversed"), Refusal("(?z)", 2, "not a flag"),
        Refusal("(?P<1-2>a)", 0, "group name"), Refusal("(?i", 0, "not closed"),
        Refusal("((a{1000}){1000}){1000}", 0, "too large"), Refusal("((((){1000}){1000}){1000}){1000}", 0, "too large"),
        Refusal(String(repeating: "(", count: 500), 100, "deeper"),
        Refusal(String(repeating: "a", count: 5000), 0, "at most 2048"),
    ])
    func `what is not supported or wrong is refused at its place`(refusal: Refusal) {
        let error = #expect(throws: PatternError.self) { try Pattern(refusal.pattern) }
        #expect(error?.offset == refusal.offset)
        #expect(error?.message.contains(refusal.about) == true, "\(error?.message ?? "")")
    }

    @Test func `patterns are equal when their texts are`() throws {
        #expect(try Pattern("a+") == Pattern("a+"))
        #expect(try Pattern("a+") != Pattern("aa*"))
        #expect(try Set([Pattern("a"), Pattern("a"), Pattern("b")]).count == 2)
    }
}
