import CEL
import Testing
import Values

/// Random expressions over variables of known types.
private struct ExpressionWriter {
    private var state: UInt64

    init(seed: UInt64) { self.state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next(_ bound: Int) -> Int {
        self.state ^= self.state << 13
        self.state ^= self.state >> 7
        self.state ^= self.state << 17
        return Int(self.state % UInt64(bound))
    }

    mutating func pick(_ choices: [String]) -> String { choices[self.next(choices.count)] }

    private static let atoms = [
        "n", "x", "s", "b", "l", "m", "o", "t", "d", "j", "any", "maybe", "1", "0", "2.5", "'a'", "'red'", "null",
        "true", "[]", "{}", "1u",
        "b'a'", "o.kind", "o.trl", "o.owner", "[1, 2]", "['a']", "{'a': 1}", "optional.of(n)", "optional.none()", "u",
        "o.tags", "int",
    ]

    mutating func expression(_ depth: Int, _ names: [String] = []) -> String {
        guard depth > 0, self.next(8) > 0 else { return self.pick(Self.atoms + names + names) }
        let d = depth - 1
        switch self.next(13) {
        case 0, 1, 2:
            let operation = self.pick(["+", "-", "*", "/", "%", "==", "!=", "<", ">=", "in", "&&", "||"])
            return "(\(self.expression(d, names)) \(operation) \(self.expression(d, names)))"
        case 3: return "(\(self.expression(d, names)) ? \(self.expression(d, names)) : \(self.expression(d, names)))"
        case 4: return "[\(self.expression(d, names)), \(self.expression(d, names))]"
        case 5: return "{\(self.expression(0, names)): \(self.expression(d, names)), 'k': \(self.expression(d, names))}"
        case 6: return "\(self.expression(d, names))[\(self.pick(["", "?"]))\(self.expression(0, names))]"
        case 7:
            return
                "\(self.expression(d, names))\(self.pick([".", ".?"]))\(self.pick(["a", "trl", "kind", "owner", "name", "k"]))"
        case 8:
            let name = self.pick(["i", "v"])
            let macro = self.pick(["all", "exists", "map", "filter", "exists_one", "sortBy", "optMap", "optFlatMap"])
            return "\(self.expression(d, names)).\(macro)(\(name), \(self.expression(d, names + [name])))"
        case 9:
            let macro = self.pick(["transformList", "transformMap", "transformMapEntry", "all"])
            return "\(self.expression(d, names)).\(macro)(i, v, \(self.expression(d, names + ["i", "v"])))"
        case 10:
            let function = self.pick([
                "size", "int", "double", "string", "type", "dyn", "sum", "avg", "math.greatest", "math.abs",
                "math.ceil", "!", "-", "bool", "timestamp",
            ])
            return "\(function)(\(self.expression(d, names)))"
        case 11:
            let function = self.pick([
                "first()", "last()", "reverse()", "distinct()", "flatten()", "sort()", "size()", "value()",
                "hasValue()", "join()", "getHours()", "upperAscii()",
            ])
            return "\(self.expression(d, names)).\(function)"
        default:
            let function = self.pick([
                "orValue", "or", "contains", "startsWith", "split", "join", "flatten", "charAt", "matches",
            ])
            return "\(self.expression(d, names)).\(function)(\(self.expression(d, names)))"
        }
    }

    mutating func values() -> [String: Value] {
        [
            "n": .int(Int64(self.next(5)) - 2), "u": .uint(UInt64(self.next(3))),
            "x": .double(Double(self.next(7)) / 2), "s": .string(self.pick(["", "a", "red", "2"])),
            "b": .bool(self.next(2) == 0), "t": .timestamp(.epoch), "d": .duration(.seconds(self.next(9))),
            "j": self.next(2) == 0 ? .int(3) : .double(1.5),
            "l": .list((0..<self.next(3)).map { .string("\($0)") }), "m": self.next(2) == 0 ? ["a": 1, "b": 2] : [:],
            "maybe": self.next(2) == 0 ? .null : "x",
            "any": [.null, .int(1), .string("a"), ["a": 1], [1], .optional(OptionalValue(.int(1)))][self.next(6)],
            "o": [
                "title": "T", "trl": 4, "kind": .string(self.pick(["device", "process"])), "owner": ["name": "N"],
                "tags": self.next(2) == 0 ? [] : ["red"],
            ],
        ]
    }
}

@Suite struct TypingLawTests {
    @Test(arguments: 0..<12)
    func `a value is of its expression's type, and a certain expression has an overload`(seed: Int) throws {
        var writer = ExpressionWriter(seed: UInt64(seed + 1))
        var counts = (typed: 0, evaluated: 0, certain: 0)
        for _ in 0..<500 {
            let source = writer.expression(4)
            let values = writer.values()
            guard let typing = try? Typing(source, TypingTests.declarations), typing.diagnostics.isEmpty else {
                continue
            }
            counts.typed += 1
            if typing.isCertain { counts.certain += 1 }
            do {
                let value = try Program(source).evaluate(Variables(values))
                counts.evaluated += 1
                #expect(
                    typing.type.contains(value),
                    "\(source) is \(typing.type), not \(value.json) of \(ValueType(of: value)), with \(values)")
            } catch let error as EvaluationError {
                guard error.code == .noSuchOverload, typing.isCertain else { continue }
                Issue.record("\(source) is certain, and failed: \(error.message), with \(values)")
            }
        }
        #expect(counts.typed > 40 && counts.evaluated > 20 && counts.certain > 10, "\(counts)")
    }

