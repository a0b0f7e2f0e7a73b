import Foundation

@testable import Statecharts

/// A page of the documentation, as the tests read it.
struct Guide {
    let text: String
    /// Fenced blocks, in their order.
    let blocks: [Block]

    struct Block {
        /// `yaml`, `console`, `mermaid`.
        var language: String
        var text: String
    }

    /// `file`: a path from the root of the sources.
    init(_ file: String) throws {
        var folder = URL(fileURLWithPath: #filePath)
        while !FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) {
            folder.deleteLastPathComponent()
        }
        self.text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
        let parts = self.text.components(separatedBy: "\n```")
        self.blocks = stride(from: 1, to: parts.count, by: 2).map { place in
            let lines = parts[place].split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
            return Block(language: String(lines[0]), text: lines.count == 2 ? String(lines[1]) : "")
        }
    }

    /// `en` or `zh`.
    init(page: String, language: String) throws {
        try self.init("docs/language/\(page)\(language == "zh" ? ".zh-CN" : "").md")
    }

    var yaml: [String] { self.blocks.filter { $0.language == "yaml" }.map(\.text) }

    struct Table {
        /// The line before it.
        var lead: String
        var head: [String]
        var rows: [[String]]
    }

    var tables: [Table] {
        var tables: [Table] = []
        var before = ""
        for line in self.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if line.hasPrefix("|"), !line.hasPrefix("| ---") {
                let cells = Self.cells(of: line)
                if before.hasPrefix("|") {
                    tables[tables.count - 1].rows.append(cells)
                } else {
                    tables.append(Table(lead: before, head: cells, rows: []))
                }
            }
            before = line
        }
        return tables
    }

    /// A bar in code is escaped.
    private static func cells(of line: String) -> [String] {
        line.replacing("\\|", with: "\u{0}").split(separator: "|").map {
            $0.replacing("\u{0}", with: "|").trimmingCharacters(in: .whitespaces)
        }
    }
}

/// Pieces of definitions that are put together.
extension Syntax {
    static func read(_ text: String) -> Syntax? {
        var reader = DefinitionReader(text, file: "guide")
        return reader.read()
    }

    /// Maps are put into each other, anything else takes the other's place.
    func merged(with other: Syntax) -> Syntax {
        guard var entries = self.entries, let added = other.entries else { return other }
        for entry in added {
            if let place = entries.firstIndex(where: { $0.key == entry.key }) {
                entries[place].value = entries[place].value.merged(with: entry.value)
            } else {
                entries.append(entry)
            }
        }
        var merged = self
        merged.content = .map(entries)
        return merged
    }

    var ordered: OrderedJSON {
        switch self.content {
        case .map(let entries): .map(entries.map { ($0.key, $0.value.ordered) })
        case .list(let elements): .list(elements.map(\.ordered))
        default: .value(self.value)
        }
    }
}
