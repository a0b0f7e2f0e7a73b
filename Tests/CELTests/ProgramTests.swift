import CEL
import Testing
import Values

@Suite struct ProgramTests {
    @Test(
        arguments: [
            ("1 + 2 * 3 - 4 / 2", 5), ("-9223372036854775808", .int(.min)), ("--1", 1), ("-x", -3), ("[1, 2, 3][1]", 2),
            ("{'a': {'b': 1}}.a.b", 1), ("true ? 1 : false ? 2 : 3", 1), ("0x1F", 31), ("r'\\n' == '\\\\n'", true),
            ("'''a\nb'''", "a\nb"), ("b'\\377'", .bytes([255])), ("\"\\u00e9\\U0001F600\"", "é😀"),
            ("1 in [1, 2]", true),
            ("1.0 in {1: 'a'}", true), ("2u == 2.0", true), ("0.0 / 0.0 == 0.0 / 0.0", false),
            ("type(1)", .type("int")),
            ("'é'.size()", 1), ("size(b'é')", 2), ("a.`b-c`", 7), ("// comment\n1", 1), ("[1, 2,]", [1, 2]),
            ("{'a': 1,}.a", 1), ("!!true", true), ("x == 3 || unknown", true), ("1 / 0 > 0 || true", true),
            ("false && 1 / 0 > 0", false), ("[0, 2].exists(i, 4 / i == 2)", true), ("[0, 2].all(i, 4 / i == 3)", false),
            ("[1, 2, 3].exists_one(i, i > 2)", true), ("[1, 2, 3].map(i, i > 1, i * i)", [4, 9]),
            ("[1, 2, 3].filter(i, i % 2 == 1)", [1, 3]), ("{'a': 1, 'b': 2}.all(k, v, k < 'c' && v > 0)", true),
            ("['x', 'y'].transformMap(i, v, v + string(i))", .map(ValueMap([(.int(0), "x0"), (.int(1), "y1")]))),
            ("{'a': 1}.transformMapEntry(k, v, {v: k})", .map(ValueMap([(.int(1), "a")]))),
            ("{'a': 1, 'b': 2}.transformList(k, v, v > 1, k)", ["b"]), ("cel.bind(y, x + 1, y * y)", 16),
            ("cel.bind(y, 1 / 0, true || y > 0)", true), ("cel.block([1, cel.index(0) + 1], cel.index(1) * 10)", 20),
            ("sum([1, 2.5])", 3.5), ("sum([])", 0), ("avg([1, 2])", 1.5), ("avg([7, 8.5, 2u])", .double(35.0 / 6)),
            ("sum([duration('1h'), duration('30m')])", .duration(.seconds(5400))),
        ] as [(String, Value)])
    func `an expression has its value`(source: String, value: Value) throws {
        #expect(try evaluate(source, ["x": 3, "a": ["b-c": 7]]) == value)
    }

    @Test(
        arguments: [
            ("math.greatest(1, 2u, 2.5)", 2.5), ("math.least([3, 1, 2])", 1), ("math.ceil(1.2)", 2.0),
            ("math.round(-2.5)", -3.0),
            ("math.abs(-3)", 3), ("math.sign(-2.0)", -1.0), ("math.sqrt(16)", 4.0), ("math.bitShiftLeft(1, 70)", 0),
            ("math.bitShiftRight(-1, 60)", 15), ("math.bitNot(0u)", .uint(.max)), ("math.trunc(-1.7)", -1.0),
            ("lists.range(3)", [0, 1, 2]), ("[1, [2, [3]]].flatten()", [1, 2, [3]]),
            ("[1, [2, [3]]].flatten(2)", [1, 2, 3]),
            ("[1, 2, 3, 4].slice(1, 3)", [2, 3]), ("[3, 1, 2].sort()", [1, 2, 3]),
            ("[1, 1.0, 2u, 2, 'a', 'a'].distinct()", [1, .uint(2), "a"]),
            ("[{'n': 2}, {'n': 1}].sortBy(e, e.n).map(e, e.n)", [1, 2]), ("[1, 2].reverse()", [2, 1]),
            ("[1, 2].first().value()", 1),
            ("[].last().hasValue()", false), ("[[1], [1], [2]].distinct()", [[1], [2]]),
            ("base64.encode(b'hi')", "aGk="), ("base64.decode('aGk')", .bytes(Array("hi".utf8))),
            ("'a,b,c'.split(',', 2)", ["a", "b,c"]),
            ("'abc'.split('')", ["a", "b", "c"]), ("'abab'.replace('a', 'x', 1)", "xbab"),
            ("'ab'.replace('', '-')", "-a-b-"),
            ("'héllo'.substring(1, 3)", "él"), ("' \\u00a0x '.trim()", "x"), ("['a', 'b'].join('-')", "a-b"),
            ("'abc'.reverse()", "cba"),
            ("strings.quote('a\"b')", "\"a\\\"b\""),
            ("'%.2f|%e|%x|%s'.format([1.005, 1234.5, 255, [1.0, true]])", "1.00|1.234500e+03|ff|[1, true]"),
            ("'%.0e'.format([0.00096])", "1e-03"), ("'%.3f'.format([1e22])", "10000000000000000000000.000"),
            ("'%f'.format([0.0000004])", "0.000000"),
            ("{'a': 1}.?a.optMap(x, x + 1).orValue(0)", 2), ("[?optional.none(), 1]", [1]),
            ("optional.of(1).orValue(1 / 0)", 1),
            ("'foobar'.matches('^fo+b')", true), ("'x'.matches(p)", true),
        ] as [(String, Value)])
    func `the extension libraries are there`(source: String, value: Value) throws {
        #expect(try evaluate(source, ["p": "[xyz]"]) == value)
    }

