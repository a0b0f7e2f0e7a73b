import Foundation
import JSONSchema
import Testing
import Values

@testable import Statecharts

/// The schema of the language says what the compiler does.
@Suite struct DefinitionSchemaTests {
    typealias Keys = Compiler.Keys

    private static let root: URL = {
        var folder = URL(fileURLWithPath: #filePath)
        while !FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) {
            folder.deleteLastPathComponent()
        }
        return folder
    }()

    static let file = "docs/language/workflow.schema.json"

    private static func schema() throws -> Schema { try Schema(DefinitionSchema.json) }

    private static func read(_ file: String) throws -> String {
        try String(contentsOf: self.root.appendingPathComponent(file), encoding: .utf8)
    }

    private static func workflows() throws -> [String] {
        let folder = self.root.appendingPathComponent("workflows").resolvingSymlinksInPath()
        let found = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return found.filter { $0.hasSuffix("workflow.yaml") }.sorted().map { "workflows/\($0)" }
    }

    private static func violations(_ text: String) throws -> [String] {
        let value = try #require(YAMLValue.parse(text, file: "test").value)
        return try Self.schema().validate(value).map { "\($0.pointer): \($0.en)" }
    }

    @Test func `it is a schema, and the same as the one in the documentation`() throws {
        _ = try Self.schema()
        let stored = try Self.read(Self.file)
        #expect(stored == DefinitionSchema.json.prettyJSON + "\n", "silian schema > \(Self.file)")
    }

    @Test func `every shipped workflow fits it and names it for editors`() throws {
        let files = try Self.workflows()
        #expect(!files.isEmpty)
        for file in files {
            let text = try Self.read(file)
            #expect(try Self.violations(text) == [], "\(file)")
            let depth = file.split(separator: "/").count - 1
            let path = String(repeating: "../", count: depth) + Self.file
            #expect(text.hasPrefix("# yaml-language-server: $schema=\(path)\n"), "\(file)")
        }
    }

    @Test(arguments: ["README.md", "README.zh-CN.md", "docs/language/README.md", "docs/language/README.zh-CN.md"])
    func `the examples of the documentation fit it`(file: String) throws {
        let blocks = try Self.read(file).components(separatedBy: "```yaml\n").dropFirst()
        for text in blocks.compactMap({ $0.components(separatedBy: "\n```").first }) where !text.contains("\nsteps:") {
            #expect(try Self.violations(text) == [], "\(text)")
        }
    }

