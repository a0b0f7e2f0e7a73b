/// The five characters of an error's class and condition.
package struct SQLState: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    package init(stringLiteral value: String) {
        self.rawValue = value
    }

    package static let featureNotSupported: Self = "0A000"
    package static let notNullViolation: Self = "23502"
    package static let foreignKeyViolation: Self = "23503"
    package static let uniqueViolation: Self = "23505"
    package static let checkViolation: Self = "23514"
    package static let readOnlyTransaction: Self = "25006"
    package static let failedTransaction: Self = "25P02"
    package static let idleInTransactionTimeout: Self = "25P03"
    package static let unknownPreparedStatement: Self = "26000"
    package static let serializationFailure: Self = "40001"
    package static let statementCompletionUnknown: Self = "40003"
    package static let deadlockDetected: Self = "40P01"
    package static let undefinedColumn: Self = "42703"
    package static let undefinedTable: Self = "42P01"
    package static let duplicatePreparedStatement: Self = "42P05"
    package static let diskFull: Self = "53100"
    package static let tooManyConnections: Self = "53300"
    package static let lockNotAvailable: Self = "55P03"
    package static let queryCancelled: Self = "57014"
    package static let adminShutdown: Self = "57P01"
    package static let crashShutdown: Self = "57P02"
    package static let cannotConnectNow: Self = "57P03"
    package static let idleSessionTimeout: Self = "57P05"

    /// The first two characters.
    package var `class`: Substring { self.rawValue.prefix(2) }

    /// The connection ends with this error.
    var endsConnection: Bool {
        switch self {
        case .adminShutdown, .crashShutdown, .idleSessionTimeout, .idleInTransactionTimeout: true
        default: self.class == "08"
        }
    }

    /// What was under way when the error came may have happened. (A session that was ended for idling did nothing.)
    var leavesOutcomeUnknown: Bool {
        switch self {
        case .adminShutdown, .crashShutdown, .statementCompletionUnknown: true
        default: self.class == "08"
        }
    }

    /// The transaction is certainly rolled back and may succeed when it is run again.
    var isTransient: Bool {
        switch self {
        case .serializationFailure, .deadlockDetected, .lockNotAvailable, .readOnlyTransaction, .queryCancelled,
            .cannotConnectNow, .unknownPreparedStatement, .duplicatePreparedStatement:
            true
        default: self.class == "53" || self.endsConnection
        }
    }
}

extension SQLState: CustomStringConvertible {
    package var description: String { self.rawValue }
}
