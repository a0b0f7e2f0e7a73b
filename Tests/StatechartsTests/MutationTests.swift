import Foundation
import Testing
import Values

@testable import Statecharts

/// Of 300 typical mistakes, nearly all that change what a workflow does are found before it is deployed.
///
/// Two kinds are counted apart, and are not among the 300: two targets of one state swapped, and a target copied from another
/// place. Both leave a workflow in which every state can be entered and left and every name is known; that "agree" was meant
/// to lead on and "refuse" to the end is said nowhere in the text. What gives some of them away is found all the same (a state
/// that is not reached any more, an end that is not, a transition that repeats its neighbour, an event that does not lead to
/// the state of its name). Both scores are printed.
@Suite struct MutationTests {
    private struct Original: Sendable {
        var name: String
        var text: String
        var outline: Outline
        var walks: Walks
        var known: Set<String>
    }

    private static let count: UInt64 = 300
    private static let required = 0.95
    /// Beside them, counted apart: changes after which the workflow is another one, and as sensible.
    private static let others: UInt64 = 36

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
        return diagnostic.code + " " + diagnostic.message.english.filter { !$0.isNumber }
    }

    private static func original(_ name: String, _ text: String) throws -> Original {
        let (chart, diagnostics) = Definition.compile(text, file: name)
        #expect(diagnostics.isEmpty, "\(name): \(diagnostics.map { $0.rendered(in: text) }.joined())")
        let machine = Machine(try #require(chart))
        let walks = Walks(machine, count: 14 + machine.chart.transitions.count / 3, length: 16, seed: 1)
        #expect(walks.coverage > 0.7, "\(name): the walks take \(Int(walks.coverage * 100)) % of the transitions")
        return Original(
            name: name, text: text, outline: try #require(Outline(text)), walks: walks,
            known: Set(diagnostics.compactMap { self.message($0) }))
    }

    private struct Verdict: Sendable {
        var kind: Mistake
        var what: String
        var isChanging: Bool
        var isCaught: Bool
        var untranslated: [String]
    }

    private static func verdict(_ number: UInt64, _ originals: [Original]) throws -> Verdict {
        let kinds = Mistake.allCases.filter { $0.isDifferentProgram == (number >= Self.count) }
        let kind = kinds[Int(number) % kinds.count]
        let (original, mutant) = try #require(Self.mutant(kind, number, originals), "\(kind) \(number)")
        let (chart, diagnostics) = Definition.compile(mutant.text, file: original.name)
        let isCaught = diagnostics.contains { Self.message($0).map { !original.known.contains($0) } ?? false }
        // What does not compile does nothing any more.
        let isChanging = chart.map { original.walks.differ(from: Machine($0), renamed: mutant.renamed) } ?? true
        return Verdict(
            kind: kind, what: "\(number) in \(original.name): \(mutant.what)", isChanging: isChanging,
            isCaught: isCaught, untranslated: diagnostics.flatMap(\.untranslated))
    }

    @Test func `typical mistakes are found`() async throws {
        let originals = try Self.texts.map { try Self.original($0.name, $0.text) }
        let total = Self.count + Self.others
        let width: UInt64 = 8
        var verdicts: [Verdict] = []
        try await withThrowingTaskGroup(of: [Verdict].self) { group in
            for part in 0..<width {
                group.addTask {
                    try stride(from: part, to: total, by: Int(width)).map { try Self.verdict($0, originals) }
                }
            }
            for try await part in group { verdicts += part }
        }
        let counted = Score(verdicts.filter { !$0.kind.isDifferentProgram })
        let apart = Score(verdicts.filter(\.kind.isDifferentProgram))
        let table = Mistake.allCases.map { kind in Self.row(kind, verdicts.filter { $0.kind == kind }) }
        print(
            """
            \(Self.cell("mistake", 34))\(Self.cell("made", 8))\(Self.cell("changing", 10))caught
            \(table.joined(separator: "\n"))
            \(counted) of the mistakes that change what happens are found; of other, equally sensible workflows \(apart)
            """)
        #expect(counted.changing > Int(Self.count) / 2)
        #expect(Set(verdicts.flatMap(\.untranslated)).sorted() == [])
        #expect(counted.share >= Self.required, "\(counted)")
    }

    /// How many of those that change what happens are found.
    private struct Score: CustomStringConvertible {
        var caught: Int
        var changing: Int

        init(_ verdicts: [Verdict]) {
            let changing = verdicts.filter(\.isChanging)
            self.changing = changing.count
            self.caught = changing.count(where: \.isCaught)
        }

        var share: Double { Double(self.caught) / Double(max(self.changing, 1)) }
        var description: String { "\(self.caught) of \(self.changing) (\((self.share * 1000).rounded() / 10) %)" }
    }

    private static func cell(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func row(_ kind: Mistake, _ verdicts: [Verdict]) -> String {
        let score = Score(verdicts)
        let name = kind.rawValue + (kind.isDifferentProgram ? " (apart)" : "")
        let missed = verdicts.filter { $0.isChanging && !$0.isCaught }.map(\.what).sorted()
        return
            ([cell(name, 34) + cell("\(verdicts.count)", 8) + cell("\(score.changing)", 10) + "\(score.caught)"]
            + missed.map { "    not found: \($0)" }).joined(separator: "\n")
    }

    /// Half of them are made in the shipped workflows.
    private static func mutant(_ kind: Mistake, _ number: UInt64, _ originals: [Original]) -> (Original, Mutant)? {
        let shipped = originals.count - MutationCorpus.all.count
        for attempt in 0..<200 as Range<UInt64> {
            var random = SplitMix64(seed: number &* 1_000_003 &+ attempt)
            let isShipped = attempt < 40 && number % 2 == 0
            let index = isShipped ? random.next(below: shipped) : random.next(below: originals.count)
            let original = originals[index]
            var mutator = Mutator(outline: original.outline, random: random)
            guard let mutant = mutator.make(kind) else { continue }
            if mutant.text != original.text { return (original, mutant) }
        }
        return nil
    }
}
