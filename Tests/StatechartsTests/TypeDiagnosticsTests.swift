import Foundation
import Statecharts
import Testing
import Values

/// What the types of expressions give away before anything runs.
@Suite struct TypeDiagnosticsTests {
    private static let codes: Set<String> = [
        "cel-type", "never-equal", "assign-type", "closed-schema", "unknown-field",
    ]

    private static func diagnostics(_ text: String) -> [Diagnostic] {
        Definition.compile(text, file: "w.yaml").diagnostics.filter { Self.codes.contains($0.code) }
    }

    private static func found(_ text: String) -> [String] {
        Self.diagnostics(text).map { "\($0.position.line):\($0.position.column) \($0.code)" }
    }

    private static let schema = """
        type: object
        additionalProperties: false
        properties:
          title: {type: string}
          trl: {type: integer}
          score: {type: number}
          kind: {enum: [device, process]}
          ready: {type: boolean}
          due: {type: string, format: date}
          tags: {type: array, items: {type: string}}
          owner: {type: object, additionalProperties: false, properties: {name: {type: string}, age: {type: [integer, "null"]}}}
          any: true
          either: {anyOf: [{type: string}, {type: integer}]}
          open: {type: object, properties: {a: {type: string}}}
          same: {$ref: "#/$defs/name"}
        $defs: {name: {type: string}}
        """.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n")

    /// The guard begins in line 24, column 16.
    private static func withGuard(_ yaml: String) -> String {
        """
        workflow: w
        schema:
        \(Self.schema)
        let: {late: now > enteredAt("a"), size: context.tags.size(), next: size + 1}
        states:
          a:
            on:
              x:
                guard: \(yaml)
                target: b
          b: {}

        """
    }

    @Test(
        arguments: [
            ("context.trl >= 4 && context.score > 1 && context.ready", ""), ("context.trl", "16 cel-type"),
            ("'\"a\"'", "17 cel-type"),
            ("context.trl + context.score > 1", "28 cel-type"), ("double(context.trl) + context.score > 1", ""),
            ("context.trl + context.title == 'a'", "28 cel-type"),
            ("context.trl * 1.5 > 2.0", "28 cel-type"),
            ("context.score * 1.5 > 2 || context.score + 1.0 > 2", ""), ("context.score + 1 > 2", "30 cel-type"),
            ("context.titel == 'a'", "24 cel-type"),
            ("has(context.titel)", "28 cel-type"),
            ("context.owner.nam == 'a'", "30 cel-type"), ("context.owner.age > 3 && context.owner.age != null", ""),
            ("context.title > 3", "30 cel-type"),
            ("context.kind == 'device'", ""), ("context.kind == 'devise'", "29 never-equal"),
            ("context.kind in ['device', 'other']", ""),
            ("context.due < now", "28 cel-type"), ("timestamp(context.due) < now && date(context.due) < now", ""),
            ("context.any.x[0] == 1 && context.any", ""),
            ("context.tags.exists(t, t > 1)", "41 cel-type"), ("context.tags[0].size() > 1 && 'a' in context.tags", ""),
            ("1 in context.tags", "18 cel-type"),
            ("context.either == 1 || context.either == 'a'", ""), ("context.either == true", "31 cel-type"),
            ("context.open.b == 1 && context.open.a == 'x'", ""), ("context.open.a == 1", "31 cel-type"),
            ("context.same + 1 == 2", "29 cel-type"), ("late && next > 2", ""), ("next + 'a' == 'b'", "21 cel-type"),
            ("late > 1", "21 cel-type"),
            ("event.by.user == context.title && 'pm' in event.by.roles", ""), ("event.by.rolls == []", "25 cel-type"),
            ("event.dta.x", "22 cel-type"), ("event.at > now", ""),
            ("instance.version > 1 && instance.key.startsWith('a')", ""), ("instance.startedAt == 'a'", "35 cel-type"),
            ("visits('a') > 1 && inState('a')", ""), ("visits('a')", "16 cel-type"),
            ("inState(1)", "24 cel-type"), ("workdaysBetween(context.due, now) > 1", "32 cel-type"),
            ("workdaysBetween(date(context.due), now) > 1", ""),
            (">-\n          context.ready &&\n            context.title", "13 cel-type"),
        ] as [(String, String)])
    func `a guard is checked against the schema`(yaml: String, expected: String) {
        let line = yaml.hasPrefix(">-") ? 26 : 24
        #expect(Self.found(Self.withGuard(yaml)) == (expected.isEmpty ? [] : ["\(line):\(expected)"]))
    }

