import CEL
import Foundation
import JSONSchema
import Testing
import Values

@testable import Statecharts

/// Nothing from outside can trap: inputs without end, for as long as `SILIAN_FUZZ_SECONDS` says (`make fuzz`).
///
/// Without it only a few are tried, so that this code keeps working. `SILIAN_FUZZ_SEED` repeats a run. Before an input is
/// tried it is written to `silian-fuzz-<target>.txt` in the temporary folder: after a crash it is the one.
@Suite struct FuzzTests {
    enum Target: String, CaseIterable, Sendable { case definitions, conversions, expressions, json, schemas, snapshots }

    private static let corpus = Corpus()
    private static let environment = ProcessInfo.processInfo.environment
    private static let seconds = Self.environment["SILIAN_FUZZ_SECONDS"].flatMap(Double.init) ?? 0
    private static let seed = Self.environment["SILIAN_FUZZ_SEED"].flatMap(UInt64.init)

    @Test(arguments: Target.allCases)
    func `no input traps`(target: Target) throws {
        let isLong = Self.seconds > 0
        let seed = Self.seed ?? (isLong ? UInt64.random(in: 0...UInt64.max) : 1)
        var random = SplitMix64(seed: seed)
        let corpus = Self.corpus
        let end = ContinuousClock().now.advanced(by: .seconds(Self.seconds))
        let file = FileManager.default.temporaryDirectory.appending(path: "silian-fuzz-\(target.rawValue).txt")
        var count = 0
        while isLong ? ContinuousClock().now < end : count < 8 {
            let input = corpus.input(for: target, &random)
            if isLong { try Data(input.utf8).write(to: file) }
            Self.attempt(target, input, &random)
            count += 1
        }
        if isLong {
            try FileManager.default.removeItem(at: file)
            print("\(target.rawValue): \(count) inputs in \(Int(Self.seconds)) s, seed \(seed)")
        }
    }

