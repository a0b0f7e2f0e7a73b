/// Why there is no server, and what to do about it, in words for the person who runs it.
package struct ClusterError: Error, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        case notInstalled
        case wrongVersion
        case noUnprivilegedUser
        case socketPathTooLong
        case directoryUnusable
        case diskFull
        case initializationFailed
        case startFailed
        case leftoverProcesses
        case stopFailed
    }

    package let code: Code
    package let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { self.message }
}
