/// What went wrong between us and the database.
///
/// `description` is bland, so that neither SQL nor data leaks into an answer; `debugDescription` tells all.
package struct PostgresError: Error, Sendable {
    package enum Code: Hashable, Sendable {
        /// No connection could be made: refused, not found, wrong password, read-only host …
        case connectionRefused
        /// The connection broke, or was closed, before the answer came.
        case connectionLost
        /// The server reported an error.
        case server(SQLState)
        /// The server's answer was not what the protocol, or the caller's types, allow.
        case `protocol`
        /// A value is null, or of another type than the one asked for.
        case decoding
        /// The caller's time limit passed.
        case timeout
        /// The caller's task was cancelled before the answer came.
        case cancelled
        /// Too many requests wait for a connection already.
        case poolExhausted
        /// The pool or the connection was closed by us.
        case closed
    }

    package var code: Code
    package var message: String
    package var detail: String?
    package var hint: String?
    package var constraint: String?
    /// The failing statement's text, and its place in the pipeline.
    package var statement: String?
    package var statementIndex: Int?
    /// Whether a COMMIT (or a statement outside of a transaction) may have reached the server.
    package var sent = false

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var sqlState: SQLState? {
        if case .server(let state) = self.code { state } else { nil }
    }
}

extension PostgresError {
    /// The transaction may or may not be committed; only a look at the data can tell.
    package var isOutcomeUnknown: Bool {
        guard self.sent else { return false }
        switch self.code {
        case .connectionLost, .timeout, .cancelled, .protocol: return true
        case .server(let state): return state.leavesOutcomeUnknown
        case .connectionRefused, .decoding, .poolExhausted, .closed: return false
        }
    }

    /// Nothing was changed, and the same transaction may well succeed when run again from its beginning.
    package var isRetryable: Bool {
        guard !self.isOutcomeUnknown else { return false }
        switch self.code {
        case .connectionLost, .connectionRefused, .poolExhausted: return true
        case .server(let state): return state.isTransient
        case .protocol, .decoding, .timeout, .cancelled, .closed: return false
        }
    }

    /// The connection is of no use any more, for example because its host became a standby.
    var condemnsConnection: Bool {
        switch self.code {
        case .connectionLost, .connectionRefused, .protocol, .timeout, .closed: true
        case .server(let state): state.endsConnection || state == .readOnlyTransaction
        case .decoding, .cancelled, .poolExhausted: false
        }
    }
}

extension PostgresError: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String { "PostgresError(\(self.code))" }

    package var debugDescription: String {
        var text = "PostgresError(\(self.code)): \(self.message)"
        if let detail { text += "; detail: \(detail)" }
        if let hint { text += "; hint: \(hint)" }
        if let constraint { text += "; constraint: \(constraint)" }
        if let statement { text += "; in statement \(self.statementIndex.map { "\($0): " } ?? "")\(statement)" }
        if self.sent { text += "; sent" }
        return text
    }
}
