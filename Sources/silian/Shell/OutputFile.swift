import Foundation

/// Where a command's text goes: a file, or the terminal.
enum OutputFile {
    static func write(_ text: String, to file: String?) throws {
        guard let file, file != "-" else {
            try Console.out(text.hasSuffix("\n") ? String(text.dropLast()) : text)
            return
        }
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        } catch {
            throw Failure.refused("Cannot write \(file): \(error.localizedDescription)")
        }
    }
}