    /// An expression with a mistake never has a value, whatever the variables are; texts that differ are doubts only.
    @Test(arguments: 0..<8)
    func `what is a mistake fails whatever the values are`(seed: Int) throws {
        var writer = ExpressionWriter(seed: UInt64(seed + 1000))
        var found = 0
        for _ in 0..<400 {
            // Parts that are not needed do not fail, so that only what is needed always is looked at.
            let operation = writer.pick(["+", "-", "*", "<", ">="])
            let source = "\(writer.expression(0)) \(operation) \(writer.expression(0))"
            guard let typing = try? Typing(source, TypingTests.declarations), !typing.diagnostics.isEmpty else {
                continue
            }
            found += 1
            let program = try Program(source)
            for _ in 0..<4 {
                let value = try? program.evaluate(Variables(writer.values()))
                #expect(value == nil, "\(source): \(typing.diagnostics)")
            }
        }
        #expect(found > 50)
    }

    @Test func `types of any size are found in bounded time`() throws {
        let doubling = (0..<40).reduce("x") { text, _ in "cel.bind(x, {'a': x, 'b': x}, \(text))" }
        let deep =
            "cel.block([[1]" + (1..<400).map { ", [[[[cel.index(\($0 - 1))]]]]" }.joined()
            + "], cel.index(399) == cel.index(398))"
        let wide =
            "cel.block([{'a': 1}"
            + (1..<130).map {
                ", {'a': cel.index(\($0 - 1)), 'b': cel.index(\($0 - 1)), 'c\($0)': [cel.index(\($0 - 1))] + [cel.index(\($0 - 1))]}"
            }.joined() + "], cel.index(129) == cel.index(128))"
        let list = "[" + (0..<1000).map { "{'k\($0)': \($0)}" }.joined(separator: ",") + "]"
        for source in [doubling, deep, wide, list, "\(list).map(i, i.k1)"] {
            let typing = try Typing(source, TypingTests.declarations)
            #expect(typing.diagnostics.isEmpty)
        }
    }

    @Test func `past the budget nothing is found, and nothing is certain`() throws {
        var budget = 3
        let typing = try Typing("1 + 2 + 'a' + [1 + 'b']", Declarations(), budget: &budget)
        #expect(typing.diagnostics == [] && !typing.isCertain && budget == 0)
    }
}