    @Test(arguments: 0..<40)
    func `what compiles fits it`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let text = RandomChart.definition(&random).json
        #expect(Definition.compile(text, file: "random").chart != nil)
        #expect(try Self.violations(text) == [])
    }

    // MARK: Keys

    /// The compiler's tables, and where their maps are in the schema.
    static let tables: [(pointer: String, keys: [String])] =
        [
            ("", Keys.root), ("$defs/state/anyOf/0", Keys.state), ("$defs/transition/anyOf/1", Keys.transition),
            ("$defs/on/anyOf/1/items", Keys.transition + ["event"]), ("$defs/initial/anyOf/1", Keys.initial),
            ("$defs/event/anyOf/0", Keys.event), ("$defs/access", Keys.access), ("$defs/people", Keys.people),
            ("$defs/invoke-human", Keys.human), ("$defs/invoke-worker", Keys.worker),
            ("$defs/invoke-workflow", Keys.child), ("$defs/retry", Keys.retry), ("$defs/votes", Keys.votes),
            ("$defs/votes/properties/veto", Keys.veto), ("$defs/many", Keys.loop),
            ("$defs/action/anyOf/1", Keys.actions.map(\.name)), ("$defs/action/anyOf/2", Keys.conditional),
        ]
        + Keys.topics.map { ("$defs/invoke-\($0.name)", Keys.job + $0.keys) }
        + Keys.actions.filter { !$0.keys.isEmpty }.map { ("$defs/action/anyOf/1/properties/\($0.name)", $0.keys) }

    @Test(arguments: tables)
    func `a map has the compiler's keys, each with a description`(pointer: String, keys: [String]) throws {
        var map = DefinitionSchema.json
        for part in pointer.split(separator: "/") {
            map = try #require(Int(part).flatMap { map.list?[$0] } ?? map[String(part)], "\(pointer) \(part)")
        }
        #expect(map["additionalProperties"] == false)
        let properties = try #require(map["properties"]?.map)
        #expect(Set(properties.entries.map(\.key)) == Set(keys.map { .string($0) }))
        for entry in properties.entries {
            #expect(entry.value["description"]?.string?.isEmpty == false, "\(pointer): \(entry.key)")
        }
    }

    @Test func `every map of the schema is closed or names nothing`() {
        var open: [String] = []
        func visit(_ value: Value, _ path: String) {
            if let map = value.map {
                if map["properties"] != nil, map["additionalProperties"] == nil, map["if"] == nil,
                    map["allOf"] == nil, !path.hasSuffix("/if")
                {
                    open.append(path)
                }
                for entry in map.entries { visit(entry.value, "\(path)/\(entry.key)") }
            }
            for (index, element) in (value.list ?? []).enumerated() { visit(element, "\(path)/\(index)") }
        }
        visit(DefinitionSchema.json, "")
        let known = open.filter { !$0.contains("if") }
        #expect(known == [])
    }

    // MARK: Mistakes that both find

    @Test(arguments: [
        "workflow: Gate\nstates: {a: {}}", "states: {a: {}}", "workflow: w", "workflow: w\nstats: {}\nstates: {a: {}}",
        "workflow: w\nstates: {a: {type: atom}}", "workflow: w\nstates: {a: {onn: {}}}",
        "workflow: w\nstates: {a: {on: {x: {taget: a}}}}", "workflow: w\nstates: {a: {on: {x: null}}}",
        "workflow: w\nstates: {a: {on: {task.claim: a}}}", "workflow: w\nstates: {a: {after: {5: a}}}",
        "workflow: w\nstates: {a: {entry: {assing: {x: 1}}}}", "workflow: w\nstates: {a: {entry: {raise: {}}}}",
        "workflow: w\nstates: {a: {entry: {assign: {x: 1}, cancel: y}}}",
        "workflow: w\nstates: {a: {entry: {log: {message: x, level: loud}}}}",
        "workflow: w\nstates: {a: {entry: {if: true}, exit: {send: {to: self}}}}",
        "workflow: w\nstates: {a: {invoke: {topic: t}}}", "workflow: w\nstates: {a: {invoke: {src: worker}}}",
        "workflow: w\nstates: {a: {invoke: {src: human, topic: t}}}",
        "workflow: w\nstates: {a: {invoke: {src: http, url: u, method: LOOK}}}",
        "workflow: w\nstates: {a: {invoke: {src: worker, topic: t, retry: {attempts: 0}}}}",
        "workflow: w\nonSuspend: never\nstates: {a: {}}", "workflow: w\nevents: {done.x: {}}\nstates: {a: {}}",
        "workflow: w\nevents: {x: {fro: {}}}\nstates: {a: {}}", "workflow: w\nlet: {a-b: 1}\nstates: {a: {}}",
        "workflow: w\naccess: {write: {}}\nstates: {a: {}}", "workflow: w\ntitle: {english: x}\nstates: {a: {}}",
        "workflow: w\nstates: {'#a': {}}",
    ])
    func `a mistake is found by the compiler and by the schema`(text: String) throws {
        #expect(Definition.compile(text, file: "test").chart == nil)
        #expect(try !Self.violations(text).isEmpty)
    }

    /// Every shape of the language once; parts of it that this version does not compile yet included.
    @Test func `all of the language fits`() throws {
        let text = """
            workflow: all
            title: {en: All, zh-CN: 全部}
            calendar: cn
            schema: {type: object}
            context: {n: 0}
            key: context.n
            search: [n]
            events: {go: , stop: {title: Stop, schema: true, for: {roles: pm, starter: true}, confirm: true}}
            access: {start: {roles: [pm]}, read: {users: context.who}, admin: {assignee: true}}
            let: {big: context.n > 3}
            delays: {later: P6M + 10 workdays, then: {at: context.then}}
            actions: {note: {log: {message: "n is ${context.n}"}}, notes: [note, {cancel: x}]}
            actors: {check: {src: worker, topic: t}}
            onSuspend: date
            initial: {target: [a, b], actions: note}
            on: {'*': {actions: []}, a.*: [{target: .x, guard: true, reenter: true, description: d}, b]}
            states:
              a:
              b:
                type: parallel
                always: {target: "#c", guard: big}
                after: {later: {actions: note}, 5 workdays: c}
                entry: [[note], [{if: big, actions: note, else: [note]}]]
                exit: {forEach: {in: context.list, as: x, index: i, actions: {assign: {n: x, m.k: [x, 1, {a: i}]}}}}
                invoke:
                  - check
                  - {id: c, src: check, input: {x: 1}, retry: {attempts: 3}}
                  - src: human
                    id: h
                    title: {en: T}
                    candidates: {roles: [x]}
                    form: "{'type': 'object'}"
                    outcomes: {pass: {title: Pass}, back: }
                    votes: {of: 5, need: 3, quorum: n, close: due, veto: {by: {roles: [x]}, outcome: back}, order: sequential}
                    distinctFrom: c
                    priority: context.n
                    due: 10 workdays
                    roll: previous
                    remind: [{before: 3 workdays, to: {assignee: true}, repeat: {every: P1D, times: 3}}, {after: P1D, actions: note}]
                    onDue: {actions: note}
                  - {id: k, src: workflow, workflow: w, version: 2, key: context.n, detached: true, timeout: {at: context.t}}
                  - id: r
                    src: http
                    method: POST
                    url: "https://example.com/${context.n}"
                    headers: {accept: x}
                    body: {n: context.n}
                    expect: response.status == 200
                    retry: {attempts: 3, first: PT5S, factor: 2, max: PT10M, jitter: 0.2}
                    lease: PT1M
                    priority: 0
                  - {id: e, src: email, to: {roles: [x]}, subject: s, body: b}
                  - {id: i, src: im, to: [a, b], subject: s}
                  - {id: p, src: report, report: r, input: {a: 1}}
                  - {id: s, src: sequence, series: s, forEach: {in: context.l, as: x, concurrency: 9, need: 2}}
                onDone: {target: c, actions: [{notify: {to: {roles: [x]}, subject: s, link: /x, channels: [app]}}]}
                due: P1D
                remind: {before: PT1H}
                onDue: c
                tags: [stage, chain:main]
                meta: {x: 1}
                renamedFrom: [old, older]
                states: {x: {on: [{event: [go, a.*], target: x}]}, h: {type: history, history: deep, keep: true, target: x}}
              c: {id: c, type: final, output: {n: context.n}}
            """
        #expect(try Self.violations(text) == [])
    }
}
