import Testing
import Values

@testable import Statecharts

/// Where and in what words a text is refused that is no YAML, or not the YAML that was meant.
@Suite struct MisreadTextTests {
    private static func first(_ text: String) -> Diagnostic? {
        Definition.compile(text, file: "w.yaml").diagnostics.first { $0.severity == .error }
    }

    /// `line:column message`.
    private static func shown(_ text: String) -> String {
        self.first(text).map { "\($0.position.line):\($0.position.column) \($0.message)" } ?? "nothing"
    }

    @Test(arguments: ["\n", "\r\n"], ["workflow: w\nstates: {a: oops}\n", "workflow: w\nstates:\n  a: oops\n"])
    func `a byte order mark belongs to no line`(lineBreak: String, text: String) throws {
        let plain = text.split(separator: "\n").joined(separator: lineBreak)
        let marked = "\u{FEFF}" + plain
        let found = try #require(Self.first(marked))
        #expect(found.code == "expected-map")
        #expect(found.position == Self.first(plain)?.position)
        #expect(found.rendered(in: marked) == Self.first(plain)?.rendered(in: plain))
    }

    @Test func `on the first line positions count from behind the mark`() throws {
        let found = try #require(Self.first("\u{FEFF}workflow: W!\nstates: {a: {}}\n"))
        #expect(found.position == Position(line: 1, column: 11))
        let shown = found.rendered(in: "\u{FEFF}workflow: W!\nstates: {a: {}}\n")
        #expect(shown.contains(" 1 | workflow: W!\n   |           ^\n"), "\(shown)")
    }