    @Test(
        arguments: [
            ("duration('1h30m').getMinutes()", 90), ("duration('1.5s').getMilliseconds()", 500),
            ("duration('-1.5h').getSeconds()", -5400),
            ("string(duration('90m'))", "5400s"), ("string(duration('100us'))", "0.0001s"), ("t.getFullYear()", 2009),
            ("t.getMonth()", 1),
            ("t.getDate()", 13), ("t.getDayOfMonth()", 12), ("t.getDayOfWeek()", 5), ("t.getDayOfYear()", 43),
            ("t.getHours()", 23),
            ("t.getHours('Asia/Shanghai')", 7), ("t.getDate('+08:00')", 14), ("t.getMinutes('-02:30')", 1),
            ("t.getMilliseconds()", 250),
            ("string(t + duration('1h'))", "2009-02-14T00:31:30.25Z"), ("t - t == duration('0')", true),
            ("int(t)", 1_234_567_890),
            ("timestamp(1) < t", true), ("string(timestamp('2026-02-13T08:00:00+08:00'))", "2026-02-13T00:00:00Z"),
        ] as [(String, Value)])
    func `times and durations have their parts`(source: String, value: Value) throws {
        #expect(
            try evaluate(source, ["t": .timestamp(Timestamp(seconds: 1_234_567_890, nanoseconds: 250_000_000))])
                == value)
    }

    @Test(
        arguments: [
            ("string(1e23)", "1e+23"), ("string(0.00001)", "1e-05"), ("string(1234567.0)", "1234567"),
            ("string(-0.5)", "-0.5"),
            ("int('-7')", -7), ("int(-1.9)", -1), ("uint(1.9)", .uint(1)), ("double('1e3')", 1000.0),
            ("bool('t')", true), ("string(b'\\xc3\\xa9')", "é"),
            ("bytes('é')", .bytes([0xC3, 0xA9])), ("string(type(1u))", "uint"), ("dyn(1) == 1.0", true),
        ] as [(String, Value)])
    func `values are converted`(source: String, value: Value) throws {
        #expect(try evaluate(source) == value)
    }

    @Test(
        arguments: [
            ("1 / 0", .divisionByZero, 2), ("5 % 0", .divisionByZero, 2), ("9223372036854775807 + 1", .overflow, 20),
            ("0u - 1u", .overflow, 3),
            ("-(-9223372036854775808)", .overflow, 0), ("1 + 1.0", .noSuchOverload, 2), ("'a' < 1", .noSuchOverload, 4),
            ("draft", .noSuchVariable, 0), ("dyn", .noSuchVariable, 0), ("type(1) == dyn", .noSuchVariable, 11),
            ("x.y.z", .noSuchField, 2), ("x.a.z", .noSuchOverload, 4), ("[1][2]", .indexOutOfRange, 3),
            ("{1: 2}[3]", .noSuchField, 6), ("{1: 2, 1u: 3}", .duplicateKey, 0),
            ("int('x')", .invalidArgument, 0), ("double('1e999')", .invalidArgument, 0), ("int(1e19)", .overflow, 0),
            ("timestamp('x')", .invalidArgument, 0),
            ("timestamp('9999-12-31T23:59:59Z') + duration('1s')", .overflow, 34),
            ("duration('1')", .invalidArgument, 0),
            ("timestamp(0).getHours('Mars')", .invalidArgument, 13), ("[1, 'a'].sort()", .noSuchOverload, 9),
            ("avg([])", .invalidArgument, 0), ("sum(['a'])", .noSuchOverload, 0),
            ("'a'.charAt(2)", .indexOutOfRange, 4), ("!1", .noSuchOverload, 0), ("1 ? 2 : 3", .noSuchOverload, 2),
            ("x.all(k, 1)", .noSuchOverload, 2), ("1.0.size()", .noSuchOverload, 4),
            ("optional.none().value()", .invalidArgument, 16), ("string(b'\\xff')", .invalidArgument, 0),
            ("1.5 in 'a'", .noSuchOverload, 4), ("{1.5: 1}", .invalidArgument, 0),
            ("[x].map(e, e.a.z)", .noSuchOverload, 15), ("[x].map(e, e.z.a)", .noSuchField, 13),
            ("cel.bind(e, 1 / 0, e.a)", .divisionByZero, 14), ("3u * -1", .noSuchOverload, 3),
            ("1 in 2", .noSuchOverload, 2), ("1.5 % 2.0", .noSuchOverload, 4),
        ] as [(String, EvaluationError.Code, Int)])
    func `a failure says why and where`(source: String, code: EvaluationError.Code, offset: Int) throws {
        let error = #expect(throws: EvaluationError.self) { try evaluate(source, ["x": ["a": 1]]) }
        #expect(error?.code == code)
        #expect(error?.offset == offset)
    }

    @Test(arguments: [
        ("", 0), ("1 +", 3), ("(1", 2), ("a.", 2), ("a..b", 2), ("1 = 2", 2), ("a & b", 2), ("'abc", 0), ("'\\q'", 1),
        ("nope(1)", 0), ("a.nope()", 2), ("math.nope(1)", 5),
        ("size()", 0), ("has(a)", 0), ("[1].map(a.b, 1)", 10), ("for", 0), ("a b", 2), ("9223372036854775808", 0),
        ("-9223372036854775809", 0), ("1x", 1), ("0x", 0),
        ("{1}", 2), ("[1 2]", 3), ("true.1", 4), ("a ? b", 5), ("\"\\ud800\"", 1), ("a.b{c: 1}", 2),
        ("'x'.matches('(')", 12), ("1e999", 0), ("é", 0), ("[].all(x, x, true)", 10),
        ("cel.index(0)", 4), ("`a`", 0), ("'a\nb'", 0), ("b'\\u0041'", 2),
    ])
    func `what is no expression is refused with its place`(source: String, offset: Int) {
        let error = #expect(throws: CompileError.self) { try Program(source) }
        #expect(error?.offset == offset)
        #expect(error?.message.english.isEmpty == false)
    }

    @Test func `a member is found wherever it stands in a map`() throws {
        let program = try Program("a.b.c")
        let maps: [Value] = [
            ["b": 1, "c": 2], ["c": 1], ["a": 0, "b": 1, "c": 3], ["c": 4, "d": 0], ["C": 0, "c": 5], [:],
            .map(ValueMap([(.int(1), 0), (.string("c"), 6)])),
        ]
        let found = maps.map { map in try? program.evaluate(Variables(["a": ["b": map]])) }
        #expect(found == [2, 1, 3, 4, 5, nil, 6])
    }

    @Test func `an unknown word is taken for a forgotten pair of quotes`() {
        let error = #expect(throws: EvaluationError.self) { try evaluate("draft") }
        #expect(error?.message == #"unknown name draft; a literal string has quotes of its own: "'draft'""#)
    }

    @Test func `an overload that is missing is named with its types`() {
        let error = #expect(throws: EvaluationError.self) { try evaluate("'a'.startsWith(1)") }
        #expect(error?.message == "no such overload: startsWith(string, int)")
    }

    @Test func `an excerpt points at the place`() {
        #expect(excerpt(of: "a +\n'字' + b", at: 12) == "2 | '字' + b\n  |        ^")
        #expect(excerpt(of: "", at: 99) == "1 | \n  | ^")
    }
}
