/// One SQL statement and its parameters.
///
/// The text is the key under which a connection keeps the prepared statement: never build it from values.
package struct Statement: Sendable {
    package var text: String
    package var parameters: [Parameter]
    /// Whether a connection keeps it prepared; not worth it for what runs once.
    package var isPrepared: Bool

    package init(_ text: String, _ parameters: [Parameter] = [], isPrepared: Bool = true) {
        self.text = text
        self.parameters = parameters
        self.isPrepared = isPrepared
    }

    package static let begin = Statement("BEGIN")
    package static let commit = Statement("COMMIT")
    package static let rollback = Statement("ROLLBACK")

    enum TransactionCommand {
        case begin
        case commit
        case rollback
    }

    /// What it does to the transaction, judged by its first word.
    var transactionCommand: TransactionCommand? {
        switch self.text.prefix(while: \.isLetter).lowercased() {
        case "begin", "start": .begin
        case "commit", "end": .commit
        case "rollback", "abort": self.text.lowercased().contains(" to ") ? nil : .rollback
        default: nil
        }
    }
}
