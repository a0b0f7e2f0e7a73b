/// The answer to one statement.
///
///     let rows = try await connection.query(Statement("select id, name from t where n > $1", [.int4(3)]))
///     for row in rows {
///         let (id, name) = try row.decode(PostgresUUID.self, String?.self)
///     }
package struct Rows: Sendable {
    let result: ServerResult
    let statement: String

    /// Rows inserted, updated, deleted or selected, as the server counts them.
    package var affected: Int { self.result.affected }
    package var columns: [String] { (0..<self.result.columnCount).map { self.result.name(ofColumn: $0) } }
}

extension Rows: RandomAccessCollection {
    package var startIndex: Int { 0 }
    package var endIndex: Int { self.result.rowCount }
    package subscript(index: Int) -> Row {
        precondition(index >= 0 && index < self.result.rowCount, "A row's index must be below the number of rows.")
        return Row(rows: self, index: index)
    }
}

extension Rows {
    /// The only row; none or several are an error.
    package var only: Row {
        get throws(PostgresError) {
            guard self.count == 1 else {
                var error = PostgresError(.decoding, "expected one row, received \(self.count)")
                error.statement = self.statement
                throw error
            }
            return self[0]
        }
    }
}
