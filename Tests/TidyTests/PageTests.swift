import Foundation
import Testing

/// Pages outside of the language guide, which has tests of its own.
@Suite struct PageTests {
    private static func text(_ path: String) throws -> String {
        try String(contentsOf: SourceTree.root.appendingPathComponent(path), encoding: .utf8)
    }

    /// By the fixed parts of its path: pages write `ID` and `NAME` for what varies.
    @Test(arguments: ["docs/http.md", "docs/http.zh-CN.md"])
    func `every route of the API is described`(page: String) throws {
        let text = try Self.text(page)
        let routes = try Self.text("Sources/Web/WebServer.swift").split(separator: "\n")
            .filter { $0.contains("routes.") || $0.contains("for path in") }
            .flatMap { $0.matches(of: /"(\/[^"]*)"/).map(\.output.1) }
        let pagesOnly = try #require(routes.firstIndex(of: "/"))
        #expect(pagesOnly > 30)
        for route in routes[..<pagesOnly] {
            for part in route.split(separator: "/") where !part.hasPrefix(":") {
                #expect(text.contains("/\(part)"), "\(route)")
            }
        }
    }

    @Test(arguments: ["README", "docs/http", "docs/operations/README"])
    func `a page shows the same in both languages`(page: String) throws {
        let (english, chinese) = (try Self.text("\(page).md"), try Self.text("\(page).zh-CN.md"))
        #expect(Self.outline(of: english) == Self.outline(of: chinese))
    }

    /// Headings by their depth, rows of tables, fences, and commands without their comments.
    private static func outline(of text: String) -> [String] {
        text.split(separator: "\n").compactMap { line in
            if line.hasPrefix("$ ") {
                return line.components(separatedBy: " # ")[0].trimmingCharacters(in: .whitespaces)
            }
            if line.hasPrefix("```") { return String(line) }
            if line.hasPrefix("#") { return String(line.prefix { $0 == "#" }) }
            return line.hasPrefix("|") ? "|" : nil
        }
    }
}
