import Testing

private struct BannedWord: Sendable, CustomTestStringConvertible {
    var word: String
    var instead: String
    /// Files in which it is allowed.
    var except: [String] = []
    var testDescription: String { self.word }
}

private let bannedWords = [
    BannedWord(word: "try!", instead: "handle the error"),
    BannedWord(word: "as!", instead: "a conditional cast and an error"),
    BannedWord(word: "fatalError(", instead: "a thrown error, or precondition for what only our own bug can cause"),
    BannedWord(word: "@unchecked Sendable", instead: "Mutex or a value", except: ["Sources/Postgres/LibPQ.swift"]),
    BannedWord(word: "nonisolated(unsafe)", instead: "own the state", except: ["Sources/Postgres/LibPQ.swift"]),
    BannedWord(word: "Task.detached", instead: "a task group"),
    BannedWord(word: "FIX" + "ME", instead: "do it, or write it down outside"),
    BannedWord(word: "TO" + "DO", instead: "do it, or write it down outside"),
]

/// Clocks, chance and the outside world have no place in the pure modules.
private let impureWords = [
    "Date()", "ContinuousClock", "SuspendingClock", "random(in", "SystemRandomNumberGenerator", "FileManager",
    " await ", "getenv",
]

private let pureModules: Set<String> = ["Values", "CEL", "JSONSchema", "Statecharts"]

@Suite struct StyleTests {
    @Test(arguments: bannedWords)
    fileprivate func `a banned word is not used`(banned: BannedWord) throws {
        for file in try SourceTree.swift(in: "Sources", "sql") where !banned.except.contains(file.path) {
            for (index, line) in file.lines.enumerated() where withoutComment(line).contains(banned.word) {
                Issue.record("\(file.path):\(index + 1) uses \(banned.word): \(banned.instead)")
            }
        }
    }

    @Test func `the pure modules read no clock, draw no random number and wait for nothing`() throws {
        for file in try SourceTree.swift(in: "Sources") where pureModules.contains(file.module) {
            for (index, line) in file.lines.enumerated() {
                let code = withoutComment(line)
                for word in impureWords where code.contains(word) {
                    Issue.record("\(file.path):\(index + 1) uses \(word)")
                }
            }
        }
    }

    @Test func `libraries do not print`() throws {
        for file in try SourceTree.swift(in: "Sources") where file.module != "silian" {
            for (index, line) in file.lines.enumerated() {
                let code = withoutComment(line).drop { $0 == " " }
                #expect(!code.hasPrefix("print("), "\(file.path):\(index + 1)")
            }
        }
    }

    @Test func `a file has at most 500 lines`() throws {
        for file in try SourceTree.swift(in: "Sources", "Tests", "sql") {
            #expect(file.lines.count <= 501, "\(file.path) has \(file.lines.count) lines")
        }
    }

    @Test func `a function has at most 70 lines`() throws {
        for file in try SourceTree.swift(in: "Sources", "Tests", "sql") {
            for function in functions(of: file) {
                #expect(
                    function.lines <= 70, "\(file.path):\(function.start) has a function of \(function.lines) lines")
            }
        }
    }

    @Test func `nothing is named Manager, Helper or Utils`() throws {
        for file in try SourceTree.swift(in: "Sources", "Tests") {
            for word in ["Manager", "Helper", "Utils", "Utilities", "Common"] {
                #expect(!file.name.contains(word), "\(file.path)")
            }
        }
    }

    /// SQL outside of `sql/` cannot be prepared by a test, and nobody finds it.
    @Test func `statements live in sql`() throws {
        let beginnings = [
            "\"select ", "\"insert into ", "\"update ", "\"delete from ", "\"create table ", "\"alter table ",
        ]
        // The session's settings are not statements about tables.
        for file in try SourceTree.swift(in: "Sources") where file.path != "Sources/Postgres/LibPQ.swift" {
            for (index, line) in file.lines.enumerated() {
                let code = withoutComment(line).lowercased()
                for beginning in beginnings where code.contains(beginning) {
                    Issue.record("\(file.path):\(index + 1) holds SQL: \(beginning)…")
                }
            }
        }
    }

    /// Invariant 4: what changes an instance is a command, and only the Committer's statements carry it out.
    @Test func `reads and administration write neither instances nor history`() throws {
        for file in try SourceTree.files(in: "sql/queries", extensions: ["sql"]) {
            let words = file.text.lowercased().split { $0.isWhitespace || $0 == "(" }
            for (first, second) in zip(words, words.dropFirst()) where ["into", "update", "from"].contains(first) {
                guard ["instance", "history"].contains(second) else { continue }
                let isWrite = first != "from" || file.text.lowercased().contains("delete from \(second)")
                #expect(!isWrite, "\(file.path) writes \(second)")
            }
        }
    }

    @Test func `the repository names no machine's paths`() throws {
        let folders = ["Sources", "Tests", "sql", "workflows", "docs", "examples", "scripts"]
        let extensions: Set = ["swift", "sql", "md", "yaml", "py", "sh", "js", "mustache", "css"]
        for file in try folders.flatMap({ try SourceTree.files(in: $0, extensions: extensions) }) {
            // Where Homebrew lives on every Linux machine that has it.
            let text = file.text.replacing("/home/linuxbrew/", with: "")
            for word in ["/ro" + "ot/", "/ho" + "me/", "/wo" + "rk/"] {
                #expect(!text.contains(word), "\(file.path) has \(word)")
            }
        }
    }
}

/// Functions by indentation: from a line with `func` or `init` that opens a brace to the closing brace of its column.
private func functions(of file: SourceFile) -> [(start: Int, lines: Int)] {
    var found: [(start: Int, lines: Int)] = []
    var open: [(start: Int, indent: Int)] = []
    for (index, line) in file.lines.enumerated() {
        let indent = line.prefix { $0 == " " }.count
        let code = withoutComment(line).drop { $0 == " " }
        if code.hasPrefix("}"), let last = open.last, last.indent == indent {
            found.append((last.start, index - last.start + 2))
            open.removeLast()
        }
        let words = code.split(whereSeparator: { " (<".contains($0) })
        let isFunction =
            words.contains("func") || words.contains("init") && !code.contains(".init") && !code.hasPrefix("self")
        // A requirement of a protocol has no body; a signature of several lines ends its first with a parenthesis.
        let opens = code.hasSuffix("{") || code.hasSuffix("(") || code.hasSuffix(",")
        if isFunction && opens { open.append((index + 1, indent)) }
    }
    return found
}