    private static func withTask(_ guardText: String) -> String {
        """
        workflow: w
        events: {go: {schema: {type: object, additionalProperties: false, properties: {n: {type: integer}}}}, own: {schema: {type: object, properties: {n: {type: integer}}}}}
        states:
          a:
            invoke:
              id: t
              src: human
              candidates: {roles: [r]}
              form: {type: object, additionalProperties: false, properties: {trl: {type: integer}, note: {type: string}}}
              outcomes: {pass: {}, back: {}}
              onDone: {target: b, guard: \(guardText)}
            on:
              go: {actions: [{assign: {m: event.data.m}}, {raise: {event: own, data: {n: "'x'"}}}, shared], guard: event.data.n > 1}
              own: {guard: event.data.n == 'x'}
              other: {guard: event.data.anything > 1}
          b: {}
        actions: {shared: [{assign: {m: event.data.whatever}}]}

        """
    }

    @Test(
        arguments: [
            ("event.data.outcome == 'pass' && event.data.trl > 3", []),
            ("event.data.outcome == 'approve'", ["11:53 never-equal"]),
            ("event.data.note > 3", ["11:50 cel-type"]), ("event.data.nothing == 3", ["11:45 cel-type"]),
        ] as [(String, [String])])
    func `the data of an event has the types of its schema or form`(guardText: String, expected: [String]) {
        let shared = ["13:46 cel-type"]
        #expect(
            Self.found(Self.withTask(guardText)) == expected + shared)
    }

    @Test(
        arguments: [
            ("entry: {assign: {trl: context.trl + 1, title: string(context.trl), score: 1, due: now, tags: []}}", []),
            ("entry: {assign: {trl: context.title}}", ["1:23 assign-type"]),
            ("entry: {assign: {title: 1}}", ["1:25 assign-type"]),
            ("entry: {assign: {tags: [1, 2]}}", ["1:24 assign-type"]), ("entry: {assign: {tags: [context.title]}}", []),
            ("entry: {assign: {kind: \"'devise'\"}}", ["1:25 assign-type"]),
            ("entry: {assign: {kind: \"'device'\"}}", []),
            ("entry: {assign: {nothing: 1}}", ["1:18 closed-schema"]),
            ("entry: {assign: {owner.nam: context.title}}", ["1:18 closed-schema"]),
            ("entry: {assign: {owner: {name: context.title, age: null}}}", []),
            ("entry: {assign: {owner: {nam: context.title}}}", ["1:25 assign-type"]),
            ("entry: {assign: {title.x: 1}}", ["1:18 assign-type"]),
            ("entry: {assign: {score: context.trl, trl: context.trl / 2}}", []),
            ("entry: {assign: {title: null}}", ["1:25 assign-type"]), ("entry: {assign: {any: [1], open.z: 1}}", []),
            ("entry: {assign: {title: 'context.?due.orValue(\"\")'}}", []),
            ("entry: {assign: {trl: context.any.x}}", []),
        ] as [(String, [String])])
    func `an assignment is checked against the schema`(line: String, expected: [String]) {
        #expect(Self.found("\(line)\nschema:\n\(Self.schema)\nstates: {s: {}}\nworkflow: w\n") == expected)
    }

    @Test(
        arguments: [
            ("key: context.title", []), ("key: context.tags", ["1:6 cel-type"]),
            ("entry: {if: context.trl, actions: []}", ["1:13 cel-type"]),
            ("entry: {forEach: {in: context.trl, as: i, actions: []}}", ["1:23 cel-type"]),
            (
                "entry: {forEach: {in: context.tags, as: i, index: n, actions: {log: {message: '${i + n}'}}}}",
                ["1:84 cel-type"]
            ),
            ("entry: {forEach: {in: context.tags, as: i, actions: {assign: {title: i}}}}", []),
            ("entry: {raise: {event: x, delay: {at: context.trl}}}", ["1:39 cel-type"]),
            ("after: {d: {}}\ndelays: {d: {at: context.ready}}", ["2:18 cel-type"]),
            ("after: {d: {}}\ndelays: {d: {at: context.due}}", []),
            ("access: {start: {users: context.trl}}", ["1:25 cel-type"]),
            ("access: {start: {users: context.tags}, read: {users: instance.startedBy}}", []),
            ("invoke: {src: human, assignee: context.trl}", ["1:32 cel-type"]),
            ("invoke: {src: human, candidates: {users: context.ready}}", ["1:42 cel-type"]),
            ("invoke: {src: http, url: u, expect: response.status, onError: s}", ["1:37 cel-type"]),
            ("invoke: {src: http, url: u, expect: response.status == 200 && response.body.ok, onError: s}", []),
            ("title: 'A ${context.titel}'", ["1:21 cel-type"]),
            ("let: {a: context.trl + context.title}", ["1:22 cel-type"]),
            ("output: {x: context.trl + 'a'}", ["1:25 cel-type"]),
            ("invoke: {src: worker, topic: t, input: {a: context.titel}, onError: s}", ["1:52 cel-type"]),
            (
                "invoke: {id: i, src: human, candidates: {roles: [r]}, outcomes: {a: {}, b: {}}, votes: {of: 3, need: cast + n}, onDone: {guard: event.data.counts.a > event.data.n, target: s}}",
                []
            ),
            (
                "invoke: {id: i, src: human, candidates: {roles: [r]}, outcomes: {a: {}, b: {}}, votes: {of: 3, need: \"'a'\"}, onDone: {guard: event.data.outcome == 'c', target: s}}",
                ["1:103 cel-type", "1:145 never-equal"]
            ),
            (
                "invoke: {id: i, src: worker, topic: t, onError: s, forEach: {in: context.tags, as: t}, input: {a: t + 1}, onDone: {guard: event.data.result, target: s}}",
                ["1:101 cel-type", "1:134 cel-type"]
            ),
        ] as [(String, [String])])
    func `an expression has the type that its place asks for`(lines: String, expected: [String]) {
        #expect(Self.found("\(lines)\nschema:\n\(Self.schema)\nstates: {s: {}}\nworkflow: w\n") == expected)
    }

    @Test func `a mistake says what was meant`() throws {
        let field = try #require(Self.diagnostics(Self.withGuard("context.titel == 'a'")).first)
        #expect(field.severity == .error && field.hint?.english == "did you mean 'title'?")
        let text = try #require(Self.diagnostics(Self.withGuard("context.kind == 'devise'")).first)
        #expect(text.severity == .warning && text.hint?.english == "did you mean 'device'?")
        let sum = try #require(Self.diagnostics(Self.withGuard("context.trl + context.title == 'a'")).first)
        #expect(sum.message.english == "+ is not defined for int and string" && sum.path == "states.a.on.x.guard")
        let whole = try #require(Self.diagnostics(Self.withGuard("context.trl")).first)
        #expect(whole.message.english == "bool is expected here, and this is int")
    }

    @Test func `without a schema nothing is known of the context`() {
        let text =
            "workflow: w\nstates: {a: {on: {x: {guard: context.a.b + 1 > context.c && context.d, target: b}}, entry: {assign: {q: context.z + 1}}}, b: {}}\n"
        #expect(Self.found(text) == [])
    }

    @Test func `names in let that are made of each other are no endless work`() {
        let chain = (1..<900).map { "  l\($0): l\($0 - 1) + 1" }.joined(separator: "\n")
        let text =
            "workflow: w\nlet:\n  l0: 1\n\(chain)\n  c1: c2\n  c2: c1\nstates: {a: {on: {x: {guard: l899, target: b}}}, b: {}}\n"
        #expect(Self.found(text).map { $0.split(separator: " ").last } == ["cel-type"])
    }

    @Test(.timeLimit(.minutes(5)), arguments: 0..<4)
    func `a hostile definition is answered in bounded time`(kind: Int) {
        let fields = (0..<1000).map {
            "    f\($0): {type: object, properties: {a: {type: string}, b: {type: integer}}}"
        }
        let wide = "schema:\n  type: object\n  properties:\n\(fields.joined(separator: "\n"))\n"
        let loop =
            "schema: {$defs: {n: {type: object, properties: {a: {$ref: '#/$defs/n'}, b: {$ref: '#/$defs/n'}}}}, $ref: '#/$defs/n'}\n"
        let assigns = (0..<1000).map { "      - assign: {x\($0): context, y: '[context, context.f\($0)]'}" }
        let maps = (0..<4000).map { "{k\($0): 1}" }.joined(separator: ", ")
        let bodies = [
            "  a:\n    entry:\n\(assigns.joined(separator: "\n"))\n",
            "  a: {entry: {assign: {x: context.a.b.a.b.a, y: '[context, context.a]'}}}\n",
            "  a: {entry: {assign: {x: [\(maps)]}}}\n",
            "  a: {entry: {assign: {x: '\(String(repeating: "[", count: 60))context\(String(repeating: "]", count: 60))'}}}\n",
        ]
        let text = "workflow: w\n\(kind == 1 ? loop : wide)states:\n\(bodies[kind])"
        #expect(Definition.compile(text, file: "w.yaml").chart != nil)
    }

    private static let root: URL = {
        var folder = URL(fileURLWithPath: #filePath)
        while !FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) {
            folder.deleteLastPathComponent()
        }
        return folder
    }()

    @Test(arguments: ["cel-type", "never-equal", "assign-type"])
    func `the page of a diagnostic shows it, and how it is put right`(code: String) throws {
        let file = Self.root.appendingPathComponent("docs/diagnostics/\(code).md")
        let text = try String(contentsOf: file, encoding: .utf8)
        let examples = text.components(separatedBy: "```yaml\n").dropFirst().compactMap {
            $0.components(separatedBy: "\n```").first
        }
        try #require(examples.count == 2)
        #expect(Set(Self.diagnostics(examples[0] + "\n").map(\.code)) == [code])
        #expect(Self.diagnostics(examples[1] + "\n") == [])
    }

    @Test func `our own workflow has neither mistakes nor doubts in its types`() throws {
        let file = Self.root.appendingPathComponent("workflows/achievement/workflow.yaml")
        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(Self.diagnostics(text) == [])
    }
}
