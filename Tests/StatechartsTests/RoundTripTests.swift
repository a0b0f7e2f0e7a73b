import Foundation
import Testing
import Values

@testable import Statecharts

/// Definitions that went through another language and came back.
enum RoundTrip {
    static func definition(_ text: String, through format: Conversion.Format) throws -> String {
        let (chart, diagnostics) = Definition.compile(text, file: "before")
        let written = Conversion.write(try #require(chart, "\(diagnostics.map(\.message))"), as: format).text
        let (imported, notes) = Conversion.read(written, from: format, file: "written")
        let yaml = try #require(imported, "\(notes.map { $0.rendered(in: written) })\n\(written)").yaml
        // What we write ourselves is read back without placeholders.
        #expect(notes.isEmpty, "\(notes.map { $0.rendered(in: written) })")
        return yaml
    }

    static func chart(_ text: String) throws -> Chart {
        let (chart, diagnostics) = Definition.compile(text, file: "chart")
        let errors = diagnostics.filter { $0.severity == .error }
        return try #require(chart, "\(errors.map { $0.rendered(in: text) }.joined(separator: "\n"))\n\(text)")
    }

    /// Lines that only one of two charts has.
    static func difference(_ after: Chart, _ before: Chart) -> [String] {
        let difference = Self.meaning(after).difference(from: Self.meaning(before))
        return difference.map { change in
            switch change {
            case .insert(_, let line, _): "+ \(line)"
            case .remove(_, let line, _): "- \(line)"
            }
        }
    }

    /// What a chart means: states in document order with all that is inside of them, one line each.
    static func meaning(_ chart: Chart) -> [String] {
        var lines: [String] = []
        func paths(_ ids: [Int]) -> [String] { ids.map { chart.states[$0].path } }
        for state in chart.states {
            var line = "\(state.path) \(state.kind) \(state.tags) \(state.title?.plain("zh") ?? "-") \(state.meta.json)"
            if state.kind == .compound { line += " initial \(paths(state.initial?.targets ?? []))" }
            line += " starting \(ActionText.lines(state.initial?.actions ?? []))"
            line += " entry \(state.entry.map(ActionText.lines)) exit \(state.exit.map(ActionText.lines))"
            // What one text says under `onDone` and another under `on` is the same but for the results of atomic states.
            if state.kind == .atomic { line += " done \(state.hasOnDone)" }
            line += " invoke \(state.invocations.map(\.id))"
            lines.append(line)
            var timers: [String: String] = [:]
            for timer in state.timers {
                let key = String(timer.event.dropFirst(6).dropLast(state.path.count + 1))
                timers[timer.event] = DelayText.milliseconds(key).map { "after \($0) ms" } ?? "after \(key)"
            }
            lines += timers.values.sorted().map { "  \(state.path) \($0)" }
            // Those of one event in their order; that of different ones says nothing.
            var transitions: [(event: String, text: String)] = []
            for index in state.eventTransitions + state.always {
                let transition = chart.transitions[index]
                var targets = transition.targets
                let isInside = targets.allSatisfy { $0 >= state.id && $0 <= state.lastDescendant } && !targets.isEmpty
                if isInside, !transition.reenter, state.kind == .atomic { targets = [] }
                let rest = [
                    transition.guardCondition?.source ?? "-", "\(paths(targets))",
                    "\(isInside && transition.reenter)", "\(ActionText.lines(transition.actions))",
                ].joined(separator: " | ")
                var events = transition.descriptors.map { descriptor in
                    if case .exact(let name) = descriptor, let timer = timers[name] { return timer }
                    return "\(descriptor)"
                }
                if events.isEmpty { events = ["always"] }
                transitions += events.map { ($0, rest) }
            }
            for event in Set(transitions.map(\.event)).sorted() {
                lines += transitions.filter { $0.event == event }.map { "  \(state.path) \(event) \($0.text)" }
            }
        }
        return lines
    }
}

@Suite struct RoundTripTests {
    private static let specimen = """
        workflow: specimen
        title: {en: Specimen, zh: 样例}
        schema: {type: object, properties: {a: {type: integer}}}
        context: {a: 1, list: [1, 2], text: 'yes', odd: "a: b # c\\nd", 'no': {x: null}}
        search: [a]
        events: {go: {title: Go, for: {roles: [pm]}}, tick.one: {}, late: {}}
        let: {ready: context.a > 1}
        delays: {soon: P1D + 2 workdays}
        actions: {tell: [{notify: {to: {roles: [pm]}, subject: "é ${context.a}"}}, {log: {message: x, level: debug}}]}
        actors: {job: {id: job, src: worker, topic: t, retry: {attempts: 3, first: PT5S}, onError: work}}
        initial: {target: work.open, actions: tell}
        states:
          work:
            title: {en: Work, zh: 工作}
            description: Where it begins
            tags: [stage, 'chain:x']
            entry:
              - assign: {a: context.a + 1, b: "'x'"}
              - {if: ready, actions: [tell], else: [{if: context.a == 0, actions: [{cancel: later}]}]}
              - forEach: {in: context.list, as: n, index: i, actions: [{raise: {event: tick, data: n + i, delay: soon, id: later}}]}
            exit: {send: {to: "#human", event: bye, data: {x: now}, ttl: PT1H}}
            on:
              go: {target: both, guard: 'ready && inState("#open")', actions: [tell]}
              tick.*: [{guard: hasTag("stage"), target: .done}, {target: .open, reenter: true}]
            after: {soon: both, PT15M: {actions: tell}}
            onDone: both
            states:
              open: {id: open, invoke: [{id: human, src: human, candidates: {roles: [pm]}, form: {type: object}, outcomes: {ok: {title: OK}}, onDone: done}, job]}
              done: {type: final, output: {sum: context.a + 1}}
              back: {type: history, history: deep, target: open}
          both:
            type: parallel
            meta: {color: red}
            onDone: end
            states:
              left: {states: {l: {always: [{guard: context.a == 1, target: m}]}, m: {type: final}}}
              right: {invoke: {src: http, url: "https://x.test/${context.a}", expect: response.status == 200, onError: "#open"}}
          work2: {on: [{event: ['*', late], guard: ready, target: work.back}, {event: late, target: end}]}
          end: {type: final}

        """

