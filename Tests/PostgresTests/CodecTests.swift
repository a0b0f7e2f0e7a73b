import Logging
import Postgres
import TestSupport
import Testing

/// What is sent comes back, through the server.
@Suite(.freshSchema) struct CodecTests {
    private func roundTrip<Value: PostgresDecodable & Equatable>(
        _ parameter: Parameter, _ type: String, as value: Value, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let connection = try await Connection.connect(to: FreshSchema.options, logger: .silent)
        let rows = try await connection.query(Statement("select $1::\(type)", [parameter]))
        #expect(try rows.only.get(0) == value, sourceLocation: sourceLocation)
        await connection.close()
    }

    @Test func `scalars`() async throws {
        try await self.roundTrip(.bool(true), "bool", as: true)
        try await self.roundTrip(.int2(.min), "int2", as: Int16.min)
        try await self.roundTrip(.int4(.max), "int4", as: Int32.max)
        try await self.roundTrip(.int8(.min), "int8", as: Int64.min)
        try await self.roundTrip(.int2(7), "int8", as: Int(7))
        try await self.roundTrip(.float8(-0.1), "float8", as: -0.1)
        try await self.roundTrip(.float8(.infinity), "float8", as: Double.infinity)
        try await self.roundTrip(.text("zażółć 漢字 👩‍👩‍👧"), "text", as: "zażółć 漢字 👩‍👩‍👧")
        try await self.roundTrip(.text(""), "text", as: "")
        try await self.roundTrip(.bytea([]), "bytea", as: [UInt8]())
        try await self.roundTrip(.bytea([0, 255, 1]), "bytea", as: [UInt8]([0, 255, 1]))
        try await self.roundTrip(.timestamptz(-1), "timestamptz", as: Int64(-1))
        try await self.roundTrip(.null, "int4", as: Int32?.none)
        try await self.roundTrip(.text(nil), "text", as: String?.none)
    }

    @Test func `uuids`() async throws {
        let text = "0190a1b2-c3d4-7e5f-8a9b-00ff10ee20dd"
        let uuid = try #require(PostgresUUID(text))
        try await self.roundTrip(.uuid(uuid), "uuid", as: uuid)
        try await self.roundTrip(.uuid(uuid), "uuid", as: text)
        try await self.roundTrip(.uuid(uuid), "text", as: text)
        #expect(PostgresUUID(text.uppercased()) == uuid)
        #expect(PostgresUUID(String(text.dropLast())) == nil)
        #expect(PostgresUUID(text.replacing("-", with: "0")) == nil)
    }

    @Test func `JSON`() async throws {
        let spaced = Array(#"{"b": 1, "a":[null,"é"]}"#.utf8)
        try await self.roundTrip(.json(spaced), "json", as: spaced)
        try await self.roundTrip(.jsonb(spaced), "jsonb", as: Array(#"{"a": [null, "é"], "b": 1}"#.utf8))
        try await self.roundTrip(.json(spaced), "jsonb", as: #"{"a": [null, "é"], "b": 1}"#)
        try await self.roundTrip(
            .jsonbs([spaced, nil]), "jsonb[]", as: [Array(#"{"a": [null, "é"], "b": 1}"#.utf8), nil])
    }

    @Test func `arrays, with nulls and without`() async throws {
        let uuids = (0..<300).map { PostgresUUID(high: $0, low: .max - $0) }
        try await self.roundTrip(.uuids(uuids), "uuid[]", as: uuids)
        try await self.roundTrip(.uuids([uuids[1], nil]), "uuid[]", as: [uuids[1], nil])
        try await self.roundTrip(.texts(["", nil, "ß"]), "text[]", as: ["", nil, "ß"])
        try await self.roundTrip(.texts([String]()), "text[]", as: [String]())
        try await self.roundTrip(.int2s([1, -1]), "int2[]", as: [Int16]([1, -1]))
        try await self.roundTrip(.int4s([nil, 3]), "int4[]", as: [Int32?]([nil, 3]))
        try await self.roundTrip(.int8s([.max]), "int8[]", as: [Int64.max])
        try await self.roundTrip(.float8s([0.5, nil]), "float8[]", as: [0.5, nil])
        try await self.roundTrip(.bools([true, nil, false]), "bool[]", as: [true, nil, false])
        try await self.roundTrip(.byteas([[], [0]]), "bytea[]", as: [[UInt8]]([[], [0]]))
        try await self.roundTrip(.timestamptzs([0, nil]), "timestamptz[]", as: [Int64?]([0, nil]))
        try await self.roundTrip(.jsons([Array("{}".utf8)]), "json[]", as: ["{}"])
    }

    @Test func `the time is the time`() async throws {
        let connection = try await Connection.connect(to: FreshSchema.options, logger: .silent)
        let row = try await connection.query(
            Statement("select $1::timestamptz = '2026-11-22T10:00:00.000001Z'", [.timestamptz(1_795_341_600_000_001)])
        ).only
        #expect(try row.get(0, as: Bool.self))
        await connection.close()
    }

    @Test(arguments: [
        "null::int4", "'a'::text", "'infinity'::timestamptz", "array[1]", "1::numeric", "100000::int8 * 100000",
        "'{}'::jsonb",
    ])
    func `a value of another type is an error`(expression: String) async throws {
        let connection = try await Connection.connect(to: FreshSchema.options, logger: .silent)
        let row = try await connection.query(Statement("select \(expression)")).only
        let error = #expect(throws: PostgresError.self) { try row.get(0, as: Int32.self) }
        #expect(error?.code == .decoding)
        await connection.close()
    }

    @Test(arguments: ["'abc'::text", "7", "array[array['a']]", "'{\"a\": 1}'::jsonb", "null", "decode('00', 'hex')"])
    func `what is not an array of text is an error`(expression: String) async throws {
        let connection = try await Connection.connect(to: FreshSchema.options, logger: .silent)
        let row = try await connection.query(Statement("select \(expression)")).only
        #expect(throws: PostgresError.self) { try row.get(0, as: [String].self) }
        #expect(throws: PostgresError.self) { try row.get(1, as: Int.self) }
        await connection.close()
    }

    @Test func `a null among values that cannot be null is an error`() async throws {
        let connection = try await Connection.connect(to: FreshSchema.options, logger: .silent)
        let row = try await connection.query(Statement("select array[1, null], 'x'")).only
        #expect(throws: PostgresError.self) { try row.get(0, as: [Int32].self) }
        #expect(throws: PostgresError.self) { try row.decode([Int32?].self, Int32.self) }
        let (numbers, text) = try row.decode([Int32?].self, String.self)
        #expect(numbers == [1, nil])
        #expect(text == "x")
        await connection.close()
    }
}
