import CEL
import Testing
import Values

@testable import Statecharts

/// The language guide: what it shows works, it says all there is, and it says the same in both languages.
@Suite struct GuideTests {
    static let pages = ["README", "tutorial", "reference", "cookbook"]
    static let languages = ["en", "zh"]

    @Test(arguments: pages) func `a page shows the same in both languages`(page: String) throws {
        let english = try Guide(page: page, language: "en")
        let chinese = try Guide(page: page, language: "zh")
        #expect(english.blocks.map(\.language) == chinese.blocks.map(\.language))
        // Comments may differ.
        #expect(english.yaml.map { Syntax.read($0)?.value } == chinese.yaml.map { Syntax.read($0)?.value })
        let commands = [english, chinese].map { guide in
            guide.blocks.filter { $0.language == "console" }.flatMap { $0.text.split(separator: "\n") }
                .filter { $0.hasPrefix("$ ") }
        }
        #expect(commands[0] == commands[1])
        #expect(Self.headings(english) == Self.headings(chinese))
        #expect(english.tables.map(\.rows.count) == chinese.tables.map(\.rows.count))
    }

    /// How deep each is.
    private static func headings(_ guide: Guide) -> [Int] {
        guide.text.split(separator: "\n").filter { $0.hasPrefix("#") }.map { $0.prefix { $0 == "#" }.count }
    }