    @Test(arguments: Conversion.Format.allCases)
    func `a definition comes back with the same meaning`(format: Conversion.Format) throws {
        let before = try RoundTrip.chart(Self.specimen)
        let text = try RoundTrip.definition(Self.specimen, through: format)
        let after = try RoundTrip.chart(text)
        var expected = RoundTrip.meaning(before)
        var found = RoundTrip.meaning(after)
        if format == .xstate {
            // Lists by event say the same in more lines.
            expected.removeAll { $0.hasPrefix("  work2 ") }
            found.removeAll { $0.hasPrefix("  work2 ") }
        }
        #expect(found == expected, "\(text)")
        #expect(after.contextDefaults == before.contextDefaults)
        #expect(after.title?.plain("zh") == "样例")
        #expect(after.events?.keys.sorted() == before.events?.keys.sorted())
    }

    @Test(arguments: Conversion.Format.allCases)
    func `a workflow of the repository comes back, and its scenarios go as they say`(format: Conversion.Format) throws {
        let folder = SimulationScenarioTests.folder
        for name in SimulationScenarioTests.scenarios {
            let file = folder.appending(path: name)
            let value = try #require(
                YAMLValue.parse(try String(contentsOf: file, encoding: .utf8), file: name).value)
            let scenario = try Scenario(value)
            guard scenario.children.isEmpty else { continue }
            let url = file.deletingLastPathComponent().appending(path: scenario.workflow).standardized
            let text = try String(contentsOf: url, encoding: .utf8)
            let chart = try RoundTrip.chart(try RoundTrip.definition(text, through: format))
            #expect(RoundTrip.difference(chart, try RoundTrip.chart(text)) == [])
            var simulation = Simulation(Machine(chart), now: scenario.now)
            _ = simulation.run(scenario.script, data: scenario.startData, by: scenario.startedBy)
            #expect(simulation.differences == [], "\(name)")
        }
    }
}

@Suite(.enabled(if: ConformanceData.isPresent, "the conformance data is not here"))
struct RoundTripConformanceTests {
    @Test(arguments: ConformanceCase.all)
    func `a chart that went through SCXML is in the states that the specification says`(item: ConformanceCase) throws {
        guard ConformanceCase.gaps[item.name] == nil else { return }
        let differences = try item.run { try RoundTrip.definition($0, through: .scxml) }
        #expect(differences.isEmpty, "\(item.name): \(differences.joined(separator: "\n"))")
    }

    @Test(arguments: ConformanceCase.all)
    func `a chart that went through XState is in the same states`(item: ConformanceCase) throws {
        guard ConformanceCase.gaps[item.name] == nil else { return }
        let differences = try item.run { try RoundTrip.definition($0, through: .xstate) }
        #expect(differences.isEmpty, "\(item.name): \(differences.joined(separator: "\n"))")
    }

    @Test func `real charts keep their states and transitions`() throws {
        for item in ConformanceData.cases("charts.json") {
            let name = item["name"]?.string ?? "?"
            let text = try ConformanceChart(item["chart"] ?? .null, name: name).definition
            let before = try RoundTrip.chart(text)
            for format in [Conversion.Format.xstate, .scxml] {
                let after = try RoundTrip.chart(try RoundTrip.definition(text, through: format))
                #expect(RoundTrip.difference(after, before) == [], "\(name) \(format)")
            }
        }
    }
}
