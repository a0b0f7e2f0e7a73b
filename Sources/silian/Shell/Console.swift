import Foundation
import Values

/// Where the command line writes, and what it knows about the terminal.
enum Console {
    static let isTerminal = isatty(STDOUT_FILENO) == 1
    static let isErrorTerminal = isatty(STDERR_FILENO) == 1
    private static let hasColor = Self.isTerminal && ProcessInfo.processInfo.environment["NO_COLOR"] == nil

    static func out(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }
    static func error(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
    static func json(_ value: Value) { self.out(value.json) }

    static func bold(_ text: String) -> String { self.hasColor ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
    static func dim(_ text: String) -> String { self.hasColor ? "\u{1B}[2m\(text)\u{1B}[0m" : text }

    /// A bar on standard error for long work; nothing where that is not a terminal.
    static func progress(_ done: Int, of total: Int, label: String) {
        guard self.isErrorTerminal, total > 0 else { return }
        let width = 30
        let filled = min(width, done * width / total)
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        let end = done >= total ? "\n" : ""
        FileHandle.standardError.write(Data("\r\(bar) \(done)/\(total) \(label)\u{1B}[K\(end)".utf8))
    }

    /// All of standard input.
    static func readInput() -> [UInt8] { [UInt8](FileHandle.standardInput.readDataToEndOfFile()) }
}

/// The language that titles are shown in.
enum Language: String, CaseIterable {
    case en, zh

    /// `--lang`, else `LANG`.
    static func chosen(_ option: String?) -> Language {
        if let option, let language = Language(rawValue: option) { return language }
        let environment = ProcessInfo.processInfo.environment
        let tag = environment["LC_ALL"] ?? environment["LANG"] ?? ""
        return tag.hasPrefix("zh") ? .zh : .en
    }

    /// One text of a map by language tag, as the API sends titles: this language, else English, else any.
    func pick(_ titles: Value?) -> String? {
        if let text = titles?.string { return text }
        guard let map = titles?.map else { return nil }
        return (map[self.rawValue] ?? map["en"] ?? map[""] ?? map.entries.first?.value)?.string
    }
}
