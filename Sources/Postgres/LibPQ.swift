/// An answer of the server, never changed once received.
final class ServerResult: @unchecked Sendable {
    var affected: Int { 0 }
    var rowCount: Int { 0 }
    var columnCount: Int { 0 }
    func name(ofColumn column: Int) -> String { "" }
    func isNull(row: Int, column: Int) -> Bool { true }
    func withCell<Value>(row: Int, column: Int, _ body: (Cell) throws(CellError) -> Value) throws(CellError) -> Value {
        try body(Cell(type: .text, bytes: nil))
    }
}
