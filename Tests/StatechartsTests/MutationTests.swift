import Foundation
import Testing

@testable import Statecharts

/// Of 300 typical mistakes, nearly all that change what a workflow does are found before it is deployed.
@Suite struct MutationTests {
    private struct Original: Sendable {
        var name: String
        var text: String
        var walks: Walks
        var known: Set<String>
    }

    private static let count = 300
    private static let required = 0.95
    /// Beside them, counted apart: changes after which the workflow is another one, and as sensible.
    private static let others = 36

    /// The shipped workflows, and charts of other kinds.
    static let texts: [(name: String, text: String)] = {
        var root = URL(filePath: #filePath).deletingLastPathComponent()
        while root.path() != "/", !FileManager.default.fileExists(atPath: root.appending(path: "Package.swift").path())
        {
            root.deleteLastPathComponent()
        }
        let folder = root.appending(path: "workflows")
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []).sorted()
        let shipped = names.compactMap { name -> (name: String, text: String)? in
            let file = folder.appending(path: name).appending(path: "workflow.yaml")
            return (try? String(contentsOf: file, encoding: .utf8)).map { (name, $0) }
        }
        return shipped + MutationCorpus.all
    }()

    private static func message(_ diagnostic: Diagnostic) -> String? {
        // What refers to other lines differs when lines move.
        guard diagnostic.severity != .note else { return nil }
        return diagnostic.code + " " + diagnostic.message.filter { !$0.isNumber }
    }

    private static func original(_ name: String, _ text: String) throws -> Original {
        let (chart, diagnostics) = Definition.compile(text, file: name)
        #expect(diagnostics.isEmpty, "\(name): \(diagnostics.map { $0.rendered(in: text) }.joined())")
        let machine = Machine(try #require(chart))
        let walks = Walks(machine, count: 14 + machine.chart.transitions.count / 3, length: 16, seed: 1)
        #expect(walks.coverage > 0.7, "\(name): the walks take \(Int(walks.coverage * 100)) % of the transitions")
        return Original(name: name, text: text, walks: walks, known: Set(diagnostics.compactMap { self.message($0) }))
    }

    private struct Tally {
        var made = 0
        var changing = 0
        var caught = 0
        var missed: [String] = []
    }

    @Test func `typical mistakes are found`() throws {
        let originals = try Self.texts.map { try Self.original($0.name, $0.text) }
        let kinds = Mistake.allCases.filter { !$0.isDifferentProgram }
        let others = Mistake.allCases.filter(\.isDifferentProgram)
        var tallies: [Mistake: Tally] = [:]
        for number in 0..<(Self.count + Self.others) {
            let kind = number < Self.count ? kinds[number % kinds.count] : others[number % others.count]
            let (original, mutant) = try #require(Self.mutant(kind, UInt64(number), originals), "\(kind) \(number)")
            let (chart, diagnostics) = Definition.compile(mutant.text, file: original.name)
            let isChanging =
                chart.map { original.walks.differ(from: Machine($0), renamed: mutant.renamed) } ?? true
            let isCaught = diagnostics.contains { Self.message($0).map { !original.known.contains($0) } ?? false }
            tallies[kind, default: Tally()].made += 1
            guard isChanging else { continue }
            tallies[kind, default: Tally()].changing += 1
            if isCaught {
                tallies[kind, default: Tally()].caught += 1
            } else {
                tallies[kind, default: Tally()].missed.append("\(number) in \(original.name): \(mutant.what)")
            }
        }
        let changing = kinds.reduce(0) { $0 + (tallies[$1]?.changing ?? 0) }
        let caught = kinds.reduce(0) { $0 + (tallies[$1]?.caught ?? 0) }
        print(Self.table(Mistake.allCases.map { ($0, tallies[$0] ?? Tally()) }, changing: changing, caught: caught))
        #expect(changing > Self.count / 2)
        #expect(Double(caught) >= Self.required * Double(changing), "\(caught) of \(changing)")
    }

    /// Half of them are made in the shipped workflows.
    private static func mutant(_ kind: Mistake, _ number: UInt64, _ originals: [Original]) -> (Original, Mutant)? {
        let shipped = originals.count - MutationCorpus.all.count
        for attempt in 0..<200 as Range<UInt64> {
            var random = SplitMix64(seed: number &* 1_000_003 &+ attempt)
            let isShipped = attempt < 40 && number % 2 == 0
            let index = isShipped ? random.next(below: shipped) : random.next(below: originals.count)
            let original = originals[index]
            guard var mutator = Mutator(original.text, random: random), let mutant = mutator.make(kind) else {
                continue
            }
            if mutant.text != original.text { return (original, mutant) }
        }
        return nil
    }

    private static func table(_ rows: [(Mistake, Tally)], changing: Int, caught: Int) -> String {
        func cell(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(0, width - text.count))
        }
        var lines = [cell("mistake", 34) + cell("made", 8) + cell("changing", 10) + "caught"]
        for (kind, tally) in rows {
            lines.append(
                cell(kind.rawValue + (kind.isDifferentProgram ? " (not counted)" : ""), 34) + cell("\(tally.made)", 8)
                    + cell("\(tally.changing)", 10) + "\(tally.caught)")
            lines += tally.missed.map { "    not found: \($0)" }
        }
        let score = Double(caught) / Double(max(changing, 1)) * 100
        lines.append(
            "\(caught) of \(changing) mistakes that change what happens are found: \((score * 10).rounded() / 10) %")
        return lines.joined(separator: "\n")
    }
}