    private static func attempt(_ target: Target, _ input: String, _ random: inout SplitMix64) {
        switch target {
        case .definitions: Self.define(input, &random)
        case .conversions:
            for format in Conversion.Format.allCases {
                guard let imported = Conversion.read(input, from: format, file: "fuzz").imported else { continue }
                Self.define(imported.yaml, &random)
            }
        case .expressions: Self.evaluate(input)
        case .json:
            guard let value = try? Value(json: input) else { return }
            #expect((try? Value(json: value.json)) == value, "\(input)")
        case .schemas:
            let parts = input.split(separator: "\u{1F}").map { try? Value(json: String($0)) }
            guard let first = parts.first, let source = first, let schema = try? Schema(source) else { return }
            for case .some(let value) in parts { #expect(schema.validate(value) == schema.validate(value)) }
            _ = schema.fields
            _ = SchemaTypes.type(of: schema)
        case .snapshots:
            guard let snapshot = try? Snapshot(json: Array(input.utf8)) else { return }
            #expect((try? Snapshot(json: snapshot.json))?.json == snapshot.json, "\(input)")
        }
    }

    /// Compiled, shown, drawn, written as another language, and run for a few steps.
    private static func define(_ text: String, _ random: inout SplitMix64) {
        let (chart, diagnostics) = Definition.compile(text, file: "fuzz.yaml")
        #expect((chart == nil) == diagnostics.contains { $0.severity == .error })
        for diagnostic in diagnostics { _ = diagnostic.rendered(in: text, language: "zh") }
        guard let chart else { return }
        _ = Mermaid().draw(chart)
        _ = SVG().draw(chart)
        for format in Conversion.Format.allCases { _ = Conversion.write(chart, as: format) }
        _ = Walks(Machine(chart), count: 2, length: 6, seed: random.next())
    }

    private static func evaluate(_ text: String) {
        var options = Options()
        options.functions = Machine.functions
        _ = Condition(text, options: options)
        guard let program = try? Program(text, options: options) else { return }
        let context: Value = [
            "trl": 4, "list": [1, 2.5, "x", .null], "a": "b", "b": ["c": true], "due": "2026-03-02T00:00:00Z",
        ]
        let event: Value = ["type": "go", "data": ["outcome": "yes", "amount": 3, "list": [["score": 1]]]]
        let now = Value.timestamp(Specimen.monday)
        var budget = 100_000
        let result = try? program.evaluate(
            Variables(["context": context, "event": event, "now": now, "n": 3, "cast": 2, "x": -1]), budget: &budget)
        if let result { _ = try? result.asJSON() }
    }

    /// What inputs are made of.
    private struct Corpus {
        var definitions: [String] = []
        var outlines: [Outline] = []
        var expressions = DamageTests.expressions
        var foreign: [String] = []
        var json: [String] = [
            "[1,-0.0,1e308,\"\\ud83d\\ude00\\n\",{\"a\":null,\"\":[true,false]}]",
            "{\"a\":{\"b\":[0.1,9223372036854775807]}}",
        ]
        var schemas: [String] = [
            ##"{"type":"object","properties":{"a":{"$ref":"#/$defs/a"}},"$defs":{"a":{"type":["string","null"],"pattern":"^a(b|c)*$","format":"date"}}}"##,
            ##"{"anyOf":[{"minimum":1.5,"multipleOf":0.1},{"maxLength":3},{"items":{"not":{"const":1}},"uniqueItems":true,"contains":{"enum":[2]}}]}"##,
            ##"{"patternProperties":{"^x-":{"type":"integer"}},"additionalProperties":false,"propertyNames":{"maxLength":9},"dependentRequired":{"a":["b"]}}"##,
        ]
        var snapshots: [String] = []

        init() {
            for (name, text) in MutationTests.texts {
                self.definitions.append(text)
                guard let outline = Outline(text) else { continue }
                self.outlines.append(outline)
                self.expressions += outline.spots { $0.isExpression }.map { $0.value.text }
                self.schemas += outline.spots { $0.key == "schema" || $0.key == "form" }.map { $0.value.value.json }
                self.json.append(outline.all.first?.value.value.json ?? "0")
                guard let chart = Definition.compile(text, file: name).chart else { continue }
                self.foreign += [Conversion.write(chart, as: .scxml).text, Conversion.write(chart, as: .xstate).text]
                let walks = Walks(Machine(chart), count: 3, length: 12, seed: 3)
                self.snapshots += walks.nodes.map { String(decoding: $0.move.did.snapshot, as: UTF8.self) }
                    .filter { !$0.isEmpty }
            }
        }

        func input(for target: Target, _ random: inout SplitMix64) -> String {
            switch target {
            case .definitions:
                let place = random.next(below: self.outlines.count)
                guard random.next(below: 2) == 0 else { return Self.damaged(self.definitions, &random) }
                var mutator = Mutator(outline: self.outlines[place], random: SplitMix64(seed: random.next()))
                let mistake = Mistake.allCases[random.next(below: Mistake.allCases.count)]
                return mutator.make(mistake)?.text ?? self.definitions[place]
            case .conversions: return Self.damaged(self.foreign, &random)
            case .expressions: return Self.damaged(self.expressions, &random)
            case .json: return Self.damaged(self.json, &random)
            case .schemas: return Self.damaged(self.schemas, &random) + "\u{1F}" + Self.damaged(self.json, &random)
            case .snapshots: return Self.damaged(self.snapshots, &random)
            }
        }

        private static let tokens = [
            "null", "{", "}", "[", "]", ":", ",", "\"", "'", "\\", "\\u0000", "\\ud800", "1e999", "-", "0x",
            "99999999999999999999",
            "-9223372036854775808", "&&", "||", "?", ".", "(", ")", "!", "*a", "&a ", "<<: *a", "${", "}", "\n", "\t",
            "é", "😀",
            "P9999999Y", "1 workdays", "type", "$ref", "#", "target", "states", "always", "parallel", "history",
        ]

        /// One of the texts with some damage: bytes, lines and words moved, a stretch of another one, tokens.
        private static func damaged(_ texts: [String], _ random: inout SplitMix64) -> String {
            var text = texts[random.next(below: texts.count)]
            for _ in 0...random.next(below: 5) {
                switch random.next(below: 4) {
                case 0:
                    let other = Array(texts[random.next(below: texts.count)])
                    let start = random.next(below: max(1, other.count))
                    text = Self.inserting(
                        String(other.dropFirst(start).prefix(random.next(below: 80))), in: text, &random)
                case 1: text = Self.inserting(Self.tokens[random.next(below: Self.tokens.count)], in: text, &random)
                default: text = DamageTests.damaged(text, &random)
                }
            }
            return text
        }

        private static func inserting(_ part: String, in text: String, _ random: inout SplitMix64) -> String {
            let bytes = Array(text.utf8)
            let place = random.next(below: bytes.count + 1)
            return String(decoding: bytes[..<place] + Array(part.utf8) + bytes[place...], as: UTF8.self)
        }
    }
}
