import CEL
import Statecharts
import Testing
import Values

/// Whatever is done to a definition or an expression, compiling it ends with an answer.
@Suite struct DamageTests {
    @Test(arguments: 0..<200)
    func `a damaged definition is answered with a chart or with errors`(seed: UInt64) {
        var random = SplitMix64(seed: seed &+ 77)
        let texts = MutationCorpus.all
        var text = texts[random.next(below: texts.count)].text
        for _ in 0...random.next(below: 4) { text = Self.damaged(text, &random) }
        let (chart, diagnostics) = Definition.compile(text, file: "damaged.yaml")
        #expect((chart == nil) == diagnostics.contains { $0.severity == .error })
        for diagnostic in diagnostics { #expect(!diagnostic.rendered(in: text).isEmpty) }
    }

    static func damaged(_ text: String, _ random: inout SplitMix64) -> String {
        switch random.next(below: 4) {
        case 0:
            var bytes = Array(text.utf8)
            guard !bytes.isEmpty else { return "\u{0}" }
            for _ in 0...random.next(below: 3) {
                bytes[random.next(below: bytes.count)] = UInt8(truncatingIfNeeded: random.next())
            }
            return String(decoding: bytes, as: UTF8.self)
        case 1:
            var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let from = random.next(below: lines.count)
            let line = lines[from]
            switch random.next(below: 3) {
            case 0: lines.remove(at: from)
            case 1: lines.insert(line, at: random.next(below: lines.count))
            default: lines.swapAt(from, random.next(below: lines.count))
            }
            return lines.joined(separator: "\n")
        case 2:
            var words = text.split(separator: " ", omittingEmptySubsequences: false)
            words.swapAt(random.next(below: words.count), random.next(below: words.count))
            return words.joined(separator: " ")
        default:
            let length = max(1, text.unicodeScalars.count)
            let start = random.next(below: length)
            let part = text.unicodeScalars.dropFirst(start).prefix(random.next(below: 40))
            var scalars = Array(text.unicodeScalars)
            scalars.insert(contentsOf: part, at: random.next(below: scalars.count + 1))
            return String(String.UnicodeScalarView(scalars))
        }
    }

    static let expressions = [
        "context.trl >= 4 && context.interviews >= 5 || !context.list.exists(i, i.score > 3.5e2)",
        "event.data.?condition.orValue(\"\").size() > 1 ? [1, 2u, b'x'] : {'a': {1: null}}",
        "context.a in ['x', r\"y\", '''z'''] && has(context.b.c) && math.greatest(1, 2) > -1",
        "cel.bind(x, context.list.map(s, s.data), avg(x) > 2.0 && workdaysBetween(now, date('2026-02-13')) < 3)",
    ]

    private static let pieces = [
        "&&", "||", "!", "-", "(", ")", "[", "]", "{", "}", ".", "?", ":", "'", "\"", "\\", "0x", "1e999",
        "99999999999999999999",
        "in", "true", "null", "u", ".?", "has(", "\u{0}", "é", "😀", "\n", "//", "9223372036854775808",
    ]

    @Test(arguments: 0..<400)
    func `a damaged expression is answered with a program or an error`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var text = Array(Self.expressions[random.next(below: Self.expressions.count)])
        for _ in 0...random.next(below: 6) {
            let place = random.next(below: text.count)
            switch random.next(below: 3) {
            case 0 where text.count > 2: text.remove(at: place)
            case 1: text.insert(contentsOf: Self.pieces[random.next(below: Self.pieces.count)], at: place)
            default: text.swapAt(place, random.next(below: text.count))
            }
        }
        var options = Options()
        options.functions = Machine.functions
        if let program = try? Program(String(text), options: options) {
            _ = try? program.evaluate(Variables(["context": ["trl": 1, "list": []], "event": ["data": [:]]]))
        }
        _ = Condition(String(text), options: options)
    }
}
