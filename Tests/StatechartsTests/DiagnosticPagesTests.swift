import Foundation
import Testing
import Values

@testable import Statecharts

/// Every code has a page, and every page tells the truth.
@Suite struct DiagnosticPagesTests {
    private static let root: URL = {
        var folder = URL(filePath: #filePath).deletingLastPathComponent()
        while folder.path() != "/",
            !FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path())
        {
            folder.deleteLastPathComponent()
        }
        return folder
    }()

    /// Without examples: limits, which need large texts, and what only a server finds.
    private static let withoutExamples: Set<String> = [
        "reachability-bound", "unknown-calendar", "unknown-workflow", "unknown-version", "older-content", "vacant-role",
    ]

    static let pages: [String] = {
        let files =
            (try? FileManager.default.contentsOfDirectory(atPath: Self.root.appending(path: "docs/diagnostics").path()))
        return (files ?? []).filter { $0.hasSuffix(".md") && $0 != "README.md" }.map { String($0.dropLast(3)) }.sorted()
    }()

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: self.root.appending(path: path), encoding: .utf8)
    }

    /// Of a folder and those in it.
    private static func sources(_ folder: String) throws -> [String] {
        let files = try FileManager.default.subpathsOfDirectory(
            atPath: self.root.appending(path: folder).resolvingSymlinksInPath().path())
        return try files.filter { $0.hasSuffix(".swift") }.map { try self.text("\(folder)/\($0)") }
    }

    /// The codes that the sources of the compiler spell.
    private static func codes() throws -> Set<String> {
        var found: Set<String> = ["limit-delays", "limit-actors", "limit-let"]
        let folders = try ["Compiler", "Definition", "Validation"].map { try self.sources("Sources/Statecharts/\($0)") }
        for source in folders.joined() {
            for match in source.matches(
                of:
                    /(?:self\.|\b)(?:error|warn|report)\(\s*(?:(?:\.error|\.warning|\.note|severity),\s*)?"([a-z]+(?:-[a-z]+)*)"/
            ) {
                found.insert(String(match.1))
            }
            for match in source.matches(of: /exceed\(\s*"([a-z-]+)"/) { found.insert("limit-\(match.1)") }
            for match in source.matches(of: /code = [^"\n]*"([a-z-]+)" : "([a-z-]+)"/) {
                found.insert(String(match.1))
                found.insert(String(match.2))
            }
        }
        return found
    }

    @Test func `every code has a page, and every page a code`() throws {
        let codes = try Self.codes()
        #expect(codes.count > 90)
        let pages = Set(Self.pages)
        #expect(codes.subtracting(pages).sorted() == [])
        let others = try Self.sources("Sources/Engine").joined() + Self.sources("Sources/Statecharts").joined()
        #expect(pages.subtracting(codes).filter { !others.contains("\"\($0)\"") }.sorted() == [])
        let index = try Self.text("docs/diagnostics/README.md")
        for page in pages { #expect(index.contains("[`\(page)`](\(page).md)"), "\(page)") }
    }

    @Test(arguments: Self.pages)
    func `a page's wrong example has the mistake, and its right one has none`(code: String) throws {
        let text = try Self.text("docs/diagnostics/\(code).md")
        #expect(text.hasPrefix("# `\(code)`: "))
        let examples = text.components(separatedBy: "```yaml\n").dropFirst()
            .compactMap { $0.components(separatedBy: "\n```").first }
        guard !Self.withoutExamples.contains(code), !code.hasPrefix("limit-") else { return }
        try #require(examples.count == 2)
        let wrong = Definition.compile(examples[0] + "\n", file: "wrong.yaml").diagnostics
        #expect(wrong.contains { $0.code == code }, "\(wrong.map { $0.rendered(in: examples[0]) }.joined())")
        let right = Definition.compile(examples[1] + "\n", file: "right.yaml").diagnostics
        #expect(right.isEmpty, "\(right.map { $0.rendered(in: examples[1]) }.joined())")
        for diagnostic in wrong { Self.expectWhole(diagnostic, in: examples[0] + "\n") }
    }

    /// Code with a page, place, excerpt with a caret, hint, and a sentence in Chinese.
    private static func expectWhole(_ diagnostic: Diagnostic, in text: String) {
        let shown = diagnostic.rendered(in: text)
        let lines = shown.split(separator: "\n")
        let line = text.split(separator: "\n", omittingEmptySubsequences: false)[diagnostic.position.line - 1]
        #expect(self.pages.contains(diagnostic.code))
        #expect(
            diagnostic.position.column >= 1 && diagnostic.position.column <= line.unicodeScalars.count + 1, "\(shown)")
        #expect(lines.count == 4, "\(shown)")
        #expect(lines[1].hasSuffix("| \(line)") && lines[2].hasSuffix("^"), "\(shown)")
        #expect(lines[3].hasPrefix("  hint: ") && diagnostic.hint?.english.isEmpty == false, "\(shown)")
        let chinese = diagnostic.rendered(in: text, language: "zh")
        #expect(
            (diagnostic.message(in: "zh") ?? diagnostic.summary(in: "zh")).map(chinese.contains) == true, "\(shown)")
        #expect(diagnostic.untranslated == [], "\(shown)")
        #expect(diagnostic.summary(in: "en") == nil)
    }

    @Test func `translations put in what their patterns put in`() {
        for (pattern, translation) in Diagnostic.chinese {
            let (wanted, given) = (pattern.matches(of: /%[0-9]/), translation.matches(of: /%[0-9]/))
            #expect(Set(wanted.map(\.output)) == Set(given.map(\.output)), "\(pattern)")
        }
    }

    @Test func `what the parser of YAML says stays behind the sentence of its code`() throws {
        let text = "workflow: &a [\n"
        let diagnostic = Diagnostic(
            .error, "yaml-syntax", Message(verbatim: "did not find expected node"), file: "w.yaml",
            position: Position(line: 1, column: 1))
        #expect(diagnostic.message(in: "zh") == nil && diagnostic.message(in: "fr") == nil)
        let lines = diagnostic.rendered(in: text, language: "zh").split(separator: "\n")
        #expect(lines[0] == "w.yaml:1:1: 错误: 文件不是合法的 YAML。 [yaml-syntax]")
        #expect(lines[1] == "  did not find expected node")
        #expect(lines.last == "  提示: 缩进、引号和括号对吗？")
    }

    @Test func `a mistake is told in Chinese with its names`() throws {
        let text = """
            workflow: approval
            states:
              draft: {on: {submit: reveiw}}
              review: {type: final}

            """
        let found = try #require(Definition.compile(text, file: "w.yaml").diagnostics.first)
        #expect(found.message(in: "zh") == "这里没有状态“reveiw”")
        #expect(found.hint(in: "zh") == "是否想写“review”？")
        #expect(found.message(in: "en") == "there is no state 'reveiw' here")
        #expect(
            found.rendered(in: text, language: "zh").hasPrefix("w.yaml:3:24: 错误: 这里没有状态“reveiw” [unknown-target]\n"))
    }

    @Test func `every code has a hint and a Chinese sentence`() throws {
        let codes = Set(Self.pages)
        #expect(Set(Diagnostic.advice.keys).symmetricDifference(codes).sorted() == [])
        for (code, advice) in Diagnostic.advice {
            #expect(advice.hint.english.count > 5, "\(code)")
            #expect(advice.hint.english.last != ".", "\(code)")
            #expect(
                advice.chinese.hasSuffix("。") && advice.chinese.unicodeScalars.contains { $0.value > 0x4E00 }, "\(code)"
            )
        }
        #expect(Set(Diagnostic.advice.values.map(\.chinese)).count > codes.count - 5)
    }

    @Test func `past its limit the graph says so, and what it still finds is true`() {
        let regions = (0..<13).map { "      r\($0): {states: {a: {on: {e\($0): b}}, b: {on: {e\($0): a}}}}\n" }.joined()
        let text = """
            workflow: wide
            states:
              work:
                type: parallel
                on: {go: done}
                states:
            \(regions)  lost: {on: {go: done}}
              done: {type: final}

            """
        let found = Definition.compile(text, file: "wide.yaml").diagnostics.map { "\($0.severity) \($0.code)" }
        #expect(found == ["note reachability-bound", "warning unreachable-state"])
    }
}

extension Diagnostic {
    /// Patterns of its sentences that have no Chinese.
    var untranslated: [String] {
        self.message.untranslated(by: Self.chinese) + (self.hint?.untranslated(by: Self.chinese) ?? [])
    }
}
