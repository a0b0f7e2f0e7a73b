import Testing
import Values

@testable import CEL

@Suite struct TypingTests {
    static let declarations = Declarations(
        variables: [
            "n": .int, "u": .uint, "x": .double, "j": .number, "s": .string, "b": .bool, "t": .timestamp,
            "d": .duration, "any": .dyn, "l": .list(of: .string), "m": .map(of: .int),
            "maybe": ValueType([.string, .null]),
            "o": .object([
                "title": .string, "trl": .int, "kind": .strings(["device", "process"]),
                "owner": .object(["name": .string]), "tags": .list(of: .strings(["red", "green"])),
            ]),
            "open": .object(["title": .string], rest: .dyn),
        ],
        functions: ["pick": [.init([.string], .int), .init([.int, .string], .bool)]])

    static func typing(_ source: String, expecting: ValueType? = nil) throws -> Typing {
        var options = Options()
        options.functions = ["pick", "loose"]
        return try Typing(source, Self.declarations, options: options, expecting: expecting)
    }

    @Test(
        arguments: [
            ("1", .int), ("1 + n", .int), ("n * 2 - 1", .int), ("n / 0", .never), ("1u % 0u", .never),
            ("n / 0 == 1", .bool), ("b ? s : n / 0", .string), ("n / 1", .int), ("0 / n", .int), ("x / 0.0", .double),
            ("x / 2.0", .double), ("-x", .double), ("-n", .int),
            ("j + j", .number), ("j + 1", .int), ("any + 1", .int),
            ("any + any", ValueType([.int, .uint, .double, .string, .bytes, .list, .duration, .timestamp])),
            ("n < x", .bool), ("n == x", .bool), ("s == null", .bool), ("any == 1", .bool), ("b && any", .bool),
            ("s + 'a'", .string), ("t + d", .timestamp), ("t - t", .duration), ("d + t", .timestamp),
            ("b ? 1 : 2", .int), ("b ? n : x", .number), ("b ? s : null", ValueType([.string, .null])),
            ("[n, 2]", .list(of: .int)), ("[]", .list(of: .never)), ("[] + l", .list(of: .string)),
            ("[n, s]", .list(of: ValueType([.int, .string]))),
            ("l[0]", .string), ("l[?0]", .optional(of: .string)), ("m['a']", .int), ("m.a", .int),
            ("m.?a", .optional(of: .int)),
            ("o.trl", .int), ("o['trl']", .int), ("o.owner.name", .string), ("open.else", .dyn),
            ("o.?owner.name", .optional(of: .string)),
            ("o.?trl.orValue(s)", ValueType([.int, .string])), ("o.?trl.or(optional.none())", .optional(of: .int)),
            ("l.map(i, i.size())", .list(of: .int)), ("l.filter(i, i != '')", .list(of: .string)),
            ("l.all(i, i == s)", .bool),
            ("l.transformList(i, v, i)", .list(of: .int)), ("m.map(k, k)", .list(of: .string)),
            ("m.transformList(k, v, v)", .list(of: .int)),
            ("m.transformMap(k, v, string(v))", .map(of: .string)), ("l.sortBy(i, i.size())", .list(of: .string)),
            ("l.exists(i, v, v == s && i > 0)", .bool),
            ("cel.bind(a, n + 1, [a])", .list(of: .int)),
            ("optional.of(n).optMap(v, string(v))", .optional(of: .string)),
            ("optional.of(n).optFlatMap(v, optional.of(v))", .optional(of: .int)), ("type(n) == int", .bool),
            ("dyn(n)", .dyn), ("type(n)", .type),
            ("sum([n])", .int), ("sum([x])", .number), ("avg(l.map(i, 1))", .double), ("math.greatest(n, x)", .number),
            ("math.greatest([n])", .int),
            ("math.abs(n)", .int), ("math.ceil(j)", .double), ("l.first()", .optional(of: .string)),
            ("[[n]].flatten()", .list(of: .int)),
            ("'a,b'.split(',')", .list(of: .string)), ("l.join(', ')", .string),
            ("t.getHours('UTC') + d.getHours()", .int),
            ("pick(s)", .int), ("pick(1, s)", .bool), ("pick(any)", .int), ("loose(1, 2)", .dyn),
            ("maybe == null ? 0 : maybe.size()", .int),
            ("[].map(i, i.a + 1)", .list(of: .never)), ("'%d'.format([n])", .string),
            ("lists.range(3)", .list(of: .int)),
            ("has(o.title) && !b || s in l || 'a' in m", .bool), ("o.tags[0] == 'red'", .bool),
            ("timestamp('2026-02-13T00:00:00Z') < t", .bool),
        ] as [(String, ValueType)])
    func `an expression has its type`(source: String, type: ValueType) throws {
        let typing = try Self.typing(source)
        #expect(typing.diagnostics == [])
        #expect(typing.type.without(.string) == type.without(.string))
        #expect(typing.type.kinds == type.kinds, "\(typing.type)")
    }

