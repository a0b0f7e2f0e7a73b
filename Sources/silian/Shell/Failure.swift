import Foundation

/// An end with a message for the person at the terminal.
struct Failure: Error {
    /// 1 refused or a check failed, 2 usage, 3 unreachable.
    var exitCode: Int32
    var message: String

    static func refused(_ message: String) -> Failure { Failure(exitCode: 1, message: message) }
    static func usage(_ message: String) -> Failure { Failure(exitCode: 2, message: message) }
    /// Who read the output has left: the status that a shell gives an end by SIGPIPE, and nobody to tell.
    static let unread = Failure(exitCode: 128 + SIGPIPE, message: "")
    static func unreachable(_ message: String) -> Failure { Failure(exitCode: 3, message: message) }
}