    @Test(arguments: pages, languages)
    func `a link within the guide leads somewhere`(page: String, language: String) throws {
        let text = try Guide(page: page, language: language).text
        let links = text.matches(of: /\]\(([a-zA-Z.-]*\.md)?#([^)]+)\)/)
        for link in links {
            let file = link.output.1.map { "docs/language/\($0)" }
            let target = try file.map { try Guide($0) } ?? Guide(page: page, language: language)
            let anchors = target.text.split(separator: "\n").filter { $0.hasPrefix("#") }.map(Self.anchor)
            #expect(anchors.contains(String(link.output.2)), "\(link.output.0)")
        }
    }

    /// As GitHub makes it of a heading.
    private static func anchor(of heading: Substring) -> String {
        let words = heading.drop { $0 == "#" || $0 == " " }.lowercased().filter {
            $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" || $0 == " "
        }
        return words.replacing(" ", with: "-")
    }

    // MARK: The tutorial

    /// Each block is put into the definition before it; after each step all scenarios hold.
    @Test(arguments: languages) func `the tutorial's workflow grows and works`(language: String) throws {
        var course = Course(language: language)
        for block in try Guide(page: "tutorial", language: language).blocks { try course.take(block) }
        #expect(course.steps == 10)
        #expect(course.scenarios.count == 5)
        #expect(course.drawings == 2)
        #expect(course.lines == 3)
        #expect(course.mistakes == 2)
        #expect(course.isWhole)
    }

    @Test func `the tutorial's new version enters its new chain alone`() throws {
        var course = Course(language: "en")
        var versions: [Machine] = []
        for block in try Guide(page: "tutorial", language: "en").blocks {
            try course.take(block)
            if let machine = course.machine, block.language == "yaml" { versions.append(machine) }
        }
        let new = try #require(versions.last)
        let old = try #require(versions.last { $0.chart.statePaths["landing.talent"] == nil })
        let children = course.others.map { Machine($0.value) }
        let script = try Script([
            ["send": "started"], ["send": "assessed", "data": ["trl": 4]], ["send": "finished"],
            ["task": "panel", "verb": "submit", "data": ["outcome": "pass", "score": 82]],
            ["complete": "register", "data": ["number": "A-17"]],
        ])
        var simulation = Simulation(old, children: children)
        _ = simulation.run(script, data: ["title": "Membrane"])
        let plan = new.plan(
            try #require(simulation.snapshot), Machine.migration(to: 2), from: old,
            in: Surroundings(now: simulation.now))
        #expect(plan.isPossible)
        let (active, entered) = (plan.active.joined(separator: " + "), plan.entered.joined(separator: ", "))
        let shown = "✓ 0199…  \(active)\n    entered: \(entered)\n"
        for language in Self.languages {
            #expect(try Guide(page: "tutorial", language: language).text.contains(shown), "\(shown)")
        }
        #expect(plan.parts.allSatisfy { $0.fate == .kept && $0.changes.isEmpty })
        #expect(plan.findings == [])
    }

    // MARK: The reference

    @Test(arguments: languages) func `the reference's examples work`(language: String) throws {
        var course = Course(language: language)
        for text in try Guide(page: "reference", language: language).yaml {
            try course.takeYAML(text)
        }
        try course.checkScenarios()
        #expect(course.others.count == 6)
        #expect(course.scenarios.count == 1)
    }

    @Test(arguments: languages) func `the reference has every key of the language`(language: String) throws {
        var documented: [String: Set<String>] = [:]
        for table in try Guide(page: "reference", language: language).tables {
            guard let lead = table.lead.wholeMatch(of: /<!-- keys: (.+) -->/) else { continue }
            let keys = table.rows.flatMap { $0[0].matches(of: /`([A-Za-z]+)`/).map { String($0.output.1) } }
            for name in lead.output.1.split(separator: " ") { documented[String(name), default: []].formUnion(keys) }
        }
        var maps: [String: Set<String>] = [:]
        Self.collect(DefinitionSchema.json, "workflow", into: &maps)
        #expect(maps.count > 25)
        for (name, keys) in maps {
            let known = documented[name] ?? []
            #expect(keys.subtracting(known).sorted() == [], "not in the reference: \(name)")
            #expect(known.subtracting(keys).sorted() == [], "only in the reference: \(name)")
        }
        #expect(Set(documented.keys).subtracting(maps.keys).sorted() == [])
    }

    /// The maps of a JSON Schema with their keys, each by the name nearest to it; but not the one that an actor's
    /// invocation is, which has the keys of all kinds.
    private static func collect(_ schema: Value, _ name: String, into maps: inout [String: Set<String>]) {
        if case .list(let elements) = schema { for element in elements { Self.collect(element, name, into: &maps) } }
        guard let map = schema.map else { return }
        if name != "invocation", schema["type"] == "object", let properties = schema["properties"]?.map {
            maps[name, default: []].formUnion(properties.entries.compactMap { $0.key.text })
        }
        for entry in map.entries {
            guard let key = entry.key.text else { continue }
            switch key {
            case "properties", "$defs":
                for member in entry.value.map?.entries ?? [] {
                    Self.collect(member.value, member.key.text ?? "", into: &maps)
                }
            case "anyOf", "allOf", "items", "additionalProperties", "then": Self.collect(entry.value, name, into: &maps)
            default: break
            }
        }
    }

    @Test(arguments: languages) func `the reference names every limit`(language: String) throws {
        let guide = try Guide(page: "reference", language: language)
        let rows = guide.tables.flatMap(\.rows)
        let limits = [
            "limit-bytes": DefinitionLimits.bytes, "limit-depth": DefinitionLimits.textDepth,
            "limit-nodes": DefinitionLimits.nodes, "limit-states": DefinitionLimits.states,
            "limit-state-depth": DefinitionLimits.stateDepth, "limit-transitions": DefinitionLimits.transitions,
            "limit-patterns": DefinitionLimits.patterns, "limit-let-depth": DefinitionLimits.letDepth,
            "limit-delay-terms": DefinitionLimits.delayTerms, "limit-invocations": DefinitionLimits.invocations,
            "limit-actions": DefinitionLimits.actions, "limit-reminders": DefinitionLimits.reminders,
            "limit-text-parts": DefinitionLimits.textParts, "limit-let": DefinitionLimits.declarations,
            "limit-delays": DefinitionLimits.declarations, "limit-actors": DefinitionLimits.declarations,
        ]
        for code in DiagnosticPagesTests.pages where code.hasPrefix("limit-") {
            let row = try #require(rows.first { $0[0].contains("[`\(code)`](../diagnostics/\(code).md)") }, "\(code)")
            // What is forbidden altogether has no number.
            guard code != "limit-aliases" else { continue }
            #expect(Self.numbers(in: row[1]) == [try #require(limits[code], "\(code)")], "\(code)")
        }
        let step = StepLimits()
        let others = [
            DefinitionLimits.repetitions, DefinitionLimits.nameBytes, DefinitionLimits.configurations,
            DefinitionLimits.choices, DefinitionLimits.exploration, ForEach.mostElements, ForEach.mostConcurrent,
            Options().length, Options().steps,
            Options().depth, Options().size, step.turns, step.effects, step.expressionSteps, step.contextBytes,
            step.eventBytes, step.snapshotBytes,
        ]
        #expect(Set(others).subtracting(Self.numbers(in: guide.text)) == [])
    }

    /// `2,000` is one number.
    private static func numbers(in text: String) -> [Int] {
        text.matches(of: /[0-9]+(,[0-9]{3})*/).compactMap { Int($0.output.0.filter { $0 != "," }) }
    }

    @Test(arguments: languages) func `the reference's expressions have these values`(language: String) throws {
        let guide = try Guide(page: "reference", language: language)
        let base = try #require(guide.yaml.first { $0.hasPrefix("workflow: example") }.flatMap(Syntax.read))
        let tables = guide.tables.filter { ["expression", "表达式"].contains($0.head[0]) && $0.head.count == 2 }
        let rows = tables.flatMap(\.rows)
        #expect(rows.count > 120)
        for row in rows {
            let expression = try #require(row[0].wholeMatch(of: /`(.+)`/)).output.1
            let found = try Self.evaluate(String(expression), in: base)
            if let written = row[1].wholeMatch(of: /`(.+)`/) {
                #expect(found == (try Value(json: String(written.output.1))), "\(expression)")
            } else {
                #expect(["error", "错误"].contains { row[1].hasPrefix($0) }, "\(row[1])")
                #expect(found == nil, "\(expression)")
            }
        }
    }

    /// In the first state of an instance; nil: an error.
    private static func evaluate(_ expression: String, in base: Syntax) throws -> Value? {
        let probe = OrderedJSON.map([
            ("on", ["probe": ["actions": ["assign": .map([("result", .string(expression))])]]])
        ])
        let definition = base.merged(with: try #require(Syntax.read(probe.json)))
        guard let chart = Definition.compile(definition.ordered.json, file: "probe").chart else { return nil }
        var simulation = Simulation(Machine(chart), now: try #require(Timestamp("2026-03-02T01:00:00Z")))
        _ = simulation.run(try Script([["send": "probe"]]))
        return simulation.snapshot?.context["result"]
    }

    @Test(arguments: languages) func `the reference names every function`(language: String) throws {
        let text = try Guide(page: "reference", language: language).text
        for name in StepActivation.functions { #expect(text.contains("`\(name)("), "\(name)") }
    }
}

extension ValueMap.Key {
    fileprivate var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }
}
