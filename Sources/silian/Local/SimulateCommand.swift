import ArgumentParser
import Foundation
import Statecharts
import Values

struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Run a definition in memory on a virtual clock.",
        discussion: """
            FILE is a definition (with --script), a scenario file, or a folder in which all scenarios are run.

            Examples:
              silian simulate workflows
              silian simulate workflows/achievement/scenarios/straight.yaml
              silian simulate gate.yaml --script '[{"send": "gate.requested"}, {"advance": "5 workdays"}]'
            """)

    @Argument(help: "A definition, a scenario file, or a folder.") var file: String
    @Option(help: ArgumentHelp("Definition of a child workflow; may be repeated.", valueName: "file")) var with:
        [String] = []
    @Option(help: "Steps: a JSON or YAML list, or @file.") var script: String?
    @Option(help: "Start data: JSON or @file.") var data: String?
    @Option(help: "Time at the start, RFC 3339.") var now: String?
    @Option(help: ArgumentHelp("A calendar, YAML or JSON.", valueName: "file")) var calendar: String?
    @Flag(help: "Print how often each state was entered and each transition taken.") var coverage = false
    @Flag(help: "Ignore unhandled errors, as SCXML has it.") var scxml = false
    @OptionGroup var output: OutputOptions

    func run() async throws {
        var isFolder: ObjCBool = false
        guard unsafe FileManager.default.fileExists(atPath: self.file, isDirectory: &isFolder) else {
            throw Failure.usage("There is no file or folder \(self.file).")
        }
        if isFolder.boolValue {
            try self.refuseOwn("a folder of scenarios")
            return try self.runFolder()
        }
        let content = try self.read(try DefinitionFiles.text(self.file), file: self.file)
        if Scenario.isMeant(by: content) {
            try self.refuseOwn("a scenario")
            let run = try self.runScenario(self.file, content)
            for line in run.lines { try Console.json(line) }
            if self.coverage { try self.printCoverage([run.coverage]) }
            return try Self.end(run.differences)
        }
        try self.runScript()
    }

    private var language: String { self.output.language.rawValue }

    /// A scenario says by itself what it starts with.
    private func refuseOwn(_ kind: String) throws(Failure) {
        let given = [("--script", self.script), ("--data", self.data), ("--now", self.now)].filter { $0.1 != nil }
        guard let option = given.first?.0 else { return }
        throw .usage("\(option) goes with a definition; \(self.file) is \(kind), which says its own.")
    }

    /// One run: its lines, what differed, and what it covered.
    struct Run {
        var lines: [Value]
        var differences: [String]
        var coverage: Coverage
    }

    private func runFolder() throws {
        let files = DefinitionFiles.scenarios(in: self.file)
        guard !files.isEmpty else { throw Failure.usage("\(self.file) holds no scenarios (scenarios/*.yaml).") }
        var runs: [Run] = []
        for (index, file) in files.enumerated() {
            if files.count > 20 { Console.progress(index + 1, of: files.count, label: "scenarios") }
            let run = try self.runScenario(file, try self.read(try DefinitionFiles.text(file), file: file))
            runs.append(run)
            if self.output.json {
                try Console.json([
                    "scenario": .string(file), "passed": .bool(run.differences.isEmpty),
                    "steps": .int(Int64(run.lines.count)),
                    "differences": .list(run.differences.map { .string($0) }),
                ])
            } else {
                try Console.out("\(run.differences.isEmpty ? "✓" : "✗") \(file)")
                for difference in run.differences { try Console.out("    \(difference)") }
            }
        }
        if self.coverage { try self.printCoverage(runs.map(\.coverage)) }
        let failed = runs.count { !$0.differences.isEmpty }
        if !self.output.json {
            let (noun, passed) = (runs.count == 1 ? "scenario" : "scenarios", runs.count - failed)
            try Console.out(
                self.output.language.pick(
                    "\(runs.count) \(noun): \(passed) passed, \(failed) failed.",
                    "\(runs.count) 个场景：通过 \(passed) 个，失败 \(failed) 个。"))
        }
        if failed > 0 { throw ExitCode(1) }
    }

    private func runScenario(_ file: String, _ content: Value) throws -> Run {
        let folder = (file as NSString).deletingLastPathComponent
        func path(_ relative: String) -> String { (folder as NSString).appendingPathComponent(relative) }
        let scenario: Scenario
        do throws(ScriptError) {
            scenario = try Scenario(content)
        } catch {
            throw Failure.refused("\(file): \(error.text(in: self.language))")
        }
        let calendar =
            switch scenario.calendar {
            case .string(let relative): try self.readCalendar(path(relative))
            case .null: try self.chosenCalendar()
            case let value: try Self.calendar(value, file: file)
            }
        let chart = try LocalDefinition.chart(path(scenario.workflow), self.output.language)
        var simulation = Simulation(
            Machine(chart), children: try self.children(scenario.children.map(path)), now: scenario.now,
            calendar: calendar, ignoresUnhandledErrors: self.scxml)
        simulation.language = self.language
        let lines = simulation.run(scenario.script, data: scenario.startData, by: scenario.startedBy)
        return Run(lines: lines, differences: simulation.differences(in: self.language), coverage: simulation.coverage)
    }

    private func runScript() throws {
        let chart = try LocalDefinition.chart(self.file, self.output.language)
        let steps = try self.scriptValue()
        let script: Script
        do throws(ScriptError) {
            script = try Script(steps)
        } catch {
            throw Failure.usage("--script: \(error.text(in: self.language))")
        }
        var start = Simulation.defaultNow
        if let now {
            guard let time = Timestamp(now) else { throw Failure.usage("--now is an RFC 3339 time, not '\(now)'.") }
            start = time
        }
        var simulation = Simulation(
            Machine(chart), children: try self.children([]), now: start, calendar: try self.chosenCalendar(),
            ignoresUnhandledErrors: self.scxml)
        simulation.language = self.language
        let data = self.data == nil ? Value.null : try JSONArgument.parse(self.data, option: "--data")
        for line in simulation.run(script, data: data) { try Console.json(line) }
        if self.coverage {
            try self.printCoverage([simulation.coverage])
        }
        try Self.end(simulation.differences(in: self.language))
    }

    private func children(_ files: [String]) throws -> [Machine] {
        try (files + self.with).map { Machine(try LocalDefinition.chart($0, self.output.language)) }
    }

    private func scriptValue() throws -> Value {
        guard let script = self.script else { return .list([]) }
        if script.hasPrefix("@") {
            let file = String(script.dropFirst())
            return try self.read(try DefinitionFiles.text(file), file: file)
        }
        return try self.read(script, file: "--script")
    }

    private func chosenCalendar() throws -> WorkCalendar { try self.calendar.map(self.readCalendar) ?? .default }

    private func readCalendar(_ file: String) throws -> WorkCalendar {
        try Self.calendar(try self.read(try DefinitionFiles.text(file), file: file), file: file)
    }

    private static func calendar(_ value: Value, file: String) throws -> WorkCalendar {
        guard let calendar = WorkCalendar(decoding: value) else {
            throw Failure.refused(
                "\(file): a calendar is {name, zone, weekend: [6, 7], exceptions: {\"2026-10-01\": false}}.")
        }
        return calendar
    }

    private func read(_ text: String, file: String) throws -> Value {
        let (value, diagnostics) = YAMLValue.parse(text, file: file)
        guard let value else {
            throw Failure.refused(
                diagnostics.map { $0.rendered(in: text, language: self.language) }.joined(separator: "\n\n"))
        }
        return value
    }

    private static func end(_ differences: [String]) throws {
        guard !differences.isEmpty else { return }
        for difference in differences { Console.error("✗ \(difference)") }
        throw ExitCode(1)
    }

    /// Runs of the same definition are added up.
    private func printCoverage(_ runs: [Coverage]) throws {
        for total in Coverage.merged(runs) {
            if self.output.json {
                try Console.json(total.encoded)
                continue
            }
            let words = self.output.language
            let root = words.pick("(root)", "（根）")
            func count(_ times: Int) -> String { times == 0 ? words.pick("never", "从未") : "\(times)" }
            let (states, transitions) = (total.states.count, total.transitions.count)
            let summary = words.pick(
                "\(total.enteredStates) of \(states) states entered, "
                    + "\(total.takenTransitions) of \(transitions) transitions taken",
                "进入 \(total.enteredStates)/\(states) 个状态，执行 \(total.takenTransitions)/\(transitions) 个转移")
            try Console.out("\n\(Console.bold(total.chart.workflow)): \(summary)")
            var entries = Table(header: [words.pick("ENTERED", "进入"), words.pick("STATE", "状态")])
            entries.rows = total.states.map { [count($0.entries), $0.path.isEmpty ? root : $0.path] }
            try Console.out(entries.rendered())
            var moves = Table(
                header: [
                    words.pick("TAKEN", "执行"), words.pick("LINE", "行"), words.pick("FROM", "从"),
                    words.pick("ON", "事件"), words.pick("TO", "到"),
                ])
            moves.rows = total.rows.map { row in
                let source = row.source.isEmpty ? root : row.source
                let targets = row.targets.isEmpty ? "–" : row.targets.joined(separator: ", ")
                return [count(row.taken), "\(row.line)", source, row.event, targets]
            }
            try Console.out("\n\(moves.rendered())")
        }
    }
}
