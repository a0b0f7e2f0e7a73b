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

    package static func bools(_ values: some Collection<Bool>) -> Self { Self(array: Array(values)) }
    package static func bools(_ values: some Collection<Bool?>) -> Self { Self(nullable: Array(values)) }
    package static func int2s(_ values: some Collection<Int16>) -> Self { Self(array: Array(values)) }
    package static func int2s(_ values: some Collection<Int16?>) -> Self { Self(nullable: Array(values)) }
    package static func int4s(_ values: some Collection<Int32>) -> Self { Self(array: Array(values)) }
    package static func int4s(_ values: some Collection<Int32?>) -> Self { Self(nullable: Array(values)) }
    package static func int8s(_ values: some Collection<Int64>) -> Self { Self(array: Array(values)) }
    package static func int8s(_ values: some Collection<Int64?>) -> Self { Self(nullable: Array(values)) }
    package static func float8s(_ values: some Collection<Double>) -> Self { Self(array: Array(values)) }
    package static func float8s(_ values: some Collection<Double?>) -> Self { Self(nullable: Array(values)) }
    package static func texts(_ values: some Collection<String>) -> Self { Self(array: Array(values)) }
    package static func texts(_ values: some Collection<String?>) -> Self { Self(nullable: Array(values)) }
    package static func uuids(_ values: some Collection<PostgresUUID>) -> Self { Self(array: Array(values)) }
    package static func uuids(_ values: some Collection<PostgresUUID?>) -> Self { Self(nullable: Array(values)) }
    package static func byteas(_ values: some Collection<[UInt8]>) -> Self {
        Self(array: values.map(Bytea.init))
    }
    package static func byteas(_ values: some Collection<[UInt8]?>) -> Self {
        Self(nullable: values.map { $0.map(Bytea.init) })
    }
    package static func jsons(_ values: some Collection<[UInt8]>) -> Self { Self(array: values.map(JSON.init)) }
    package static func jsons(_ values: some Collection<[UInt8]?>) -> Self {
        Self(nullable: values.map { $0.map(JSON.init) })
    }
    package static func jsonbs(_ values: some Collection<[UInt8]>) -> Self {
        Self(array: values.map(JSONB.init))
    }
    package static func jsonbs(_ values: some Collection<[UInt8]?>) -> Self {
        Self(nullable: values.map { $0.map(JSONB.init) })
    }
    /// Microseconds since 1970-01-01T00:00:00Z.
    package static func timestamptzs(_ values: some Collection<Int64>) -> Self {
        Self(array: values.map(UnixMicroseconds.init))
    }
    /// Microseconds since 1970-01-01T00:00:00Z.
    package static func timestamptzs(_ values: some Collection<Int64?>) -> Self {
        Self(nullable: values.map { $0.map(UnixMicroseconds.init) })
    }
}

extension Parameter {
    private init<Value: BinaryEncodable>(encoding value: Value?) {
        let bytes = value.map { value in
            let size = value.binarySize
            return Self.bytes(count: size) { value.encode(to: $0) }
        }
        self.init(type: Value.postgresType, bytes: bytes)
    }

    // Concrete arrays here and above: a generic collection is not specialised across modules, and costs far more.
    private init<Value: BinaryEncodable>(array values: [Value]) {
        let size = values.reduce(Self.headerSize(count: values.count)) { $0 + 4 + $1.binarySize }
        let bytes = Self.bytes(count: size) { start in
            var target = Self.storeHeader(at: start, Value.postgresType, count: values.count, hasNulls: false)
            for value in values {
                let size = value.binarySize
                target.store(bigEndian: Int32(truncatingIfNeeded: size))
                value.encode(to: target + 4)
                target += 4 + size
            }
        }
        self.init(type: Value.postgresType.array, bytes: bytes)
    }

    private init<Value: BinaryEncodable>(nullable values: [Value?]) {
        let hasNulls = values.contains { $0 == nil }
        let size = values.reduce(Self.headerSize(count: values.count)) { $0 + 4 + ($1?.binarySize ?? 0) }
        let bytes = Self.bytes(count: size) { start in
            var target = Self.storeHeader(at: start, Value.postgresType, count: values.count, hasNulls: hasNulls)
            for value in values {
                guard let value else {
                    target.store(bigEndian: Int32(-1))
                    target += 4
                    continue
                }
                let size = value.binarySize
                target.store(bigEndian: Int32(truncatingIfNeeded: size))
                value.encode(to: target + 4)
                target += 4 + size
            }
        }
        self.init(type: Value.postgresType.array, bytes: bytes)
    }

    private static func bytes(count: Int, _ write: (UnsafeMutableRawPointer) -> Void) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            if count > 0, let start = buffer.baseAddress { write(UnsafeMutableRawPointer(start)) }
            initialized = count
        }
    }

    /// An empty array has no dimension.
    private static func headerSize(count: Int) -> Int { count == 0 ? 12 : 20 }

    /// One dimension with lower bound 1. Returns where the elements begin.
    private static func storeHeader(
        at start: UnsafeMutableRawPointer, _ type: PostgresType, count: Int, hasNulls: Bool
    ) -> UnsafeMutableRawPointer {
        start.store(bigEndian: Int32(count == 0 ? 0 : 1))
        (start + 4).store(bigEndian: Int32(hasNulls ? 1 : 0))
        (start + 8).store(bigEndian: type.rawValue)
        guard count > 0 else { return start + 12 }
        (start + 12).store(bigEndian: Int32(truncatingIfNeeded: count))
        (start + 16).store(bigEndian: Int32(1))
        return start + 20
    }
}

extension Parameter: CustomStringConvertible {
    /// The type and size only: values do not belong in a log.
    package var description: String {
        guard let bytes else { return "null" }
        return "\(self.type) of \(bytes.count) bytes"
    }
}
