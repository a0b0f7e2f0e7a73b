/// A value for `$1`, already in PostgreSQL's binary form.
///
///     Statement("select $1::int4 + 1", [.int4(41)])
///     Statement("select * from unnest($1::uuid[], $2::text[])", [.uuids(ids), .texts(names)])
///
/// The type goes with the value, so `$1::jsonb` with a ``text(_:)`` is converted by the server, and a mismatch is an
/// error of the server, never a misread value. Text with U+0000 is refused by the server (22021).
package struct Parameter: Hashable, Sendable {
    /// The type's OID; 0 leaves it to the server, which only a null may do.
    let type: PostgresType
    /// Nothing for SQL's null.
    let bytes: [UInt8]?

    init(type: PostgresType, bytes: [UInt8]?) {
        self.type = type
        self.bytes = bytes
    }

    package static let null = Parameter(type: .unspecified, bytes: nil)

    package static func bool(_ value: Bool?) -> Self { Self(encoding: value) }
    package static func int2(_ value: Int16?) -> Self { Self(encoding: value) }
    package static func int4(_ value: Int32?) -> Self { Self(encoding: value) }
    package static func int8(_ value: Int64?) -> Self { Self(encoding: value) }
    package static func float8(_ value: Double?) -> Self { Self(encoding: value) }
    package static func text(_ value: String?) -> Self { Self(encoding: value) }
    package static func uuid(_ value: PostgresUUID?) -> Self { Self(encoding: value) }
    package static func bytea(_ value: [UInt8]?) -> Self { Self(encoding: value.map(Bytea.init)) }
    /// The bytes are JSON in UTF-8.
    package static func json(_ value: [UInt8]?) -> Self { Self(encoding: value.map(JSON.init)) }
    /// The bytes are JSON in UTF-8.
    package static func jsonb(_ value: [UInt8]?) -> Self { Self(encoding: value.map(JSONB.init)) }
    /// Microseconds since 1970-01-01T00:00:00Z.
    package static func timestamptz(_ value: Int64?) -> Self { Self(encoding: value.map(UnixMicroseconds.init)) }

    package static func bools(_ values: some Collection<Bool>) -> Self { Self(array: values) }
    package static func bools(_ values: some Collection<Bool?>) -> Self { Self(nullable: values) }
    package static func int2s(_ values: some Collection<Int16>) -> Self { Self(array: values) }
    package static func int2s(_ values: some Collection<Int16?>) -> Self { Self(nullable: values) }
    package static func int4s(_ values: some Collection<Int32>) -> Self { Self(array: values) }
    package static func int4s(_ values: some Collection<Int32?>) -> Self { Self(nullable: values) }
    package static func int8s(_ values: some Collection<Int64>) -> Self { Self(array: values) }
    package static func int8s(_ values: some Collection<Int64?>) -> Self { Self(nullable: values) }
    package static func float8s(_ values: some Collection<Double>) -> Self { Self(array: values) }
    package static func float8s(_ values: some Collection<Double?>) -> Self { Self(nullable: values) }
    package static func texts(_ values: some Collection<String>) -> Self { Self(array: values) }
    package static func texts(_ values: some Collection<String?>) -> Self { Self(nullable: values) }
    package static func uuids(_ values: some Collection<PostgresUUID>) -> Self { Self(array: values) }
    package static func uuids(_ values: some Collection<PostgresUUID?>) -> Self { Self(nullable: values) }
    package static func byteas(_ values: some Collection<[UInt8]>) -> Self {
        Self(array: values.lazy.map(Bytea.init))
    }
    package static func byteas(_ values: some Collection<[UInt8]?>) -> Self {
        Self(nullable: values.lazy.map { $0.map(Bytea.init) })
    }
    package static func jsons(_ values: some Collection<[UInt8]>) -> Self { Self(array: values.lazy.map(JSON.init)) }
    package static func jsons(_ values: some Collection<[UInt8]?>) -> Self {
        Self(nullable: values.lazy.map { $0.map(JSON.init) })
    }
    package static func jsonbs(_ values: some Collection<[UInt8]>) -> Self {
        Self(array: values.lazy.map(JSONB.init))
    }
    package static func jsonbs(_ values: some Collection<[UInt8]?>) -> Self {
        Self(nullable: values.lazy.map { $0.map(JSONB.init) })
    }
    /// Microseconds since 1970-01-01T00:00:00Z.
    package static func timestamptzs(_ values: some Collection<Int64>) -> Self {
        Self(array: values.lazy.map(UnixMicroseconds.init))
    }
    /// Microseconds since 1970-01-01T00:00:00Z.
    package static func timestamptzs(_ values: some Collection<Int64?>) -> Self {
        Self(nullable: values.lazy.map { $0.map(UnixMicroseconds.init) })
    }
}

extension Parameter {
    private init<Value: BinaryEncodable>(encoding value: Value?) {
        var bytes: [UInt8]?
        if let value {
            var encoded: [UInt8] = []
            encoded.reserveCapacity(value.binarySize)
            value.encode(into: &encoded)
            bytes = encoded
        }
        self.init(type: Value.postgresType, bytes: bytes)
    }

    private init<Value: BinaryEncodable>(array values: some Collection<Value>) {
        var bytes = Self.arrayHeader(of: Value.postgresType, count: values.count, hasNulls: false)
        bytes.reserveCapacity(values.reduce(bytes.count) { $0 + 4 + $1.binarySize })
        for value in values {
            bytes.append(bigEndian: Int32(truncatingIfNeeded: value.binarySize))
            value.encode(into: &bytes)
        }
        self.init(type: Value.postgresType.array, bytes: bytes)
    }

    private init<Value: BinaryEncodable>(nullable values: some Collection<Value?>) {
        let hasNulls = values.contains { $0 == nil }
        var bytes = Self.arrayHeader(of: Value.postgresType, count: values.count, hasNulls: hasNulls)
        bytes.reserveCapacity(values.reduce(bytes.count) { $0 + 4 + ($1?.binarySize ?? 0) })
        for value in values {
            guard let value else {
                bytes.append(bigEndian: Int32(-1))
                continue
            }
            bytes.append(bigEndian: Int32(truncatingIfNeeded: value.binarySize))
            value.encode(into: &bytes)
        }
        self.init(type: Value.postgresType.array, bytes: bytes)
    }

    /// One dimension with lower bound 1; an empty array has no dimension.
    private static func arrayHeader(of type: PostgresType, count: Int, hasNulls: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: Int32(count == 0 ? 0 : 1))
        bytes.append(bigEndian: Int32(hasNulls ? 1 : 0))
        bytes.append(bigEndian: type.rawValue)
        guard count > 0 else { return bytes }
        bytes.append(bigEndian: Int32(truncatingIfNeeded: count))
        bytes.append(bigEndian: Int32(1))
        return bytes
    }
}

extension Parameter: CustomStringConvertible {
    /// The type and size only: values do not belong in a log.
    package var description: String {
        guard let bytes else { return "null" }
        return "\(self.type) of \(bytes.count) bytes"
    }
}
