import Foundation
import Statecharts
import Values

/// Where the command line writes, and what it knows about the terminal.
enum Console {
    static let isTerminal = isatty(STDOUT_FILENO) == 1
    static let isErrorTerminal = isatty(STDERR_FILENO) == 1
    private static let hasColor = Self.isTerminal && ProcessInfo.processInfo.environment["NO_COLOR"] == nil

    static func out(_ text: String) throws(Failure) { try self.write(text + "\n", to: STDOUT_FILENO) }
    static func json(_ value: Value) throws(Failure) { try self.out(value.json) }

    /// Where it cannot be written, there is nowhere to say so.
    static func error(_ text: String, terminator: String = "\n") {
        try? self.write(text + terminator, to: STDERR_FILENO)
    }

    /// Waits where the other end is slow. SIGPIPE has to be ignored, so that a reader who left is an error here.
    private static func write(_ text: String, to descriptor: Int32) throws(Failure) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = unsafe rest.withUnsafeBytes { unsafe Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if written >= 0 {
                rest = rest.dropFirst(written)
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN:
                var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                unsafe poll(&wanted, 1, -1)
            case EPIPE: throw .unread
            case let code: throw .refused(unsafe "Cannot write the output: \(String(cString: strerror(code))).")
            }
        }
    }

    static func bold(_ text: String) -> String { self.hasColor ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
    static func dim(_ text: String) -> String { self.hasColor ? "\u{1B}[2m\(text)\u{1B}[0m" : text }

    /// A bar on standard error for long work; nothing where that is not a terminal.
    static func progress(_ done: Int, of total: Int, label: String) {
        guard self.isErrorTerminal, total > 0 else { return }
        let width = 30
        let filled = min(width, done * width / total)
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        let end = done >= total ? "\n" : ""
        self.error("\r\(bar) \(done)/\(total) \(label)\u{1B}[K\(end)", terminator: "")
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

    func pick(_ en: String, _ zh: String) -> String { self == .zh ? zh : en }

    /// `error`, `warning` or `note` in this language.
    func severity(_ word: String) -> String {
        Diagnostic.Severity(rawValue: word)?.word(in: self.rawValue) ?? word
    }

    /// One text of a map by language tag, as the API sends titles: this language, else English, else any.
    func pick(_ titles: Value?) -> String? {
        if let text = titles?.string { return text }
        guard let map = titles?.map else { return nil }
        return (map[self.rawValue] ?? map["en"] ?? map[""] ?? map.entries.first?.value)?.string
    }
}