    @Test func `scripts and the other languages may begin with a byte order mark too`() throws {
        #expect(YAMLValue.parse("\u{FEFF}now: x\nscript: []\n", file: "s.yaml").value == ["now": "x", "script": []])
        let machine = "\u{FEFF}{\"id\": \"m\", \"meta\": {\"e\": \"\\ud83d\\ude00\"}, \"states\": {\"a\": {}}}"
        let (imported, notes) = Conversion.read(machine, from: .xstate, file: "m.json")
        #expect(try #require(imported, "\(notes)").yaml.contains("😀"))
        let document = "\u{FEFF}<?xml version=\"1.0\"?>\n<scxml><state id=\"a\"/></scxml>"
        #expect(Conversion.read(document, from: .scxml, file: "m.scxml").imported != nil)
        let broken = Conversion.read("\u{FEFF}<scxml", from: .scxml, file: "m.scxml").diagnostics
        #expect(
            broken.first?.position == Conversion.read("<scxml", from: .scxml, file: "m").diagnostics.first?.position)
    }

    @Test(
        arguments: [
            ("workflow: w\nstates:\n\ta: {}\n", "3:1 this line is indented with a tab"),
            ("workflow: w\nstates:\n  a:\n  \tentry: x\n", "4:3 this line is indented with a tab"),
            ("workflow: w\nstates:\n  a: {}\n\tb: {}\n", "4:1 this line is indented with a tab"),
            ("workflow: w\ntitle: \"Order\nstates:\n  a: {}\n", "2:8 the quote \" that opens here is not closed"),
            (
                "workflow: w\ntitle: \"Order\nstates:\n  a: {title: \"A\"}\n",
                "2:8 the quote \" that opens here is not closed"
            ),
            ("workflow: w\ntitle: 'Order\nstates: {a: {title: ''}}\n", "2:8 the quote ' that opens here is not closed"),
            (
                "workflow: w\ndescription: |\n  don't \"x\nnote: it's\ntitle: \"Order # 5\nx: \" y\"\n",
                "5:8 the quote \" that opens here is not closed"
            ),
            ("workflow:w\nstates:\n  a: {}\n", "1:9 no space follows the colon"),
            ("workflow: w\nstates:\n  a:\n    type:final\n    tags: t\n", "4:9 no space follows the colon"),
            ("workflow: w\nstates\n  a: {}\n", "2:7 no colon follows the key 'states'"),
            ("workflow: w\nstates:\n  a\n    tags: t\n", "3:4 no colon follows the key 'a'"),
            ("workflow: w\nstates", "2:7 no colon follows the key 'states'"),
            ("workflow：w\nstates:\n  a: {}\n", "1:9 this is the full-width '：'"),
            ("workflow: w\nstates：\n  a: {}\n", "2:7 this is the full-width '：'"),
            ("workflow: w\nstates: {a: {tags: t， id: b}}\n", "2:21 this is the full-width '，'"),
            ("workflow: w\nstates: {a: {}｝\n", "2:15 this is the full-width '｝'"),
            ("workflow: w\nstates: ｛a: {}｝\n", "2:9 this is the full-width '｛'"),
            ("workflow: w\ntitle: “a: b”\nstates: {a: {}}\n", "2:8 this is the full-width '“'"),
            (
                "workflow: w\nlet:\n  x: 'a' == context.s\nstates: {a: {}}\n",
                "3:8 text follows the quote that ends here"
            ),
            ("workflow: w\nstates:\n  a: {on: {go: b}\n  b: {}\n", "3:6 the '{' that opens here is not closed"),
            ("workflow: w\nsearch: [a}\nstates: {a: {}}\n", "2:11 '}' closes nothing: a '[' is still open"),
            ("workflow: w\nlet: {x: context.l[0]}\nstates: {a: {}}\n", "2:19 '[' cannot stand here"),
        ])
    func `a mistake is shown where it was made`(text: String, expected: String) {
        #expect(Self.shown(text) == expected)
        #expect(Self.first(text)?.code == "yaml-syntax")
        #expect(Self.first(text)?.hint?.english.isEmpty == false)
    }

    /// Each has a mistake of another kind beside something that only looks like one.
    @Test(arguments: [
        "workflow: w\ntitle: 你好，世界: x\nstates: {a: {}}\n", "workflow: w\ntitle: some\n  words\n  x: y\n",
        "---\nworkflow: w\n x: y\nstates: {a: {}}\n", "workflow: w\ntitle: http://x: y\nstates: {a: {}}\n",
        "workflow: w\ntitle: \"one\n  two\"\nstates: {a: *x}\n", "workflow: w\nstates: {a: {title: 你好，世界}, *x}\n",
        "{\n\"workflow\": \"w\",\n\"states\": {}\n\"x\": 1}\n",
    ])
    func `what is in order is not blamed`(text: String) throws {
        let found = try #require(Self.first(text))
        #expect(found.code == "yaml-syntax")
        for word in ["full-width", "no colon", "no space", "quote", "not closed"] {
            #expect(!found.message.english.contains(word), "\(found.message)")
        }
    }

    @Test(
        arguments: [
            ("invoke: {src: human, candidates: pm}", "write 'candidates: {roles: [pm]}'"),
            ("invoke: {src: worker, topic: t, retry: 3}", "write 'retry: {attempts: 3, first: PT5S}'"),
            ("entry: {log: hello}", "write 'log: {message: checked}'"),
            ("entry: [{raise: go}]", "write 'raise: {event: checked}'"),
            ("states: {s: {}, t: 5}", "write 't: {on: {submit: done}}'"),
            ("states:\n  s: type:final", "a space follows the colon: write 'type: …'"),
            ("states: {s: type：final}", "the colon is full-width: write 'type: …' with the ':' of the Latin keyboard"),
            ("states: {s: {type:final}}", "a space follows the colon: write 'type: …'"),
        ])
    func `where a map is asked for the hint shows one`(line: String, hint: String) {
        let text = line + "\nworkflow: w\n" + (line.hasPrefix("states") ? "" : "states: {s: {}}\n")
        #expect(Self.first(text)?.hint?.english == hint)
    }

    @Test(
        arguments: [
            ("{x: avg(list.map(s, s.v))}", "inside { } and [ ] a comma ends the value"),
            ("context.s == \"a #b\"", "' #' begins a comment in YAML"),
            ("context.s.length() > 1", "CEL counts with size(x)"), ("not(context.s)", "CEL negates with !"),
            ("context.a === 1", "CEL compares with == and !="), ("context.a ?? 1", "CEL has no ??"),
        ])
    func `a mistake in an expression gets a hint of its own`(expression: String, hint: String) {
        let found = Self.first("workflow: w\nstates: {s: {}}\nentry:\n  assign:\n    y: \(expression)\n")
        #expect(found?.code == "expression-syntax")
        #expect(found?.hint?.english.hasPrefix(hint) == true, "\(found?.hint?.english ?? "")")
    }

    @Test(
        arguments: [
            ("context.a and context.b", "\"and\" is written &&"), ("context.a or context.b", "\"or\" is written ||"),
            ("not context.a", "\"not\" is written !"), ("context.a not in [1]", "\"not\" is written !"),
            ("context.a = 1", "a comparison is written =="), ("context.a == “x”", "\"“\" is full-width; write \""),
            ("（context.a）", "\"（\" is full-width; write ("), ("max(1，2)", "\"，\" is full-width; write ,"),
        ])
    func `operators of other languages and keyboards are told in CEL's`(expression: String, message: String) {
        let found = Self.first("workflow: w\nstates: {s: {}}\nentry:\n  assign:\n    y: \(expression)\n")
        #expect(found?.message.english == message)
    }
}
