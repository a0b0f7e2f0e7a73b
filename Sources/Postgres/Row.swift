/// One row; columns are counted from 0.
package struct Row: Sendable {
    let rows: Rows
    let index: Int

    package var columnCount: Int { self.rows.result.columnCount }

    /// `let name: String? = try row.get(2)`
    package func get<Value: PostgresDecodable>(
        _ column: Int, as _: Value.Type = Value.self
    )
        throws(PostgresError) -> Value
    {
        guard column >= 0, column < self.columnCount else {
            throw self.error("has no column \(column), but \(self.columnCount)", column: nil)
        }
        do {
            return try self.rows.result.withCell(row: self.index, column: column) { (cell) throws(CellError) in
                try Value.decode(cell)
            }
        } catch {
            throw self.error(error.reason, column: column)
        }
    }

    /// The first columns, in order.
    package func decode<each Value: PostgresDecodable>(
        _ types: repeat (each Value).Type
    )
        throws(PostgresError) -> (repeat each Value)
    {
        var column = -1
        func next<Next: PostgresDecodable>(_: Next.Type) throws(PostgresError) -> Next {
            column += 1
            return try self.get(column)
        }
        return (repeat try next((each Value).self))
    }

    package func isNull(_ column: Int) -> Bool {
        column >= 0 && column < self.columnCount && self.rows.result.isNull(row: self.index, column: column)
    }

    private func error(_ reason: String, column: Int?) -> PostgresError {
        let place = column.map { "column \($0) (\(self.rows.result.name(ofColumn: $0)))" } ?? "the row"
        var error = PostgresError(.decoding, "\(place) \(reason)")
        error.statement = self.rows.statement
        return error
    }
}
