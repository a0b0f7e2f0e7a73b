import Foundation

/// Asks before what cannot be undone. Without a terminal it refuses: a script says `--yes`.
enum Confirmation {
    static func ask(_ question: String) throws {
        guard isatty(STDIN_FILENO) == 1 else {
            throw Failure.usage("\(question) Say --yes to confirm without a terminal.")
        }
        Console.error("\(question) [y/N] ", terminator: "")
        let answer = readLine()?.lowercased() ?? ""
        guard answer == "y" || answer == "yes" else { throw Failure.refused("Nothing was done.") }
    }
}