    @Test(
        arguments: [
            ("n + s", "2 no-such-overload"), ("n * 1.5", "2 no-such-overload"), ("n + 1 + s", "6 no-such-overload"),
            ("x % 2.0", "2 no-such-overload"),
            ("s > 1", "2 no-such-overload"), ("s == 1", "2 no-such-overload"), ("t > s", "2 no-such-overload"),
            ("l == [1]", "2 no-such-overload"),
            ("n && b", "0 no-such-overload"), ("b || o.title", "5 no-such-overload"), ("!s", "1 no-such-overload"),
            ("s ? 1 : 2", "0 no-such-overload"), ("-s", "0 no-such-overload"),
            ("o.titel", "2 no-such-field"), ("o.owner.nam", "8 no-such-field"), ("has(o.titel)", "6 no-such-field"),
            ("o.?titel", "3 no-such-field"), ("o['titel']", "1 no-such-field"), ("s.title", "2 no-such-overload"),
            ("l.title", "2 no-such-overload"), ("l['a']", "1 no-such-overload"), ("n[0]", "1 no-such-overload"),
            ("m[t]", "1 no-such-overload"),
            ("nobody + 1", "0 undeclared-reference"), ("l.map(i, nobody)", "9 undeclared-reference"), ("s.size(", ""),
            ("size(n)", "5 no-such-overload"), ("n.size()", "2 no-such-overload"),
            ("s.startsWith(1)", "13 no-such-overload"), ("math.ceil(n)", "10 no-such-overload"),
            ("pick(x)", "5 no-such-overload"), ("pick(1, 2)", "8 no-such-overload"),
            ("pick('a', 'b')", "5 no-such-overload"), ("n in [s]", "2 no-such-overload"),
            ("s in s", "2 no-such-overload"), ("1 in m", "2 no-such-overload"),
            ("n.map(i, i)", "2 no-such-overload"), ("l.all(i, i)", "9 no-such-overload"),
            ("l.filter(i, i.size())", "12 no-such-overload"), ("l.map(i, i + 1)", "11 no-such-overload"),
            ("m.sortBy(k, k)", "2 no-such-overload"), ("l.sortBy(i, [i])", "12 no-such-overload"),
            ("[1, ?n]", "5 no-such-overload"), ("{?'a': n}", "7 no-such-overload"), ("{x: 1}", "1 no-such-overload"),
            ("n.orValue(1)", "2 no-such-overload"), ("n.optMap(i, i)", "2 no-such-overload"),
            ("o.kind == 'devise'", "7 never-equal"), ("'blue' in o.tags", "7 never-equal"),
            ("o.kind in ['a', 'b']", "7 never-equal"), ("sum([s])", "4 no-such-overload"),
            ("l.transformMapEntry(i, v, v)", "26 no-such-overload"),
            ("string([1])", "7 no-such-overload"), ("cel.bind(a, n, a + s)", "17 no-such-overload"),
            ("'a'.format(1)", "11 no-such-overload"),
        ] as [(String, String)])
    func `a certain mistake is found where it is`(source: String, expected: String) throws {
        guard !expected.isEmpty else {
            #expect(throws: CompileError.self) { try Self.typing(source) }
            return
        }
        let found = try Self.typing(source).diagnostics.map { "\($0.offset) \($0.code.rawValue)" }
        #expect(found == [expected])
    }

    @Test(
        arguments: [
            "any + s", "any.a.b[0] > 1", "maybe + 'a'", "j * 1.5", "j + 1", "o.kind == 'device'", "o.kind == open.kind",
            "{'a': 1}.b", "has({}.x)",
            "s == any", "[1, 'a'].map(i, i + 1)", "l == []", "b ? 1 : 'a'", "any in any", "any.map(i, i.x)",
            "o.kind == maybe", "'a' == 'b'", "s in ['a', 'b']", "type(any) == string ? any.size() : any + 1",
        ])
    func `what may be right is no mistake`(source: String) throws {
        #expect(try Self.typing(source).diagnostics == [])
    }

    @Test func `a mistake says what was meant`() throws {
        let field = try #require(try Self.typing("o.titel").diagnostics.first)
        #expect(field.name == "titel" && field.candidates.contains("title"))
        #expect(field.length == 5)
        let text = try #require(try Self.typing("o.kind == 'devise'").diagnostics.first)
        #expect(
            text.message.english == "this is never \"devise\""
                && text.hint?.english == "it is one of \"device\", \"process\"")
        #expect(try Self.typing("n * 1.5").diagnostics.first?.message.english == "* is not defined for int and double")
        #expect(try Self.typing("t > s").diagnostics.first?.hint?.english.contains("timestamp(text)") == true)
        #expect(
            try Self.typing("n.size()").diagnostics.first?.message.english.hasPrefix("int has no function .size()")
                == true)
        #expect(
            try Self.typing("s", expecting: .bool).diagnostics.first?.message.english
                == "bool is expected here, and this is string")
        #expect(try Self.typing("any", expecting: .bool).diagnostics == [])
        #expect(try Self.typing("maybe", expecting: .string).diagnostics == [])
    }

    @Test func `every function of the library has types for each of its arities`() {
        for (table, types) in [(Library.globals, LibraryTypes.globals), (Library.members, LibraryTypes.members)] {
            #expect(Set(table.keys) == Set(types.keys))
            for (name, function) in table {
                for count in function.arity {
                    #expect(types[name]?.contains { $0.takes(count) } == true, "\(name) \(count)")
                }
            }
        }
    }
}
