import Logging
import Postgres
import TestSupport
import Testing

@Suite(.freshSchema) struct ConnectionTests {
    @Test func `a query answers`() async throws {
        let connection = try await Connection.connect(to: FreshSchema.options, logger: .silent)

        let row = try await connection.query(Statement("select $1::int4 + 1, $2", [.int4(41), .text("é")])).only

        let (number, text) = try row.decode(Int32.self, String.self)
        #expect(number == 42)
        #expect(text == "é")
        await connection.close()
    }
}
